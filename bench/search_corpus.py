"""Made-up comments and drafts to search among: real sentences of laws and of people, recombined.

Deterministic: the same seed makes the same documents, one after the other, never all at once.
Comments come in the order of time, each on a draft that takes comments at that moment; few drafts
get most of them. Half of the people type without accents.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import log
from pathlib import Path

from docx import Document

from app.comments.models import CommenterKind
from app.demo.voices import unaccented
from app.search.document import Kind, SearchDocument
from app.search.facets import Standing, Standings, Status
from bench.campaigns import Writer

LAWS = Path(__file__).parent.parent / "tests" / "documents" / "laws"
FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=730)
OPEN_SHARE = 60 / 730  # of all drafts, how many take comments at a time
MEDIAN_ASKED, SPREAD, MOST_WORDS = 26, 0.8, 400  # the last sentence makes it 35
PEOPLE_SENTENCES = 4000
AT_ONCE = 1000  # comments whose drafts are chosen together
COMMENTERS = {
    CommenterKind.INDIVIDUAL: 80,
    CommenterKind.BUSINESS: 8,
    CommenterKind.ORGANISATION: 6,
    CommenterKind.AGENCY: 3,
    CommenterKind.EXPERT: 2,
    CommenterKind.OVERSEAS_VIETNAMESE: 0.7,
    CommenterKind.RESIDENT_FOREIGNER: 0.3,
}
TOPICS = ("land", "environment", "education", "health", "transport", "finance", "labour")
TYPES = ("luat", "nghi-dinh", "thong-tu", "nghi-quyet", "quyet-dinh")
ENGLISH = (
    "Please clarify how foreign residents register land use rights.",
    "The transition period is too short for small companies.",
    "Compensation should follow the market price at the time of recovery.",
    "We propose to publish every decision within ten days.",
    "Online filing would save time for businesses and for officials.",
    "The definition in this article overlaps with the investment law.",
)
_article = re.compile(r"Điều (\d+[a-z]?)\.?\s*(.*)")
_clause = re.compile(r"(?<=[.;:,])\s+")


@dataclass(frozen=True)
class Article:
    """An article of a real law."""

    number: str
    heading: str
    text: str


@dataclass(frozen=True)
class Corpus:
    """A portal of so many comments and drafts, each draft with some provisions."""

    comments: int
    drafts: int
    provisions_each: int = 10
    seed: int = 1

    @property
    def size(self) -> int:
        """How many documents there are in all."""
        return self.comments + self.drafts * (1 + self.provisions_each)

    @cached_property
    def articles(self) -> list[Article]:
        """The articles of the laws at hand, law after law."""
        return [one for path in sorted(LAWS.glob("*.docx")) for one in _articles(path)]

    def documents(self) -> Iterator[SearchDocument]:
        """Every document: drafts, their provisions, then comments."""
        yield from self.drafts_and_provisions()
        yield from self.said()

    def drafts_and_provisions(self) -> Iterator[SearchDocument]:
        """Each draft followed by its provisions."""
        number = 0
        for draft in range(1, self.drafts + 1):
            title, at = self._title(draft), self._opened(draft)
            body = " ".join(article.heading for article in self._about(draft, 12))
            yield SearchDocument(
                f"dossier:{draft}", Kind.CONSULTATION, title, body, draft, at,
                stored=self._stored(draft),
            )  # fmt: skip
            for article in self._about(draft, self.provisions_each):
                number += 1
                yield SearchDocument(
                    f"provision:{number}",
                    Kind.PROVISION,
                    f"Điều {article.number}. {article.heading}",
                    article.text,
                    draft,
                    at,
                    context=title,
                    stored=self._stored(draft),
                )

    def said(self) -> Iterator[SearchDocument]:
        """The comments, the oldest first."""
        chance = random.Random(self.seed)
        people = _Sentences(_people(self.seed))
        of_draft: dict[int, _Sentences] = {}
        popular = [chance.paretovariate(1.1) for _ in range(self.drafts)]
        number = 0
        while number < self.comments:
            few = min(AT_ONCE, self.comments - number)
            open_now = self._open(number)
            for gone in of_draft.keys() - set(open_now):
                del of_draft[gone]
            weights = [popular[draft - 1] for draft in open_now]
            for draft in chance.choices(open_now, weights, k=few):
                number += 1
                if draft not in of_draft:
                    of_draft[draft] = _Sentences(_clauses(self._about(draft, 20)))
                yield self._comment(number, draft, chance, of_draft[draft], people)

    def standings(self) -> Standings:
        """What the drafts are: the last eight percent are open."""
        last = self._open(self.comments - 1)
        chance = random.Random(self.seed)
        return Standings(
            {
                draft: Standing(
                    f"draft-{draft}",
                    f"agency-{chance.randrange(60)}",
                    chance.choice(TOPICS),
                    "",
                    chance.choice(TYPES),
                    "consultation",
                    Status.OPEN if draft in last else Status.CLOSED,
                    self._opened(draft) + SPAN * OPEN_SHARE,
                )
                for draft in range(1, self.drafts + 1)
            }
        )

    def questions(self, many: int) -> list[str]:
        """Short queries: two to four neighbouring words of the corpus, half without accents."""
        chance = random.Random(f"{self.seed} questions")
        sentences = [*_people(self.seed), *_clauses(self.articles)]
        asked: dict[str, None] = {}
        while len(asked) < many:
            words = re.findall(r"\w+", chance.choice(sentences))
            length = chance.choice((2, 3, 3, 4))
            if len(words) >= length:
                start = chance.randrange(len(words) - length + 1)
                text = " ".join(words[start : start + length])
                asked[unaccented(text) if chance.random() < 0.5 else text] = None
        return list(asked)

    def long_questions(self, many: int) -> list[str]:
        """Whole sentences, as people ask who do not think in key words."""
        chance = random.Random(f"{self.seed} long")
        long = [text for text in _clauses(self.articles, whole=True) if 12 <= text.count(" ") <= 40]
        chosen = chance.sample(long, many)
        return [unaccented(text) if chance.random() < 0.5 else text for text in chosen]

    def _comment(
        self, number: int, draft: int, chance: random.Random, law: _Sentences, people: _Sentences
    ) -> SearchDocument:
        plain = chance.random() < 0.5
        language = "vi"
        commenter = chance.choices(list(COMMENTERS), list(COMMENTERS.values()))[0]
        if chance.random() < 0.02:
            body, language = " ".join(chance.choices(ENGLISH, k=2)), "en"
        else:
            length = min(MOST_WORDS, chance.lognormvariate(log(MEDIAN_ASKED), SPREAD))
            body = _body(chance, length, law, people, plain)
        place = f"Điều {chance.randint(1, 60)}" if chance.random() < 0.6 else ""
        if place and chance.random() < 0.4:
            place = f"Khoản {chance.randint(1, 7)} {place}"
        return SearchDocument(
            f"comment:{number}",
            Kind.COMMENT,
            place,
            body,
            draft,
            FIRST_DAY + SPAN * (number / self.comments),
            context=self._title(draft),
            language=language,
            commenter=commenter,
            stored={**self._stored(draft), "place": place},
        )

    def _open(self, comment: int) -> list[int]:
        width = max(1, round(self.drafts * OPEN_SHARE))
        first = 1 + int((self.drafts - width) * comment / max(1, self.comments))
        return list(range(first, first + width))

    def _opened(self, draft: int) -> datetime:
        return FIRST_DAY + SPAN * ((draft - 1) / self.drafts) * (1 - OPEN_SHARE)

    def _about(self, draft: int, many: int) -> list[Article]:
        """The articles a draft is made of: neighbours in one law."""
        first = random.Random(f"{self.seed} {draft}").randrange(len(self.articles))
        return [self.articles[(first + n) % len(self.articles)] for n in range(many)]

    def _title(self, draft: int) -> str:
        return f"Dự thảo Nghị định số {draft} quy định về {self._about(draft, 1)[0].heading}"

    def _stored(self, draft: int) -> dict[str, str | int]:
        return {
            "slug": f"draft-{draft}",
            "draft": self._title(draft),
            "draft_en": "",
            "anchor": "",
            "place": "",
            "round": 1,
        }


class _Sentences:
    """Sentences to draw from, each with its number of words and as typed without accents."""

    def __init__(self, texts: list[str]) -> None:
        self.typed = [texts, [unaccented(text) for text in texts]]
        self.words = [text.count(" ") + 1 for text in texts]


def _body(
    chance: random.Random, length: float, law: _Sentences, people: _Sentences, plain: bool
) -> str:
    said: list[str] = []
    while length > 0:
        source = people if chance.random() < 0.6 else law
        which = int(chance.random() * len(source.words))
        said.append(source.typed[plain][which])
        length -= source.words[which]
    return " ".join(said)


def _people(seed: int) -> list[str]:
    writer = Writer(random.Random(seed))
    kinds = ("claim", "reason", "proposal", "quoting")
    said = [writer.sentence(kinds[n % 4]) for n in range(PEOPLE_SENTENCES)]
    return said + [writer.personal() for _ in range(PEOPLE_SENTENCES // 2)]


def _articles(path: Path) -> Iterator[Article]:
    number, heading, lines = "", "", list[str]()
    for paragraph in Document(str(path)).paragraphs:
        text = " ".join(paragraph.text.split())
        if found := _article.fullmatch(text):
            if heading and lines:
                yield Article(number, heading, "\n".join(lines))
            number, heading, lines = found[1], found[2], []
        elif text:
            lines.append(text)
    if heading and lines:
        yield Article(number, heading, "\n".join(lines))


def _clauses(articles: list[Article], whole: bool = False) -> list[str]:
    """What the articles say, in pieces a person might quote, or in whole lines."""
    lines = [line for article in articles for line in article.text.split("\n")]
    pieces = lines if whole else [piece for line in lines for piece in _clause.split(line)]
    return [piece for piece in pieces if piece.count(" ") >= 2] or ["dự thảo này"]
