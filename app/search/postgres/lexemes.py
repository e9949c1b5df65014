"""How documents and queries are written for PostgreSQL's full text.

A lexeme is the letter of its field and the word. Its one position is no place in the text but the
weight of the word in 64ths, as `SearchDocument.weights` has it. Lexemes with a capital are not
read from the text: they say what a document is, so that one scan of the index narrows too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from zlib import crc32

from app.search.document import STEPS, Field, SearchDocument, Traits
from app.search.engine import Narrowing
from app.search.planning import Term, Unit

KIND, DRAFT, LANGUAGE, COMMENTER, MONTH, SHARD = "K", "D", "L", "W", "M", "S"
STRONG = {Field.FOLDED: "F", Field.PAIRS: "B"}  # the word once more, where it weighs much
STRONG_WEIGHT = round(1.6 * STEPS)
SHARDS = 256
MOST_BYTES = 700_000  # of lexemes in a document: a tsvector holds a megabyte, positions included
MOST_DRAFTS = 200  # named in a query; more are looked up by what each document is


def lexeme(where: Field, word: str) -> str:
    """The lexeme of a word of the text."""
    return f"{where}{word}"


def vector(document: SearchDocument) -> tuple[str, list[str]]:
    """The document as PostgreSQL reads a tsvector, and every word of it for the vocabulary."""
    words: list[tuple[str, int]] = []
    vocabulary: list[str] = []
    for where, weighed in document.weights():
        letter, strong = str(where), STRONG.get(where)
        for word, weight in weighed:
            steps = round(weight * STEPS)
            vocabulary.append(letter + word)
            if where is Field.EXACT and _is_plain(word):
                continue
            words.append((letter + word, steps))
            if strong and steps >= STRONG_WEIGHT:
                words.append((strong + word, 0))
    traits = traits_lexemes(document.traits)
    written = [quoted(one) for one in (*traits, shard(document.key))]
    written += [quoted(one) + (f":{steps}" if steps else "") for one, steps in _fitting(words)]
    return " ".join(written), vocabulary


def _is_plain(word: str) -> bool:
    """Whether only a syllable without marks has this exact key, which nobody asks for."""
    return word.isascii() and word[-1:] not in "12345" and len(word) < 64


def _fitting(words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """All words of any but the longest texts; of those the ones that weigh most."""
    size = sum(len(word.encode()) + 4 for word, _ in words)
    if size <= MOST_BYTES:
        return words
    room, kept = MOST_BYTES, []
    for word, steps in sorted(words, key=lambda one: (one[0][0] == Field.PAIRS, -one[1])):
        room -= len(word.encode()) + 4
        if room < 0:
            break
        kept.append((word, steps))
    return kept


def traits_lexemes(traits: Traits) -> tuple[str, ...]:
    """What the document is, as lexemes."""
    return (
        KIND + traits.kind,
        f"{DRAFT}{traits.dossier_id}",
        LANGUAGE + traits.language,
        COMMENTER + traits.commenter,
        MONTH + traits.month,
    )


def shard(key: str) -> str:
    """The lexeme of the 256th of all documents to which this one belongs by chance."""
    return f"{SHARD}{crc32(key.encode('utf-8', 'replace')) % SHARDS}"


def shards(many: int) -> str:
    """The query for that many 256ths of the documents."""
    return any_of([f"'{SHARD}{number}'" for number in range(many)])


def quoted(word: str) -> str:
    """The lexeme as tsvector and tsquery read it, whatever signs it holds."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def any_of(queries: Collection[str]) -> str:
    """The query for documents that one of these finds, at least."""
    return f"({'|'.join(queries)})" if len(queries) != 1 else next(iter(queries))


def all_of(queries: Iterable[str]) -> str:
    """The query for documents that all of these find; an empty one asks nothing."""
    asked = [query for query in queries if query]
    return f"({'&'.join(asked)})" if len(asked) > 1 else "".join(asked)


def telling(unit: Unit) -> list[Term]:
    """The terms that say who holds the unit; where an exact word is, its folded one is too."""
    fields = {term.where for term in unit}
    return [t for t in unit if t.where is not Field.EXACT or Field.FOLDED not in fields]


def unit(terms: Unit) -> str:
    """The query for documents that hold one of the terms."""
    return any_of([quoted(lexeme(term.where, term.word)) for term in telling(terms)])


def at_least(needed: int, units: Sequence[str]) -> str:
    """The query for documents that hold so many of the units or more."""
    if needed >= len(units):
        return all_of(units)
    if needed == 1:
        return any_of(units)
    first, rest = units[0], units[1:]
    return any_of([all_of([first, at_least(needed - 1, rest)]), at_least(needed, rest)])


def leaves(needed: int, units: int) -> int:
    """How many units `at_least` writes for so many of them."""
    if needed >= units or needed == 1:
        return units
    return 1 + leaves(needed - 1, units - 1) + leaves(needed, units - 1)


def narrowed(narrowing: Narrowing) -> str | None:
    """The query for what is wanted, "" for everything; None when it cannot be said as a query."""
    if narrowing.dossiers is not None and len(narrowing.dossiers) > MOST_DRAFTS:
        return None
    wanted = [
        (KIND, narrowing.kinds),
        (DRAFT, narrowing.dossiers),
        (LANGUAGE, narrowing.languages),
        (COMMENTER, narrowing.commenters),
    ]
    parts = [
        any_of([quoted(f"{letter}{value}") for value in sorted(map(str, values))])
        for letter, values in wanted
        if values
    ]
    if narrowing.months:
        parts.append(any_of([f"{quoted(MONTH + month)}:*" for month in narrowing.months]))
    return all_of(parts) if parts else ""


def is_empty(narrowing: Narrowing) -> bool:
    """Whether nothing at all can be wanted."""
    chosen = (narrowing.kinds, narrowing.dossiers, narrowing.languages, narrowing.commenters)
    return any(values is not None and not values for values in (*chosen, narrowing.months))
