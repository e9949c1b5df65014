"""An officer asks the author once at a time, the author replies once, and nobody else reads it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments import asking
from app.comments import publish as outcomes
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.moderation.models import Flag, FlagKind
from tests.moderation.staff import enter


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def moderator(world, consultation):
    return world.officer(consultation.dossier.agency, Role.MODERATOR)


@pytest.fixture
def comment(world, consultation):
    return world.comment(consultation, "Nên tăng cho hộ nghèo.")


def asked(comment, officer, text="Ý bạn là hộ nghèo nào?"):
    question = asking.ask(comment, text, officer, clock.now())
    db.session.commit()
    return question


def reply_page(comment, question) -> str:
    return f"/comments/{comment.receipt}/questions/{question.id}"


def desk_page(comment) -> str:
    return f"/desk/comments/{comment.id}/questions"


def verbs() -> list[str]:
    rows = db.session.scalars(select(Entry.verb).order_by(Entry.id)).all()
    return [verb for verb in rows if verb.startswith("question.")]


def test_a_question_is_asked_replied_and_read(app, client, comment, moderator):
    staff = enter(app, moderator)
    assert staff.submit(desk_page(comment), {"text": "  Hộ nghèo <b>nào</b>? "}).status_code == 303
    [question] = asking.questions(comment.id)
    assert question.text == "Hộ nghèo nào?"
    page = reply_page(comment, question)
    assert "Hộ nghèo nào?" in client.get(page).get_data(as_text=True)
    answer = client.submit(page, {"reply": "Ở <i>xã</i> miền núi."})
    assert answer.status_code == 303
    assert "Ở xã miền núi." in staff.get(desk_page(comment)).get_data(as_text=True)
    assert "Ở xã miền núi." in client.get(page).get_data(as_text=True)
    assert verbs() == ["question.asked", "question.replied"]


def test_the_reply_stands_and_a_second_one_comes_back(client, comment, moderator):
    question = asked(comment, moderator)
    page = reply_page(comment, question)
    token = client.token(page)
    asking.reply(question, "Lời đầu.", clock.now())
    db.session.commit()
    answer = client.post(page, data={"csrf_token": token, "reply": "Lời sau."})
    assert answer.status_code == 409
    assert "Lời sau." in answer.get_data(as_text=True)
    with pytest.raises(asking.RepliedError):
        asking.reply(question, "Lời sau.", clock.now())
    assert question.reply == "Lời đầu."


@pytest.mark.parametrize(
    ("typed", "status"), [("", 422), ("   ", 422), ("x" * 5_001, 422), ("x" * 5_000, 303)]
)
def test_a_reply_has_words_and_an_end(client, comment, moderator, typed, status):
    page = reply_page(comment, asked(comment, moderator))
    answer = client.submit(page, {"reply": typed})
    assert answer.status_code == status
    if status == 422 and typed.strip():
        assert typed in answer.get_data(as_text=True)


def test_a_form_left_open_too_long_keeps_the_reply(client, comment, moderator):
    answer = client.post(reply_page(comment, asked(comment, moderator)), data={"reply": "Tôi nói."})
    assert answer.status_code == 400
    assert "Tôi nói." in answer.get_data(as_text=True)


def test_only_the_receipt_of_its_comment_opens_a_question(
    client, world, consultation, comment, moderator
):
    question = asked(comment, moderator)
    other = world.comment(consultation)
    assert client.get(f"/comments/{other.receipt}/questions/{question.id}").status_code == 404
    assert client.get(f"/comments/xyz/questions/{question.id}").status_code == 404
    assert client.get(reply_page(comment, question)).headers["Cache-Control"] == "no-store"


def test_one_question_at_a_time(app, comment, moderator):
    question = asked(comment, moderator)
    answer = enter(app, moderator).submit(desk_page(comment), {"text": "Và còn gì?"})
    assert answer.status_code == 409
    assert "Và còn gì?" in answer.get_data(as_text=True)
    asking.reply(question, "Hết.", clock.now())
    asked(comment, moderator, "Và còn gì?")
    assert len(asking.questions(comment.id)) == 2


def test_nobody_is_asked_about_what_is_withheld_or_taken_back(
    world, comment, consultation, moderator
):
    gone = world.comment(consultation)
    outcomes.withdraw(gone, clock.now())
    world.withhold(comment, moderator)
    for closed in (gone, comment):
        with pytest.raises(asking.NotAskableError):
            asking.ask(closed, "Vì sao?", moderator, clock.now())


def test_who_took_a_comment_back_replies_no_more(client, comment, moderator):
    question = asked(comment, moderator)
    page = reply_page(comment, question)
    token = client.token(page)
    outcomes.withdraw(comment, clock.now())
    db.session.commit()
    answer = client.post(page, data={"csrf_token": token, "reply": "Tôi nói."})
    assert answer.status_code == 409
    assert "Tôi nói." in answer.get_data(as_text=True)
    assert client.get(page).status_code == 200


def test_drafters_ask_about_what_is_public_and_never_see_the_rest(
    app, world, comment, consultation, moderator
):
    drafter = enter(app, world.officer(consultation.dossier.agency, Role.DRAFTER))
    assert drafter.get(desk_page(comment)).status_code == 404
    asked(comment, moderator)
    assert f"GY-{comment.id}" not in drafter.get("/desk/questions").get_data(as_text=True)
    world.publish(comment, moderator)
    db.session.commit()
    assert f"GY-{comment.id}" in drafter.get("/desk/questions").get_data(as_text=True)
    asking.reply(asking.questions(comment.id)[0], "Vâng.", clock.now())
    db.session.commit()
    assert drafter.submit(desk_page(comment), {"text": "Còn gì?"}).status_code == 303


def test_other_agencies_and_roles_ask_nothing(app, world, comment, consultation):
    stranger = world.officer(world.agency(), Role.MODERATOR)
    assert enter(app, stranger).get(desk_page(comment)).status_code == 404
    overseer = world.officer(consultation.dossier.agency, Role.OVERSIGHT)
    assert enter(app, overseer).get(desk_page(comment)).status_code == 403


def test_the_list_is_of_ones_own_agencies_and_paged(
    app, world, consultation, moderator, monkeypatch
):
    monkeypatch.setattr(asking, "PAGE", 2)
    made = [world.comment(consultation, f"Góp ý {n}") for n in range(5)]
    for one in made:
        asked(one, moderator)
    other = world.comment(world.consultation())
    asked(other, moderator)
    staff, path, seen = enter(app, moderator), "/desk/questions", []
    while path:
        page = staff.get(path).get_data(as_text=True)
        seen += [one.id for one in [*made, other] if f"/desk/comments/{one.id}/questions" in page]
        onward = page.partition('rel="next" href="')[2].partition('"')[0]
        path = onward.replace("&amp;", "&")
    assert seen == [one.id for one in made]
    assert (
        "GY-"
        not in staff.get("/desk/questions?show=replied")
        .get_data(as_text=True)
        .partition("<main")[2]
    )


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/desk/moderation/7?state=waiting", "/desk/moderation/7?state=waiting"),
        ("//evil.example/desk/", None),
        ("https://evil.example/desk/", None),
        ("/desk/\r\nX: y", None),
    ],
)
def test_asking_leads_back_to_a_page_of_the_desk_only(app, comment, moderator, back, to):
    answer = enter(app, moderator).submit(desk_page(comment), {"text": "Vì sao?", "back": back})
    assert (answer.status_code, answer.location) == (303, to or desk_page(comment))


def test_the_waiting_comment_of_a_reply_is_flagged(world, comment, consultation, moderator, drain):
    public = world.comment(consultation)
    world.publish(public, moderator)
    for one in (comment, public):
        asking.reply(asked(one, moderator), "Vâng.", clock.now())
    db.session.commit()
    drain()
    flags = db.session.scalars(select(Flag).where(Flag.kind == FlagKind.REPLIED.value)).all()
    assert [(flag.comment_id, flag.open) for flag in flags] == [(comment.id, True)]


def test_what_was_asked_and_replied_is_not_public(
    client, world, comment, moderator, consultation, drain
):
    question = asked(comment, moderator, "Câu hỏi bí mật?")
    asking.reply(question, "Lời bí mật.", clock.now())
    world.publish(comment, moderator)
    db.session.commit()
    drain()
    for tail in ("", "/comments", "/articles/dieu-3"):
        page = client.get(f"/consultations/{consultation.dossier.slug}{tail}").get_data(
            as_text=True
        )
        assert "bí mật" not in page
