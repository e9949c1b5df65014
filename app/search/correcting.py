"""Did you mean: another way to write what was typed, that more of what is public answers to.

A word is doubted when nobody writes it, or never beside the word next to it. What may stand for it
is near in letters or sounds alike, and the neighbours decide. Accents come from where it is found.
"""

from __future__ import annotations

import re
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import log
from string import ascii_lowercase
from threading import Lock
from weakref import WeakKeyDictionary

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from app.kit.syllables import Token, tokens
from app.kit.text import clean_line
from app.search.cited import cited
from app.search.document import Field
from app.search.engine import (
    EVERYTHING,
    Choice,
    Engine,
    Found,
    IndexUnavailable,
    Order,
    Page,
)
from app.search.finding import Results
from app.search.lexicon import LEXICON
from app.search.query import Query, Syllable, is_vietnamese, parse, without_keys
from app.web.locale import current

MOST_TYPED = 200  # characters; a whole paragraph is not looked up for its spelling
MOST_WORDS = 12
VOCABULARY = 400  # words known of each first letter: no more syllables begin with one
NEIGHBOURS = 1_000  # words known to follow a word
FOLLOWED = 512  # words whose followers are kept
FRESH = 600.0  # seconds for which both are kept
CANDIDATES = 24  # ways to write a word that are weighed
LONG = 6  # letters from which on two may be wrong
READ, READ_OF_EACH = 5, 20_000  # results, and characters of each, read for their accents
SHORT = 5  # words
CHANGED, ALIKE = 3.0, 1.5  # what a changed letter costs, and a sound written otherwise
STRANGE = 4.0  # what it costs to keep a word that nobody else writes

# What sounds alike in one part of the country or another, at the beginning and at the end.
# Nothing for d, which stands for two letters here.
_ONSETS = (("s", "x"), ("ch", "tr"), ("gi", "r"), ("l", "n"))
_ENDINGS = (("n", "ng"), ("t", "c"), ("n", "nh"), ("i", "y"))
_word = re.compile(r"[^\W\d_]+")


@dataclass
class _Known:
    """What a process knows of the words of an index, for a while."""

    words: Mapping[str, int]
    until: float
    followers: OrderedDict[str, Mapping[str, int]] = field(default_factory=OrderedDict)


_known: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()
_lock = Lock()


def did_you_mean(engine: Engine, text: str, results: Results) -> str:
    """Return `text` as its writer may have meant it, or "" when there is nothing better.

    It finds no less than what was typed; `results` is what that found. Never raises, and looks at
    a bounded part of the text and of the index.
    """
    line = clean_line(text[: MOST_TYPED + 1])
    if not line or len(line) > MOST_TYPED:
        return ""
    if not is_vietnamese(line, current().code):
        return ""
    line = without_keys(line)
    try:
        return _meant(engine, line, results)
    except IndexUnavailable:
        return ""


def _meant(engine: Engine, line: str, results: Results) -> str:
    typed = tokens(line)[:MOST_WORDS]
    places = cited(typed).positions
    free = [at for at, token in enumerate(typed) if at not in places and _is_word(token, line)]
    if not free:
        return ""
    known = _knowledge(engine)
    strange = any(not known.words.get(typed[at].folded) for at in free)
    if not strange and results.total and len(free) > SHORT:
        return ""  # words that never met before are no slip in a sentence of one's own
    chosen: dict[int, str] = {}
    for run in _runs(free):
        best = _likeliest(engine, known, [typed[at].folded for at in run])
        chosen |= {at: word for at, word in zip(run, best, strict=True)}
    if all(typed[at].folded == word for at, word in chosen.items()):
        return ""
    found = _ask(engine, tuple(dict.fromkeys(chosen.values())))
    proposal = _written(line, typed, chosen, [page for _, page in found.chosen])
    return proposal if _finds_more(engine, proposal, line) else ""


def _is_word(token: Token, line: str) -> bool:
    """Whether it is a word that may be misspelt: no number, no abbreviation."""
    written = line[token.start : token.end]
    is_short_form = len(written) > 1 and written.isupper()
    return bool(_word.fullmatch(written)) and not (is_short_form or LEXICON.reading(token, written))


def _runs(positions: Sequence[int]) -> list[list[int]]:
    """Return the positions, those that follow one another together."""
    runs: list[list[int]] = []
    for at in positions:
        if runs and at == runs[-1][-1] + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _knowledge(engine: Engine) -> _Known:
    with _lock:
        known = _known.get(engine)
        if known is None or time.monotonic() > known.until:
            words = {
                word: many
                for letter in ascii_lowercase
                for word, many in engine.words(Field.FOLDED, letter, VOCABULARY)
            }
            known = _known[engine] = _Known(words, time.monotonic() + FRESH)
        return known


def _followers(engine: Engine, known: _Known, word: str) -> Mapping[str, int]:
    """Return the words that follow this one, with the number of documents where they do."""
    with _lock:
        if word not in known.followers:
            read = engine.words(Field.PAIRS, f"{word} ", NEIGHBOURS)
            known.followers[word] = {pair.split(" ", 1)[1]: many for pair, many in read}
            while len(known.followers) > FOLLOWED:
                known.followers.popitem(last=False)
        return known.followers[word]


