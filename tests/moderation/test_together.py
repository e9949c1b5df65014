"""Twenty at once on one queue: everything is decided, once, and nothing that was told is lost."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Officer, Role
from app.comments.models import Comment, Tally
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.moderation import lease
from app.moderation.lease import LEASE, LeasedError
from app.moderation.models import Lease, Mask
from bench.shifts import BODY, MODERATORS, Audit, Shift, audit, work

ITEMS = 300
pytestmark = pytest.mark.usefixtures("patient")
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def queue(world, app):
    """The numbers of the comments that wait and of the officers who will decide them."""
    consultation = world.consultation()
    agency = consultation.dossier.agency
    officers = [world.officer(agency, Role.MODERATOR).id for _ in range(MODERATORS)]
    items = [world.comment(consultation, f"{BODY} {n}").id for n in range(ITEMS)]
    # fewer connections than people, as behind a web server
    db.session.rollback()
    return items, officers


def together(app, officers: list[int], now) -> list[Shift]:
    start = threading.Barrier(len(officers))

    def one(officer_id: int) -> Shift:
        with app.app_context():
            start.wait(30)
            return work(officer_id, random.Random(officer_id), now)

    with ThreadPoolExecutor(len(officers)) as pool:
        return list(pool.map(one, officers))


def test_twenty_moderators_decide_everything_once_and_lose_nothing(app, queue, drain):
    items, officers = queue
    shifts = together(app, officers, clock.now)
    left = {comment_id for one in shifts for comment_id in one.left}
    waiting = select(Comment.id).where(Comment.status == "waiting")
    abandoned = set(db.session.scalars(waiting))
    assert abandoned <= left, "what nobody left open was not decided"
    assert sum(one.refused.total() for one in shifts), "they never met: nothing was tried"

    # what somebody walked away from is held until the lease is over, and free at that instant
    ends = dict(db.session.execute(select(Lease.comment_id, Lease.until)).all())
    assert abandoned <= set(ends)
    for comment_id in abandoned:
        stranger = db.session.get(Officer, officers[0])
        if db.session.get(Lease, comment_id).officer_id == stranger.id:
            stranger = db.session.get(Officer, officers[1])
        with pytest.raises(LeasedError):
            lease.take(comment_id, stranger, ends[comment_id] - INSTANT)
        lease.take(comment_id, stranger, ends[comment_id])
    db.session.commit()

    # those of the next shift walk away from some as well; one of the following comes to an end
    for shift in range(1, 6):
        after = 2 * shift * LEASE
        shifts += together(app, officers[:4], lambda after=after: clock.now() + after)
        if db.session.scalar(waiting.limit(1)) is None:
            break
        db.session.rollback()
    assert audit(shifts, set(items)) == Audit(double=0, lost=0, unasked=0, waiting=0)
    drain()
    _record_tells_the_same(shifts)


def _record_tells_the_same(shifts: list[Shift]) -> None:
    """The ledger, the tally and the comments agree with what the moderators were told."""
    told = Counter(outcome for one in shifts for _, outcome in one.told)
    verbs = dict(db.session.execute(select(Entry.verb, func.count()).group_by(Entry.verb)).all())
    assert {
        "published": verbs.get("comment.published", 0),
        "withheld": verbs.get("comment.withheld", 0),
        "proposed": verbs.get("withholding.proposed", 0),
        "returned": verbs.get("comment.returned", 0),
    } == {name: told[name] for name in ("published", "withheld", "proposed", "returned")}
    states = dict(
        db.session.execute(select(Comment.status, func.count()).group_by(Comment.status)).all()
    )
    tally = db.session.scalars(select(Tally).where(Tally.article_lineage_id == 0)).one()
    assert (tally.waiting, tally.published, tally.withheld) == (
        0,
        states["published"],
        states["withheld"],
    )
    assert sum(states.values()) == ITEMS
    masked = db.session.scalars(select(Comment.shown_body).where(Comment.masked_body.is_not(None)))
    assert all("0912345678" not in body for body in masked)
    assert db.session.scalar(select(func.count(Mask.id))) == verbs.get("comment.masked", 0)
