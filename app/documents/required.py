"""Which documents a dossier must hold before it is posted: dated rows of law (L09, S20)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path

from sqlalchemy import or_, select

from app.documents.models import DossierFile, RequiredDocument
from app.extensions import db

SEED = Path(__file__).parent / "seed" / "required_documents.toml"
# the one that may also be given as rows, each linked to its provision
COMPARISON = "comparison_table"


class Posted(StrEnum):
    """What is put before the people."""

    PROPOSAL = "proposal"
    DRAFT = "draft"


def required(document_type: str, posted: Posted, day: date) -> Sequence[RequiredDocument]:
    """The documents that must be posted with a proposal or draft of that type on that day."""
    rows = select(RequiredDocument).where(
        RequiredDocument.document_type == document_type,
        RequiredDocument.stage == posted.value,
        RequiredDocument.valid_from <= day,
        or_(RequiredDocument.valid_to.is_(None), RequiredDocument.valid_to >= day),
    )
    return db.session.scalars(rows.order_by(RequiredDocument.position)).all()


def held(dossier_id: int) -> set[str]:
    """The codes of the required documents that the dossier has a file of, posted or not."""
    return set(
        db.session.scalars(
            select(DossierFile.code).where(
                DossierFile.dossier_id == dossier_id, DossierFile.code != ""
            )
        )
    )


def seed() -> None:
    """The rows this portal comes with are there; rows already there stay as they are."""
    keys = select(
        RequiredDocument.document_type,
        RequiredDocument.stage,
        RequiredDocument.code,
        RequiredDocument.valid_from,
    )
    known = {tuple(key) for key in db.session.execute(keys)}
    with SEED.open("rb") as file:
        rows = tomllib.load(file)["required_document"]
    for position, row in enumerate(rows):
        for document_type in row["document_types"]:
            if (document_type, row["stage"], row["code"], row["valid_from"]) not in known:
                db.session.add(
                    RequiredDocument(
                        document_type=document_type,
                        stage=row["stage"],
                        code=row["code"],
                        name=row["name_vi"],
                        name_en=row["name_en"],
                        citation=row["citation"],
                        confidence=row["confidence"],
                        position=position,
                        valid_from=row["valid_from"],
                        valid_to=row["valid_to"] or None,
                    )
                )
    db.session.flush()
