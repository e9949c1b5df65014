"""A plan as PostgreSQL is asked it: which documents may match, and how one of them scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.search.document import STEPS, Field
from app.search.planning import Plan, Term, Unit
from app.search.postgres import lexemes
from app.search.postgres.lexemes import any_of, at_least, lexeme, quoted

USUAL, MORE = 1.4, 0.4  # what a word weighs in a comment, and by how much more a strong one
MOST_SIGNS = 14
MOST_LEAVES = 40  # units written into one query of the index

# Documents that fulfil {conditions}, each with what it holds of the query: how its words weigh, of
# how many units they are, how many stand there as typed.
SCORED = """
    SELECT documents.number, documents.traits, documents.dossier_id, documents.at,
           documents.turn, sum(held.positions[1] * term.worth) AS score,
           count(*) FILTER (WHERE starts_with(term.word, 'x')) AS exact
    FROM {tables}
    CROSS JOIN LATERAL unnest(ts_filter(setweight(words, 'A', CAST(:words AS text[])), '{{a}}'))
        AS held (word, positions, weights)
    JOIN unnest(CAST(:words AS text[]), CAST(:worths AS float8[]), CAST(:units AS bigint[]))
        AS term (word, worth, unit) ON term.word = held.word
    WHERE {conditions}
    GROUP BY documents.number
    HAVING bit_count(bit_or(term.unit)::bit(64)) >= :needed
"""
UNSCORED = """
    SELECT documents.number, documents.traits, documents.dossier_id, documents.at,
           documents.turn, 0 AS score, 0 AS exact
    FROM {tables} WHERE {conditions}
"""


@dataclass(frozen=True)
class Asked:
    """A plan, the units that no document holds left out, and how many of the others must be held.

    `query` finds every document that holds `needed` of the units, and where `is_whole` no other;
    it is "" where nothing was asked and all `documents` are wanted.
    """

    plan: Plan
    needed: int
    documents: int

    @classmethod
    def of(cls, plan: Plan, documents: int) -> Asked:
        """What the plan asks of so many documents, as far as any could hold it."""
        most = sum(map(bool, plan.units))
        return cls(plan, plan.needed if plan.strict else min(plan.needed, most), documents)

    @property
    def is_everything(self) -> bool:
        """Whether no word was asked."""
        return not self.plan.units

    @cached_property
    def units(self) -> list[Unit]:
        """The units that some document holds, rarest first."""
        return [unit for unit in self.plan.units if unit]

    @cached_property
    def depth(self) -> int:
        """How many units the query itself asks to be held."""
        if self.is_everything:
            return 0
        most, spare = self.needed, len(self.units) - self.needed
        return next(
            (d for d in range(most, 1, -1) if lexemes.leaves(d, spare + d) <= MOST_LEAVES), 1
        )

    @property
    def is_whole(self) -> bool:
        """Whether what the query finds needs no second look."""
        return self.depth == self.needed

    @cached_property
    def query(self) -> str:
        """The documents that may match.

        Whoever holds m of n units holds d of the n - m + d rarest; with m = d that is all there
        is to know, a smaller d finds some that hold too few.
        """
        if self.is_everything:
            return ""
        rarest = self.units[: len(self.units) - self.needed + self.depth]
        return at_least(self.depth, [lexemes.unit(unit) for unit in rarest])

    @property
    def bound(self) -> int:
        """No more documents than this hold enough."""
        if self.is_everything:
            return self.documents
        rarest = self.units[: len(self.units) - self.needed + 1]
        return sum(term.documents for unit in rarest for term in lexemes.telling(unit))

    @cached_property
    def terms(self) -> list[Term]:
        """Every term that adds to a score."""
        return [term for unit in self.units for term in unit] + list(self.plan.extras)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """What SCORED is given: the words, what a 64th of each is worth, the units each is of."""
        if self.is_everything:
            return {}
        worths: dict[str, float] = {}
        units: dict[str, int] = {}
        for term in self.terms:
            word = lexeme(term.where, term.word)
            worths[word] = worths.get(word, 0.0) + term.worth / STEPS
        for number, unit in enumerate(self.units):
            for term in unit:
                word = lexeme(term.where, term.word)
                units[word] = units.get(word, 0) | 1 << number
        signed = (units.get(word, 0) for word in worths)
        return {
            "words": list(worths),
            "worths": list(worths.values()),
            "needed": self.needed,
            "units": [bits - (1 << 64) if bits >> 63 else bits for bits in signed],
        }

    def rare(self, room: int) -> str:
        """The query for about `room` documents that hold the rarest words; "" if all are common."""
        documents = {lexeme(term.where, term.word): term.documents for term in self.terms}
        chosen: list[str] = []
        for word in sorted(documents, key=lambda word: documents[word]):
            room -= documents[word]
            if room < 0:
                break
            chosen.append(quoted(word))
        return any_of(chosen) if chosen else ""

    def signs(self) -> list[str]:
        """Queries that tell the better documents from the others, those that tell most first."""
        first = [lexemes.KIND + self.plan.first] if self.plan.first else []
        if self.plan.is_short:
            first += [lexeme(t.where, t.word) for t in self.terms if t.where is Field.EXACT]
        gains: dict[str, float] = {}
        for term in self.terms:
            usual = lexeme(term.where, term.word)
            gains[usual] = gains.get(usual, 0) + term.worth * USUAL
            if strong := lexemes.STRONG.get(term.where):
                gains[strong + term.word] = term.worth * MORE
        told = sorted(gains.keys() - {*first}, key=lambda word: (-gains[word], word))
        return [quoted(word) for word in [*first, *told][:MOST_SIGNS]]
