"""`privacy`: what the portal knows of a person, given out or erased; keys; breaches."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.comments.models import Comment
from app.config import Settings
from app.extensions import db
from app.kit import clock
from app.kit.sealing import SealBrokenError
from app.people.models import Scope
from app.privacy import breach as breaches
from app.privacy import erase as erasing
from app.privacy import export as exporting
from app.privacy import replay as replaying
from app.privacy import rotate as rotating
from app.privacy import sweep
from app.privacy.person import NobodyError, Person, find

MINUTE = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


@click.group()
def privacy() -> None:
    """Personal data: export, erase, rotate keys, list a breach."""


@privacy.command("export")
@click.argument("who", nargs=-1, required=True)
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def export(who: tuple[str, ...], file: Path) -> None:
    """Write all the portal holds of an e-mail address or of receipts into one ZIP."""
    person = _person(who)
    exporting.export(person, file, clock.now())
    file.chmod(0o600)
    click.echo(f"{_counted(person)}: {file}")


@privacy.command("erase")
@click.argument("who", nargs=-1, required=True)
@click.option("--text", is_flag=True, help="Erase the words too: they identify their author.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def erase(who: tuple[str, ...], text: bool, yes: bool) -> None:
    """Erase the person of an e-mail address or of receipts; it cannot be undone."""
    person = _person(who)
    if not yes:
        click.confirm(f"{_counted(person)} will be erased for good. Go on?", abort=True)
    words = _names(person)
    erasing.erase(person, Scope.TEXT if text else Scope.IDENTITY, clock.now())
    db.session.commit()
    sweep.sweep()
    left = sweep.left(words)
    if any(":" not in one for one in left):  # a file: a freed page still has it
        sweep.vacuum()
        left = sweep.left(words)
    click.echo(f"{_counted(person)}: erased.")
    for place in left:
        click.echo(f"still named in {place}: look at it", err=True)


@privacy.command("replay")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path))
@with_appcontext
def replay(file: Path | None) -> None:
    """Erase again whom the list has, after a copy of the database was brought back."""
    click.echo(f"{replaying.replay(file)} erased again.")


@privacy.command("rotate")
@with_appcontext
def rotate() -> None:
    """Seal everything with the first of IDENTITY_KEYS; then the others can go."""
    settings: Settings = current_app.extensions["settings"]
    try:
        total = rotating.rotate(settings.identity_keys, lambda name, n: click.echo(f"{name}: {n}"))
    except SealBrokenError:
        raise click.ClickException("Something is sealed with a key that is not given.") from None
    click.echo(f"{total} rows now need the first key only.")
    if len(settings.identity_keys) > 1:
        click.echo("Recovery codes of staff know the old key: have them made anew.")


@privacy.command("breach")
@click.option("--since", type=MINUTE, required=True, help="In Viet Nam's time.")
@click.option("--until", type=MINUTE, required=True, help="In Viet Nam's time.")
@click.option("--officer", default="", help="E-mail of the account that was misused.")
@click.option("--table", default="", help="A table that was copied, instead of the access log.")
@with_appcontext
def breach(since: datetime, until: datetime, officer: str, table: str) -> None:
    """List whose data was affected, with a draft of the notice that is due in 72 hours."""
    begin, end = (one.replace(tzinfo=clock.VN) for one in (since, until))
    try:
        found = breaches.affected(begin, end, officer, table)
    except breaches.NoSuchTableError as error:
        raise click.ClickException(f"Tables that hold data of people: {error}") from None
    for one in found:
        click.echo(f"{one.subject}\t{one.how}\t{one.at.astimezone(clock.VN):%Y-%m-%d %H:%M}")
    click.echo(breaches.notice(found, clock.now().astimezone(clock.VN), begin, end))


def _person(who: tuple[str, ...]) -> Person:
    try:
        return find(who)
    except NobodyError as error:
        raise click.ClickException(f"The portal holds nothing of {error}.") from None


def _counted(person: Person) -> str:
    return (
        f"comments: {len(person.comments)}, "
        f"addresses of saved searches: {len(person.subscribers)}, accounts: {len(person.citizens)}"
    )


def _names(person: Person) -> set[str]:
    """What would still name the person if it were found anywhere afterwards."""
    names = {
        comment.display_name
        for number in person.comments
        if (comment := db.session.get(Comment, number)) is not None
    }
    return {*person.emails, *(citizen.name for citizen in person.citizens), *names} - {""}
