"""What a reader asks for: syllables, neighbours and references, from anything typed."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

from app.kit import keystrokes
from app.kit.syllables import Token, pairs, tokens
from app.kit.text import clean_line
from app.search.cited import cited
from app.search.document import edges
from app.search.lexicon import LEXICON

MAX_CHARACTERS = 1000
MAX_TOKENS = 64
ASKED = 2  # words that must remain for those that only make a question to be left out

_word = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Syllable:
    """One word asked for; `marked` when it was typed with marks, so that its tone is meant.

    `also` are folded words, or pairs of them, that say the same.
    """

    exact: str
    folded: str
    marked: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """A question as the index understands it; empty when nothing in it can be searched for.

    `named` are those of the references that are a whole article or annex. `edges` are its
    first and last word, as a title has them. A `strict` one is answered by what holds all of its
    words, or by nothing.
    """

    syllables: tuple[Syllable, ...] = ()  # without those of references, unless alone
    pairs: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # pairs too: "dieu 12", "khoan 3"
    named: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    strict: bool = False


def parse(text: str) -> Query:
    """Return what `text` asks for, each word once; never raises and reads a bounded part of it."""
    text = without_keys(clean_line(text[:MAX_CHARACTERS]))
    found = tokens(text)[:MAX_TOKENS]
    places = cited(found)
    words = _words(text, [token for at, token in enumerate(found) if at not in places.positions])
    written = [word.token for word in words]
    idle = LEXICON.idle(written)
    if len(words) - len(idle) < ASKED:
        idle = set()
    kept = [word for at, word in enumerate(words) if at not in idle]
    return Query(
        _syllables(kept),
        _pairs(found, words, idle),
        places.places,
        places.named,
        () if places.places else tuple(edges(written)),
    )


@dataclass(frozen=True)
class _Word:
    token: Token
    marked: bool
    also: tuple[str, ...]


def without_keys(text: str) -> str:
    """Return the text with what is keys of an input method read as the syllables they make."""
    words = _word.findall(text)
    read = keystrokes.read(words)
    if read == words:
        return text
    following = iter(read)
    return _word.sub(lambda _: next(following), text)


def _words(text: str, found: Sequence[Token]) -> list[_Word]:
    """Return the words meant, abbreviations read, each with what says the same."""
    others = LEXICON.others(found)
    words: list[_Word] = []
    inside = 0  # where the number of a document ends: its parts shorten nothing
    for at, token in enumerate(found):
        if token.is_number_of_document:
            inside = token.end
        written = text[token.start : token.end]
        reading = LEXICON.reading(token, written) if token.end > inside else ()
        if reading:
            words += (_Word(word, marked, (token.folded,)) for word, marked in reading)
        else:
            words.append(_Word(token, not written.isascii(), others.get(at, ())))
    return words[:MAX_TOKENS]


def _syllables(words: Iterable[_Word]) -> tuple[Syllable, ...]:
    found: dict[Syllable, tuple[str, ...]] = {}
    for word in words:
        key = Syllable(word.token.exact, word.token.folded, word.marked)
        found[key] = tuple(dict.fromkeys([*found.get(key, ()), *word.also]))
    return tuple(replace(syllable, also=also) for syllable, also in found.items())


def _pairs(found: list[Token], words: Sequence[_Word], idle: Container[int]) -> tuple[str, ...]:
    """Return the neighbours as typed, and as meant; none of two that only make a question."""
    meant = [word.token for at, word in enumerate(words) if at not in idle]
    typed = list(pairs(found)) if not idle else []
    return tuple(dict.fromkeys([*typed, *pairs(meant)]))
