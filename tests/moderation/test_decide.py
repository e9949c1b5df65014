"""Decisions: held and seen, alone or with a second person, taken back within ten minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.accounts.models import Officer, Role
from app.comments.models import Comment, Tally
from app.comments.publish import StaleError, withdraw
from app.extensions import db
from app.kit import clock, codes
from app.ledger.models import Entry
from app.moderation import decide, lease, masks
from app.moderation.decide import NothingProposedError, Over, SamePersonError, UndoOverError
from app.moderation.lease import LeasedError, NotLeasedError
from app.moderation.masks import COVER, Asked, Cover, Field, MaskError
from app.moderation.models import Appeal, Decision, Flag, FlagKind, Mask, Outcome
from app.moderation.reasons import LABELS, TWO_PERSONS, Reason
from app.responses.models import Answer, AnswerComment

NOW = clock.now()
MINUTE = timedelta(minutes=1)
BODY = "Ông Trần Văn Bảy lấy tiền. Trần Văn Bảy phải trả lại."
NAME = Asked("body", 4, 16, "personal_data")


@pytest.fixture
def comment(world) -> Comment:
    return world.comment(
        world.consultation(), BODY, proposed_wording="Mỗi hộ năm triệu.", display_name="Lò Thị Mai"
    )


@pytest.fixture
def people(world, comment) -> tuple[Officer, Officer]:
    agency = comment.consultation.dossier.agency
    one, other = (world.officer(agency, Role.MODERATOR) for _ in range(2))
    return one, other


def withhold(comment, officer, reason=Reason.SPAM, now=NOW, **more) -> Outcome:
    lease.take(comment.id, officer, now)
    sentence = "Đây là quảng cáo."
    return decide.withhold(comment, comment.row_version, reason, sentence, officer, now, **more)


def confirm(comment, officer, now=NOW) -> None:
    lease.take(comment.id, officer, now)
    decide.confirm(comment, comment.row_version, officer, now)


def undo(comment, officer, now=NOW) -> None:
    decide.undo(comment, comment.row_version, officer, now)


def outcomes() -> list[str]:
    return list(db.session.scalars(select(Decision.outcome).order_by(Decision.id)))


def verbs(comment) -> list[str]:
    about = select(Entry.verb).where(Entry.subject == f"comment:{comment.id}").order_by(Entry.id)
    return list(db.session.scalars(about))[1:]


def shown(comment) -> tuple[str, str, str]:
    return comment.shown_body, comment.shown_wording, comment.shown_name


class TestLease:
    """Nothing is decided by whoever does not hold the comment."""

    @pytest.mark.parametrize("held", ["by nobody", "by another", "no longer"])
    def test_without_it_nothing_happens(self, comment, people, held):
        one, other = people
        if held != "by nobody":
            holder = one if held == "no longer" else other
            lease.take(comment.id, holder, NOW - lease.LEASE / (1 if held == "no longer" else 2))
        ways = [
            lambda: decide.publish(comment, 1, one, NOW),
            lambda: decide.publish(comment, 1, one, NOW, [NAME]),
            lambda: decide.withhold(comment, 1, Reason.SPAM, "Quảng cáo.", one, NOW),
            lambda: decide.withhold(comment, 1, Reason.UNLAWFUL, "Điều 1.", one, NOW),
        ]
        for way in ways:
            with pytest.raises(NotLeasedError):
                way()
        assert (comment.status, comment.row_version, verbs(comment)) == ("waiting", 1, [])

    def test_it_is_given_back_by_the_decision_and_not_by_a_refusal(self, comment, people):
        one, other = people
        lease.take(comment.id, one, NOW)
        with pytest.raises(StaleError):
            decide.publish(comment, 7, one, NOW)
        with pytest.raises(MaskError):
            decide.publish(comment, 1, one, NOW, [Asked("body", 0, 999, "insult")])
        with pytest.raises(LeasedError):
            lease.take(comment.id, other, NOW)
        decide.publish(comment, 1, one, NOW)
        assert not lease.holders([comment.id], NOW)
        decision = decide.last(comment.id)
        assert (decision.officer_id, decision.at) == (one.id, NOW)
        assert (decision.outcome, decision.reason, decision.sentence) == ("published", "", "")

    def test_what_was_decided_or_taken_back_meanwhile_is_told_first(self, comment, people):
        one, other = people
        lease.take(comment.id, one, NOW)
        lease.take_over(comment.id, other, NOW)
        decide.publish(comment, 1, other, NOW)
        with pytest.raises(StaleError):
            decide.publish(comment, 1, one, NOW)
        assert outcomes() == ["published"]


class TestMasks:
    """Passages are covered in public and kept in the record."""

    def test_covered_passages_are_shown_as_covers_and_the_words_stay(self, comment, people):
        one, _ = people
        lease.take(comment.id, one, NOW)
        decide.publish(comment, 1, one, NOW, [NAME])
        assert shown(comment) == (
            f"Ông {COVER} lấy tiền. {COVER} phải trả lại.",
            "Mỗi hộ năm triệu.",
            "Lò Thị Mai",
        )
        assert (comment.body, comment.masked_wording, comment.masked_name) == (BODY, None, None)
        rows = db.session.execute(select(Mask.start, Mask.end, Mask.shown_start)).all()
        assert sorted(rows) == [(4, 16, 4), (27, 39, 20)]
        of_it = db.session.execute(select(Mask.decision_id, Mask.comment_id, Mask.field)).all()
        assert set(of_it) == {(decide.last(comment.id).id, comment.id, "body")}
        covers = (Cover(4, Reason.PERSONAL_DATA), Cover(20, Reason.PERSONAL_DATA))
        assert masks.shown([comment.id]) == {comment.id: {Field.BODY: covers}}

    def test_the_record_has_reasons_and_a_digest_and_none_of_the_words(
        self, comment, people, drain
    ):
        one, _ = people
        lease.take(comment.id, one, NOW)
        insult = Asked("wording", 0, 7, "insult")
        decide.publish(comment, 1, one, NOW, [NAME, insult])
        db.session.commit()
        drain()
        entry = db.session.scalars(select(Entry).where(Entry.verb == "comment.masked")).one()
        assert entry.facts["reasons"] == {"insult": 1, "personal_data": 2}
        assert (entry.actor_id, entry.consultation_id) == (one.id, comment.consultation_id)
        assert entry.facts["digest"] == codes.salted_digest("\n".join(shown(comment)), comment.salt)
        assert verbs(comment) == ["comment.published", "comment.masked"]
        assert "Bảy" not in str([row.facts for row in db.session.scalars(select(Entry))])

    def test_undone_it_is_whole_again_and_the_masks_belong_to_the_past(self, comment, people):
        one, other = people
        lease.take(comment.id, one, NOW)
        decide.publish(comment, 1, one, NOW, [NAME])
        undo(comment, other)
        assert (comment.status, shown(comment)[0]) == ("waiting", BODY)
        assert masks.shown([comment.id]) == {}
        lease.take(comment.id, other, NOW)
        decide.publish(comment, comment.row_version, other, NOW)
        assert shown(comment)[0] == BODY
        assert masks.shown([comment.id]) == {}
        assert len(db.session.scalars(select(Mask.id)).all()) == 2

    def test_a_name_of_covers_has_room(self, comment, world, people):
        name = ("a " * 60).strip()
        long = world.comment(comment.consultation, display_name=name)
        world.publish(
            long, people[0], masks=[Asked("name", n, n + 1, "insult") for n in (0, 1)][:1]
        )
        db.session.commit()
        assert db.session.get(Comment, long.id).shown_name == " ".join([COVER] * 60)


class TestTwoPersons:
    """Whom one person alone could silence for an opinion, two have to agree on."""

    def test_the_reasons_that_need_two_are_those_that_judge_what_is_said(self):
        assert {Reason.UNLAWFUL, Reason.OFF_TOPIC} == TWO_PERSONS
        assert set(LABELS) > TWO_PERSONS

    @pytest.mark.parametrize("reason", list(Reason))
    @pytest.mark.parametrize("borderline", [False, True])
    def test_one_proposes_and_another_confirms(self, comment, people, reason, borderline):
        one, other = people
        outcome = withhold(comment, one, reason, borderline=borderline)
        alone = reason not in TWO_PERSONS and not borderline
        assert outcome is (Outcome.WITHHELD if alone else Outcome.PROPOSED)
        if alone:
            assert (comment.status, outcomes()) == ("withheld", ["withheld"])
            return
        assert (comment.status, comment.row_version, comment.decided_at) == ("waiting", 2, None)
        assert db.session.get(Flag, (comment.id, "second_person")).open
        confirm(comment, other)
        assert comment.status == "withheld"
        [proposal, decision] = db.session.scalars(select(Decision).order_by(Decision.id))
        assert (decision.reason, decision.sentence) == (proposal.reason, proposal.sentence)
        assert (proposal.officer_id, decision.officer_id) == (one.id, other.id)
        assert not db.session.get(Flag, (comment.id, "second_person")).open
        assert verbs(comment) == ["withholding.proposed", "comment.withheld"]

    def test_the_same_person_does_not_confirm(self, comment, people):
        one, _ = people
        withhold(comment, one, Reason.UNLAWFUL)
        with pytest.raises(SamePersonError):
            confirm(comment, one)
        assert comment.status == "waiting"

    def test_whoever_proposes_once_more_needs_another_once_more(self, comment, people):
        one, other = people
        withhold(comment, one, Reason.UNLAWFUL)
        assert withhold(comment, other, Reason.OFF_TOPIC, NOW) is Outcome.PROPOSED
        with pytest.raises(SamePersonError):
            confirm(comment, other)
        lease.release(comment.id, other)
        confirm(comment, one)
        assert decide.last(comment.id).reason == "off_topic"

    def test_another_publishes_instead(self, comment, people):
        one, other = people
        withhold(comment, one, Reason.OFF_TOPIC)
        lease.take(comment.id, other, NOW)
        decide.publish(comment, 2, other, NOW)
        assert comment.status == "published"
        assert decide.proposed(comment.id) is None
        assert not db.session.get(Flag, (comment.id, "second_person")).open

    def test_a_screen_from_before_the_proposal_decides_nothing(self, comment, people):
        one, other = people
        withhold(comment, one, Reason.OFF_TOPIC)
        lease.take(comment.id, other, NOW)
        with pytest.raises(StaleError):
            decide.publish(comment, 1, other, NOW)
        with pytest.raises(StaleError):
            decide.confirm(comment, 1, other, NOW)

    def test_what_nobody_proposed_nobody_confirms(self, comment, people):
        with pytest.raises(NothingProposedError):
            confirm(comment, people[0])

    def test_taken_back_by_its_author_it_is_not_confirmed(self, comment, people):
        one, other = people
        withhold(comment, one, Reason.OFF_TOPIC)
        withdraw(comment, NOW)
        with pytest.raises(StaleError):
            confirm(comment, other)


class TestUndo:
    """Ten minutes to think again."""

    @pytest.mark.parametrize("who", [0, 1])
    @pytest.mark.parametrize("outcome", ["published", "withheld"])
    def test_the_comment_waits_again_with_its_flags(
        self, world, comment, people, outcome, who, drain
    ):
        db.session.add_all(
            Flag(
                comment_id=comment.id,
                kind=kind.value,
                consultation_id=comment.consultation_id,
                submitted_at=comment.submitted_at,
            )
            for kind in (FlagKind.ABUSE, FlagKind.LINK)
        )
        if outcome == "published":
            world.publish(comment, people[0], NOW)
        else:
            world.withhold(comment, people[0], at=NOW)
        db.session.expire_all()
        assert not any(db.session.scalars(select(Flag.open)))
        db.session.expire_all()
        undo(comment, people[who], NOW + decide.UNDO)
        db.session.commit()
        drain()
        assert (comment.status, comment.decided_at) == ("waiting", None)
        assert outcomes() == [outcome, "returned"]
        assert all(db.session.scalars(select(Flag.open)))
        tally = db.session.get(Tally, (comment.consultation_id, 0))
        assert (tally.waiting, tally.published, tally.withheld) == (1, 0, 0)
        world.publish(comment, people[0])
        assert comment.status == "published"

    def test_a_confirmed_withholding_goes_back_to_where_nobody_proposed(self, comment, people):
        one, other = people
        withhold(comment, one, Reason.UNLAWFUL)
        confirm(comment, other)
        undo(comment, one)
        assert decide.proposed(comment.id) is None
        assert not db.session.get(Flag, (comment.id, "second_person")).open
        with pytest.raises(NothingProposedError):
            confirm(comment, other)

    def test_after_ten_minutes_it_stands(self, world, comment, people):
        world.publish(comment, people[0], NOW)
        assert timedelta(minutes=10) == decide.UNDO
        with pytest.raises(UndoOverError, match="too_late") as refused:
            undo(comment, people[0], NOW + decide.UNDO + timedelta(seconds=1))
        assert refused.value.why is Over.TOO_LATE

    def test_once_answered_in_public_it_stands(self, world, comment, people, drain):
        world.publish(comment, people[0], NOW)
        answer = Answer(
            consultation_id=comment.consultation_id,
            disposition="noted",
            explanation="Đã rõ.",
            drafted_by=people[0].id,
            drafted_at=NOW,
        )
        db.session.add(answer)
        db.session.flush()
        db.session.execute(insert(AnswerComment).values(answer_id=answer.id, comment_id=comment.id))
        undo(comment, people[0], NOW)  # nobody outside has read a draft
        world.publish(comment, people[0], NOW)
        answer.published_by, answer.published_at = people[1].id, NOW
        db.session.commit()
        with pytest.raises(UndoOverError) as refused:
            undo(comment, people[0], NOW)
        assert refused.value.why is Over.ANSWERED
        assert comment.status == "published"
        db.session.commit()  # what was refused spoils nothing of the caller's transaction

    def test_once_appealed_it_is_for_the_appeal(self, world, comment, people):
        world.withhold(comment, people[0], at=NOW)
        decision = decide.last(comment.id)
        db.session.add(
            Appeal(
                comment_id=comment.id,
                decision_id=decision.id,
                words="Tôi không quảng cáo.",
                filed_at=NOW,
                due_on=clock.vn_date(NOW),
            )
        )
        with pytest.raises(UndoOverError) as refused:
            undo(comment, people[0])
        assert refused.value.why is Over.APPEALED

    @pytest.mark.parametrize("state", ["waiting", "proposed", "returned", "withdrawn", "stale"])
    def test_there_must_be_a_decision_and_it_must_be_the_one_seen(
        self, world, comment, people, state
    ):
        if state == "proposed":
            withhold(comment, people[0], Reason.UNLAWFUL)
        elif state != "waiting":
            world.publish(comment, people[0], NOW)
        if state == "returned":
            undo(comment, people[0])
        if state == "withdrawn":
            withdraw(comment, NOW)
        with pytest.raises(StaleError):
            decide.undo(comment, comment.row_version - (state == "stale"), people[0], NOW)
