"""Who may do what: one table, everything else is refused."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from app.accounts.models import Agency, Officer, Role
from app.kit import clock


class Act(StrEnum):
    """What staff can do; every staff view names exactly one."""

    ENTER_DESK = "enter_desk"
    PREPARE_DOSSIER = "prepare_dossier"
    DECLARE_NO_SECRET = "declare_no_secret"
    OPEN_CONSULTATION = "open_consultation"
    EXTEND_CONSULTATION = "extend_consultation"
    POST_REVISION = "post_revision"
    MOVE_STAGE = "move_stage"
    TAKE_IN_COMMENT = "take_in_comment"
    READ_QUEUE = "read_queue"
    DECIDE_COMMENT = "decide_comment"
    ASK_AUTHOR = "ask_author"
    READ_GROUPS = "read_groups"
    EDIT_GROUPS = "edit_groups"
    READ_ANSWERS = "read_answers"
    DRAFT_ANSWER = "draft_answer"
    ASSIGN_ANSWER = "assign_answer"
    REVIEW_ANSWER = "review_answer"
    SIGN_ANSWER = "sign_answer"
    PUBLISH_ANSWER = "publish_answer"
    DELEGATE_SIGNING = "delegate_signing"
    READ_DOSSIER = "read_dossier"
    WRITE_CORRECTION = "write_correction"
    PUBLISH_CORRECTION = "publish_correction"
    REGISTER_SUGGESTION = "register_suggestion"
    READ_TRANSLATIONS = "read_translations"
    TRANSLATE = "translate"
    APPROVE_TRANSLATION = "approve_translation"
    TRANSLATE_COMMENT = "translate_comment"
    INVITE_OFFICER = "invite_officer"
    READ_ACCESS_LOG = "read_access_log"
    ANSWER_SUBJECT = "answer_subject"
    READ_PROPOSALS = "read_proposals"
    TAKE_DOWN = "take_down"
    TAKE_DOWN_COMMENT = "take_down_comment"
    READ_SEALED = "read_sealed"
    EDIT_RULES = "edit_rules"
    AGREE_RULES = "agree_rules"
    ANNOUNCE_STOP = "announce_stop"


EVERYONE = frozenset(Role)

RULES: dict[Act, frozenset[Role]] = {
    Act.ENTER_DESK: EVERYONE,
    Act.READ_DOSSIER: frozenset({Role.DRAFTER, Role.APPROVER, Role.OVERSIGHT, Role.HEAD}),
    Act.PREPARE_DOSSIER: frozenset({Role.DRAFTER}),
    Act.DECLARE_NO_SECRET: frozenset({Role.DRAFTER, Role.APPROVER}),
    Act.OPEN_CONSULTATION: frozenset({Role.APPROVER}),
    Act.EXTEND_CONSULTATION: frozenset({Role.APPROVER, Role.HEAD}),
    Act.POST_REVISION: frozenset({Role.APPROVER}),
    Act.MOVE_STAGE: frozenset({Role.APPROVER}),
    Act.TAKE_IN_COMMENT: frozenset({Role.CLERK}),
    Act.READ_QUEUE: frozenset({Role.MODERATOR, Role.OVERSIGHT}),
    Act.DECIDE_COMMENT: frozenset({Role.MODERATOR}),
    Act.ASK_AUTHOR: frozenset({Role.MODERATOR, Role.DRAFTER}),
    Act.READ_GROUPS: frozenset({Role.DRAFTER, Role.MODERATOR, Role.APPROVER, Role.OVERSIGHT}),
    Act.EDIT_GROUPS: frozenset({Role.DRAFTER, Role.MODERATOR}),
    Act.READ_ANSWERS: frozenset({Role.DRAFTER, Role.APPROVER, Role.OVERSIGHT, Role.HEAD}),
    Act.DRAFT_ANSWER: frozenset({Role.DRAFTER}),
    Act.ASSIGN_ANSWER: frozenset({Role.DRAFTER, Role.APPROVER, Role.HEAD}),
    Act.REVIEW_ANSWER: frozenset({Role.APPROVER, Role.HEAD}),
    Act.SIGN_ANSWER: frozenset({Role.HEAD}),
    Act.PUBLISH_ANSWER: frozenset({Role.APPROVER, Role.HEAD}),
    Act.DELEGATE_SIGNING: frozenset({Role.HEAD}),
    Act.WRITE_CORRECTION: frozenset({Role.DRAFTER}),
    Act.PUBLISH_CORRECTION: frozenset({Role.APPROVER}),
    Act.REGISTER_SUGGESTION: frozenset({Role.DRAFTER}),
    Act.READ_TRANSLATIONS: frozenset({Role.TRANSLATOR, Role.DRAFTER, Role.APPROVER}),
    Act.TRANSLATE: frozenset({Role.TRANSLATOR, Role.DRAFTER}),
    Act.APPROVE_TRANSLATION: frozenset({Role.APPROVER}),
    Act.TRANSLATE_COMMENT: frozenset({Role.TRANSLATOR, Role.DRAFTER, Role.MODERATOR}),
    Act.INVITE_OFFICER: frozenset({Role.ADMIN}),
    Act.READ_ACCESS_LOG: frozenset({Role.OVERSIGHT, Role.ADMIN}),
    # what a person asks about their own data: seen, given out, erased
    Act.ANSWER_SUBJECT: frozenset({Role.ADMIN}),
    Act.ANNOUNCE_STOP: frozenset({Role.ADMIN}),
    Act.READ_PROPOSALS: frozenset({Role.APPROVER, Role.HEAD, Role.ADMIN, Role.OVERSIGHT}),
    Act.TAKE_DOWN: frozenset({Role.APPROVER, Role.HEAD, Role.ADMIN}),
    # ordered also by whoever may decide on comments; agreed to only by those who may take down
    Act.TAKE_DOWN_COMMENT: frozenset({Role.MODERATOR, Role.APPROVER, Role.HEAD, Role.ADMIN}),
    Act.READ_SEALED: frozenset({Role.APPROVER, Role.HEAD, Role.ADMIN, Role.OVERSIGHT}),
    # rows of law and holidays hold for everybody: proposed by one, agreed to by another
    Act.EDIT_RULES: frozenset({Role.ADMIN}),
    Act.AGREE_RULES: frozenset({Role.ADMIN, Role.APPROVER}),
}


# what a head hands on with a delegation: signing, and all it takes to read what is signed
DELEGATED = frozenset({Act.ENTER_DESK, Act.READ_ANSWERS, Act.REVIEW_ANSWER, Act.SIGN_ANSWER})


def may(officer: Officer, act: Act, agency: Agency | None = None, on: date | None = None) -> bool:
    """Whether the officer may do `act`, anywhere when no agency is given, else for that agency.

    A role holds for the agency it was granted at and for every body below it; so does a
    delegation, on its days. `on` is a date of Viet Nam, today unless given.
    """
    if not officer.active:
        return False
    if agency is None:
        return _granted(officer, act) or bool(_delegated(officer, act, on))
    above = set(agency.lineage())
    return bool(above & reach(officer, act, on))


def reach(officer: Officer, act: Act, on: date | None = None) -> set[int]:
    """Ids of the agencies at which the officer got what allows `act`: a role or a delegation."""
    roles = RULES[act]
    granted = {grant.agency_id for grant in officer.grants if grant.role in roles}
    return granted | _delegated(officer, act, on)


def _granted(officer: Officer, act: Act) -> bool:
    return any(grant.role in RULES[act] for grant in officer.grants)


def _delegated(officer: Officer, act: Act, on: date | None) -> set[int]:
    if act not in DELEGATED:
        return set()
    day = on or clock.vn_date(clock.now())
    return {one.agency_id for one in officer.delegations if one.holds_on(day)}
