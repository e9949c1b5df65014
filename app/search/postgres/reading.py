"""What is asked of the tables within one search: counts, the best documents, their pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from app.search.document import Field, Kind, Told, Traits
from app.search.engine import (
    MOST_RANKED,
    Condition,
    IndexUnavailable,
    Narrowing,
    Order,
    Page,
    Ranked,
    Sort,
)
from app.search.planning import Frequencies, Word
from app.search.postgres.asked import SCORED, UNSCORED, Asked
from app.search.postgres.lexemes import lexeme, part
from app.search.postgres.wish import Wish

BEST = "score DESC, documents.at, turn, number"  # of equals the older
NEWEST = "documents.at DESC, turn, number"
TRAITS = "traits.kind, traits.dossier_id, traits.language, traits.commenter, traits.month"


class Reading:
    """One search in the tables of a schema, within one transaction."""

    def __init__(self, connection: Connection, schema: str) -> None:
        self._connection = connection
        self._schema = schema

    def position(self) -> int:
        """The last ledger seq the index knows; 0 when its documents are lost."""
        row = self._one(
            "SELECT position, documents, (SELECT number FROM {s}.documents LIMIT 1) AS one,"
            " (SELECT number FROM {s}.pages LIMIT 1) AS page,"
            " (SELECT documents FROM {s}.vocabulary LIMIT 1) AS word,"
            " (SELECT id FROM {s}.traits LIMIT 1) AS traits FROM {s}.state"
        )
        lost = row.documents and None in (row.one, row.page, row.word, row.traits)
        return 0 if lost else int(row.position)

    def condition(self) -> Condition:
        """How the index is: its size with all that belongs to the tables."""
        row = self._ask(
            "SELECT sum(pg_total_relation_size(c.oid)) AS size,"
            " obj_description(to_regnamespace('{s}'), 'pg_namespace') AS since"
            " FROM pg_class c WHERE c.relnamespace = to_regnamespace('{s}') AND c.relkind = 'r'"
        )[0]
        return Condition(self.documents(), int(row.size), datetime.fromisoformat(row.since))

    def documents(self) -> int:
        """How many documents there are."""
        return int(self._one("SELECT documents FROM {s}.state").documents)

    def last_month(self) -> str:
        """The month of the newest document, or one since removed; "" when there never was any."""
        return self._one("SELECT max(month) AS month FROM {s}.traits").month or ""

    def keys(self, after: str, limit: int) -> list[str]:
        """The next keys, in their own order."""
        rows = self._ask(
            "SELECT key FROM {s}.documents WHERE key > :after ORDER BY key LIMIT :limit",
            after=after,
            limit=limit,
        )
        return [row.key for row in rows]

    def frequencies(self, words: Sequence[Word]) -> Frequencies:
        """In how many documents each of the words stands."""
        asked = {lexeme(*word): word for word in words}
        rows = self._ask(
            "SELECT word, documents FROM {s}.vocabulary WHERE word = ANY(:words)",
            words=list(asked),
        )
        return {asked[row.word]: row.documents for row in rows}

    def words(self, where: Field, prefix: str, limit: int) -> list[tuple[str, int]]:
        """The words of a field that begin so, the most frequent first."""
        begins = lexeme(where, prefix)
        rows = self._ask(
            "SELECT word, documents FROM {s}.vocabulary WHERE word >= :begins AND word < :ends"
            " ORDER BY documents DESC, word DESC LIMIT :limit",
            begins=begins,
            ends=begins + "\U0010ffff",
            limit=limit,
        )
        return [(row.word[1:], row.documents) for row in rows]

    def everything(
        self, asked: Asked, recent: Wish, narrowing: Narrowing, order: Order
    ) -> tuple[list[Ranked], Counter[Traits]]:
        """The best of what is wanted, and all that matches counted: one look at each document."""
        scored, given = self._scored(asked, recent)
        wanted, more = Wish(narrowing=narrowing).conditions()
        best, turns = self._best("found", wanted, asked, order)
        rows = self._ask(
            f"WITH found AS MATERIALIZED ({scored})"
            f" SELECT true AS counted, many AS number, 0 AS score, {TRAITS}"
            " FROM (SELECT traits, count(*) AS many FROM found GROUP BY traits) AS found"
            " JOIN {s}.traits ON traits.id = found.traits"
            f" UNION ALL (SELECT false, documents.number, documents.score, {TRAITS} {best})",
            **given,
            **more,
            **turns,
        )
        counts = Counter({_traits(row): row.number for row in rows if row.counted})
        return [_ranked(row) for row in rows if not row.counted], counts

    def best(self, asked: Asked, wish: Wish, order: Order) -> list[Ranked]:
        """The best of what the wish lets through."""
        scored, given = self._scored(asked, wish)
        best, turns = self._best(f"({scored})", "true", asked, order)
        rows = self._ask(
            f"SELECT documents.number, documents.score, traits.dossier_id {best}", **given, **turns
        )
        return [_ranked(row) for row in rows]

    def newest(self, asked: Asked, wish: Wish) -> list[Ranked]:
        """The newest of what the wish lets through, when the query says all; their score is 0."""
        wanted, given = wish.conditions(asked.query)
        rows = self._ask(
            "SELECT number, 0 AS score, dossier_id FROM"
            f" (SELECT number, documents.traits, at, turn FROM {self._tables(wanted)}"
            f" WHERE {wanted} ORDER BY {NEWEST} LIMIT {MOST_RANKED}) AS documents"
            f" JOIN {{s}}.traits ON traits.id = documents.traits ORDER BY {NEWEST}",
            **given,
        )
        return [_ranked(row) for row in rows]

    def counted(self, asked: Asked, wish: Wish, level: int = 0) -> Counter[Traits]:
        """All that the wish lets through by its traits, reckoned from a part."""
        if asked.is_everything and wish == Wish():
            rows = self._ask(f"SELECT {TRAITS}, documents AS number FROM {{s}}.traits")
            return Counter({_traits(row): row.number for row in rows if row.number})
        wish = wish.also(part(level))
        if asked.is_whole:
            wanted, given = wish.conditions(asked.query)
            found = f"SELECT documents.traits FROM {self._tables(wanted)} WHERE {wanted}"
        else:
            found, given = self._scored(asked, wish)
        rows = self._ask(
            f"SELECT {TRAITS}, many AS number"
            f" FROM (SELECT traits, count(*) AS many FROM ({found}) AS matching GROUP BY traits)"
            " AS found JOIN {s}.traits ON traits.id = found.traits",
            **given,
        )
        return Counter({_traits(row): row.number << level for row in rows})

    def estimate(self, asked: Asked, wish: Wish, level: int) -> int:
        """About how many documents the query and the wish find, reckoned from a part."""
        _, seen = self.sampled(asked, wish, [], level)
        return sum(seen.values()) << level

    def is_held(self, asked: Asked) -> bool:
        """Whether any document at all holds as many of the units as asked."""
        scored, given = self._scored(asked, Wish())
        return bool(self._ask(f"{scored} LIMIT 1", **given))

    def sampled(
        self, asked: Asked, wish: Wish, signs: Sequence[str], level: int
    ) -> tuple[Counter[Traits], Mapping[int, int]]:
        """All documents by their traits, reckoned from a part, and what those show.

        Of the signs they show each is a bit; with no signs the traits are not asked either.
        """
        wanted, given = wish.also(part(level)).conditions(asked.query)
        bits = [
            f"CASE WHEN words @@ CAST(:sign{n} AS tsquery) THEN {1 << n} ELSE 0 END"
            for n in range(len(signs))
        ]
        if not bits:
            many = self._ask(
                f"SELECT count(*) AS many FROM {self._tables(wanted)} WHERE {wanted}", **given
            )[0].many
            return Counter(), {0: many}
        rows = self._ask(
            f"SELECT {TRAITS}, shown, many"
            f" FROM (SELECT documents.traits, {' + '.join(bits)} AS shown, count(*) AS many"
            f" FROM {self._tables(wanted)} WHERE {wanted} GROUP BY 1, 2) AS found"
            " JOIN {s}.traits ON traits.id = found.traits",
            **given,
            **{f"sign{n}": sign for n, sign in enumerate(signs)},
        )
        counts: Counter[Traits] = Counter()
        seen: Counter[int] = Counter()
        for row in rows:
            counts[_traits(row)] += row.many
            seen[row.shown] += row.many
        return Counter({traits: many << level for traits, many in counts.items()}), seen

    def pages(self, ranked: Sequence[Ranked]) -> Iterator[tuple[Ranked, Page]]:
        """Yield each with what was kept of it, in the order given."""
        rows = self._ask(
            f"SELECT documents.number, key, at, title, body, stored, told, {TRAITS}"
            " FROM {s}.documents JOIN {s}.pages USING (number)"
            " JOIN {s}.traits ON traits.id = documents.traits"
            " WHERE documents.number = ANY(:numbers)",
            numbers=[one.number for one in ranked],
        )
        by_number = {row.number: row for row in rows}
        for one in ranked:
            if (row := by_number.get(one.number)) is None:
                raise IndexUnavailable("the search index has lost a page")
            yield (
                one,
                Page(
                    row.key,
                    Kind(row.kind),
                    row.title,
                    row.body,
                    row.dossier_id,
                    row.at,
                    row.language,
                    json.loads(row.stored),
                    tuple(Told(*one) for one in json.loads(row.told)),
                ),
            )

    def _scored(self, asked: Asked, wish: Wish) -> tuple[str, dict[str, Any]]:
        """The statement for every document that matches and the wish lets through, scored."""
        conditions, given = wish.conditions(asked.query)
        statement = UNSCORED if asked.is_everything else SCORED
        scored = statement.format(conditions=conditions, tables=self._tables(conditions))
        return scored, given | asked.parameters

    def _best(
        self, found: str, wanted: str, asked: Asked, order: Order
    ) -> tuple[str, dict[str, Any]]:
        """Where the best of what was found come from, in order, their traits beside them."""
        by, turns = _ordered(asked, order)
        beside = " JOIN {s}.traits ON traits.id = documents.traits"
        sooner = beside if "traits." in by + wanted else ""  # else only for those that are best
        best = (
            f"FROM (SELECT documents.* FROM {found} AS documents{sooner}"
            f" WHERE {wanted} ORDER BY {by} LIMIT {MOST_RANKED}) AS documents{beside} ORDER BY {by}"
        )
        return best, turns

    def _tables(self, conditions: str) -> str:
        """Where the documents of these conditions come from."""
        if "traits." not in conditions:
            return "{s}.documents"
        return "{s}.documents JOIN {s}.traits ON traits.id = documents.traits"

    def _one(self, statement: str) -> Any:
        rows = self._ask(statement)
        if not rows:
            raise IndexUnavailable("the search index has lost its state")
        return rows[0]

    def _ask(self, statement: str, **given: Any) -> Sequence[Any]:
        return self._connection.execute(text(statement.replace("{s}", self._schema)), given).all()


def _ordered(asked: Asked, order: Order) -> tuple[str, dict[str, Any]]:
    """The order as SQL with its parameters."""
    newest = asked.is_everything and order.sort is Sort.RELEVANCE
    match Sort.NEWEST if newest else order.sort:
        case Sort.NEWEST:
            return NEWEST, {}
        case Sort.CLOSING:
            turn = "array_position(CAST(:closing AS int[]), traits.dossier_id) NULLS LAST"
            return f"{turn}, {BEST}", {"closing": list(order.closing)}
    if asked.plan.first is not None:
        return f"(traits.kind = :first) DESC, {BEST}", {"first": str(asked.plan.first)}
    return f"exact DESC, {BEST}" if asked.plan.is_short else BEST, {}


def _traits(row: Any) -> Traits:
    return Traits(Kind(row.kind), row.dossier_id, row.language, row.commenter, row.month)


def _ranked(row: Any) -> Ranked:
    return Ranked(row.number, row.dossier_id, row.score)
