"""What is public, as documents of the index: built from rows, for one change or for all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select

from app.comments import attachments
from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Dossier, is_public, select_provisions
from app.extensions import db
from app.responses.models import Answer, AnswerComment
from app.search.document import Kind, SearchDocument

BATCH = 500
TEXT_FIELDS = (
    "title_en",
    "main_content",
    "necessity",
    "purpose",
    "viewpoint",
    "scope",
    "subjects",
    "changes",
    "other",
    "affected_parties",
    "summary_en",
)
HOMES = ("article", "annex")
GROUPS = ("part", "chapter", "section", "subsection")


def _stored(
    dossier: Dossier, anchor: str = "", place: str = "", period: int = 0
) -> dict[str, str | int]:
    return {
        "slug": dossier.slug,
        "draft": dossier.title,
        "draft_en": dossier.title_en,
        "anchor": anchor,
        "place": place,
        "round": period,
    }


def dossiers(ids: Collection[int]) -> Iterator[SearchDocument]:
    """The public ones among the dossiers with those ids, with all that describes them."""
    for dossier in db.session.scalars(select(Dossier).where(Dossier.id.in_(ids), is_public())):
        yield SearchDocument(
            key=f"dossier:{dossier.id}",
            kind=Kind.CONSULTATION,
            title=dossier.title,
            body="\n".join(filter(None, (getattr(dossier, name) for name in TEXT_FIELDS))),
            context=f"{dossier.agency.name}\n{dossier.agency.name_en}\n{dossier.type.name}",
            stored=_stored(dossier),
            dossier_id=dossier.id,
            at=dossier.created_at,
        )


def provisions(consultation_id: int) -> Iterator[SearchDocument]:
    """The articles and annexes of a consultation's version, each with everything under it."""
    consultation = db.session.get_one(Consultation, consultation_id)
    if consultation.version_id is None:
        return
    dossier = consultation.dossier
    rows = db.session.execute(select_provisions(consultation.version_id)).all()
    above: dict[int, str] = {}
    for home, members in groupby(rows, key=lambda row: row.article_lineage_id):
        units = list(members)
        if home is None or units[0].kind not in HOMES:
            for row in units:
                if row.kind in GROUPS:
                    above = {depth: text for depth, text in above.items() if depth < row.depth}
                    above[row.depth] = row.heading
            continue
        yield SearchDocument(
            key=f"provision:{units[0].id}",
            kind=Kind.PROVISION,
            title=f"{citation(units[0].anchor)}. {units[0].heading}".rstrip(". "),
            body="\n".join(_words(row) for row in units),
            context="\n".join([*above.values(), dossier.title]),
            stored=_stored(
                dossier,
                units[0].anchor,
                citation(units[0].anchor),
                consultation.round,
            ),
            dossier_id=dossier.id,
            at=consultation.opened_at,
        )


def _words(row: Any) -> str:
    cells = " ".join(cell for line in row.rows for cell in line)
    heading = row.heading if row.kind not in HOMES else ""
    return "\n".join(filter(None, (heading, row.text, cells)))


def comments(ids: Collection[int]) -> Iterator[SearchDocument]:
    """The published ones among the comments with those ids."""
    statement = select(Comment).where(
        Comment.id.in_(ids), Comment.status == CommentStatus.PUBLISHED.value
    )
    files = attachments.of(ids, public=True)
    for comment in db.session.scalars(statement):
        dossier = comment.consultation.dossier
        texts = [file.text for file in files.get(comment.id, ())]
        yield SearchDocument(
            key=f"comment:{comment.id}",
            kind=Kind.COMMENT,
            title=comment.place,
            body="\n".join([comment.shown_body, *texts]),
            context=dossier.title,
            stored={
                **_stored(
                    dossier,
                    comment.anchor,
                    comment.place,
                    comment.consultation.round,
                ),
                "who": comment.shown_name,
            },
            dossier_id=dossier.id,
            at=comment.decided_at or comment.submitted_at,
            language=comment.language,
            commenter=comment.commenter_kind,
        )


def answers(ids: Collection[int]) -> Iterator[SearchDocument]:
    """The published ones among the answers with those ids."""
    statement = select(Answer).where(Answer.id.in_(ids), Answer.published_at.is_not(None))
    for answer in db.session.scalars(statement):
        dossier = answer.consultation.dossier
        place = _first_place(answer.id)
        yield SearchDocument(
            key=f"answer:{answer.id}",
            kind=Kind.ANSWER,
            title=place.place if place else "",
            body=answer.explanation,
            context=dossier.title,
            stored={
                **_stored(
                    dossier,
                    place.anchor if place else "",
                    place.place if place else "",
                    answer.consultation.round,
                ),
                "disposition": answer.disposition,
            },
            dossier_id=dossier.id,
            at=answer.published_at or answer.drafted_at,
        )


def _first_place(answer_id: int) -> Any:
    """Where the first public comment that names a place stands; one of ten thousand is enough."""
    return db.session.execute(
        select(Comment.place, Comment.anchor)
        .join(AnswerComment, AnswerComment.comment_id == Comment.id)
        .where(
            AnswerComment.answer_id == answer_id,
            Comment.status == CommentStatus.PUBLISHED.value,
            Comment.place != "",
        )
        .order_by(AnswerComment.comment_id)
        .limit(1)
    ).first()


def _ids(statement: Select[Any], after: Any) -> Iterator[list[int]]:
    """Ids in batches, by key: no statement of ours grows with the size of the portal."""
    last = 0
    while True:
        batch = list(db.session.scalars(statement.where(after > last).order_by(after).limit(BATCH)))
        if not batch:
            return
        yield batch
        last = batch[-1]


def everything() -> Iterator[SearchDocument]:
    """Every public document of the portal; the session forgets each batch after it."""
    for ids in _ids(select(Dossier.id), Dossier.id):
        yield from dossiers(ids)
    for ids in _ids(select(Consultation.id), Consultation.id):
        for consultation_id in ids:
            yield from provisions(consultation_id)
    for ids in _ids(select(Comment.id), Comment.id):
        yield from comments(ids)
        db.session.expunge_all()
    for ids in _ids(select(Answer.id), Answer.id):
        yield from answers(ids)
        db.session.expunge_all()
