"""Moderators at work on one queue, as people are, and what must be true of it afterwards.

Each opens what is free, now and then walks away from it or takes it over from a colleague,
publishes, covers, withholds, confirms, takes back. `python -m bench.shifts` is one of them.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.accounts.models import Grant, Officer, Role
from app.comments.models import Comment, CommenterKind, CommentStatus
from app.comments.publish import StaleError
from app.comments.submit import Words, find_place, submit
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock, codes
from app.moderation import decide, lease
from app.moderation.lease import LEASE, LeasedError, NotLeasedError
from app.moderation.masks import Asked
from app.moderation.models import Decision, Lease, Outcome
from app.moderation.reasons import Reason
from bench.client import BenchBroken

MODERATORS = 20
NEAR = 20  # of so many that wait longest one is opened: colleagues often meet at the same one
PATIENCE = 120
BODY = "Đề nghị tăng mức hỗ trợ. Liên hệ 0912345678 để biết thêm."
PHONE = Asked("body", BODY.index("09"), BODY.index("09") + 10, "personal_data")
Told = tuple[int, str]  # the comment and the outcome


@dataclass
class Shift:
    """What one moderator did: what was decided, what was left open, what was refused, how fast."""

    officer_id: int
    told: list[Told] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    # in seconds since 1970, for they are compared between processes
    begun: float = 0
    ended: float = 0

    def written(self) -> str:
        """The shift as text, for another process to read."""
        return json.dumps(vars(self))

    @classmethod
    def read(cls, text: str) -> Shift:
        """The shift that another process wrote."""
        words = json.loads(text)
        words["told"] = [(comment_id, outcome) for comment_id, outcome in words["told"]]
        return cls(**{**words, "refused": Counter(words["refused"])})


def work(officer_id: int, chance: random.Random, now: Callable[[], datetime]) -> Shift:
    """A moderator works until nothing waits that is free."""
    shift = Shift(officer_id, begun=time.time())
    while (found := _open(shift, chance, now)) is not None:
        comment_id, version = found
        begun = time.monotonic()
        if not comment_id or chance.random() < 0.02:
            shift.left += [comment_id] if comment_id else []
            continue
        try:
            outcome = _decide(comment_id, version, officer_id, chance, now())
            db.session.commit()
        except (StaleError, NotLeasedError) as refusal:
            db.session.rollback()
            shift.refused[type(refusal).__name__] += 1
            lease.release(comment_id, db.session.get_one(Officer, officer_id))
            db.session.commit()
            continue
        shift.seconds.append(time.monotonic() - begun)
        shift.told.append((comment_id, outcome))
        if chance.random() < 0.03:
            _take_back(shift, comment_id, now())
    shift.ended = time.time()
    return shift


def _open(
    shift: Shift, chance: random.Random, now: Callable[[], datetime]
) -> tuple[int, int] | None:
    """The number and version of a comment now held, zeros when a colleague was faster."""
    at, over = now(), chance.random() < 0.05
    held = select(Lease.comment_id).where(Lease.comment_id == Comment.id, Lease.until > at)
    waiting = select(Comment.id, Comment.row_version).where(
        Comment.status == CommentStatus.WAITING.value
    )
    free = waiting.where(~held.exists()).order_by(Comment.id).limit(NEAR)
    rows = db.session.execute(free).all()
    db.session.rollback()  # between looking and opening others work
    if not rows:
        return None
    if over:
        rows = db.session.execute(waiting.order_by(Comment.id).limit(NEAR)).all() or rows
        db.session.rollback()
    comment_id, version = chance.choice(rows)
    officer = db.session.get_one(Officer, shift.officer_id)
    try:
        (lease.take_over if over else lease.take)(comment_id, officer, at)
        db.session.commit()
    except LeasedError as refusal:
        db.session.rollback()
        shift.refused[type(refusal).__name__] += 1
        return 0, 0
    return comment_id, version


def _decide(
    comment_id: int, version: int, officer_id: int, chance: random.Random, now: datetime
) -> str:
    comment = db.session.get_one(Comment, comment_id)
    officer = db.session.get_one(Officer, officer_id)
    proposal = decide.proposed(comment_id)
    if proposal is not None and proposal.officer_id != officer_id and chance.random() < 0.7:
        decide.confirm(comment, version, officer, now)
        return Outcome.WITHHELD.value
    dice = chance.random()
    if dice < 0.3:
        reason = Reason.SPAM if dice < 0.2 or proposal is not None else Reason.UNLAWFUL
        sentence = "Nội dung quảng cáo."
        return decide.withhold(comment, version, reason, sentence, officer, now).value
    decide.publish(comment, version, officer, now, [PHONE] if dice < 0.5 else ())
    return Outcome.PUBLISHED.value


def _take_back(shift: Shift, comment_id: int, now: datetime) -> None:
    comment = db.session.get_one(Comment, comment_id)
    officer = db.session.get_one(Officer, shift.officer_id)
    try:
        decide.undo(comment, comment.row_version, officer, now)
        db.session.commit()
    except StaleError as refusal:
        db.session.rollback()
        shift.refused[f"undo {type(refusal).__name__}"] += 1
        return
    shift.told.append((comment_id, Outcome.RETURNED.value))


@dataclass(frozen=True)
class Audit:
    """What the database says of the shifts; all four are 0 when nothing went wrong."""

    double: int  # comments decided while they were decided
    lost: int  # decisions that a moderator was told of and that do not stand
    unasked: int  # decisions that stand and nobody was told of
    waiting: int  # comments that still wait


def audit(shifts: list[Shift], within: set[int]) -> Audit:
    """The shifts compared with what stands of the comments `within`."""
    rows = db.session.execute(
        select(Decision.comment_id, Decision.officer_id, Decision.outcome).order_by(Decision.id)
    )
    stands: Counter[tuple[int, int, str]] = Counter()
    decided, double = set[int](), 0
    for comment_id, officer_id, outcome in rows:
        if comment_id not in within:
            continue
        stands[officer_id, comment_id, outcome] += 1
        if outcome == Outcome.RETURNED:
            decided.discard(comment_id)
        elif outcome != Outcome.PROPOSED:
            double += comment_id in decided
            decided.add(comment_id)
    told = Counter((one.officer_id, *what) for one in shifts for what in one.told)
    return Audit(
        double, (told - stands).total(), (stands - told).total(), len(within) - len(decided)
    )


def fill(many: int) -> dict[str, list[int]]:
    """So many comments wait, and twenty moderators may decide them; their numbers."""
    on = db.session.scalars(select(Consultation).order_by(Consultation.id)).first()
    first = db.session.scalars(
        select(Officer).join(Grant).where(Grant.role == Role.MODERATOR.value)
    ).first()
    if on is None or first is None:
        raise BenchBroken("there is nothing to comment on, or nobody to decide")
    now, place = clock.now(), find_place(on.version_id, "dieu-3.khoan-1")
    receipts = []
    for n in range(many):
        words = Words(f"{BODY} {n}", CommenterKind.INDIVIDUAL, "vi", codes.new_key(), place.anchor)
        receipts.append(submit(on, words, place, now))
        if n % 500 == 499:
            db.session.commit()
    people = [_colleague(first, n) for n in range(MODERATORS)]
    db.session.commit()
    within = db.session.scalars(select(Comment.id).where(Comment.body.like(f"{BODY}%")))
    return {"comments": sorted(within), "officers": [one.id for one in people]}


def _colleague(of: Officer, n: int) -> Officer:
    """A moderator at the same agency, who never signs in."""
    one = Officer(
        email=f"moderator{n}@example.vn",
        name=f"Moderator {n}",
        agency_id=of.agency_id,
        password_hash="",
        session_key=codes.new_key(),
        created_at=clock.now(),
    )
    db.session.add(one)
    db.session.flush()
    role = Role.MODERATOR.value
    db.session.add(Grant(officer_id=one.id, role=role, agency_id=of.agency_id))
    return one


def main() -> None:
    """What was filled or done is printed as JSON."""
    asked = argparse.ArgumentParser(prog="python -m bench.shifts")
    for name in ("--fill", "--officer", "--colleagues"):
        asked.add_argument(name, type=int, default=0)
    asked.add_argument("--meet", type=Path)
    asked.add_argument("--audit", type=Path)
    asked.add_argument("--later", action="store_true", help="when all leases are over")
    options = asked.parse_args()
    with create_app().app_context():
        if options.fill:
            print(json.dumps(fill(options.fill)))
            return
        if options.audit:
            told = json.loads(options.audit.read_text())
            shifts = [Shift.read(one) for one in told["shifts"]]
            print(json.dumps(asdict(audit(shifts, set(told["within"])))))
            return
        _wait_for_colleagues(options.meet, options.officer, options.colleagues)
        later = LEASE if options.later else LEASE * 0
        shift = work(options.officer, random.Random(options.officer), lambda: clock.now() + later)
        print(shift.written())


def _wait_for_colleagues(meet: Path, officer_id: int, many: int) -> None:
    (meet / str(officer_id)).touch()
    until = time.monotonic() + PATIENCE
    while len(list(meet.iterdir())) < many:
        if time.monotonic() > until:
            raise BenchBroken("the moderators did not come together")
        time.sleep(0.01)


if __name__ == "__main__":
    main()
