"""Many at once: one comment for one key, and figures that always add up."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus, Tally
from app.comments.tally import READERS
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.read import advance
from app.ledger.seal import seal
from app.moderation import bulk, decide, lease, masks
from app.moderation.lease import LeasedError, NotLeasedError
from app.moderation.masks import Asked
from app.moderation.reasons import Reason
from tests.comments.writing import TYPED, form_at, hidden

STATES = ("waiting", "published", "withheld", "withdrawn", "late")


@pytest.mark.usefixtures("patient")
def test_fifty_identical_requests_give_one_comment_and_one_receipt(app, client, world):
    path = form_at(world.consultation())
    fields = {**hidden(client, path), **TYPED}
    cookie = client.get_cookie("gopy").value
    db.session.rollback()
    start = threading.Barrier(10)

    def send(n: int) -> tuple[int, str]:
        browser = app.test_client()
        browser.set_cookie("gopy", cookie)
        if n < 10:
            start.wait(10)
        answer = browser.post(path, data=fields)
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(50)))
    receipt = db.session.scalars(select(Comment.receipt)).one()
    [(status, there)] = answers
    assert (status, there.partition("?")[0]) == (303, f"/comments/{receipt}")
    submitted = select(func.count()).where(Entry.verb == "comment.submitted")
    assert db.session.scalar(submitted) == 1


ACTS = (
    *("submit", "submit", "submit", "late", "publish", "publish", "mask", "withhold", "propose"),
    *("confirm", "undo", "undo", "reinstate", "withdraw", "many"),
)
REFUSALS = (
    *(outcomes.StaleError, outcomes.PeriodOverError, LeasedError, NotLeasedError),
    *(decide.NothingProposedError, decide.SamePersonError, decide.UndoOverError),
)


def _act(rng, world, consultation, people) -> str:
    """One thing that can happen to the comments of a consultation; empty when it was refused."""
    ids = db.session.scalars(select(Comment.id)).all()
    act = rng.choice(ACTS)
    if act in ("submit", "late") or not ids:
        anchor = rng.choice(["", "dieu-1", "dieu-2.khoan-2.diem-a", "dieu-3.khoan-1"])
        at = consultation.closes_at if act == "late" else clock.now()
        world.comment(consultation, f"Ý kiến {rng.random()}", anchor, at=at)
        return "submit"
    officer, now = rng.choice(people), clock.now()
    comment = db.session.get(Comment, rng.choice(ids))
    seen = comment.row_version - rng.choice([0, 0, 0, 1])
    try:
        if act not in ("undo", "reinstate", "withdraw", "many") and rng.random() < 0.9:
            rng.choice([lease.take, lease.take_over])(comment.id, officer, now)
        _carry_out(act, comment, seen, officer, now)
        db.session.commit()
    except REFUSALS:
        db.session.rollback()
        return ""
    return act


def _carry_out(act, comment, seen, officer, now) -> None:
    match act:
        case "publish":
            decide.publish(comment, seen, officer, now)
        case "mask":
            decide.publish(comment, seen, officer, now, [Asked("body", 0, 1, "insult")])
        case "withhold" | "propose":
            reason = Reason.SPAM if act == "withhold" else Reason.UNLAWFUL
            decide.withhold(comment, seen, reason, "Quảng cáo.", officer, now)
        case "confirm":
            decide.confirm(comment, seen, officer, now)
        case "undo":
            decide.undo(comment, seen, officer, now)
        case "reinstate":  # as an appeal does
            outcomes.reinstate(comment, seen, officer.id, now)
        case "withdraw":
            outcomes.withdraw(comment, now)
        case "many":
            order = bulk.Order(bulk.Deed.PUBLISH)
            bulk.carry_out({comment.id: seen, comment.id - 1: seen}, order, officer, now)


@pytest.mark.parametrize("chance", range(6))
def test_the_tally_adds_up_whatever_happens_in_whatever_order(world, chance):
    rng = random.Random(chance)
    consultation = world.consultation()
    agency = consultation.dossier.agency
    people = [world.officer(agency, Role.MODERATOR) for _ in range(2)]
    happened = Counter[str]()
    for _ in range(90):
        happened[_act(rng, world, consultation, people)] += 1
        # the worker may come by after any step, and be gone between its own two
        if rng.random() < 0.2:
            seal()
        if rng.random() < 0.2:
            advance(READERS[0])
    while seal() + advance(READERS[0]):
        pass

    tallies = db.session.scalars(select(Tally)).all()
    for tally in tallies:
        assert tally.received == sum(getattr(tally, state) for state in STATES)
        assert min(getattr(tally, state) for state in STATES) >= 0
    total = db.session.get(Tally, (consultation.id, 0))
    found = select(Comment.status, func.count()).group_by(Comment.status)
    counted = dict(db.session.execute(found).all())
    assert {state: getattr(total, state) for state in STATES} == {
        state: counted.get(state, 0) for state in STATES
    }
    placed = select(func.count()).where(Comment.article_lineage_id.is_not(None))
    assert sum(t.received for t in tallies if t.article_lineage_id) == db.session.scalar(placed)
    assert set(counted) <= {status.value for status in CommentStatus}
    _shown_as_decided(happened)


def _shown_as_decided(happened: Counter[str]) -> None:
    """Covers lie on public comments alone, and as many as were laid and not taken off."""
    assert happened.total() - happened[""] > 20, "too little happened"
    masked = db.session.scalars(select(Comment).where(Comment.masked)).all()
    assert {one.status for one in masked} <= {"published", "withdrawn"}
    assert set(masks.shown([one.id for one in masked])) == {one.id for one in masked}
    for one in masked:
        assert one.shown_body == one.body.replace("Ý", masks.COVER, 1)
    assert len(masked) <= happened["mask"]
