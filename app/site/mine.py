"""The receipts of one account: which comments, of which drafts, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import HiddenField
from wtforms.validators import DataRequired, Length

from app.citizens import receipts
from app.citizens import session as sessions
from app.citizens.models import CitizenReceipt
from app.comments.models import Comment, CommentStatus
from app.comments.words import STATES
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.kit import clock
from app.kit.codes import MAX_TYPED, parse_receipt
from app.kit.text import shorten
from app.site import translated, voices
from app.site.heads import AnyRow
from app.translations.read import titles
from app.web.forms import Form, LineField, PressForm
from app.web.guard import public_form
from app.web.headers import private

bp = Blueprint("mine", __name__, url_prefix="/account")

PAGE = 50
START = 160  # characters of a comment in the list


class AddForm(Form):
    """A receipt code to be kept with the others."""

    receipt = LineField(
        _l("Receipt code"),
        [DataRequired(_l("Type the code from your receipt.")), Length(max=MAX_TYPED)],
    )


class RemoveForm(PressForm):
    """Which receipt is to be taken off the list."""

    receipt = HiddenField()


@bp.route("", methods=["GET", "POST"], endpoint="receipts")
@public_form
def mine() -> ResponseReturnValue:
    """The receipt whose code was typed is on the list; otherwise the list itself."""
    private()
    me = sessions.signed_in()
    if me is None:
        return redirect(url_for("citizens.sign_in"), 303)
    form, status = AddForm(), 200
    if request.method == "POST":
        if form.validate() and _added(form, me.id):
            db.session.commit()
            return redirect(url_for("mine.receipts", _anchor="list"), 303)
        status = form.status()
    return _page(form, me), status


@bp.post("/receipts/remove")
@public_form
def remove() -> ResponseReturnValue:
    """The list is without that receipt; the comment and its code stay as they are."""
    private()
    me, form = sessions.signed_in(), RemoveForm()
    if me is None:
        return redirect(url_for("citizens.sign_in"), 303)
    if not form.validate():
        return _page(AddForm(formdata=None), me, form), form.status()
    comment = _find(form.receipt.data or "")
    if comment is not None:
        receipts.remove(me.id, comment)
        db.session.commit()
    return redirect(url_for("mine.receipts", _anchor="list"), 303)


def _added(form: AddForm, citizen_id: int) -> bool:
    """Whether the receipt is on the list now; otherwise the field says why not."""
    comment = _find(form.receipt.data or "")
    if comment is None:
        form.receipt.errors = [_("No comment has this receipt code. Is every sign right?")]
        return False
    try:
        receipts.add(citizen_id, comment, clock.now())
    except receipts.FullError:
        form.receipt.errors = [_("Your list is full. Take receipts off it that you need no more.")]
        return False
    return True


def _find(typed: str) -> int | None:
    code = parse_receipt(typed)
    return db.session.scalar(select(Comment.id).where(Comment.receipt == code)) if code else None


def _page(form: AddForm, me: sessions.SignedIn, failed: RemoveForm | None = None) -> str:
    rows = _rows(me.id, _before())
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return render_template(
        "site/mine.html",
        form=form,
        failed=failed,
        me=me,
        said=_told(rows[:PAGE]),
        more=more,
        first=not request.args.get("before"),
    )


def _before() -> int:
    typed = request.args.get("before", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else voices.BEYOND


def _rows(citizen_id: int, before: int) -> Sequence[AnyRow]:
    return db.session.execute(
        select(
            Comment.id,
            Comment.receipt,
            Comment.body,
            Comment.language,
            Comment.anchor,
            Comment.place,
            Comment.status,
            Comment.submitted_at,
            Dossier.id.label("dossier_id"),
            Dossier.title,
            Dossier.title_en,
        )
        .select_from(CitizenReceipt)
        .join(Comment, Comment.id == CitizenReceipt.comment_id)
        .join(Consultation, Consultation.id == Comment.consultation_id)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .where(
            CitizenReceipt.citizen_id == citizen_id,
            CitizenReceipt.comment_id < before,
            Dossier.sealed.is_(False),
        )
        .order_by(CitizenReceipt.comment_id.desc())
        .limit(PAGE + 1)
    ).all()


def _told(rows: Sequence[AnyRow]) -> list[dict[str, Any]]:
    """The rows as the page shows them: the draft in the reader's language, the state in words."""
    called = titles({row.dossier_id: (row.title, row.title_en) for row in rows})
    answered = voices.answers_to([row.id for row in rows])
    return [
        {
            "receipt": row.receipt,
            "start": shorten(row.body, START),
            "language": row.language,
            "title": called[row.dossier_id],
            "place": translated.place(row.dossier_id, row.anchor, row.place) if row.anchor else "",
            "status": row.status,
            "state": STATES[CommentStatus(row.status)],
            "answered": row.status == CommentStatus.PUBLISHED and row.id in answered,
            "at": row.submitted_at,
        }
        for row in rows
    ]
