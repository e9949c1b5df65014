"""Posted texts as documents: what frames them, each article, each change of the law in force."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select

from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import ComparisonRow, Dossier, DraftVersion, select_provisions
from app.documents.nodes import Kind as Unit
from app.extensions import db
from app.search.document import Kind, SearchDocument
from app.search.sources.drafts import Draft, joined, parted, stored
from app.search.sources.translated import OF_TEXTS, Words, told, tongues
from app.translations.pieces import of_cell, of_provision, of_version
from app.translations.read import Translated

HOMES = frozenset({Unit.ARTICLE, Unit.ANNEX})
DIVISIONS = frozenset({Unit.PART, Unit.CHAPTER, Unit.SECTION, Unit.SUBSECTION})
FRAME = ("title", "preamble", "closing")
AnyRow = Row[*tuple[Any, ...]]


@dataclass
class _Place:
    """A division, article or annex: its own row, those under it, and the headings above it."""

    row: AnyRow
    above: list[str]
    under: list[AnyRow] = field(default_factory=list)


def texts(version_ids: Collection[int]) -> Iterator[SearchDocument]:
    """The posted ones among the versions: their head and tail, their provisions, the comparison."""
    rows = db.session.execute(
        select(
            DraftVersion.id,
            DraftVersion.number,
            DraftVersion.title,
            DraftVersion.preamble,
            DraftVersion.closing,
            DraftVersion.note,
            DraftVersion.posted_at,
            DraftVersion.dossier_id,
            Dossier.slug,
            Dossier.title.label("draft"),
            Dossier.title_en.label("draft_en"),
            Consultation.round,
        )
        .join(Dossier, Dossier.id == DraftVersion.dossier_id)
        .outerjoin(Consultation, Consultation.version_id == DraftVersion.id)
        .where(DraftVersion.id.in_(version_ids), DraftVersion.posted_at.is_not(None))
        .order_by(DraftVersion.id)
    ).all()
    languages = tongues({row.dossier_id for row in rows}, OF_TEXTS)
    for version in rows:
        draft = Draft(version.dossier_id, version.slug, version.draft, version.draft_en)
        yield from _frame(version, draft, languages[draft.id])
        yield from _provisions(version, draft, languages[draft.id])
        if version.round is not None:  # else no page shows it
            yield from _comparison(version, draft)


def _frame(
    version: AnyRow, draft: Draft, languages: Sequence[Translated]
) -> Iterator[SearchDocument]:
    """What stands around the provisions; the title is that of the draft, which is found itself."""
    yield from parted(
        SearchDocument(
            key=f"version:{version.id}",
            kind=Kind.PROVISION,
            title="",
            body=joined(version.note, version.preamble, version.closing),
            context=joined(version.title, draft.title),
            stored=stored(draft, period=version.round or 0, version=version.number),
            dossier_id=draft.id,
            at=version.posted_at,
            told=told(
                languages,
                None,
                [Words(of_version(name), getattr(version, name)) for name in FRAME],
            ),
        )
    )


def _provisions(
    version: AnyRow, draft: Draft, languages: Sequence[Translated]
) -> Iterator[SearchDocument]:
    rows = db.session.execute(select_provisions(version.id)).all()
    for place in _places(rows):
        row = place.row
        name = citation(row.anchor)
        yield from parted(
            SearchDocument(
                key=f"provision:{row.id}",
                kind=Kind.PROVISION,
                title=f"{name}. {row.heading}".rstrip(". "),
                body=joined(row.text, _cells(row), *map(_words, place.under)),
                context=joined(*place.above, draft.title),
                stored=stored(
                    draft,
                    row.anchor,
                    name,
                    version.round or 0,
                    version=version.number,
                    lineage=row.lineage_id,
                ),
                dossier_id=draft.id,
                at=version.posted_at,
                told=told(languages, *_pieces(place)) if languages else (),
            )
        )


def _places(rows: Sequence[AnyRow]) -> Iterator[_Place]:
    """The places of a text; a division that is a heading alone is found by what stands in it."""
    has_articles = any(row.kind == Unit.ARTICLE for row in rows)
    path: list[tuple[AnyRow, _Place]] = []
    places: list[_Place] = []
    for row in rows:
        del path[row.depth :]
        if row.kind in HOMES or row.kind in DIVISIONS or not path:
            place = _Place(row, [one.heading for one, _ in path if one.heading])
            places.append(place)
        else:
            place = path[-1][1]
            place.under.append(row)
        path.append((row, place))
    for place in places:
        row = place.row
        if row.kind in HOMES or not has_articles or row.text or row.rows or place.under:
            yield place


def _pieces(place: _Place) -> tuple[Words, list[Words]]:
    """What can be translated of a place: its heading, and the words in it."""

    def said(row: AnyRow, name: str) -> Words:
        return Words(of_provision(row.lineage_id, name), getattr(row, name))

    body = [said(place.row, "text"), *_cell_pieces(place.row)]
    for row in place.under:
        body += [said(row, "heading"), said(row, "text"), *_cell_pieces(row)]
    return said(place.row, "heading"), body


def _cell_pieces(row: AnyRow) -> list[Words]:
    return [
        Words(of_cell(row.lineage_id, down, across), cell)
        for down, line in enumerate(row.rows)
        for across, cell in enumerate(line)
    ]


def _words(row: AnyRow) -> str:
    return joined(row.heading, row.text, _cells(row))


def _cells(row: AnyRow) -> str:
    return " ".join(cell for line in row.rows for cell in line)


def _comparison(version: AnyRow, draft: Draft) -> Iterator[SearchDocument]:
    """The rows that set the draft against the law; the draft's own words are found elsewhere."""
    named = ComparisonRow.__table__.c
    for row in db.session.execute(
        select(ComparisonRow.__table__)
        .where(named.version_id == version.id)
        .order_by(named.position, named.id)
    ):
        name = citation(row.anchor)
        yield from parted(
            SearchDocument(
                key=f"comparison:{row.id}",
                kind=Kind.FILE,
                title=". ".join(filter(None, (name, row.source))),
                body=joined(row.current, row.reason),
                context=draft.title,
                stored=stored(
                    draft,
                    row.anchor,
                    name,
                    version.round,
                    version=version.number,
                    what="comparison",
                ),
                dossier_id=draft.id,
                at=version.posted_at,
            )
        )
