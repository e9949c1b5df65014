"""References that go straight to their provision: "khoản 3 Điều 12 luật đất đai"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Row, and_, false, or_, select

from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Dossier, DraftVersion, Provision
from app.documents.numerals import counted
from app.extensions import db
from app.kit import clock
from app.kit.text import clean_line, shorten, slugify
from app.search.named import Name, best, conditions, drafts
from app.search.units import named_place

READ = 300  # characters of a query
MOST = 20  # places
ANNEXES = 4  # the first ones may be regulations with articles of their own
FOLLOWING = 2  # rows that say how a provision without words of its own begins
BEGINNING = 240  # characters
FEWEST = 3  # words of a title that is known when it was typed whole
ROMAN = re.compile(r"(?<=Chương ).+")
D = re.compile(r"(?<=[-\d])d(?=\d*$)")
INSERTED = re.compile(r"khoan-(\d+)([a-z]+)")
COLUMNS = (
    Provision.id.label("provision_id"),
    Provision.anchor,
    Provision.kind,
    Provision.number,
    Provision.position,
    Provision.heading,
    Provision.text,
)


@dataclass(frozen=True)
class Place:
    """A provision of a public draft in its newest posted version, or the draft itself.

    `anchor` and `place` (the citation) are "" of a draft. Where not `exact`, this is what there
    is of the place that was named: the article that has no such clause.
    """

    key: str  # of the document of the index that holds it
    slug: str
    draft: str
    draft_en: str
    anchor: str
    place: str
    heading: str  # of the article or annex
    words: str  # how its text begins
    version: int  # number
    round: int  # the comment period about this version, 0 for none
    is_last: bool  # whether that is the period which the draft's own page shows
    is_open: bool
    exact: bool


def straight(text: str, draft: str = "") -> list[Place]:
    """The provisions that `text` names, best first, at most twenty; none when it asks for more.

    The words beside a reference must name a public draft: all of them stand in its title, number
    or agency, with or without marks. Of several drafts that in which the reader is (`draft`, a
    slug) comes first, then one of just that title, those taking comments, the newest.
    """
    text = clean_line(text[:READ])
    typed = named_place(text)
    if not typed.anchor:
        return _known(text)
    name = Name.of(typed.rest)
    for which in conditions(name):
        found = _provisions(_levels(typed.anchor, text.isascii()), which, name, draft)
        if found:
            return found
    return []


def the_one(text: str, places: Sequence[Place], draft: str = "") -> Place | None:
    """The one provision that `text` asks for and nothing else, among the `places` that it names.

    Whoever reads a draft is led out of it only by another's name. Of several drafts of a name it
    is that of just this title.
    """
    found = [place for place in places if place.anchor]
    title = slugify(named_place(clean_line(text[:READ])).rest)
    own = [place for place in found if place.slug == draft]
    found = own or ([] if draft and not title else found)
    found = [place for place in found if place.slug == title] or found
    return found[0] if len(found) == 1 and found[0].exact else None


def address(place: Place) -> str:
    """Where the place is read: on the page of its article, or of a text nobody was asked about."""
    slug, anchor = place.slug, place.anchor
    if not anchor:
        return url_for("site.draft", slug=slug)
    if not place.round:
        return url_for("site.version", slug=slug, number=place.version, _anchor=anchor)
    period = None if place.is_last else place.round
    inside = anchor if anchor != _unit(anchor) else None
    return url_for("site.article", slug=slug, anchor=anchor, round=period, _anchor=inside)


def _unit(anchor: str) -> str:
    """The article, annex or division on whose page the provision stands."""
    while "." in anchor:
        above, _, last = anchor.rpartition(".")
        if not last.startswith(("khoan-", "diem-", "bang-")):
            break
        anchor = above
    return anchor


def _levels(anchor: str, unmarked: bool) -> list[list[str]]:
    """The anchors that the place may have, then those of what it would stand in."""
    levels = [spellings(anchor, unmarked)]
    while anchor != _unit(anchor):
        anchor = anchor.rpartition(".")[0]
        levels.append(spellings(anchor, unmarked))
    return levels


def spellings(anchor: str, unmarked: bool = False) -> list[str]:
    """The anchors that a place may have: files count chapters in Roman letters or in figures.

    Where it was typed without any marks, point d may be point đ.
    """
    found = [""]
    for part in anchor.split("."):
        ways = _ways(part)
        if unmarked:
            ways += [D.sub("dd", way) for way in ways if D.search(way)]
        found = [f"{above}.{way}".lstrip(".") for above in found for way in ways]
    first, _, below = anchor.partition(".")
    if first.startswith("phan-") and below:
        found += spellings(below, unmarked)
    elif first.startswith(("dieu-", "chuong-", "muc-")):
        found += [f"phu-luc-{n}.{own}" for n in range(1, ANNEXES + 1) for own in found]
    return found


def _ways(part: str) -> list[str]:
    kind, _, number = part.rpartition("-")
    ways = [part]
    if kind in ("chuong", "muc"):
        roman = ROMAN.search(citation(f"chuong-{number}"))
        ways += [f"{kind}-{roman[0].lower()}"] if roman else []
        ways += [f"{kind}-{counted(number)}"] if counted(number) else []
    elif kind == "phu-luc":
        ways.append(f"{part}-2")  # after a regulation that is called no annex and counted as one
    elif inserted := INSERTED.fullmatch(part):
        # "3b" is an inserted clause, or in a hurry point b
        ways.append(f"khoan-{inserted[1]}.diem-{inserted[2]}")
    return list(dict.fromkeys(ways))


def _provisions(
    levels: list[list[str]], which: ColumnElement[bool], name: Name, draft: str
) -> list[Place]:
    found: list[tuple[Row[Any], bool]] = []
    for level, anchors in enumerate(levels):
        if found and not name.is_given and draft in ("", *(row.slug for row, _ in found)):
            break
        rows = best(_numbered(_rows(anchors, which, name, draft)), name)
        slugs = {row.slug for row, _ in found}
        # beside a draft that has the clause, one without it counts only where it was meant
        others = name.is_given or not found
        found += [
            (row, not level)
            for row in rows
            if row.slug not in slugs and (others or row.slug == draft)
        ]
    found = found[:MOST]
    around = _around([row for row, _ in found])
    places = [_place(row, exact, around[row.version_id]) for row, exact in found]
    # the reader's own draft stays first even without the clause
    return sorted(places, key=lambda place: place.slug != draft)


def _rows(
    anchors: list[str], which: ColumnElement[bool], name: Name, draft: str
) -> Sequence[Row[Any]]:
    there = and_(Provision.version_id == DraftVersion.id, Provision.anchor.in_(anchors))
    statement = drafts(draft, name.slug).add_columns(*COLUMNS).join(Provision, there)
    statement = statement.where(which).order_by(Provision.position).limit(MOST)
    if not (draft or name.is_given):
        # those taking comments come first and are few: often there is no need to ask all
        found = db.session.execute(statement.where(Consultation.closes_at > clock.now())).all()
        if len(found) == MOST:
            return found
    return db.session.execute(statement).all()


def _numbered(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Without what bears no number where an annex of the draft bears the one that was asked for."""
    annexes = {row.slug for row in rows if row.kind == "annex" and row.number}
    return [row for row in rows if row.number or row.kind != "annex" or row.slug not in annexes]


