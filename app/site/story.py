"""What happened to one comment, step by step, for whoever holds its receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.comments import contact
from app.comments.erasing import GONE
from app.comments.models import Comment, CommentStatus
from app.documents import takedown
from app.documents.passage import Words, own_texts
from app.documents.redline import Run, redline
from app.extensions import db
from app.kit import clock
from app.kit.codes import qr_svg
from app.ledger import proving
from app.moderation.masks import Field
from app.site import (
    covers,
    draft,
    fates,
    heads,
    provenance,
    spoken,
    trail,
    translated,
    voices,
)
from app.site.heads import AnyRow
from app.web.filters import TIME, long_day
from app.web.phrases import named

BACK = frozenset({CommentStatus.WAITING, CommentStatus.PUBLISHED})


def find(receipt: str) -> AnyRow | None:
    """The comment with that receipt and the slug of its draft, as one row."""
    return db.session.execute(
        select(
            *voices.COLUMNS,
            Comment.status,
            Comment.receipt,
            Comment.decided_at,
            Comment.consultation_id,
            Comment.digest,
        ).where(Comment.receipt == receipt)
    ).one_or_none()


def page(comment: AnyRow, head: AnyRow, now: datetime) -> dict[str, Any]:
    """What `receipts/status` shows of the comment."""
    agency = named(head.agency_name, head.agency_name_en)
    answer = voices.answers_to([comment.id]).get(comment.id)
    if comment.status != CommentStatus.PUBLISHED:
        answer = None
    withheld = comment.status == CommentStatus.WITHHELD
    # whoever has the address of a receipt can pass it on
    down = withheld and takedown.standing(f"{takedown.COMMENT}:{comment.id}") is not None
    address = url_for("receipts.status", receipt=comment.receipt)
    public_url = current_app.extensions["settings"].public_url
    hidden = covers.of([comment]).get(comment.id, {})
    return {
        **draft.frame(head, now),
        "agency": agency,
        "comment": comment,
        "came": provenance.of(comment),
        # whoever holds the receipt may know what its author said, however few said so
        "place": translated.place(head.id, comment.anchor, comment.place),
        "kind_of_author": spoken.kind(comment, comment.country),
        "told": spoken.of_one(comment) if comment.status == CommentStatus.PUBLISHED else None,
        "who": GONE if down else covers.line(comment.display_name, hidden, Field.NAME),
        "paragraphs": [_("Taken from public view")]
        if down
        else covers.paragraphs(comment.body, hidden),
        "covered": covers.reasons(hidden),
        "became": _became(comment, head),
        "adopted": fates.adopted([comment.id], head).get(comment.id),
        "proposed": [] if down else covers.runs(_proposed(comment, head), hidden),
        "received": _(
            "%(time)s, %(day)s (Viet Nam time, UTC+7)",
            time=comment.submitted_at.astimezone(clock.VN).strftime(TIME),
            day=long_day(comment.submitted_at),
        ),
        "qr": qr_svg(public_url + address, _("QR code of the address of this receipt")),
        "steps": trail.steps(comment, head, answer, agency, covers.reasons(hidden), now),
        "letters": _letters(comment, head),
        "proof": _proof(comment.id),
        "may_withdraw": comment.status in BACK and heads.is_open(head, now),
        "reply": voices.reply(answer, head, agency) if answer is not None else None,
    }


def _letters(comment: AnyRow, head: AnyRow) -> str:
    """How it stands with letters, "" where nothing more will happen to tell of."""
    over = comment.status in (CommentStatus.WITHDRAWN, CommentStatus.LATE)
    over = over or head.stage in trail.OVER
    return "" if over else contact.standing(comment.id).value


def _proof(comment_id: int) -> proving.Place | None:
    entry = proving.submitted(comment_id)
    return proving.place(entry) if entry is not None else None


def _became(comment: AnyRow, head: AnyRow) -> tuple[str, list[fates.Place], str] | None:
    later = fates.of(head)
    if later is None:
        return None
    return fates.told(later, comment.anchor, head, comment.quote, Words(later.newer_id))


def _proposed(comment: AnyRow, head: AnyRow) -> list[Run]:
    if not comment.proposed_wording:
        return []
    present = own_texts(head.version_id, [comment.anchor]).get(comment.anchor, "")
    return redline(present, comment.proposed_wording)
