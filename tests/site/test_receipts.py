"""What happened to my comment."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.accounts.models import Role
from app.comments import asking
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember, Tier
from app.kit import clock
from app.kit.codes import ALPHABET, new_receipt, parse_receipt
from app.moderation import appeals, decide, lease
from app.moderation.appeals import AppealOutcome
from app.moderation.masks import Asked
from app.moderation.reasons import Reason
from app.responses import answering
from app.responses.models import AnswerChange, Disposition
from app.site.mistyped import Fault, diagnose
from tests.days import in_english, long_in_english
from tests.site.posting import FIRST, SECOND, closed, post_again


def story(client, comment, query: str = "") -> str:
    response = client.get(f"/en/comments/{comment.receipt}{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_receipt_page_is_private_and_not_indexed(client, scene):
    response = client.get(f"/comments/{scene.waiting.receipt}")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_thanks_are_said_once(client, scene):
    assert "Thank you" in story(client, scene.waiting, "?new=1")
    assert "Thank you" not in story(client, scene.waiting)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("waiting", ["In review before it is published", "Take the comment back"]),
        ("published", ["Everyone can read it", "No answer yet", "Take the comment back"]),
        ("answered", ["Answered by the agency", "Nâng mức.", "Accepted"]),
        ("withheld", ["Not published", "Insult or threat", "Câu thứ hai xúc phạm."]),
        ("withdrawn", ["Published", "Taken back"]),
        ("late", ["Arrived after the deadline"]),
    ],
)
def test_each_state_is_told(client, scene, state, told):
    comment = getattr(scene, state)
    html = story(client, comment)
    for words in [*told, comment.receipt, f"Lời góp ý {state}.", "<svg"]:
        assert words in html


@pytest.mark.parametrize("state", ["withheld", "withdrawn", "late"])
def test_what_is_over_cannot_be_taken_back(client, scene, state):
    assert "/withdraw" not in story(client, getattr(scene, state))


def test_the_form_takes_a_comment_back(client, scene):
    path = f"/comments/{scene.waiting.receipt}"
    assert client.submit(path, {}, to=f"{path}/withdraw").status_code == 303
    assert "Taken back" in story(client, scene.waiting)


def test_after_the_end_a_comment_stays(client, world, drain):
    over = world.consultation(opened_at=clock.now() - timedelta(days=60))
    comment = world.comment(over, at=over.opened_at + timedelta(days=1))
    drain()
    assert "/withdraw" not in story(client, comment)


def test_a_code_is_found_however_it_is_typed(client, scene):
    code = scene.published.receipt
    response = client.get("/comments", query_string={"code": code.lower().replace("-", " ")})
    assert response.status_code == 303
    assert response.headers["Location"] == f"/comments/{code}"
    response = client.get(f"/comments/{code.lower()}")
    assert response.headers["Location"] == f"/comments/{code}"


def test_an_unknown_code_is_a_clear_404(client, scene):
    response = client.get(f"/en/comments/{new_receipt()}")
    assert response.status_code == 404
    assert "No comment has this receipt code" in response.get_data(as_text=True)


def test_a_mistyped_code_comes_back_with_the_form(client, scene):
    typed = 'GY-<b>"0'
    response = client.get("/en/comments", query_string={"code": typed})
    html = response.get_data(as_text=True)
    assert response.status_code == 404
    assert "GY-&lt;b&gt;&#34;0" in html
    assert "<b>" not in html[html.index("<form method") :]


NOW = re.compile(r'<li class="now" aria-current="step">(.*?)</li>', re.DOTALL)
TAGS = re.compile(r"<[^>]+>|\s+")


def present(client, comment) -> str:
    """The words of the one step that the comment is at."""
    found = NOW.findall(story(client, comment))
    assert len(found) == 1, found
    return " ".join(TAGS.sub(" ", found[0]).split())


def headings(client, comment) -> list[str]:
    html = story(client, comment)
    line = html[html.index('<ol class="line">') : html.index("</ol>", html.index('class="line"'))]
    return re.findall(r"<h3>([^<]+)", line)


@pytest.mark.parametrize(
    ("state", "step", "holder"),
    [
        ("waiting", "In review", "It is with the moderators of"),
        ("published", "No answer yet", "It is with Department"),
        ("withheld", "You can ask for another look", "It is with you."),
        ("answered", "Document adopted", "now at this stage: Public comments"),
    ],
)
def test_the_present_step_and_its_holder_are_named(client, scene, state, step, holder):
    words = present(client, getattr(scene, state))
    assert words.startswith(step)
    assert holder in words


@pytest.mark.parametrize("state", ["withdrawn", "late"])
def test_what_has_ended_is_with_nobody(client, scene, state):
    assert 'aria-current="step"' not in story(client, getattr(scene, state))


def test_the_last_day_to_appeal_is_said_and_goes_by(client, world, scene):
    last_day = appeals.standing(scene.withheld.id).last_day
    assert f"Until 23:59, {long_in_english(last_day)} (Viet Nam time, UTC+7)" in present(
        client, scene.withheld
    )
    assert f'href="/en/comments/{scene.withheld.receipt}/appeal"' in story(client, scene.withheld)
    old = world.comment(scene.consultation, "Đã lâu.")
    world.withhold(old, scene.moderator, at=clock.now() - timedelta(days=40))
    db.session.commit()
    html = story(client, old)
    assert "/appeal" not in html
    assert 'aria-current="step"' not in html


def test_a_promised_day_of_answer_is_said_and_remembered_when_missed(client, world, drain):
    """`provincial_council_resolution` has a promise in the seed."""
    for opened, words in ((1, "Due by"), (300, "It was due by")):
        past = clock.now() - timedelta(days=opened)
        consultation = world.consultation(opened_at=past)
        comment = world.comment(consultation, at=past + timedelta(hours=1))
        world.publish(comment, world.officer(consultation.dossier.agency, Role.MODERATOR))
        db.session.commit()
        drain()
        assert words in present(client, comment)


@pytest.mark.parametrize("outcome", list(AppealOutcome))
def test_an_appeal_is_told_from_filing_to_the_answer_in_words(client, scene, outcome):
    comment = scene.withheld
    appeal = appeals.file(comment, "Tôi không xúc phạm ai.", clock.now())
    db.session.commit()
    assert "who had no part in the decision" in present(client, comment)
    assert f"Due by {in_english(appeal.due_on)}" in present(client, comment)
    appeals.decide(appeal, outcome, "Đã xem lại, thấy rằng như vậy.", scene.approver, clock.now())
    db.session.commit()
    html, told = story(client, comment), headings(client, comment)
    assert "Tôi không xúc phạm ai." in html
    assert "Đã xem lại, thấy rằng như vậy." in html
    assert told[:4] == [
        *("Received", "Not published", "You asked for another look"),
        "Another person looked at it again",
    ]
    assert ("Published after your appeal" in told) is (outcome is AppealOutcome.OVERTURNED)
    assert "/appeal" not in html


def test_a_decision_undone_leaves_no_trace_on_the_receipt(client, world, scene):
    comment = scene.waiting
    now = clock.now()
    world.withhold(comment, scene.moderator, Reason.INSULT, "Nhầm.", now)
    decide.undo(comment, comment.row_version, scene.moderator, now)
    db.session.commit()
    assert headings(client, comment)[:2] == ["Received", "In review before it is published"]
    assert "Nhầm." not in story(client, comment)


def test_a_proposal_to_withhold_is_no_decision_yet(client, scene):
    comment, now = scene.waiting, clock.now()
    lease.take(comment.id, scene.moderator, now)
    version = comment.row_version
    decide.withhold(comment, version, Reason.UNLAWFUL, "Trái Điều 1.", scene.moderator, now)
    db.session.commit()
    assert "Trái Điều 1." not in story(client, comment)
    assert present(client, comment).startswith("In review")


def test_covered_passages_are_told_with_their_reason_and_stay_covered(client, world, scene):
    comment = world.comment(scene.consultation, "Gọi 0912345678 nhé.")
    world.publish(
        comment, scene.moderator, masks=[Asked("body", 4, 14, Reason.PERSONAL_DATA.value)]
    )
    db.session.commit()
    html = story(client, comment)
    assert "Some passages are covered: Personal data of somebody else" in " ".join(html.split())
    assert "0912345678" not in html


def test_an_open_question_is_the_present_step_and_the_reply_stays(client, scene):
    question = asking.ask(scene.waiting, "Ý bạn là hộ nghèo?", scene.moderator, clock.now())
    db.session.commit()
    words = present(client, scene.waiting)
    assert "asks you something" in words
    assert "It is with you." in words
    assert "Ý bạn là hộ nghèo?" in words
    asking.reply(question, "Vâng, hộ nghèo.", clock.now())
    db.session.commit()
    assert "Vâng, hộ nghèo." in story(client, scene.waiting)
    assert present(client, scene.waiting).startswith("In review")


def test_others_that_say_the_same_are_counted(client, world, scene):
    others = [world.comment(scene.consultation, "Lời góp ý published.") for _ in range(2)]
    for other in others:
        world.publish(other, scene.moderator)
    group = CommentGroup(
        consultation_id=scene.consultation.id,
        tier=Tier.EXACT.value,
        representative_id=scene.published.id,
        messages=3,
        people=2,
        published=3,
        published_people=2,
        made_at=clock.now(),
    )
    db.session.add(group)
    db.session.flush()
    for one in (scene.published, *others):
        db.session.add(GroupMember(comment_id=one.id, tier=group.tier, group_id=group.id))
    db.session.commit()
    html = story(client, scene.published)
    assert "Said by 3 comments of at least 2 people" in html
    assert f"/groups/{group.id}" in html


def test_an_answer_is_told_with_who_signed_it(client, scene):
    html = story(client, scene.answered)
    assert "Signed by" in html
    assert scene.approver.name in html


def test_named_words_are_said_to_change_and_then_shown_changed(client, world, drain):
    now = clock.now()
    over = closed(world, now, FIRST)
    agency = over.dossier.agency
    moderator, drafter = (world.officer(agency, role) for role in (Role.MODERATOR, Role.DRAFTER))
    head = world.officer(agency, Role.APPROVER, Role.HEAD)
    comment = world.comment(over, anchor="dieu-3.khoan-2", at=over.opened_at + timedelta(days=1))
    world.publish(comment, moderator)
    answer = answering.draft(over, [comment.id], Disposition.NOTED, "Sẽ sửa.", drafter, now)
    place = {"lineage_id": comment.lineage_id, "anchor": comment.anchor}
    db.session.add(AnswerChange(answer_id=answer.id, **place))
    answering.finish(answer, head, now)
    db.session.commit()
    drain()
    assert "The words are to change" in headings(client, comment)
    post_again(world, over.dossier, SECOND, now)
    drain()
    assert "The words were changed" in headings(client, comment)
    html = story(client, comment)
    assert "khoản 2 Điều 3" in html
    assert "<ins>" in html


def test_a_draft_given_up_owes_no_answer(client, scene):
    scene.consultation.dossier.stage = "withdrawn"
    db.session.commit()
    told = headings(client, scene.published)
    assert told[-2:] == ["Not answered", "Draft withdrawn"]
    assert 'aria-current="step"' not in story(client, scene.published)


def test_a_story_asks_as_little_of_a_full_portal_as_of_an_empty_one(client, world, scene):
    def asked() -> int:
        story(client, scene.answered)
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_):
            # the page cache asks by the clock, for every page alike
            if statement.startswith("SELECT") and "page_revision" not in statement:
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            story(client, scene.answered)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    before = asked()
    for n in range(20):
        asking.ask(
            world.comment(scene.consultation, f"Lời {n}."), "Sao?", scene.moderator, clock.now()
        )
    db.session.commit()
    assert asked() == before < 40


def test_public_pages_never_hold_a_receipt(client, scene):
    for tail in ("", "/comments", "/answers", "/articles/dieu-3"):
        html = client.get(scene.path + tail).get_data(as_text=True)
        for comment in (scene.published, scene.answered):
            assert comment.receipt not in html


def test_a_usual_slip_of_the_pen_is_named():
    code = "GY-8T89M4-2BK4DR-4K99J5"
    assert parse_receipt(code) is not None
    found = diagnose(code[:-1] + "S")
    assert found is not None
    assert found.fault is Fault.CHECK
    first = found.suspects[0]
    assert (first.place, first.typed, first.perhaps) == (18, "S", "5")


def test_two_swapped_signs_are_named():
    code = "GY-8T89M4-2BK4DR-4K99J5"
    found = diagnose(code.replace("2BK", "2KB"))
    assert found is not None
    assert ("KB", "BK") in [(s.typed, s.perhaps) for s in found.suspects]


def test_every_suspect_would_make_the_code_agree():
    for _ in range(20):
        code = parse_receipt(new_receipt())
        assert code is not None
        wrong = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % len(ALPHABET)]
        found = diagnose(wrong)
        assert found is not None
        signs = wrong.removeprefix("GY").replace("-", "")
        for suspect in found.suspects:
            start = suspect.place - 1
            fixed = signs[:start] + suspect.perhaps + signs[start + len(suspect.typed) :]
            assert parse_receipt(fixed) is not None


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", Fault.EMPTY),
        ("GY", Fault.EMPTY),
        ("GY-123", Fault.LENGTH),
        ("x" * 10_000, Fault.LENGTH),
        ("GY-OT89M4-2BK4DR-4K99J5", Fault.FOREIGN),
    ],
)
def test_other_faults_are_told_apart(typed, fault):
    found = diagnose(typed)
    assert found is not None
    assert found.fault is fault
