"""What a comment says in another language: written by staff, shown with it, never instead of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, Row, func, select

from app.accounts.models import Officer
from app.comments.models import Comment, CommentTranslation
from app.extensions import Base, db
from app.kit import codes
from app.kit.text import clean
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.translations.models import Standing
from app.translations.pieces import digest_of
from app.translations.words import STANDINGS
from app.web.locale import DEFAULT, current

AnyRow = Row[*tuple[Any, ...]]
TOLD = Base.metadata.tables["comment_translation"]


class SameLanguageError(Exception):
    """Raised when a comment would be translated into the language it is written in."""


class OvertakenError(Exception):
    """Raised when other words of the comment are shown than those that were translated."""


class RewrittenError(OvertakenError):
    """Raised when somebody else translated the comment into that language meanwhile."""


def seen(comment: Comment) -> str:
    """What tells the words that are shown now and the translations there are from all others."""
    newest = select(func.coalesce(func.max(TOLD.c.id), 0)).where(TOLD.c.comment_id == comment.id)
    return f"{digest_of(comment.shown_body)}.{db.session.scalar(newest)}"


def translate(
    comment: Comment,
    language: str,
    text: str,
    standing: Standing,
    officer: Officer,
    now: datetime,
    of: str = "",
) -> CommentTranslation:
    """The comment reads so in that language from now on; "" takes back what was written before.

    `of` is what `seen` told when the translator looked, as it is now unless given. Raises
    SameLanguageError, OvertakenError, RewrittenError.
    """
    if language == comment.language:
        raise SameLanguageError
    text = clean(text).strip()
    if of:
        _check(comment, language, text, of)
    row = CommentTranslation(
        comment_id=comment.id,
        language=language,
        standing=standing.value,
        text=text,
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
        # what somebody said can be guessed from a bare digest, long after it is covered
        digest=codes.salted_digest(f"{row.source_digest}\0{row.text}", comment.salt),
    )
    return row


def _check(comment: Comment, language: str, text: str, of: str) -> None:
    words, _dot, latest = of.partition(".")
    if words != digest_of(comment.shown_body):
        raise OvertakenError
    written = (
        select(TOLD.c.id, TOLD.c.text)
        .where(TOLD.c.comment_id == comment.id, TOLD.c.language == language)
        .order_by(TOLD.c.id.desc())
        .limit(1)
    )
    newest = db.session.execute(written).one_or_none()
    known = int(latest) if latest.isascii() and latest.isdigit() and len(latest) < 19 else 0
    # who presses twice says the same
    if newest is not None and newest.id > known and newest.text != text:
        raise RewrittenError


def translations(
    shown: Mapping[int, str],
    languages: Iterable[str] | None = None,
    connection: Connection | None = None,
) -> dict[int, list[AnyRow]]:
    """Comment id → its translations, in one statement; none made of other words than are shown.

    `shown` has the words of each comment as they are shown, passages covered. Rows have what
    CommentTranslation has; they are read by `connection` where one is given.
    """
    if not shown:
        return {}
    newest = select(func.max(TOLD.c.id)).where(TOLD.c.comment_id.in_(shown))
    if languages is not None:
        newest = newest.where(TOLD.c.language.in_(list(languages)))
    newest = newest.group_by(TOLD.c.comment_id, TOLD.c.language)
    found: dict[int, list[AnyRow]] = {}
    rows = (connection or db.session).execute(
        select(TOLD).where(TOLD.c.id.in_(newest)).order_by(TOLD.c.comment_id, TOLD.c.language)
    )
    for row in rows:
        if row.text and row.source_digest == digest_of(shown[row.comment_id]):
            found.setdefault(row.comment_id, []).append(row)
    return found


def beside(rows: Collection[Any]) -> dict[int, AnyRow]:
    """Comment id → the translation that helps who reads this page: in its language, else in
    Vietnamese; nothing for comments in either.

    Rows have an id, a language and a body as it is shown; one statement for all of them.
    """
    page, vietnamese = current().code, DEFAULT.code
    foreign = {row.id: row.body for row in rows if row.language != page and row.body}
    if not foreign:
        return {}
    languages = {row.id: row.language for row in rows}
    found: dict[int, AnyRow] = {}
    for comment_id, told in translations(foreign, {page, vietnamese}).items():
        by = {one.language: one for one in told if one.language != languages[comment_id]}
        if best := by.get(page) or by.get(vietnamese):
            found[comment_id] = best
    return found


def all_of(comment: Comment) -> list[AnyRow]:
    """Every translation of what the comment shows, in the order of their codes."""
    return translations({comment.id: comment.shown_body}).get(comment.id, [])


def named(told: AnyRow) -> str:
    """What such a translation is called on a page."""
    if told.standing == Standing.MACHINE:
        return str(STANDINGS[Standing.MACHINE])
    return _("Translation by the agency’s staff (unofficial)")