def _around(rows: Sequence[Row[Any]]) -> dict[int, list[Row[Any]]]:
    """For each text what stands above the provisions and next to them, in order."""
    spots = [
        and_(
            Provision.version_id == row.version_id,
            or_(
                Provision.anchor == _unit(row.anchor),
                Provision.position.between(row.position, row.position + FOLLOWING),
            ),
        )
        for row in rows
    ]
    if not spots:
        return {}
    columns: tuple[Any, ...] = (Provision.version_id, Provision.depth, *COLUMNS)
    near = select(*columns)
    found: dict[int, list[Row[Any]]] = {}
    for one in db.session.execute(near.where(or_(*spots)).order_by(Provision.position)):
        found.setdefault(one.version_id, []).append(one)
    return found


def _place(row: Row[Any], exact: bool, around: Sequence[Row[Any]]) -> Place:
    unit = next((one for one in around if one.anchor == _unit(row.anchor)), row)
    own = next(one for one in around if one.provision_id == row.provision_id)
    words = []
    for one in around:
        inside = own.position < one.position <= own.position + FOLLOWING and one.depth > own.depth
        if one is own or inside:
            words += [one.heading if one is not unit else "", one.text]
    return Place(
        key=f"provision:{unit.provision_id}",
        slug=row.slug,
        draft=row.title,
        draft_en=row.title_en,
        anchor=row.anchor,
        place=citation(row.anchor),
        heading=unit.heading,
        words=shorten(" ".join(filter(None, words)), BEGINNING),
        version=row.version,
        round=row.round or 0,
        is_last=row.round == row.rounds,
        is_open=row.is_open,
        exact=exact,
    )


def _known(text: str) -> list[Place]:
    """The draft whose number, or whole title, was typed and nothing else."""
    name = Name.of(text)
    called = Dossier.slug == name.slug if len(name.words) >= FEWEST else false()
    if name.numbers and not name.words:
        called = next(conditions(name))
    rows = db.session.execute(drafts("", name.slug).where(called).limit(MOST)).all()
    return [
        Place(
            key=f"dossier:{row.dossier_id}",
            slug=row.slug,
            draft=row.title,
            draft_en=row.title_en,
            anchor="",
            place="",
            heading="",
            words="",
            version=row.version or 0,
            round=row.round or 0,
            is_last=row.round == row.rounds,
            is_open=row.is_open,
            exact=True,
        )
        for row in best(rows, name)
    ]
