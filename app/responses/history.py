"""The history of an answer: every step and every edit, each with what it changed in the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Officer
from app.documents.redline import Run, redline
from app.extensions import db
from app.responses.models import AnswerEdit

SHOWN = 50


@dataclass(frozen=True)
class Moment:
    """One saved state; `runs` are the words against those before, nothing where they stayed."""

    at: datetime
    who: str
    state: str
    disposition: str
    comments: int
    note: str
    runs: list[Run] | None
    # what it was before, where that is another
    earlier_disposition: str
    earlier_comments: int | None
    saved: bool


def history(answer_id: int) -> list[Moment]:
    """The newest SHOWN states of the answer, the newest first."""
    query = (
        select(AnswerEdit, Officer.name)
        .join(Officer, Officer.id == AnswerEdit.officer_id)
        .where(AnswerEdit.answer_id == answer_id)
        .order_by(AnswerEdit.id.desc())
        .limit(SHOWN + 1)
    )
    rows = [(row[0], row[1]) for row in db.session.execute(query)]
    found = []
    for n, (edit, who) in enumerate(rows[:SHOWN]):
        before: AnswerEdit | None = rows[n + 1][0] if n + 1 < len(rows) else None
        found.append(_moment(edit, who, before))
    return found


def _moment(edit: AnswerEdit, who: str, before: AnswerEdit | None) -> Moment:
    old = before.explanation if before is not None else edit.explanation
    disposed = before is not None and before.disposition != edit.disposition
    counted = before is not None and before.comments != edit.comments
    return Moment(
        at=edit.at,
        who=who,
        state=edit.state,
        disposition=edit.disposition,
        comments=edit.comments,
        note=edit.note,
        runs=redline(old, edit.explanation) if old != edit.explanation else None,
        earlier_disposition=before.disposition if before is not None and disposed else "",
        earlier_comments=before.comments if before is not None and counted else None,
        # a draft that was not sent back is somebody's edit
        saved=edit.state == "draft" and not edit.note,
    )
