"""Territories: what they are called, which lies in which, and which body decides for which."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Agency, Territory
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb


class UnknownTerritoryError(Exception):
    """Raised with the code that no territory has."""


class CircleError(Exception):
    """Raised when a territory would lie in itself."""


def lines() -> dict[str, tuple[str, ...]]:
    """Of each territory its own code and those of all it lies in, the nearest first.

    What is decided for any of them holds there: a commune is bound by its province too.
    """
    rows = db.session.execute(select(Territory.code, Territory.parent_code))
    parents = {row.code: row.parent_code for row in rows}
    return {code: line_of(code, parents) for code in parents}


def line_of(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The code and those above it by `parents`, each once: rows made by hand may go in a circle."""
    line: list[str] = []
    at: str | None = code
    while at is not None and at not in line:
        line.append(at)
        at = parents.get(at)
    return tuple(line)


def name(code: str, *, called: str, called_en: str, parent: str | None, now: datetime) -> Territory:
    """There is a territory of that code, so called, within `parent` (in none if None).

    Raises UnknownTerritoryError without such a parent, CircleError where that lies in it.
    """
    known = lines()
    if parent is not None and parent not in known:
        raise UnknownTerritoryError(parent)
    if parent is not None and code in known[parent]:
        raise CircleError(parent)
    found = db.session.get(Territory, code)
    if found is None:
        last = db.session.scalar(select(func.max(Territory.position)))
        found = Territory(code=code, position=0 if last is None else last + 1)
        db.session.add(found)
    elif (found.name, found.name_en, found.parent_code) == (called, called_en, parent):
        return found
    found.name, found.name_en, found.parent_code = called, called_en, parent
    db.session.flush()
    record(Verb.TERRITORY_NAMED, f"territory:{code}", at=now, territory=code, parent=parent or "")
    return found


def place(agency: Agency, code: str | None, now: datetime) -> None:
    """What the body decides holds in that territory, or in none that is named.

    Raises UnknownTerritoryError without such a territory.
    """
    if code is not None and db.session.get(Territory, code) is None:
        raise UnknownTerritoryError(code)
    if code == agency.territory:
        return
    agency.territory = code
    db.session.flush()
    record(
        Verb.AGENCY_PLACED,
        f"agency:{agency.id}",
        at=now,
        agency_id=agency.id,
        territory=code or "",
    )
