"""What became, in the newest version, of the parts that people commented on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.documents.became import Link, became
from app.documents.lineage.pairs import Fate
from app.documents.models import DraftVersion, Provision
from app.documents.passage import Words
from app.documents.words import FATES
from app.extensions import db
from app.responses.models import Adoption
from app.site import quotes, translated
from app.site.heads import AnyRow
from app.web.phrases import Phrase

KEPT = 32  # pairs of versions per process

Place = tuple[str, Phrase]  # address, words
Taken = tuple[str, Phrase, int]  # the same, and the number of the version


@dataclass(frozen=True)
class Outcome:
    """What became of one provision, and where its words are now.

    `within` says that something under it is not what it was, though its own words are.
    """

    fate: Fate
    anchors: tuple[str, ...]
    within: bool


@dataclass(frozen=True)
class Fates:
    """What became of every provision of the version that was commented on, by its anchor."""

    older: int  # numbers of the two versions
    newer: int
    newer_id: int
    outcomes: dict[str, Outcome]


def of(head: AnyRow) -> Fates | None:
    """The fates of the version under comment; None while it is the newest one."""
    if head.version_id is None or head.newest_number == head.version_number:
        return None
    newest = db.session.execute(
        select(DraftVersion.id, DraftVersion.number, DraftVersion.posted_at)
        .where(DraftVersion.dossier_id == head.id, DraftVersion.posted_at.is_not(None))
        .order_by(DraftVersion.number.desc())
        .limit(1)
    ).one()
    if newest.id == head.version_id:
        return None
    kept: OrderedDict[Any, Fates] = current_app.extensions.setdefault("fates", OrderedDict())
    # with the instant, because a database made anew gives its ids once more
    key = (head.version_id, newest.id, newest.posted_at)
    fates = kept.get(key)
    if fates is None:
        older, newer = (db.session.get_one(DraftVersion, n) for n in (head.version_id, newest.id))
        outcomes = _outcomes(became(older, newer))
        fates = kept[key] = Fates(older.number, newer.number, newer.id, outcomes)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return fates


def _outcomes(links: Iterable[Link]) -> dict[str, Outcome]:
    links = list(links)
    ids = {n for link in links for n in (link.old, link.new) if n is not None}
    versions = select(Provision.version_id).where(Provision.id.in_([min(ids), max(ids)]))
    rows = select(Provision.id, Provision.anchor).where(Provision.version_id.in_(versions))
    anchors: dict[int, str] = {row[0]: row[1] for row in db.session.execute(rows)}
    places: dict[str, list[str]] = {}
    fates: dict[str, Fate] = {}
    touched: tuple[set[str], set[str]] = (set(), set())
    for link in links:
        old, new = ("" if one is None else anchors[one] for one in (link.old, link.new))
        if link.fate is not Fate.KEPT:
            touched[0].update(_above(old))
            touched[1].update(_above(new))
        if old:
            fates[old] = link.fate
            places.setdefault(old, []).extend([new] if new else [])
    return {
        anchor: Outcome(
            fate,
            tuple(places[anchor]),
            within=fate is Fate.KEPT
            and (anchor in touched[0] or not touched[1].isdisjoint(places[anchor])),
        )
        for anchor, fate in fates.items()
    }


def _above(anchor: str) -> set[str]:
    """The provisions that one stands in, by anchor."""
    steps = anchor.split(".")
    return {".".join(steps[:n]) for n in range(1, len(steps))}


def told(
    fates: Fates, anchor: str, head: AnyRow, quote: Mapping[str, str], texts: Words
) -> tuple[str, list[Place], str] | None:
    """What became of the place in words, where its words are now, and those it was quoted for."""
    outcome = fates.outcomes.get(anchor)
    if outcome is None:
        return None
    fate = _("changed in some of its parts") if outcome.within else FATES[outcome.fate]
    words = _("In draft %(number)d: %(fate)s", number=fates.newer, fate=fate)
    places = [
        (
            url_for("site.version", slug=head.slug, number=fates.newer, _anchor=place),
            translated.place(head.id, place),
        )
        for place in outcome.anchors
    ]
    return words, places, quotes.told(quote, outcome.anchors, texts)


def adopted(comment_ids: Collection[int], head: AnyRow) -> dict[int, Taken]:
    """Where the wordings proposed in those comments were taken over, by comment id.

    A wording that was changed again before the version was posted is not told of.
    """
    if not comment_ids:
        return {}
    rows = db.session.execute(
        select(Adoption.comment_id, DraftVersion.number, Provision.anchor)
        .join(DraftVersion, DraftVersion.id == Adoption.version_id)
        .join(
            Provision,
            (Provision.version_id == Adoption.version_id)
            & (Provision.lineage_id == Adoption.lineage_id)
            & (Provision.text == Adoption.wording),
        )
        .where(Adoption.comment_id.in_(comment_ids), DraftVersion.posted_at.is_not(None))
        .order_by(DraftVersion.number)
    )
    return {
        row.comment_id: (
            url_for("site.version", slug=head.slug, number=row.number, _anchor=row.anchor),
            translated.place(head.id, row.anchor),
            row.number,
        )
        for row in rows
    }
