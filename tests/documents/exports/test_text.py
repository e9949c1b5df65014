"""Plain text and Word: what the portal writes, it reads back to the same tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.documents.exports.docx import to_docx
from app.documents.exports.source import Edition, edition_of_outline
from app.documents.exports.text import to_text
from app.documents.nodes import Outline
from app.documents.outline import build
from app.documents.parsers.docx import read_docx
from app.documents.parsers.plain import read_text
from tests.documents.exports.editions import draft
from tests.documents.test_laws import NAMES, law


def through_text(edition: Edition) -> Outline:
    return build(read_text(to_text(edition).encode()))


def through_word(edition: Edition) -> Outline:
    return build(read_docx(to_docx(edition)))


WAYS = pytest.mark.parametrize("through", [through_text, through_word])


def tree(edition: Edition) -> list[tuple[Any, ...]]:
    """Anchors, depths and words; a table cell in plain text is one line."""
    return [
        (
            unit.anchor,
            unit.depth,
            unit.heading,
            unit.text,
            [[" ".join(cell.split()) for cell in row] for row in unit.rows],
        )
        for unit in edition.units
    ]


@WAYS
@pytest.mark.parametrize("name", NAMES)
def test_a_law_comes_back_as_it_left(name: str, through: Callable[[Edition], Outline]) -> None:
    before = law(name)
    after = through(edition_of_outline(before))
    assert tree(edition_of_outline(after)) == tree(edition_of_outline(before))
    for fact in ("title", "number", "issued", "preamble", "closing"):
        assert getattr(after, fact) == getattr(before, fact), fact


@WAYS
def test_a_draft_with_an_attached_text_comes_back(through: Callable[[Edition], Outline]) -> None:
    before = draft()
    after = through(before)
    assert tree(edition_of_outline(after)) == tree(before)
    assert after.title == before.cover.title
    assert after.preamble == before.preamble
    assert after.closing == before.closing


def test_the_text_reads_like_the_document() -> None:
    text = to_text(draft())
    assert text.startswith(
        "| Dự thảo lần 2 | đăng 02/03/2026 | "
        "https://gopy.example.vn/consultations/ho-tro-nuoc-sach |\n\nSỞ XÂY DỰNG\n"
    )
    assert "\nNGHỊ QUYẾT\nQuy định hỗ trợ nước sạch nông thôn\n" in text
    assert "\n\nChương I\nQUY ĐỊNH CHUNG\n\nĐiều 1. Phạm vi điều chỉnh\n" in text
    assert "\na) Ủy ban nhân dân cấp xã;\n" in text
    assert "\n| Vùng | Mức |\n| Miền núi | 3.000.000 đồng |\n" in text
