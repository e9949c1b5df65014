"""An appeal: filed with the receipt in time, always answered by another person, told in public."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments.models import CommentStatus, Tally
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.seal import leaf_input
from app.ledger.tree import leaf_hash
from app.ledger.verbs import Verb
from app.moderation import appeals, decide, lease, register
from app.moderation.appeals import AppealOutcome
from app.moderation.models import Appeal, Tombstone
from app.moderation.reasons import Reason

SENTENCE = "Đoạn thứ hai nêu số điện thoại của người khác."
WORDS = "Đó là số điện thoại công khai của cơ quan."
REPLY = "Số điện thoại đó đúng là của cơ quan nên ý kiến được đăng."


class Scene:
    """A comment that one moderator withheld; a colleague has had no part in it."""

    def __init__(self, world) -> None:
        self.world = world
        self.consultation = world.consultation()
        agency = self.consultation.dossier.agency
        self.moderator = world.officer(agency, Role.MODERATOR)
        self.colleague = world.officer(agency, Role.MODERATOR)
        self.now = clock.now()
        self.comment = self.withheld("Xin gọi số 0200 555 08 00.")

    def withheld(self, body: str):
        comment = self.world.comment(self.consultation, body)
        lease.take(comment.id, self.moderator, self.now)
        reason = Reason.PERSONAL_DATA
        decide.withhold(comment, 1, reason, SENTENCE, self.moderator, self.now)
        db.session.commit()
        return comment


@pytest.fixture
def scene(world):
    return Scene(world)


def test_it_is_filed_with_the_receipt_and_answered_by_another(app, client, scene, drain):
    path = f"/comments/{scene.comment.receipt}/appeal"
    assert SENTENCE in client.get(path).get_data(as_text=True)
    assert client.submit(path, {"words": WORDS}).status_code == 303
    found = db.session.scalars(select(Appeal)).one()
    own = app.test_client()
    own.sign_in(scene.moderator.email)
    assert "another person has to answer" in own.get(f"/en/desk/appeals/{found.id}").get_data(
        as_text=True
    )
    other = app.test_client()
    other.sign_in(scene.colleague.email)
    assert f"/desk/appeals/{found.id}" in other.get("/desk/appeals").get_data(as_text=True)
    item = f"/desk/appeals/{found.id}"
    assert other.submit(item, {"outcome": "overturned", "reply": REPLY}).status_code == 303
    drain()
    db.session.expire_all()
    assert scene.comment.status == CommentStatus.PUBLISHED
    tally = db.session.get(Tally, (scene.consultation.id, 0))
    assert (tally.waiting, tally.published, tally.withheld) == (0, 1, 0)


def test_what_was_typed_comes_back(client, scene):
    answer = client.submit(f"/comments/{scene.comment.receipt}/appeal", {"words": "x" * 5001})
    assert answer.status_code == 422
    assert "x" * 5001 in answer.get_data(as_text=True)


def test_whoever_withheld_cannot_answer(app, scene):
    found = appeals.file(scene.comment, WORDS, scene.now)
    with pytest.raises(appeals.SamePersonError):
        appeals.decide(found, AppealOutcome.UPHELD, REPLY, scene.moderator, scene.now)
    db.session.commit()
    desk = app.test_client()
    desk.sign_in(scene.moderator.email)
    # the form is not offered; sent all the same, with a token from another page, it is refused
    elsewhere = scene.withheld("Gọi 0912 345 670.")
    words = {"outcome": "upheld", "reply": REPLY}
    refused = desk.submit(
        f"/comments/{elsewhere.receipt}/appeal", words, to=f"/desk/appeals/{found.id}"
    )
    assert refused.status_code == 403
    db.session.expire_all()
    assert found.decided_at is None


def test_ten_working_days_to_file_and_five_to_answer(scene):
    found = appeals.standing(scene.comment.id)
    assert found
    last = found.last_day
    assert found.may_file(clock.vn_midnight(last) + timedelta(hours=23, minutes=59))
    with pytest.raises(appeals.TooLateError):
        appeals.file(scene.comment, WORDS, clock.vn_midnight(last + timedelta(days=1)))
    db.session.rollback()
    filed = appeals.file(scene.comment, WORDS, clock.vn_midnight(last))
    assert 5 <= (filed.due_on - last).days <= 5 + 14


def test_an_appeal_is_filed_and_answered_once(scene):
    found = appeals.file(scene.comment, WORDS, scene.now)
    with pytest.raises(appeals.NotAppealableError):
        appeals.file(scene.comment, WORDS, scene.now)
    appeals.decide(found, AppealOutcome.UPHELD, REPLY, scene.colleague, scene.now)
    with pytest.raises(appeals.DecidedError):
        appeals.decide(found, AppealOutcome.OVERTURNED, REPLY, scene.colleague, scene.now)
    assert scene.comment.status == CommentStatus.WITHHELD


def test_nothing_to_appeal_against(client, scene, world):
    waiting = world.comment(scene.consultation, "Đang chờ.")
    answer = client.get(f"/en/comments/{waiting.receipt}/appeal")
    assert answer.status_code == 409
    assert "not withheld" in answer.get_data(as_text=True)


def ledger(verb: Verb) -> list[Entry]:
    return list(
        db.session.scalars(select(Entry).where(Entry.verb == verb.value).order_by(Entry.seq))
    )


def test_the_register_equals_the_ledger(client, scene, drain):
    other = scene.withheld("Số điện thoại 0912 345 678.")
    decide.undo(other, other.row_version, scene.moderator, scene.now)
    again = scene.withheld("Gọi 0912 345 679.")
    appeals.decide(
        appeals.file(again, WORDS, scene.now),
        AppealOutcome.OVERTURNED,
        REPLY,
        scene.colleague,
        scene.now,
    )
    db.session.commit()
    drain()
    rows = list(csv.DictReader(io.StringIO(client.get("/moderation.csv").get_data(as_text=True))))
    entries = ledger(Verb.COMMENT_WITHHELD)
    assert [
        (int(row["seq"]), row["leaf"], row["comment"], row["reason"]) for row in reversed(rows)
    ] == [
        (
            one.seq,
            leaf_hash(leaf_input(one.seq, one, one.salt)).hex(),
            f"GY-{one.facts['comment_id']}",
            one.facts["reason"],
        )
        for one in entries
    ]
    back = {
        one.facts["comment_id"]
        for verb in (Verb.COMMENT_RETURNED, Verb.COMMENT_REINSTATED)
        for one in ledger(verb)
    }
    assert {row["comment"] for row in rows if row["lifted_at"]} == {f"GY-{n}" for n in back}
    found = register.figures(clock.vn_date(scene.now))
    assert sum(found.withheld.values()) == len(entries)
    assert found.lifted == len(back)
    assert (found.published, found.overturned, found.open_appeals) == (1, 1, 0)
    page = client.get("/en/moderation").get_data(as_text=True)
    assert "3 comments withheld for this reason" in page
    assert db.session.scalars(select(Tombstone.leaf)).first() in client.get(
        f"/moderation/withheld?draft={scene.consultation.dossier.slug}"
    ).get_data(as_text=True)
    # the words of what stays withheld are on neither page
    for path in ("/moderation", "/moderation/withheld", "/moderation.csv"):
        assert "0200 555" not in client.get(path).get_data(as_text=True)


def test_the_median_counts_each_decision():
    assert register.median(register.Counter({1: 1, 5: 1, 9: 1})) == 5
    assert register.median(register.Counter({0: 9, 100: 2})) == 0
    assert register.median(register.Counter({3: 1, 7: 1})) == 3
    assert register.median(register.Counter()) is None


def test_what_somebody_else_must_not_read_is_covered_when_it_is_shown_after_all(app, scene):
    found = appeals.file(scene.comment, WORDS, scene.now)
    db.session.commit()
    other = app.test_client()
    other.sign_in(scene.colleague.email)
    item, said = f"/desk/appeals/{found.id}", {"outcome": "overturned", "reply": REPLY}
    wrong = other.submit(item, {**said, "passages": "không có câu này"})
    assert wrong.status_code == 422
    assert REPLY in wrong.get_data(as_text=True)
    covered = {"passages": "0200 555 08 00", "why": "personal_data"}
    assert other.submit(item, {**said, **covered}).status_code == 303
    db.session.expire_all()
    assert scene.comment.status == CommentStatus.PUBLISHED
    assert "0200" not in scene.comment.shown_body
    assert "0200 555 08 00" in scene.comment.body
