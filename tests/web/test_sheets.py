"""Spreadsheets that people fill in: read apart from everything else, written so that nothing runs."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.web import sheet_child, sheet_writer, sheets
from app.web.packages import XLSX
from app.web.refusals import RefusalCode, Refused
from app.web.sheet_writer import Table, column, write
from app.web.uploads import inspect

CELLS = st.text(st.characters(exclude_categories=["C"]), max_size=20).map(str.strip)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def book_of(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def swapped(data: bytes, part: str, content: str) -> bytes:
    """The package with one of its parts replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return made.getvalue()


def test_cells_come_as_the_text_they_show() -> None:
    data = book_of(["x", date(2026, 3, 5), 3, 2.5, True, datetime(2026, 3, 5, 9, 30), None, " y "])
    assert sheets.read(data, "a.xlsx") == [
        sheets.Row(1, ["x", "2026-03-05", "3", "2.5", "TRUE", "2026-03-05 09:30", "", "y"])
    ]


def test_a_row_keeps_the_number_beside_it_and_empty_ones_are_passed_over() -> None:
    book = Workbook()
    book.active["A2"], book.active["C90"] = "near", "far"
    found = sheets.read(saved(book), "a.xlsx")
    assert [(row.number, row[0], row[2], row[50]) for row in found] == [
        (2, "near", "", ""),
        (90, "", "far", ""),
    ]


def test_a_formula_is_never_evaluated() -> None:
    assert sheets.read(book_of(["=1+1", "kept"]), "a.xlsx")[0].cells == ["", "kept"]


def test_a_named_sheet_is_read_and_else_the_first() -> None:
    tables = [Table(name, [name], [], [9]) for name in ("Một", "Hai")]
    data = write(tables)
    assert sheets.read(data, "a.xlsx", "Hai")[0].cells == ["Hai"]
    assert sheets.read(data, "a.xlsx", "Ba")[0].cells == ["Một"]


def test_columns_far_to_the_right_are_nobodys() -> None:
    book = Workbook()
    book.active["A1"], book.active["XFD1"] = "here", "there"
    assert sheets.read(saved(book), "a.xlsx")[0].cells == ["here"]


def test_more_rows_than_anybody_types_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_child, "ROWS", 3)
    assert sheet_child.answer(book_of(*[["x"]] * 3), "")["rows"]
    assert sheet_child.answer(book_of(*[["x"]] * 4), "")["refused"] == RefusalCode.TOO_MANY_ENTRIES


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", RefusalCode.EMPTY),
        (b"a,b\n1,2\n", RefusalCode.WRONG_TYPE),
        (b"PK\x03\x04 xl/workbook.xml", RefusalCode.TRUNCATED),
        (
            swapped(
                book_of(["x"]), "xl/worksheets/sheet1.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>'
            ),
            RefusalCode.EXTERNAL_ENTITIES,
        ),
        (swapped(book_of(["x"]), "xl/worksheets/sheet1.xml", "<broken"), RefusalCode.TRUNCATED),
        (swapped(book_of(["x"]), "xl/workbook.xml", "<x/>"), RefusalCode.TRUNCATED),
    ],
)
def test_what_is_no_sound_workbook_is_refused_by_name(data: bytes, code: RefusalCode) -> None:
    with pytest.raises(Refused) as refused:
        sheets.read(data, "a.xlsx")
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("bytearray(600 * 1024 ** 2)", RefusalCode.TOO_HEAVY),
        ("import os; os.system('true')", RefusalCode.TOO_HEAVY),
        ("import signal, os; os.kill(os.getpid(), signal.SIGXCPU)", RefusalCode.TOO_SLOW),
    ],
)
def test_a_reader_gone_wild_harms_nobody(
    ending: str, code: RefusalCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "START", f"{sheets.START}\n{ending}")
    with pytest.raises(Refused) as refused:
        sheets.read(book_of(["x"]), "a.xlsx")
    assert refused.value.code is code
    assert sheets._turn.acquire(blocking=False), "the next one may be read"
    sheets._turn.release()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=5))
def test_what_was_written_is_read_again(rows: list[list[str]]) -> None:
    data = write([Table("Bảng", ["a", "b"], rows, [9, 9])])
    found = dict(sheet_child.rows(data, ""))
    for number, row in enumerate(rows, 2):
        while row and not row[-1]:
            row = row[:-1]
        assert found.get(number, []) == row


def test_what_was_written_holds_no_formula_and_passes_the_inspection() -> None:
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")']
    data = write([Table('Bảng <&">', ["a"], [evil], [9], {0: "Mã!$A$2:$A$3"})])
    assert inspect(data, "a.xlsx", kinds={XLSX}).media_type == XLSX
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    cells = list(sheet[2])
    assert [cell.value.strip() for cell in cells] == [text.strip() for text in evil]
    assert {cell.data_type for cell in cells} == {"s"}
    # typed into again, they stay the text they were
    assert {(cell.quotePrefix, cell.number_format) for cell in cells} == {(True, "@")}
    assert sheet.data_validations.dataValidation[0].formula1 == "Mã!$A$2:$A$3"
    assert sheet_writer.write([]) == sheet_writer.write([])


def test_columns_are_counted_in_letters() -> None:
    assert [column(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]
