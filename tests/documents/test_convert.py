"""Files read with the help of other programs, where they are installed."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pypdfium2
import pytest

from app.documents.nodes import DoubtCode
from app.documents.outline import build
from app.documents.parsers import child, convert
from app.documents.parsers.blocks import Block, UnreadableCode, UnreadableError
from app.documents.parsers.docx import read_docx
from app.documents.parsers.plain import read_text
from app.documents.words import refusal as refusal_in_words
from tests.documents.test_laws import LAWS
from tests.documents.test_pdf import printed, refusal, units


def scan(data: bytes) -> bytes:
    """The pages of a PDF as pictures only."""
    source, made = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument.new()
    for page in source:
        width, height = page.get_size()
        bitmap = page.render(scale=200 / 72, grayscale=True)
        picture = pypdfium2.PdfImage.new(made)
        picture.set_bitmap(bitmap)
        picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        sheet = made.new_page(width, height)
        sheet.insert_obj(picture)
        sheet.gen_content()
        for used in (sheet, bitmap, page):
            used.close()
    saved = io.BytesIO()
    made.save(saved)
    made.close()
    source.close()
    return saved.getvalue()


def test_a_scan_is_read_where_tesseract_knows_vietnamese_and_else_refused() -> None:
    lines = "Điều 1. Phạm vi điều chỉnh\nLuật này quy định về quyền lập hội của công dân.\n"
    data = scan(printed(read_text(lines.encode())))
    assert refusal(data)[0] is UnreadableCode.SCANNED
    program = shutil.which("tesseract")
    able = program is not None and convert.LANGUAGE in convert._languages(program)
    read = convert.scanned(data)
    assert (read is not None) == able
    if read is not None:
        assert [block.text for block in read.blocks] == ["DỰ THẢO 2", *lines.splitlines()]
        assert read.silent == []


def test_text_recognised_from_pictures_is_doubted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [Block(text="Điều 1. Tên", line=3), Block(text="1. Một.", line=4)]
    monkeypatch.setattr(child, "scanned", lambda _: convert.Scan(lines, []))
    assert [(doubt.code, doubt.line) for doubt in child.scan(b"").doubts] == [
        (DoubtCode.RECOGNISED, 3)
    ]
    assert build(lines).doubts == ()


def test_a_page_that_gave_no_text_is_doubted_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    found = convert.Scan([Block(text="Điều 1. Tên", line=3)], [2, 3, 7])
    monkeypatch.setattr(child, "scanned", lambda _: found)
    told = {doubt.code: (doubt.line, doubt.facts) for doubt in child.scan(b"").doubts}
    assert told[DoubtCode.SILENT_PAGES] == (3, {"text": "2-3, 7"})


HEAD = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)
LINE = "4\t1\t1\t1\t1\t0\t100\t100\t400\t40\t-1\t"
WORD = "5\t1\t1\t1\t1\t1\t100\t100\t200\t40\t95\tĐiều"


@pytest.fixture
def tesseract(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A program that sees a word on the first page only; the seconds it was given for each."""
    given: list[float] = []

    def run(_command: list[str], _directory: Path, seconds: float) -> str:
        given.append(seconds)
        return "\n".join([HEAD, LINE, WORD] if len(given) == 1 else [HEAD])

    monkeypatch.setattr(shutil, "which", lambda _: "tesseract")
    monkeypatch.setattr(convert, "_languages", lambda _: {convert.LANGUAGE})
    monkeypatch.setattr(convert, "_run", run)
    return given


def sheets(count: int) -> bytes:
    made, saved = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(count):
        made.new_page(200, 200).close()
    made.save(saved)
    made.close()
    return saved.getvalue()


def test_pages_without_text_are_named(tesseract: list[float]) -> None:
    read = convert.scanned(sheets(3))
    assert read is not None
    assert ([block.text for block in read.blocks], read.silent) == (["Điều"], [2, 3])
    assert len(tesseract) == 3
    tesseract.append(0)
    with pytest.raises(UnreadableError) as refused:
        convert.scanned(sheets(3))
    assert refused.value.facts == {"pages": "1-3"}


def test_more_pages_than_can_be_waited_for_are_refused_before_any_is_read(
    tesseract: list[float],
) -> None:
    assert convert.scanned(sheets(convert.SCANNED_PAGES)) is not None
    del tesseract[:]
    with pytest.raises(UnreadableError) as refused:
        convert.scanned(sheets(convert.SCANNED_PAGES + 1))
    assert refused.value.code is UnreadableCode.SCAN_TOO_LONG
    assert refusal_in_words(refused.value)[1] == 422
    assert "10" in str(refusal_in_words(refused.value)[0])
    assert tesseract == []


def test_the_pages_share_the_time_of_the_scan(
    monkeypatch: pytest.MonkeyPatch, tesseract: list[float]
) -> None:
    now = iter([0, 0, 15, 45])
    monkeypatch.setattr(convert, "monotonic", lambda: next(now))
    convert.scanned(sheets(3))
    assert tesseract == [30, 30, 5]


def test_a_scan_that_takes_too_long_says_so(
    monkeypatch: pytest.MonkeyPatch, tesseract: list[float]
) -> None:
    def slow(_command: list[str], _directory: Path, _seconds: float) -> str:
        raise UnreadableError(UnreadableCode.TOO_LONG)

    monkeypatch.setattr(convert, "_run", slow)
    with pytest.raises(UnreadableError) as refused:
        convert.scanned(sheets(1))
    assert refused.value.code is UnreadableCode.SCAN_TOO_LONG


def test_an_old_word_file_is_read_where_libreoffice_is_and_else_left() -> None:
    data = (LAWS / "luat-102-sl-l.004.doc").read_bytes()
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        assert convert.old_word(data) is None
        return
    converted = convert.old_word(data)
    assert converted is not None
    source = read_docx((LAWS / "luat-102-sl-l.004.docx").read_bytes())
    assert list(units(read_docx(converted))) == list(units(source))
    with pytest.raises(UnreadableError) as refused:
        convert.old_word(b"\xd0\xcf\x11\xe0 and then nothing")
    assert refused.value.code is UnreadableCode.DAMAGED


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as refused:
        convert._run(["sleep", "60"], tmp_path, 0.1)
    assert refused.value.code is UnreadableCode.TOO_LONG


def test_without_the_programs_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert convert.old_word(b"") is None
    assert convert.scanned(b"") is None
