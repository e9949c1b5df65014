"""What a comment says in another language: written by staff, shown with it, never instead of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.models import Officer
from app.comments.models import Comment, CommentTranslation
from app.extensions import db
from app.kit.text import clean
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.translations.models import Standing
from app.translations.pieces import digest_of


class SameLanguageError(Exception):
    """Raised when a comment would be translated into the language it is written in."""


def translate(
    comment: Comment, language: str, text: str, standing: Standing, officer: Officer, now: datetime
) -> CommentTranslation:
    """The comment reads so in that language from now on; "" takes back what was written before.

    Raises SameLanguageError.
    """
    if language == comment.language:
        raise SameLanguageError
    row = CommentTranslation(
        comment_id=comment.id,
        language=language,
        standing=standing.value,
        text=clean(text).strip(),
        source_digest=digest_of(comment.shown_body),
        officer_id=officer.id,
        translated_at=now,
    )
    db.session.add(row)
    db.session.flush()
    record(
        Verb.COMMENT_TRANSLATED,
        f"comment:{comment.id}",
        actor_id=officer.id,
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
        language=language,
        standing=standing.value,
        digest=hashlib.sha256(f"{row.source_digest}\0{row.text}".encode()).hexdigest(),
    )
    return row


def translations(
    shown: Mapping[int, str], languages: Iterable[str] | None = None
) -> dict[int, list[CommentTranslation]]:
    """Comment id → its translations, in one statement; none made of other words than are shown.

    `shown` has the words of each comment as they are shown, passages covered.
    """
    if not shown:
        return {}
    newest = select(func.max(CommentTranslation.id)).where(CommentTranslation.comment_id.in_(shown))
    if languages is not None:
        newest = newest.where(CommentTranslation.language.in_(list(languages)))
    newest = newest.group_by(CommentTranslation.comment_id, CommentTranslation.language)
    found: dict[int, list[CommentTranslation]] = {}
    rows = db.session.scalars(
        select(CommentTranslation)
        .where(CommentTranslation.id.in_(newest))
        .order_by(CommentTranslation.comment_id, CommentTranslation.language)
    )
    for row in rows:
        if row.text and row.source_digest == digest_of(shown[row.comment_id]):
            found.setdefault(row.comment_id, []).append(row)
    return found
