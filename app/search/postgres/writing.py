"""How documents come into the tables and leave them again; the vocabulary is counted along."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, text

from app.search.document import Kind, SearchDocument, Told, Traits
from app.search.engine import IndexUnavailable
from app.search.postgres.lexemes import vector
from app.search.postgres.tables import Tables

BATCH = 1000  # documents copied together
COUNTED = 200_000  # words counted in memory before the database takes them over
SORT_MEMORY = "256MB"
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def apply(
    tables: Tables, adds: Collection[SearchDocument], removes: Iterable[str], position: int | None
) -> None:
    """The changes and the position are true, all or none; raises IndexUnavailable."""
    with tables.writing("write") as connection:
        schema = tables.writable(connection)
        counts: Counter[str] = Counter()
        gone = _taken_out(connection, schema, {*removes, *(d.key for d in adds)}, counts)
        of_traits = Counter(document.traits for document in adds)
        state = connection.execute(text(f"SELECT * FROM {schema}.state FOR UPDATE")).one()
        known = _known_traits(connection, schema, of_traits)
        _copied(connection, schema, adds, state.last_number, known, counts)
        _count(connection, schema, counts)
        connection.execute(
            text(
                f"UPDATE {schema}.state SET position = :position,"
                " documents = documents + :more, last_number = last_number + :added"
            ),
            {
                "position": state.position if position is None else position,
                "more": len(adds) - gone,
                "added": len(adds),
            },
        )
        # in one go, sorted, rather than by whoever searches next
        connection.execute(text(f"SELECT gin_clean_pending_list('{schema}.words')"))


def rebuild(
    tables: Tables,
    documents: Iterator[SearchDocument],
    position: int,
    progress: Callable[[int], None],
) -> None:
    """The index holds these documents; until the last moment the old one answered."""
    with tables.writing("rebuild") as connection:
        connection.execute(text(f"SET LOCAL maintenance_work_mem = '{SORT_MEMORY}'"))
        schema = tables.made(connection)
        number = _filled(connection, schema, documents, progress)
        connection.execute(
            text(f"UPDATE {schema}.state SET position = :at, documents = :n, last_number = :n"),
            {"at": position, "n": number},
        )
        tables.finished(connection, schema)
        tables.lock(connection, "write")
        tables.take_over(connection, schema)
    with suppress(IndexUnavailable):  # somebody reads there still: the next one sweeps
        tables.sweep()


def _filled(
    connection: Connection,
    schema: str,
    documents: Iterator[SearchDocument],
    progress: Callable[[int], None],
) -> int:
    connection.execute(
        text('CREATE TEMPORARY TABLE counted (word text COLLATE "C", documents int) ON COMMIT DROP')
    )
    number, known, counts = 0, dict[Traits, int](), Counter[str]()
    of_traits: Counter[Traits] = Counter()
    while batch := list(islice(documents, BATCH)):
        of_traits.update(document.traits for document in batch)
        for traits in of_traits.keys() - known.keys():
            known[traits] = len(known)
        _copied(connection, schema, batch, number, known, counts, frozen=True)
        number += len(batch)
        if len(counts) > COUNTED:
            _copy(connection, "counted", counts.items())
            counts.clear()
        progress(number)
    _copy(connection, "counted", counts.items())
    rows = ((n, *traits, of_traits[traits]) for traits, n in known.items())
    _copy(connection, f"{schema}.traits", rows)
    connection.execute(
        text(
            f"INSERT INTO {schema}.vocabulary"
            " SELECT word, sum(documents) FROM counted GROUP BY word ORDER BY word"
        )
    )
    return number


def _copied(
    connection: Connection,
    schema: str,
    documents: Collection[SearchDocument],
    last_number: int,
    traits: dict[Traits, int],
    counts: Counter[str],
    frozen: bool = False,
) -> None:
    """The documents stand in the tables, numbered on from there; their words are counted."""
    written = []
    for number, document in enumerate(documents, last_number + 1):
        words, vocabulary = vector(document)
        counts.update(vocabulary)
        of_traits, draft = traits[document.traits], document.dossier_id
        place = document.at, document.turn, _plain(document.key)
        written.append((number, of_traits, draft, *place, words))
    _copy(connection, f"{schema}.documents", written, frozen)
    pages = (
        (number, *map(_plain, (d.title, d.body, d.context, json.dumps(dict(d.stored)), _told(d))))
        for number, d in enumerate(documents, last_number + 1)
    )
    _copy(connection, f"{schema}.pages", pages, frozen)


def _copy(
    connection: Connection, table: str, rows: Iterable[Sequence[Any]], frozen: bool = False
) -> None:
    driver: Any = connection.connection.driver_connection
    how = " WITH (FREEZE)" if frozen else ""
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN{how}") as copy:
        for row in rows:
            copy.write_row(row)


def _told(document: SearchDocument) -> str:
    return json.dumps(document.told, ensure_ascii=False).replace("\\u0000", "")


def _plain(words: str) -> str:
    """The words but for what PostgreSQL's text cannot hold."""
    return words.replace("\x00", "").encode("utf-8", "replace").decode()


