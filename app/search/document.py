"""What can be searched for: one document a public thing, and how its words weigh in the index."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zlib import crc32

from app.kit.clock import vn_date
from app.kit.syllables import Token, pairs, tokens
from app.search.cited import heading, unnamed

SATURATION = 1.2  # BM25 k1: how soon one more mention of a word stops counting
LENGTH_SHARE = 0.75  # BM25 b: how much a long text must say a word more often
EDGE = "^ "  # before the words that a heading begins and ends with: no word has this sign
TURNS = 2**32
STEPS = 64  # a weight is kept in 64ths: ranks stay the same and the index packs better


class Kind(StrEnum):
    """What a document is, as the page sorts results."""

    CONSULTATION = "consultation"
    PROVISION = "provision"
    COMMENT = "comment"
    ANSWER = "answer"
    FILE = "file"
    CORRECTION = "correction"
    SUGGESTION = "suggestion"


class Traits(NamedTuple):
    """What results are counted by, as far as it never changes; the draft's own standing may."""

    kind: Kind
    dossier_id: int
    language: str
    commenter: str  # the kind of commenter, "" for what is no comment
    month: str  # in which it became public in Viet Nam: 2026-11


class Field(StrEnum):
    """What a word of the index was read from. Each has a usual length, in words."""

    EXACT = "x"  # title and body, marks kept
    FOLDED = "f"  # title and body, marks off
    PAIRS = "b"  # neighbours in title or body, marks off
    TITLE = "t"  # the title alone, words, neighbours and edges, marks off
    CONTEXT = "c"  # where it stands: words and neighbours, marks off


# Constants rather than the mean of the moment: a weight is then final when it is written, scores
# do not move as comments arrive, and a query need not look up the length of every document.
USUAL_LENGTH = {
    Field.EXACT: 150,
    Field.FOLDED: 150,
    Field.PAIRS: 150,
    Field.TITLE: 25,
    Field.CONTEXT: 50,
}


class Told(NamedTuple):
    """The same in another language, as far as somebody wrote it: a part may be ""."""

    language: str
    title: str
    body: str


@dataclass(frozen=True)
class SearchDocument:
    """One thing a reader can find, with the text it is found by and what its result shows.

    `key` is unique over all kinds ("comment:12"), `at` is when it became public. `context`
    (chapter, draft) is searched with little weight and not shown. `stored` comes back with a hit
    as it was given. It is found by its translations too, once however many of them have the word,
    and its `language` stays that of its own words.
    """

    key: str
    kind: Kind
    title: str
    body: str
    dossier_id: int
    at: datetime
    context: str = ""
    language: str = "vi"
    commenter: str = ""
    stored: Mapping[str, str | int] = field(default_factory=dict)
    told: Sequence[Told] = ()

    @property
    def traits(self) -> Traits:
        month = f"{vn_date(self.at):%Y-%m}"
        return Traits(self.kind, self.dossier_id, self.language, self.commenter, month)

    @property
    def turn(self) -> int:
        """By what documents of the same moment are ordered, 32 bits: the number in their key."""
        number = self.key.rpartition(":")[2]
        return int(number) % TURNS if number.isdecimal() else crc32(self.key.encode())

    def weights(self) -> Iterator[tuple[Field, list[tuple[str, float]]]]:
        """Yield for each field the words of this document and what each is worth there."""
        own = _words_of(self.title, self.body)
        others = [_words_of(told.title, told.body) for told in self.told]
        for where, words in own.items():
            weighed = _weighed(where, words)
            if others:  # each is a text of its own length: none makes another longer
                weighed = _heaviest([weighed, *(_weighed(where, words[where]) for words in others)])
            yield where, weighed
        context = tokens(self.context)
        around = [*(t.folded for t in context), *pairs(context)]
        yield Field.CONTEXT, _weighed(Field.CONTEXT, around)


def _words_of(titled: str, text: str) -> dict[Field, list[str]]:
    """Return by field the words that a text is found by, as often as they stand there."""
    title, body = tokens(titled), tokens(text)
    return {
        Field.EXACT: [t.exact for t in title + body],
        Field.FOLDED: [t.folded for t in title + body],
        Field.PAIRS: [*pairs(title), *pairs(body)],
        Field.TITLE: [*(t.folded for t in title), *pairs(title), *edges(heading(title))],
    }


def _heaviest(weighed: Sequence[list[tuple[str, float]]]) -> list[tuple[str, float]]:
    """Return each word once with the most that it weighs in any of the texts, sorted by word."""
    found: dict[str, float] = {}
    for words in weighed:
        for word, weight in words:
            found[word] = max(weight, found.get(word, 0.0))
    return sorted(found.items())


def edges(words: Sequence[Token]) -> list[str]:
    """Return the first and the last of a heading's words as one word of TITLE, or of a query's.

    Of "Luật Đất đai" also those of "đất đai": whoever knows a law leaves out what it is.
    """
    rests = unnamed(words)
    return [f"{EDGE}{rest[0].folded} {rest[-1].folded}" for rest in rests]


def _weighed(where: Field, words: Iterable[str]) -> list[tuple[str, float]]:
    """Return each word once with its BM25 weight in a text of this length, sorted by word."""
    counts = Counter(words)
    length = counts.total() / USUAL_LENGTH[where]
    norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length)
    scale = (SATURATION + 1) * STEPS
    weights = {n: max(1, round(scale * n / (n + norm))) / STEPS for n in set(counts.values())}
    return [(word, weights[count]) for word, count in sorted(counts.items())]
