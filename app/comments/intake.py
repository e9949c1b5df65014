"""The way from an address to a draft for which a clerk can take comments in."""

from __future__ import annotations

from app.accounts.policy import Act
from app.comments.clerk import NotTakingError, taking
from app.consultations.models import Consultation
from app.documents.access import dossier_for
from app.documents.models import Dossier

INTAKE = "/desk/intake/<int:dossier_id>"


def open_for_clerks(dossier_id: int) -> tuple[Dossier, Consultation]:
    """The dossier and its consultation; raises NotTakingError where nothing is taken in."""
    dossier = dossier_for(Act.TAKE_IN_COMMENT, dossier_id)
    consultation = taking(dossier)
    if consultation is None:
        raise NotTakingError
    return dossier, consultation