def _taken_out(
    connection: Connection, schema: str, keys: Collection[str], counts: Counter[str]
) -> int:
    """The documents of these keys are gone, their words counted off; returns how many."""
    rows = connection.execute(
        text(f"DELETE FROM {schema}.documents WHERE key = ANY(:keys) RETURNING number, traits"),
        {"keys": [_plain(key) for key in keys]},
    ).all()
    numbers = [row.number for row in rows]
    for number, many in Counter(row.traits for row in rows).items():
        _count_traits(connection, schema, number, -many)
    pages = connection.execute(
        text(f"DELETE FROM {schema}.pages WHERE number = ANY(:numbers) RETURNING *"),
        {"numbers": numbers},
    )
    for page in pages:
        counts.subtract(vector(_as_it_was(page))[1])
    return len(numbers)


def _as_it_was(page: Row[Any]) -> SearchDocument:
    """A document with the words of the one on that page."""
    return SearchDocument(
        "",
        Kind.COMMENT,
        page.title,
        page.body,
        0,
        _ANY_TIME,
        context=page.context,
        told=[Told(*one) for one in json.loads(page.told)],
    )


def _known_traits(
    connection: Connection, schema: str, wanted: Mapping[Traits, int]
) -> dict[Traits, int]:
    """The numbers of these traits, which so many documents more have; some are new."""
    known = {}
    columns = "dossier_id, kind, language, commenter, month"
    for traits, many in wanted.items():
        row = traits._asdict() | {"kind": str(traits.kind), "commenter": str(traits.commenter)}
        same = " AND ".join(f"{name} = :{name}" for name in columns.split(", "))
        number = connection.scalar(text(f"SELECT id FROM {schema}.traits WHERE {same}"), row)
        if number is None:
            number = connection.scalar(
                text(
                    f"INSERT INTO {schema}.traits (id, {columns}, documents)"
                    f" SELECT coalesce(max(id), -1) + 1, :{columns.replace(', ', ', :')}, 0"
                    f" FROM {schema}.traits RETURNING id"
                ),
                row,
            )
        assert number is not None
        known[traits] = number
        _count_traits(connection, schema, number, many)
    return known


def _count_traits(connection: Connection, schema: str, number: int, more: int) -> None:
    connection.execute(
        text(f"UPDATE {schema}.traits SET documents = documents + :more WHERE id = :number"),
        {"number": number, "more": more},
    )


def _count(connection: Connection, schema: str, counts: Counter[str]) -> None:
    """The vocabulary knows these more or fewer documents; what none holds any more is forgotten."""
    connection.execute(
        text('CREATE TEMPORARY TABLE counted (word text COLLATE "C", more int) ON COMMIT DROP')
    )
    _copy(connection, "counted", ((word, n) for word, n in sorted(counts.items()) if n))
    for statement in (
        f"INSERT INTO {schema}.vocabulary AS known SELECT word, more FROM counted WHERE more > 0"
        " ON CONFLICT (word) DO UPDATE SET documents = known.documents + excluded.documents",
        f"UPDATE {schema}.vocabulary AS known SET documents = known.documents + more"
        " FROM counted WHERE more < 0 AND counted.word = known.word",
        f"DELETE FROM {schema}.vocabulary AS known USING counted"
        " WHERE known.word = counted.word AND known.documents <= 0",
    ):
        connection.execute(text(statement))
