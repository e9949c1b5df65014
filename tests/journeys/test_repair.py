"""A drafter repairs the outline on a telephone, without scripts and without leaving the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.accounts.models import Role
from tests.journeys.conftest import Staff
from tests.journeys.visitor import Visitor
from tests.word import docx

pytestmark = pytest.mark.browser

TEXT = """\
Điều 1. Phạm vi điều chỉnh
1. Quyết định này quy định về cây xanh. 2. Cây ăn quả không thuộc phạm vi này.
Điều 3. Hiệu lực thi hành
Quyết định có hiệu lực từ ngày ký.
"""


def test_an_outline_is_repaired_and_accepted(
    visitor: Callable[..., Visitor], staff: Staff, tmp_path: Path
) -> None:
    drafter = staff.enter(visitor(width=360, js=False), Role.DRAFTER)
    drafter.go("/desk/dossiers/new")
    drafter.send(title="Quyết định về cây xanh", document_type="law", stage="drafting")
    desk, file = drafter.path, tmp_path / "du-thao.docx"
    file.write_bytes(docx(TEXT))
    drafter.go(f"{desk}/text")
    drafter.send(file=str(file))

    clause = "article[id='dieu-1.khoan-1']"
    drafter.page.locator(f"{clause} summary").click()
    drafter.look()
    split = f"{clause} form:has([name=words])"
    drafter.send(split, words="không có ở đây", number="2")
    assert drafter.page.locator(f"{clause} .err").is_visible(), "what is wrong is said at the unit"
    drafter.send(split, words="2. Cây ăn quả")
    assert drafter.page.url.endswith("#dieu-1.khoan-2")
    assert drafter.page.locator("article[id='dieu-1.khoan-2'] [role=status]").is_visible()

    drafter.press("#dieu-3 .doubt button")
    assert drafter.page.locator("#dieu-2").is_visible()
    drafter.press("#dieu-2 button[value=undo]")
    drafter.press("#dieu-3 .doubt button")
    drafter.press(f"form[action='{desk}/text/review'] button")
    assert drafter.path == desk
