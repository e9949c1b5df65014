"""`stops`: when the portal will not answer, and whether it may be changed today."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts.models import Officer
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.operations import stops as verbs
from app.operations.models import PlannedStop

MINUTE = click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
SHOWN = "%Y-%m-%d %H:%M"


@click.group()
def stops() -> None:
    """Planned stops of the portal."""


@stops.command("announce")
@click.option("--from", "starts", type=MINUTE, required=True, help="In Viet Nam's time.")
@click.option("--until", "ends", type=MINUTE, required=True, help="When it answers again.")
@click.option("--words", required=True, help="Why, in Vietnamese.")
@click.option("--words-en", default="", help="The same for readers of other languages.")
@click.option("--by", "email", required=True, help="E-mail of the administrator who announces it.")
@click.option("--emergency", default="", help="Why it cannot wait for the seven working days.")
@with_appcontext
def announce(
    starts: datetime, ends: datetime, words: str, words_en: str, email: str, emergency: str
) -> None:
    """Tell on every page that the portal will stop."""
    officer, now = _admin(email), clock.now()
    times = _instant(starts), _instant(ends)
    try:
        stop = verbs.announce(times, words, words_en, officer, now, emergency=emergency)
    except verbs.TooSoonError as error:
        raise click.ClickException(
            f"Seven working days of notice are due: {_shown(error.earliest)} is the first "
            "possible time. What cannot wait needs --emergency with its reason."
        ) from None
    except verbs.LastDaysError as error:
        titles = "\n".join(_line(one) for one in error.consultations)
        raise click.ClickException(
            f"That falls into the last three days to comment on:\n{titles}"
        ) from None
    except verbs.StopRefusedError:
        raise click.ClickException(
            "A stop begins before it ends, lasts a week at most, and is still to come."
        ) from None
    db.session.commit()
    click.echo(f"stop {stop.id}: {_shown(times[0])} to {_shown(times[1])}")


@stops.command("cancel")
@click.argument("stop_id", type=int)
@click.option("--by", "email", required=True, help="E-mail of the administrator who cancels it.")
@with_appcontext
def cancel(stop_id: int, email: str) -> None:
    """Tell of the stop numbered STOP_ID no more."""
    officer = _admin(email)
    stop = db.session.get(PlannedStop, stop_id)
    if stop is None or not verbs.cancel(stop, officer, clock.now()):
        raise click.ClickException("There is no such stop ahead.")
    db.session.commit()


@stops.command("list")
@with_appcontext
def list_() -> None:
    """Print the stops that were announced, the latest first."""
    now = clock.now()
    for one in verbs.known():
        state = "cancelled" if one.cancelled_at else "ahead" if one.is_ahead(now) else "over"
        click.echo(f"{one.id}\t{state}\t{_shown(one.starts_at)}\t{_shown(one.ends_at)}")


@stops.command("may-deploy")
@with_appcontext
def may_deploy() -> None:
    """End with status 1 while any consultation is in its last three days (freeze)."""
    if ending := verbs.frozen(clock.now()):
        told = "\n".join(_line(one) for one in ending)
        raise click.ClickException(f"Change nothing now. In their last three days are:\n{told}")
    click.echo("No consultation is in its last three days.")


def _admin(email: str) -> Officer:
    officer = db.session.scalar(select(Officer).where(Officer.email == email))
    if officer is None or not verbs.may_stop(officer):
        raise click.ClickException(f"{email} may not stop the portal.")
    return officer


def _instant(local: datetime) -> datetime:
    return local.replace(tzinfo=clock.VN).astimezone(UTC)


def _shown(instant: datetime) -> str:
    return f"{instant.astimezone(clock.VN):{SHOWN}} (UTC+7)"


def _line(one: Consultation) -> str:
    return f"  {one.dossier.title}, until {_shown(one.closes_at)}"
