"""`accounts …`: the first bodies and officers of a portal, and the end of an account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts import dormant, factors, sign_in, territories
from app.accounts import invite as invitations
from app.accounts.models import Agency, Officer, Role
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line, slugify

REASON_LENGTH = 300
CODE = re.compile(r"(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*")


@click.group()
def accounts() -> None:
    """Staff."""


@accounts.command()
@click.argument("slug")
@click.option("--name", help="Its name in Vietnamese; without it the agency is one there is.")
@click.option("--name-en", default="")
@click.option("--parent", help="Slug of the body above.")
@click.option("--address", default="", help="Postal address for comments on paper.")
@click.option("--email", default="", help="Address for comments by e-mail.")
@click.option("--phone", default="")
@click.option("--territory", help="Code of the territory it decides for.")
@with_appcontext
def agency(slug: str, name: str | None, territory: str | None, **words: str | None) -> None:
    """Add a public body, or give one there is its territory."""
    if slug != slugify(slug):
        raise click.ClickException(f"A slug is made of a-z, 0-9 and hyphens: {slugify(slug)}")
    found = db.session.scalar(select(Agency).where(Agency.slug == slug))
    if found is not None and (name or territory is None):
        raise click.ClickException(
            f"There is an agency {slug!r} already. To move it, give --territory and no --name."
        )
    if found is None:
        found = _founded(slug, name, words)
    if territory is not None:
        with _in_words():
            territories.place(found, territory, clock.now())
    db.session.commit()


def _founded(slug: str, name: str | None, words: Mapping[str, str | None]) -> Agency:
    if not name or not clean_line(name):
        raise click.ClickException(f"There is no agency {slug!r}. To add it, give its --name.")
    parent = words["parent"]
    above = db.session.scalar(select(Agency).where(Agency.slug == parent)) if parent else None
    if parent and above is None:
        raise click.ClickException(f"There is no agency {parent!r}.")
    made = Agency(
        slug=slug,
        name=clean_line(name),
        name_en=clean_line(words["name_en"] or ""),
        parent_id=above.id if above is not None else None,
        postal_address=clean_line(words["address"] or ""),
        email=words["email"],
        phone=words["phone"],
    )
    db.session.add(made)
    db.session.flush()
    return made


@accounts.command()
@click.argument("code")
@click.option("--name", required=True, help="Its name in Vietnamese, such as “Tỉnh Lam Xuyên”.")
@click.option("--name-en", default="")
@click.option("--parent", help="Code of the territory it lies in; none at the top.")
@with_appcontext
def territory(code: str, name: str, name_en: str, parent: str | None) -> None:
    """Add a territory, or give one there is another name or place; repeated, it changes nothing."""
    if not CODE.fullmatch(code):
        raise click.ClickException(
            f"A code is made of a-z, 0-9 and hyphens, at most 40: {slugify(code, 40)}"
        )
    names = {"called": clean_line(name), "called_en": clean_line(name_en)}
    if not names["called"]:
        raise click.ClickException("Give the territory a name.")
    with _in_words():
        territories.name(code, **names, parent=parent or None, now=clock.now())
    db.session.commit()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except territories.UnknownTerritoryError as error:
        raise click.ClickException(
            f"There is no territory {error.args[0]!r}. Add it with: accounts territory"
        ) from None
    except territories.CircleError as error:
        raise click.ClickException(
            f"{error.args[0]!r} lies in it, and no place lies in itself."
        ) from None


@accounts.command()
@click.argument("email")
@click.option("--name", required=True)
@click.option("--title", "job_title", default="")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--agency", "slug", required=True, help="The agency's slug.")
@with_appcontext
def invite(email: str, name: str, job_title: str, role: str, slug: str) -> None:
    """Invite somebody, or an officer who lost the password; prints the link to hand over."""
    agency = db.session.scalar(select(Agency).where(Agency.slug == slug))
    if agency is None:
        raise click.ClickException(f"There is no agency {slug!r}.")
    try:
        token = invitations.invite(
            email=email,
            name=name,
            job_title=job_title,
            role=Role(role),
            agency=agency,
            invited_by=None,
            now=clock.now(),
        )
    except invitations.AlreadyOfficerError:
        raise click.ClickException(f"{email} is an officer of another agency.") from None
    db.session.commit()
    settings = current_app.extensions["settings"]
    click.echo(f"{settings.public_url}/desk/invitations/{token}")


@accounts.command()
@click.argument("email")
@with_appcontext
def close(email: str) -> None:
    """Close the account of an officer who left; an invitation opens it again."""
    sign_in.close(_officer(email))
    db.session.commit()


@accounts.command("reset-factor")
@click.argument("email")
@click.option("--reason", required=True, help="The officer and every administrator can read it.")
@with_appcontext
def reset_factor(email: str, reason: str) -> None:
    """Take the lost second factors of an officer away; the next sign-in sets up a new one."""
    if not clean_line(reason) or len(clean_line(reason)) > REASON_LENGTH:
        raise click.ClickException(f"Give a reason of at most {REASON_LENGTH} characters.")
    factors.reset(_officer(email), clean_line(reason), None, clock.now())
    db.session.commit()


@accounts.command()
@click.argument("email")
@with_appcontext
def reopen(email: str) -> None:
    """Open the account of an officer again that fell asleep after 45 days without a sign-in."""
    if not dormant.wake(_officer(email), None, clock.now()):
        raise click.ClickException(f"{email} is not asleep. A closed account needs an invitation.")
    db.session.commit()


def _officer(email: str) -> Officer:
    officer = db.session.scalar(select(Officer).where(Officer.email == email.strip().lower()))
    if officer is None:
        raise click.ClickException(f"There is no officer {email!r}.")
    return officer
