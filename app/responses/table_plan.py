"""What a sent table would change, row by row, and why other rows are left as they are."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.consultations.models import Consultation
from app.responses import table_file
from app.responses.forms import MAX_EXPLANATION, MIN_EXPLANATION
from app.responses.table_file import Sent
from app.responses.working_copy import MARK, NOTHING, Standing, Values, digest_of, standing


class Fault(StrEnum):
    """Why a row is not taken over."""

    UNKNOWN_NUMBER = "unknown_number"
    TWICE = "twice"
    NO_MARK = "no_mark"
    CHANGED = "changed"
    PUBLISHED = "published"
    UNKNOWN_DISPOSITION = "unknown_disposition"
    NO_DISPOSITION = "no_disposition"
    NO_EXPLANATION = "no_explanation"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Left:
    """A row that is not taken over."""

    row: int
    number: str
    fault: Fault
    word: str = ""


@dataclass(frozen=True)
class Change:
    """A row that is: what the agency says to the comment now, and what it would say."""

    row: int
    now: Standing
    new: Values

    @property
    def comment_id(self) -> int:
        return self.now.comment_id

    @property
    def clears(self) -> bool:
        return not self.new


@dataclass
class Plan:
    """Every row is a change, left with its fault, or as it was (`same`)."""

    changes: list[Change] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    same: int = 0

    @property
    def rows(self) -> int:
        return len(self.changes) + len(self.left) + self.same

    def digest(self) -> str:
        """SHA-256 in hex over all that would change: who confirms it has seen exactly this."""
        found = hashlib.sha256()
        for change in self.changes:
            told = (change.comment_id, change.now.mark, *_cells(change.new))
            found.update(repr(told).encode())
        return found.hexdigest()


def _cells(values: Values) -> tuple[str, str, str]:
    return values.disposition, values.explanation, values.no_change_reason


def plan(consultation: Consultation, sent: Sequence[Sent], *, clear: bool) -> Plan:
    """What the rows would change in the consultation as it is now; nothing is written.

    An empty cell keeps what is there, unless `clear` says that it empties it.
    """
    ids = [row.comment_id() for row in sent]
    times = Counter(ids)
    known = standing(consultation.id, sorted({one for one in ids if one}))
    found = Plan()
    for row, comment_id in zip(sent, ids, strict=True):
        now = known.get(comment_id)
        if now is None:
            found.left.append(Left(row.row, row.number, Fault.UNKNOWN_NUMBER))
        elif times[comment_id] > 1:
            found.left.append(Left(row.row, row.number, Fault.TWICE))
        else:
            _look(found, row, now, clear=clear)
    return found


def _look(found: Plan, row: Sent, now: Standing, *, clear: bool) -> None:
    meant = table_file.disposition(row.disposition) if row.disposition else None
    if row.disposition and meant is None:
        _leave(found, row, Fault.UNKNOWN_DISPOSITION, row.disposition)
        return
    written = Values(meant.value if meant else "", row.explanation, row.no_change_reason)
    new = written if clear else _filled(written, now.values)
    if new == now.values:
        found.same += 1
        return
    record, _, sent_values = row.mark.partition("-")
    if len(record) != MARK or len(sent_values) != MARK:
        _leave(found, row, Fault.NO_MARK)
    elif digest_of(written) == sent_values:
        found.same += 1  # nobody touched the row: a colleague's newer words stay
    elif record != now.record:
        _leave(found, row, Fault.CHANGED)
    elif now.published:
        _leave(found, row, Fault.PUBLISHED)
    else:
        fault = _unsound(new)
        if fault:
            _leave(found, row, fault)
        else:
            found.changes.append(Change(row.row, now, new))


def _leave(found: Plan, row: Sent, fault: Fault, word: str = "") -> None:
    found.left.append(Left(row.row, row.number, fault, word))


def _filled(written: Values, now: Values) -> Values:
    """The cells that say something, and what is there for the others."""
    new, old = _cells(written), _cells(now)
    return Values(*(said or kept for said, kept in zip(new, old, strict=True)))


def _unsound(new: Values) -> Fault | None:
    if new == NOTHING:
        return None
    if not new.disposition:
        return Fault.NO_DISPOSITION
    if not new.explanation:
        return Fault.NO_EXPLANATION
    if len(new.explanation) < MIN_EXPLANATION:
        return Fault.TOO_SHORT
    if max(len(new.explanation), len(new.no_change_reason)) > MAX_EXPLANATION:
        return Fault.TOO_LONG
    return None


def by_answer(changes: Iterable[Change]) -> dict[int | None, list[Change]]:
    """The changes by the answer that their comments have now, None where they have none."""
    found: dict[int | None, list[Change]] = {}
    for change in changes:
        found.setdefault(change.now.answer_id, []).append(change)
    return found
