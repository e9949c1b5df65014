"""The sample province, made through the real verbs in the order in which it would have happened."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from app.accounts.invite import invite, take_up
from app.accounts.models import Agency, Officer, Role
from app.consultations.lifecycle import close_due, declare, open_consultation, post_revision
from app.consultations.period import period
from app.consultations.rules import calendar
from app.demo import content
from app.demo.content import AnswerState, Province
from app.demo.said import HOUR, Event, Story, moderators_of, said
from app.demo.word import to_docx
from app.documents import comparison
from app.documents.comparison import Comparison
from app.documents.dossiers import adopt, advance, create, describe
from app.documents.importing import accept, import_draft
from app.documents.models import DocumentType, DraftVersion, Provision, Stage
from app.documents.required import Posted
from app.documents.supporting import add_file
from app.extensions import db
from app.kit import clock
from app.kit.text import clean
from app.responses import answering
from app.web.uploads import inspect

DAY = timedelta(days=1)
AFTER_CLOSING = (Stage.APPRAISAL, Stage.VERIFICATION, Stage.ADOPTED)
LIFE = (Stage.CONSULTATION, Stage.RESPONDING, *AFTER_CLOSING)


def load(province: Province, progress: Callable[[int, int], None]) -> str:
    """The province stands in the database; returns the password of its officers.

    Nothing is committed: a sample is there as a whole or not at all.
    """
    now = clock.now()
    password = secrets.token_urlsafe(9)
    staff = _staff(province, password, now)
    events: list[Event] = []
    for told in province.dossiers:
        events += _events(_story(told, now), staff, now)
    events.sort(key=lambda event: event[0])
    for n, (_at, act) in enumerate(events, 1):
        act()
        db.session.flush()
        progress(n, len(events))
    return password


def _staff(province: Province, password: str, now: datetime) -> dict[str, Officer]:
    agencies: dict[str, Agency] = {}
    for told in province.agencies:
        agencies[told.slug] = agency = Agency(
            slug=told.slug,
            name=told.name,
            name_en=told.name_en,
            postal_address=told.address,
            email=told.email,
            phone=told.phone,
        )
        db.session.add(agency)
    db.session.flush()
    for told in province.agencies:
        if told.parent:
            agencies[told.slug].parent_id = agencies[told.parent].id
    staff = {}
    for person in province.officers:
        for role in filter(None, (person.role, person.also)):
            token = invite(
                email=person.email,
                name=person.name,
                job_title=person.title,
                role=role,
                agency=agencies[person.agency],
                scope=agencies[person.scope or person.agency],
                invited_by=None,
                now=now,
            )
            staff[person.email] = take_up(token, password, now)
    db.session.flush()
    for officer in staff.values():
        db.session.refresh(officer, ["grants"])  # a second role came after the first was read
    return staff


def _story(told: content.Dossier, now: datetime) -> Story:
    opened_at = now - told.opened_days_ago * DAY
    if not told.period_days:
        return Story(told, opened_at, opened_at)
    return Story(told, opened_at, period(opened_at, told.period_days, calendar()).closes_at)


def _by_role(staff: dict[str, Officer], role: Role, agency: str) -> Officer:
    holders = [officer for officer in staff.values() if officer.holds(role)]
    own = [officer for officer in holders if officer.agency.slug == agency]
    return (own or holders)[0]


def _events(story: Story, staff: dict[str, Officer], now: datetime) -> list[Event]:
    told = story.told
    drafter = _by_role(staff, Role.DRAFTER, told.lead_agency)
    approver = _by_role(staff, Role.APPROVER, told.lead_agency)
    moderators = moderators_of(staff)
    begun = story.opened_at - 20 * DAY
    events: list[Event] = [(begun, lambda: _begin(story, drafter, begun))]
    events.append((story.opened_at, lambda: _open(story, drafter, approver)))
    for comment in told.comments:
        events += said(story, comment, moderators, now)
    if story.closes_at <= now:
        events.append((story.closes_at, lambda: _close(story.closes_at)))
    for answer in told.answers:
        events += _answered(story, answer, staff, now)
    if told.revised_text:
        at = min(_last_answer(story, now) + HOUR / 2, now)
        events.append((at, lambda: _revise(story, drafter, approver, at)))
    if told.stage in AFTER_CLOSING:
        events += _passed_on(story, approver, now)
    return events


def _begin(story: Story, drafter: Officer, at: datetime) -> None:
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
        officer=drafter,
        now=at,
        stage=Stage.PROPOSAL if told.stage is Stage.PROPOSAL else Stage.DRAFTING,
        coordinating=coordinating,
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
        drafter,
        at,
    )


def _open(story: Story, drafter: Officer, approver: Officer) -> None:
    at = story.opened_at
    name = f"du-thao-{story.told.slug}.docx"
    text = story.told.draft_text
    version = _text(story, text, name, drafter, at) if story.told.draft else None
    for document in story.told.documents:
        _file(story, document, drafter, at)
    declare(story.row, version, drafter, at)
    declare(story.row, version, approver, at)
    story.consultation = open_consultation(story.row, version, story.told.period_days, approver, at)


def _revise(story: Story, drafter: Officer, approver: Officer, at: datetime) -> None:
    name = f"du-thao-{story.told.slug}-sau-tiep-thu.docx"
    version = _text(story, story.told.revised_text, name, drafter, at)
    for officer in (drafter, approver):
        declare(story.row, version, officer, at)
    post_revision(story.row, version, approver, at)


def _text(story: Story, text: str, name: str, drafter: Officer, at: datetime) -> DraftVersion:
    data = to_docx(text)
    upload = inspect(data, name)
    version = import_draft(story.row, upload, data, drafter, at)
    accept(version, drafter, at)
    said = [
        Comparison(change.kind, change.anchor, change.source, change.current, change.reason)
        for change in story.told.changes
    ]
    if said:
        comparison.replace(version, said, drafter, at)
    return version


def _file(story: Story, told: content.Document, drafter: Officer, at: datetime) -> None:
    data = to_docx(told.text)
    proposal = story.told.stage is Stage.PROPOSAL
    add_file(
        story.row,
        inspect(data, "tai-lieu.docx"),
        data,
        title=told.title,
        text=told.text,
        stage=(Posted.PROPOSAL if proposal else Posted.DRAFT).value,
        code=told.code,
        officer=drafter,
        now=at,
    )


def _close(at: datetime) -> None:
    close_due(at)


def _answered(
    story: Story, told: content.Answer, staff: dict[str, Officer], now: datetime
) -> list[Event]:
    published = max(now - told.published_days_ago * DAY, story.closes_at + 2 * HOUR)
    written = min(published, now) - HOUR
    drafted: list[answering.Answer] = []

    def write() -> None:
        drafted.append(
            answering.draft(
                story.opened,
                [story.comments[key] for key in told.comments],
                told.disposition,
                clean(told.explanation.strip()),
                staff[told.drafter],
                written,
                changing=_lineages(story, told.changed),
            )
        )

    def publish() -> None:
        head = _by_role(staff, Role.HEAD, story.told.lead_agency)
        answering.finish(drafted[0], head, min(published, now), staff[told.approver])

    events: list[Event] = [(written, write)]
    if told.state is AnswerState.PUBLISHED:
        events.append((min(published, now), publish))
    return events


def _lineages(story: Story, anchors: Collection[str]) -> list[int]:
    """The provisions at those anchors of the text that was commented on."""
    found = select(Provision.lineage_id).where(
        Provision.version_id == story.opened.version_id, Provision.anchor.in_(anchors)
    )
    return list(db.session.scalars(found))


def _passed_on(story: Story, approver: Officer, now: datetime) -> list[Event]:
    stages = LIFE[LIFE.index(Stage.RESPONDING) + 1 : LIFE.index(story.told.stage) + 1]
    if not db.session.get_one(DocumentType, story.told.document_type).verified:
        stages = tuple(stage for stage in stages if stage is not Stage.VERIFICATION)
    outcome = story.told.outcome
    end = now - (outcome.adopted_days_ago if outcome else 0) * DAY
    last = _last_answer(story, now)
    step = max((end - last) / len(stages), HOUR)
    events: list[Event] = []
    for n, stage in enumerate(stages, 1):
        at = last + n * step
        events.append((at, partial(_advance, story, stage, approver, at)))
    return events


def _last_answer(story: Story, now: datetime) -> datetime:
    """When the last answer is public: only then is the text revised and the dossier passed on."""
    return max(
        (now - answer.published_days_ago * DAY for answer in story.told.answers),
        default=story.closes_at,
    )


def _advance(story: Story, stage: Stage, officer: Officer, at: datetime) -> None:
    outcome = story.told.outcome
    if stage is Stage.ADOPTED and outcome is not None:
        adopt(
            story.row,
            number=outcome.number,
            on=clock.vn_date(at),
            gazette=outcome.gazette,
            effective=clock.vn_date(at)
            + (outcome.adopted_days_ago - outcome.in_force_days_ago) * DAY,
            officer=officer,
            now=at,
            consultation_id=story.opened.id,
        )
    else:
        advance(story.row, stage, at, officer=officer, consultation_id=story.opened.id)
