"""Small corpora for the engines: documents of one open draft, and asking for them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.search.document import Kind, SearchDocument
from app.search.engine import Engine
from app.search.facets import Facet, Standing, Standings, Status
from app.search.finding import Results, Window, search

DAY = datetime(2026, 3, 2, 5, tzinfo=UTC)
ONE_DRAFT = Standings(
    {1: Standing("dat-dai", "so-tu-phap", "land", "", "nq", "consultation", Status.OPEN)}
)


def document(key, title="", body="", context="", **stored):
    """A document whose kind is the first half of its key."""
    kind = Kind(key.split(":")[0])
    return SearchDocument(
        key, kind, title, body, dossier_id=1, at=DAY, context=context, stored=stored
    )


def look(
    engine: Engine, query: str, limit: int = 10, offset: int = 0, kinds: set[Kind] | None = None
) -> Results:
    """What the portal would find with nothing but a kind chosen."""
    chosen = {Facet.KIND: frozenset(kinds)} if kinds else {}
    return search(engine, query, ONE_DRAFT, chosen=chosen, window=Window(limit, offset))


def keys(results: Results) -> list[str]:
    return [hit.key for hit in results.hits]
