"""The whole portal as documents, a batch at a time, and how many there will be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import Select, func, select

from app.comments.models import Attachment, Comment, CommentStatus
from app.documents.models import ComparisonRow, Dossier, DossierFile, DraftVersion, Provision
from app.extensions import db
from app.outreach.models import Correction, ReformSuggestion
from app.responses.models import Answer
from app.search.document import SearchDocument
from app.search.sources.answers import answers
from app.search.sources.comments import attachments, comments
from app.search.sources.dossiers import dossiers
from app.search.sources.files import files
from app.search.sources.of_dossier import unsealed
from app.search.sources.outreach import corrections, suggestions
from app.search.sources.texts import HOMES, texts

BATCH = 500
PUBLISHED = CommentStatus.PUBLISHED.value

Source = Callable[[Collection[int]], Iterator[SearchDocument]]

# By which key and condition the ids of each kind are walked. A text is a thousand documents.
WALKS: tuple[tuple[Any, Any, Source, int], ...] = (
    (Dossier.id, None, dossiers, BATCH),
    (DraftVersion.id, DraftVersion.posted_at.is_not(None), texts, 1),
    (DossierFile.id, DossierFile.posted_at.is_not(None), files, 20),
    (Comment.id, Comment.status == PUBLISHED, comments, BATCH),
    (Attachment.id, Attachment.status == PUBLISHED, attachments, 20),
    (Answer.id, Answer.published_at.is_not(None), answers, BATCH),
    (Correction.id, Correction.published_at.is_not(None), corrections, BATCH),
    (ReformSuggestion.id, None, suggestions, BATCH),
)


def everything() -> Iterator[SearchDocument]:
    """Every public document of the portal.

    Each batch is read in a transaction of its own that is over before the first of it is given:
    memory stays as small as one batch, and no writer or clean-up of the database waits for us.
    """
    for key, condition, source, batch in WALKS:
        last = 0
        while ids := _after(key, condition, last, batch):
            found = list(unsealed(source(ids)))
            db.session.rollback()
            yield from found
            last = ids[-1]


def expected() -> int:
    """About how many documents there are, by counting rows: for a bar of progress."""
    provisions = (
        select(func.count())
        .select_from(Provision)
        .join(DraftVersion, DraftVersion.id == Provision.version_id)
        .where(DraftVersion.posted_at.is_not(None), Provision.kind.in_([*HOMES]))
    )
    rows = select(func.count()).select_from(ComparisonRow)
    total = sum(db.session.scalar(query) or 0 for query in (provisions, rows))
    for key, condition, _source, _batch in WALKS:
        total += db.session.scalar(_where(select(func.count(key)), condition)) or 0
    db.session.rollback()
    return total


def _after(key: Any, condition: Any, last: int, batch: int) -> list[int]:
    """Ids by key: no statement of ours grows with the size of the portal."""
    query = _where(select(key).where(key > last), condition)
    return list(db.session.scalars(query.order_by(key).limit(batch)))


def _where(query: Select[Any], condition: Any) -> Select[Any]:
    return query if condition is None else query.where(condition)
