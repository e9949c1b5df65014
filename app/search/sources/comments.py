"""Published comments and what was sent with them, as documents: covered where they are covered."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import func, select

from app.comments.models import Attachment, Comment, CommenterKind, CommentSource, CommentStatus
from app.comments.translated import translations
from app.consultations.models import Consultation
from app.extensions import db
from app.search.document import Kind, SearchDocument, Told
from app.search.sources.drafts import drafts, joined, part_keys, parted, stored

PUBLISHED = CommentStatus.PUBLISHED.value
# Whoever speaks for a body is found by its name. A person's is shown with what they said, and no
# more: nobody should be able to ask for all opinions of a neighbour.
BODIES = frozenset({CommenterKind.BUSINESS, CommenterKind.ORGANISATION, CommenterKind.AGENCY})


def comments(ids: Collection[int]) -> Iterator[SearchDocument]:
    """The published ones among the comments.

    They are found by their translations too. `stored["seen"]` is the state that was read: a
    comment decided anew may have other covers.
    """
    rows = db.session.execute(
        select(
            Comment.id,
            Comment.anchor,
            Comment.place,
            Comment.quote,
            Comment.shown_body.label("body"),
            Comment.shown_wording.label("wording"),
            Comment.shown_name.label("name"),
            Comment.commenter_kind,
            Comment.language,
            Comment.submitted_at,
            Comment.decided_at,
            Comment.row_version,
            Consultation.dossier_id,
            Consultation.round,
            CommentSource.occasion,
        )
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .outerjoin(CommentSource, CommentSource.comment_id == Comment.id)
        .where(Comment.id.in_(ids), Comment.status == PUBLISHED)
        .order_by(Comment.id)
    ).all()
    known = drafts({row.dossier_id for row in rows})
    told = translations({row.id: row.body for row in rows})
    for row in rows:
        draft = known[row.dossier_id]
        name = row.name if row.commenter_kind in BODIES else ""
        yield SearchDocument(
            key=f"comment:{row.id}",
            kind=Kind.COMMENT,
            title=row.place,
            body=joined(row.body, row.wording),
            # the title of the draft would make every comment an answer to it
            context=joined(name, row.occasion, row.quote.get("exact")),
            stored=stored(
                draft,
                row.anchor,
                row.place,
                row.round,
                number=row.id,
                who=row.name,
                commenter=row.commenter_kind,
                seen=row.row_version,
            ),
            dossier_id=draft.id,
            at=row.decided_at or row.submitted_at,
            language=row.language,
            commenter=row.commenter_kind,
            told=[Told(one.language, "", one.text) for one in told.get(row.id, ())],
        )


def attachments(ids: Collection[int]) -> Iterator[SearchDocument]:
    """The published ones among the attachments whose comment is published too."""
    rows = db.session.execute(
        select(
            Attachment.id,
            Attachment.name,
            Attachment.text,
            Attachment.decided_at,
            Attachment.comment_id,
            Comment.anchor,
            Comment.place,
            Comment.language,
            Comment.commenter_kind,
            Comment.submitted_at,
            Comment.decided_at.label("comment_decided_at"),
            Consultation.dossier_id,
            Consultation.round,
        )
        .join(Comment, Comment.id == Attachment.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(Attachment.id.in_(ids), Attachment.status == PUBLISHED, Comment.status == PUBLISHED)
        .order_by(Attachment.id)
    ).all()
    known = drafts({row.dossier_id for row in rows})
    for row in rows:
        draft = known[row.dossier_id]
        decided = [at for at in (row.decided_at, row.comment_decided_at) if at is not None]
        yield from parted(
            SearchDocument(
                key=f"attachment:{row.id}",
                kind=Kind.FILE,
                title=row.name,
                body=row.text,
                context=row.place,
                stored=stored(
                    draft,
                    row.anchor,
                    row.place,
                    row.round,
                    what="attachment",
                    number=row.id,
                    name=row.name,
                    comment=row.comment_id,
                ),
                dossier_id=draft.id,
                at=max(decided, default=row.submitted_at),
                language=row.language,
                commenter=row.commenter_kind,
            )
        )


def sent_with(comment_ids: Collection[int]) -> set[int]:
    """All attachments of those comments, public or not."""
    query = select(Attachment.id).where(Attachment.comment_id.in_(comment_ids))
    return set(db.session.scalars(query))


def attachment_keys(ids: Collection[int]) -> Iterator[str]:
    """Every key that one of those attachments may be kept under."""
    rows = db.session.execute(
        select(Attachment.id, func.length(Attachment.text).label("length")).where(
            Attachment.id.in_(ids)
        )
    )
    for row in rows:
        yield from part_keys(f"attachment:{row.id}", row.length)
