"""What a reader asks for: syllables, neighbours and references, from anything typed."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.kit import keystrokes
from app.kit.scripts import is_sign
from app.kit.spelling import has_foreign_letters, share_of_syllables
from app.kit.syllables import Token, are_joined, pairs, tokens
from app.kit.text import clean_line
from app.search.cited import cited
from app.search.document import edges
from app.search.lexicon import LEXICON
from app.search.signs import meant
from app.web.locale import DEFAULT

MAX_CHARACTERS = 1000
MAX_TOKENS = 64
BRIDGED = 3  # signs of a run: in a longer one two words may have grown together
ASKED = 2  # words that must remain for those that only make a question to be left out

_word = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Syllable:
    """One word asked for; `marked` when it was typed with marks, so that its tone is meant.

    Of a script that parts no words it is two neighbouring signs, with a space between. `also`
    are folded words, or pairs of them, that say the same.
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
    words, or by nothing. `spare` of the syllables may be missing where all of so few are meant:
    they bridge two words that were written as one.
    """

    syllables: tuple[Syllable, ...] = ()  # without those of references, unless alone
    pairs: tuple[str, ...] = ()
    references: tuple[str, ...] = ()  # pairs too: "dieu 12", "khoan 3"
    named: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    strict: bool = False
    spare: int = 0


def parse(text: str, language: str = DEFAULT.code) -> Query:
    """Return what `text` asks for, each word once; never raises and reads a bounded part of it.

    `language` is that of the page it was typed on.
    """
    text = without_keys(clean_line(text[:MAX_CHARACTERS]), language)
    found = tokens(text)[:MAX_TOKENS]
    places = cited(found)
    free = [token for at, token in enumerate(found) if at not in places.positions]
    words = _words(text, free, language)
    written = [word.token for word in words]
    idle = LEXICON.idle(written) if is_vietnamese(text, language) else set()
    if len(words) - len(idle) < ASKED:
        idle = set()
    runs = list(_runs(text, [word for at, word in enumerate(words) if at not in idle]))
    return Query(
        _syllables(runs),
        _pairs(found, words, idle),
        places.places,
        places.named,
        () if places.places else tuple(edges(written)),
        spare=sum(len(run) > BRIDGED for run in runs),
    )


def is_vietnamese(text: str, language: str = DEFAULT.code) -> bool:
    """Whether what was typed on a page of that language may be taken for Vietnamese.

    Elsewhere it must have words with marks, and all of them Vietnamese; and never is it where a
    letter stands that Vietnamese has not.
    """
    if has_foreign_letters(text):
        return False
    if language == DEFAULT.code:
        return True
    share, seen = share_of_syllables(text)
    return bool(seen) and share == 1.0


@dataclass(frozen=True)
class _Word:
    token: Token
    marked: bool
    also: tuple[str, ...]


def without_keys(text: str, language: str = DEFAULT.code) -> str:
    """Return the text with what is keys of an input method read as the syllables they make."""
    if not is_vietnamese(text, language):
        return text
    words = _word.findall(text)
    read = keystrokes.read(words)
    if read == words:
        return text
    following = iter(read)
    return _word.sub(lambda _: next(following), text)


def _words(text: str, found: Sequence[Token], language: str) -> list[_Word]:
    """Return the words meant, abbreviations read, each with what says the same."""
    others = LEXICON.others(found) if is_vietnamese(text, language) else {}
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
            marked = not written.isascii() and token.exact != token.folded
            words.append(_Word(token, marked, others.get(at, ())))
    return words[:MAX_TOKENS]


def _runs(text: str, words: Iterable[_Word]) -> Iterator[list[_Word]]:
    """Yield the words one by one, but the signs of an unbroken run together."""
    run: list[_Word] = []
    for word in words:
        if run and not (is_sign(word.token.folded) and are_joined(text, run[-1].token, word.token)):
            yield from _parts(run)
            run = []
        run.append(word)
    yield from _parts(run)


def _parts(run: list[_Word]) -> Iterator[list[_Word]]:
    if len(run) < 2:
        yield from [run] if run else []
        return
    for part in meant([word.token.folded for word in run]):
        yield run[part.start : part.stop]


def _syllables(runs: Iterable[Sequence[_Word]]) -> tuple[Syllable, ...]:
    found: dict[Syllable, tuple[str, ...]] = {}
    for run in runs:
        if len(run) > 1:  # signs mean something together and little alone
            pairs_of = (f"{one.token.folded} {two.token.folded}" for one, two in pairwise(run))
            found |= {Syllable(pair, pair, marked=False): () for pair in pairs_of}
            continue
        (word,) = run
        key = Syllable(word.token.exact, word.token.folded, word.marked)
        found[key] = tuple(dict.fromkeys([*found.get(key, ()), *word.also]))
    return tuple(replace(syllable, also=also) for syllable, also in found.items())


def _pairs(found: list[Token], words: Sequence[_Word], idle: Container[int]) -> tuple[str, ...]:
    """Return the neighbours as typed, and as meant; none of two that only make a question."""
    meant = [word.token for at, word in enumerate(words) if at not in idle]
    typed = list(pairs(found)) if not idle else []
    return tuple(dict.fromkeys([*typed, *pairs(meant)]))
