"""How a dossier of the sample goes on after its answers: appraised, verified, adopted."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app.demo.drafted import last_answer
from app.demo.story import DAY, HOUR, Event, Story
from app.documents.dossiers import adopt, advance
from app.documents.models import DocumentType, Stage
from app.extensions import db
from app.kit import clock

AFTER_CLOSING = (Stage.APPRAISAL, Stage.VERIFICATION, Stage.ADOPTED)


def passed_on(story: Story) -> list[Event]:
    """One event for each stage after the answers; none where the dossier is not so far."""
    if story.told.stage not in AFTER_CLOSING:
        return []
    stages = AFTER_CLOSING[: AFTER_CLOSING.index(story.told.stage) + 1]
    if not db.session.get_one(DocumentType, story.told.document_type).verified:
        stages = tuple(stage for stage in stages if stage is not Stage.VERIFICATION)
    outcome = story.told.outcome
    end = story.ago(days=outcome.adopted_days_ago if outcome else 0)
    last = last_answer(story)
    step = max((end - last) / len(stages), HOUR)
    events: list[Event] = []
    for n, stage in enumerate(stages, 1):
        at = last + n * step
        events.append((at, partial(_advance, story, stage, at)))
    return events


def _advance(story: Story, stage: Stage, at: datetime) -> None:
    outcome, officer = story.told.outcome, story.approver
    if stage is not Stage.ADOPTED or outcome is None:
        advance(story.row, stage, at, officer=officer, consultation_id=story.opened.id)
        return
    days = outcome.adopted_days_ago - outcome.in_force_days_ago
    adopt(
        story.row,
        number=outcome.number,
        on=clock.vn_date(at),
        gazette=outcome.gazette,
        effective=clock.vn_date(at) + days * DAY,
        officer=officer,
        now=at,
        consultation_id=story.opened.id,
    )
