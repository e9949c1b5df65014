"""The state of an answer and the history of its edits: whoever changes one keeps both true here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select

from app.accounts.models import Officer
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.responses import changes
from app.responses.models import Answer, AnswerEdit, AnswerState
from app.responses.selecting import spoken


class OvertakenError(Exception):
    """Raised when a published answer would be changed, or a stale form is sent."""


class WrongStepError(Exception):
    """Raised when an answer in this state cannot take that step."""


def hold(answer: Answer, seen_version: int, *states: AnswerState) -> None:
    """Nobody else changes the answer before our commit, and it is the one that was seen.

    Raises OvertakenError, and WrongStepError unless it is in one of the states.
    """
    db.session.refresh(answer, with_for_update={"of": Answer})
    if answer.state == AnswerState.PUBLISHED or answer.row_version != seen_version:
        raise OvertakenError
    if states and answer.state not in states:
        raise WrongStepError


def step(answer: Answer, state: AnswerState, officer: Officer, now: datetime, note: str) -> None:
    """The answer is in that state, and its history says since when, by whom and with what text."""
    answer.state = state.value
    answer.row_version = (answer.row_version or 0) + 1
    db.session.flush()
    db.session.add(
        AnswerEdit(
            answer_id=answer.id,
            officer_id=officer.id,
            at=now,
            state=state.value,
            disposition=answer.disposition,
            explanation=answer.explanation,
            comments=answer.size,
            changes=changes.told(answer),
            note=note,
        )
    )
    db.session.flush()


def edited(answer: Answer, officer: Officer, now: datetime) -> None:
    """What was changed counts as this officer's draft: no signature stands under other words."""
    answer.drafted_by = officer.id
    answer.drafted_at = now
    unsign(answer)
    step(answer, AnswerState.DRAFT, officer, now, "")
    told = spoken([answer.id])[answer.id]
    record(
        Verb.ANSWER_DRAFTED,
        f"answer:{answer.id}",
        actor_id=officer.id,
        consultation_id=answer.consultation_id,
        at=now,
        answer_id=answer.id,
        comments=told.comments,
        selection=told.selection,
        disposition=answer.disposition,
    )


def wrote(answer_id: int) -> Select[int]:
    """The officers who ever saved its text: a colleague's last comma makes nobody else its author.

    Whoever only sent it back is none of them; that leaves a note.
    """
    return select(AnswerEdit.officer_id).where(
        AnswerEdit.answer_id == answer_id,
        AnswerEdit.state == AnswerState.DRAFT.value,
        AnswerEdit.note == "",
    )


def unsign(answer: Answer) -> None:
    """Nobody's name stands under the answer."""
    answer.signed_by = answer.signed_at = answer.delegation_id = None
    answer.signed_as = ""
