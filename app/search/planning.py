"""What to read of an index for a query, and what each word of it is worth: BM25 over five fields.

The same for every engine: they differ in how they read, not in what.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil, log

from app.search.document import Field, Kind
from app.search.query import Query, Syllable

EXACT, LOOSE = 1.0, 0.25  # a syllable typed with marks: found as typed, found without
PAIR, TITLE, CONTEXT = 0.7, 0.2, 0.1
WHOLE = 1.0  # a heading that begins and ends as the query does
REFERENCE = 2.0  # "Điều 12" in a title: the provision itself, not one that cites it
COMMON_SHARE = 0.2  # a word in more of the documents than this tells nothing …
SAME = 0.8  # another word for it
NAME, BESIDE = 1.0, 0.3  # beside a place that is named: of which draft it is, and what it says
NAME_FLOOR = 2000  # in how many documents a word of the name of a large draft may stand
COMMON_FLOOR = 500  # … unless so few documents hold it that asking costs nothing
SHORT = 3  # so few words are all meant
QUOTE = 9  # up to here people quote, beyond they ask a question in words of their own
ENOUGH, ENOUGH_OF_QUESTION = 0.5, 0.3  # the share of words that must be there

Word = tuple[Field, str]
Frequencies = Mapping[Word, int]  # in how many documents each word stands; the missing in none


@dataclass(frozen=True)
class Term:
    """A word to read, in how many documents it stands, and what a weight of one there adds."""

    where: Field
    word: str
    documents: int
    worth: float


# What counts once as found, in whichever of its fields: a syllable, or else a reference.
Unit = tuple[Term, ...]


@dataclass(frozen=True)
class Plan:
    """What an engine reads: units rarest first, and extras that make better but not found.

    A document matches that holds `needed` of the units, or as many as any document does; of a
    `strict` plan then none does. When `is_short`, those that hold more of the words as typed come
    before those that hold fewer. Documents of the kind `first` come before all others.
    """

    units: tuple[Unit, ...]
    extras: Unit
    needed: int
    is_short: bool
    first: Kind | None
    spoken: Mapping[Syllable, float]  # the syllables to show as found, and what each tells
    strict: bool = False


@dataclass(frozen=True)
class _Asked:
    where: Field
    word: str
    boost: float


class _Census:
    """In how many documents each word stands, and which are worth reading."""

    def __init__(self, frequencies: Frequencies, documents: int) -> None:
        self.documents = documents
        self.ceiling = max(COMMON_SHARE * documents, COMMON_FLOOR)
        self.wide_ceiling = max(self.ceiling, NAME_FLOOR)
        self._frequencies = frequencies

    def count(self, asked: _Asked) -> int:
        return self._frequencies.get((asked.where, asked.word), 0)

    def kept(self, asked: Iterable[_Asked], limit: float) -> Unit:
        """Return the terms that stand somewhere but, like the title of a draft, not everywhere."""
        limits = {Field.CONTEXT: min(limit, self.wide_ceiling)}
        return tuple(
            Term(a.where, a.word, self.count(a), self.worth(a))
            for a in asked
            if 0 < self.count(a) <= limits.get(a.where, limit)
        )

    def instead(self, others: Iterable[_Asked], own: _Asked | None, limit: float) -> Unit:
        """Return the terms that say the same, each worth no more than what was asked for."""
        most = self.worth(own) if own is not None else float("inf")
        return tuple(
            Term(a.where, a.word, self.count(a), min(a.boost * most, self.worth(a)))
            for a in others
            if 0 < self.count(a) <= limit
        )

    def worth(self, asked: _Asked) -> float:
        """Return what a posting of weight one adds: its boost times how rare the word is."""
        count = self.count(asked)
        return asked.boost * log(1 + (self.documents - count + 0.5) / (count + 0.5))


def words(query: Query) -> list[Word]:
    """Return every word that `plan` may ask the frequency of, each once."""
    asked = [a for syllable in query.syllables for a in (*_terms(syllable), *_others(syllable))]
    asked += [a for reference in query.references for a in _cited(reference, PAIR)]
    asked += _extras(query, CONTEXT, PAIR)
    return list(dict.fromkeys((a.where, a.word) for a in asked))


def plan(query: Query, frequencies: Frequencies, documents: int) -> Plan:
    """Return what to read for `query` in an index of so many documents."""
    census = _Census(frequencies, max(1, documents))
    if query.named and query.syllables and not (query.strict or _stands(query, census)):
        # no text has such a place: what was typed beside it is asked for
        query = replace(query, named=())
    if query.named or not query.syllables:
        return _of_places(query, census)
    is_short = len(query.syllables) <= SHORT
    asked = _asked(query, census, float("inf") if is_short else census.ceiling)
    if not any(asked.values()):
        asked = _asked(query, census, float("inf"))
    units = sorted(asked.values(), key=_reach)
    share = ENOUGH if len(query.syllables) <= QUOTE else ENOUGH_OF_QUESTION
    needed = len(units) if is_short or query.strict else ceil(share * len(units))
    if is_short and not query.strict:
        needed = max(1, needed - query.spare)
    extras = census.kept(_extras(query, CONTEXT, PAIR), census.ceiling)
    spoken = _spoken(query, census, asked)
    return Plan(tuple(units), _rarest(extras), needed, is_short, None, spoken, query.strict)


def _of_places(query: Query, census: _Census) -> Plan:
    """Return what to read where a place is named: who names one wants to read it itself.

    What was said of it comes after; the words beside it tell of which draft, or chapter, it is.
    """
    named = query.named or query.references
    units = [census.kept(_cited(reference, BESIDE), float("inf")) for reference in named]
    needed = 1
    if query.strict and units:
        units = [sum(units, ()), *_asked(query, census, float("inf")).values()]
        needed = len(units)
    beside = [*_extras(query, NAME, BESIDE)]
    beside += (a for syllable in query.syllables for a in _terms(syllable, NAME, BESIDE))
    extras = census.kept(beside, census.wide_ceiling)
    spoken = _spoken(query, census, query.syllables)
    first = Kind.PROVISION if named else None
    units.sort(key=_reach)
    return Plan(tuple(units), _rarest(extras), needed, False, first, spoken, query.strict)


def _stands(query: Query, census: _Census) -> bool:
    """Return whether any of the places named stands anywhere."""
    return any(census.count(asked) for named in query.named for asked in _cited(named, PAIR))


def _reach(unit: Unit) -> int:
    return sum(term.documents for term in unit)


def _rarest(extras: Unit) -> Unit:
    return tuple(sorted(extras, key=lambda term: term.documents))


def _asked(query: Query, census: _Census, limit: float) -> dict[Syllable, Unit]:
    """Return the units of the syllables that are not too common; an unknown one has no terms."""
    asked = {}
    for syllable in query.syllables:
        terms = _terms(syllable)
        if syllable.marked and not census.count(terms[0]):
            terms = _terms(replace(syllable, marked=False))  # nobody writes it with such marks
        own = next((a for a in terms if census.count(a)), None)
        if own is None or census.count(own) <= limit:
            unit = census.kept(terms, limit)
            # what holds a word as typed holds it without marks: engines count on finding both
            if not unit or any(term.where is Field.FOLDED for term in unit):
                unit += census.instead(_others(syllable), own, limit)
            asked[syllable] = unit
    return asked


def _spoken(query: Query, census: _Census, asked: Iterable[Syllable]) -> dict[Syllable, float]:
    spoken = {s: max(0.1, census.worth(_terms(s)[0])) for s in asked}
    return spoken or dict.fromkeys(query.syllables, 0.1)


def _terms(
    syllable: Syllable, around: float = CONTEXT, inside: float = EXACT
) -> tuple[_Asked, ...]:
    loose = inside * (LOOSE if syllable.marked else EXACT)
    where = Field.PAIRS if " " in syllable.folded else Field.FOLDED
    folded = _Asked(where, syllable.folded, loose)
    context = _Asked(Field.CONTEXT, syllable.folded, around)
    if syllable.marked:
        return _Asked(Field.EXACT, syllable.exact, inside), folded, context
    return folded, context


def _others(syllable: Syllable) -> Iterable[_Asked]:
    """Return the words that say the same as the syllable, or as a phrase that it is part of."""
    for word in syllable.also:
        yield _Asked(Field.PAIRS if " " in word else Field.FOLDED, word, SAME)


def _cited(reference: str, inside: float) -> tuple[_Asked, ...]:
    return _Asked(Field.TITLE, reference, REFERENCE), _Asked(Field.PAIRS, reference, inside)


def _extras(query: Query, around: float, inside: float) -> Iterable[_Asked]:
    asked = {syllable.folded for syllable in query.syllables}
    for pair in query.pairs:
        yield _Asked(Field.TITLE, pair, REFERENCE if pair in query.references else TITLE)
        if pair not in asked:
            yield _Asked(Field.PAIRS, pair, inside)
            yield _Asked(Field.CONTEXT, pair, around)
    for syllable in query.syllables:
        if " " not in syllable.folded:  # that is one of the pairs
            yield _Asked(Field.TITLE, syllable.folded, TITLE)
    for edge in query.edges:
        yield _Asked(Field.TITLE, edge, WHOLE)
