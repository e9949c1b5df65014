"""Which agencies an officer's roles reach, and what they are called on the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from sqlalchemy import select

from app.accounts.models import Agency, Officer
from app.accounts.policy import Act
from app.accounts.realm import realm
from app.extensions import db
from app.web.phrases import in_order, named


class Named(Protocol):
    """A row with a Vietnamese name and, where somebody gave one, an English name."""

    name: str
    name_en: str


def called(row: Named) -> str:
    """The name of the row as plain words on this page."""
    return named(row.name, row.name_en).text


def reachable(officer: Officer, act: Act, on: date | None = None) -> list[Agency]:
    """The agencies for which the officer may do `act`, by name; with `on`, those in being then."""
    within = select(Agency).where(Agency.id.in_(realm(officer, act)))
    found = db.session.scalars(within).all()
    return by_name(agency for agency in found if on is None or _in_being(agency, on))


def by_name(agencies: Iterable[Agency]) -> list[Agency]:
    """The agencies in the order of their names on this page."""
    return in_order(agencies, lambda agency: named(agency.name, agency.name_en))


def _in_being(agency: Agency, day: date) -> bool:
    begun = agency.valid_from is None or agency.valid_from <= day
    return begun and (agency.valid_to is None or day <= agency.valid_to)
