"""Doors of appeals: filed with the receipt code, answered by a person who had no part in it."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.comments.models import Comment, CommenterKind
from app.comments.words import KINDS
from app.consultations.models import Consultation
from app.consultations.period import end_of
from app.consultations.words import until
from app.documents.access import allowed
from app.documents.models import Dossier
from app.documents.passage import passage
from app.extensions import db
from app.kit import clock
from app.kit.codes import parse_receipt
from app.moderation import appeals
from app.moderation.appeal_forms import LABELS as OUTCOMES
from app.moderation.appeal_forms import AppealForm, DecisionForm
from app.moderation.appeals import AppealOutcome
from app.moderation.desk import bp
from app.moderation.forms import RefusedError
from app.moderation.masks import PROBLEMS, MaskError
from app.moderation.models import Appeal, Decision
from app.moderation.reasons import LABELS, Reason
from app.people import reading
from app.people.reading import For, Looked
from app.web.guard import allow, public_form
from app.web.headers import private

ITEM = "/desk/appeals/<int(max=2147483647):appeal_id>"
PAGE = 50


@bp.route("/comments/<receipt>/appeal", methods=["GET", "POST"])
@public_form
def appeal(receipt: str) -> ResponseReturnValue:
    """The author asks for a second look by another person."""
    private()
    code = parse_receipt(receipt) or abort(404)
    comment = db.first_or_404(select(Comment).where(Comment.receipt == code))
    if comment.consultation.dossier.sealed:
        abort(404)
    found = appeals.standing(comment.id)
    if found is None or not found.may_file(clock.now()):
        return _not_appealable(comment, found)
    form, status = AppealForm(), 200
    if form.is_submitted():
        if form.validate():
            try:
                appeals.file(comment, form.words.data or "", clock.now())
                db.session.commit()
            except (appeals.NotAppealableError, appeals.TooLateError):
                db.session.rollback()
                return _not_appealable(comment, appeals.standing(comment.id), form)
            return redirect(url_for("receipts.status", receipt=code), 303)
        status = form.status()
    return render_template(
        "moderation/appeal.html",
        comment=comment,
        form=form,
        decision=found.decision,
        reason=LABELS[Reason(found.decision.reason)],
        until=until(end_of(found.last_day)),
        days=appeals.ANSWER_WITHIN,
    ), status


@bp.get("/desk/appeals", endpoint="appeals")
@allow(Act.READ_QUEUE)
def appeals_() -> ResponseReturnValue:
    """The appeals in reach: those that wait, the most urgent first, or those decided."""
    officer = signed_in()
    waiting = request.args.get("show") != "decided"
    reach = realm(officer, Act.READ_QUEUE)
    query = (
        select(Appeal, Comment.place, Dossier.title, Decision.reason)
        .join(Comment, Comment.id == Appeal.comment_id)
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(Dossier.agency_id.in_(reach), Dossier.sealed.is_(False))
    )
    if waiting:
        query = query.where(Appeal.decided_at.is_(None)).order_by(Appeal.due_on, Appeal.id)
    else:
        query = query.where(Appeal.decided_at.is_not(None)).order_by(Appeal.id.desc())
    rows = db.session.execute(query.limit(PAGE)).all()
    return render_template(
        "moderation/appeals.html",
        rows=rows,
        waiting=waiting,
        today=clock.vn_date(clock.now()),
        reasons={reason.value: words for reason, words in LABELS.items()},
        outcomes={outcome.value: words for outcome, words in OUTCOMES.items()},
    )


@bp.get(ITEM, endpoint="appeal_item")
@allow(Act.READ_QUEUE)
def item_(appeal_id: int) -> ResponseReturnValue:
    """One appeal with the comment, the reason, and the form of the answer."""
    found, comment, officer = _appeal(appeal_id, Act.READ_QUEUE)
    return _page(found, comment, officer, DecisionForm())


@bp.post(ITEM)
@allow(Act.DECIDE_COMMENT)
def decide_appeal(appeal_id: int) -> ResponseReturnValue:
    """The appeal is answered; whoever took part in the withholding cannot be the one."""
    found, comment, officer = _appeal(appeal_id, Act.DECIDE_COMMENT)
    form = DecisionForm()
    if not form.validate():
        status = form.status()
        return _page(found, comment, officer, form), status
    try:
        outcome, now = AppealOutcome(form.outcome.data), clock.now()
        asked = form.asked(comment) if outcome is AppealOutcome.OVERTURNED else []
        appeals.decide(found, outcome, form.reply.data or "", officer, now, asked)
        db.session.commit()
    except (RefusedError, MaskError) as refusal:
        db.session.rollback()
        told = PROBLEMS[refusal.problem] if isinstance(refusal, MaskError) else refusal
        form.passages.errors = [str(told)]
        return _page(found, comment, officer, form), 422
    except appeals.SamePersonError:
        db.session.rollback()
        words = _("You took part in this decision, so another person has to answer the appeal.")
        return _page(found, comment, officer, form, words), 403
    except appeals.DecidedError:
        db.session.rollback()
        words = _("A colleague answered this appeal meanwhile. Your text is kept below.")
        return _page(found, comment, officer, form, words), 409
    flash(_("The appeal is answered. Its author reads it with the receipt code."), "success")
    return redirect(url_for("moderation.appeals"), 303)


def _appeal(appeal_id: int, act: Act) -> tuple[Appeal, Comment, Officer]:
    found = db.session.get(Appeal, appeal_id) or abort(404)
    comment = db.session.get_one(Comment, found.comment_id)
    return found, comment, allowed(act, comment.consultation.dossier)


def _not_appealable(
    comment: Comment, found: appeals.Standing | None, form: AppealForm | None = None
) -> ResponseReturnValue:
    page = render_template(
        "moderation/no_appeal.html",
        comment=comment,
        filed=found is not None and found.appeal is not None,
        last_day=found.last_day if found is not None else None,
        words=form.words.data if form is not None else "",
    )
    return page, 409


def _page(
    found: Appeal, comment: Comment, officer: Officer, form: DecisionForm, refusal: str = ""
) -> str:
    reading.comments(officer, Looked.READ, [comment.id], For.APPEAL)
    decision = db.session.get_one(Decision, found.decision_id)
    dossier = comment.consultation.dossier
    apart = officer.id not in appeals.took_part(comment.id)
    return render_template(
        "moderation/appeal_item.html",
        appeal=found,
        comment=comment,
        dossier=dossier,
        kind=KINDS[CommenterKind(comment.commenter_kind)],
        lines=passage(comment.consultation.version_id, comment.anchor),
        decision=decision,
        moderator=db.session.get_one(Officer, decision.officer_id),
        decided_by=found.decided_by and db.session.get(Officer, found.decided_by),
        reason=LABELS[Reason(decision.reason)],
        outcome=OUTCOMES[AppealOutcome(found.outcome)] if found.outcome else "",
        form=form,
        refusal=refusal,
        apart=apart,
        open=found.decided_at is None
        and (apart or refusal)
        and may(officer, Act.DECIDE_COMMENT, dossier.agency),
    )
