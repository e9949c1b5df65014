"""The page of a draft that can no longer be changed."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.documents.models import Dossier


def opened(dossier: Dossier) -> ResponseReturnValue:
    """The draft is public: what people comment on cannot be exchanged under their hands."""
    page = render_template(
        "documents/stopped.html",
        heading=_("This draft is public and can no longer be changed"),
        words=_(
            "People read and comment on exactly this text and this content, so both stay as "
            "they were on the day of the opening."
        ),
        way_on=(
            url_for("consultations.dossier", dossier_id=dossier.id),
            _("Back to the dossier"),
        ),
    )
    return page, 409
