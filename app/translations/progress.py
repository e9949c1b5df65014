"""How far the translation of a dossier is: what stands for each of its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from app.extensions import db
from app.translations.models import Standing, Translation
from app.translations.pieces import Piece


class State(StrEnum):
    """What a piece has in a language."""

    OFFICIAL = "official"
    UNOFFICIAL = "unofficial"
    MACHINE = "machine"
    # other words were translated than stand there now
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Row:
    """A translation on record; an empty text took the one before it back."""

    id: int
    part: str
    digest: str
    version_number: int | None
    text: str
    standing: str
    translator_id: int
    approved_by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A piece and what it has: `shown` is its translation, or an outdated one where it is stale.

    `latest` is the id of the newest row written for exactly this piece and its words, 0 for none:
    who writes another one says which they have seen.
    """

    piece: Piece
    state: State
    shown: Row | None
    latest: int

    @property
    def text(self) -> str:
        """The translation, or the outdated one, or nothing."""
        return self.shown.text if self.shown is not None else ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of how many pieces a language has what."""

    official: int
    unofficial: int
    machine: int
    stale: int
    missing: int

    @property
    def total(self) -> int:
        return self.translated + self.machine + self.stale + self.missing

    @property
    def translated(self) -> int:
        """Those that a person wrote for the words as they are."""
        return self.official + self.unofficial

    @property
    def begun(self) -> bool:
        return self.missing < self.total


def rows(
    dossier_ids: Sequence[int], language: str | None = None, *, texts: bool = True
) -> dict[tuple[int, str], list[Row]]:
    """(dossier id, language) → its rows, the oldest first, in one statement.

    Without `texts` each text is cut to its first letter, which is enough to count.
    """
    kept = Translation
    text = kept.text if texts else func.substr(kept.text, 1, 1)
    query = select(
        kept.dossier_id,
        kept.language,
        kept.id,
        kept.part,
        kept.source_digest,
        kept.version_number,
        text,
        kept.standing,
        kept.translator_id,
        kept.approved_by,
        kept.translated_at,
    ).where(kept.dossier_id.in_(dossier_ids))
    if language is not None:
        query = query.where(kept.language == language)
    found: dict[tuple[int, str], list[Row]] = {}
    for dossier_id, spoken, *columns in db.session.execute(query.order_by(kept.id)):
        found.setdefault((dossier_id, spoken), []).append(Row(*columns))
    return found


def places(pieces: Sequence[Piece], written: Iterable[Row]) -> list[Place]:
    """What stands for each piece, in the order given, by rows that come the oldest first.

    As on public pages, the same words elsewhere in the dossier lend their translation.
    """
    latest: dict[tuple[str, str], int] = {}
    exact: dict[tuple[str, str], Row] = {}
    same: dict[str, Row] = {}
    for row in written:
        key = row.part, row.digest
        latest[key] = row.id
        if row.text:
            exact[key] = same[row.digest] = row
            continue
        gone = exact.pop(key, None)
        if gone is not None and same.get(row.digest) is gone:
            del same[row.digest]
    earlier: dict[str, Row] = {}
    for row in sorted(exact.values(), key=lambda row: row.id):
        earlier[row.part] = row
    found = []
    for piece in pieces:
        key = piece.part, piece.digest
        told = exact.get(key) or same.get(piece.digest)
        old = earlier.get(piece.part) if told is None else None
        if told is not None:
            state = State(Standing(told.standing).value)
        else:
            state = State.STALE if old is not None else State.MISSING
        found.append(Place(piece, state, told or old, latest.get(key, 0)))
    return found


def count(found: Iterable[Place]) -> Counts:
    """How many places are in each state."""
    states = [place.state for place in found]
    return Counts(*(states.count(state) for state in State))
