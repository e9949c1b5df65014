"""`search`: what the search page would find, and the state of its index."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from markupsafe import Markup
from sqlalchemy.exc import OperationalError

from app.config import Settings
from app.kit import clock
from app.search import entries, following
from app.search.document import Kind
from app.search.engine import IndexUnavailable
from app.search.facets import Facet
from app.search.finding import Results, Window
from app.search.references import Place, straight
from app.search.sources.everything import expected


class _Plain(click.Group):
    """Commands that say it in a sentence when the database does not answer."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OperationalError as error:
            raise click.ClickException(f"The database does not answer: {error.orig}") from None


@click.group(cls=_Plain)
def search() -> None:
    """The index."""


@search.command()
@click.argument("text")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]))
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_appcontext
def query(text: str, kind: str | None, limit: int, as_json: bool) -> None:
    """Print what the search page would find for TEXT."""
    try:
        chosen = {Facet.KIND: frozenset({kind})} if kind else {}
        found = entries.find(text, chosen=chosen, window=Window(limit))
    except IndexUnavailable as error:
        raise click.ClickException(f"The index cannot be read: {error}") from None
    hits = _told(found, straight(text), kind)[:limit]
    if as_json:
        told = {"total": max(found.total, len(hits)), "hits": hits}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo(f"{max(found.total, len(hits))} found")
    for hit in hits:
        title = hit["title"] or hit["draft"]
        click.echo(f"{hit['score']:7.2f}  {hit['kind']:<12} {title}  /consultations/{hit['slug']}")


def _told(found: Results, places: Sequence[Place], kind: str | None) -> list[dict[str, Any]]:
    """What the text names, then what it finds; each thing once."""
    best = found.hits[0].score if found.hits else 1.0
    first = {
        place.key: {
            "key": place.key,
            "kind": (Kind.PROVISION if place.anchor else Kind.CONSULTATION).value,
            "score": round(best, 4),
            "title": f"{place.place}. {place.heading}".strip(". "),
            "passage": place.words,
            "slug": place.slug,
            "draft": place.draft,
            "draft_en": place.draft_en,
            "anchor": place.anchor,
            "place": place.place,
            "round": place.round,
        }
        for place in places
    }
    named = [hit for hit in first.values() if kind in (None, hit["kind"])]
    others = [
        {
            "key": hit.key,
            "kind": hit.kind.value,
            "score": round(hit.score, 4),
            "title": Markup(hit.title).striptags(),
            "passage": Markup(hit.passage).striptags(),
            **hit.stored,
        }
        for hit in found.hits
        if hit.key not in first
    ]
    return named + others


@search.command()
@with_appcontext
def rebuild() -> None:
    """Build the index anew beside the live one, then swap; web and worker may go on."""
    total, done = expected(), 0
    with click.progressbar(length=total, label="Indexing", show_pos=True, file=sys.stderr) as bar:

        def tell(count: int) -> None:
            nonlocal done
            bar.update(count - done)
            done = count

        try:
            entries.rebuild(tell)
        except (IndexUnavailable, OSError) as error:
            raise click.ClickException(f"The index was not rebuilt: {error}.") from None
        bar.update(total - done)
    click.echo(f"{done} documents.", err=True)


@search.command()
@with_appcontext
def status() -> None:
    """Say what the index holds, and how far behind the ledger it is."""
    settings: Settings = current_app.extensions["settings"]
    many, seconds = following.behind(clock.now())
    click.echo(f"engine      {settings.search_engine}")
    click.echo(f"behind      {many} entries, {seconds:.1f} s")
    try:
        found = entries.index().condition()
    except IndexUnavailable as error:
        raise click.ClickException(
            f"The index cannot be read: {error}. The worker builds it anew when it runs; "
            "`flask --app wsgi search rebuild` does so now."
        ) from None
    click.echo(f"documents   {found.documents}")
    click.echo(f"size        {found.size / 1024 / 1024:.1f} MiB")
    click.echo(f"built       {found.since.astimezone(clock.VN):%Y-%m-%d %H:%M:%S} (UTC+7)")
