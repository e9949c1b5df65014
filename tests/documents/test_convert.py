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
    assert [block.text for block in read or []] in ([], ["DỰ THẢO 2", *lines.splitlines()])


def test_text_recognised_from_pictures_is_doubted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [Block(text="Điều 1. Tên", line=3), Block(text="1. Một.", line=4)]
    monkeypatch.setattr(child, "scanned", lambda _: lines)
    assert [(doubt.code, doubt.line) for doubt in child.scan(b"").doubts] == [
        (DoubtCode.RECOGNISED, 3)
    ]
    assert build(lines).doubts == ()


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
