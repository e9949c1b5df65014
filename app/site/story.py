"""What happened to one comment, step by step, for whoever holds its receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import select

from app.comments.models import Comment, CommentStatus
from app.comments.words import KINDS
from app.documents.models import Stage
from app.documents.passage import Words, own_texts
from app.documents.redline import Run, redline
from app.extensions import db
from app.kit.codes import qr_svg
from app.moderation.masks import Field
from app.moderation.models import Decision
from app.moderation.reasons import LABELS, Reason
from app.site import covers, draft, fates, heads, provenance, voices
from app.site.heads import AnyRow
from app.site.words import NEXT_STEPS, STAGES

BACK = frozenset({CommentStatus.WAITING, CommentStatus.PUBLISHED})
ENDED = frozenset({CommentStatus.WITHHELD, CommentStatus.WITHDRAWN, CommentStatus.LATE})
Step = dict[str, Any]


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
    agency = heads.phrase(head.agency_name, head.agency_name_en)
    answer = voices.answers_to([comment.id]).get(comment.id)
    if comment.status != CommentStatus.PUBLISHED:
        answer = None
    address = url_for("receipts.status", receipt=comment.receipt)
    public_url = current_app.extensions["settings"].public_url
    hidden = covers.of([comment]).get(comment.id, {})
    return {
        **draft.frame(head, now),
        "agency": agency,
        "comment": comment,
        "came": provenance.of(comment),
        "kind_of_author": KINDS[comment.commenter_kind],
        "who": covers.line(comment.display_name, hidden, Field.NAME),
        "paragraphs": covers.paragraphs(comment.body, hidden),
        "covered": covers.reasons(hidden),
        "became": _became(comment, head),
        "adopted": fates.adopted([comment.id], head.slug).get(comment.id),
        "proposed": covers.runs(_proposed(comment, head), hidden),
        "received": moment(comment.submitted_at),
        "qr": qr_svg(public_url + address, _("QR code of the address of this receipt")),
        "steps": steps(comment, head, answer, agency),
        "may_withdraw": comment.status in BACK and heads.is_open(head, now),
        "reply": voices.reply(answer, head, agency) if answer is not None else None,
    }


def _became(comment: AnyRow, head: AnyRow) -> tuple[str, list[fates.Place], str] | None:
    later = fates.of(head)
    if later is None:
        return None
    return fates.told(later, comment.anchor, head.slug, comment.quote, Words(later.newer_id))


def _proposed(comment: AnyRow, head: AnyRow) -> list[Run]:
    if not comment.proposed_wording:
        return []
    present = own_texts(head.version_id, [comment.anchor]).get(comment.anchor, "")
    return redline(present, comment.proposed_wording)


def steps(comment: AnyRow, head: AnyRow, answer: AnyRow | None, agency: heads.Phrase) -> list[Step]:
    """The time line as its component wants it; one step at most is "now"."""
    received = _step(
        "done",
        _("Received"),
        comment.submitted_at,
        _("Kept word for word, with a receipt. Nobody can change or delete it."),
    )
    outcome = _outcome(comment, head)
    if comment.status in ENDED:
        return [received, *outcome]
    return [received, *outcome, _answer(comment, head, answer, agency), _end(head)]


def _step(
    state: str, heading: str, at: datetime | None = None, text: str = "", **more: Any
) -> Step:
    step: Step = {"state": state, "heading": heading, "text": text, **more}
    if at is not None:
        step |= {"time": moment(at), "iso": at.isoformat(timespec="seconds")}
    return step


def _outcome(comment: AnyRow, head: AnyRow) -> list[Step]:
    decision = db.session.execute(
        select(Decision.outcome, Decision.reason, Decision.sentence, Decision.at)
        .where(Decision.comment_id == comment.id)
        .order_by(Decision.id.desc())
        .limit(1)
    ).one_or_none()
    published = _step("done", _("Published"), decision.at if decision else comment.decided_at)
    match CommentStatus(comment.status):
        case CommentStatus.WAITING:
            return [_waiting()]
        case CommentStatus.PUBLISHED:
            published["text"] = _("Everyone can read it beside the draft.")
            published["links"] = [(voices.permalink(head, comment.id), _("See it there"))]
            return [published]
        case CommentStatus.WITHHELD:
            return [_withheld(comment, decision)]
        case CommentStatus.LATE:
            return [_late()]
    taken_back = _step(
        "done",
        _("Taken back"),
        comment.decided_at,
        _("You took this comment back. It is no longer shown, and the agency will not answer it."),
    )
    was_shown = decision is not None and decision.outcome == CommentStatus.PUBLISHED
    return [published, taken_back] if was_shown else [taken_back]


def _waiting() -> Step:
    return _step(
        "now",
        _("In review before it is published"),
        text=_(
            "A moderator reads it. Only the public list of reasons can keep a comment off "
            "the page; opinion is none of them."
        ),
        links=[(url_for("site.moderation_rules"), _("The list of reasons"))],
    )


def _late() -> Step:
    return _step(
        "done",
        _("Arrived after the deadline"),
        text=_(
            "Comments were already closed. Yours is kept and marked as late: the agency can "
            "read it, but it is not published and need not be answered."
        ),
    )


def _withheld(comment: AnyRow, decision: AnyRow | None) -> Step:
    step = _step(
        "done",
        _("Not published"),
        decision.at if decision else comment.decided_at,
        links=[(url_for("site.moderation_rules"), _("All reasons and how review works"))],
    )
    if decision is not None and decision.reason:
        rule = url_for("site.moderation_rules", _anchor=decision.reason)
        step["links"].insert(0, (rule, _("What this reason means")))
        step["reason"] = LABELS[Reason(decision.reason)]
        step["sentence"] = decision.sentence
    return step


def _answer(comment: AnyRow, head: AnyRow, answer: AnyRow | None, agency: heads.Phrase) -> Step:
    if answer is not None:
        return _step(
            "done",
            _("Answered by the agency"),
            answer.published_at,
            _("The answer stands below, and publicly beside your comment."),
            links=[("#answer", _("Read the answer"))],
        )
    if comment.status == CommentStatus.WAITING:
        return _step("todo", _("Answer of the agency"))
    return _step(
        "now",
        _("No answer yet"),
        text=_("%(agency)s studies the comments and answers in public.", agency=agency),
    )


def _end(head: AnyRow) -> Step:
    if head.stage == Stage.ADOPTED:
        outcome = " · ".join(filter(None, (head.outcome_number, head.outcome_gazette)))
        return _step("done", _("Document adopted"), text=outcome or str(NEXT_STEPS[Stage.ADOPTED]))
    if head.stage == Stage.WITHDRAWN:
        return _step("done", _("Draft withdrawn"), text=str(NEXT_STEPS[Stage.WITHDRAWN]))
    stage = STAGES[Stage(head.stage)]
    return _step(
        "todo",
        _("Document adopted"),
        text=_("The draft is now at this stage: %(stage)s.", stage=stage),
    )


def moment(instant: datetime) -> str:
    """An instant in Viet Nam's time, with the weekday."""
    return str(format_datetime(instant, "HH:mm, EEEE dd/MM/yyyy"))
