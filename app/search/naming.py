"""What the codes in an address are called on the page: agencies, types, fields, drafts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, literal, select, union_all

from app.accounts.models import Agency, Territory
from app.comments.words import KINDS as COMMENTERS
from app.documents.models import DocumentType, Dossier, Topic, is_public
from app.documents.words import STAGES
from app.extensions import db
from app.search.document import Kind
from app.search.facets import Facet, Standings, Status
from app.translations.read import titles
from app.web.locale import called, current
from app.web.phrases import named

Key = TypeVar("Key")
KEPT = "search_names"
MOST_KEPT = 20_000

LABELS: dict[Facet, LazyString] = {
    Facet.KIND: _l("Kind of result"),
    Facet.STATUS: _l("Comment period"),
    Facet.AGENCY: _l("Agency"),
    Facet.TOPIC: _l("Topic"),
    Facet.TERRITORY: _l("Territory"),
    Facet.TYPE: _l("Type of document"),
    Facet.STAGE: _l("Stage"),
    Facet.DATE: _l("Date"),
    Facet.LANGUAGE: _l("Language"),
    Facet.COMMENTER: _l("Commenter"),
    Facet.DRAFT: _l("Draft"),
}
KINDS: dict[str, LazyString] = {
    Kind.CONSULTATION: _l("Drafts and proposals"),
    Kind.PROVISION: _l("Provisions"),
    Kind.COMMENT: _l("Comments"),
    Kind.ANSWER: _l("Answers"),
    Kind.FILE: _l("Files"),
    Kind.CORRECTION: _l("Corrections"),
    Kind.SUGGESTION: _l("Suggestions for other laws"),
}
STATUSES: dict[str, LazyString] = {
    Status.OPEN: _l("Open for comments"),
    Status.CLOSED: _l("Not open for comments"),
}
# in the order in which the page lists them; the others come with the most results first
LISTED: dict[Facet, Mapping[Any, Any]] = {
    Facet.KIND: KINDS,
    Facet.STATUS: STATUSES,
    Facet.STAGE: {stage.value: words for stage, (words, _) in STAGES.items()},
    Facet.COMMENTER: {kind.value: words for kind, words in COMMENTERS.items()},
}
_tables: dict[Facet, tuple[Any, Any]] = {
    Facet.AGENCY: (Agency, Agency.slug),
    Facet.TYPE: (DocumentType, DocumentType.code),
    Facet.TOPIC: (Topic, Topic.code),
    Facet.TERRITORY: (Territory, Territory.code),
}


class Said(Generic[Key]):
    """Words for a few codes, translated once for each language and not at each use."""

    def __init__(self, words: Mapping[Key, LazyString]) -> None:
        self._words = words
        self._known: dict[str, dict[Key, str]] = {}

    def __call__(self, key: Key) -> str:
        """The words in the language of the page, "" for an unknown code."""
        here = current().code
        known = self._known.get(here)
        if known is None:
            known = self._known[here] = {one: str(words) for one, words in self._words.items()}
        return known.get(key, "")


class Name(NamedTuple):
    """Words and the language they are in."""

    text: str
    lang: str


Names = Mapping[tuple[Facet, str], Name]


def chosen_of(vietnamese: str, english: str) -> Name:
    """The name to show on this page."""
    found = named(vietnamese, english)
    return Name(found.text, found.lang)


@cache
def _statement() -> CompoundSelect[Any]:
    selects: list[Select[Any]] = [
        select(literal(facet.value), code, literal(0), table.name, table.name_en).where(
            code.in_(bindparam(facet.value, expanding=True))
        )
        for facet, (table, code) in _tables.items()
    ]
    words = Dossier.id, Dossier.title, Dossier.title_en
    drafts = select(literal(Facet.DRAFT.value), Dossier.slug, *words)
    wanted: BindParameter[str] = bindparam(Facet.DRAFT.value, expanding=True)
    return union_all(*selects, drafts.where(Dossier.slug.in_(wanted), is_public()))


def titled(stored: Mapping[int, Mapping[str, Any]]) -> dict[int, Name]:
    """Dossier id → its title on this page, by what the index has of it, in one statement."""
    known = {key: (str(one["draft"]), str(one["draft_en"])) for key, one in stored.items()}
    return {key: Name(one.text, one.lang) for key, one in titles(known).items()}


class Kept:
    """The names asked for so far, for as long as no fact changes a draft or whose it is."""

    def __init__(self, standings: Standings) -> None:
        self.standings = standings
        self.rows: _Rows = {}


def names(wanted: Mapping[Facet, Collection[str]], standings: Standings | None = None) -> Names:
    """What those values are called on this page, in one statement; a code that is gone has none.

    With the standings of the moment, names are kept for as long as those stand. On a page that is
    not in Vietnamese a second statement asks for the titles of drafts.
    """
    kept = _kept(standings) if standings is not None else {}
    _fill(kept, wanted)
    here = current().code
    found: dict[tuple[Facet, str], Name] = {}
    for facet, values in wanted.items():
        for value in values:
            if facet in LISTED:
                found[facet, value] = Name(_listed(here, facet, value), here)
            elif facet is Facet.DATE:
                found[facet, value] = Name(_month(here, value) if value[4:] else value, here)
            elif facet is Facet.LANGUAGE:
                found[facet, value] = Name(_language(here, value), here)
            elif facet is not Facet.DRAFT and (row := kept.get((facet, value))):
                found[facet, value] = chosen_of(*row[1:])
    return found | _drafts(kept, wanted.get(Facet.DRAFT, ()))


def _drafts(kept: _Rows, slugs: Collection[str]) -> dict[tuple[Facet, str], Name]:
    rows = {slug: row for slug in slugs if (row := kept.get((Facet.DRAFT, slug)))}
    said = titles({row[0]: (row[1], row[2]) for row in rows.values()})
    return {
        (Facet.DRAFT, slug): Name(said[row[0]].text, said[row[0]].lang)
        for slug, row in rows.items()
    }


# the id of a draft, 0 for all else; the name in Vietnamese and in English
_Rows = dict[tuple[Facet, str], tuple[int, str, str] | None]


def _kept(standings: Standings) -> _Rows:
    kept: Kept | None = current_app.extensions.get(KEPT)
    if kept is None or kept.standings is not standings or len(kept.rows) > MOST_KEPT:
        kept = current_app.extensions[KEPT] = Kept(standings)
    return kept.rows


def _fill(kept: _Rows, wanted: Mapping[Facet, Collection[str]]) -> None:
    """Ask the database for those that are not known yet."""
    asked = {
        facet: [value for value in wanted.get(facet, ()) if (facet, value) not in kept]
        for facet in (*_tables, Facet.DRAFT)
    }
    if not any(asked.values()):
        return
    kept.update({(facet, value): None for facet, values in asked.items() for value in values})
    wanted_of = {facet.value: values for facet, values in asked.items()}
    for facet, code, *row in db.session.execute(_statement(), wanted_of):
        kept[Facet(facet), code] = row[0], row[1], row[2]


@lru_cache(maxsize=1000)
def _listed(page: str, facet: Facet, value: str) -> str:
    """The words of a value that is one of a few, in the page's language."""
    del page  # it is the reader's, which the words ask for themselves
    return str(LISTED[facet][value])


@lru_cache(maxsize=1000)
def _month(page: str, month: str) -> str:
    """2026-11 as the page's language says it."""
    text: str = format_skeleton(
        "yMMMM", date.fromisoformat(f"{month}-01"), locale=called(page).catalogue
    )
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1000)
def _language(page: str, code: str) -> str:
    """The language as the page's language calls it, or its code."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(called(page).catalogue) or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:]
