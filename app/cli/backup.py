"""`backup` writes the whole portal into a file; `restore` makes it again from one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.config import Settings
from app.extensions import db
from app.kit import clock
from app.operations import backup as making
from app.operations import settling
from app.operations.archive import BadArchiveError, Progress
from app.operations.copying import CopyError
from app.operations.restore import SETTLE, RestoreError, Wish
from app.operations.restore import restore as bring_back
from app.privacy.erase import journal

FILE = click.Path(dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def _bar(length: int, label: str) -> Iterator[Progress]:
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update


@click.command()
@click.argument("file", type=FILE)
@click.option("--with-keys", "keys", type=FILE, help="Write the keys too, into this other file.")
@with_appcontext
def backup(file: Path, keys: Path | None) -> None:
    """Write everything the portal holds into FILE, while people go on using it.

    Keys are not in it: kept together, whoever finds the one file can read what was sealed.
    """
    settings: Settings = current_app.extensions["settings"]
    began = clock.now()
    try:
        if keys is not None:
            making.write_keys(settings, keys)
        with _bar(making.expected(settings), "Backing up") as progress:
            made = making.backup(settings, file.absolute(), progress)
    except FileExistsError as error:
        raise click.ClickException(
            f"{error.filename} is there already; keys replace none."
        ) from None
    except (CopyError, OSError) as error:
        raise click.ClickException(f"No backup was made: {error}") from None
    took = (clock.now() - began).total_seconds()
    click.echo(
        f"{file}: {made.size / 1e6:.1f} MB, {made.files} files, "
        f"entries up to {made.seq}, {took:.1f} s"
    )
    if keys is not None:
        click.echo(f"{keys}: the keys. Keep this file elsewhere than the backup.")
    else:
        click.echo("The keys are not in it: keep SECRET_KEY, IDENTITY_KEYS and LOG_KEY elsewhere.")


@click.command()
@click.argument("file", type=THERE)
@click.option("--replace", is_flag=True, help="Put aside what the portal holds now.")
@click.option("--checkpoint", type=THERE, help="A head of the log that was kept outside.")
@click.option("--erasures", type=THERE, help="Erasures kept outside, done again where missing.")
@click.option("--without-keys", is_flag=True, help="Restore although sealed addresses stay closed.")
@click.option("--no-index", is_flag=True, help="Let the worker build the search index later.")
@with_appcontext
def restore(
    file: Path,
    replace: bool,
    checkpoint: Path | None,
    erasures: Path | None,
    without_keys: bool,
    no_index: bool,
) -> None:
    """Make the portal again from FILE, as `backup` wrote it; stop web and worker first.

    If anything is wrong, the portal stays as it is.
    """
    settings: Settings = current_app.extensions["settings"]
    began = clock.now()
    words = ["--no-index"] if no_index else []
    if erasures is None and (own := journal()).is_file():
        erasures = own
    for name, path in (("--checkpoint", checkpoint), ("--erasures", erasures)):
        if path is not None:
            words += [name, str(path.absolute())]
    wish = Wish(replace, without_keys, tuple(words))
    try:
        with _bar(file.stat().st_size, "Unpacking") as progress:
            manifest = bring_back(settings, file.absolute(), wish, click.echo, progress)
    except (RestoreError, BadArchiveError, CopyError, OSError) as error:
        raise click.ClickException(f"Nothing was restored: {error}") from None
    _keep_list(erasures)
    at = datetime.fromisoformat(manifest.made_at).astimezone(clock.VN)
    took = (clock.now() - began).total_seconds()
    click.echo(f"Restored as of {at:%Y-%m-%d %H:%M:%S} (UTC+7), in {took:.1f} s.")


def _keep_list(erasures: Path | None) -> None:
    """The list of the instance has what the list from outside has."""
    own = journal()
    if erasures is None or erasures == own:
        return
    known = own.read_text().splitlines() if own.is_file() else []
    more = [line for line in erasures.read_text().splitlines() if line not in known]
    with own.open("a") as file:
        file.writelines(f"{line}\n" for line in more)


@click.command(SETTLE, hidden=True)
@click.option("--checkpoint", type=THERE)
@click.option("--erasures", type=THERE)
@click.option("--no-index", is_flag=True)
@with_appcontext
def settle(checkpoint: Path | None, erasures: Path | None, no_index: bool) -> None:
    """What `restore` asks of the copy before it takes the portal's place."""
    try:
        click.echo(settling.migrate())
        click.echo(settling.sound())
        note = checkpoint.read_text() if checkpoint is not None else ""
        for line in settling.verify(note):
            click.echo(line)
        if erasures is not None:
            click.echo(settling.forget(erasures))
        for line in settling.counted():
            click.echo(line)
        click.echo("indexed: later, by the worker" if no_index else settling.index())
    except settling.NotSettledError as error:
        raise click.ClickException(str(error)) from None
    finally:
        # the last to leave brings SQLite's log of writes home: only the file itself is moved
        db.session.remove()
        db.engine.dispose()
