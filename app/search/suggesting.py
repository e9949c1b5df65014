"""What somebody who is still typing may mean: drafts and articles by their titles, and agencies.

The last word counts as begun, the others as whole. Titles come from the index alone, so that what
is gone from it is not offered either; accents are optional, as everywhere in search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Agency
from app.extensions import db
from app.kit.syllables import Token, tokens
from app.kit.text import clean_line
from app.search.document import Field, Kind
from app.search.engine import Engine, Narrowing, Order, Page, Ranked
from app.search.naming import Name, chosen_of, titled
from app.search.query import Query, Syllable
from app.web.locale import current

MOST_TYPED = 200  # characters; nobody is helped with the end of a paragraph
MOST_WORDS = 12
SHORTEST = 2  # letters from which on a guess is worth making
ENDINGS = 12  # ways in which the last word may go on
READ = 24  # titles looked at of each kind
SHARES = {Kind.CONSULTATION: 4, Kind.PROVISION: 8}
AGENCIES = 2
KNOWN_FOR = 60.0  # seconds for which the names of agencies are kept


@dataclass(frozen=True)
class Suggestion:
    """A place to go: its name, what it is, and, of an article, in which draft it stands."""

    name: Name
    kind: str
    url: str
    where: Name | None = None

    def as_json(self) -> dict[str, str]:
        """What the script that shows it reads."""
        words = {
            "text": self.name.text,
            "lang": self.name.lang,
            "kind": self.kind,
            "url": self.url,
        }
        if self.where:
            words |= {"where": self.where.text, "where_lang": self.where.lang}
        return words


@dataclass(frozen=True)
class _Typed:
    """The words typed: `begun` is the last, as far as it got."""

    words: tuple[Token, ...]

    @property
    def whole(self) -> list[str]:
        return [token.folded for token in self.words[:-1]]

    @property
    def begun(self) -> str:
        return self.words[-1].folded

    def stand_in(self, title: Sequence[Token]) -> bool:
        """Whether a title has every word, and one that begins as the last does."""
        there = {token.folded for token in title}
        return all(word in there for word in self.whole) and any(
            word.startswith(self.begun) for word in there
        )

    def exactly_in(self, title: Sequence[Token]) -> int:
        """How many of the words it has with the very marks that were typed."""
        there = {token.exact for token in title}
        return sum(token.exact in there for token in self.words)


def suggestions(engine: Engine, text: str, limit: int) -> list[Suggestion]:
    """Return at most `limit` places that `text` may mean; any text will do.

    Raises IndexUnavailable.
    """
    words = tokens(clean_line(text[:MOST_TYPED]))[:MOST_WORDS]
    if sum(len(token.folded) for token in words) < SHORTEST:
        return []
    typed = _Typed(tuple(words))
    named = _titled(engine, typed, Kind.CONSULTATION)
    if current().code == "en":
        named += _titled_in_english(engine, typed)
    holding = _titled(engine, typed, Kind.PROVISION)
    called = titled({page.dossier_id: page.stored for page in (*named, *holding)})
    drafts = [_draft(page, called) for page in named]
    articles = [_article(page, called) for page in holding]
    found = drafts[: SHARES[Kind.CONSULTATION]] + _agencies(typed)[:AGENCIES]
    found += articles[: SHARES[Kind.PROVISION]] + drafts[SHARES[Kind.CONSULTATION] :]
    return list({one.url: one for one in found}.values())[:limit]


def _titled(engine: Engine, typed: _Typed, kind: Kind) -> list[Page]:
    """The documents of a kind whose title has the words, each title once."""
    if not (query := _in_titles(engine, typed)).references:
        return []
    found = _pages(engine, query, kind)
    read = [(page, tokens(page.title)) for page in found]
    fitting = [(page, title) for page, title in read if typed.stand_in(title)]
    fitting.sort(key=lambda pair: -typed.exactly_in(pair[1]))
    once: dict[tuple[int, str], Page] = {}
    for page, _title in fitting:
        once.setdefault((page.dossier_id, page.title), page)
    return list(once.values())


def _in_titles(engine: Engine, typed: _Typed) -> Query:
    """A query by the neighbours in the titles alone: what the bodies say is not asked."""
    whole = typed.whole
    before = [f"{first} {second}" for first, second in pairwise(whole)]
    if whole:
        begun = f"{whole[-1]} {typed.begun}"
        endings = [word for word, _many in engine.words(Field.TITLE, begun, ENDINGS)]
        before += endings or whole
    if not before:
        endings = [word for word, _many in engine.words(Field.TITLE, typed.begun, ENDINGS)]
        before = [word for word in endings if " " not in word] or endings
    return Query(references=tuple(dict.fromkeys(before)))


def _titled_in_english(engine: Engine, typed: _Typed) -> Iterable[Page]:
    """The drafts whose English title has the words; the index has those among the texts."""
    for word, _many in engine.words(Field.FOLDED, typed.begun, 3):
        words = dict.fromkeys([*typed.whole, word])
        query = Query(tuple(Syllable(word, word, marked=False) for word in words))
        for page in _pages(engine, query, Kind.CONSULTATION):
            if typed.stand_in(tokens(str(page.stored["draft_en"]))):
                yield page


def _pages(engine: Engine, query: Query, kind: Kind) -> list[Page]:
    def best(ranked: Sequence[Ranked]) -> Sequence[Ranked]:
        return ranked[:READ]

    found = engine.find(query, Narrowing(kinds=frozenset({kind})), Order(), best)
    return [page for _ranked, page in found.chosen]


def _draft(page: Page, called: Mapping[int, Name]) -> Suggestion:
    return Suggestion(
        called[page.dossier_id], _("Draft"), url_for("site.draft", slug=page.stored["slug"])
    )


def _article(page: Page, called: Mapping[int, Name]) -> Suggestion:
    stored = page.stored
    url = url_for("site.article", slug=stored["slug"], anchor=stored["anchor"])
    return Suggestion(Name(page.title, "vi"), _("Provision"), url, called[page.dossier_id])


def _agencies(typed: _Typed) -> list[Suggestion]:
    return [
        Suggestion(chosen_of(name, english), _("Agency"), url_for("site.agency", slug=slug))
        for slug, name, english, read in _known_agencies()
        if any(typed.stand_in(title) for title in read)
    ]


_Known = tuple[str, str, str, tuple[list[Token], ...]]


def _known_agencies(now: Callable[[], float] = time.monotonic) -> Sequence[_Known]:
    """Every agency with the words of its names, read from the database once a minute."""
    at, found = current_app.extensions.get("agency_names", (float("-inf"), ()))
    if now() - at < KNOWN_FOR:
        return found
    rows = db.session.execute(select(Agency.slug, Agency.name, Agency.name_en))
    kept = [
        (row.slug, row.name, row.name_en, tuple(map(tokens, filter(None, (row.name, row.name_en)))))
        for row in rows
    ]
    current_app.extensions["agency_names"] = now(), kept
    return kept
