"""Two persons at every answer: who may take which step, from where, and what each leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts import delegating
from app.accounts.models import Delegation, Officer, Role
from app.accounts.policy import DELEGATED, RULES, Act, may, reach
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from app.responses import answering
from app.responses.editing import OvertakenError, WrongStepError
from app.responses.history import history
from app.responses.models import Answer, AnswerEdit, AnswerState, Disposition
from app.responses.selecting import NothingChosenError

WORDS = "Mức hỗ trợ giữ nguyên vì ngân sách có hạn."
OTHER = "Mức hỗ trợ giữ nguyên vì nguồn thu giảm."
NOW = clock.now()
TODAY = clock.vn_date(NOW)
DAY = timedelta(days=1)
ACTS = (
    *(Act.READ_ANSWERS, Act.DRAFT_ANSWER, Act.ASSIGN_ANSWER, Act.REVIEW_ANSWER),
    *(Act.SIGN_ANSWER, Act.PUBLISH_ANSWER, Act.DELEGATE_SIGNING),
)


class Scene:
    """A consultation with one public comment, and an officer for each role."""

    def __init__(self, world) -> None:
        self.world = world
        self.consultation = world.consultation()
        self.agency = self.consultation.dossier.agency
        self.by = {role: world.officer(self.agency, role) for role in Role}
        self.by[Role.HEAD].job_title = "Giám đốc Sở"
        self.drafter, self.head = self.by[Role.DRAFTER], self.by[Role.HEAD]
        self.approver = self.by[Role.APPROVER]
        self.comment = self.public()

    def public(self, body: str = "Xin tăng."):
        comment = self.world.comment(self.consultation, body)
        self.world.publish(comment, self.by[Role.MODERATOR])
        db.session.commit()
        return comment

    def draft(self, *comments, by: Officer | None = None) -> Answer:
        ids = [comment.id for comment in comments or (self.comment,)]
        way = Disposition.NOT_ACCEPTED, WORDS, by or self.drafter, NOW
        return answering.draft(self.consultation, ids, *way)

    def at(self, state: AnswerState) -> Answer:
        answer = self.draft()
        steps = (
            (answering.submit, self.drafter),
            (answering.sign, self.head),
            (answering.publish, self.approver),
        )
        for step, officer in steps[: list(AnswerState).index(state)]:
            step(answer, answer.row_version, officer, NOW)
        db.session.commit()
        return answer

    def verbs(self) -> list[str]:
        entries = select(Entry.verb).where(Entry.verb.like("answer.%")).order_by(Entry.id)
        return list(db.session.scalars(entries))


@pytest.fixture
def scene(world) -> Scene:
    return Scene(world)


STEPS: dict[str, Callable[[Answer, Officer], object]] = {
    "revise": lambda a, o: answering.revise(
        a, a.row_version, None, Disposition.NOTED, OTHER, o, NOW
    ),
    "submit": lambda a, o: answering.submit(a, a.row_version, o, NOW),
    "send_back": lambda a, o: answering.send_back(a, a.row_version, "Nói rõ hơn.", o, NOW),
    "sign": lambda a, o: answering.sign(a, a.row_version, o, NOW),
    "publish": lambda a, o: answering.publish(a, a.row_version, o, NOW),
}
LEADS = {
    ("draft", "revise"): "draft",
    ("draft", "submit"): "review",
    ("review", "revise"): "draft",
    ("review", "send_back"): "draft",
    ("review", "sign"): "signed",
    ("signed", "revise"): "draft",
    ("signed", "send_back"): "draft",
    ("signed", "publish"): "published",
}


@pytest.mark.parametrize("state", list(AnswerState))
@pytest.mark.parametrize("step", STEPS)
def test_a_step_leads_where_it_should_or_nowhere(scene, state, step):
    answer = scene.at(state)
    before = answer.row_version
    wanted = LEADS.get((state.value, step))
    if wanted is None:
        with pytest.raises((WrongStepError, OvertakenError)):
            STEPS[step](answer, scene.head)
        db.session.rollback()
        assert (answer.state, answer.row_version) == (state, before)
        return
    STEPS[step](answer, scene.head)
    assert answer.state == wanted
    assert answer.row_version == before + 1
    signed = wanted in ("signed", "published")
    assert (answer.signed_by == scene.head.id) == signed
    assert answer.signed_as == ("Giám đốc Sở" if signed else "")


def test_each_step_is_on_record(scene):
    answer = scene.at(AnswerState.REVIEW)
    answering.send_back(answer, answer.row_version, "Nói rõ hơn.", scene.head, NOW)
    STEPS["revise"](answer, scene.drafter)
    answering.finish(answer, scene.head, NOW, scene.approver)
    assert scene.verbs() == [
        "answer.drafted",
        "answer.submitted",
        "answer.sent_back",
        "answer.drafted",
        "answer.submitted",
        "answer.signed",
        "answer.published",
    ]
    told = history(answer.id)
    assert [one.state for one in reversed(told)] == [
        *("draft", "review", "draft", "draft"),
        *("review", "signed", "published"),
    ]
    [sent_back] = [one for one in told if one.note]
    assert (sent_back.note, sent_back.who) == ("Nói rõ hơn.", scene.head.name)
    [changed] = [one for one in told if one.runs]
    assert "".join(run.text for run in changed.runs if run.op != "del") == OTHER
    assert "".join(run.text for run in changed.runs if run.op != "ins") == WORDS
    assert changed.earlier_disposition == Disposition.NOT_ACCEPTED


def test_nobody_signs_or_publishes_their_own_words_whatever_their_roles(scene):
    both = scene.world.officer(scene.agency, *Role)
    answer = scene.draft(by=both)
    answering.submit(answer, answer.row_version, both, NOW)
    with pytest.raises(answering.SelfApprovalError):
        answering.sign(answer, answer.row_version, both, NOW)
    answering.sign(answer, answer.row_version, scene.head, NOW)
    with pytest.raises(answering.SelfApprovalError):
        answering.publish(answer, answer.row_version, both, NOW)
    assert answering.publish_many(scene.consultation, both, NOW) == 0
    # a colleague's last comma makes nobody else the author: all who saved a text of it are
    STEPS["revise"](answer, scene.head)
    answering.submit(answer, answer.row_version, both, NOW)
    for author in (scene.head, both):
        with pytest.raises(answering.SelfApprovalError):
            answering.sign(answer, answer.row_version, author, NOW)
    other = scene.world.officer(scene.agency, Role.HEAD)
    answering.sign(answer, answer.row_version, other, NOW)
    assert answering.publish_many(scene.consultation, both, NOW) == 0
    answering.publish(answer, answer.row_version, other, NOW)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_its_acts_and_no_other(scene, role):
    officer, stranger = scene.by[role], scene.world.agency("Sở Nội vụ")
    for act in ACTS:
        assert may(officer, act, scene.agency) == (role in RULES[act])
        assert not may(officer, act, stranger)
    answer = scene.at(AnswerState.REVIEW)
    if role is Role.HEAD:
        answering.sign(answer, answer.row_version, officer, NOW)
    else:
        with pytest.raises(answering.NotHeadError):
            answering.sign(answer, answer.row_version, officer, NOW)


@pytest.mark.parametrize(
    ("first", "last", "signs"), [(0, 0, True), (-3, 0, True), (1, 5, False), (-5, -1, False)]
)
def test_a_delegate_signs_on_the_days_of_the_delegation_only(scene, first, last, signs):
    delegate = scene.by[Role.MODERATOR]
    days = TODAY + first * DAY, TODAY + last * DAY
    delegation = delegating.give(
        scene.agency, delegate, scene.head, *days, NOW + min(last, 0) * DAY
    )
    for act in Act:
        wanted = Role.MODERATOR in RULES[act] or (signs and act in DELEGATED)
        assert may(delegate, act, scene.agency, TODAY) == wanted
        assert may(delegate, act, on=TODAY) == wanted
        assert (scene.agency.id in reach(delegate, act, TODAY)) == wanted
    answer = scene.at(AnswerState.REVIEW)
    if not signs:
        with pytest.raises(answering.NotHeadError):
            answering.sign(answer, answer.row_version, delegate, NOW)
        return
    answering.sign(answer, answer.row_version, delegate, NOW)
    assert (answer.signed_by, answer.delegation_id) == (delegate.id, delegation.id)
    # once ended it gives nothing, and what was signed stays signed
    assert delegating.end(delegation, scene.head, NOW)
    assert not delegating.end(delegation, scene.head, NOW)
    assert not may(delegate, Act.SIGN_ANSWER, scene.agency, TODAY)
    assert answer.state == AnswerState.SIGNED


def test_a_delegate_does_not_sign_what_they_wrote(scene):
    delegating.give(scene.agency, scene.drafter, scene.head, TODAY, TODAY, NOW)
    answer = scene.at(AnswerState.REVIEW)
    with pytest.raises(answering.SelfApprovalError):
        answering.sign(answer, answer.row_version, scene.drafter, NOW)


def test_who_gives_what_to_whom(scene):
    delegate, far = scene.approver, scene.world.officer(scene.world.agency(), Role.APPROVER)
    give = delegating.give
    with pytest.raises(delegating.NotHeadError):
        give(scene.agency, delegate, delegate, TODAY, TODAY, NOW)
    for wrong in (far, scene.head):
        with pytest.raises(delegating.WrongDelegateError):
            give(scene.agency, wrong, scene.head, TODAY, TODAY, NOW)
    for days in ((TODAY + DAY, TODAY), (TODAY - 3 * DAY, TODAY - DAY), (TODAY, TODAY + 367 * DAY)):
        with pytest.raises(delegating.WrongDaysError):
            give(scene.agency, delegate, scene.head, *days, NOW)
    # a delegate hands nothing on
    give(scene.agency, delegate, scene.head, TODAY, TODAY, NOW)
    with pytest.raises(delegating.NotHeadError):
        give(scene.agency, scene.drafter, delegate, TODAY, TODAY, NOW)


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=12), st.data())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_order_of_steps_publishes_what_one_person_wrote_and_signed(scene, steps, data):
    db.session.rollback()
    answer = scene.draft(scene.public())
    staff = [scene.world.officer(scene.agency, *Role) for _ in range(2)]
    for step in steps:
        officer = data.draw(st.sampled_from(staff))
        try:
            STEPS[step](answer, officer)
        except (
            *(WrongStepError, OvertakenError, answering.SelfApprovalError),
            *(answering.NotHeadError, NothingChosenError),
        ):
            continue
    assert (answer.state in ("signed", "published")) == (answer.signed_by is not None)
    assert answer.signed_by != answer.drafted_by
    assert answer.published_by is None or answer.published_by != answer.drafted_by
    edits = select(func.count()).where(AnswerEdit.answer_id == answer.id)
    assert db.session.scalar(edits) == answer.row_version


@pytest.mark.parametrize(
    ("state", "verb"),
    [(AnswerState.REVIEW, Verb.ANSWER_SIGNED), (AnswerState.SIGNED, Verb.ANSWER_PUBLISHED)],
)
def test_of_eight_at_once_one_takes_the_step(app, scene, state, verb):
    answer = scene.at(state)
    answer_id, seen = answer.id, answer.row_version
    staff = [scene.world.officer(scene.agency, Role.HEAD).id for _ in range(8)]
    db.session.rollback()
    start = threading.Barrier(8)

    def act(officer_id: int) -> bool:
        with app.app_context():
            start.wait(10)
            found = db.session.get(Answer, answer_id)
            officer = db.session.get(Officer, officer_id)
            step = answering.sign if state is AnswerState.REVIEW else answering.publish
            try:
                step(found, seen, officer, clock.now())
                db.session.commit()
            except OvertakenError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(act, staff)) == 1
    many = select(func.count()).where(Entry.verb == verb.value)
    assert db.session.scalar(many) == 1


def test_eight_who_publish_all_at_once_publish_each_answer_once(app, scene):
    for _ in range(3):
        answer = scene.draft(scene.public())
        answering.submit(answer, answer.row_version, scene.drafter, NOW)
        answering.sign(answer, answer.row_version, scene.head, NOW)
    db.session.commit()
    consultation_id = scene.consultation.id
    staff = [scene.world.officer(scene.agency, Role.APPROVER).id for _ in range(8)]
    db.session.rollback()
    start = threading.Barrier(8)

    def act(officer_id: int) -> int:
        with app.app_context():
            start.wait(10)
            found = db.session.get(type(scene.consultation), consultation_id)
            many = answering.publish_many(found, db.session.get(Officer, officer_id), clock.now())
            db.session.commit()
            return many

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(act, staff)) == 3
    assert scene.verbs().count("answer.published") == 3


def test_a_delegation_is_kept_with_its_days(scene):
    delegating.give(scene.agency, scene.approver, scene.head, TODAY, TODAY + DAY, NOW)
    entry = db.session.scalar(select(Entry).where(Entry.verb == Verb.DELEGATION_GIVEN.value))
    assert entry.facts["valid_to"] == (TODAY + DAY).isoformat()
    assert db.session.scalars(select(Delegation)).one().officer_id == scene.approver.id
