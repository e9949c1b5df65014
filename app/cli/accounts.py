"""`accounts …`: the first bodies and officers of a portal, and the end of an account."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts import invite as invitations
from app.accounts import sign_in
from app.accounts.models import Agency, Officer, Role
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line, slugify


@click.group()
def accounts() -> None:
    """Staff."""


@accounts.command()
@click.argument("slug")
@click.option("--name", required=True)
@click.option("--name-en", default="")
@click.option("--parent", help="Slug of the body above.")
@click.option("--address", default="", help="Postal address for comments on paper.")
@click.option("--email", default="", help="Address for comments by e-mail.")
@click.option("--phone", default="")
@with_appcontext
def agency(
    slug: str, name: str, name_en: str, parent: str | None, address: str, email: str, phone: str
) -> None:
    """Add a public body."""
    if slug != slugify(slug):
        raise click.ClickException(f"A slug is made of a-z, 0-9 and hyphens: {slugify(slug)}")
    if db.session.scalar(select(Agency.id).where(Agency.slug == slug)) is not None:
        raise click.ClickException(f"There is an agency {slug!r} already.")
    above = db.session.scalar(select(Agency).where(Agency.slug == parent)) if parent else None
    if parent and above is None:
        raise click.ClickException(f"There is no agency {parent!r}.")
    db.session.add(
        Agency(
            slug=slug,
            name=clean_line(name),
            name_en=clean_line(name_en),
            parent_id=above.id if above is not None else None,
            postal_address=clean_line(address),
            email=email,
            phone=phone,
        )
    )
    db.session.commit()


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
    officer = db.session.scalar(select(Officer).where(Officer.email == email.strip().lower()))
    if officer is None:
        raise click.ClickException(f"There is no officer {email!r}.")
    sign_in.close(officer)
    db.session.commit()
