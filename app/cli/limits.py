"""`limits`: how the counting of acts stands, and of nobody in particular."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from limits import RateLimitItem

from app.web.limits_count import TOLD_OVER, Counters, StoreDownError
from app.web.limits_table import ROWS


@click.group()
def limits() -> None:
    """How often each act may be done."""


@limits.command()
@with_appcontext
def status() -> None:
    """Print every limit, and how many acts met one lately."""
    counted: Counters | None = current_app.extensions["limits"]
    if counted is None:
        click.echo("Limits are off.")
        return
    try:
        told = ", ".join(f"{number} {what}" for what, number in counted.told().items())
        click.echo(f"Counted in: {counted.kind}. In these {TOLD_OVER // 60} minutes: {told}.")
    except StoreDownError:
        click.echo(f"Counted in: {counted.kind}, which does not answer.")
    for row in ROWS:
        most = "; ".join(f"{_most(one.item)} by {one.by}, then {one.over}" for one in row.buckets)
        click.echo(f"{row.act}: {most}. While nothing can be counted: {row.down}.")


def _most(item: RateLimitItem) -> str:
    window, unit = item.multiples or 1, item.GRANULARITY.name
    return f"{item.amount} in {window} {unit}{'s' if window != 1 else ''}"
