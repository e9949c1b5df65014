"""The page of one draft: its head, its period, its text and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app, request, url_for
from sqlalchemy import bindparam, select

from app.accounts.models import Agency
from app.comments.models import Tally
from app.comments.tally import TOTAL
from app.consultations.models import Extension
from app.consultations.period import days_left
from app.consultations.words import until
from app.documents.models import BLOCKS, DossierCoordinator, Stage
from app.extensions import db
from app.site import heads, life, owed, translated, version, voices
from app.site.deadline import briefly
from app.site.heads import AnyRow
from app.site.text import Text, text_of
from app.site.words import NEXT_STEPS, STAGES
from app.web.filters import day
from app.web.phrases import Phrase, in_order, named

NEWEST = 20
PATH = (
    Stage.PROPOSAL,
    Stage.DRAFTING,
    Stage.CONSULTATION,
    Stage.RESPONDING,
    Stage.APPRAISAL,
    Stage.VERIFICATION,
    Stage.ADOPTED,
)
# Statements of the busiest page, composed once: to compose one costs as much as to run it.
TALLIES = select(Tally.article_lineage_id, Tally.published).where(
    Tally.consultation_id == bindparam("consultation_id"), Tally.article_lineage_id != TOTAL
)
COORDINATING = (
    select(Agency.slug, Agency.name, Agency.name_en)
    .join(DossierCoordinator, DossierCoordinator.agency_id == Agency.id)
    .where(DossierCoordinator.dossier_id == bindparam("dossier_id"))
)
EXTENSIONS = (
    select(Extension.at, Extension.old_closes_at, Extension.new_closes_at, Extension.reason)
    .where(Extension.consultation_id == bindparam("consultation_id"))
    .order_by(Extension.id)
)
CONTENT = (*BLOCKS, "summary_en")


def page(head: AnyRow, now: datetime) -> dict[str, Any]:
    """What `site/draft.html` shows."""
    agency = named(head.agency_name, head.agency_name_en)
    told, about = life.life(head), translated.blocks(head.id, content_of(head))
    words: dict[str, Any] = {
        **frame(head, now),
        "agency": agency,
        "topic": heads.topic(head),
        "territory": heads.territory(head),
        "about": about,
        "coordinating": coordinating(head.id),
        "steps": steps(head, told),
        "withdrawn": told.withdrawn(),
        "timeline": life.timeline(told, head),
        "rounds": life.rounds(told, head, now),
        "versions": told.versions,
        "documents": told.documents,
        "next_step": NEXT_STEPS[Stage(head.stage)],
        "changes": bullets(about["main_content"].text),
        "affected": bullets(about["affected_parties"].text),
    }
    if head.consultation_id is None:
        return words
    counts = tallies(head.consultation_id)
    text = text_of(head, words["open"])
    said = voices.newest(head.consultation_id, NEWEST)
    folded, beside = text.contents(counts)
    return {
        **words,
        "deadline": deadline(head, now),
        "clock": owed.of_head(head, now),
        "extensions": extensions(head.consultation_id),
        "text": text.body(counts),
        "around": text.around,
        "share": text.share,
        "glossary": text.glossary,
        "downloads": version.offered(head.slug, head.version_number) if head.version_id else [],
        "toc_folded": folded,
        "toc_beside": beside,
        "comments": voices.shown(said, head, agency, 3),
    }


def content_of(head: AnyRow) -> Mapping[str, str]:
    """The content blocks as they read when the period was opened, before any as they read now."""
    now = {name: getattr(head, name) for name in CONTENT}
    return now | (head.content or {})


def frame(head: AnyRow, now: datetime) -> dict[str, Any]:
    """What every page under a draft says of it; `here` keeps its links within the same period."""
    return {
        "head": head,
        "here": heads.here(head),
        "title": translated.title(head),
        "kind": named(head.type_name, head.type_name_en),
        "open": heads.is_open(head, now),
        "write_url": url_for("comments.write", slug=head.slug),
        "address": address(),
    }


def address() -> str:
    """The page's own address for a print: never the host of the request, as pages are shared."""
    base: str = current_app.extensions["settings"].public_url
    return f"{base}{request.script_root}{request.full_path.rstrip('?')}"


def text(head: AnyRow, now: datetime) -> Text:
    """The text under consultation, cut into units."""
    return text_of(head, heads.is_open(head, now))


def tallies(consultation_id: int) -> dict[int, int]:
    """Published comments by lineage of the article, the whole draft left out."""
    rows = db.session.execute(TALLIES, {"consultation_id": consultation_id})
    return {row.article_lineage_id: row.published for row in rows}


def coordinating(dossier_id: int) -> list[tuple[str, Phrase]]:
    """The addresses and names of the agencies that help with a draft."""
    rows = db.session.execute(COORDINATING, {"dossier_id": dossier_id})
    found = [(url_for("site.agency", slug=row.slug), named(row.name, row.name_en)) for row in rows]
    return in_order(found, lambda one: one[1])


def steps(head: AnyRow, told: life.Life) -> list[tuple[str, str, str | None]]:
    """The life of the dossier as (label, state, date), without what does not come."""
    reached = told.reached()
    path: Sequence[Stage] = PATH
    if head.stage == Stage.WITHDRAWN:
        path = [stage for stage in PATH if stage in reached] + [Stage.WITHDRAWN]
    else:
        # a proposal only if there was one, verification only before a vote
        left_out = {Stage.PROPOSAL} if head.verified else {Stage.PROPOSAL, Stage.VERIFICATION}
        path = [stage for stage in PATH if stage in reached or stage not in left_out]
    now_at = path.index(Stage(head.stage))
    found = []
    for n, stage in enumerate(path):
        at = reached.get(stage)
        state = "done" if n < now_at else "current" if n == now_at else "todo"
        found.append((str(STAGES[stage]), state, day(at) if n <= now_at and at else None))
    return found


def deadline(head: AnyRow, now: datetime) -> dict[str, Any]:
    """The period as the component `deadline` wants it; its last moment stands for its end."""
    left = days_left(head.closes_at, now) - 1
    state = "closed"
    if heads.is_open(head, now):
        state = "closing" if left <= heads.CLOSING_SOON else "open"
    return {
        "closes_at": head.closes_at,
        "last_day": until(head.closes_at),
        "days_left": left,
        "state": state,
        "zones": briefly(head.closes_at),
        "url": url_for("site.deadline", slug=head.slug, **heads.here(head)),
    }


def extensions(consultation_id: int) -> list[dict[str, Any]]:
    """Every later end the period was given, in words, with the public reason."""
    rows = db.session.execute(EXTENSIONS, {"consultation_id": consultation_id})
    return [
        {
            "at": row.at,
            "old": until(row.old_closes_at),
            "new": until(row.new_closes_at),
            "reason": row.reason,
        }
        for row in rows
    ]


def bullets(text: str) -> list[str]:
    """The lines of a block of content, without the dashes that writers put before them."""
    return [line.strip().lstrip("-–•+* ").strip() for line in text.split("\n") if line.strip()]
