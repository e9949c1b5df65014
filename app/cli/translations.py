"""`translations`: how far they are, and XLIFF files out and in without the desk."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.documents.models import Dossier
from app.documents.translation_room import Room
from app.extensions import db
from app.translations import xliff, xliff_reading
from app.translations.keep import Written
from app.translations.models import Standing
from app.translations.xliff_reading import WrongFileError
from app.web.locale import LANGUAGES
from app.web.refusals import Refused

LANGUAGE = click.Choice([language.code for language in LANGUAGES[1:]])


@click.group()
def translations() -> None:
    """What dossiers say in other languages."""


@translations.command()
@click.argument("slug", required=False)
@with_appcontext
def status(slug: str | None) -> None:
    """Print how much is translated: of all dossiers, or of the one called SLUG in each language."""
    dossiers = [_dossier(slug)] if slug else db.session.scalars(select(Dossier)).unique().all()
    for dossier in dossiers:
        for language in LANGUAGES[1:]:
            counts = Room(dossier, language).counts
            if not (counts.begun or slug):
                continue
            told = f"{counts.translated} of {counts.total}"
            more = f"{counts.official} official, {counts.machine} by machine, {counts.stale} stale"
            click.echo(f"{dossier.slug}\t{language.code}\t{told}\t{more}")


@translations.command("export")
@click.argument("slug")
@click.argument("language", type=LANGUAGE)
@click.argument("file", type=click.File("wb"), default="-")
@with_appcontext
def export(slug: str, language: str, file: BinaryIO) -> None:
    """Write the dossier called SLUG as XLIFF 2.1 into FILE, or to the screen."""
    room = _room(slug, language)
    file.write(xliff.write(slug, language, room.places, room.earlier))


@translations.command("import")
@click.argument("slug")
@click.argument("language", type=LANGUAGE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--translator", "email", required=True, help="E-mail of the officer who vouches.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@with_appcontext
def import_(slug: str, language: str, file: Path, email: str, dry_run: bool) -> None:
    """Take what FILE, an XLIFF file, says of the dossier called SLUG; nothing becomes official."""
    try:
        # read before the database is asked: nobody waits meanwhile
        document = xliff_reading.read(file.read_bytes())
        room = _room(slug, language, writes=not dry_run)
        officer = db.session.scalar(select(Officer).where(Officer.email == email))
        if officer is None or not may(officer, Act.TRANSLATE, room.dossier.agency):
            raise click.ClickException(f"{email} may not translate this dossier.")
        plan = xliff_reading.plan(document, slug, language, room.places)
    except Refused as refused:
        raise click.ClickException(f"{file.name} is refused: {refused.code}") from None
    except WrongFileError as error:
        raise click.ClickException(f"{file.name} is refused: {error.why}") from None
    for one in plan.left:
        click.echo(f"not taken: {one.part} ({one.why})", err=True)
    changes = [Written(change.place.piece, change.text) for change in plan.changes]
    if not dry_run:
        room.keep(changes, Standing.UNOFFICIAL, officer)
        db.session.commit()
    click.echo(f"{len(changes)} taken, {plan.same} as before, {len(plan.left)} not taken")


def _dossier(slug: str, *, writes: bool = False) -> Dossier:
    query = select(Dossier).where(Dossier.slug == slug)
    # as at the desk, whoever writes waits for the one before
    if writes:
        query = query.with_for_update(key_share=True, of=Dossier)
    found = db.session.scalar(query)
    if found is None:
        raise click.ClickException(f"There is no dossier {slug!r}.")
    return found


def _room(slug: str, language: str, *, writes: bool = False) -> Room:
    spoken = next(one for one in LANGUAGES if one.code == language)
    return Room(_dossier(slug, writes=writes), spoken)
