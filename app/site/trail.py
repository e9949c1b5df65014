"""The story of a comment as one line of steps: where it is now, with whom, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Officer
from app.comments.models import CommentStatus
from app.consultations.clocks import Clocks
from app.documents.models import DraftVersion, Stage
from app.extensions import db
from app.responses.models import Answer
from app.site import alike, because, fates, heads
from app.site.heads import AnyRow
from app.site.reviewed import Step, reviewed, step
from app.site.words import NEXT_STEPS, STAGES
from app.web.filters import day

ENDED = frozenset({CommentStatus.WITHHELD, CommentStatus.WITHDRAWN, CommentStatus.LATE})
OVER = frozenset({Stage.ADOPTED, Stage.WITHDRAWN})
ANSWERING = frozenset({Stage.CONSULTATION, Stage.RESPONDING})


def steps(
    comment: AnyRow,
    head: AnyRow,
    answer: AnyRow | None,
    agency: heads.Phrase,
    covered: list[str],
    now: datetime,
) -> list[Step]:
    """Every step done, the one the comment is at, and what is still to come."""
    line = [_received(comment), *reviewed(comment, head, agency, covered, now)]
    if comment.status in ENDED:
        return [*line, *_ended(comment)]
    if comment.status == CommentStatus.PUBLISHED:
        line += _grouped(comment, head)
    line.append(_answer(comment, head, answer, agency, now))
    if answer is not None and answer.held is None:
        line += _changed(answer, head)
    return _with_one_present([*line, _end(head)], head)


def _with_one_present(line: list[Step], head: AnyRow) -> list[Step]:
    """Where several go on at once the first is the present one; where none does, the next is."""
    present = [one for one in line if one["state"] == "now"]
    for later in present[1:]:
        later["state"] = "todo"
    if not present and head.stage not in OVER:
        following = next(one for one in line if one["state"] == "todo")
        following["state"] = "now"
        # of a comment that is answered nobody says that its answer is being studied
        if following is line[-1] and head.stage not in ANSWERING:
            following["text"] = str(NEXT_STEPS[Stage(head.stage)])
    return line


def _received(comment: AnyRow) -> Step:
    return step(
        "done",
        _("Received"),
        comment.submitted_at,
        _("Kept word for word, with a receipt. Nobody can change or delete it."),
    )


def _ended(comment: AnyRow) -> Iterator[Step]:
    if comment.status == CommentStatus.WITHDRAWN:
        yield step(
            "done",
            _("Taken back"),
            comment.decided_at,
            _(
                "You took this comment back. It is no longer shown, "
                "and the agency will not answer it."
            ),
        )
    if comment.status == CommentStatus.LATE:
        yield step(
            "done",
            _("Arrived after the deadline"),
            None,
            _(
                "Comments were already closed. Yours is kept and marked as late: the agency can "
                "read it, but it is not published and need not be answered."
            ),
        )


def _grouped(comment: AnyRow, head: AnyRow) -> Iterator[Step]:
    group = alike.widest([comment.id]).get(comment.id)
    link = alike.link(head.slug, group)
    if link is not None:
        yield step(
            "done",
            _("Put together with others that say the same"),
            None,
            _("%(how_often)s. Each of them counts and is answered.", how_often=link[1]),
            links=[(link[0], _("See them all"))],
        )


def _answer(
    comment: AnyRow, head: AnyRow, answer: AnyRow | None, agency: heads.Phrase, now: datetime
) -> Step:
    if answer is not None and answer.held is not None:
        return step(
            "done",
            _("Answered by the agency"),
            answer.published_at,
            f"{_('Taken from public view')}.",
            links=[(url_for("takedowns.listed"), _("All takedowns"))],
        )
    if answer is not None:
        return step(
            "done",
            _("Answered by the agency"),
            answer.published_at,
            _("The answer stands below, and publicly beside your comment."),
            links=[("#answer", _("Read the answer"))],
            disposition=answer.disposition,
            signed=_signed(answer.id),
        )
    if head.stage == Stage.WITHDRAWN:
        return step(
            "done",
            _("Not answered"),
            None,
            _("The agency gave up this document before it answered."),
        )
    due = _due(head, now)
    if comment.status == CommentStatus.WAITING:
        return step("todo", _("Answer of the agency"), due=due)
    return step(
        "now",
        _("No answer yet"),
        None,
        _("%(agency)s studies the comments and answers in public.", agency=agency),
        holder=_("It is with %(agency)s.", agency=agency),
        due=due,
    )


def _due(head: AnyRow, now: datetime) -> str:
    """By when the answer was promised, "" where no rule says."""
    told = Clocks(now).of(head.document_type, head.closes_at, 1, 0)
    if told.due_on is None:
        return ""
    if told.overdue_days:
        return _("It was due by %(day)s and is late", day=day(told.due_on))
    return _("Due by %(day)s", day=day(told.due_on))


def _signed(answer_id: int) -> tuple[str, str] | None:
    """The name and the position of who signed, None for an answer of before there were signers."""
    row = db.session.execute(
        select(Officer.name, Answer.signed_as)
        .join(Officer, Officer.id == Answer.signed_by)
        .where(Answer.id == answer_id)
    ).one_or_none()
    return None if row is None else (row.name, row.signed_as)


def _changed(answer: AnyRow, head: AnyRow) -> Iterator[Step]:
    """What became of the words that the answer named; the answer below shows them."""
    told = because.changed_by([answer.id], head).get(answer.id, [])
    changed = [one for one in told if one["runs"]]
    later = fates.of(head) if changed else None
    if later is not None:
        version = db.session.get_one(DraftVersion, later.newer_id)
        yield step(
            "done",
            _("The words were changed"),
            version.posted_at,
            _("Draft %(number)d reads otherwise because of it:", number=later.newer),
            places=changed,
        )
    elif told:
        yield step(
            "todo",
            _("The words are to change"),
            None,
            _("The agency named these provisions:"),
            places=told,
        )


def _end(head: AnyRow) -> Step:
    if head.stage == Stage.ADOPTED:
        outcome = " · ".join(filter(None, (head.outcome_number, head.outcome_gazette)))
        text = outcome or str(NEXT_STEPS[Stage.ADOPTED])
        return step("done", _("Document adopted"), None, text)
    if head.stage == Stage.WITHDRAWN:
        return step("done", _("Draft withdrawn"), None, str(NEXT_STEPS[Stage.WITHDRAWN]))
    stage = STAGES[Stage(head.stage)]
    told = _("The draft is now at this stage: %(stage)s.", stage=stage)
    return step("todo", _("Document adopted"), None, told)
