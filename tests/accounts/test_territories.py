"""Territories: one lies in another, never in itself, and what is above reaches all below."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import territories
from app.accounts.models import Territory
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb

CODES = [f"noi-{n}" for n in range(6)]


def name(code, parent=None, called="Xã Khe Vàng"):
    return territories.name(code, called=called, called_en="", parent=parent, now=clock.now())


def facts():
    verbs = (Verb.TERRITORY_NAMED, Verb.AGENCY_PLACED)
    return db.session.query(Entry).where(Entry.verb.in_(verbs)).count()


def test_a_commune_lies_in_its_province_and_in_all_above(app):
    for code, parent in (("nuoc", None), ("tinh", "nuoc"), ("xa", "tinh"), ("tinh-khac", "nuoc")):
        name(code, parent)
    assert territories.lines() == {
        "nuoc": ("nuoc",),
        "tinh": ("tinh", "nuoc"),
        "xa": ("xa", "tinh", "nuoc"),
        "tinh-khac": ("tinh-khac", "nuoc"),
    }
    assert [db.session.get(Territory, code).position for code in ("nuoc", "tinh-khac")] == [0, 3]


def test_the_same_words_again_change_nothing_and_others_rename(app):
    name("xa")
    before = facts()
    name("xa")
    assert facts() == before
    name("xa", called="Xã Khe Bạc")
    assert db.session.get(Territory, "xa").name == "Xã Khe Bạc"
    assert facts() == before + 1


def test_no_place_lies_in_itself_or_in_one_that_does_not_exist(app):
    name("tinh")
    name("xa", "tinh")
    for code, parent in (("xa", "xa"), ("tinh", "xa"), ("tinh", "tinh")):
        with pytest.raises(territories.CircleError):
            name(code, parent)
    with pytest.raises(territories.UnknownTerritoryError, match="huyen"):
        name("xa", "huyen")


def test_an_agency_stands_where_it_decides(app, world):
    agency = world.agency()
    with pytest.raises(territories.UnknownTerritoryError):
        territories.place(agency, "xa", clock.now())
    name("xa")
    before = facts()
    for _ in range(2):
        territories.place(agency, "xa", clock.now())
    assert (agency.territory, facts()) == ("xa", before + 1)
    territories.place(agency, None, clock.now())
    assert agency.territory is None


@given(st.lists(st.sampled_from([None, *CODES]), min_size=6, max_size=6))
def test_a_line_ends_whatever_the_rows_say(parents):
    line = territories.line_of("noi-0", dict(zip(CODES, parents, strict=True)))
    assert line[0] == "noi-0"
    assert len(line) == len(set(line)) <= len(CODES)
