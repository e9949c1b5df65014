"""What is grouped: the words of the comments of a consultation, and the draft they may quote."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import select

from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.models import DraftVersion, Provision
from app.extensions import db, reads_only
from app.groups.prints import Print, Quotable, take

PAGE = 2000
# whoever took a comment back is not counted any more; all others are, seen or unseen
COUNTED = tuple(status.value for status in CommentStatus if status is not CommentStatus.WITHDRAWN)
COLUMNS = (
    Comment.id,
    Comment.body,
    Comment.proposed_wording,
    Comment.article_lineage_id,
    Comment.status,
)


def said(body: str, wording: str) -> str:
    """All that is compared of a comment."""
    return f"{body}\n{wording}" if wording else body


def texts(consultation_id: int) -> Iterator[list[tuple[int, str, str]]]:
    """Pages of id, words and place of every comment that counts, each read in a moment.

    One that is decided meanwhile may be missed or come twice.
    """
    for status in COUNTED:
        last = 0
        while True:
            with _only_reading():
                rows = db.session.execute(
                    select(*COLUMNS)
                    .where(
                        Comment.consultation_id == consultation_id,
                        Comment.status == status,
                        Comment.id > last,
                    )
                    .order_by(Comment.id)
                    .limit(PAGE)
                ).all()
            if not rows:
                break
            yield [
                (row.id, said(row.body, row.proposed_wording), str(row.article_lineage_id or ""))
                for row in rows
            ]
            last = rows[-1].id


def prints(consultation_id: int, comment_ids: Collection[int]) -> dict[int, Print]:
    """The print of each of these comments that counts, in the order in which they came."""
    quoted = quotable(db.session.get_one(Consultation, consultation_id).version_id)
    rows = db.session.execute(
        select(*COLUMNS)
        .where(Comment.id.in_(comment_ids), Comment.consultation_id == consultation_id)
        .order_by(Comment.id)
    )
    return {
        row.id: take(
            said(row.body, row.proposed_wording), quoted, str(row.article_lineage_id or "")
        )
        for row in rows
        if row.status in COUNTED
    }


def shingles_of(consultation_id: int, body: str, wording: str) -> list[int]:
    """The shingles of a comment's words."""
    quoted = quotable(db.session.get_one(Consultation, consultation_id).version_id)
    return list(take(said(body, wording), quoted).shingles)


def draft(version_id: int | None) -> list[str]:
    """The words of the version: what stands around the provisions, then one after the other."""
    version = db.session.get(DraftVersion, version_id) if version_id else None
    if version is None:
        return []
    rows = db.session.execute(
        select(Provision.heading, Provision.text, Provision.rows)
        .where(Provision.version_id == version_id)
        .order_by(Provision.position)
    )
    cells = "\n{}\n{}\n{}".format
    around = [version.title, version.preamble, version.closing]
    return around + [
        cells(heading, text, "\n".join(cell for row in table for cell in row))
        for heading, text, table in rows
    ]


def quotable(version_id: int | None) -> Quotable:
    """What can be quoted of a version; of the last few ones it is known by heart."""
    return _quotable("\n".join(draft(version_id)))


@lru_cache(maxsize=2)
def _quotable(words: str) -> Quotable:
    return Quotable([words])


@contextmanager
def _only_reading() -> Iterator[None]:
    """On SQLite nobody who writes has to wait meanwhile."""
    db.session.rollback()
    token = reads_only.set(True)
    try:
        yield
        db.session.rollback()
    finally:
        reads_only.reset(token)
