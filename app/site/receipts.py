"""What happened to my comment: the receipt and its story."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from app.comments.models import CommentStatus
from app.comments.words import STATES
from app.kit import clock
from app.kit.codes import MAX_TYPED, parse_receipt
from app.ledger import proving
from app.site import heads, story, taken_down
from app.site.heads import AnyRow
from app.site.mistyped import diagnose
from app.web import pages
from app.web.forms import Form, LineField
from app.web.guard import public
from app.web.headers import private

bp = Blueprint("receipts", __name__)


class FindForm(Form):
    """A receipt code as people type it; sent by GET, so it carries no token."""

    code = LineField(_l("Receipt code"), [Length(max=MAX_TYPED)])


@bp.get("/comments")
@public
def find() -> ResponseReturnValue:
    """The story of the comment whose receipt code was typed, or the form to type one."""
    typed = request.args.get("code")
    if typed is None:
        form = FindForm(formdata=None, meta={"csrf": False})
        return pages.keep(render_template("site/find_receipt.html", form=form))
    private()
    receipt = parse_receipt(typed)
    if receipt is not None:
        return redirect(url_for("receipts.status", receipt=receipt), 303)
    return _not_found(typed)


@bp.get("/comments/<receipt>")
@public
def status(receipt: str) -> ResponseReturnValue:
    """What became of one comment, for whoever holds its receipt."""
    private()
    code = parse_receipt(receipt)
    if code is not None and code != receipt:
        return redirect(url_for("receipts.status", receipt=code), 303)
    comment = story.find(code) if code is not None else None
    head = heads.find_by_consultation(comment.consultation_id) if comment is not None else None
    if comment is None:
        return _not_found(receipt)
    if head is None:
        return _sealed(comment)
    words = story.page(comment, head, clock.now())
    return _unlisted(render_template("site/receipt.html", **words, new="new" in request.args))


def _sealed(comment: AnyRow) -> Response:
    """What is the author's own, where the draft was taken from public view.

    The answer is 200, as for a comment that was taken down itself: the receipt is there, and it is
    what was asked for. What RFC 7725 has a status for is the draft, at its own addresses.
    """
    takedown = taken_down.over(comment.consultation_id)
    if takedown is None:
        abort(404)  # its draft is whole no longer
    entry = proving.submitted(comment.id)
    words = {
        "comment": comment,
        "state": STATES[CommentStatus(comment.status)],
        "takedown": takedown,
        "proof": proving.place(entry) if entry is not None else None,
    }
    return _unlisted(render_template("site/receipt_sealed.html", **words, **taken_down.words()))


def _unlisted(page: str) -> Response:
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/comments/<receipt>/proof")
@public
def proof(receipt: str) -> ResponseReturnValue:
    """The proof that the comment of a receipt is in the public log, as a file (C2SP tlog-proof)."""
    private()
    code = parse_receipt(receipt)
    comment = story.find(code) if code is not None else None
    entry = proving.submitted(comment.id) if comment is not None else None
    text = proving.proof(entry) if entry is not None else None
    if text is None:
        abort(404)
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{code}.tlog-proof"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _not_found(typed: str) -> ResponseReturnValue:
    form = FindForm(data={"code": typed[:MAX_TYPED]}, formdata=None, meta={"csrf": False})
    return render_template(
        "site/find_receipt.html", form=form, wrong=diagnose(typed), typed=typed
    ), 404
