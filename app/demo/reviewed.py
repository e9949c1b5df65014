"""What two moderators made of the comments of the sample, and what authors held against it."""

from __future__ import annotations

from datetime import datetime

from app.accounts.models import Role
from app.comments.models import CommentStatus
from app.demo import told
from app.demo.story import HOUR, Event, Story
from app.kit.text import clean
from app.moderation import appeals, decide, lease
from app.moderation.masks import Asked, Field, words
from app.moderation.models import Appeal, Outcome

DECIDED = (CommentStatus.PUBLISHED, CommentStatus.WITHHELD)


def reviewed(story: Story, comment: told.Comment, sent: datetime) -> list[Event]:
    """The comment is decided some hours after it was sent, and an appeal against it heard."""
    at = min(sent + 5 * HOUR, story.now)
    events: list[Event] = []
    if comment.outcome in DECIDED:
        events.append((at, lambda: _decide(story, comment, at)))
    if comment.appeal is not None:
        events += _appealed(story, comment.key, comment.appeal)
    return events


def _decide(story: Story, told: told.Comment, at: datetime) -> None:
    comment = story.comment(told.key)
    first, second, *_ = story.all_of(Role.MODERATOR)
    lease.take(comment.id, first, at)
    if told.reason is None:
        body = words(comment)[Field.BODY]
        masks = [_mask(masked, body) for masked in told.masked]
        decide.publish(comment, comment.row_version, first, at, masks)
        return
    version, note = comment.row_version, told.note
    if decide.withhold(comment, version, told.reason, note, first, at) is Outcome.PROPOSED:
        lease.take(comment.id, second, at)
        decide.confirm(comment, comment.row_version, second, at)


def _mask(told: told.Masked, body: str) -> Asked:
    start = body.index(told.passage)
    return Asked(Field.BODY.value, start, start + len(told.passage), told.reason.value)


def _appealed(story: Story, key: str, told: told.Appeal) -> list[Event]:
    at, decided = story.ago(hours=told.hours_ago), story.ago(hours=told.decided_hours_ago)
    filed: list[Appeal] = []

    def file() -> None:
        filed.append(appeals.file(story.comment(key), clean(told.words), at))

    def answer() -> None:
        assert told.outcome is not None
        second = story.all_of(Role.MODERATOR)[1]
        appeals.decide(filed[0], told.outcome, clean(told.reply), second, decided)

    events: list[Event] = [(at, file)]
    if told.outcome is not None:
        events.append((decided, answer))
    return events
