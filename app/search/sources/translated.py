"""What was translated of dossiers, as further texts of the documents that hold the originals.

A document is found by what a page in that language shows: the newest translation of the words as
they read now. Each sort of piece is looked up among its own kind, so that a translation written
concerns those documents and no others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import or_, select

from app.consultations.models import Consultation
from app.documents.models import DraftVersion
from app.extensions import db
from app.responses.models import Answer
from app.search.document import Told
from app.search.sources.drafts import joined
from app.translations.models import Translation
from app.translations.pieces import TITLE
from app.translations.read import Translated

OF_DOSSIERS, OF_TEXTS, OF_ANSWERS = (TITLE, "block:"), ("text:", "unit:"), ("answer:",)
Tongues = Mapping[int, Sequence[Translated]]


class Words(NamedTuple):
    """A piece and the Vietnamese words it has in a document."""

    part: str
    words: str


def tongues(dossier_ids: Collection[int], sorts: Iterable[str]) -> Tongues:
    """Dossier id → what was translated of such pieces, language by language; [] for nothing."""
    wanted = or_(*(Translation.part.startswith(sort, autoescape=True) for sort in sorts))
    query = select(
        Translation.dossier_id,
        Translation.language,
        Translation.part,
        Translation.source_digest,
        Translation.text,
        Translation.standing,
    ).where(Translation.dossier_id.in_(dossier_ids), wanted)
    rows = db.session.execute(
        query.order_by(Translation.dossier_id, Translation.language, Translation.id)
    )
    found: defaultdict[int, list[Translated]] = defaultdict(list)
    for (dossier_id, language), some in groupby(rows, key=lambda row: (row[0], row[1])):
        told = Translated(language, ((row[2], row[3], row[4], row[5]) for row in some))
        if told:
            found[dossier_id].append(told)
    return found


def told(
    languages: Iterable[Translated], title: Words | None, body: Sequence[Words]
) -> tuple[Told, ...]:
    """The document in every language that has something of it."""
    found = []
    for one in languages:
        titled = _said(one, title) if title else ""
        text = joined(*(_said(one, words) for words in body))
        if titled or text:
            found.append(Told(one.language, titled, text))
    return tuple(found)


def _said(language: Translated, words: Words) -> str:
    found = language.told(words.part, words.words)
    return found.text if found else ""


class Touched(NamedTuple):
    """What has to be read anew after translations were written."""

    dossiers: set[int]
    versions: set[int]
    answers: set[int]


def written(dossier_id: int, language: str, at: datetime) -> Touched:
    """What the translations of that dossier concern that were written then, or since."""
    rows = select(Translation.part).where(
        Translation.dossier_id == dossier_id,
        Translation.language == language,
        Translation.translated_at >= at,
    )
    parts = set(db.session.scalars(rows))
    dossiers = {dossier_id} if any(part.startswith(OF_DOSSIERS) for part in parts) else set()
    versions: set[int] = set()
    if any(part.startswith(OF_TEXTS) for part in parts):
        posted = DraftVersion.dossier_id == dossier_id, DraftVersion.posted_at.is_not(None)
        versions = set(db.session.scalars(select(DraftVersion.id).where(*posted)))
    named = [int(part.partition(":")[2]) for part in parts if part.startswith(OF_ANSWERS)]
    return Touched(dossiers, versions, _answering_so(dossier_id, named))


def _answering_so(dossier_id: int, ids: Collection[int]) -> set[int]:
    """Those answers, and all others of the dossier in the same words: they read the same."""
    if not ids:
        return set()
    words = select(Answer.explanation).where(Answer.id.in_(ids))
    same = (
        select(Answer.id)
        .join(Consultation, Consultation.id == Answer.consultation_id)
        .where(Consultation.dossier_id == dossier_id, Answer.explanation.in_(words))
    )
    return set(db.session.scalars(same))
