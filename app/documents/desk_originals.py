"""Doors of the files themselves, for those who work on a dossier before they are public."""

from __future__ import annotations

from flask import abort, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts.policy import Act, may
from app.accounts.session import signed_in
from app.documents import files
from app.documents.access import LARGEST_ID, dossier_for
from app.documents.desk import bp
from app.documents.models import Dossier, DossierFile, DraftVersion
from app.documents.takedown import FILE, ORIGINAL, standing
from app.documents.versions import newest
from app.extensions import db
from app.web.guard import allow
from app.web.uploads import served_as


@bp.get("/desk/dossiers/<int:dossier_id>/text/original")
@allow(Act.READ_DOSSIER)
def original_text(dossier_id: int) -> ResponseReturnValue:
    """The file of the newest text, byte for byte."""
    version = newest(dossier_for(Act.READ_DOSSIER, dossier_id))
    if version is None:
        abort(404)
    return _sent(version, version.file_name)


@bp.get("/desk/dossiers/<int:dossier_id>/files/<int:file_id>/original")
@allow(Act.READ_DOSSIER)
def original_file(dossier_id: int, file_id: int) -> ResponseReturnValue:
    """A document of the dossier, byte for byte."""
    dossier = dossier_for(Act.READ_DOSSIER, dossier_id)
    found = db.first_or_404(
        select(DossierFile).where(
            DossierFile.id == min(file_id, LARGEST_ID), DossierFile.dossier_id == dossier.id
        )
    )
    return _sent(found, found.name)


def _sent(kept: DraftVersion | DossierFile, name: str) -> ResponseReturnValue:
    sort = FILE if isinstance(kept, DossierFile) else ORIGINAL
    agency = db.session.get_one(Dossier, kept.dossier_id).agency
    if standing(f"{sort}:{kept.id}") and not may(signed_in(), Act.READ_SEALED, agency):
        abort(451)
    path = files.path(kept.sha256)
    if not kept.sha256 or not path.is_file():
        abort(404)
    return send_file(
        path,
        mimetype=served_as(kept.media_type),
        as_attachment=True,
        download_name=name,
        etag=kept.sha256,
        max_age=0,
    )
