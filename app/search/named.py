"""Which public drafts a few words name: those of a title, a number, an agency."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from app.accounts.models import Agency
from app.consultations.models import Consultation
from app.documents.models import DocumentType, Dossier, DraftVersion, is_public
from app.extensions import db
from app.kit import clock
from app.kit.syllables import Token, tokens
from app.kit.text import slugify
from app.search import entries
from app.search.document import Kind
from app.search.engine import IndexUnavailable, Narrowing, Order
from app.search.query import parse

MOST_WORDS = 24
CANDIDATES = 50  # drafts that the index is asked for
# words around a name that no title need hold: "điều 5 của dự thảo ... quy định gì"
LIGHT = frozenset(
    {"cua", "trong", "tai", "theo", "thuoc", "ve", "du", "thao", "an", "quy", "dinh", "noi"}
    | {"dung", "xem", "la", "gi", "nhu", "the", "nao", "of", "in", "on", "draft", "what", "does"}
)
IN_SLUG = re.compile(r"[a-z0-9]+")
_texts = aliased(DraftVersion)
_rounds = aliased(Consultation)
NEWEST = (
    select(func.max(_texts.number))
    .where(_texts.dossier_id == Dossier.id, _texts.posted_at.is_not(None))
    .scalar_subquery()
)
LAST = select(func.max(_rounds.round)).where(_rounds.dossier_id == Dossier.id).scalar_subquery()
COLUMNS = (
    Dossier.id.label("dossier_id"),
    Dossier.slug,
    Dossier.title,
    Dossier.title_en,
    Dossier.outcome_number,
    DraftVersion.id.label("version_id"),
    DraftVersion.number.label("version"),
    Consultation.round,
    LAST.label("rounds"),
    DocumentType.name.label("type_name"),
    Agency.name.label("agency_name"),
    Agency.name_en.label("agency_name_en"),
)


@dataclass(frozen=True)
class Name:
    """Words that must all be in the name of a draft, and such that may be."""

    text: str
    words: tuple[Token, ...]
    light: frozenset[str]
    numbers: tuple[str, ...]  # of documents, folded: 15/2026/nq-hdnd

    @classmethod
    def of(cls, text: str) -> Name:
        """The name in these words; one of none names every draft."""
        words, light, numbers, end = [], set(), [], 0
        for token in tokens(text)[:MOST_WORDS]:
            if token.is_number_of_document:
                numbers.append(token.folded)
                end = token.end
            elif token.start < end:
                continue  # a part of the number
            elif token.folded in LIGHT:
                light.add(token.folded)
            else:
                words.append(token)
        return cls(text, tuple(words), frozenset(light), tuple(numbers))

    @property
    def is_given(self) -> bool:
        return bool(self.words or self.numbers)

    @property
    def slug(self) -> str:
        return slugify(self.text)


def drafts(first: str, title: str) -> Select[Any]:
    """Public drafts with their newest posted text, in the order in which readers want them.

    The draft with the slug `first`, one that is called `title` (a slug), those taking comments,
    and among the others the newest.
    """
    now = clock.now()
    is_open = and_(Consultation.opened_at <= now, Consultation.ends_at > now)
    text = and_(DraftVersion.dossier_id == Dossier.id, DraftVersion.number == NEWEST)
    period = and_(Consultation.dossier_id == Dossier.id, Consultation.version_id == DraftVersion.id)
    return (
        select(*COLUMNS, case((is_open, True), else_=False).label("is_open"))
        .select_from(Dossier)
        .join(Agency, Agency.id == Dossier.agency_id)
        .join(DocumentType, DocumentType.code == Dossier.document_type)
        .outerjoin(DraftVersion, text)
        .outerjoin(Consultation, period)
        .where(is_public())
        .order_by(
            case((Dossier.slug == first, 0), (Dossier.slug == title, 1), (is_open, 2), else_=3),
            DraftVersion.posted_at.desc(),
            Dossier.id.desc(),
        )
    )


def conditions(name: Name) -> Iterator[ColumnElement[bool]]:
    """Ways to find the drafts of that name, the cheap one first; the next where one finds none."""
    if not name.is_given:
        yield true()
        return
    yield and_(*map(_in_slug, name.words), *map(_numbered, name.numbers))
    found = _in_index(name)
    if found:
        yield Dossier.id.in_(found)


def _in_slug(word: Token) -> ColumnElement[bool]:
    """A slug holds the first words of the title without marks: a scan of one narrow index."""
    if not IN_SLUG.fullmatch(word.folded):
        return false()
    dashed = literal("-").concat(Dossier.slug).concat("-")
    ways = {word.folded}
    if word.folded.endswith("i"):
        ways.add(f"{word.folded[:-1]}y")  # lý is folded as lí
    return or_(*(dashed.like(f"%-{way}-%") for way in sorted(ways)))


def _numbered(number: str) -> ColumnElement[bool]:
    """The figures that the number of what was adopted begins with; `best` compares the rest."""
    figures = re.match(r"[0-9/]*", number)
    return Dossier.outcome_number.like(f"{figures[0]}%") if figures and figures[0] else false()


def _in_index(name: Name) -> list[int]:
    """The drafts whose name holds the words wherever: past the end of a slug, in its agency."""
    try:
        found = entries.index().find(
            parse(name.text),
            Narrowing(kinds=frozenset({Kind.CONSULTATION})),
            Order(),
            lambda ranked: ranked[:CANDIDATES],
        )
    except IndexUnavailable:
        return []
    ids = [ranked.dossier_id for ranked, _ in found.chosen]
    rows = db.session.execute(drafts("", "").where(Dossier.id.in_(ids))) if ids else ()
    wanted = {word.folded for word in name.words} | set(name.numbers)
    return [row.dossier_id for row in rows if wanted <= _words(row)[1]]


def _words(row: Row[Any]) -> tuple[set[str], set[str]]:
    """The words of all that a draft is called, exact and folded."""
    said = (row.title, row.title_en, row.outcome_number, row.type_name)
    found = tokens("\n".join((*said, row.agency_name, row.agency_name_en)))
    return {token.exact for token in found}, {token.folded for token in found}


def best(rows: Sequence[Row[Any]], name: Name) -> list[Row[Any]]:
    """The rows whose draft has the words as they were typed, where there are any; else all."""
    if not name.is_given:
        return list(rows)
    # a word typed without marks means any, one with marks just that
    marked = {
        token.exact for token in name.words if not name.text[token.start : token.end].isascii()
    }
    said = [(row, *_words(row)) for row in rows]
    said = [one for one in said if set(name.numbers) <= one[2]]
    for wanted, at in ((marked, 1), (name.light, 2)):
        said = [one for one in said if wanted <= one[at]] or said
    return [row for row, *_ in said]
