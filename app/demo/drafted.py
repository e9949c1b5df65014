"""How a dossier of the sample begins, opens for comments and gets its next text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Agency
from app.consultations.lifecycle import close_due, declare, open_consultation, post_revision
from app.demo import told
from app.demo.story import DAY, HOUR, Event, Story
from app.demo.word import to_docx
from app.documents import comparison
from app.documents.comparison import Comparison
from app.documents.dossiers import create, describe
from app.documents.importing import accept, import_draft
from app.documents.models import DocumentType, DraftVersion, Stage, Topic
from app.documents.required import Posted
from app.documents.supporting import add_file
from app.extensions import db
from app.responses.models import AnswerState
from app.web.uploads import inspect

WORK = 20 * DAY  # from the first note on a dossier to the day its draft is posted


def drafted(story: Story) -> list[Event]:
    """The dossier is begun, opened and closed, and its draft revised once all is answered."""
    begun = story.opened_at - WORK
    events: list[Event] = [
        (begun, lambda: _begin(story, begun)),
        (story.opened_at, lambda: _open(story)),
    ]
    if story.closes_at <= story.now:
        events.append((story.closes_at, lambda: _close(story.closes_at)))
    if story.told.revised_text:
        at = min(last_answer(story) + HOUR / 2, story.now)
        events.append((at, lambda: _revise(story, at)))
    return events


def last_answer(story: Story) -> datetime:
    """When the last answer is public: only then is the text revised and the dossier passed on."""
    answers = story.told.answers
    return max(
        (story.ago(days=one.days_ago) for one in answers if one.state is AnswerState.PUBLISHED),
        default=story.closes_at,
    )


def _begin(story: Story, at: datetime) -> None:
    told, words = story.told, story.told.content
    kind = db.session.get(DocumentType, told.document_type)
    assert kind is not None, told.document_type
    coordinating = db.session.scalars(
        select(Agency).where(Agency.slug.in_(told.coordinating_agencies))
    ).all()
    agency = db.session.scalar(select(Agency).where(Agency.slug == told.lead_agency))
    assert agency is not None
    story.dossier = create(
        title=told.short_title,
        title_en=told.short_title_en,
        document_type=kind,
        agency=agency,
        officer=story.drafter,
        now=at,
        stage=Stage.PROPOSAL if told.stage is Stage.PROPOSAL else Stage.DRAFTING,
        coordinating=coordinating,
        topic=db.session.get_one(Topic, told.topic),
    )
    describe(
        story.dossier,
        {
            "necessity": words.necessity,
            "purpose": words.purpose,
            "viewpoint": words.viewpoint,
            "scope": words.scope,
            "subjects": words.subjects,
            "main_content": "\n".join(words.main_content),
            "changes": words.changes_vs_current_law,
            "other": words.other,
            "affected_parties": "\n".join(told.affected_parties),
            "summary_en": told.summary_en,
        },
        story.drafter,
        at,
    )


def _open(story: Story) -> None:
    at = story.opened_at
    name = f"du-thao-{story.told.slug}.docx"
    version = _text(story, story.told.draft_text, name, at) if story.told.draft else None
    for document in story.told.documents:
        _file(story, document, at)
    declare(story.row, version, story.drafter, at)
    declare(story.row, version, story.approver, at)
    days = story.told.period_days
    story.consultation = open_consultation(story.row, version, days, story.approver, at)


def _close(at: datetime) -> None:
    close_due(at)


def _revise(story: Story, at: datetime) -> None:
    name = f"du-thao-{story.told.slug}-sau-tiep-thu.docx"
    version = _text(story, story.told.revised_text, name, at)
    for officer in (story.drafter, story.approver):
        declare(story.row, version, officer, at)
    post_revision(story.row, version, story.approver, at)


def _text(story: Story, text: str, name: str, at: datetime) -> DraftVersion:
    data = to_docx(text)
    upload = inspect(data, name)
    version = import_draft(story.row, upload, data, story.drafter, at)
    accept(version, story.drafter, at)
    said = [
        Comparison(change.kind, change.anchor, change.source, change.current, change.reason)
        for change in story.told.changes
    ]
    if said:
        comparison.replace(version, said, story.drafter, at)
    return version


def _file(story: Story, document: told.Document, at: datetime) -> None:
    data = to_docx(document.text)
    proposal = story.told.stage is Stage.PROPOSAL
    add_file(
        story.row,
        inspect(data, "tai-lieu.docx"),
        data,
        title=document.title,
        text=document.text,
        stage=(Posted.PROPOSAL if proposal else Posted.DRAFT).value,
        code=document.code,
        officer=story.drafter,
        now=at,
    )
