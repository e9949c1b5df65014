"""The way from an address to a dossier, open only to those it concerns."""

from __future__ import annotations

from app.accounts.policy import Act
from app.accounts.session import require
from app.documents.models import Dossier
from app.extensions import db

LARGEST_ID = 2**31 - 1  # a larger number in an address is no row of any database


def dossier_for(act: Act, dossier_id: int) -> Dossier:
    """The dossier, if the officer may do `act` for its lead agency; else there is no such page."""
    dossier = db.session.get(Dossier, dossier_id) if dossier_id <= LARGEST_ID else None
    require(act, dossier.agency if dossier is not None else None)
    assert dossier is not None
    return dossier
