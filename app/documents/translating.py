"""What of a dossier can be translated, piece by piece in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from app.documents.citation import citation
from app.documents.models import BLOCKS, Dossier, DraftVersion, Provision
from app.documents.words import CONTENT
from app.extensions import db
from app.translations import sources
from app.translations.pieces import (
    TITLE,
    Piece,
    digest_of,
    has_words,
    of_block,
    of_cell,
    of_provision,
    of_version,
)
from app.translations.progress import Row


def pieces(dossier: Dossier) -> list[Piece]:
    """Title, content blocks, the newest posted or accepted text, then what other rooms hand in.

    Only what has words: neither blanks nor bare figures.
    """
    return pieces_of([dossier])[dossier.id]


def pieces_of(dossiers: Sequence[Dossier]) -> dict[int, list[Piece]]:
    """Dossier id → its pieces, in as many statements for a page of dossiers as for one."""
    ids = [dossier.id for dossier in dossiers]
    versions = {row.dossier_id: row for row in db.session.execute(_newest(ids))}
    units: dict[int, list[Any]] = {}
    if versions:
        for row in db.session.execute(_units([row.id for row in versions.values()])):
            units.setdefault(row.version_id, []).append(row)
    handed_in = sources.pieces(ids)
    found = {}
    for dossier in dossiers:
        version = versions.get(dossier.id)
        given = list(_own(dossier))
        if version is not None:
            given += _text(version, units.get(version.id, ()))
        given += handed_in.get(dossier.id, ())
        found[dossier.id] = [piece for piece in given if has_words(piece.words)]
    return found


def homes(dossier: Dossier) -> dict[int, int | None]:
    """Lineage → that of the article or annex it stands in, for the text that is translated."""
    version = db.session.execute(_newest([dossier.id])).one_or_none()
    if version is None:
        return {}
    query = select(Provision.lineage_id, Provision.article_lineage_id)
    rows = db.session.execute(query.where(Provision.version_id == version.id))
    return {row[0]: row[1] for row in rows}


def earlier_words(dossier: Dossier, rows: Sequence[Row]) -> dict[int, str]:
    """Row id → the Vietnamese words it translated, where a version of the draft still holds them.

    `rows` are translations that are outdated; in as many statements as versions are named.
    """
    found: dict[int, str] = {}
    for number in sorted({row.version_number for row in rows if row.version_number is not None}):
        version = db.session.execute(
            _versions().where(DraftVersion.dossier_id == dossier.id, DraftVersion.number == number)
        ).one_or_none()
        if version is None:
            continue
        units = db.session.execute(_units([version.id])).all()
        words = {piece.part: piece.words for piece in _text(version, units)}
        for row in rows:
            said = words.get(row.part, "")
            if row.version_number == number and digest_of(said) == row.digest:
                found[row.id] = said
    return found


def _own(dossier: Dossier) -> Iterator[Piece]:
    yield Piece(TITLE, _("Title"), dossier.title, "dossier")
    for name in BLOCKS:
        yield Piece(of_block(name), str(CONTENT[name]), getattr(dossier, name), "dossier")


def _text(version: Any, units: Sequence[Any]) -> Iterator[Piece]:
    number = version.number
    yield Piece(of_version("title"), _("Title of the text"), version.title, "text", number)
    yield Piece(of_version("preamble"), _("Opening words"), version.preamble, "text", number)
    for unit in units:
        label, lineage = citation(unit.anchor), unit.lineage_id
        for field in ("heading", "text"):
            part = of_provision(lineage, field)
            yield Piece(part, label, getattr(unit, field), "text", number)
        for y, cells in enumerate(unit.rows):
            for x, words in enumerate(cells):
                place = f"{label} ({y + 1}, {x + 1})"
                yield Piece(of_cell(lineage, y, x), place, words, "text", number)
    yield Piece(of_version("closing"), _("Closing words"), version.closing, "text", number)


def _versions() -> Any:
    one = DraftVersion
    return select(one.id, one.dossier_id, one.number, one.title, one.preamble, one.closing)


def _newest(dossier_ids: Sequence[int]) -> Any:
    ready = or_(DraftVersion.posted_at.is_not(None), DraftVersion.accepted_at.is_not(None))
    last = (
        select(DraftVersion.dossier_id, func.max(DraftVersion.number).label("number"))
        .where(DraftVersion.dossier_id.in_(dossier_ids), ready)
        .group_by(DraftVersion.dossier_id)
        .subquery()
    )
    return _versions().join(
        last,
        (last.c.dossier_id == DraftVersion.dossier_id) & (last.c.number == DraftVersion.number),
    )


def _units(version_ids: Sequence[int]) -> Any:
    unit = Provision
    columns = unit.version_id, unit.lineage_id, unit.anchor, unit.heading, unit.text, unit.rows
    query = select(*columns).where(unit.version_id.in_(version_ids))
    return query.order_by(unit.version_id, unit.position)
