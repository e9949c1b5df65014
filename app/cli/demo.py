"""`demo load`: the sample province, and comments by the thousand."""

from __future__ import annotations

import os

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select

from app.accounts import totp
from app.accounts.models import Agency
from app.config import Settings
from app.demo.content import load_content
from app.demo.flood import NothingOpenError, flood
from app.demo.load import TOTP_SECRET, load
from app.demo.told import Province
from app.extensions import db
from app.kit import clock


@click.group()
def demo() -> None:
    """The sample province."""


@demo.command("load")
@click.option("--comments", type=click.IntRange(min=0), default=0, help="That many more comments.")
@click.option("--seed", type=int, default=1, show_default=True)
@with_appcontext
def load_command(comments: int, seed: int) -> None:
    """Load the sample province where there is none, then N varied comments."""
    if not db.session.scalar(select(func.count()).select_from(Agency)):
        load_sample()
    if comments:
        with click.progressbar(length=comments, label="Comments") as bar:
            try:
                flood(comments, seed, load_content().voices, bar.update)
            except NothingOpenError:
                raise click.ClickException("There is no consultation to comment on.") from None


@demo.command()
def code() -> None:
    """Print the six digits that every officer of the sample signs in with now."""
    now = clock.now()
    step = totp.step_at(now)
    left = round((step + 1) * totp.STEP - now.timestamp())
    click.echo(f"{totp.code_of(TOTP_SECRET, step)}  (for {left} s more)")


def load_sample() -> None:
    """The sample province is in the database and its accounts in a file only we can read."""
    province = load_content()
    with click.progressbar(length=100, label=f"Loading {province.name}") as bar:
        done = 0

        def progress(n: int, of: int) -> None:
            nonlocal done
            percent = n * 100 // of
            bar.update(percent - done)
            done = percent

        password = load(province, progress)
    _keep_accounts(current_app.extensions["settings"], province, password)
    db.session.commit()


def _keep_accounts(settings: Settings, province: Province, password: str) -> None:
    width = max(len(officer.email) for officer in province.officers)
    roles = {one.email: ", ".join(role.value for role in one.roles) for one in province.officers}
    wide = max(len(held) for held in roles.values())
    heading = f"Sample accounts of {province.name_en}"
    lines = [
        f"{heading} (sign in at /desk/sign-in, password {password},",
        f"then six digits: `make code` prints them, or give an app the key {TOTP_SECRET}):",
    ]
    lines += [
        f"  {roles[one.email]:<{wide}}  {one.email:<{width}}  {one.name}, {one.title}"
        for one in sorted(province.officers, key=lambda one: (one.role.value, one.email))
    ]
    path = settings.instance_dir / "sample-accounts.txt"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("\n".join(lines) + "\n")
