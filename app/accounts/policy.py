"""Who may do what: one table, everything else is refused."""

from __future__ import annotations

from enum import StrEnum

from app.accounts.models import Agency, Officer, Role


class Act(StrEnum):
    """What staff can do; every staff view names exactly one."""

    ENTER_DESK = "enter_desk"
    PREPARE_DOSSIER = "prepare_dossier"
    DECLARE_NO_SECRET = "declare_no_secret"
    OPEN_CONSULTATION = "open_consultation"
    EXTEND_CONSULTATION = "extend_consultation"
    POST_REVISION = "post_revision"
    MOVE_STAGE = "move_stage"
    READ_QUEUE = "read_queue"
    DECIDE_COMMENT = "decide_comment"
    READ_ANSWERS = "read_answers"
    DRAFT_ANSWER = "draft_answer"
    PUBLISH_ANSWER = "publish_answer"
    READ_DOSSIER = "read_dossier"
    INVITE_OFFICER = "invite_officer"


EVERYONE = frozenset(Role)

RULES: dict[Act, frozenset[Role]] = {
    Act.ENTER_DESK: EVERYONE,
    Act.READ_DOSSIER: frozenset({Role.DRAFTER, Role.APPROVER, Role.OVERSIGHT}),
    Act.PREPARE_DOSSIER: frozenset({Role.DRAFTER}),
    Act.DECLARE_NO_SECRET: frozenset({Role.DRAFTER, Role.APPROVER}),
    Act.OPEN_CONSULTATION: frozenset({Role.APPROVER}),
    Act.EXTEND_CONSULTATION: frozenset({Role.APPROVER}),
    Act.POST_REVISION: frozenset({Role.APPROVER}),
    Act.MOVE_STAGE: frozenset({Role.APPROVER}),
    Act.READ_QUEUE: frozenset({Role.MODERATOR, Role.OVERSIGHT}),
    Act.DECIDE_COMMENT: frozenset({Role.MODERATOR}),
    Act.READ_ANSWERS: frozenset({Role.DRAFTER, Role.APPROVER, Role.OVERSIGHT}),
    Act.DRAFT_ANSWER: frozenset({Role.DRAFTER}),
    Act.PUBLISH_ANSWER: frozenset({Role.APPROVER}),
    Act.INVITE_OFFICER: frozenset({Role.ADMIN}),
}


def may(officer: Officer, act: Act, agency: Agency | None = None) -> bool:
    """Whether the officer may do `act`, anywhere when no agency is given, else for that agency.

    A role holds for the agency it was granted at and for every body below it.
    """
    if not officer.active:
        return False
    reach = None if agency is None else agency.lineage()
    return any(
        grant.role in RULES[act] and (reach is None or grant.agency_id in reach)
        for grant in officer.grants
    )


def reach(officer: Officer, act: Act) -> set[int]:
    """Ids of the agencies at which a role that allows `act` was granted."""
    return {grant.agency_id for grant in officer.grants if grant.role in RULES[act]}
