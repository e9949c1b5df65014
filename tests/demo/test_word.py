"""A draft keeps every line on its way to Word, and looks like the file of an office."""

from __future__ import annotations

import io
from collections import Counter

import docx
import pytest

from app.demo.content import DATA
from app.demo.word import to_docx

DRAFTS = sorted(path.name for path in (DATA / "drafts").glob("*.txt"))


def _draft(name: str) -> str:
    return (DATA / "drafts" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DRAFTS)
def test_word_keeps_every_line(name: str) -> None:
    document = docx.Document(io.BytesIO(to_docx(_draft(name))))
    kept = Counter(paragraph.text for paragraph in document.paragraphs)
    for table in document.tables:
        for row in table.rows:
            kept.update(p.text for cell in row.cells for p in cell.paragraphs)

    wanted: Counter[str] = Counter()
    for line in filter(None, map(str.strip, _draft(name).splitlines())):
        if line.startswith("| "):
            wanted.update(cell.strip() for cell in line.strip("|").split("|"))
        else:
            wanted.update(part.strip() for part in line.split("||"))
    del kept[""], wanted[""]

    assert kept == wanted


def test_word_has_the_layout_of_an_office() -> None:
    document = docx.Document(io.BytesIO(to_docx(_draft("tru-nuoc-mua-tai-dinh-cu-an-toan.txt"))))
    head, rates, signature, annex = document.tables
    looks = {p.text: p for p in document.paragraphs}

    assert [len(head.columns), len(signature.columns)] == [2, 2]
    assert head.style != rates.style == annex.style
    assert signature.cell(0, 1).text == "CHỦ TỊCH"
    for heading in ("NGHỊ QUYẾT", "Chương I", "QUY ĐỊNH CHUNG", "Mục 1", "QUYẾT NGHỊ:"):
        assert looks[heading].alignment == 1
        assert looks[heading].runs[0].bold
    assert looks["Điều 2. Đối tượng áp dụng"].runs[0].bold
    assert looks["Điều 2. Đối tượng áp dụng"].alignment != 1
