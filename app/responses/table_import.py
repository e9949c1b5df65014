"""A sent table is kept beside the database until its sender confirms it; then it makes drafts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from app.accounts.models import Officer
from app.consultations.models import Consultation
from app.documents.files import write_whole
from app.extensions import db
from app.kit import codes
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.responses import answering
from app.responses.drafting import Draft, draft_many
from app.responses.editing import edited, hold
from app.responses.models import Answer, AnswerComment, Disposition
from app.responses.selecting import detach
from app.responses.table_file import Sent
from app.responses.table_plan import Change, by_answer, plan
from app.responses.working_copy import NOTHING, Values

KEY = re.compile(r"[0-9A-Za-z_-]{10,64}")
KEPT = timedelta(days=2)


class NotAsSeenError(Exception):
    """Raised when something changed since the preview that is being confirmed."""


@dataclass(frozen=True)
class Import:
    """A table that waits for its sender to confirm it."""

    key: str
    officer_id: int
    consultation_id: int
    name: str
    sha256: str
    at: str
    clear: bool
    rows: list[Sent]


def keep(
    consultation: Consultation,
    officer: Officer,
    rows: Sequence[Sent],
    now: datetime,
    *,
    name: str,
    sha256: str,
    clear: bool,
) -> str:
    """The rows wait for confirmation under the key that is given back; old ones are gone."""
    _sweep(now)
    key = codes.new_key()
    told = {
        "key": key,
        "officer_id": officer.id,
        "consultation_id": consultation.id,
        "name": name,
        "sha256": sha256,
        "at": now.isoformat(),
        "clear": clear,
        "rows": [asdict(row) for row in rows],
    }
    write_whole(_place(key), json.dumps(told).encode())
    return key


def find(key: str, consultation: Consultation, officer: Officer) -> Import | None:
    """The import of that key, if this officer sent it for this consultation."""
    path = _place(key)
    if not KEY.fullmatch(key) or not path.is_file():
        return None
    found = _load(path)
    own = (found.officer_id, found.consultation_id) == (officer.id, consultation.id)
    return found if own else None


def waiting(consultation: Consultation, officer: Officer) -> list[Import]:
    """What this officer has sent and not confirmed yet, the newest first."""
    found = map(_load, _shelf().glob("*.json"))
    own = [
        one
        for one in found
        if (one.officer_id, one.consultation_id) == (officer.id, consultation.id)
    ]
    return sorted(own, key=lambda one: one.at, reverse=True)


def drop(found: Import) -> None:
    """The table no longer waits."""
    _place(found.key).unlink(missing_ok=True)


def _shelf() -> Path:
    return Path(current_app.extensions["settings"].files_dir) / "imports"


def _place(key: str) -> Path:
    return _shelf() / f"{key}.json"


def _load(path: Path) -> Import:
    told = json.loads(path.read_bytes())
    return Import(**told | {"rows": [Sent(**row) for row in told["rows"]]})


def _sweep(now: datetime) -> None:
    for path in _shelf().glob("*.json"):
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)


def carry_out(
    found: Import, consultation: Consultation, seen: str, officer: Officer, now: datetime
) -> tuple[int, int]:
    """The confirmed changes stand as drafts; how many rows and answers these are.

    Rows of one answer that still say the same stay one; rows without an answer that say the same
    become one. Raises NotAsSeenError unless `seen` is the digest of the plan as it is now, and
    what drafting and revising raise.
    """
    made = plan(consultation, found.rows, clear=found.clear)
    if not made.changes or made.digest() != seen:
        raise NotAsSeenError
    answers = 0
    apart: list[tuple[Values, list[int]]] = []
    for answer_id, changes in sorted(by_answer(made.changes).items(), key=lambda one: one[0] or 0):
        if answer_id is None:
            apart += _alike(changes).items()
        else:
            answers += 1
            apart += _rework(db.session.get_one(Answer, answer_id), changes, officer, now)
    drafts = [
        Draft(ids, Disposition(said.disposition), said.explanation, said.no_change_reason)
        for said, ids in apart
    ]
    answers += len(draft_many(consultation, drafts, officer, now))
    record(
        Verb.TABLE_IMPORTED,
        f"consultation:{consultation.id}",
        actor_id=officer.id,
        consultation_id=consultation.id,
        at=now,
        rows=len(made.changes),
        answers=answers,
        sha256=found.sha256,
    )
    return len(made.changes), answers


def _alike(changes: Iterable[Change]) -> dict[Values, list[int]]:
    """The comments that are to be told the same, in the order of the file."""
    found: dict[Values, list[int]] = {}
    for change in changes:
        if change.new != NOTHING:
            found.setdefault(change.new, []).append(change.comment_id)
    return found


def _rework(
    answer: Answer, changes: list[Change], officer: Officer, now: datetime
) -> list[tuple[Values, list[int]]]:
    """The answer lost the comments that are told something else, or reads as most of them say.

    What is left to be drafted is given back.
    """
    wanted = _alike(changes)
    version = changes[0].now.answer_version
    if _size(answer) > len(changes):
        stays = changes[0].now.values  # the others of its comments keep what it says
    elif wanted:
        stays = max(wanted, key=lambda values: len(wanted[values]))
    else:
        _empty(answer, version, officer, now)
        return []
    gone = {change.comment_id for change in changes} - set(wanted.pop(stays, []))
    answering.revise(
        answer,
        version,
        [],
        Disposition(stays.disposition),
        stays.explanation,
        officer,
        now,
        shown=gone,
        no_change_reason=stays.no_change_reason,
    )
    return list(wanted.items())


def _empty(answer: Answer, version: int, officer: Officer, now: datetime) -> None:
    """The draft speaks to nobody any more; its words stay, because every edit is kept."""
    hold(answer, version)
    speaks_to = select(AnswerComment.comment_id).where(AnswerComment.answer_id == answer.id)
    detach(answer, list(db.session.scalars(speaks_to)))
    edited(answer, officer, now)


def _size(answer: Answer) -> int:
    query = select(func.count()).where(AnswerComment.answer_id == answer.id)
    return db.session.scalar(query) or 0
