"""The clock in public: how long ago comments closed, how many are answered, who is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.accounts.models import Agency
from app.comments.models import Tally
from app.comments.tally import TOTAL
from app.consultations.clocks import Clock, Clocks
from app.consultations.models import Consultation
from app.documents.models import Dossier, Stage, is_public
from app.extensions import db
from app.site.heads import AnyRow, AnySelect
from app.translations.read import titles
from app.web.phrases import in_order, named

COLUMNS = (
    Consultation.round,
    Consultation.ends_at.label("ended_at"),
    Dossier.id.label("dossier_id"),
    Dossier.slug,
    Dossier.title,
    Dossier.title_en,
    Dossier.document_type,
    Dossier.topic,
    Agency.territory,
    Agency.slug.label("agency_slug"),
    Agency.name.label("agency_name"),
    Agency.name_en.label("agency_name_en"),
    func.coalesce(Tally.received, 0).label("received"),
    func.coalesce(Tally.published, 0).label("published"),
    func.coalesce(Tally.answered, 0).label("answered"),
    func.coalesce(Tally.waiting, 0).label("waiting"),
)


def of_head(head: AnyRow, now: datetime) -> Clock | None:
    """The clock of the comment period on a page; None while it is open, or was withdrawn."""
    if head.consultation_id is None or now < head.closes_at or head.stage == Stage.WITHDRAWN:
        return None
    answered = db.session.scalar(
        select(Tally.answered).where(
            Tally.consultation_id == head.consultation_id, Tally.article_lineage_id == TOTAL
        )
    )
    return Clocks(now).of(head.document_type, head.closes_at, head.published or 0, answered or 0)


def page(now: datetime) -> dict[str, Any]:
    """What `site/answering.html` shows: each agency with its figures and what it still owes."""
    clocks = Clocks(now)
    agencies: dict[str, dict[str, Any]] = {}
    rows = list(closed(now))
    called = titles({row.dossier_id: (row.title, row.title_en) for row in rows})
    for row in rows:
        told = clocks.of(row.document_type, row.ended_at, row.published, row.answered)
        name = named(row.agency_name, row.agency_name_en)
        agency = agencies.setdefault(
            row.agency_slug,
            {
                "name": name,
                "url": url_for("site.agency", slug=row.agency_slug),
                **dict.fromkeys(("periods", "published", "answered", "owed", "overdue"), 0),
                "open": [],
            },
        )
        agency["periods"] += 1
        agency["published"] += told.published
        agency["answered"] += told.answered
        agency["owed"] += told.owed
        agency["overdue"] += told.overdue_days > 0
        if told.owed or row.waiting:
            agency["open"].append((row, told, _address(row), called[row.dossier_id]))
    by_name = in_order(agencies.values(), lambda one: one["name"])
    found = sorted(by_name, key=lambda one: (-one["overdue"], -one["owed"]))
    return {"agencies": found, "today": clocks.today, "total": _total(found)}


def closed(now: datetime) -> Iterator[AnyRow]:
    """Every comment period that ended and was not withdrawn, the longest closed first."""
    yield from db.session.execute(_closed(now).order_by(Consultation.ends_at, Consultation.id))


def _closed(now: datetime) -> AnySelect:
    return (
        select(*COLUMNS)
        .select_from(Consultation)
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .outerjoin(
            Tally,
            (Tally.consultation_id == Consultation.id) & (Tally.article_lineage_id == TOTAL),
        )
        .where(is_public(), Consultation.ends_at <= now, Dossier.stage != Stage.WITHDRAWN.value)
    )


def _total(agencies: list[dict[str, Any]]) -> dict[str, int]:
    names = ("periods", "published", "answered", "owed", "overdue")
    total = {name: sum(one[name] for one in agencies) for name in names}
    total["percent"] = 100 * total["answered"] // total["published"] if total["published"] else 100
    return total


def _address(row: AnyRow) -> str:
    return url_for("site.answers", slug=row.slug, round=row.round)
