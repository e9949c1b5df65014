"""What was decided on a comment, appealed and asked, as steps of its story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.comments.asking import questions
from app.comments.models import CommentStatus, Question
from app.consultations import rules
from app.consultations.period import end_of, working_days_after
from app.consultations.words import until
from app.extensions import db
from app.kit import clock
from app.moderation.appeals import FILE_WITHIN, AppealOutcome
from app.moderation.models import Appeal, Decision, Outcome
from app.moderation.reasons import LABELS, Reason
from app.site import voices
from app.site.heads import AnyRow
from app.web.filters import day, long_moment
from app.web.phrases import Phrase

Step = dict[str, Any]
SHOWN = {
    Outcome.PUBLISHED: _l("Published"),
    Outcome.REINSTATED: _l("Published after your appeal"),
    Outcome.GIVEN_BACK: _l("Given back to the public"),
}


def step(state: str, heading: str, at: datetime | None = None, text: str = "", **more: Any) -> Step:
    """One step as `site/receipt.html` wants it.

    `more` may have holder, due, reason, sentence, note, links [(url, text)], and what one step has.
    """
    made: Step = {"state": state, "heading": heading, "text": text, "at": at, **more}
    if at is not None:
        made |= {"time": long_moment(at), "iso": at.isoformat(timespec="seconds")}
    return made


def reviewed(
    comment: AnyRow, head: AnyRow, agency: Phrase, covered: Sequence[str], now: datetime
) -> list[Step]:
    """What happened between receipt and answer, the oldest first; what goes on comes last."""
    decisions, appeals = _standing(comment.id), _appeals(comment.id)
    done: list[Step] = []
    for decision in decisions or _told_by_status(comment):
        done += _decided(decision, comment, head, covered)
        appeal = appeals.get(decision.id)
        if appeal is not None:
            done += _appealed(appeal)
    asked = questions(comment.id)
    for question in asked:
        done += _asked(question, agency, silent=question.replied_at is None)
    done.sort(key=lambda one: one["at"])
    return [*done, *_going_on(comment, asked, decisions, appeals, agency, now)]


def _standing(comment_id: int) -> list[Any]:
    """The decisions that were not undone; one that waits for a second person is none yet."""
    columns = (Decision.id, Decision.outcome, Decision.reason, Decision.sentence, Decision.at)
    rows = db.session.execute(
        select(*columns).where(Decision.comment_id == comment_id).order_by(Decision.id)
    )
    found: list[Any] = []
    for row in rows:
        if row.outcome == Outcome.RETURNED:
            found.clear()
        elif row.outcome != Outcome.PROPOSED:
            found.append(row)
    return found


def _told_by_status(comment: AnyRow) -> list[Any]:
    """The decision of a comment that came in with its state, from an earlier portal."""
    if comment.status not in (CommentStatus.PUBLISHED, CommentStatus.WITHHELD):
        return []
    return [Decision(outcome=comment.status, reason="", sentence="", at=comment.decided_at)]


def _appeals(comment_id: int) -> dict[int, Appeal]:
    rows = db.session.scalars(select(Appeal).where(Appeal.comment_id == comment_id))
    return {row.decision_id: row for row in rows}


def _decided(
    decision: Any, comment: AnyRow, head: AnyRow, covered: Sequence[str]
) -> Iterator[Step]:
    if decision.outcome in (Outcome.WITHHELD, Outcome.TAKEN_DOWN):
        taken = decision.outcome == Outcome.TAKEN_DOWN
        links = [(url_for("site.moderation_rules"), _("All reasons and how review works"))]
        if taken:
            links.insert(0, (url_for("takedowns.listed"), _("All takedowns")))
        heading = _("Taken from public view") if taken else _("Not published")
        made = step("done", heading, decision.at, links=links)
        if decision.reason:
            rule = url_for("site.moderation_rules", _anchor=decision.reason)
            links.insert(0, (rule, _("What this reason means")))
            made |= {"reason": LABELS[Reason(decision.reason)], "sentence": decision.sentence}
        yield made
        return
    made = step("done", str(SHOWN[Outcome(decision.outcome)]), decision.at)
    if comment.status == CommentStatus.PUBLISHED:
        made["text"] = _("Everyone can read it beside the draft.")
        made["links"] = [(voices.permalink(head, comment.id), _("See it there"))]
        made["covered"] = covered
    yield made


def _appealed(appeal: Appeal) -> Iterator[Step]:
    yield step("done", _("You asked for another look"), appeal.filed_at, sentence=appeal.words)
    if appeal.decided_at is not None:
        yield step(
            "done",
            _("Another person looked at it again"),
            appeal.decided_at,
            _("You were right.")
            if appeal.outcome == AppealOutcome.OVERTURNED
            else _("It stays unpublished. This is why:"),
            sentence=appeal.reply,
        )


def _asked(question: Question, agency: Phrase, *, silent: bool) -> Iterator[Step]:
    if silent:
        return
    asks = _("%(agency)s asked you something", agency=agency)
    yield step("done", asks, question.asked_at, sentence=question.text)
    yield step(
        "done",
        _("You replied"),
        question.replied_at,
        sentence=question.reply,
        note=_("The agency reads your reply; it is not published."),
    )


def _going_on(
    comment: AnyRow,
    asked: Sequence[Question],
    decisions: Sequence[Any],
    appeals: dict[int, Appeal],
    agency: Phrase,
    now: datetime,
) -> Iterator[Step]:
    waiting = comment.status == CommentStatus.WAITING
    unanswered = [one for one in asked if one.replied_at is None]
    if unanswered and comment.status in (CommentStatus.WAITING, CommentStatus.PUBLISHED):
        yield _open_question(comment, unanswered[-1], agency)
    if waiting:
        yield _in_review(agency, "todo" if unanswered else "now")
    if comment.status == CommentStatus.WITHHELD and decisions:
        appeal = appeals.get(decisions[-1].id)
        if appeal is not None and appeal.decided_at is None:
            yield _looked_at_again(appeal, agency)
        elif appeal is None:
            yield from _may_appeal(comment, decisions[-1], now)


def _open_question(comment: AnyRow, question: Question, agency: Phrase) -> Step:
    page = url_for("comments.reply", receipt=comment.receipt, question_id=question.id)
    return step(
        "now",
        _("%(agency)s asks you something", agency=agency),
        question.asked_at,
        note=_("You need not reply; the comment goes its way all the same."),
        holder=_("It is with you."),
        sentence=question.text,
        links=[(page, _("Reply"))],
    )


def _in_review(agency: Phrase, state: str) -> Step:
    return step(
        state,
        _("In review before it is published"),
        None,
        _(
            "A moderator reads it. Only the public list of reasons can keep a comment off "
            "the page; opinion is none of them."
        ),
        holder=_("It is with the moderators of %(agency)s.", agency=agency),
        links=[(url_for("site.moderation_rules"), _("The list of reasons"))],
    )


def _looked_at_again(appeal: Appeal, agency: Phrase) -> Step:
    return step(
        "now",
        _("Another person looks at it again"),
        holder=_(
            "It is with a moderator of %(agency)s who had no part in the decision.", agency=agency
        ),
        due=_("Due by %(day)s", day=day(appeal.due_on)),
    )


def _may_appeal(comment: AnyRow, decision: Any, now: datetime) -> Iterator[Step]:
    last = working_days_after(clock.vn_date(decision.at), FILE_WITHIN, rules.calendar())
    if now < end_of(last):
        yield step(
            "now",
            _("You can ask for another look"),
            None,
            _("Another person then decides, and tells you why in words."),
            holder=_("It is with you."),
            due=_("Until %(day)s", day=until(end_of(last))),
            links=[(url_for("moderation.appeal", receipt=comment.receipt), _("Ask for it"))],
        )
