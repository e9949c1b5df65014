"""The way from an address to a dossier, open only to those it concerns."""

from __future__ import annotations

from flask import abort
from sqlalchemy import ColumnElement, or_

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import require, signed_in
from app.documents.models import Dossier
from app.extensions import db, reads_only

LARGEST_ID = 2**31 - 1  # a larger number in an address is no row of any database


# On PostgreSQL whoever changes a dossier waits for the one before: otherwise a row or a file would
# slip into what is being posted. SQLite has one pen for all.
TURN = {"key_share": True, "of": Dossier}


def dossier_for(act: Act, dossier_id: int) -> Dossier:
    """The dossier, if the officer may do `act` for its lead agency; else there is no such page.

    Nobody else changes it until the request that changes something commits or rolls back.
    """
    turn = None if reads_only.get() else TURN
    known = dossier_id <= LARGEST_ID
    dossier = db.session.get(Dossier, dossier_id, with_for_update=turn) if known else None
    require(act, dossier.agency if dossier is not None else None)
    assert dossier is not None
    return readable(dossier)


def allowed(act: Act, dossier: Dossier) -> Officer:
    """The officer, who may do `act` for that dossier and read it; else there is no such page."""
    officer = require(act, dossier.agency)
    readable(dossier)
    return officer


def readable(dossier: Dossier) -> Dossier:
    """The dossier; what was taken from public view only for those who may read sealed things."""
    if dossier.sealed and not may(signed_in(), Act.READ_SEALED, dossier.agency):
        abort(451)
    return dossier


def unsealed_for(officer: Officer) -> ColumnElement[bool]:
    """True of dossiers that are not sealed, or not for that officer."""
    return or_(Dossier.sealed.is_(False), Dossier.agency_id.in_(realm(officer, Act.READ_SEALED)))
