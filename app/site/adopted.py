"""Which provisions of a version took over the wording of a comment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.comments.models import Comment, CommentStatus
from app.consultations.models import Consultation
from app.documents.models import Provision
from app.extensions import db
from app.responses.models import Adoption
from app.site.heads import AnyRow


@dataclass(frozen=True)
class Taken:
    """A comment whose wording stands here: who wrote it, its number and its address."""

    who: str
    number: int
    url: str


def taken_over(head: AnyRow, version_id: int) -> dict[str, list[Taken]]:
    """The published comments taken over in the version, by the anchor of the provision."""
    rows = db.session.execute(
        select(
            Provision.anchor,
            Comment.id,
            Comment.shown_name.label("display_name"),
            Consultation.round,
        )
        .select_from(Adoption)
        .join(Provision, Provision.lineage_id == Adoption.lineage_id)
        .join(Comment, Comment.id == Adoption.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .where(
            Adoption.version_id == version_id,
            Provision.version_id == version_id,
            Provision.text == Adoption.wording,
            Comment.status == CommentStatus.PUBLISHED.value,
        )
        .order_by(Comment.id)
    )
    found: defaultdict[str, list[Taken]] = defaultdict(list)
    for row in rows:
        url = url_for(
            "site.comments",
            slug=head.slug,
            round=row.round,
            before=row.id + 1,
            _anchor=f"comment-{row.id}",
        )
        found[row.anchor].append(Taken(row.display_name or _("Anonymous"), row.id, url))
    return found
