"""JSON: the keys docs/exports.md names, in a tree that carries anchors, eIds and citations."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import given, settings

from app.documents.exports.record import to_json
from app.documents.exports.source import Edition
from tests.documents.exports.editions import any_editions, draft

DOCUMENT = Path(__file__).parents[3] / "docs" / "exports.md"


def record(edition: Edition) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(to_json(edition))
    return found


def walk(nodes: list[dict[str, Any]]) -> list[str]:
    return [anchor for node in nodes for anchor in (node["anchor"], *walk(node["children"]))]


def test_a_point_knows_its_anchor_its_eid_and_how_it_is_cited() -> None:
    found = record(draft())
    point = found["nodes"][0]["children"][1]["children"][1]["children"][1]
    assert point == {
        "anchor": "dieu-2.khoan-2.diem-dd",
        "eid": "art_2__para_2__point_dd",
        "citation": "điểm đ khoản 2 Điều 2",
        "kind": "point",
        "number": "đ",
        "label": "đ)",
        "heading": "",
        "text": "Tổ chức khác.",
        "rows": [],
        "children": [],
    }
    assert found["posted_at"] == "2026-03-02T01:30:00+00:00"
    assert (found["version"], found["language"]) == (2, "vi")


def test_each_key_is_documented_and_each_documented_key_is_there() -> None:
    found = record(draft())
    # the table of answers has a section and keys of its own further down
    version = DOCUMENT.read_text(encoding="utf-8").split("\n## The table of opinions")[0]
    told = set(re.findall(r"^\| `(\w+)` \|", version, re.MULTILINE))
    assert told == set(found) | set(found["nodes"][0])


@settings(deadline=None, max_examples=60)
@given(any_editions())
def test_any_tree_is_written_in_order(edition: Edition) -> None:
    assert walk(record(edition)["nodes"]) == [unit.anchor for unit in edition.units]
