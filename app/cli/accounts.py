"""`accounts invite`: the first officers of a portal."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts import invite as invitations
from app.accounts.models import Agency, Role
from app.extensions import db
from app.kit import clock


@click.group()
def accounts() -> None:
    """Staff."""


@accounts.command()
@click.argument("email")
@click.option("--name", required=True)
@click.option("--title", "job_title", default="")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--agency", "slug", required=True, help="The agency's slug.")
@with_appcontext
def invite(email: str, name: str, job_title: str, role: str, slug: str) -> None:
    """Invite somebody; prints the link to hand over."""
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
        raise click.ClickException(f"{email} is an officer already.") from None
    db.session.commit()
    settings = current_app.extensions["settings"]
    click.echo(f"{settings.public_url}/desk/invitations/{token}")
