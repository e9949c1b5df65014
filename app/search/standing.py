"""What every public draft is at this moment: its agency, its stage, whether it takes comments."""

from __future__ import annotations

from sqlalchemy import func, select

from app.accounts import territories
from app.accounts.models import Agency
from app.consultations.models import Consultation
from app.documents.models import Dossier, is_public
from app.extensions import db
from app.kit import clock
from app.search.facets import Standing, Standings, Status


def standings() -> Standings:
    """All public drafts, and which territories lie in which."""
    now = clock.now()
    ends = (
        select(Consultation.dossier_id, func.max(Consultation.ends_at).label("at"))
        .group_by(Consultation.dossier_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Dossier.id,
            Dossier.slug,
            Agency.slug.label("agency"),
            Dossier.topic,
            Agency.territory,
            Dossier.document_type,
            Dossier.stage,
            ends.c.at,
        )
        .join(Agency, Agency.id == Dossier.agency_id)
        .outerjoin(ends, ends.c.dossier_id == Dossier.id)
        .where(is_public())
    )
    dossiers = {
        row.id: Standing(
            row.slug,
            row.agency,
            row.topic or "",
            row.territory or "",
            row.document_type,
            row.stage,
            Status.OPEN if row.at is not None and now < row.at else Status.CLOSED,
            row.at,
        )
        for row in rows
    }
    above = {code: frozenset(line) for code, line in territories.lines().items()}
    return Standings(dossiers, above)
