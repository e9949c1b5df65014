"""The door through which a proposed wording goes into the next version of the draft."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.policy import Act
from app.accounts.session import signed_in
from app.comments.models import Comment, CommentStatus
from app.documents.access import dossier_for
from app.documents.citation import citation
from app.documents.dossiers import NEXT, IllegalStageError
from app.documents.models import Dossier, DraftVersion, Stage
from app.documents.redline import redline
from app.documents.rewording import NothingToContinueError, WrongWordsError, begin
from app.documents.versions import newest
from app.documents.words import WORDS_FAULTS
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line
from app.responses import adopting, sheet
from app.responses.desk import bp
from app.responses.forms import AdoptForm
from app.web.guard import allow

ITEM = "/desk/answers/<slug>/adopt/<int(max=9223372036854775807):comment_id>"


@bp.route(ITEM, methods=["GET", "POST"])
@allow(Act.PREPARE_DOSSIER)
def adopt(slug: str, comment_id: int) -> ResponseReturnValue:
    """The proposed wording, as the officer leaves it, stands in the next draft."""
    comment = _comment(slug, comment_id)
    dossier = comment.consultation.dossier
    version = newest(dossier)
    assert version is not None  # a wording is proposed for a provision of a version
    form = AdoptForm(wording=comment.shown_wording)
    if not form.is_submitted():
        return _page(comment, version, form), 200
    if not form.validate():
        return _page(comment, version, form), form.status()
    if form.seen.data != version.digest:
        words = _("The draft was changed after you loaded this page. Compare, then save again.")
        form.form_errors.append(words)
        return _page(comment, version, form), 409
    refusal = _adopted(comment, dossier, form)
    if refusal:
        form.wording.errors = [refusal]
        return _page(comment, version, form), 422
    flash(_("The wording stands in draft %(number)d.", number=_number(dossier)), "success")
    return redirect(url_for("responses.adopt", slug=slug, comment_id=comment.id), 303)


def _comment(slug: str, comment_id: int) -> Comment:
    comment = db.session.get(Comment, comment_id) or abort(404)
    dossier = dossier_for(Act.PREPARE_DOSSIER, comment.consultation.dossier_id)
    proposed = comment.shown_wording and comment.status == CommentStatus.PUBLISHED
    if not proposed or dossier.slug != clean_line(slug):
        abort(404)
    return comment


def _number(dossier: Dossier) -> int:
    version = newest(dossier)
    return version.number if version is not None else 0


def _adopted(comment: Comment, dossier: Dossier, form: AdoptForm) -> str:
    """Why the wording was not taken over; "" where it was, and then it is kept for good."""
    officer, now = signed_in(), clock.now()
    try:
        version = begin(dossier, officer, now)
        adopting.adopt(comment, version, form.wording.data or "", officer, now)
        db.session.commit()
    except (adopting.ProvisionGoneError, IllegalStageError, NothingToContinueError):
        db.session.rollback()
        return _("The provision is no longer in the draft, or the draft can no longer change.")
    except adopting.NothingChangedError:
        db.session.rollback()
        return _("These are the words that the comment would change. Nothing was taken over.")
    except WrongWordsError as error:
        db.session.rollback()
        return str(WORDS_FAULTS[error.fault])
    return ""


def _page(comment: Comment, version: DraftVersion, form: AdoptForm) -> str:
    dossier = comment.consultation.dossier
    unit = adopting.provision_of(comment, version.id)
    preparing = version.posted_at is None
    form.seen.data = version.digest
    present = unit.text if unit is not None else ""
    return render_template(
        "responses/adopt.html",
        comment=comment,
        kinds=sheet.kinds(),
        dossier=dossier,
        version=version,
        number=version.number if preparing else version.number + 1,
        unit=unit,
        place=citation(unit.anchor) if unit is not None else "",
        runs=redline(present, comment.shown_wording),
        taken=preparing and adopting.standing(comment, version),
        open=unit is not None and bool(NEXT[Stage(dossier.stage)]),
        form=form,
    )
