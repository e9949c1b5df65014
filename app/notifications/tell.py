"""The readers that write letters: one at most for a step of a comment, to who asked for them.

A decision on a comment can be undone for ten minutes, so its letter waits a little longer than
that and is taken back with it. Whoever has not confirmed the address gets the one question whether
to write, and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.comments.models import CommentStatus, Question
from app.consultations import rules
from app.consultations.period import working_days_after
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.read import Reader
from app.ledger.verbs import Verb
from app.mail import post
from app.mail.post import Written
from app.moderation.appeals import FILE_WITHIN
from app.moderation.decide import UNDO
from app.moderation.models import Appeal, Decision, Outcome
from app.notifications import addressed, words
from app.notifications.addressed import AnyRow
from app.notifications.reworded import answers_to_tell
from app.notifications.words import Words
from app.responses.models import Answer
from app.responses.takedown import is_public
from app.web import locale

HOLD = UNDO + timedelta(minutes=1)

DECIDED = {
    Verb.COMMENT_PUBLISHED: CommentStatus.PUBLISHED,
    Verb.COMMENT_WITHHELD: CommentStatus.WITHHELD,
}
# after these a letter about the decision before would be wrong
UNDOING = frozenset({Verb.COMMENT_RETURNED, Verb.COMMENT_REINSTATED, Verb.COMMENT_WITHDRAWN})
STEPS = tuple(status.value for status in DECIDED.values())
LEFT = frozenset({Verb.COMMENT_SUBMITTED, Verb.CONTACT_ADDED})


def _tell(entries: Sequence[Entry]) -> None:
    if not post.is_on():
        return
    letters = [
        *_confirmations([entry for entry in entries if entry.verb in LEFT]),
        *_decisions(entries),
        *_appeals([entry for entry in entries if entry.verb == Verb.APPEAL_DECIDED]),
        *_questions([entry for entry in entries if entry.verb == Verb.QUESTION_ASKED]),
        *_answers([entry for entry in entries if entry.verb == Verb.ANSWER_PUBLISHED]),
        *_versions([entry for entry in entries if entry.verb == Verb.DRAFT_POSTED]),
    ]
    post.write_all(letters, clock.now())


def _letter(
    to: AnyRow, step: str, due: datetime, say: Callable[..., Words], *facts: Any
) -> Written:
    """The letter of one step, in the language of the address; `say` is told whom and the facts."""
    with locale.speaking(locale.called(to.language)):
        told, stop = say(to, *facts), words.stop_url(to)
    about = _about(to.id)
    return Written(f"{about}:{step}", about, to.email, told.subject, told.body, stop, due)


def _about(comment_id: int) -> str:
    return f"comment:{comment_id}"


def _by(entries: Iterable[Entry], fact: str) -> dict[int, Entry]:
    """The last entry for each value of that fact."""
    return {entry.facts[fact]: entry for entry in entries}


def _confirmations(entries: Sequence[Entry]) -> list[Written]:
    left = _by(entries, "comment_id")
    if not left:
        return []
    return [
        # another address has another key and is asked anew
        _letter(
            to,
            f"confirm:{hashlib.sha256(to.key.encode()).hexdigest()[:12]}",
            left[to.id].at,
            words.please_confirm,
        )
        for to in addressed.silent(left)
    ]


def _decisions(entries: Sequence[Entry]) -> list[Written]:
    decisive = [entry for entry in entries if entry.verb in DECIDED or entry.verb in UNDOING]
    newest = _by(decisive, "comment_id")
    _take_back([entry for entry in decisive if entry.verb in UNDOING])
    told = {n: entry for n, entry in newest.items() if entry.verb in DECIDED}
    withheld = _withheld([n for n, entry in told.items() if entry.verb == Verb.COMMENT_WITHHELD])
    return [
        _decision(to, told[to.id], withheld)
        for to in addressed.willing(told)
        if to.status == DECIDED[Verb(told[to.id].verb)]
    ]


def _take_back(undoing: Sequence[Entry]) -> None:
    """No letter waits that tells of what was undone, nor any to who took the comment back."""
    undone = {_about(comment_id): entry for comment_id, entry in _by(undoing, "comment_id").items()}
    wrong = []
    for key in post.waiting(undone):
        about, step, which = key.rsplit(":", 2)
        entry = undone[about]
        # a decision after the last undoing stands, also when both are read once more
        told_before = step in STEPS and int(which) < (entry.seq or 0)
        if told_before or entry.verb == Verb.COMMENT_WITHDRAWN:
            wrong.append(key)
    post.take_back(wrong, clock.now())


def _withheld(comment_ids: Sequence[int]) -> dict[int, Decision]:
    """The newest withholding of each comment."""
    query = (
        select(Decision)
        .where(
            Decision.comment_id.in_(comment_ids),
            Decision.outcome.in_([Outcome.WITHHELD.value, Outcome.TAKEN_DOWN.value]),
        )
        .order_by(Decision.id)
    )
    found = db.session.scalars(query) if comment_ids else ()
    return {decision.comment_id: decision for decision in found}


def _decision(to: AnyRow, entry: Entry, withheld: Mapping[int, Decision]) -> Written:
    step = f"{to.status}:{entry.seq}"
    if entry.verb == Verb.COMMENT_PUBLISHED:
        return _letter(to, step, entry.at + HOLD, words.published)
    why = withheld[to.id]
    last_day = working_days_after(clock.vn_date(why.at), FILE_WITHIN, rules.calendar())
    return _letter(
        to,
        step,
        entry.at + HOLD,
        words.withheld,
        *(why.reason, why.sentence, last_day),
    )


def _appeals(entries: Sequence[Entry]) -> Iterable[Written]:
    for entry in entries:
        appeal = db.session.get_one(Appeal, entry.facts["appeal_id"])
        for to in addressed.willing([appeal.comment_id]):
            yield _letter(
                to,
                f"appeal:{appeal.id}",
                entry.at,
                words.appeal_decided,
                *(appeal.outcome, appeal.reply),
            )


def _questions(entries: Sequence[Entry]) -> Iterable[Written]:
    for entry in entries:
        question = db.session.get_one(Question, entry.facts["question_id"])
        if question.replied_at is not None:
            continue
        for to in addressed.willing([question.comment_id]):
            yield _letter(
                to,
                f"question:{question.id}",
                entry.at,
                words.question,
                *(question.id, question.text),
            )


def _answers(entries: Sequence[Entry]) -> Iterable[Written]:
    published = _by(entries, "answer_id")
    if not published:
        return
    rows = db.session.execute(
        select(Answer.id, Answer.disposition, Answer.explanation).where(
            Answer.id.in_(published), is_public()
        )
    )
    answers = {row.id: row for row in rows}
    for to in addressed.willing_of_answers(answers) if answers else ():
        answer = answers[to.answer_id]
        if to.status == CommentStatus.PUBLISHED:
            yield _letter(
                to,
                f"answered:{answer.id}",
                published[answer.id].at,
                words.answered,
                *(answer.disposition, answer.explanation),
            )


def _versions(entries: Sequence[Entry]) -> Iterable[Written]:
    for entry in entries:
        version_id, number = entry.facts["version_id"], entry.facts["number"]
        answers = answers_to_tell(entry.facts["dossier_id"], version_id, entry.at)
        for to in addressed.willing_of_answers(answers) if answers else ():
            if to.status == CommentStatus.PUBLISHED:
                yield _letter(
                    to,
                    f"changed:{version_id}",
                    entry.at,
                    words.changed,
                    number,
                )


READERS = (
    Reader(
        "letters",
        frozenset(
            {
                *LEFT,
                *DECIDED,
                *UNDOING,
                Verb.APPEAL_DECIDED,
                Verb.QUESTION_ASKED,
                Verb.ANSWER_PUBLISHED,
                Verb.DRAFT_POSTED,
            }
        ),
        _tell,
    ),
)
