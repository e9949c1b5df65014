"""Which documents are looked at, beside holding what the query asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.search.engine import EVERYTHING, Narrowing
from app.search.postgres import lexemes
from app.search.postgres.lexemes import all_of


@dataclass(frozen=True)
class Wish:
    """Which of the documents that match are looked at: a further query, and what they must be.

    With `ways` one of several queries finds them. Each is a scan of its own, as the index looks
    up the rarest word of a query and cannot tell which that is among alternatives. Where they say
    `enough`, the index is not asked whether all matches: that is seen when it is scored.
    """

    query: str = ""
    ways: tuple[str, ...] = ()
    enough: bool = False
    narrowing: Narrowing = EVERYTHING
    since: datetime | None = None

    @classmethod
    def of(cls, narrowing: Narrowing, since: datetime | None) -> Wish:
        """The wish as far as possible as a query, which the index of words answers itself."""
        query, rest = lexemes.narrowed(narrowing)
        return cls(query, narrowing=rest, since=since)

    def also(self, query: str) -> Wish:
        """Those of them that this query finds too."""
        return replace(self, query=all_of([self.query, query]))

    def conditions(self, query: str = "") -> tuple[str, dict[str, Any]]:
        """What a row of `documents` must fulfil, this query too, as SQL with its parameters."""
        asked = ["true"]
        given: dict[str, Any] = {}
        query = "" if self.enough else query
        scans = [all_of([query, self.query, way]) for way in self.ways or ("",)]
        if all(scans):
            ways = (f"words @@ CAST(:query{n} AS tsquery)" for n in range(len(scans)))
            asked.append(f"({' OR '.join(ways)})")
            given |= {f"query{n}": scan for n, scan in enumerate(scans)}
        narrowing = self.narrowing
        if narrowing.dossiers is not None:
            asked.append("documents.dossier_id = ANY(:drafts)")
            given["drafts"] = list(narrowing.dossiers)
        for name, values in (
            ("kind", narrowing.kinds),
            ("language", narrowing.languages),
            ("commenter", narrowing.commenters),
        ):
            if values is not None:
                asked.append(f"traits.{name} = ANY(:{name}s)")
                given[f"{name}s"] = [*map(str, values)]
        if narrowing.months is not None:
            asked.append(
                "EXISTS (SELECT FROM unnest(CAST(:months AS text[])) AS month"
                " WHERE starts_with(traits.month, month))"
            )
            given["months"] = list(narrowing.months)
        if self.since is not None:
            asked.append("documents.at >= :since")
            given["since"] = self.since
        return " AND ".join(asked), given
