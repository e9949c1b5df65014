"""Many at once: one comment for one key, and figures that always add up."""

from __future__ import annotations

import random
import threading
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
from app.moderation import decide
from app.moderation.reasons import Reason
from tests.comments.writing import TYPED, form_at, hidden

STATES = ("waiting", "published", "withheld", "withdrawn", "late")


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
    assert answers == {(303, f"/comments/{receipt}?new=1")}
    submitted = select(func.count()).where(Entry.verb == "comment.submitted")
    assert db.session.scalar(submitted) == 1


def _act(rng, world, consultation, moderator) -> None:
    """One thing that can happen to the comments of a consultation, allowed or not."""
    ids = db.session.scalars(select(Comment.id)).all()
    act = rng.choice(["submit", "submit", "late", "publish", "publish", "withhold", "withdraw"])
    if act in ("submit", "late") or not ids:
        anchor = rng.choice(["", "dieu-1", "dieu-2.khoan-2.diem-a", "dieu-3.khoan-1"])
        at = consultation.closes_at if act == "late" else clock.now()
        world.comment(consultation, f"Ý kiến {rng.random()}", anchor, at=at)
        return
    comment = db.session.get(Comment, rng.choice(ids))
    seen = comment.row_version - rng.choice([0, 0, 0, 1])
    try:
        if act == "publish":
            decide.publish(comment, seen, moderator, clock.now())
        elif act == "withhold":
            decide.withhold(comment, seen, Reason.SPAM, "Quảng cáo.", moderator, clock.now())
        else:
            outcomes.withdraw(comment, clock.now())
        db.session.commit()
    except outcomes.StaleError:
        db.session.rollback()


@pytest.mark.parametrize("chance", range(6))
def test_the_tally_adds_up_whatever_happens_in_whatever_order(world, chance):
    rng = random.Random(chance)
    consultation = world.consultation()
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    for _ in range(60):
        _act(rng, world, consultation, moderator)
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
