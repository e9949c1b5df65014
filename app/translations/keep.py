"""Keeping a translation: written, approved or taken back, and never changed afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Officer
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.translations.models import Standing, Translation
from app.translations.pieces import Piece, worded


class OwnWordsError(Exception):
    """Raised when a translator would approve a translation of their own."""


@dataclass(frozen=True)
class Written:
    """A piece and what somebody wrote for it; "" takes back what was written before."""

    piece: Piece
    text: str


def keep(
    dossier_id: int,
    consultation_id: int | None,
    language: str,
    written: Sequence[Written],
    standing: Standing,
    translator: Officer,
    now: datetime,
) -> int:
    """The pieces read so in that language from now on; returns how many.

    One fact stands in the ledger for all of them. `consultation_id` names the comment period on
    whose pages they are shown, if there is one. Official words come by `approve` alone.
    """
    if standing is Standing.OFFICIAL:
        raise OwnWordsError
    rows = [
        _row(
            dossier_id,
            language,
            one.piece,
            worded(one.piece.part, one.text),
            standing,
            translator,
            now,
        )
        for one in written
    ]
    return _kept(dossier_id, consultation_id, language, rows, standing, translator, now)


def approve(
    dossier_id: int,
    consultation_id: int | None,
    language: str,
    chosen: Sequence[tuple[Piece, Translation]],
    approver: Officer,
    now: datetime,
) -> int:
    """The agency vouches for these translations from now on; raises OwnWordsError."""
    if any(row.translator_id == approver.id for _, row in chosen):
        raise OwnWordsError
    rows = []
    for piece, old in chosen:
        author = db.session.get_one(Officer, old.translator_id)
        row = _row(dossier_id, language, piece, old.text, Standing.OFFICIAL, author, now)
        row.approved_by = approver.id
        rows.append(row)
    return _kept(dossier_id, consultation_id, language, rows, Standing.OFFICIAL, approver, now)


def _row(
    dossier_id: int,
    language: str,
    piece: Piece,
    text: str,
    standing: Standing,
    translator: Officer,
    now: datetime,
) -> Translation:
    return Translation(
        dossier_id=dossier_id,
        language=language,
        part=piece.part,
        source_digest=piece.digest,
        version_number=piece.version_number,
        text=text,
        standing=standing.value,
        translator_id=translator.id,
        translated_at=now,
    )


def _kept(
    dossier_id: int,
    consultation_id: int | None,
    language: str,
    rows: Sequence[Translation],
    standing: Standing,
    actor: Officer,
    now: datetime,
) -> int:
    if not rows:
        return 0
    db.session.add_all(rows)
    db.session.flush()
    said = hashlib.sha256()
    for row in rows:
        said.update(f"{row.part}\0{row.source_digest}\0{row.text}\0".encode())
    record(
        Verb.TRANSLATION_WRITTEN,
        f"dossier:{dossier_id}",
        actor_id=actor.id,
        consultation_id=consultation_id,
        at=now,
        dossier_id=dossier_id,
        language=language,
        standing=standing.value,
        parts=len(rows),
        digest=said.hexdigest(),
    )
    return len(rows)
