"""New keys for old: everything sealed is sealed with the first key, every mark made anew.

In small transactions, so that nobody waits; stopped half-way it goes on where it was, because what
the first key opens is done. Afterwards the older keys can be taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, Text, select, table, tuple_, update
from sqlalchemy import column as bare

from app.extensions import Base, Sealed, db
from app.kit.sealing import SealBrokenError, Sealer

AT_ONCE = 500


@dataclass(frozen=True)
class Mark:
    """A column that finds sealed words, and the words it is made of."""

    table: str
    column: str
    words: Callable[[Any], str]


# by the columns of the row, already opened
MARKS = (
    Mark("contact_address", "mark", lambda row: row["email"].lower()),
    Mark("subscriber", "mark", lambda row: row["email"].lower()),
    Mark("citizen", "email_mark", lambda row: row["email"]),
    Mark("sign_in_link", "email_mark", lambda row: row["email"]),
    Mark("password_link", "email_mark", lambda row: row["email"]),
    Mark("citizen_identity", "mark", lambda row: f"{row['issuer']}\n{row['subject']}"),
    Mark("officer_identity", "mark", lambda row: f"{row['issuer']}\n{row['subject']}"),
)
# keyed digests of what was shown once and kept by nobody: only their owners can make them anew
UNREPEATABLE = ("recovery_code",)


def sealed_columns() -> dict[str, list[str]]:
    """The columns of every table that are sealed."""
    found: dict[str, list[str]] = {}
    for one in Base.metadata.sorted_tables:
        names = [column.name for column in one.columns if isinstance(column.type, Sealed)]
        if names:
            found[one.name] = names
    return found


def rotate(
    keys: tuple[str, ...], progress: Callable[[str, int], None] = lambda name, many: None
) -> int:
    """Only the first key is needed from now on; returns how many rows were not yet so; commits.

    Raises SealBrokenError for what none of the keys opens.
    """
    every, newest = Sealer(keys), Sealer(keys[:1])
    total = 0
    for name, columns in sealed_columns().items():
        changed = sum(_table(Base.metadata.tables[name], columns, every, newest))
        progress(name, changed)
        total += changed
    return total


def _table(made: Table, columns: list[str], every: Sealer, newest: Sealer) -> Iterator[int]:
    """Batch by batch how many rows changed."""
    marks = [mark for mark in MARKS if mark.table == made.name]
    keys = [key.name for key in made.primary_key]
    # the tokens as they are stored: the columns of the model would open them
    names = dict.fromkeys([*keys, *columns, *_needed(marks, made)])
    raw = table(made.name, *(_raw(made.columns[name], columns) for name in names))
    last: tuple[Any, ...] | None = None
    while True:
        query = select(raw).order_by(*(raw.c[key] for key in keys)).limit(AT_ONCE)
        if last is not None:
            query = query.where(tuple_(*(raw.c[key] for key in keys)) > last)
        rows = db.session.execute(query).mappings().all()
        if not rows:
            db.session.rollback()
            return
        last = tuple(rows[-1][key] for key in keys)
        changed = 0
        for row in rows:
            new = _renewed(row, columns, marks, every, newest)
            if new:
                same = [raw.c[name] == row[name] for name in dict.fromkeys([*keys, *columns])]
                db.session.execute(update(raw).where(*same).values(**new))
                changed += 1
        db.session.commit()
        yield changed


def _needed(marks: list[Mark], made: Table) -> list[str]:
    return [name for mark in marks for name in (mark.column, "issuer") if name in made.columns]


def _raw(column: Column[Any], sealed: list[str]) -> Any:
    return bare(column.name, Text() if column.name in sealed else column.type)


def _renewed(
    row: Any, columns: list[str], marks: list[Mark], every: Sealer, newest: Sealer
) -> dict[str, str]:
    """What of the row is not of the first key yet, made anew."""
    new: dict[str, str] = {}
    opened = {**row, **{name: every.open(row[name]) if row[name] else "" for name in columns}}
    for name in columns:
        if row[name] and not _opens(newest, row[name]):
            new[name] = newest.seal(opened[name])
    for mark in marks:
        if row[mark.column]:
            now = newest.mark(mark.words(opened))
            if now != row[mark.column]:
                new[mark.column] = now
    return new


def _opens(sealer: Sealer, token: str) -> bool:
    try:
        sealer.open(token)
    except SealBrokenError:
        return False
    return True