def _likeliest(engine: Engine, known: _Known, words: Sequence[str]) -> list[str]:
    """Return the most likely way to write the words, as they are where nothing speaks against."""
    doubted = _doubted(engine, known, words)
    if not doubted:
        return list(words)
    paths: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
    for at, word in enumerate(words):
        options = _options(known, word) if at in doubted else {word: 0.0}
        longer: dict[str, tuple[float, list[str]]] = {}
        for option, cost in options.items():
            own = log(1 + known.words.get(option, 0)) / 4 - cost
            longer[option] = max(
                (
                    (score + own + _bond(engine, known, before, option), [*path, option])
                    for before, (score, path) in paths.items()
                ),
                key=lambda pair: (pair[0], pair[1]),
            )
        paths = longer
    return max(paths.values(), key=lambda pair: (pair[0], pair[1]))[1]


def _bond(engine: Engine, known: _Known, before: str, word: str) -> float:
    return 2 * log(1 + _followers(engine, known, before).get(word, 0)) if before else 0.0


def _doubted(engine: Engine, known: _Known, words: Sequence[str]) -> set[int]:
    """Return the positions of words that nobody writes, or nobody beside either neighbour."""
    bonds = [_followers(engine, known, first).get(second, 0) for first, second in pairwise(words)]
    if strange := {at for at, word in enumerate(words) if word not in known.words}:
        return strange
    apart = (at for at, bond in enumerate(bonds) if not bond)
    return {place for at in apart for place in (at, at + 1)}


def _options(known: _Known, word: str) -> dict[str, float]:
    """Return the ways to write a word, each with what the change costs; the word itself first.

    A word that is one may only stand for what sounds like it.
    """
    alike = {other: ALIKE for other in sorted(_sounding(word)) if other in known.words}
    if word in known.words:
        return {word: 0.0} | alike
    options = {word: STRANGE} | alike
    far = 2 if len(word) >= LONG else 1
    near = extract(word, known.words.keys(), scorer=OSA.distance, score_cutoff=far, limit=None)
    by_worth = sorted(
        (CHANGED * distance - log(1 + known.words[other]) / 4, other, distance)
        for other, distance, _ in near
    )
    for _, other, distance in by_worth[:CANDIDATES]:
        options.setdefault(other, CHANGED * distance)
    return options


def _sounding(word: str) -> Iterable[str]:
    for one, other in [*_ONSETS, *((b, a) for a, b in _ONSETS)]:
        if word.startswith(one):
            yield other + word[len(one) :]
    for one, other in [*_ENDINGS, *((b, a) for a, b in _ENDINGS)]:
        if word.endswith(one):
            yield word[: -len(one)] + other


def _ask(engine: Engine, words: Sequence[str]) -> Found:
    query = Query(tuple(Syllable(word, word, False) for word in words))
    return _found(engine, query, lambda ranked: ranked[:READ])


def _found(engine: Engine, query: Query, choose: Choice) -> Found:
    return engine.find(query, EVERYTHING, Order(), choose)


def _written(
    line: str, typed: Sequence[Token], chosen: Mapping[int, str], pages: Iterable[Page]
) -> str:
    """Return the line with the chosen words, accents as where they were found.

    A word that stays and was typed with accents keeps them.
    """
    seen = _Seen.on(pages)
    pieces, last = [], 0
    for at, word in sorted(chosen.items()):
        token = typed[at]
        if word == token.folded and not line[token.start : token.end].isascii():
            continue
        way = seen.way(chosen.get(at - 1, ""), word, chosen.get(at + 1, ""))
        pieces += [line[last : token.start], way]
        last = token.end
    return "".join([*pieces, line[last:]])


class _Seen:
    """How words are written on some pages: beside others, and at all."""

    def __init__(self) -> None:
        self._ways: dict[tuple[str, ...], Counter[str]] = {}

    @classmethod
    def on(cls, pages: Iterable[Page]) -> _Seen:
        seen = cls()
        for page in pages:
            text = f"{page.title}\n{page.body[:READ_OF_EACH]}"
            before = last = ""
            for token in tokens(text):
                way = text[token.start : token.end].lower()
                for key in ((token.folded,), (before, token.folded)):
                    seen._ways.setdefault(key, Counter())[way] += 1
                if before:
                    seen._ways.setdefault((before, token.folded, ""), Counter())[last] += 1
                before, last = token.folded, way
        return seen

    def way(self, before: str, word: str, after: str) -> str:
        """Return how the word is mostly written between these two, or as it is."""
        found = (
            self._ways.get((before, word))
            or self._ways.get((word, after, ""))
            or self._ways.get((word,))
            or Counter([word])
        )
        return max(sorted(found), key=lambda way: found[way])


def _finds_more(engine: Engine, proposal: str, line: str) -> bool:
    """Whether no less holds all the words of the proposal than of what was typed."""
    meant, asked = parse(proposal), parse(line)
    if meant == asked:
        return False
    more, less = (_total(engine, replace(query, strict=True)) for query in (meant, asked))
    return more >= max(1, less)


def _total(engine: Engine, query: Query) -> int:
    return sum(_found(engine, query, lambda ranked: ()).counts.values())
