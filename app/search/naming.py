"""What the codes in an address are called on the page: agencies, types, fields, drafts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_skeleton
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, literal, select, union_all

from app.accounts.models import Agency, Territory
from app.comments.words import KINDS as COMMENTERS
from app.documents.models import DocumentType, Dossier, Topic
from app.documents.words import STAGES
from app.extensions import db
from app.search.document import Kind
from app.search.facets import Facet, Status
from app.web.locale import current

LABELS: dict[Facet, LazyString] = {
    Facet.KIND: _l("Kind of result"),
    Facet.STATUS: _l("Comments"),
    Facet.AGENCY: _l("Agency"),
    Facet.TOPIC: _l("Field"),
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


class Name(NamedTuple):
    """Words and the language they are in."""

    text: str
    lang: str


Names = Mapping[tuple[Facet, str], Name]


def chosen_of(vietnamese: str, english: str) -> Name:
    """The name to show on this page: English where there is one and the page is."""
    if english and current().code == "en":
        return Name(english, "en")
    return Name(vietnamese, "vi")


@cache
def _statement() -> CompoundSelect[Any]:
    selects: list[Select[Any]] = [
        select(literal(facet.value), code, table.name, table.name_en).where(
            code.in_(bindparam(facet.value, expanding=True))
        )
        for facet, (table, code) in _tables.items()
    ]
    drafts = select(literal(Facet.DRAFT.value), Dossier.slug, Dossier.title, Dossier.title_en)
    wanted: BindParameter[str] = bindparam(Facet.DRAFT.value, expanding=True)
    return union_all(*selects, drafts.where(Dossier.slug.in_(wanted)))


def names(wanted: Mapping[Facet, Collection[str]]) -> Names:
    """What those values are called on this page, in one statement; a code that is gone has none."""
    asked = {facet.value: list(wanted.get(facet, ())) for facet in (*_tables, Facet.DRAFT)}
    found: dict[tuple[Facet, str], Name] = {}
    if any(asked.values()):
        for facet, code, vietnamese, english in db.session.execute(_statement(), asked):
            found[Facet(facet), code] = chosen_of(vietnamese, english)
    here = current().code
    for facet, values in wanted.items():
        for value in values:
            if facet in LISTED:
                found[facet, value] = Name(str(LISTED[facet][value]), here)
            elif facet is Facet.DATE:
                found[facet, value] = Name(_month(here, value) if value[4:] else value, here)
            elif facet is Facet.LANGUAGE:
                found[facet, value] = Name(_language(here, value), here)
    return found


@lru_cache(maxsize=1000)
def _month(page: str, month: str) -> str:
    """2026-11 as the page's language says it."""
    text: str = format_skeleton("yMMMM", date.fromisoformat(f"{month}-01"), locale=page)
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1000)
def _language(page: str, code: str) -> str:
    """The language as the page's language calls it, or its code."""
    parts = code.split("-")
    name = Locale.parse(page).languages.get(parts[0], parts[0])
    return " ".join([name[:1].upper() + name[1:], *(f"({part})" for part in parts[1:])])
