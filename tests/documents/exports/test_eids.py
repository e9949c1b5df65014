"""Anchors and eIds: one for one, and readable both ways."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from app.documents.exports.eids import anchor_of, eid_of
from app.documents.exports.source import Unit, edition_of_outline
from tests.documents.exports.editions import any_units, draft
from tests.documents.test_laws import NAMES, law


def test_a_draft_has_the_names_the_convention_gives() -> None:
    assert eid_of(draft().units) == {
        "chuong-i": "chp_I",
        "dieu-1": "art_1",
        "dieu-2": "art_2",
        "dieu-2.khoan-1": "art_2__para_1",
        "dieu-2.khoan-2": "art_2__para_2",
        "dieu-2.khoan-2.diem-a": "art_2__para_2__point_a",
        "dieu-2.khoan-2.diem-dd": "art_2__para_2__point_dd",
        "dieu-2.khoan-2a": "art_2__para_2a",
        "dieu-51a": "art_51a",
        "dieu-51a.bang-1": "art_51a__table_1",
        "phu-luc-1": "att_1",
        "phu-luc-1.dieu-1": "att_1__art_1",
        "phu-luc-1.dieu-1.khoan-1": "att_1__art_1__para_1",
    }


def test_parts_counted_in_words_and_chapters_counted_anew() -> None:
    eids = eid_of(edition_of_outline(law("bo-luat-91-2015-qh13")).units)
    assert eids["phan-1"] == "part_1"
    assert eids["chuong-xv.muc-7.tieu-muc-1"] == "chp_XV__sec_7__subsec_1"


@pytest.mark.parametrize("name", NAMES)
def test_each_unit_of_a_law_has_one_name_and_each_name_one_unit(name: str) -> None:
    units = edition_of_outline(law(name)).units
    eids, anchors = eid_of(units), anchor_of(units)
    assert len(eids) == len(anchors) == len(units)
    assert all(anchors[eids[unit.anchor]] == unit.anchor for unit in units)


@settings(deadline=None, max_examples=100)
@given(any_units())
def test_names_are_unique_in_any_tree(units: list[Unit]) -> None:
    eids = eid_of(units)
    assert len(set(eids.values())) == len(units)
    assert all(eid.isascii() and not set(eid) & set(" \t\n") for eid in eids.values())
