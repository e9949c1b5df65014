"""What tests write into a dossier in other languages, through the real verb."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from app.accounts.models import Role
from app.consultations.models import Consultation
from app.documents.models import Provision
from app.extensions import db
from app.kit import clock
from app.translations.keep import Written, approve, keep
from app.translations.models import Standing, Translation
from app.translations.pieces import Piece, of_provision

WORDS = {
    "chuong-i": {"heading": "GENERAL PROVISIONS"},
    "dieu-3": {"heading": "Amount of support"},
    "dieu-3.khoan-1": {"text": "Each household is given 3,000,000 dong once."},
}


def pieces(consultation: Consultation, words: Mapping[str, Mapping[str, str]]) -> list[Written]:
    """The fields of those provisions as pieces of the version people comment on."""
    found = []
    version = consultation.version
    assert version is not None
    for anchor, fields in words.items():
        row = db.session.scalars(
            select(Provision).where(Provision.version_id == version.id, Provision.anchor == anchor)
        ).one()
        for name, text in fields.items():
            part = of_provision(row.lineage_id, name)
            piece = Piece(part, anchor, getattr(row, name), "text", version.number)
            found.append(Written(piece, text))
    return found


def write(
    world,
    consultation: Consultation,
    written: list[Written],
    language: str = "en",
    standing: Standing = Standing.UNOFFICIAL,
) -> None:
    """The pieces read so from now on; an official one was approved by another person."""
    agency = consultation.dossier.agency
    official = standing is Standing.OFFICIAL
    keep(
        consultation.dossier_id,
        consultation.id,
        language,
        written,
        Standing.UNOFFICIAL if official else standing,
        world.officer(agency, Role.TRANSLATOR),
        clock.now(),
    )
    if official:
        rows = db.session.scalars(
            select(Translation).where(Translation.part.in_([one.piece.part for one in written]))
        )
        by_part = {row.part: row for row in rows}
        chosen = [(one.piece, by_part[one.piece.part]) for one in written]
        head = world.officer(agency, Role.HEAD)
        approve(consultation.dossier_id, consultation.id, language, chosen, head, clock.now())
    db.session.commit()
