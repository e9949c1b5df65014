"""`ledger`: the public log in files, its witnesses, and a look at whether all is as signed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.config import ROOT
from app.extensions import db
from app.kit import clock
from app.ledger import exporting, growing, witness
from app.ledger.checkpoint import NoteError

VERIFIER = ROOT / "tools" / "verify_log.py"


@click.group()
def ledger() -> None:
    """The public log."""


@ledger.command()
@with_appcontext
def key() -> None:
    """Print the public key (vkey) that the heads of the log are signed with."""
    click.echo(str(growing.signer(current_app.extensions["settings"]).verifier))


@ledger.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--record", is_flag=True, help="Also record.sqlite3, for auditors: holds personal data."
)
@with_appcontext
def export(directory: Path, record: bool) -> None:
    """Write the newest signed head and every tile below DIRECTORY, as /log shows them."""
    size = exporting.write_tiles(directory)
    if record:
        exporting.write_record(directory / exporting.RECORD)
    click.echo(f"{size} entries in {directory}")


@ledger.command()
@click.option("--since", multiple=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--settled", is_flag=True, help="The worker has ended: nothing may be waiting.")
@with_appcontext
def verify(since: tuple[str, ...], settled: bool) -> None:
    """Say whether every entry and every row on record is as it was signed."""
    vkey = str(growing.signer(current_app.extensions["settings"]).verifier)
    words = [sys.executable, str(VERIFIER), "--key", vkey]
    words += [word for path in since for word in ("--since", path)]
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / exporting.RECORD
        exporting.write_record(copy)
        told = subprocess.run([*words, *(["--settled"] if settled else []), str(copy)])
    if told.returncode:
        raise click.exceptions.Exit(1)


@ledger.group("witness")
def witness_() -> None:
    """Who signs from outside that the log only grew."""


@witness_.command("add")
@click.argument("name")
@click.argument("vkey")
@with_appcontext
def add(name: str, vkey: str) -> None:
    """Take cosignatures by the key VKEY, and show NAME beside them."""
    try:
        witness.register(name, vkey, clock.now())
    except NoteError as error:
        raise click.ClickException(f"This is no key of a witness: {error}.") from None
    db.session.commit()
    click.echo(f"{name} is a witness.")


@witness_.command("stop")
@click.argument("vkey")
@with_appcontext
def stop(vkey: str) -> None:
    """Take no more cosignatures by the key VKEY."""
    if not witness.stop(vkey, clock.now()):
        raise click.ClickException("No witness has this key.")
    db.session.commit()
    click.echo("Nothing more is taken from this witness.")
