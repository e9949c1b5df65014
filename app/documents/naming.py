"""Addresses of the files of a dossier: each has its own, for good."""

from __future__ import annotations

from itertools import count

from sqlalchemy import select, union_all

from app.documents.models import DossierFile, DraftVersion
from app.extensions import db


def free_name(dossier_id: int, wanted: str) -> str:
    """The wanted name, numbered where another file of the dossier or version has it already."""
    drafts = select(DraftVersion.file_name).where(DraftVersion.dossier_id == dossier_id)
    others = select(DossierFile.name).where(DossierFile.dossier_id == dossier_id)
    taken = {name.lower() for name in db.session.scalars(union_all(drafts, others))}
    stem, dot, ending = wanted.rpartition(".")
    name, numbers = wanted, count(2)
    while name.lower() in taken:
        name = f"{stem}-{next(numbers)}{dot}{ending}"
    return name
