"""A published answer is taken down on its own: gone everywhere, said so, and back again (S08, L34)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.approvals import propose
from app.approvals.models import HOLD, Category, Proposal, Takedown
from app.comments.models import Comment, Tally
from app.comments.tally import TOTAL
from app.documents.takedown import NotAgainError, TakenDownError
from app.extensions import db
from app.kit import clock
from app.moderation import takedown as comment_takedown
from app.responses import answering, newcomers, takedown
from app.responses.editing import WrongStepError
from app.responses.models import Answer, Disposition
from app.responses.similar import earlier, similar
from app.responses.translatable import explanations
from app.translations.models import Translation
from tests.approvals.crawling import addresses, said
from tests.approvals.test_takedown import look_again
from tests.moderation.staff import enter
from tests.search.walking import WORD, Walk

BASIS = "Luật 117/2025/QH15, văn bản số 12/BC"
SECRET = "Câu 2 nêu số liệu mật."
TOLD = "Tiếp thu zq7zq như góp ý."


def take_down(answer, officer, now=None):
    at = now or clock.now()
    found = takedown.order(answer, Category.STATE_SECRET, BASIS, SECRET, officer, at)
    db.session.commit()
    return found


def proposal_of(found):
    return db.session.get_one(Proposal, found.proposal_id)


def html(client, url):
    with client.get(url) as response:
        return response.get_data(as_text=True)


@pytest.fixture
def staff(world):
    agency = world.agency()
    return {role: world.officer(agency, role) for role in Role}


@pytest.fixture
def answer(world, staff):
    """A published answer to two comments, which names a provision that changes."""
    agency = staff[Role.HEAD].agency
    consultation = world.consultation(world.dossier(agency))
    two = [world.comment(consultation, f"Ý kiến {n}.", "dieu-3.khoan-1") for n in range(2)]
    for one in two:
        world.publish(one, staff[Role.MODERATOR])
    made = answering.draft(
        *(consultation, [one.id for one in two], Disposition.ACCEPTED, TOLD),
        *(staff[Role.DRAFTER], clock.now()),
        changing=[two[0].lineage_id],
    )
    answering.finish(made, staff[Role.HEAD], clock.now(), staff[Role.APPROVER])
    db.session.commit()
    return made


def test_after_one_round_of_the_worker_no_address_says_a_word_of_any_of_them(
    app, client, world, drain
):
    walk = Walk(world, 3)
    for act in [*[""] * 90, *["publishes", "answers"] * 8, *["translates"] * 6]:
        walk.go(act)
    drain()
    urls = addresses(client, walk)
    before = {word for url in urls for word in WORD.findall(said(app, url)[1])}
    head, words = world.officer(walk.agency, Role.HEAD), set()
    for found in db.session.scalars(select(Answer).where(takedown.is_public())).all():
        part = Translation.part == f"answer:{found.id}"
        told = db.session.scalars(select(Translation.text).where(part))
        words |= set(WORD.findall(" ".join([found.explanation, found.no_change_reason, *told])))
        take_down(found, head)
    words &= before
    assert len(words) > 4, "little was public: it proves little"
    drain()
    look_again()
    told = {url: set(WORD.findall(said(app, url)[1])) & words for url in urls}
    assert not {url: found for url, found in told.items() if found}
    for found in db.session.scalars(select(Takedown).where(Takedown.lifted_at.is_(None))):
        if found.confirmed_at is None and found.subject.startswith("answer:"):
            approver = walk.staff[Role.APPROVER]
            propose.refuse(proposal_of(found), "Không có gì mật.", approver, clock.now())
    db.session.commit()
    drain()
    look_again()
    shown = {word for url in urls for word in WORD.findall(said(app, url)[1])}
    assert words <= shown


def test_in_its_place_stands_that_it_was_taken_down_and_it_still_counts_as_an_answer(
    client, answer, staff, drain
):
    comment = db.session.get_one(Comment, answer.comments[0].id)
    at = f"/en/consultations/{answer.consultation.dossier.slug}"
    pages = f"{at}/answers", f"{at}/comments", f"{at}/articles/dieu-3"
    pages += (f"/en/comments/{comment.receipt}",)
    drain()
    assert all("zq7zq" in html(client, page) for page in pages)
    etag = client.get(pages[0]).headers["ETag"]
    found = take_down(answer, staff[Role.APPROVER])
    drain()
    assert client.get(pages[0], headers={"If-None-Match": etag}).status_code == 200
    for page in pages:
        text = html(client, page)
        assert all(word in text for word in (found.number, BASIS, "Taken from public view")), page
        assert not any(word in text for word in ("zq7zq", SECRET, "Accepted", "No answer yet"))
    assert f'id="answer-{answer.id}"' in html(client, pages[0])
    assert f'id="answer-{answer.id}"' not in html(client, f"{pages[0]}?kind=accepted")
    listed = html(client, "/en/takedowns")
    assert found.number in listed
    assert "A published answer" in listed
    tally = db.session.get_one(Tally, (answer.consultation_id, TOTAL))
    assert (tally.published, tally.answered) == (2, 2)
    rows = html(client, f"{at}/comments.csv").splitlines()[1:]
    assert [row.split(",")[10] for row in rows] == ["", ""]
    assert all(row.split(",")[9] for row in rows)


def test_the_table_says_so_in_each_format_and_the_answer_has_no_words_there(
    client, answer, staff, drain
):
    at = f"/consultations/{answer.consultation.dossier.slug}/answers"
    take_down(answer, staff[Role.HEAD])
    drain()
    told = json.loads(html(client, f"{at}.json"))
    (row,) = told["rows"]
    assert (row["answer"]["disposition"], row["answer"]["explanation"]) == ("", "")
    assert "gỡ khỏi trang công khai" in row["answer"]["label"]
    table = html(client, f"{at}.csv")
    assert "gỡ khỏi trang công khai" in table
    assert "zq7zq" not in table
    for form in ("docx", "xlsx", "ods"):
        with client.get(f"{at}.{form}") as response:
            assert response.status_code == 200


def test_nobody_at_a_desk_passes_its_words_on(answer, staff, world):
    dossier = answer.consultation.dossier
    like = world.comment(answer.consultation, answer.comments[0].body)
    world.publish(like, staff[Role.MODERATOR])

    def passed_on():
        found = similar(answer.consultation, [like.id])
        return [one.answer_id for one in found], earlier(answer.id), explanations([dossier.id])

    assert passed_on()[0] == [answer.id]
    take_down(answer, staff[Role.HEAD])
    assert passed_on() == ([], None, {})
    with pytest.raises(WrongStepError):
        newcomers.repeat(answer, staff[Role.DRAFTER], clock.now())


def test_without_a_second_officer_it_comes_back_and_the_public_reads_so(
    client, answer, staff, drain
):
    now = clock.now()
    found = take_down(answer, staff[Role.HEAD], now)
    assert propose.lapse_due(now + HOLD - timedelta(seconds=1)) == 0
    assert propose.lapse_due(now + HOLD) == 1
    db.session.commit()
    drain()
    assert "zq7zq" in html(client, f"/consultations/{answer.consultation.dossier.slug}/answers")
    listed = html(client, "/en/takedowns")
    assert found.number in listed
    assert "No second officer confirmed it in time." in listed
    with pytest.raises(NotAgainError):
        take_down(answer, staff[Role.HEAD])


def test_confirmed_it_stays_until_two_people_give_it_back(answer, staff):
    first, second = staff[Role.HEAD], staff[Role.APPROVER]
    found = take_down(answer, first)
    with pytest.raises(propose.SelfApprovalError):
        propose.agree(proposal_of(found), first, clock.now())
    propose.agree(proposal_of(found), second, clock.now())
    assert propose.lapse_due(clock.now() + 2 * HOLD) == 0
    lifting = takedown.propose_lifting(found, "Đã giải mật.", second, clock.now())
    with pytest.raises(propose.SelfApprovalError):
        propose.agree(lifting, second, clock.now())
    propose.agree(lifting, first, clock.now())
    assert (found.lifted_as, takedown.standing(answer)) == ("agreed", None)


def test_it_stays_down_while_a_comment_it_answers_is_taken_down_and_given_back(
    client, answer, staff, drain
):
    take_down(answer, staff[Role.HEAD])
    words = Category.UNLAWFUL, BASIS, SECRET, staff[Role.MODERATOR], clock.now()
    comment = answer.comments[0]
    found = comment_takedown.order(f"comment:{comment.id}", comment, *words)
    propose.refuse(proposal_of(found), "Được phép.", staff[Role.APPROVER], clock.now())
    db.session.commit()
    drain()
    assert "zq7zq" not in html(client, f"/consultations/{answer.consultation.dossier.slug}/answers")


def test_what_is_not_public_or_down_already_or_anothers_cannot_be_taken_down(answer, staff, world):
    stranger = world.officer(world.agency(), Role.HEAD)
    said = world.comment(answer.consultation, "Chưa trả lời.")
    world.publish(said, staff[Role.MODERATOR])
    drafted = answering.draft(
        *(answer.consultation, [said.id], Disposition.NOTED, "Cảm ơn."),
        *(staff[Role.DRAFTER], clock.now()),
    )
    for officer in (stranger, staff[Role.MODERATOR], staff[Role.DRAFTER]):
        with pytest.raises(propose.NotTheirsError):
            take_down(answer, officer)
    take_down(answer, staff[Role.HEAD])
    for one in (answer, drafted):
        with pytest.raises(TakenDownError):
            take_down(one, staff[Role.HEAD])
    assert db.session.scalar(select(func.count()).select_from(Takedown)) == 1


@pytest.mark.parametrize("role", [Role.APPROVER, Role.ADMIN])
def test_at_the_desk_one_orders_it_and_another_decides(app, answer, staff, role):
    desk, slug = enter(app, staff[role]), answer.consultation.dossier.slug
    at = f"/en/desk/answers/{slug}/{answer.id}/takedown"
    typed = {"csrf_token": desk.token(at), "category": "unlawful", "basis": BASIS}
    assert desk.post(at, data=typed).status_code == 422
    typed |= {"reason": SECRET, "subject": f"answer:{answer.id}"}
    assert desk.post(at, data=typed).status_code == 303
    found = db.session.scalars(select(Takedown)).one()
    theirs, item = enter(app, staff[Role.HEAD]), f"/en/desk/proposals/{found.proposal_id}"
    assert "zq7zq" in html(theirs, item)
    assert "Taken from public view" in html(theirs, f"/en/desk/answers/{slug}/{answer.id}")
    token = {"csrf_token": theirs.token(item)}
    assert theirs.post(f"{item}/agreement", data=token).status_code == 303
    assert found.confirmed_at is not None
    typed = {"csrf_token": desk.token(at)}
    lifting = f"{at}/{found.id}/lifting"
    assert desk.post(lifting, data=typed).status_code == 422
    assert desk.post(lifting, data={**typed, "reason": "Nhầm."}).status_code == 303
    assert db.session.scalar(select(Proposal.id).where(Proposal.kind == takedown.LIFT))
    assert desk.post(f"{at}/{found.id + 1}/lifting", data=typed).status_code == 404
