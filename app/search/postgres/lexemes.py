"""How documents and queries are written for PostgreSQL's full text.

A lexeme is the letter of its field and the word. Its one position is no place in the text but the
weight of the word in 64ths, as `SearchDocument.weights` has it. Lexemes with a capital are not
read from the text: they say what a document is, so that one scan of the index narrows too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import ceil, log2
from zlib import crc32

from app.kit.syllables import KEY_LENGTH
from app.search.document import STEPS, Field, SearchDocument, Traits
from app.search.engine import EVERYTHING, Narrowing
from app.search.planning import Term, Unit

KIND, DRAFT, LANGUAGE, COMMENTER, MONTH, PART = "K", "D", "L", "W", "M", "P"
STRONG = {Field.FOLDED: "F", Field.PAIRS: "B"}  # the word once more, where it weighs much
STRONG_WEIGHT = round(1.6 * STEPS)
PARTS = 10  # a half, a quarter … of all documents, each within the one before
MOST_BYTES = 1_000_000  # of lexemes in a document: a tsvector holds a little more
BESIDE = 5  # bytes that each takes beside its letters
LONG = 20_000  # characters of a text whose lexemes may be too many
FIRST_KEPT = (Field.FOLDED, Field.TITLE, Field.CONTEXT, Field.EXACT, Field.PAIRS)
MOST_DRAFTS = 8  # named in a query; for more the index of drafts is quicker


def lexeme(where: Field, word: str) -> str:
    """The lexeme of a word of the text."""
    return f"{where}{word}"


def vector(document: SearchDocument) -> tuple[str, list[str]]:
    """The document as PostgreSQL reads a tsvector, and every word of it for the vocabulary."""
    words: list[tuple[str, int]] = []
    vocabulary: list[str] = []
    for where, weighed in document.weights():
        letter, strong, is_exact = str(where), STRONG.get(where), where is Field.EXACT
        for word, weight in weighed:
            name, steps = letter + word, int(weight * STEPS)
            vocabulary.append(name)
            if is_exact and _is_plain(name):
                continue
            words.append((name, steps))
            if strong and steps >= STRONG_WEIGHT:
                words.append((strong + word, 0))
    length = len(document.title) + len(document.body) + len(document.context)
    if length + sum(len(told.title) + len(told.body) for told in document.told) > LONG:
        words = _fitting(words)
    written = [quoted(one) for one in (*traits_lexemes(document.traits), *parts(document.key))]
    written += [f"{quoted(name)}:{steps}" if steps else quoted(name) for name, steps in words]
    return " ".join(written), vocabulary


def _is_plain(exact: str) -> bool:
    """Whether only a syllable without marks has this exact key, which nobody asks for."""
    return exact.isascii() and exact[-1] not in "12345" and len(exact) <= KEY_LENGTH


def _fitting(words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """All words of a text unless they are too many; else those that can least be missed."""
    letters = "".join(FIRST_KEPT)
    room, kept = MOST_BYTES, []
    for name, steps in sorted(words, key=lambda one: (letters.find(one[0][0]), -one[1])):
        room -= len(name.encode()) + BESIDE
        if room < 0:
            break
        kept.append((name, steps))
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


def parts(key: str) -> list[str]:
    """The lexemes of the parts of all documents to which this one belongs by chance."""
    chance = crc32(key.encode("utf-8", "replace"))
    return [f"{PART}{level}" for level in range(1, PARTS + 1) if chance < 1 << 32 - level]


def part(level: int) -> str:
    """The query for a half of all documents at level 1, a quarter at 2 …; "" for all at 0."""
    return f"'{PART}{level}'" if level else ""


def level(size: int, sample: int) -> int:
    """The part of so many documents that has at most `sample` of them, if any is so small."""
    return min(PARTS, max(0, ceil(log2(max(1, size) / sample))))


def quoted(word: str) -> str:
    """The lexeme as tsvector and tsquery read it, whatever signs it holds."""
    if "'" in word or "\\" in word:
        word = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{word}'"


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


def narrowed(narrowing: Narrowing) -> tuple[str, Narrowing]:
    """The query for what is wanted, "" for everything, and what no query can say."""
    drafts, rest = narrowing.dossiers, EVERYTHING
    if drafts is not None and len(drafts) > MOST_DRAFTS:
        drafts, rest = None, Narrowing(dossiers=drafts)
    wanted = [
        (KIND, narrowing.kinds),
        (DRAFT, drafts),
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
    return all_of(parts), rest


def is_empty(narrowing: Narrowing) -> bool:
    """Whether nothing at all can be wanted."""
    chosen = (narrowing.kinds, narrowing.dossiers, narrowing.languages, narrowing.commenters)
    return any(values is not None and not values for values in (*chosen, narrowing.months))
