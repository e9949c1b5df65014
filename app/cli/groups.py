"""`groups`: comments that say the same, grouped anew."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.groups.engine import AnotherRunError, GroupingFailedError, regroup


@click.group()
def groups() -> None:
    """Comments that say the same."""


@groups.command()
@click.option("--consultation", "slug", help="Only the periods of the draft with that address.")
@with_appcontext
def rebuild(slug: str | None) -> None:
    """Group all comments anew; what people joined or split stays as they left it."""
    query = select(Consultation.id, Dossier.slug, Consultation.round).join(Consultation.dossier)
    if slug is not None:
        query = query.where(Dossier.slug == slug)
    found = db.session.execute(query.order_by(Consultation.id)).all()
    db.session.rollback()
    if slug is not None and not found:
        raise click.ClickException(f"There is no consultation at {slug}.")
    for consultation_id, name, number in found:
        _rebuild(consultation_id, f"{name} ({number})")


def _rebuild(consultation_id: int, label: str) -> None:
    with click.progressbar(length=100, label=label) as bar:
        try:
            regroup(consultation_id, lambda done, of: bar.update(done * 100 // of - bar.pos))
        except AnotherRunError:
            raise click.ClickException("Comments are being grouped already.") from None
        except GroupingFailedError as error:
            raise click.ClickException(f"Grouping failed: {error}") from None
