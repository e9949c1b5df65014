"""Dossiers as the public pages show them: one row with its agency, kind, period and figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import Agency, Territory
from app.comments.models import Tally
from app.comments.tally import TOTAL
from app.consultations.models import Consultation
from app.consultations.period import days_left
from app.documents.models import (
    ComparisonRow,
    DocumentType,
    Dossier,
    DraftVersion,
    Stage,
    Topic,
    is_public,
)
from app.extensions import db
from app.kit import clock
from app.outreach.models import Correction
from app.site.words import STAGES
from app.translations.read import titles
from app.web.filters import day
from app.web.phrases import Phrase, named

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

CLOSING_SOON = 3  # days left from which a deadline is shown as urgent
_rounds = aliased(Consultation)
LAST = select(func.max(_rounds.round)).where(_rounds.dossier_id == Dossier.id).scalar_subquery()
_texts = aliased(DraftVersion)
NEWEST = select(_texts).where(_texts.dossier_id == Dossier.id, _texts.posted_at.is_not(None))
LAST_ROUND = Consultation.round == LAST
CARD = (
    Dossier.id,
    Dossier.slug,
    Dossier.title,
    Dossier.title_en,
    Dossier.stage,
    Dossier.document_type,
    Dossier.topic,
    Topic.name.label("topic_name"),
    Topic.name_en.label("topic_name_en"),
    DocumentType.name.label("type_name"),
    DocumentType.name_en.label("type_name_en"),
    Agency.slug.label("agency_slug"),
    Agency.name.label("agency_name"),
    Agency.name_en.label("agency_name_en"),
    Consultation.id.label("consultation_id"),
    Consultation.round,
    Consultation.opened_at,
    Consultation.ends_at.label("closes_at"),
    Tally.received,
    Tally.published,
)
WHOLE = (
    Agency.postal_address,
    Agency.email,
    Agency.phone,
    Agency.territory,
    Territory.name.label("territory_name"),
    Territory.name_en.label("territory_name_en"),
    Dossier.necessity,
    Dossier.purpose,
    Dossier.viewpoint,
    Dossier.scope,
    Dossier.subjects,
    Dossier.main_content,
    Dossier.changes,
    Dossier.other,
    Dossier.affected_parties,
    Dossier.summary_en,
    Dossier.outcome_number,
    Dossier.outcome_date,
    Dossier.outcome_gazette,
    LAST.label("rounds"),
    NEWEST.with_only_columns(func.max(_texts.number)).scalar_subquery().label("newest_number"),
    NEWEST.with_only_columns(func.max(_texts.posted_at)).scalar_subquery().label("newest_posted"),
    exists().where(ComparisonRow.version_id == Consultation.version_id).label("compared"),
    exists()
    .where(Correction.dossier_id == Dossier.id, Correction.published_at.is_not(None))
    .label("corrected"),
    Dossier.outcome_effective,
    Dossier.outcome_completed_at,
    DocumentType.verified,
    Consultation.content,
    Consultation.days,
    Consultation.legal_min_days,
    Consultation.confidence,
    Consultation.citation,
    Tally.waiting,
    Tally.withheld,
    Tally.withdrawn,
    Tally.late,
    DraftVersion.id.label("version_id"),
    DraftVersion.number.label("version_number"),
    DraftVersion.file_name,
    DraftVersion.media_type,
    DraftVersion.size,
    DraftVersion.sha256,
    DraftVersion.title.label("text_title"),
    DraftVersion.preamble,
    DraftVersion.closing,
)


@cache
def select_cards() -> AnySelect:
    """Dossiers as plain rows for cards, in no order yet."""
    return _joined(select(*CARD), LAST_ROUND)


def _find(which: ColumnElement[bool]) -> AnySelect:
    whole = _joined(select(*CARD, *WHOLE), which)
    whole = whole.outerjoin(Territory, Territory.code == Agency.territory)
    return whole.outerjoin(DraftVersion, DraftVersion.id == Consultation.version_id)


@cache
def _find_by_slug() -> AnySelect:
    return _find(LAST_ROUND).where(Dossier.slug == bindparam("slug"))


@cache
def _find_round() -> AnySelect:
    chosen = _find(Consultation.round == bindparam("round"))
    return chosen.where(Dossier.slug == bindparam("slug"))


def find(slug: str, number: int | None = None) -> AnyRow | None:
    """Everything the head of a draft page says, as one row.

    Of a dossier with several comment periods it is the last one, or the one of that number.
    """
    if number is None:
        return db.session.execute(_find_by_slug(), {"slug": slug}).one_or_none()
    return db.session.execute(_find_round(), {"slug": slug, "round": number}).one_or_none()


@cache
def _find_period() -> AnySelect:
    this = Consultation.id == bindparam("consultation_id")
    return _find(this).where(this)


def find_by_consultation(consultation_id: int) -> AnyRow | None:
    """The same row, by the comment period."""
    this = {"consultation_id": consultation_id}
    return db.session.execute(_find_period(), this).one_or_none()


def _joined(columns: AnySelect, which: ColumnElement[bool]) -> AnySelect:
    """Only what is public: before its opening a draft is the agency's own business.

    `which` chooses the comment period of a dossier that has several.
    """
    return (
        columns.select_from(Dossier)
        .join(Agency, Agency.id == Dossier.agency_id)
        .join(DocumentType, DocumentType.code == Dossier.document_type)
        .outerjoin(Topic, Topic.code == Dossier.topic)
        .outerjoin(Consultation, and_(Consultation.dossier_id == Dossier.id, which))
        .outerjoin(
            Tally,
            and_(Tally.consultation_id == Consultation.id, Tally.article_lineage_id == TOTAL),
        )
        .where(is_public())
    )


def topic(row: AnyRow) -> Phrase | None:
    """The topic of the dossier, if it has one."""
    return named(row.topic_name, row.topic_name_en) if row.topic else None


def territory(row: AnyRow) -> Phrase | None:
    """The territory that the agency decides for, where it has one."""
    return named(row.territory_name, row.territory_name_en) if row.territory else None


def here(row: AnyRow) -> dict[str, Any]:
    """What an address needs besides the slug to stay with this comment period."""
    return {} if row.round is None or row.round == row.rounds else {"round": row.round}


def is_open(row: AnyRow, now: datetime) -> bool:
    """Whether the dossier takes comments at that instant."""
    return row.closes_at is not None and row.opened_at <= now < row.closes_at


def stale_at(now: datetime, *closings: datetime | None) -> datetime:
    """The instant from which a page with days left on it may no longer be served."""
    midnight = clock.vn_midnight(clock.vn_date(now) + timedelta(days=1))
    return min([midnight, *(at for at in closings if at is not None and at > now)])


def left_in_words(closes_at: datetime, now: datetime) -> str:
    """How long comments are still taken: "12 days left", "Last day"."""
    days = days_left(closes_at, now) - 1
    return ngettext("%(num)d day left", "%(num)d days left", days) if days > 0 else _("Last day")


def cards(rows: Sequence[AnyRow], now: datetime) -> list[dict[str, Any]]:
    """The rows as the component of that name wants them."""
    called = titles({row.id: (row.title, row.title_en) for row in rows})
    return [_card(row, called[row.id], now) for row in rows]


def _card(row: AnyRow, title: Phrase, now: datetime) -> dict[str, Any]:
    state, left, until = "closed", str(STAGES[Stage(row.stage)]), None
    if is_open(row, now):
        urgent = days_left(row.closes_at, now) - 1 <= CLOSING_SOON
        state = "closing" if urgent else "open"
        left = left_in_words(row.closes_at, now)
        until = day(row.closes_at - timedelta.resolution)
    elif row.stage == Stage.CONSULTATION:
        left = _("Comments are closed")
    elif row.stage in (Stage.PROPOSAL, Stage.DRAFTING):
        state = "open"
    return {
        "url": url_for("site.draft", slug=row.slug),
        "title": title,
        "kind": named(row.type_name, row.type_name_en),
        "topic": topic(row),
        "agency": named(row.agency_name, row.agency_name_en),
        "state": state,
        "left": left,
        "until": until,
        "count": row.received if row.consultation_id is not None else None,
    }
