"""Readers of files: each gives the same flat list of blocks."""

from app.documents.parsers.blocks import Block, UnreadableCode, UnreadableError
from app.documents.parsers.docx import read_docx
from app.documents.parsers.html import read_html
from app.documents.parsers.odt import read_odt
from app.documents.parsers.pdf import read_pdf
from app.documents.parsers.plain import read_text
from app.web.uploads import DOCX, HTML, MARKDOWN, ODT, PDF, TEXT, recognise

READERS = {
    DOCX: read_docx,
    ODT: read_odt,
    HTML: read_html,
    PDF: read_pdf,
    TEXT: read_text,
    MARKDOWN: read_text,
}


def read(data: bytes, filename: str) -> list[Block]:
    """The blocks of a file, by what it holds and not by what it is called; raises UnreadableError.

    The name only tells Markdown, or a piece of HTML, from plain text.
    """
    reader = READERS.get(recognise(data, filename))
    if reader is None:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT)
    return reader(data)
