"""Doors of staff who put comments in other languages."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import lazyload

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.accounts.realm import realm
from app.accounts.session import signed_in
from app.comments import translated, untranslated, words
from app.comments.addresses import back, whole
from app.comments.language import told
from app.comments.models import Comment, CommentStatus
from app.comments.public import bp
from app.comments.translating_form import TranslationForm
from app.comments.words import STATES
from app.documents.access import allowed
from app.extensions import db, reads_only
from app.kit import clock
from app.people import reading
from app.people.reading import For, Looked
from app.web import locale, translator
from app.web.guard import allow

SUGGEST = "suggest"
bp.add_app_template_global(translated.beside, "comments_beside")
bp.add_app_template_global(translated.all_of, "comment_translations")
bp.add_app_template_global(translated.seen, "comment_seen")
bp.add_app_template_global(translated.named, "translation_named")
bp.add_app_template_global(words.language, "language_name")
bp.add_app_template_global(told, "language_told")


@bp.get("/desk/translations/comments", endpoint="untranslated")
@allow(Act.TRANSLATE_COMMENT)
def list_() -> ResponseReturnValue:
    """Public comments in other languages that have no Vietnamese translation, newest first."""
    before = whole(request.args.get("before", ""))
    found = untranslated.listed(realm(signed_in(), Act.TRANSLATE_COMMENT), before)
    return render_template("comments/untranslated.html", found=found, later=before > 0)


@bp.route(
    "/desk/translations/comments/<int(max=9223372036854775807):comment_id>",
    methods=["GET", "POST"],
)
@allow(Act.TRANSLATE_COMMENT)
def translate(comment_id: int) -> ResponseReturnValue:
    """The comment is put in that language; else the form, with a machine's words where asked."""
    comment, officer = _comment(comment_id)
    form = TranslationForm()
    form.offer(comment)
    if request.method != "POST":
        return _page(comment, form), 200
    if not form.validate():
        status = form.status()
        return _page(comment, form), status
    if request.form.get("then") == SUGGEST:
        return _suggested(comment, form)
    try:
        translated.translate(
            comment,
            form.language.data,
            form.text.data or "",
            form.standing(),
            officer,
            clock.now(),
            of=form.source.data or "",
        )
        db.session.commit()
    except translated.OvertakenError as error:
        db.session.rollback()
        return _overtaken(comment, form, error)
    flash(_("The translation is saved and shown under the comment."), "success")
    return redirect(back(form.back.data) or url_for("comments.untranslated"), 303)


def _suggested(comment: Comment, form: TranslationForm) -> ResponseReturnValue:
    """The form with what the machine wrote, or why it wrote nothing."""
    text = comment.shown_body
    target, source = form.language.data, comment.language
    # the service may take its time, in which others want to write
    db.session.rollback()
    try:
        [offered] = translator.translate([text], source, target)
    except translator.TranslatorError as error:
        return _page(comment, form, error.words), 503
    form.text.data = form.suggested.data = offered.strip()
    form.text.raw_data = form.suggested.raw_data = None
    return _page(comment, form), 200


def _overtaken(
    comment: Comment, form: TranslationForm, error: translated.OvertakenError
) -> ResponseReturnValue:
    form.source.data = form.source.raw_data = None
    form.offer(comment)
    if isinstance(error, translated.RewrittenError):
        refusal = _(
            "Somebody else translated this meanwhile. Yours stands here and is not saved yet: "
            "compare, then send it again."
        )
    else:
        refusal = _(
            "Other words of this comment are shown since you opened it. Nothing was saved: compare "
            "your translation with them and send it once more."
        )
    return _page(comment, form, refusal), 409


def _comment(comment_id: int) -> tuple[Comment, Officer]:
    """The comment as whoever answers or reviews it reads it; otherwise there is no such page."""
    turn = None if reads_only.get() else {"of": Comment}
    comment = db.session.get(
        Comment, comment_id, options=[lazyload(Comment.consultation)], with_for_update=turn
    )
    if comment is None or comment.status == CommentStatus.WITHDRAWN:
        abort(404)
    agency = comment.consultation.dossier.agency
    officer = allowed(Act.TRANSLATE_COMMENT, comment.consultation.dossier)
    # what is not public is read by those who review it, and by nobody else
    if comment.status != CommentStatus.PUBLISHED and not may(officer, Act.READ_QUEUE, agency):
        abort(404)
    return comment, officer


def _page(comment: Comment, form: TranslationForm, refusal: str = "") -> str:
    if comment.status != CommentStatus.PUBLISHED:
        reading.comments(signed_in(), Looked.READ, [comment.id], For.TRANSLATING)
    known = translated.all_of(comment)
    if request.method != "POST":
        target = request.args.get("language", locale.DEFAULT.code)
        before = {one.language: one.text for one in known}
        form.language.data, form.text.data = target, before.get(target, "")
    return render_template(
        "comments/translate.html",
        comment=comment,
        dossier=comment.consultation.dossier,
        state=STATES[CommentStatus(comment.status)],
        form=form,
        refusal=refusal,
        known=known,
        machine=translator.available(),
    )
