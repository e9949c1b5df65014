"""The life of a dossier as its public pages tell it: stages, periods, texts, documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import CompoundSelect, Integer, String, bindparam, cast, literal, select
from sqlalchemy import union_all as union

from app.consultations.models import Consultation
from app.documents.models import DossierFile, DraftVersion, RequiredDocument, Stage, StageStep
from app.documents.takedown import FILE, ORIGINAL, is_held
from app.extensions import db
from app.kit import clock
from app.kit.text import fold
from app.site.heads import AnyRow
from app.site.words import STAGES
from app.web.filters import day
from app.web.phrases import Phrase

# what nobody may read for now is not even listed: its name may tell
SHOWN = ~is_held(FILE, DossierFile.id)
GIVEN = ~is_held(ORIGINAL, DraftVersion.id)
# of these steps each comes once, and brings the documents that were posted with it
OWN_DOCUMENTS = (Stage.APPRAISAL, Stage.VERIFICATION, Stage.ADOPTED, Stage.WITHDRAWN)


@dataclass(frozen=True)
class Round:
    """One comment period: on the proposal (no draft number) or on a draft."""

    number: int
    draft: int | None
    opened_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Version:
    """One posted text of the draft, and where it is set against the one before, if there is one."""

    number: int
    posted_at: datetime
    note: str
    url: str
    changes: str | None


@dataclass(frozen=True)
class Document:
    """One posted document beside the draft: what it went out with, its title and address."""

    stage: str
    title: Phrase
    url: str
    posted_at: datetime


@dataclass
class Life:
    """Everything dated that the public may know of a dossier, oldest first, documents newest."""

    steps: list[AnyRow] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)

    def withdrawn(self) -> dict[str, Any] | None:
        """When and why the agency gave it up, None where it did not."""
        last = self.steps[-1] if self.steps else None
        if last is None or last.name != Stage.WITHDRAWN:
            return None
        return {"at": last.at, "why": last.words}

    def reached(self) -> dict[str, datetime]:
        """When each stage was reached last."""
        return {row.name: row.at for row in self.steps}


@cache
def _everything() -> CompoundSelect[Any]:
    """One question for all of it; what a kind of row has no use for is empty."""
    here: Any = bindparam("dossier_id")
    none = literal(None, Integer)
    text = literal("", String)
    steps = select(
        literal("step").label("what"),
        cast(StageStep.id, Integer).label("n"),
        StageStep.stage.label("name"),
        StageStep.at.label("at"),
        StageStep.at.label("until"),
        StageStep.note.label("words"),
        none.label("draft"),
        text.label("stage"),
    ).where(StageStep.dossier_id == here)
    rounds = (
        select(
            literal("round"),
            Consultation.round,
            text,
            Consultation.opened_at,
            Consultation.ends_at,
            text,
            DraftVersion.number,
            text,
        )
        .outerjoin(DraftVersion, DraftVersion.id == Consultation.version_id)
        .where(Consultation.dossier_id == here)
    )
    versions = select(
        literal("version"),
        DraftVersion.number,
        DraftVersion.file_name,
        DraftVersion.posted_at,
        DraftVersion.posted_at,
        DraftVersion.note,
        none,
        text,
    ).where(DraftVersion.dossier_id == here, DraftVersion.posted_at.is_not(None))
    files = select(
        literal("file"),
        DossierFile.id,
        DossierFile.name,
        DossierFile.posted_at,
        DossierFile.posted_at,
        DossierFile.title,
        none,
        DossierFile.stage,
    ).where(DossierFile.dossier_id == here, DossierFile.posted_at.is_not(None), SHOWN)
    found: CompoundSelect[Any] = union(steps, rounds, versions, files)
    return found.order_by("what", "n")


def life(head: AnyRow) -> Life:
    """What was dated of the dossier so far."""
    found = Life()
    for row in db.session.execute(_everything(), {"dossier_id": head.id}):
        match row.what:
            case "step":
                found.steps.append(row)
            case "round":
                found.rounds.append(Round(row.n, row.draft, row.at, row.until))
            case "version":
                found.versions.append(_version(found, head, row))
            case _:
                found.documents.append(
                    Document(
                        row.stage,
                        Phrase(row.words, "vi"),
                        url_for("site.original", slug=head.slug, name=row.name),
                        row.at,
                    )
                )
    found.documents.sort(key=newest_first)
    return found


def newest_first(document: Any) -> tuple[int, str]:
    """The order of documents on every page: the day they were posted, then their title."""
    posted = clock.vn_date(document.posted_at)
    return -posted.toordinal(), fold(str(document.title))


def _version(told: Life, head: AnyRow, row: AnyRow) -> Version:
    url = url_for("site.version", slug=head.slug, number=row.n)
    changes = None
    if told.versions:
        pair: dict[str, Any] = {"from": told.versions[-1].number, "to": row.n}
        changes = url_for("site.compare", slug=head.slug, **pair)
    return Version(row.n, row.at, row.words, url, changes)


def timeline(told: Life, head: AnyRow) -> list[dict[str, Any]]:
    """Every step with its day, its note and its documents, as the component of that name wants."""
    last = len(told.steps) - 1
    found = []
    for n, row in enumerate(told.steps):
        stage = Stage(row.name)
        state = "done" if n < last or stage in (Stage.ADOPTED, Stage.WITHDRAWN) else "now"
        found.append(
            {
                "state": state,
                "heading": STAGES[stage],
                "time": day(row.at),
                "iso": clock.vn_date(row.at).isoformat(),
                "text": Phrase(row.words, "vi") if row.words else "",
                "links": _links(told, head, stage, row.at, _next_at(told, n)),
            }
        )
    return found


def _next_at(told: Life, n: int) -> datetime | None:
    return told.steps[n + 1].at if n + 1 < len(told.steps) else None


def _links(
    told: Life, head: AnyRow, stage: Stage, at: datetime, until: datetime | None
) -> list[tuple[str, Any]]:
    """What leads on from a step: the comments of its period, its texts, its documents."""

    def within(when: datetime) -> bool:
        return at <= when and (until is None or when < until)

    links: list[tuple[str, Any]] = []
    for one in told.rounds:
        if within(one.opened_at) and stage in (Stage.PROPOSAL, Stage.CONSULTATION):
            links.append((comments_url(head, one.number), _("Comments of this period")))
            links.append((answers_url(head, one.number), _("Answers")))
    for version in told.versions:
        if within(version.posted_at) and stage is not Stage.DRAFTING:
            links.append((version.url, _("Draft %(number)d", number=version.number)))
    links += [
        (document.url, document.title)
        for document in told.documents
        if (
            document.stage == stage
            if document.stage in OWN_DOCUMENTS
            else within(document.posted_at)
        )
    ]
    return links


def comments_url(head: AnyRow, number: int) -> str:
    """The comments of a period."""
    return url_for("site.comments", slug=head.slug, round=_asked(head, number))


def answers_url(head: AnyRow, number: int) -> str:
    """The answers to the comments of a period."""
    return url_for("site.answers", slug=head.slug, round=_asked(head, number))


def _asked(head: AnyRow, number: int) -> int | None:
    """The number as an address needs it: the last period goes without saying."""
    return number if number != head.rounds else None


def rounds(told: Life, head: AnyRow, now: datetime) -> list[dict[str, Any]]:
    """The comment periods of a dossier that has had several, each with its ways on."""
    if len(told.rounds) < 2:
        return []
    return [
        {
            "name": _("On draft %(number)d", number=one.draft)
            if one.draft is not None
            else _("On the proposal"),
            "days": _(
                "%(first)s to %(last)s",
                first=day(one.opened_at),
                last=day(one.closes_at - timedelta.resolution),
            ),
            "open": one.opened_at <= now < one.closes_at,
            "here": one.number == head.round,
            "url": url_for("site.draft", slug=head.slug, round=_asked(head, one.number)),
            "comments": comments_url(head, one.number),
            "answers": answers_url(head, one.number),
        }
        for one in told.rounds
    ]


def files(dossier_id: int) -> Sequence[AnyRow]:
    """Every posted file beside the drafts, with what it says and whether the law asks for it."""
    asked = (
        select(RequiredDocument.code).where(RequiredDocument.code == DossierFile.code).limit(1)
    ).scalar_subquery()
    found = db.session.execute(
        select(
            DossierFile.id,
            DossierFile.name,
            DossierFile.title,
            DossierFile.stage,
            DossierFile.media_type,
            DossierFile.size,
            DossierFile.sha256,
            DossierFile.text,
            DossierFile.posted_at,
            asked.label("required"),
        )
        .where(DossierFile.dossier_id == dossier_id, DossierFile.posted_at.is_not(None), SHOWN)
        .order_by(DossierFile.id)
    ).all()
    return sorted(found, key=newest_first)


def originals(dossier_id: int) -> Sequence[AnyRow]:
    """The files of all posted texts of the draft."""
    return db.session.execute(
        select(
            DraftVersion.number,
            DraftVersion.file_name.label("name"),
            DraftVersion.media_type,
            DraftVersion.size,
            DraftVersion.sha256,
            DraftVersion.posted_at,
        )
        .where(DraftVersion.dossier_id == dossier_id, DraftVersion.posted_at.is_not(None), GIVEN)
        .order_by(DraftVersion.number)
    ).all()


def file_named(dossier_id: int, name: str) -> AnyRow | None:
    """The posted file of that name: the original of a draft, or a document beside it."""
    drafts = select(
        DraftVersion.file_name.label("name"), DraftVersion.media_type, DraftVersion.sha256
    ).where(
        DraftVersion.dossier_id == dossier_id,
        DraftVersion.file_name == name,
        DraftVersion.posted_at.is_not(None),
        GIVEN,
    )
    beside = select(DossierFile.name, DossierFile.media_type, DossierFile.sha256).where(
        DossierFile.dossier_id == dossier_id,
        DossierFile.name == name,
        DossierFile.posted_at.is_not(None),
        SHOWN,
    )
    return db.session.execute(union(drafts, beside).limit(1)).one_or_none()
