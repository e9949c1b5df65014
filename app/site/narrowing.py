"""Narrowing the list of drafts: by topic, by territory, by agency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, Select, func, select

from app.accounts import territories
from app.accounts.models import Agency, Territory
from app.documents.models import Dossier, Topic, is_public
from app.extensions import db
from app.web.phrases import Phrase, in_order, named

MOST = 200  # choices of one list; of more territories those around the chosen one are offered
DEEPER = "\N{EM SPACE}"
LABELS = {"topic": _l("Topic"), "territory": _l("Territory"), "agency": _l("Agency")}
Option = tuple[str, Phrase]
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Narrowing:
    """What is wanted of each, as the address of the list writes it; "" wants all."""

    topic: str = ""
    territory: str = ""
    agency: str = ""
    # the territory and those it lies in
    line: tuple[str, ...] = field(default=(), compare=False)

    @property
    def address(self) -> dict[str, str]:
        """The parameters of the address that say the same."""
        return {name: getattr(self, name) for name in LABELS if getattr(self, name)}

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What is true of the dossiers wanted, beside their agency in one row."""
        if self.topic:
            yield Dossier.topic == self.topic
        if self.territory:
            # what a province decides binds its communes: who asks for a commune is shown both
            yield Agency.territory.in_(self.line)
        if self.agency:
            yield Agency.slug == self.agency


def chosen(address: Mapping[str, str]) -> Narrowing:
    """What the address asks for; raises ValueError where there is no such thing."""
    topic, territory, agency = (address.get(name, "") for name in LABELS)
    wanted = Narrowing(topic, territory, agency)
    if "\0" in "".join(wanted.address.values()):
        raise ValueError(wanted.address)
    line: tuple[str, ...] = ()
    if territory:
        line = territories.lines().get(territory, ())
    known = select(Agency.id).where(Agency.slug == agency)
    if (
        (topic and db.session.get(Topic, topic) is None)
        or (territory and not line)
        or (agency and db.session.scalar(known) is None)
    ):
        raise ValueError(wanted.address)
    return replace(wanted, line=line)


def words(wanted: Narrowing) -> dict[str, Any]:
    """The choices of the form above the list, and the names of what is chosen."""
    offered: dict[str, list[Option]] = {
        "topic": [(code, name) for code, name, _drafts in topics()],
        "territory": _territories(wanted.line),
        "agency": _agencies(wanted.line),
    }
    names = _names(wanted)
    for name, value in wanted.address.items():
        if value not in {known for known, _text in offered[name]}:
            offered[name].append((value, names[name]))
    everything = {"topic": _("All topics"), "territory": _("All"), "agency": _("All agencies")}
    return {
        "filters": [
            {
                "name": name,
                "label": LABELS[name],
                "value": getattr(wanted, name),
                "options": [("", everything[name]), *found],
            }
            for name, found in offered.items()
            if found
        ],
        "chosen": list(names.values()),
        "narrowed": wanted.address,
        "above": [_called(db.session.get_one(Territory, code)) for code in wanted.line[1:]],
    }


def topics() -> list[tuple[str, Phrase, int]]:
    """The topics of public drafts in the order of lists: code, name, how many drafts."""
    return [(row.code, _called(row), row.drafts) for row in db.session.execute(_topics())]


@cache
def _topics() -> Select[*tuple[Any, ...]]:
    return (
        select(Topic.code, Topic.name, Topic.name_en, func.count(Dossier.id).label("drafts"))
        .join(Dossier, Dossier.topic == Topic.code)
        .where(is_public())
        .group_by(Topic.code, Topic.name, Topic.name_en, Topic.position)
        .order_by(Topic.position, Topic.code)
    )


def _called(row: Any) -> Phrase:
    return named(row.name, row.name_en)


def _names(wanted: Narrowing) -> dict[str, Phrase]:
    found: dict[str, Phrase] = {}
    if wanted.topic:
        found["topic"] = _called(db.session.get_one(Topic, wanted.topic))
    if wanted.territory:
        found["territory"] = _called(db.session.get_one(Territory, wanted.territory))
    if wanted.agency:
        agency = select(Agency.name, Agency.name_en).where(Agency.slug == wanted.agency)
        found["agency"] = _called(db.session.execute(agency).one())
    return found


def _territories(line: tuple[str, ...]) -> list[Option]:
    """Those there are, each under the one it lies in."""
    rows = db.session.execute(_a_few_territories()).all()
    if len(rows) > MOST:
        # the way down from the top to the chosen one, and the next steps from there
        shown = Territory.parent_code.in_(line) | Territory.code.in_(line)
        around = _in_order_of_lists().where(shown | Territory.parent_code.is_(None))
        rows = db.session.execute(around).all()
    below: dict[str | None, list[AnyRow]] = {}
    for row in rows:
        below.setdefault(row.parent_code, []).append(row)
    return list(_tree(below, None, 0))


@cache
def _in_order_of_lists() -> Select[*tuple[Any, ...]]:
    columns = Territory.code, Territory.parent_code, Territory.name, Territory.name_en
    return select(*columns).order_by(Territory.position, Territory.code)


@cache
def _a_few_territories() -> Select[*tuple[Any, ...]]:
    return _in_order_of_lists().limit(MOST + 1)


def _tree(
    below: Mapping[str | None, Sequence[AnyRow]], parent: str | None, depth: int
) -> Iterator[Option]:
    for row in below.get(parent, ()):
        name = _called(row)
        yield row.code, Phrase(DEEPER * depth + name.text, name.lang)
        yield from _tree(below, row.code, depth + 1)


def _agencies(line: tuple[str, ...]) -> list[Option]:
    """Those that have public drafts; none where they are too many to choose from."""
    query = _with_drafts()
    if line:
        query = query.where(Agency.territory.in_(line))
    rows = db.session.execute(query).all()
    if len(rows) > MOST:
        return []
    return in_order([(row.slug, _called(row)) for row in rows], lambda one: one[1])


@cache
def _with_drafts() -> Select[*tuple[Any, ...]]:
    drafts = select(Dossier.id).where(Dossier.agency_id == Agency.id, is_public()).exists()
    columns = Agency.slug, Agency.name, Agency.name_en
    return select(*columns).where(drafts).limit(MOST + 1)
