"""The clerk's spreadsheet is sound in every language of the portal."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from app.web.locale import LANGUAGES, Language
from tests.comments.intake import Desk


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_its_lists_of_codes_are_where_its_cells_look_for_them(
    client, world, language: Language
) -> None:
    desk = Desk(client, world)
    answer = client.get(f"{language.prefix}{desk.url}/template.xlsx")
    assert answer.status_code == 200
    assert "filename" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.get_data()))
    assert len(set(book.sheetnames)) == 3
    for rule in book.worksheets[0].data_validations.dataValidation:
        sheet, cells = rule.formula1.rsplit("!", 1)
        assert sheet.strip("'") in book.sheetnames
        assert all(cell.value for row in book[sheet.strip("'")][cells] for cell in row)
