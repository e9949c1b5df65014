"""Drafts and proposals as documents: all that describes them, period by period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from app.accounts.models import Agency
from app.consultations.models import Consultation, Extension
from app.documents.models import DocumentType, Dossier, DossierCoordinator, StageStep, is_public
from app.extensions import db
from app.search.document import Kind, SearchDocument, Told
from app.search.sources.drafts import Draft, joined, stored
from app.search.sources.translated import OF_DOSSIERS, Words, told, tongues
from app.translations.pieces import TITLE, of_block
from app.translations.read import Translated

BLOCKS = (
    "main_content",
    "necessity",
    "purpose",
    "viewpoint",
    "scope",
    "subjects",
    "changes",
    "other",
    "affected_parties",
    "summary_en",
)
ENGLISH = "en"
AnyRow = Row[*tuple[Any, ...]]


def dossiers(ids: Collection[int]) -> Iterator[SearchDocument]:
    """The public ones among the dossiers, and their earlier periods where these read otherwise.

    A dossier reads as its last period was opened with, before the first as it does now; so do its
    pages. It became public when it was first opened; an unopened proposal when it was begun, as
    nobody notes when its last block was filled.
    """
    rows = db.session.execute(
        select(
            *(getattr(Dossier, name) for name in ("id", "slug", "title", "title_en", *BLOCKS)),
            Dossier.created_at,
            Dossier.outcome_number,
            Dossier.outcome_gazette,
            Agency.name.label("agency"),
            Agency.name_en.label("agency_en"),
            DocumentType.name.label("type"),
            DocumentType.name_en.label("type_en"),
        )
        .join(Agency, Agency.id == Dossier.agency_id)
        .join(DocumentType, DocumentType.code == Dossier.document_type)
        .where(Dossier.id.in_(ids), is_public())
        .order_by(Dossier.id)
    ).all()
    known = [row.id for row in rows]
    periods, said, coordinating = _periods(known), _said(known), _coordinating(known)
    languages = tongues(known, OF_DOSSIERS)
    for row in rows:
        yield from _of_one(
            row, periods[row.id], said[row.id], coordinating[row.id], languages[row.id]
        )


def _of_one(
    row: AnyRow,
    periods: list[AnyRow],
    said: list[str],
    coordinating: list[str],
    languages: Sequence[Translated],
) -> Iterator[SearchDocument]:
    draft = Draft(row.id, row.slug, row.title, row.title_en)
    context = joined(row.agency, row.agency_en, row.type, row.type_en, *coordinating)
    now = {name: getattr(row, name) for name in BLOCKS}
    if periods:
        now |= periods[-1].content or {}
    title = Words(TITLE, row.title)
    others = told(languages, title, _blocks(now, now))
    yield SearchDocument(
        key=f"dossier:{row.id}",
        kind=Kind.CONSULTATION,
        title=row.title,
        body=joined(
            *(now[name] for name in BLOCKS[:-1]), *said, row.outcome_number, row.outcome_gazette
        ),
        context=context,
        stored=stored(draft),
        dossier_id=row.id,
        at=periods[0].opened_at if periods else row.created_at,
        told=_with_own_english(others, row.title_en, now["summary_en"]),
    )
    for period in periods[:-1]:
        then = now | (period.content or {})
        changed = [name for name in BLOCKS if then[name] != now[name]]
        if other := joined(*(then[name] for name in changed)):
            yield SearchDocument(
                key=f"period:{period.id}",
                kind=Kind.CONSULTATION,
                title=row.title,
                body=other,
                context=context,
                stored=stored(draft, period=period.round),
                dossier_id=row.id,
                at=period.opened_at,
                told=told(languages, title, _blocks(then, changed)),
            )


def _blocks(content: Mapping[str, str], names: Iterable[str]) -> list[Words]:
    return [Words(of_block(name), content[name]) for name in names]


def _with_own_english(others: Sequence[Told], title: str, summary: str) -> list[Told]:
    """The translations, with what the agency itself says in English."""
    if not (title or summary):
        return [*others]
    known = next((told for told in others if told.language == ENGLISH), Told(ENGLISH, "", ""))
    own = Told(ENGLISH, known.title or title, joined(known.body, summary))
    return [own, *(told for told in others if told is not known)]


def _periods(ids: Collection[int]) -> defaultdict[int, list[AnyRow]]:
    found: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in db.session.execute(
        select(
            Consultation.id,
            Consultation.dossier_id,
            Consultation.round,
            Consultation.content,
            Consultation.opened_at,
        )
        .where(Consultation.dossier_id.in_(ids))
        .order_by(Consultation.round)
    ):
        found[row.dossier_id].append(row)
    return found


def _said(ids: Collection[int]) -> defaultdict[int, list[str]]:
    """What the timeline notes, and why periods were extended."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    steps = (
        select(StageStep.dossier_id, StageStep.note)
        .where(StageStep.dossier_id.in_(ids), StageStep.note != "")
        .order_by(StageStep.id)
    )
    reasons = (
        select(Consultation.dossier_id, Extension.reason)
        .join(Extension, Extension.consultation_id == Consultation.id)
        .where(Consultation.dossier_id.in_(ids))
        .order_by(Extension.id)
    )
    for query in (steps, reasons):
        for dossier_id, words in db.session.execute(query):
            found[dossier_id].append(words)
    return found


def _coordinating(ids: Collection[int]) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for dossier_id, *names in db.session.execute(
        select(DossierCoordinator.dossier_id, Agency.name, Agency.name_en)
        .join(Agency, Agency.id == DossierCoordinator.agency_id)
        .where(DossierCoordinator.dossier_id.in_(ids))
        .order_by(Agency.id)
    ):
        found[dossier_id] += names
    return found
