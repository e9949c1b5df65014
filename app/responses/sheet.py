"""The sheet of one answer: its comments, its form, and what stands in the way."""

from __future__ import annotations

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.comments.words import KINDS
from app.consultations.models import Consultation
from app.extensions import db
from app.responses import lists
from app.responses.forms import AnswerForm
from app.responses.models import Answer
from app.responses.words import MEANINGS

NUMBER = re.compile(r"[0-9]{1,18}")


def asked() -> list[int]:
    """The numbers of the comments that the address chooses; nonsense is passed over."""
    return [int(text) for text in request.args.getlist("comment") if NUMBER.fullmatch(text)]


def period() -> int | None:
    """The comment period that the address names; without one it is the last."""
    return request.args.get("round", type=int)


def kinds() -> dict[str, object]:
    """What each kind of commenter is called."""
    return {kind.value: words for kind, words in KINDS.items()}


def form_of(answer: Answer) -> AnswerForm:
    """The form as the answer was saved."""
    return AnswerForm(
        formdata=None,
        data={
            "comment": [comment.id for comment in answer.comments],
            "disposition": answer.disposition,
            "explanation": answer.explanation,
            "version": answer.row_version,
        },
    )


def page(
    found: Consultation,
    officer: Officer,
    form: AnswerForm,
    answer: Answer | None = None,
    refusal: str = "",
) -> str:
    """The page of an answer, or of a new one, with everything typed."""
    agency, draft = found.dossier.agency, answer is None or answer.published_at is None
    saved = [comment.id for comment in answer.comments] if answer else []
    offered = {*saved, *asked(), *(form.comment.data or [])}
    rows = lists.chosen(found, offered, answer.id if answer else None)
    return render_template(
        "responses/answer.html",
        dossier=found.dossier,
        period=period(),
        form=form,
        answer=answer,
        drafter=answer and db.session.get(Officer, answer.drafted_by),
        publisher=answer and answer.published_by and db.session.get(Officer, answer.published_by),
        rows=rows,
        proposed=lists.proposals(found, rows),
        adopts=may(officer, Act.PREPARE_DOSSIER, agency),
        checked=set(form.comment.data or []),
        meanings={value.value: words for value, words in MEANINGS.items()},
        kinds=kinds(),
        refusal=refusal,
        editable=draft and may(officer, Act.DRAFT_ANSWER, agency),
        approves=draft and answer is not None and may(officer, Act.PUBLISH_ANSWER, agency),
        own=answer is not None and answer.drafted_by == officer.id,
    )


def not_answerable(
    found: Consultation, officer: Officer, form: AnswerForm, answer: Answer | None = None
) -> ResponseReturnValue:
    """The form again, naming the comments that cannot have this answer."""
    rows = lists.chosen(found, form.comment.data or [], answer.id if answer else None)
    names = ", ".join(f"GY-{row.id}" for row in rows if not row.free)
    if names:
        words = _(
            "Answered elsewhere or taken back meanwhile: %(comments)s. "
            "Take them out and save again.",
            comments=names,
        )
    else:
        words = _("A comment you chose is not public, or belongs to another draft.")
    form.comment.errors = [words]
    return page(found, officer, form, answer), 409


def overtaken(
    found: Consultation, officer: Officer, form: AnswerForm, answer: Answer
) -> ResponseReturnValue:
    """The form again: somebody changed or published the answer meanwhile."""
    if answer.published_at is not None:
        words = _("This answer was published meanwhile and cannot change. Your text is kept below.")
    else:
        words = _(
            "A colleague changed this answer meanwhile. Your text is kept below: "
            "save again to put it in place of theirs."
        )
        form.version.data = answer.row_version
    form.version.raw_data = None
    return page(found, officer, form, answer, words), 409


def refused(answer: Answer, officer: Officer, words: str, status: int) -> ResponseReturnValue:
    """The answer as saved, with the sentence that says why it was not published."""
    return page(answer.consultation, officer, form_of(answer), answer, words), status
