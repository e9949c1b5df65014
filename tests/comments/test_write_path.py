"""However much has been said, to write, to publish and to take back cost the same (G12).

Each statement of these three requests is asked for its plan: a table that grows is only ever
searched by an index, and nothing of it is counted. That every request costs as much among a
million comments is measured in docs/speed.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import event, text
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.extensions import db
from tests.comments.writing import TYPED, form_at, hidden
from tests.moderation.staff import enter

# a handful of rows for each agency, officer or rule of law, however many write
SMALL = {
    "agency",
    "agency_site",
    "officer",
    "officer_grant",
    "officer_session",
    "delegation",
    "factor",
    "passkey",
    "territory",
    "document_type",
    "holiday",
    "planned_stop",
    "period_rule",
    "effect_rule",
    "answer_rule",
}
ALIAS = re.compile(r"(?:FROM|JOIN) (\w+) (?:AS )?(\w+)")
WITHIN = re.compile(r"(\w+)\([\w, ]+\) AS")
GUARD = re.compile(r" WHEN (.+?) BEGIN ", re.DOTALL)
READ = re.compile(r"^(SCAN|SEARCH) (?!CONSTANT ROW)(\w+)")
COUNTED = re.compile(r"\b(count|sum|total|avg|min|max)\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A statement and how the database goes about it."""

    sql: str
    plan: tuple[str, ...]

    def scanned(self) -> set[str]:
        """The tables that are read from one end to the other."""
        reads = (READ.match(line) for line in self.plan)
        called = {alias: name for name, alias in ALIAS.findall(self.sql)}
        found = {called.get(read[2], read[2]) for read in reads if read and read[1] == "SCAN"}
        return found - set(WITHIN.findall(self.sql)) - SMALL


def plan_of(cursor, sql: str, words: object) -> tuple[str, ...]:
    # the rows that would lead to a new one are asked for only while a key is broken: OP_FkIfZero
    if sql.startswith("INSERT") and "VALUES" in sql:
        return ()
    return tuple(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}", words))


@pytest.fixture
def asked(app) -> Callable[[Callable[[], TestResponse]], list[Asked]]:
    """Every statement that a request sent to the database; the request did what was wanted."""

    def listen_to(call: Callable[[], TestResponse]) -> list[Asked]:
        heard: list[Asked] = []

        def listen(_connection, cursor, sql, words, _context, many) -> None:
            plan = plan_of(cursor.connection.cursor(), sql, words[0] if many else words)
            heard.append(Asked(sql, plan))

        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            assert call().status_code == 303
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        assert any(one.sql.startswith("INSERT INTO ledger_entry") for one in heard)
        return heard

    return listen_to


@pytest.fixture
def requests(client, world, app) -> dict[str, Callable[[], TestResponse]]:
    """Writing, publishing and taking back: their pages are loaded, and sent when called."""
    consultation = world.consultation()
    one, other = (world.comment(consultation, words, email="a@example.vn") for words in "ab")
    desk = enter(app, world.officer(consultation.dossier.agency, Role.MODERATOR))
    form, queue, receipt = form_at(consultation), "/desk/moderation", f"/comments/{other.receipt}"
    written = {**hidden(client, form), **TYPED, "email": "b@example.vn", "display_name": "An"}
    at_desk, back = hidden(desk, queue), hidden(client, receipt)
    published = {**at_desk, "publish": f"{one.id}.{one.row_version}"}
    db.session.rollback()
    return {
        "write": lambda: client.post(form, data=written),
        "publish": lambda: desk.post(queue, data=published),
        "take back": lambda: client.post(f"{receipt}/withdraw", data=back),
    }


@pytest.mark.sqlite
@pytest.mark.parametrize("what", ["write", "publish", "take back"])
def test_nothing_that_grows_is_read_from_end_to_end_or_counted(asked, requests, what):
    heard = asked(requests[what])
    for one in heard:
        assert not one.scanned(), f"{one.sql}\n{one.plan}"
        assert not COUNTED.search(one.sql), one.sql


@pytest.mark.sqlite
def test_a_scan_and_a_count_would_be_seen(app, asked):
    cursor = db.session.connection().connection.cursor()
    scans = "SELECT c.id FROM comment AS c WHERE c.body = 'x'"
    assert Asked(scans, plan_of(cursor, scans, ())).scanned() == {"comment"}
    found = "SELECT c.id FROM comment AS c WHERE c.id = 1"
    assert Asked(found, plan_of(cursor, found, ())).scanned() == set()
    assert COUNTED.search("SELECT count(*) FROM comment")


@pytest.mark.sqlite
def test_what_guards_the_rows_searches_by_an_index_too(app):
    """Triggers are not told of by the plan of the statement that sets them off."""
    guards = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%SELECT 1%'"
    rows = db.session.execute(text(guards)).all()
    assert len(rows) > 20
    cursor = db.session.connection().connection.cursor()
    for name, sql in rows:
        if " BEFORE DELETE " in sql:
            continue
        condition = re.sub(r"\b(NEW|OLD)\.\w+", "?1", GUARD.search(sql)[1])
        seen = Asked(condition, plan_of(cursor, f"SELECT 1 WHERE {condition}", (1,)))
        assert not seen.scanned(), (name, seen.plan)
