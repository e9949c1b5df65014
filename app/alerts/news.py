"""What is new for a kept search: drafts that opened, close soon or were answered, and results.

What happens to a draft is known from its rows, and told once a comment period. All else is found
the way the page of results finds it. The index follows the rows by a moment, so each look reaches
back a little further than the last one ended; who was told of what is kept, and never told again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from app.accounts.models import Agency
from app.alerts.kept import next_letter
from app.alerts.models import Frequency
from app.consultations.models import Consultation
from app.documents.models import Dossier, is_public
from app.extensions import db
from app.responses.models import Answer, AnswerState
from app.search import facets
from app.search.document import Kind
from app.search.engine import Engine, Sort
from app.search.facets import Chosen, Facet, Standings
from app.search.finding import NOTHING, Hit, Results, Window, search
from app.search.shown import without_twins

AnyRow = Row[*tuple[Any, ...]]
BACK = timedelta(hours=1)  # the index is never further behind when anybody is told
SHOWN = 10  # results of a search in one letter
LOOKED_AT = 60
WEEKLY_AHEAD = timedelta(days=9)
# fewer days would be left by the letter after this one
LEFT = timedelta(days=2)
DRAFTS = frozenset({Kind.CONSULTATION.value, Kind.PROVISION.value})
# told of where no kind of result was chosen; comments are many, and chosen by who wants them
USUAL = frozenset({Kind.ANSWER.value, Kind.CORRECTION.value})
AT_ONCE = 20  # drafts looked into for the words of a search


class Step(StrEnum):
    """What happens to a draft once in a comment period."""

    OPENED = "opening"
    CLOSING = "closing"
    ANSWERED = "answers"


@dataclass(frozen=True)
class Event:
    """One step of a draft; `at` is when it happened, or when the draft will close."""

    step: Step
    at: datetime
    row: AnyRow

    @property
    def key(self) -> str:
        return f"{self.step}:{self.row.id}"


@dataclass(frozen=True)
class Watch:
    """A kept search whose letter is due; what became public before `since` is none of its news."""

    id: int
    key: str
    words: str
    chosen: Chosen
    frequency: Frequency
    confirmed_at: datetime
    due_at: datetime
    since: datetime


@dataclass(frozen=True)
class Day:
    """What all letters of one round are written from."""

    now: datetime
    engine: Engine
    standings: Standings
    events: Sequence[Event]


@dataclass(frozen=True)
class News:
    """What one search found that its subscriber was not told of; `told` has the names of it all."""

    watch: Watch
    events: Sequence[Event]
    hits: Sequence[Hit]
    more: int
    told: frozenset[str]


Untold = Callable[[Collection[str]], set[str]]
Public = Callable[[Sequence[Hit]], Sequence[Hit]]


def events(engine: Engine, standings: Standings, since: datetime, now: datetime) -> Sequence[Event]:
    """What happened to public drafts since then, and which may close before they are told again."""
    answered = _answered(engine, standings, since)
    opened = and_(Consultation.opened_at >= since, Consultation.ends_at > now)
    closing = and_(Consultation.ends_at > now, Consultation.ends_at <= now + WEEKLY_AHEAD)
    rows = db.session.execute(
        select(
            Consultation.id,
            Consultation.dossier_id,
            Consultation.round,
            Consultation.opened_at,
            Consultation.ends_at,
            Consultation.version_id,
            Dossier.slug,
            Dossier.title,
            Dossier.title_en,
            Agency.name.label("agency"),
            Agency.name_en.label("agency_en"),
        )
        .join(Dossier, Dossier.id == Consultation.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(
            is_public(),
            Consultation.opened_at <= now,
            or_(opened, closing, Consultation.id.in_(answered)),
        )
        .order_by(Consultation.ends_at, Consultation.id)
    )
    found = []
    for row in rows:
        if row.ends_at > now and row.opened_at >= since:
            found.append(Event(Step.OPENED, row.opened_at, row))
        if now < row.ends_at <= now + WEEKLY_AHEAD:
            found.append(Event(Step.CLOSING, row.ends_at, row))
        if row.id in answered:
            found.append(Event(Step.ANSWERED, answered[row.id], row))
    return found


def _answered(engine: Engine, standings: Standings, since: datetime) -> Mapping[int, datetime]:
    """The comment periods whose first answer became public since then, and when it did."""
    kinds = {Facet.KIND: frozenset({Kind.ANSWER.value})}
    lately = search(engine, "", standings, chosen=kinds, window=Window(1), since=since)
    first = func.min(Answer.published_at)
    rows = db.session.execute(
        select(Answer.consultation_id, first)
        .join(Consultation, Consultation.id == Answer.consultation_id)
        .where(
            Consultation.dossier_id.in_(lately.drafts),
            Answer.state == AnswerState.PUBLISHED.value,
        )
        .group_by(Answer.consultation_id)
        .having(first >= since)
    )
    return {consultation_id: at for consultation_id, at in rows if at is not None}


def of(watch: Watch, day: Day, untold: Untold, public: Public) -> News:
    """What is new for a search; `untold` and `public` say which of it may be told.

    Raises IndexUnavailable.
    """
    steps = _steps(watch, day)
    fresh = untold({event.key for event in steps})
    steps = [event for event in steps if event.key in fresh]
    matching = _matching(watch, {event.row.dossier_id for event in steps}, day)
    steps = [event for event in steps if event.row.dossier_id in matching]
    results = _results(watch, day)
    found = without_twins(public(results.hits))
    fresh = untold({name_of(hit) for hit in found})
    hits = [hit for hit in found if name_of(hit) in fresh]
    shown = hits[:SHOWN]
    known = len(results.hits) - len(hits)
    return News(
        watch,
        _once(steps),
        shown,
        max(0, results.total - known - len(shown)),
        frozenset([*(event.key for event in steps), *(name_of(hit) for hit in hits)]),
    )


def name_of(hit: Hit) -> str:
    """What a result is remembered by; a part of a long text by the whole."""
    return hit.key.partition(".")[0]


def without(news: News, told: Collection[str]) -> News:
    """The same, but for what another search of the letter tells already."""
    return replace(
        news,
        events=[event for event in news.events if event.key not in told],
        hits=[hit for hit in news.hits if name_of(hit) not in told],
    )


def _once(steps: Iterable[Event]) -> list[Event]:
    """A draft that opened and closes soon is told of once: both say until when it takes comments.

    The closing counts as told with it.
    """
    found: dict[tuple[int, bool], Event] = {}
    for event in steps:
        found.setdefault((event.row.id, event.step is Step.ANSWERED), event)
    return list(found.values())


def _steps(watch: Watch, day: Day) -> list[Event]:
    """The steps of any draft that the search asks for by its kinds of result and its days."""
    kinds = watch.chosen.get(Facet.KIND)
    if kinds is None and Facet.COMMENTER in watch.chosen:
        return []  # nobody in particular writes a draft
    ahead = next_letter(watch.frequency, watch.confirmed_at, day.now) + LEFT

    def asked(event: Event) -> bool:
        if event.step is Step.ANSWERED:
            return (kinds is None or Kind.ANSWER in kinds) and event.at >= watch.since
        if kinds is not None and not kinds & DRAFTS:
            return False
        return event.at <= ahead if event.step is Step.CLOSING else event.at >= watch.since

    return [event for event in day.events if asked(event)]


def _matching(watch: Watch, dossiers: set[int], day: Day) -> set[int]:
    """Those of the drafts that have the values and the words of the search."""
    values: Chosen = {f: wanted for f, wanted in watch.chosen.items() if f is not Facet.KIND}
    allowed = facets.narrowing(values, day.standings).dossiers
    left = sorted(dossiers if allowed is None else dossiers & allowed)
    if not watch.words and Facet.LANGUAGE not in values:
        return set(left)
    found: set[int] = set()
    for start in range(0, len(left), AT_ONCE):
        some = left[start : start + AT_ONCE]
        slugs = {day.standings.dossiers[n].slug for n in some if n in day.standings.dossiers}
        narrowed: Chosen = {**values, Facet.KIND: DRAFTS, Facet.DRAFT: frozenset(slugs)}
        window = Window(limit=AT_ONCE, per_draft=1)
        results = search(
            day.engine,
            watch.words,
            day.standings,
            chosen=narrowed,
            window=window,
            strict=True,
        )
        found |= {hit.dossier_id for hit in results.hits} | results.drafts.keys()
    return found & set(left)


def _results(watch: Watch, day: Day) -> Results:
    """What became public and is no draft: drafts are told of by what happens to them."""
    kinds = watch.chosen.get(Facet.KIND)
    if kinds is None:
        kinds = frozenset({Kind.COMMENT.value}) if Facet.COMMENTER in watch.chosen else USUAL
    if not kinds - DRAFTS:
        return NOTHING
    return search(
        day.engine,
        watch.words,
        day.standings,
        chosen={**watch.chosen, Facet.KIND: kinds - DRAFTS},
        sort=Sort.NEWEST,
        window=Window(LOOKED_AT),
        since=watch.since,
        strict=True,
    )
