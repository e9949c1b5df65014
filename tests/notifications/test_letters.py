"""One letter at most for a step of a comment, in words its author can use."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.accounts.models import Role
from app.comments import asking
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus, ContactAddress
from app.extensions import db
from app.kit import clock, codes
from app.ledger.models import Entry
from app.ledger.seal import seal
from app.mail.models import Letter
from app.mail.sending import send_due
from app.moderation import appeals, decide, lease
from app.moderation.appeals import AppealOutcome
from app.moderation.reasons import Reason
from app.notifications.reworded import answers_to_tell
from app.notifications.tell import HOLD, READERS
from app.responses import answering
from app.responses.models import AnswerChange, Disposition
from tests.days import long_in_english
from tests.site.posting import FIRST, SECOND, closed, post_again

BASE = "http://127.0.0.1:8000"
STOP = re.compile(rf"{BASE}(?:/en)?/contact/[\w-]{{22}}/stop")


def only(letters: list[Letter]) -> Letter:
    assert len(letters) == 1, [letter.key for letter in letters]
    return letters[0]


def answer(room, comment_ids, disposition=Disposition.NOTED, text="Cơ quan ghi nhận ý kiến."):
    now = clock.now()
    made = answering.draft(room.consultation, comment_ids, disposition, text, room.drafter, now)
    answering.finish(made, room.head, now)
    return made


def test_publication_is_told_after_the_time_to_undo_it(room, office):
    comment = room.comment()
    now = clock.now()
    room.world.publish(comment, room.moderator, now)
    letter = only(room.letters())
    assert letter.next_try_at == now + HOLD > now + decide.UNDO
    assert f"{BASE}/comments/{comment.receipt}" in letter.body
    assert send_due(now + decide.UNDO) == 0
    assert send_due(now + HOLD) == 1


def test_every_letter_says_whose_draft_and_how_to_stop(room):
    comment = room.comment()
    room.world.publish(comment, room.moderator)
    letter = only(room.letters())
    assert room.consultation.dossier.title in letter.body
    assert letter.stop_url in letter.body
    assert STOP.fullmatch(letter.stop_url)
    assert comment.body not in letter.body


@pytest.mark.parametrize(("language", "told"), [("vi", "/comments/"), ("en", "/en/comments/")])
def test_a_letter_speaks_the_language_of_its_address(room, language, told):
    comment = room.comment(language=language)
    room.world.withhold(comment, room.moderator, Reason.INSULT, "Câu thứ hai.")
    letter = only(room.letters())
    assert f"{BASE}{told}{comment.receipt}" in letter.body
    assert ("Insult or threat" in letter.body) is (language == "en")


def test_what_was_undone_in_time_was_never_told(room, office):
    comment = room.comment()
    now = clock.now()
    room.world.publish(comment, room.moderator, now)
    only(room.letters())
    decide.undo(comment, comment.row_version, room.moderator, now + timedelta(minutes=9))
    assert room.letters() == []
    room.world.withhold(comment, room.moderator, Reason.INSULT, "Câu thứ hai.", now + decide.UNDO)
    letter = only(room.letters())
    assert ":withheld:" in letter.key
    assert send_due(now + timedelta(hours=1)) == 1


@pytest.mark.parametrize("chance", range(8))
def test_each_decision_that_stands_is_told_once_whatever_happened_before(room, chance):
    """Decided, undone and decided again at random, read in bites of any size, and read again."""
    rng = random.Random(chance)
    comment, now = room.comment(), clock.now()
    for _ in range(rng.randint(1, 4)):
        way = rng.choice([room.world.publish, room.world.withhold])
        way(comment, room.moderator, at=now)
        if rng.random() < 0.5:
            room.letters()
        decide.undo(comment, comment.row_version, room.moderator, now)
        if rng.random() < 0.5:
            room.letters()
    way = rng.choice([room.world.publish, room.world.withhold])
    way(comment, room.moderator, at=now)
    letter = only(room.letters())
    assert f":{comment.status}:" in letter.key
    entries = db.session.scalars(
        select(Entry).where(Entry.verb.in_(READERS[0].verbs)).order_by(Entry.seq)
    ).all()
    READERS[0].handle(entries)
    assert only(room.letters()).key == letter.key


def test_a_withholding_is_told_with_reason_sentence_and_the_way_to_appeal(room):
    comment = room.comment(language="en")
    room.world.withhold(comment, room.moderator, Reason.INSULT, "Câu thứ hai xúc phạm.")
    body = only(room.letters()).body
    standing = appeals.standing(comment.id)
    assert "Insult or threat against a person" in body
    assert "Câu thứ hai xúc phạm." in body
    assert f"23:59, {long_in_english(standing.last_day)} (Viet Nam time, UTC+7):" in body
    assert f"{BASE}/en/comments/{comment.receipt}/appeal" in body


def test_a_proposal_to_withhold_is_nobodys_business_yet(room):
    comment = room.comment()
    room.world.publish(room.comment("b@example.vn"), room.moderator)
    now = clock.now()
    lease.take(comment.id, room.moderator, now)
    decide.withhold(comment, comment.row_version, Reason.UNLAWFUL, "Điều 1.", room.moderator, now)
    assert only(room.letters()).recipient == "b@example.vn"


@pytest.mark.parametrize("outcome", list(AppealOutcome))
def test_an_appeal_is_answered_by_one_letter(room, outcome):
    comment = room.comment(language="en")
    room.world.withhold(comment, room.moderator)
    appeal = appeals.file(comment, "Tôi không quảng cáo.", clock.now())
    room.letters()
    appeals.decide(appeal, outcome, "Đã xem lại.", room.head, clock.now())
    letters = [letter for letter in room.letters() if ":appeal:" in letter.key]
    body = only(letters).body
    assert "Đã xem lại." in body
    assert ("is now published" in body) is (outcome is AppealOutcome.OVERTURNED)


def test_a_reinstated_comment_is_not_told_that_it_is_withheld(room):
    comment = room.comment()
    room.world.withhold(comment, room.moderator)
    room.letters()
    appeal = appeals.file(comment, "Tôi không quảng cáo.", clock.now())
    appeals.decide(appeal, AppealOutcome.OVERTURNED, "Đúng vậy.", room.head, clock.now())
    assert [letter.key.split(":")[2] for letter in room.letters()] == ["appeal"]


def test_a_question_is_sent_with_its_words_and_the_way_to_reply(room):
    comment = room.comment()
    question = asking.ask(comment, "Ý bạn là hộ nghèo?", room.moderator, clock.now())
    letter = only(room.letters())
    assert "Ý bạn là hộ nghèo?" in letter.body
    assert f"{BASE}/comments/{comment.receipt}/questions/{question.id}" in letter.body


def test_a_comment_taken_back_gets_no_letter_any_more(room):
    comment = room.comment()
    asking.ask(comment, "Ý bạn là hộ nghèo?", room.moderator, clock.now())
    room.world.publish(comment, room.moderator)
    assert len(room.letters()) == 2
    outcomes.withdraw(comment, clock.now())
    assert room.letters() == []


def test_a_late_comment_is_asked_whether_to_write_and_nothing_more(room):
    after = room.consultation.closes_at + timedelta(seconds=1)
    comment = room.comment(confirmed=False, at=after)
    assert comment.status == CommentStatus.LATE
    assert ":confirm:" in only(room.letters()).key


def test_an_answer_is_told_with_its_words(room):
    comment = room.comment(language="en")
    room.world.publish(comment, room.moderator)
    room.letters()
    answer(room, [comment.id], Disposition.NOT_ACCEPTED, "Ngân sách không đủ.")
    told = [letter for letter in room.letters() if ":answered:" in letter.key]
    assert "Not accepted" in only(told).body
    assert "Ngân sách không đủ." in told[0].body


def test_ten_thousand_authors_are_each_told_once_in_a_few_statements(room):
    """Every third left an address; some never confirmed, some said stop."""
    first = room.comment()
    room.world.publish(first, room.moderator)
    ids = flood(room, first, 10_000)
    answer(room, ids)
    db.session.commit()
    statements: list[str] = []
    note = lambda _c, _cursor, statement, *_: statements.append(statement)  # noqa: E731
    seal_all(room)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        READERS[0].handle(
            db.session.scalars(select(Entry).where(Entry.verb == "answer.published")).all()
        )
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    db.session.commit()
    told = db.session.scalars(select(Letter.recipient).where(Letter.key.like("%:answered:%"))).all()
    willing = {f"{n}@example.vn" for n in range(10_000) if n % 3 == 0 and n % 5 and n % 7}
    assert len(told) == len(set(told))
    assert set(told) - {"a@example.vn"} == willing
    assert len(statements) < 40


def flood(room, like: Comment, many: int) -> list[int]:
    """That many public comments like this one, as rows."""
    skip = {"id", "receipt", "idempotency_key"}
    row = {c.name: getattr(like, c.name) for c in Comment.__table__.columns if c.name not in skip}
    rows = [{**row, "receipt": f"R{n}", "idempotency_key": f"K{n}"} for n in range(many)]
    db.session.execute(Comment.__table__.insert(), rows)
    found = dict(
        db.session.execute(
            select(Comment.receipt, Comment.id).where(Comment.receipt.like("R%"))
        ).all()
    )
    now = clock.now()
    addresses = [
        {
            "comment_id": found[f"R{n}"],
            "email": f"{n}@example.vn",
            "mark": "",
            "language": "en" if n % 2 else "vi",
            "key": codes.new_key(),
            "confirmed_at": now if n % 5 else None,
            "stopped_at": None if n % 7 else now,
        }
        for n in range(0, many, 3)
    ]
    db.session.execute(ContactAddress.__table__.insert(), addresses)
    db.session.commit()
    return list(found.values())


def seal_all(room) -> None:
    while seal():
        pass


def test_changed_words_are_told_to_those_whose_answer_named_them(room):
    now = clock.now()
    over = closed(room.world, now, FIRST)
    room.consultation = over
    agency = over.dossier.agency
    room.moderator = room.world.officer(agency, Role.MODERATOR)
    room.drafter = room.world.officer(agency, Role.DRAFTER)
    room.head = room.world.officer(agency, Role.APPROVER, Role.HEAD)
    at = over.opened_at + timedelta(days=1)
    named, kept, unnamed = (
        room.comment(f"{n}@example.vn", anchor=anchor, at=at)
        for n, anchor in enumerate(("dieu-3.khoan-2", "dieu-1", "dieu-3.khoan-1"))
    )
    for comment in (named, kept, unnamed):
        room.world.publish(comment, room.moderator)
    answers = {c.id: answer(room, [c.id]) for c in (unnamed,)}
    for comment in (named, kept):
        made = answering.draft(over, [comment.id], Disposition.NOTED, "Sẽ sửa.", room.drafter, now)
        db.session.add(
            AnswerChange(answer_id=made.id, lineage_id=comment.lineage_id, anchor=comment.anchor)
        )
        answering.finish(made, room.head, now)
        answers[comment.id] = made
    room.letters()
    version = post_again(room.world, over.dossier, SECOND, now)
    changed = [letter for letter in room.letters() if ":changed:" in letter.key]
    assert only(changed).recipient == "0@example.vn"
    assert answers_to_tell(over.dossier_id, version.id, clock.now()) == {answers[named.id].id}


def test_letters_hold_no_address_but_their_own_and_no_name(room):
    comment = room.comment(display_name="Bế Văn Thình")
    room.world.publish(comment, room.moderator)
    asking.ask(comment, "Ý bạn?", room.moderator, clock.now())
    answer(room, [comment.id])
    letters = room.letters()
    assert len(letters) == 3
    for letter in letters:
        for secret in ("Thình", "example.vn", room.moderator.name, room.drafter.name):
            assert secret not in letter.body + letter.subject
