"""Whatever is decided, public counts add up: nothing that came disappears from them (G16)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial

from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.accounts.models import Role
from app.approvals import propose
from app.approvals.models import HOLD, Category, Proposal
from app.comments import publish as outcomes
from app.comments.models import Comment, CommentStatus, Tally
from app.comments.tally import READERS as TALLY
from app.comments.tally import TOTAL
from app.extensions import db
from app.kit import clock
from app.ledger.read import advance
from app.ledger.seal import seal
from app.moderation import appeals, decide, takedown
from app.moderation.models import Appeal, Decision
from app.moderation.reasons import Reason
from tests.factories import World
from tests.search.walking import REFUSED


def count() -> None:
    """What happened is sealed and in the public counts."""
    while seal():
        pass
    for reader in TALLY:
        while advance(reader):
            pass


STATES = [CommentStatus(one) for one in ("published", "withheld", "withdrawn", "waiting", "late")]
ANY = st.integers(0, 1000)


class Desk(RuleBasedStateMachine):
    """Three people at a desk, and whoever writes to it."""

    def __init__(self, world: World, reader: FlaskClient) -> None:
        super().__init__()
        self.world, self.reader = world, reader
        self.consultation = world.consultation()
        agency = self.consultation.dossier.agency
        self.people = [world.officer(agency, Role.MODERATOR) for _ in range(3)]
        self.second = world.officer(agency, Role.APPROVER)
        self.came = 0

    def one(self, number: int, *status: CommentStatus) -> Comment | None:
        wanted = Comment.status.in_([one.value for one in status])
        mine = Comment.consultation_id == self.consultation.id
        rows = db.session.scalars(select(Comment).where(mine, wanted).order_by(Comment.id))
        found = rows.all()
        return found[number % len(found)] if found else None

    def attempt(self, act, *words) -> None:
        try:
            act(*words)
        except REFUSED:
            db.session.rollback()
        db.session.commit()

    @rule(late=st.booleans())
    def somebody_says_something(self, late):
        ends = self.consultation.closes_at
        at = ends + timedelta(hours=1) if late else clock.now()
        self.world.comment(self.consultation, "Tôi góp ý.", at=at)
        self.came += 1

    @rule(number=ANY, who=ANY)
    def it_is_published(self, number, who):
        if comment := self.one(number, CommentStatus.WAITING):
            self.attempt(self.world.publish, comment, self.people[who % 3])

    @rule(number=ANY, who=ANY, reason=st.sampled_from(Reason))
    def it_is_withheld(self, number, who, reason):
        if comment := self.one(number, CommentStatus.WAITING):
            self.attempt(self.world.withhold, comment, self.people[who % 3], reason)

    @rule(number=ANY, who=ANY)
    def the_decision_is_taken_back(self, number, who):
        if comment := self.one(number, CommentStatus.PUBLISHED, CommentStatus.WITHHELD):
            officer = self.people[who % 3]
            self.attempt(decide.undo, comment, comment.row_version, officer, clock.now())

    @rule(number=ANY, who=ANY)
    def it_is_taken_down(self, number, who):
        if comment := self.one(number, CommentStatus.PUBLISHED):
            words = Category.UNLAWFUL, "Luật 117/2025/QH15", "Trái luật."
            subject = f"comment:{comment.id}"
            officer = self.people[who % 3]
            self.attempt(takedown.order, subject, comment, *words, officer, clock.now())

    @rule(number=ANY, how=st.sampled_from(["agrees", "refuses", "is late"]))
    def a_second_officer_decides_on_a_takedown(self, number, how):
        rows = db.session.scalars(select(Proposal).where(Proposal.outcome == "")).all()
        if rows and how == "is late":
            self.attempt(propose.lapse_due, clock.now() + HOLD)
        elif rows:
            proposal, now = rows[number % len(rows)], clock.now()
            if how == "agrees":
                self.attempt(propose.agree, proposal, self.second, now)
            else:
                self.attempt(propose.refuse, proposal, "Không trái luật.", self.second, now)

    @rule(number=ANY)
    def its_author_takes_it_back(self, number):
        if comment := self.one(number, CommentStatus.PUBLISHED, CommentStatus.WAITING):
            self.attempt(outcomes.withdraw, comment, clock.now())

    @rule(number=ANY, who=ANY, outcome=st.sampled_from(appeals.AppealOutcome))
    def an_appeal_is_filed_and_decided(self, number, who, outcome):
        if comment := self.one(number, CommentStatus.WITHHELD):
            self.attempt(appeals.file, comment, "Xin xem lại.", clock.now())
            appeal = db.session.scalar(
                select(Appeal).where(Appeal.comment_id == comment.id).order_by(-Appeal.id)
            )
            if appeal is not None:
                words = "Đã xem lại.", self.people[who % 3], clock.now()
                self.attempt(appeals.decide, appeal, outcome, *words)

    @invariant()
    def the_counts_add_up(self):
        count()
        mine = Comment.consultation_id == self.consultation.id
        states = Counter(db.session.scalars(select(Comment.status).where(mine)))
        tally = db.session.get(Tally, (self.consultation.id, TOTAL))
        told = {one: getattr(tally, one.value) if tally else 0 for one in STATES}
        assert told == {one: states[one.value] for one in STATES}
        assert sum(told.values()) == self.came == sum(states.values())
        db.session.rollback()

    @invariant()
    def what_is_withheld_has_reason_person_time_and_a_way_to_appeal(self):
        for number in range(3):
            comment = self.one(number, CommentStatus.WITHHELD)
            if comment is None:
                return
            last = db.session.scalars(
                select(Decision)
                .where(Decision.comment_id == comment.id)
                .order_by(Decision.id.desc())
            ).first()
            assert last.reason in set(Reason)
            assert last.sentence
            assert last.officer_id
            assert last.at
            receipt = f"/comments/{comment.receipt}"
            page = self.reader.get(receipt).get_data(as_text=True)
            filed = select(Appeal.id).where(Appeal.decision_id == last.id)
            assert f"{receipt}/appeal" in page or db.session.scalar(filed)


def test_public_counts_are_shown_withheld_withdrawn_waiting_and_late_always(world, client):
    run_state_machine_as_test(
        partial(Desk, world, client),
        settings=settings(
            max_examples=4,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
