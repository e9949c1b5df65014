"""What joined the groups of an answer after it was written: to be added, or told the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, select

from app.accounts.models import Officer
from app.comments.models import Comment
from app.extensions import db
from app.responses import takedown
from app.responses.editing import WrongStepError, edited, hold
from app.responses.models import Answer, AnswerChange, AnswerEdit, AnswerState
from app.responses.selecting import (
    NothingChosenError,
    Selection,
    attach,
    free,
    groups_of,
    in_groups,
)


def newcomers(answer: Answer, most: int) -> tuple[int, Sequence[Any]]:
    """How many came since, and the first of them as (id, shown body, language).

    What was public when the answer was begun and is not in it was left out by somebody.
    """
    which = _since(answer)
    if which is None:
        return 0, []
    query = select(Comment.id, Comment.shown_body.label("body"), Comment.language).where(which)
    rows = db.session.execute(query.order_by(Comment.id).limit(most)).all()
    if len(rows) < most:
        return len(rows), rows
    return db.session.scalar(select(func.count()).select_from(Comment).where(which)) or 0, rows


def add(answer: Answer, seen_version: int, officer: Officer, now: datetime) -> int:
    """The unpublished answer speaks to those who came since too, and is a draft again.

    Returns how many were added. Raises OvertakenError, NothingChosenError when nobody came.
    """
    hold(answer, seen_version)
    before = answer.size
    _take_in(answer, answer)
    if answer.size == before:
        raise NothingChosenError
    edited(answer, officer, now)
    return answer.size - before


def repeat(answer: Answer, officer: Officer, now: datetime) -> Answer:
    """A draft with the words of the published answer exists for those who came since.

    It goes the whole way of an answer. Raises WrongStepError, also where the answer was taken from
    public view, and NothingChosenError when nobody came.
    """
    if answer.state != AnswerState.PUBLISHED or takedown.standing(answer) is not None:
        raise WrongStepError
    again = Answer(
        consultation_id=answer.consultation_id,
        disposition=answer.disposition,
        explanation=answer.explanation,
        no_change_reason=answer.no_change_reason,
        drafted_by=officer.id,
        drafted_at=now,
        row_version=0,
        size=0,
    )
    db.session.add(again)
    db.session.flush()
    _take_in(again, answer)
    if not again.size:
        raise NothingChosenError
    changes = select(literal(again.id), AnswerChange.lineage_id, AnswerChange.anchor).where(
        AnswerChange.answer_id == answer.id
    )
    names = ["answer_id", "lineage_id", "anchor"]
    db.session.execute(insert(AnswerChange).from_select(names, changes))
    edited(again, officer, now)
    return again


def _take_in(into: Answer, of: Answer) -> None:
    since = _begun(of)
    groups = groups_of(of.id)
    if groups and since is not None:
        attach(into, Selection(groups=groups, since=since))


def _since(answer: Answer) -> ColumnElement[bool] | None:
    groups, begun = groups_of(answer.id), _begun(answer)
    if not groups or begun is None:
        return None
    return (
        (Comment.consultation_id == answer.consultation_id)
        & in_groups(groups)
        & free()
        & (Comment.decided_at > begun)
    )


def _begun(answer: Answer) -> datetime | None:
    query = select(AnswerEdit.at).where(AnswerEdit.answer_id == answer.id)
    return db.session.scalar(query.order_by(AnswerEdit.id).limit(1))
