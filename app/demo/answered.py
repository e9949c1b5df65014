"""What the agencies of the sample answer: each answer as far on its way as the data says."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select

from app.demo import told
from app.demo.story import DAY, HOUR, Event, Story
from app.documents.models import Provision
from app.extensions import db
from app.kit.text import clean
from app.outreach import correcting
from app.outreach.models import Correction
from app.responses import answering, assigning
from app.responses.models import Answer, AnswerState

# the steps of the way, each so long after the one before
WAY = {
    AnswerState.DRAFT: 0 * HOUR,
    AnswerState.REVIEW: 6 * HOUR,
    AnswerState.SIGNED: 17 * HOUR,
    AnswerState.PUBLISHED: 3 * HOUR,
}
WHOLE_WAY = sum(WAY.values(), HOUR)


def answered(story: Story) -> list[Event]:
    """Everything the agency wrote about what was said, and what was said wrongly elsewhere."""
    events: list[Event] = []
    for answer in story.told.answers:
        events += _answer(story, answer)
    for assignment in story.told.assignments:
        events.append(_assigned(story, assignment))
    for correction in story.told.corrections:
        events += _corrected(story, correction)
    return events


def _answer(story: Story, told: told.Answer) -> list[Event]:
    last = max(story.ago(days=told.days_ago), story.closes_at + WHOLE_WAY)
    last = min(last, story.now)
    made: list[Answer] = []
    staff = story.staff

    def draft(at: datetime) -> None:
        made.append(
            answering.draft(
                story.opened,
                [story.comments[key] for key in told.comments],
                told.disposition,
                clean(told.explanation.strip()),
                staff[told.drafter],
                at,
                changing=_lineages(story, told.changed),
                no_change_reason=clean(told.no_change_reason),
            )
        )
        story.answers[told.key] = made[0].id

    def submit(at: datetime) -> None:
        answering.submit(made[0], made[0].row_version, staff[told.drafter], at)

    def sign(at: datetime) -> None:
        answering.sign(made[0], made[0].row_version, story.head, at)

    def publish(at: datetime) -> None:
        answering.publish(made[0], made[0].row_version, staff[told.approver], at)

    steps: dict[AnswerState, Callable[[datetime], None]] = {
        AnswerState.DRAFT: draft,
        AnswerState.REVIEW: submit,
        AnswerState.SIGNED: sign,
        AnswerState.PUBLISHED: publish,
    }
    taken = list(WAY)[: list(WAY).index(told.state) + 1]
    events: list[Event] = []
    for state in reversed(taken):
        events.append(_at(last, steps[state]))
        last -= WAY[state]
    return events[::-1]


def _at(at: datetime, step: Callable[[datetime], None]) -> Event:
    return at, lambda: step(at)


def _lineages(story: Story, anchors: Collection[str]) -> list[int]:
    """The provisions at those anchors of the text that was commented on."""
    found = select(Provision.lineage_id).where(
        Provision.version_id == story.opened.version_id, Provision.anchor.in_(anchors)
    )
    return list(db.session.scalars(found))


def _assigned(story: Story, told: told.Assignment) -> Event:
    at = story.ago(days=told.days_ago)

    def assign() -> None:
        (lineage,) = _lineages(story, [told.anchor])
        place = assigning.Place(article=lineage)
        assigning.assign(story.opened, place, story.staff[told.officer], story.approver, at)

    return at, assign


def _corrected(story: Story, told: told.Correction) -> list[Event]:
    at = story.ago(days=told.days_ago)
    made: list[Correction] = []

    def write() -> None:
        claim, official = clean(told.claim), clean(told.official)
        officer = story.drafter
        made.append(correcting.write(story.row, claim, official, told.anchor, officer, at - DAY))

    def publish() -> None:
        correcting.publish(made[0], correcting.digest(made[0]), story.approver, at)

    return [(at - DAY, write), (at, publish)]
