"""Nobody agrees to their own proposal, whatever their roles: six acts, all roles (G19)."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Grant, Officer, Role
from app.accounts.policy import RULES, may
from app.approvals import propose
from app.approvals.kinds import kinds
from app.approvals.models import Category, Outcome, Proposal
from app.comments.models import Comment
from app.consultations import giving_time, law
from app.consultations.lifecycle import NotLongerError
from app.consultations.models import Extension, Holiday, PeriodRule
from app.consultations.rules import calendar, rule_for
from app.documents import takedown
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.moderation import decide, lease
from app.moderation import takedown as said
from app.moderation.reasons import Reason
from app.responses import answering, newcomers
from app.responses import takedown as answered
from app.responses.editing import OvertakenError
from app.responses.models import Answer, Disposition
from tests.groups import made as made_of
from tests.moderation.staff import enter

NOW = clock.now
TYPE = "provincial_council_resolution"


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def several(world, consultation):
    """Officers of the agency with the same roles."""

    def make(*roles: Role, number: int = 2):
        agency = consultation.dossier.agency
        return [world.officer(agency, *roles) for _ in range(number)]

    return make


def more_time(consultation, officer):
    day = consultation.last_day + timedelta(days=10)
    return giving_time.propose_extension(consultation, day, "Nhiều người xin thêm.", officer, NOW())


def take_down(consultation, officer):
    dossier = consultation.dossier
    words = Category.STATE_SECRET, "Luật 117/2025/QH15", "Có số mật."
    found = takedown.order(f"dossier:{dossier.id}", dossier, *words, officer, NOW())
    return db.session.get_one(Proposal, found.proposal_id)


def give_back(consultation, officer):
    first = take_down(consultation, officer)
    second = next(one for one in db.session.scalars(select(Grant.officer_id)) if one != officer.id)
    db.session.execute(
        text(
            "UPDATE proposal SET outcome = 'agreed', decided_by = :second, decided_at = :at "
            "WHERE id = :id"
        ),
        {"second": second, "at": NOW().isoformat(), "id": first.id},
    )
    found = takedown.standing(first.subject)
    found.confirmed_at = NOW()
    return takedown.propose_lifting(found, "Đã giải mật.", officer, NOW())


def take_down_comment(consultation, officer):
    comment = Comment(
        **dict.fromkeys(("body", "digest", "salt"), "x"),
        **dict.fromkeys(("receipt", "idempotency_key"), secrets.token_hex(8)),
        consultation_id=consultation.id,
        commenter_kind="individual",
        language="vi",
        status="published",
        submitted_at=NOW(),
    )
    db.session.add(comment)
    db.session.flush()
    words = Category.UNLAWFUL, "Luật 1", "Trái luật."
    found = said.order(f"comment:{comment.id}", comment, *words, officer, NOW())
    return db.session.get_one(Proposal, found.proposal_id)


def take_down_answer(consultation, officer):
    answer = Answer(
        consultation_id=consultation.id,
        **{"disposition": "noted", "explanation": "Ghi nhận.", "state": "published"},
        drafted_by=officer.id,
        **dict.fromkeys(("drafted_at", "published_at"), NOW()),
    )
    db.session.add(answer)
    db.session.flush()
    words = Category.UNLAWFUL, "Luật 1", "Trái luật."
    found = answered.order(answer, *words, officer, NOW())
    return db.session.get_one(Proposal, found.proposal_id)


def give_comment_back(consultation, officer):
    first = take_down_comment(consultation, officer)
    _confirmed(first, consultation, officer)
    return said.propose_lifting(takedown.standing(first.subject), "Nhầm.", officer, NOW())


def give_answer_back(consultation, officer):
    first = take_down_answer(consultation, officer)
    _confirmed(first, consultation, officer)
    return answered.propose_lifting(takedown.standing(first.subject), "Nhầm.", officer, NOW())


def _confirmed(first, consultation, officer):
    agency = consultation.dossier.agency_id
    of_it = select(Grant.officer_id).where(Grant.agency_id == agency, Grant.role == Role.HEAD)
    second = next(one for one in db.session.scalars(of_it) if one != officer.id)
    propose.agree(first, db.session.get_one(Officer, second), NOW())


def new_rule(_consultation, officer):
    day = date(2027, 1, 1)
    return law.propose_rule(
        "period", TYPE, 45, day, "Luật mới, Điều 1", "Luật mới.", officer, NOW()
    )


def new_holiday(_consultation, officer):
    words = "off", "Ngày nghỉ bù", "Quyết định 1/QĐ-TTg", None, "Theo quyết định."
    return law.propose_holiday(date(2027, 6, 10), *words, officer, NOW())


PROPOSED = {
    "extension": more_time,
    "takedown": take_down,
    "lift": give_back,
    "comment_takedown": take_down_comment,
    "comment_lift": give_comment_back,
    "answer_takedown": take_down_answer,
    "answer_lift": give_answer_back,
    "rule": new_rule,
    "holiday": new_holiday,
}


def test_every_kind_is_tried(app):
    # the erasure of a person is tried where it is done, in tests/privacy
    assert set(PROPOSED) == set(kinds()) - {"erasure"}


@pytest.mark.parametrize("kind", PROPOSED)
def test_nobody_agrees_to_their_own_not_even_with_every_role(kind, consultation, several):
    everyone, _other = several(*Role)
    proposal = PROPOSED[kind](consultation, everyone)
    for decision in (propose.agree, lambda *words: propose.refuse(words[0], "Không.", *words[1:])):
        with pytest.raises(propose.SelfApprovalError):
            decision(proposal, everyone, NOW())
    assert proposal.outcome == ""


@pytest.mark.parametrize("kind", PROPOSED)
@pytest.mark.parametrize("role", list(Role))
def test_who_may_propose_and_who_may_agree_is_what_the_table_says(
    kind, role, consultation, several
):
    everyone, _ = several(*Role)
    (officer,) = several(role, number=1)
    rules = kinds()[kind]
    allowed = role in RULES[rules.proposing]
    if allowed:
        with db.session.begin_nested() as tried:
            mine = PROPOSED[kind](consultation, officer)
            with pytest.raises(propose.SelfApprovalError):
                propose.agree(mine, officer, NOW())
            tried.rollback()
    elif not kind.endswith("lift"):
        with pytest.raises((propose.NotTheirsError, law.NoRootError)):
            PROPOSED[kind](consultation, officer)
    db.session.rollback()
    proposal = PROPOSED[kind](consultation, everyone)
    if role in RULES[rules.agreeing]:
        propose.agree(proposal, officer, NOW())
        assert (proposal.outcome, proposal.decided_by) == (Outcome.AGREED, officer.id)
    else:
        with pytest.raises(propose.NotTheirsError):
            propose.agree(proposal, officer, NOW())


@pytest.mark.parametrize("kind", PROPOSED)
def test_a_second_person_of_another_agency_does_not_count(kind, consultation, several, world):
    everyone, _ = several(*Role)
    stranger = world.officer(world.agency(), *Role)
    proposal = PROPOSED[kind](consultation, everyone)
    with pytest.raises(propose.NotTheirsError):
        propose.agree(proposal, stranger, NOW())


def test_the_database_itself_refuses_one_person(consultation, several):
    head, _ = several(Role.HEAD)
    proposal = more_time(consultation, head)
    db.session.commit()
    alone = "UPDATE proposal SET outcome='agreed', decided_at=proposed_at, decided_by=proposed_by"
    nobody = "UPDATE proposal SET outcome='agreed', decided_at=proposed_at"
    for statement in (alone, nobody):
        with pytest.raises(DatabaseError):
            db.session.execute(text(f"{statement} WHERE id = {proposal.id}"))
        db.session.rollback()


def test_what_was_decided_is_not_decided_again(consultation, several):
    head, second = several(Role.HEAD)
    proposal = more_time(consultation, head)
    propose.refuse(proposal, "Chưa cần.", second, NOW())
    for decision in (propose.agree, lambda *words: propose.refuse(words[0], "Không.", *words[1:])):
        with pytest.raises(propose.DecidedError):
            decision(proposal, second, NOW())
    assert db.session.scalar(select(Extension.id)) is None


def test_one_thing_is_proposed_once_at_a_time(consultation, several):
    head, second = several(Role.HEAD)
    more_time(consultation, head)
    with pytest.raises(propose.AlreadyProposedError):
        more_time(consultation, second)


def test_more_time_counts_once_the_second_agreed_and_tells_who_and_why(consultation, several):
    head, second = several(Role.HEAD)
    ends = consultation.closes_at
    proposal = more_time(consultation, head)
    assert consultation.closes_at == ends
    propose.agree(proposal, second, NOW())
    assert consultation.closes_at > ends
    assert db.session.scalar(select(Extension.reason)) == "Nhiều người xin thêm."
    told = db.session.scalars(select(Entry.verb).order_by(Entry.id.desc()).limit(3)).all()
    assert told == ["consultation.extended", "proposal.agreed", "proposal.made"]


def test_more_time_lapses_with_the_period(consultation, several):
    head, second = several(Role.HEAD)
    proposal = more_time(consultation, head)
    assert propose.lapse_due(consultation.closes_at) == 1
    assert proposal.outcome == Outcome.LAPSED
    with pytest.raises(propose.DecidedError):
        propose.agree(proposal, second, consultation.closes_at)


def test_a_later_end_that_is_none_any_more_is_not_agreed_to(consultation, several):
    head, second = several(Role.HEAD)
    with pytest.raises(NotLongerError):
        giving_time.propose_extension(consultation, consultation.last_day, "x", head, NOW())
    proposal = more_time(consultation, head)
    db.session.commit()
    giving_time.extend(consultation, consultation.last_day + timedelta(30), "x", head, NOW())
    with pytest.raises(propose.StaleProposalError):
        propose.agree(proposal, second, NOW())


def test_a_row_of_law_holds_from_its_day_on(consultation, several):
    first, second = several(Role.ADMIN)
    before = rule_for(TYPE, date(2026, 12, 31))
    propose.agree(new_rule(consultation, first), second, NOW())
    assert rule_for(TYPE, date(2026, 12, 31)) is before
    after = rule_for(TYPE, date(2027, 1, 1))
    assert (after.legal_min_days, after.citation) == (45, "Luật mới, Điều 1")
    assert consultation.legal_min_days == before.legal_min_days
    with pytest.raises(law.RowStandsError):
        new_rule(consultation, first)
    assert db.session.scalars(select(PeriodRule).where(PeriodRule.id == before.id)).one() is before


def test_an_administrator_below_the_top_changes_no_row_for_all(world, consultation):
    below = world.agency(parent=consultation.dossier.agency)
    with pytest.raises(law.NoRootError):
        new_rule(consultation, world.officer(below, Role.ADMIN))


def test_a_new_day_off_lengthens_what_would_end_on_it_and_shortens_nothing(
    world, consultation, several
):
    first, second = several(Role.ADMIN)
    other = world.consultation(days=60)
    last, others = consultation.last_day, other.closes_at
    words = "off", "Nghỉ", "QĐ 1", None, "Theo quyết định."
    proposal = law.propose_holiday(last, *words, first, NOW())
    propose.agree(proposal, second, NOW())
    assert consultation.last_day > last
    assert other.closes_at == others
    # the day is an ordinary one again: the period stays as long as it was announced
    longer = consultation.last_day
    day = longer + timedelta(days=200)
    while not calendar().is_working(day):
        day += timedelta(days=1)
    moved = law.propose_holiday(day, "off", "Nghỉ", "QĐ 2", last, "Dời.", first, NOW())
    propose.agree(moved, second, NOW())
    assert db.session.get(Holiday, last).moved_to == day
    assert calendar().is_working(last)
    assert consultation.last_day == longer


def test_an_answer_is_drafted_signed_and_published_by_more_than_one(world, consultation):
    everyone = world.officer(consultation.dossier.agency, *Role)
    comment = world.comment(consultation)
    world.publish(comment, everyone)
    words = Disposition.NOTED, "Cảm ơn ý kiến.", everyone, NOW()
    answer = answering.draft(consultation, [comment.id], *words)
    answering.submit(answer, answer.row_version, everyone, NOW())
    with pytest.raises(answering.SelfApprovalError):
        answering.sign(answer, answer.row_version, everyone, NOW())


def test_one_person_corrects_no_published_answer_and_says_it_again_to_nobody(
    world, consultation, several
):
    everyone, other = several(*Role)
    comments = [world.comment(consultation, f"Như nhau {n}.") for n in range(3)]
    for comment in comments[:2]:
        world.publish(comment, everyone)
    group = made_of.group(comments, by_hand=True)
    words = Disposition.NOTED, "Cảm ơn ý kiến.", everyone, NOW()
    answer = answering.draft(consultation, [], *words, groups=[group.id])
    answering.finish(answer, other, NOW())
    db.session.commit()
    # the words of a published answer are nobody's to change, by no verb and no statement
    for officer in (everyone, other):
        with pytest.raises(OvertakenError):
            answering.revise(
                *(answer, answer.row_version, None, Disposition.ACCEPTED, "Khác."),
                *(officer, NOW()),
            )
    with pytest.raises(DatabaseError):
        db.session.execute(text("UPDATE answer SET explanation = 'Khác.'"))
    db.session.rollback()
    # what corrects it is a further answer, which goes the whole way by two people again
    world.publish(comments[2], everyone, NOW() + timedelta(seconds=1))
    again = newcomers.repeat(answer, everyone, NOW())
    answering.submit(again, again.row_version, everyone, NOW())
    with pytest.raises(answering.SelfApprovalError):
        answering.sign(again, again.row_version, everyone, NOW())
    answering.sign(again, again.row_version, other, NOW())
    with pytest.raises(answering.SelfApprovalError):
        answering.publish(again, again.row_version, everyone, NOW())


def test_withholding_as_unlawful_takes_two(world, consultation):
    everyone = world.officer(consultation.dossier.agency, *Role)
    comment = world.comment(consultation)
    lease.take(comment.id, everyone, NOW())
    words = Reason.UNLAWFUL, "Trái luật.", everyone, NOW()
    decide.withhold(comment, comment.row_version, *words)
    with pytest.raises(decide.SamePersonError):
        decide.confirm(comment, comment.row_version, everyone, NOW())


def test_the_desk_lists_what_waits_and_lets_the_second_decide(app, consultation, several):
    head, second = several(Role.HEAD)
    proposal = more_time(consultation, head)
    db.session.commit()
    at = f"/desk/proposals/{proposal.id}"
    mine, theirs = enter(app, head), enter(app, second)
    assert f'action="{at}/agreement"' not in mine.get(at).get_data(as_text=True)
    token = theirs.token(at)
    assert mine.post(f"{at}/agreement", data={"csrf_token": mine.token("/desk")}).status_code == 403
    assert at in theirs.get("/desk/proposals").get_data(as_text=True)
    assert theirs.post(f"{at}/refusal", data={"csrf_token": token}).status_code == 422
    assert theirs.post(f"{at}/agreement", data={"csrf_token": token}).status_code == 303
    assert theirs.post(f"{at}/agreement", data={"csrf_token": token}).status_code == 409
    page = theirs.get("/en/desk/proposals").get_data(as_text=True)
    assert "Nothing waits for a second person." in page
    assert may(second, kinds()["extension"].agreeing)
