"""`prepare` makes the portal ready to serve; `work` is the worker."""

from __future__ import annotations

from pathlib import Path

import click
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app.accounts.models import Agency
from app.cli.demo import load_sample
from app.config import ROOT
from app.consultations.rules import seed
from app.extensions import db
from app.web import measures
from app.work import loop
from app.work.turn import AnotherWorkerError, TurnLostError


def compile_catalogues(folder: Path = ROOT / "translations") -> int:
    """Every catalogue is compiled; returns how many were out of date."""
    made = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        with target.open("wb") as file:
            write_mo(file, catalogue)
        made += 1
    return made


@click.command()
@click.option("--sample/--no-sample", default=True, help="Load the sample province when empty.")
@with_appcontext
def prepare(sample: bool) -> None:
    """Compile catalogues, bring the database up to date, load the sample province once."""
    compile_catalogues()
    measures.forget(current_app.extensions["settings"])
    try:
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
    except OperationalError as error:
        raise click.ClickException(f"The database cannot be reached: {error.orig}") from None
    upgrade()
    seed()
    db.session.commit()
    if sample and not db.session.scalar(select(func.count()).select_from(Agency)):
        load_sample()


@click.command()
@click.option("--once", is_flag=True, help="Do what is waiting, then end.")
@click.option("--stand-by", is_flag=True, help="Wait for the turn of one that is at work.")
@with_appcontext
def work(once: bool, stand_by: bool) -> None:
    """The worker: seal the ledger, feed its readers, do what the clock asks for."""
    try:
        loop.run(once, stand_by)
    except AnotherWorkerError:
        raise click.ClickException("Another worker is at work on this portal already.") from None
    except TurnLostError:
        raise click.ClickException("The database let go of the worker: start it again.") from None
