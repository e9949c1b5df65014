"""Whatever holds words holds attacks: no door of the portal would let them in like this."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import JSON, Column, String, Table, inspect, select, text, update

from app.extensions import Sealed, db
from app.kit.text import clean, clean_line
from tests.hostile.inputs import sendable

# codes, digests, addresses and keys have no space and no accent; file names have an ending
WORDS = re.compile(r"\s|[^\x00-\x7f]")
FILE = re.compile(r"\.(?:docx|odt|xlsx|pdf|txt|png|jpg|xlf|html)$")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T][\d:.+]+")


class Poison:
    """Gives each cell the next inputs, so many at a time; counts the cells."""

    def __init__(self, texts: Iterator[str], at_once: int = 1) -> None:
        self.texts, self.at_once, self.cells = texts, at_once, 0

    def begin(self, row: int) -> None:
        """The cells of that row of a table are next."""

    def next(self) -> str:
        """The next inputs as a door would keep them: without what nobody can see."""
        self.cells += 1
        return clean("\n".join(sendable(next(self.texts)) for _ in range(self.at_once)))

    def instead(self, value: Any) -> Any:
        """The value with every text of people in it exchanged."""
        if isinstance(value, str):
            spoken = WORDS.search(value) and not MOMENT.fullmatch(value)
            if spoken and value[:1] in "[{" and (held := _json(value)) is not None:
                return json.dumps(self.instead(held), ensure_ascii=False)
            if FILE.search(value):  # no door keeps a name of several lines
                return f"{clean_line(self.next())}.{value.rpartition('.')[2]}"
            return self.next() if spoken else value
        if isinstance(value, dict):
            return {key: self.instead(one) for key, one in value.items()}
        return [self.instead(one) for one in value] if isinstance(value, list) else value


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return None


def unguarded() -> None:
    """The record's own triggers no longer refuse a change; for a SQLite file of one's own."""
    names = db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
    for name in list(names.scalars()):
        db.session.execute(text(f'DROP TRIGGER "{name}"'))
    db.session.commit()


def poison(given: Poison, spare: Callable[[Table, Column[Any]], bool]) -> set[str]:
    """Every cell of words in the database was exchanged; returns the columns, as table.column."""
    known = set(inspect(db.engine).get_table_names())
    reached: set[str] = set()
    for table in db.metadata.sorted_tables:
        keys = [*table.primary_key.columns]
        columns = [
            column
            for column in table.columns
            if isinstance(column.type, String | JSON | Sealed)
            and not (column.primary_key or column.foreign_keys or spare(table, column))
        ]
        if not columns or table.name not in known:
            continue
        for number, row in enumerate(db.session.execute(select(*keys, *columns)).all()):
            given.begin(number)
            old = dict(zip((c.name for c in columns), row[len(keys) :], strict=True))
            new = {name: given.instead(value) for name, value in old.items()}
            changed = {name: value for name, value in new.items() if value != old[name]}
            if changed:
                reached |= {f"{table.name}.{name}" for name in changed}
                same = (key == value for key, value in zip(keys, row, strict=False))
                db.session.execute(update(table).where(*same).values(changed))
    db.session.commit()
    return reached
