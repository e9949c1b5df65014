"""What people said of one dossier of the sample, by whatever door, and what they were asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Role
from app.comments import asking, clerk
from app.comments.models import Comment, CommentStatus, Question
from app.comments.publish import withdraw
from app.comments.submit import Place, Words, find_place, submit
from app.demo import told
from app.demo.reviewed import reviewed
from app.demo.story import DAY, HOUR, Event, Story
from app.demo.translated import rendered
from app.documents.passage import own_text, passage, text
from app.documents.quoting import Quote, quoted
from app.extensions import db
from app.kit import clock, codes
from app.kit.text import clean
from app.outreach import suggesting
from app.outreach.models import ReformSuggestion


def said(story: Story, comment: told.Comment) -> list[Event]:
    """A comment is sent in or typed in, and what came of it."""
    at = story.ago(hours=comment.hours_ago)
    if comment.outcome is CommentStatus.LATE:
        at = min(max(at, story.closes_at + HOUR), story.now)
    else:
        at = max(story.opened_at + HOUR, min(at, story.closes_at - HOUR))
    events: list[Event] = [(at, lambda: _send(story, comment, at))]
    if comment.outcome is CommentStatus.WITHDRAWN:
        back = min(at + 5 * HOUR, story.now, story.closes_at - HOUR / 2)
        events.append((back, lambda: withdraw(story.comment(comment.key), back)))
    events += reviewed(story, comment, at)
    if comment.question is not None:
        events += _asked(story, comment.key, comment.question)
    if comment.suggestion is not None:
        events += _suggested(story, comment.key, comment.suggestion)
    return events + rendered(story, comment, at)


def _send(story: Story, comment: told.Comment, at: datetime) -> None:
    lines = passage(story.opened.version_id, comment.anchor)
    words = Words(
        body=clean(comment.body.strip()),
        commenter_kind=comment.kind,
        language=comment.language,
        key=codes.new_key(),
        anchor=comment.anchor,
        display_name=comment.name,
        email=comment.email,
        quote=_quote(comment, text(lines)),
        proposed_wording=_wording(comment, own_text(lines)),
        country=comment.country,
    )
    place = find_place(story.opened.version_id, comment.anchor)
    if comment.source is None:
        receipt = submit(story.opened, words, place, at)
    else:
        receipt = _take_in(story, words, place, comment.source, at)
    found = db.session.scalar(select(Comment.id).where(Comment.receipt == receipt))
    assert found is not None
    story.comments[comment.key] = found


def _take_in(story: Story, words: Words, place: Place, door: told.Source, at: datetime) -> str:
    received = clock.vn_date(at) - door.days_later * DAY
    source = clerk.Source(
        channel=door.channel,
        received_on=received,
        reference=door.reference,
        event=door.event,
        occasion=door.occasion,
        members=door.members,
        criticism=door.criticism,
        dossier_sent_on=received - door.dossier_days_before * DAY if door.criticism else None,
        consent=True,
    )
    typist = story.all_of(Role.CLERK)[0]
    return clerk.take_in(story.opened, words, place, source, typist, at)


def _quote(comment: told.Comment, words: str) -> Quote | None:
    """The words meant, where they stand in the running text and not in a table."""
    found = comment.quote and comment.quote in words
    return quoted(comment.quote, words) if found else None


def _wording(comment: told.Comment, present: str) -> str:
    """The provision as the author would write it: other words for those quoted, or all anew."""
    if comment.proposed_wording and comment.quote and comment.quote in present:
        return present.replace(comment.quote, comment.proposed_wording)
    return comment.proposed_wording


def _asked(story: Story, key: str, question: told.Question) -> list[Event]:
    at = story.ago(hours=question.hours_ago)
    made: list[Question] = []

    def ask() -> None:
        words = clean(question.text)
        made.append(asking.ask(story.comment(key), words, story.drafter, at))

    events: list[Event] = [(at, ask)]
    if question.reply:
        replied = story.ago(hours=question.replied_hours_ago)
        words = clean(question.reply)
        events.append((replied, lambda: asking.reply(made[0], words, replied)))
    return events


def _suggested(story: Story, key: str, suggestion: told.Suggestion) -> list[Event]:
    at, settled = story.ago(days=suggestion.days_ago), story.ago(days=suggestion.settled_days_ago)
    made: list[ReformSuggestion] = []

    def register() -> None:
        told = (suggestion.document, suggestion.addressee, clean(suggestion.summary))
        made.append(suggesting.register(story.comment(key), *told, story.drafter, at))

    def settle() -> None:
        assert suggestion.outcome is not None
        comment, words = story.comment(key), clean(suggestion.words)
        suggesting.settle(made[0], comment, suggestion.outcome, words, story.drafter, settled)

    events: list[Event] = [(at, register)]
    if suggestion.outcome is not None:
        events.append((settled, settle))
    return events
