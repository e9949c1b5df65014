"""Word files with tracked changes: accepting gives the newer text, rejecting the older one."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import replace

import docx
from docx.oxml.ns import qn
from hypothesis import given, settings
from lxml import etree

from app.documents.changes import Changes, changes_of
from app.documents.compared import Entry
from app.documents.exports.source import Edition, Unit
from app.documents.exports.tracked import to_tracked
from app.documents.lineage.align import align
from app.documents.parsers import read
from tests.documents.exports.editions import COVER, draft
from tests.documents.test_compared import numbered, versions


def changes(old: Edition, new: Edition) -> Changes:
    pairs = align(old.units, new.units)
    return changes_of(old, new, pairs, [None] * len(old.units))


def edition(units: list[Unit], closing: str = "") -> Edition:
    return Edition(COVER, "Căn cứ Luật;\nQUYẾT NGHỊ:", closing, units)


def tracked(old: Edition, new: Edition) -> bytes:
    return to_tracked(changes(old, new), "Bản 1 → bản 2", lambda entry: said(entry))


def said(entry: Entry) -> str:
    return "Chuyển từ nơi khác" if entry.moved else "Đã chuyển" if entry.gone_to else ""


def decided(data: bytes, gone: str, kept: str) -> list[str]:
    """The paragraphs once all of `gone` went and all of `kept` stayed, as Word does it."""
    body = docx.Document(io.BytesIO(data)).element.body
    for row in list(body.iter(qn("w:tr"))):
        if row.find(f"{qn('w:trPr')}/{qn(gone)}") is not None:
            row.getparent().remove(row)
    lines, line = [], ""
    for paragraph in body.iter(qn("w:p")):
        for run in paragraph.iter(qn("w:t"), qn("w:delText")):
            holders = {holder.tag for holder in run.iterancestors()}
            if qn(gone) not in holders:
                line += run.text or ""
        if paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn(gone)}") is None:
            lines.append(line)
            line = ""
    assert kept != gone
    return [" ".join(text.split()) for text in [*lines, line] if text.strip()]


def accepted(data: bytes) -> list[str]:
    return decided(data, "w:del", "w:ins")


def rejected(data: bytes) -> list[str]:
    return decided(data, "w:ins", "w:del")


def text_of(given: Edition) -> list[str]:
    """The paragraphs of a version on its own: compared with itself."""
    data = tracked(given, given)
    assert b"w:ins" not in zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    return accepted(data)


@settings(deadline=None, max_examples=25)
@given(versions())
def test_accepting_gives_the_newer_text_and_rejecting_the_older(
    both: tuple[list[Unit], list[Unit]],
) -> None:
    old, new = edition(both[0], "Nơi nhận:\n- Lưu."), edition(both[1], "Nơi nhận:\n- Như trên.")
    data = tracked(old, new)
    assert accepted(data) == text_of(new)
    assert rejected(data) == text_of(old)


def test_a_draft_with_tables_annexes_and_clauses() -> None:
    old = draft()
    units = [
        replace(
            unit,
            text=unit.text.replace("Hộ gia đình", "Hộ nghèo"),
            rows=tuple(
                tuple(cell.replace("3.000.000", "4.000.000") for cell in row) for row in unit.rows
            ),
        )
        for unit in old.units
    ]
    new = replace(old, units=units)
    data = tracked(old, new)
    assert accepted(data) == text_of(new)
    assert rejected(data) == text_of(old)
    assert "4.000.000 đồng" in accepted(data)
    assert "3.000.000 đồng" in rejected(data)


def test_who_changed_it_and_when() -> None:
    old = draft()
    new = replace(old, units=old.units[:-1])
    xml = etree.fromstring(zipfile.ZipFile(io.BytesIO(tracked(old, new))).read("word/document.xml"))
    found = list(xml.iter(qn("w:del"), qn("w:ins")))
    assert {change.get(qn("w:author")) for change in found} == {COVER.issuer}
    assert {change.get(qn("w:date")) for change in found} == {"2026-03-02T01:30:00Z"}
    assert len({change.get(qn("w:id")) for change in found}) == len(found)


def test_a_move_is_told_in_comments_at_both_places() -> None:
    text = "Kinh phí hỗ trợ do ngân sách tỉnh bảo đảm theo phân cấp hiện hành."
    old = numbered([("Mức hỗ trợ", ["Ba triệu đồng mỗi hộ.", text]), ("Hiệu lực", ["Ngay."])])
    new = numbered([("Mức hỗ trợ", ["Ba triệu đồng mỗi hộ."]), ("Hiệu lực", ["Ngay.", text])])
    document = docx.Document(io.BytesIO(tracked(edition(old), edition(new))))
    assert sorted(comment.text for comment in document.comments) == [
        "Chuyển từ nơi khác",
        "Đã chuyển",
    ]


def test_equal_changes_are_equal_files() -> None:
    old = draft()
    new = replace(old, units=random.Random(1).sample(list(old.units), len(old.units)))
    assert tracked(old, new) == tracked(old, new)


def test_read_again_it_is_the_newer_text() -> None:
    old = draft()
    new = replace(old, units=old.units[:-2])
    said = "\n".join(block.text for block in read(tracked(old, new), "changes.docx"))
    assert "Điều 51a. Mức hỗ trợ" in said
    gone = [unit.text for unit in old.units[-2:] if unit.text]
    assert gone
    assert not [text for text in gone if text in said]
