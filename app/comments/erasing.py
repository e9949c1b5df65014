"""A person goes from a comment: who they were, or their words as well; its place on record stays.

Rows are emptied, never deleted: how many there were is part of the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import delete, select, update

from app.comments.models import (
    Attachment,
    Comment,
    CommentSource,
    CommentStatus,
    CommentTranslation,
    ContactAddress,
    Question,
)
from app.documents import files
from app.documents.models import DossierFile, DraftVersion
from app.extensions import db, sealer
from app.ledger import summing
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.people.models import Erasure, Scope

# what stands in the place of the words: no page, table or export is empty by mistake
GONE = "█████"


def left_by(email: str) -> list[int]:
    """The comments for which that address was left, however it was typed."""
    marks = sealer().marks(email.strip().lower())
    found = select(ContactAddress.comment_id).where(ContactAddress.mark.in_(marks))
    return sorted(db.session.scalars(found))


def addresses(comment_ids: Sequence[int]) -> Sequence[ContactAddress]:
    """The addresses left for those comments, for their owners' own eyes."""
    found = select(ContactAddress).where(ContactAddress.comment_id.in_(comment_ids))
    return db.session.scalars(found).all()


def erase(comment: Comment, scope: Scope, now: datetime, officer_id: int | None) -> list[Path]:
    """Nothing of the comment tells who wrote it, with TEXT neither what was said; it is on record.

    Returns the files that hold what is gone: to be deleted once this is committed.
    """
    subject = f"comment:{comment.id}"
    db.session.add(Erasure(subject=subject, scope=scope.value, at=now, officer_id=officer_id))
    db.session.flush()
    _empty("comment", Comment, [comment.id], comment, _columns(scope))
    _empty("comment_source", CommentSource, _ids(CommentSource.comment_id, comment), comment, BARE)
    db.session.execute(delete(ContactAddress).where(ContactAddress.comment_id == comment.id))
    gone = list(_words(comment)) if scope is Scope.TEXT else []
    record(
        Verb.COMMENT_ERASED,
        subject,
        actor_id=officer_id,
        consultation_id=comment.consultation_id,
        at=now,
        comment_id=comment.id,
        scope=scope.value,
    )
    db.session.expire(comment)
    return gone


BARE = {"reference": "", "occasion": "", "fingerprint": ""}


def _columns(scope: Scope) -> dict[str, Any]:
    bare = {"display_name": "", "masked_name": None, "country": "", "erased": scope.value}
    words = {"body": GONE, "proposed_wording": "", "salt": ""}
    covers = {"masked_body": None, "masked_wording": None}
    version = {"row_version": Comment.row_version + 1}  # whatever was made of it is made anew
    return {**bare, **version, **(words | covers if scope is Scope.TEXT else {})}


def _words(comment: Comment) -> Iterator[Path]:
    """What was said beside the comment itself is empty; yields the files it was kept in."""
    texts = ("question", Question, {"text": "", "reply": ""})
    told = ("comment_translation", CommentTranslation, {"text": "", "source_digest": ""})
    for name, model, columns in (texts, told):
        _empty(name, model, _ids(model.id, comment), comment, columns)
    sent = db.session.scalars(select(Attachment).where(Attachment.comment_id == comment.id)).all()
    ids = [attachment.id for attachment in sent]
    for attachment in sent:
        yield Path(current_app.extensions["settings"].files_dir) / "incoming" / str(attachment.id)
        if attachment.clean_sha256 and not _others(attachment.clean_sha256, ids):
            yield files.path(attachment.clean_sha256)
    nothing = {"name": "", "sha256": "", "clean_sha256": "", "text": ""}
    withheld = CommentStatus.WITHHELD.value
    _empty("attachment", Attachment, ids, comment, {**nothing, "status": withheld})


def _others(sha256: str, ids: Sequence[int]) -> bool:
    """Whether a file with these very bytes is also kept for something else."""
    kept = (
        select(Attachment.id).where(Attachment.clean_sha256 == sha256, Attachment.id.not_in(ids)),
        select(DossierFile.id).where(DossierFile.sha256 == sha256),
        select(DraftVersion.id).where(DraftVersion.sha256 == sha256),
    )
    return any(db.session.scalar(one.limit(1)) is not None for one in kept)


def _ids(key: Any, comment: Comment) -> list[int]:
    return list(db.session.scalars(select(key).where(key.class_.comment_id == comment.id)))


def _empty(
    table: str, model: Any, keys: Sequence[int], comment: Comment, columns: dict[str, Any]
) -> None:
    """The rows have these columns, and the record knows that they had others."""
    if not keys:
        return
    key = model.__mapper__.primary_key[0]
    db.session.execute(
        update(model)
        .where(key.in_(keys))
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    summing.forget(
        table, list(keys), f"comment:{comment.id}", consultation_id=comment.consultation_id
    )


def erased_since(when: datetime) -> bool:
    """Whether anybody was erased after that."""
    found = select(Erasure.id).where(Erasure.at > when).limit(1)
    return db.session.scalar(found) is not None
