"""Akoma Ntoso: valid for real laws and for any tree, and every unit found again by its anchor."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from app.documents.exports.akn import AKN, ANCHOR, to_akn
from app.documents.exports.eids import eid_of
from app.documents.exports.source import Edition, Unit, edition_of_outline
from app.documents.nodes import Kind
from tests.documents.exports.editions import any_editions, draft, of
from tests.documents.test_laws import NAMES, law

SCHEMA = Path(__file__).parent / "schema" / "akomantoso30.xsd"
SPACES = {"a": AKN}


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def checked(edition: Edition) -> etree._Element:
    root = etree.fromstring(to_akn(edition))
    schema().assertValid(root)
    return root


def texts(root: etree._Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path, SPACES)]


@pytest.mark.parametrize("name", NAMES)
def test_a_law_is_a_valid_act_and_all_of_it_is_there(name: str) -> None:
    edition = edition_of_outline(law(name))
    root = checked(edition)
    assert root[0].tag == f"{{{AKN}}}act"
    found = {e.get(ANCHOR): e.get("eId") for e in root.iter() if e.get(ANCHOR)}
    assert found == eid_of(edition.units)
    written = "".join("".join(root.itertext()).split())
    for unit in edition.units:
        assert "".join(unit.text.split()) in written, unit.anchor


def test_a_draft_is_a_bill_that_says_which_version_it_is() -> None:
    root = checked(draft())
    assert root[0].tag == f"{{{AKN}}}bill"
    assert root[0].get("name") == "nghi-quyet"
    uris = [e.get("value") for e in root[0][0].iterfind(".//a:FRBRuri", SPACES)]
    work = "/akn/vn/bill/2026/ho-tro-nuoc-sach"
    assert uris == [work, f"{work}/vie@v2", f"{work}/vie@v2.akn"]
    assert root.find(".//a:FRBRalias", SPACES).get("value").endswith("/ho-tro-nuoc-sach")
    assert [e.get("date") for e in root.iterfind(".//a:eventRef", SPACES)] == ["2026-03-02"]
    assert root.find(".//a:TLCOrganization", SPACES).get("showAs") == "Sở Xây dựng"
    assert texts(root, ".//a:docTitle") == ["Quy định hỗ trợ nước sạch nông thôn"]


def test_what_a_draft_rests_on_is_cited_and_what_it_orders_is_a_formula() -> None:
    root = checked(draft())
    assert texts(root, ".//a:citation/a:p") == ["Căn cứ Luật Tổ chức chính quyền địa phương;"]
    assert texts(root, ".//a:formula/a:p")[-1] == "QUYẾT NGHỊ:"


def test_clauses_are_paragraphs_and_what_stands_before_them_an_intro() -> None:
    root = checked(draft())
    assert texts(root, ".//a:paragraph/a:num")[:2] == ["1.", "2."]
    assert texts(root, ".//a:paragraph/a:intro/a:p") == ["Cơ quan, tổ chức có liên quan:"]
    assert texts(root, ".//a:point/a:num") == ["a)", "đ)"]
    content = root.find(".//a:article[@eId='art_51a']/a:content", SPACES)
    assert [etree.QName(child).localname for child in content] == ["p", "table"]
    assert texts(content, "a:table/a:tr/a:th/a:p") == ["Vùng", "Mức"]
    assert texts(content, "a:table/a:tr/a:td/a:p") == ["Miền núi", "3.000.000 đồng"]


def test_an_attached_text_is_an_attachment_with_its_own_articles() -> None:
    root = checked(draft())
    path = ".//a:attachment[@eId='att_1']/a:doc/a:mainBody/a:article"
    assert [e.get("eId") for e in root.iterfind(path, SPACES)] == ["att_1__art_1"]


def test_a_table_behind_points_stays_behind_them() -> None:
    article = Unit(Kind.ARTICLE, "1", "Tên", "Gồm:", "dieu-1", 0, label="Điều 1.")
    point = Unit(Kind.POINT, "a", "", "Một.", "dieu-1.diem-a", 1, label="a)")
    table = Unit(Kind.TABLE, "", "", "Ghi chú.", "dieu-1.bang-1", 1, (("x", "y"),))
    found = checked(of(article, point, table)).find(".//a:article", SPACES)
    assert [etree.QName(child).localname for child in found] == [
        "num", "heading", "intro", "point", "hcontainer",
    ]  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(any_editions())
def test_any_tree_under_any_words_is_valid(edition: Edition) -> None:
    root = checked(edition)
    found = {e.get(ANCHOR): e.get("eId") for e in root.iter() if e.get(ANCHOR)}
    assert found == eid_of(edition.units)
