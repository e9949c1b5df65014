"""The sheet of one answer: its comments, its form, its way, and what stands in it."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.comments.words import KINDS
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Provision
from app.documents.passage import Words
from app.extensions import db
from app.groups.reading import standing
from app.responses import changes, lists, takedown
from app.responses.access import period
from app.responses.editing import wrote
from app.responses.forms import AnswerForm, SendBackForm
from app.responses.history import history
from app.responses.models import Answer, AnswerState
from app.responses.newcomers import newcomers
from app.responses.obstacles import obstacles
from app.responses.reworded import reworded
from app.responses.selecting import groups_of
from app.responses.similar import similar
from app.responses.words import MEANINGS, STATES

NUMBER = re.compile(r"[0-9]{1,18}")
NEW_SHOWN = 10
LIKE = 5  # comments that earlier answers are compared with

# what each step on the way asks for, and from where it leads on
STEPS = {
    "submit": (Act.DRAFT_ANSWER, (AnswerState.DRAFT,)),
    "send_back": (Act.REVIEW_ANSWER, (AnswerState.REVIEW, AnswerState.SIGNED)),
    "sign": (Act.SIGN_ANSWER, (AnswerState.REVIEW,)),
    "publish": (Act.PUBLISH_ANSWER, (AnswerState.SIGNED,)),
}


def asked(name: str = "comment") -> list[int]:
    """The numbers that the address gives under that name; nonsense is passed over."""
    return [int(text) for text in request.args.getlist(name) if NUMBER.fullmatch(text)]


def kinds() -> dict[str, object]:
    """What each kind of commenter is called."""
    return {kind.value: words for kind, words in KINDS.items()}


def form_of(answer: Answer) -> AnswerForm:
    """The form as the answer was saved, with those of its comments that the page shows."""
    shown, _next = lists.sample(answer.id, _start())
    return AnswerForm(
        formdata=None,
        data={
            "comment": shown,
            "disposition": answer.disposition,
            "explanation": answer.explanation,
            "change": [one.lineage_id for one in changes.named([answer.id]).get(answer.id, [])],
            "no_change_reason": answer.no_change_reason,
            "version": answer.row_version,
        },
    )


def page(
    found: Consultation,
    officer: Officer,
    form: AnswerForm,
    answer: Answer | None = None,
    refusal: str = "",
    note: SendBackForm | None = None,
) -> str:
    """The page of an answer, or of a new one, with everything typed."""
    groups, articles = form.group.data or [], form.article.data or []
    if answer is None:
        first, many = lists.offered(found, groups, articles)
        onward = None
    else:
        first, onward = lists.sample(answer.id, _start())
        many = answer.size
        groups = groups_of(answer.id)
    offered = {*first, *asked(), *(form.comment.data or []), *(form.shown.data or [])}
    rows = lists.chosen(found, offered, answer.id if answer else None)
    public = [row.id for row in rows if row.status == "published"]
    naming = {row.article_lineage_id for row in rows} | set(articles)
    likely, rest = changes.offered(found, form.change.data or [], naming - {None, 0})
    return render_template(
        "responses/answer.html",
        dossier=found.dossier,
        period=period(),
        form=form,
        answer=answer,
        rows=rows,
        many=many,
        onward=onward,
        start=_start(),
        groups=[_group(group_id) for group_id in groups],
        articles=[_article(found, lineage) for lineage in articles],
        proposed=lists.proposals(found, rows),
        adopts=may(officer, Act.PREPARE_DOSSIER, found.dossier.agency),
        checked=set(form.comment.data or []),
        likely=likely,
        rest=rest,
        naming=set(form.change.data or []),
        coming=changes.next_version(found),
        meanings={value.value: words for value, words in MEANINGS.items()},
        kinds=kinds(),
        refusal=refusal,
        similar=similar(found, public[:LIKE]) if _editable(found, officer, answer) else [],
        editable=_editable(found, officer, answer),
        states=STATES,
        **(_way(answer, officer, note) if answer is not None else {}),
    )


def _start() -> int:
    first = asked("from")
    return first[0] if first else 0


def _editable(found: Consultation, officer: Officer, answer: Answer | None) -> bool:
    unpublished = answer is None or answer.state != AnswerState.PUBLISHED
    return unpublished and may(officer, Act.DRAFT_ANSWER, found.dossier.agency)


def _way(answer: Answer, officer: Officer, note: SendBackForm | None) -> dict[str, Any]:
    agency = answer.consultation.dossier.agency
    published = answer.state == AnswerState.PUBLISHED
    held = takedown.standing(answer) if published else None
    since, first = newcomers(answer, NEW_SHOWN)
    people = {
        name: db.session.get(Officer, key) if key else None
        for name, key in (
            ("drafter", answer.drafted_by),
            ("signer", answer.signed_by),
            ("publisher", answer.published_by),
        )
    }
    consultation, coming = answer.consultation, changes.next_version(answer.consultation)
    named = changes.named([answer.id]).get(answer.id, [])
    return {
        **people,
        "reworded": reworded(
            named,
            Words(consultation.version_id) if consultation.version_id is not None else None,
            Words(coming.id) if coming is not None else None,
        ),
        "can": {
            name: answer.state in states and may(officer, act, agency)
            for name, (act, states) in STEPS.items()
        },
        "own": officer.id in set(db.session.scalars(wrote(answer.id))),
        "obstacles": [] if published else obstacles(answer),
        "since": since,
        "newcomers": first,
        "adds": may(officer, Act.DRAFT_ANSWER, agency) and not held,
        "held": held,
        "takes_down": published and may(officer, Act.TAKE_DOWN, agency),
        "history": history(answer.id),
        "note": note or SendBackForm(formdata=None, version=answer.row_version),
    }


def _group(group_id: int) -> dict[str, Any]:
    group = standing(group_id)
    return {"id": group_id, "published": group.published if group is not None else 0}


def _article(found: Consultation, lineage: int) -> dict[str, Any]:
    anchor = db.session.scalar(
        select(Provision.anchor).where(
            Provision.version_id == found.version_id, Provision.lineage_id == lineage
        )
    )
    return {"id": lineage, "place": citation(anchor or "")}


def nothing_chosen(
    found: Consultation, officer: Officer, form: AnswerForm, answer: Answer | None = None
) -> ResponseReturnValue:
    """The form again: an answer speaks to somebody."""
    db.session.rollback()
    form.comment.errors = [_("Choose at least one comment.")]
    return page(found, officer, form, answer), 422


def no_such_change(
    found: Consultation, officer: Officer, form: AnswerForm, answer: Answer | None = None
) -> ResponseReturnValue:
    """The form again: the text of the draft was replaced meanwhile."""
    db.session.rollback()
    form.change.errors = [_("A provision you named is no longer in the draft. Choose again.")]
    return page(found, officer, form, answer), 409


def not_answerable(
    found: Consultation, officer: Officer, form: AnswerForm, answer: Answer | None = None
) -> ResponseReturnValue:
    """The form again, naming the comments that cannot have this answer."""
    db.session.rollback()
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
    if answer.state == AnswerState.PUBLISHED:
        words = _("This answer was published meanwhile and cannot change. Your text is kept below.")
    else:
        words = _(
            "A colleague changed this answer meanwhile. Your text is kept below: "
            "save again to put it in place of theirs."
        )
        form.version.data = answer.row_version
    form.version.raw_data = None
    return page(found, officer, form, answer, words), 409


def refused(
    answer: Answer, officer: Officer, words: str, status: int, note: SendBackForm | None = None
) -> ResponseReturnValue:
    """The answer as saved, with the sentence that says why the step was not taken."""
    db.session.rollback()
    return page(answer.consultation, officer, form_of(answer), answer, words, note), status
