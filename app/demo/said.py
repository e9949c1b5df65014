"""What people said of one dossier of the sample, and what two moderators made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Officer, Role
from app.comments.models import Comment, CommentStatus
from app.comments.publish import withdraw
from app.comments.submit import Words, find_place, submit
from app.consultations.models import Consultation
from app.demo import content
from app.documents.models import Dossier
from app.documents.passage import own_text, passage, text
from app.documents.quoting import Quote, quoted
from app.extensions import db
from app.kit import codes
from app.kit.text import clean
from app.moderation import decide, lease
from app.moderation.models import Outcome

HOUR = timedelta(hours=1)

Event = tuple[datetime, Callable[[], None]]


@dataclass
class Story:
    """One dossier of the sample, as its events make it."""

    told: content.Dossier
    opened_at: datetime
    closes_at: datetime
    dossier: Dossier | None = None
    consultation: Consultation | None = None
    comments: dict[str, int] = field(default_factory=dict)

    @property
    def row(self) -> Dossier:
        assert self.dossier is not None
        return self.dossier

    @property
    def opened(self) -> Consultation:
        assert self.consultation is not None
        return self.consultation


def moderators_of(staff: dict[str, Officer]) -> tuple[Officer, Officer]:
    """Who decides, and who decides too where one person may not decide alone."""
    first, second, *_ = (officer for officer in staff.values() if officer.holds(Role.MODERATOR))
    return first, second


def said(
    story: Story, told: content.Comment, moderators: tuple[Officer, Officer], now: datetime
) -> list[Event]:
    """A comment is sent in, and decided or taken back when the sample says so."""
    at = now - told.hours_ago * HOUR
    if told.outcome is CommentStatus.LATE:
        at = min(max(at, story.closes_at + HOUR), now)
    else:
        at = max(story.opened_at + HOUR, min(at, story.closes_at - HOUR))
    events: list[Event] = [(at, lambda: _submit(story, told, at))]
    decided = min(at + 5 * HOUR, now)
    match told.outcome:
        case CommentStatus.PUBLISHED | CommentStatus.WITHHELD:
            events.append((decided, lambda: _decide(story, told, moderators, decided)))
        case CommentStatus.WITHDRAWN:
            back = min(decided, story.closes_at - HOUR / 2)
            events.append((back, lambda: withdraw(_comment(story, told.key), back)))
    return events


def _submit(story: Story, told: content.Comment, at: datetime) -> None:
    lines = passage(story.opened.version_id, told.anchor)
    words = Words(
        body=clean(told.body.strip()),
        commenter_kind=told.kind,
        language=told.language,
        key=codes.new_key(),
        anchor=told.anchor,
        display_name=told.name,
        email=told.email,
        quote=_quote(told, text(lines)),
        proposed_wording=_wording(told, own_text(lines)),
    )
    place = find_place(story.opened.version_id, told.anchor)
    receipt = submit(story.opened, words, place, at)
    found = db.session.scalar(select(Comment.id).where(Comment.receipt == receipt))
    assert found is not None
    story.comments[told.key] = found


def _quote(told: content.Comment, words: str) -> Quote | None:
    """The words meant, where they stand in the running text and not in a table."""
    return quoted(told.quote, words) if told.quote and told.quote in words else None


def _wording(told: content.Comment, present: str) -> str:
    """The provision as the author would write it: other words for those quoted, or all anew."""
    if told.proposed_wording and told.quote and told.quote in present:
        return present.replace(told.quote, told.proposed_wording)
    return told.proposed_wording


def _comment(story: Story, key: str) -> Comment:
    comment = db.session.get(Comment, story.comments[key])
    assert comment is not None
    return comment


def _decide(
    story: Story, told: content.Comment, moderators: tuple[Officer, Officer], at: datetime
) -> None:
    comment, (moderator, second) = _comment(story, told.key), moderators
    lease.take(comment.id, moderator, at)
    if told.reason is None:
        decide.publish(comment, comment.row_version, moderator, at)
        return
    version, note = comment.row_version, told.note
    if decide.withhold(comment, version, told.reason, note, moderator, at) is Outcome.PROPOSED:
        lease.take(comment.id, second, at)
        decide.confirm(comment, comment.row_version, second, at)
