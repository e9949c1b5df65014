"""PDF files with a text layer as blocks: what a reader of the printed page would call a paragraph.

Nothing in the file is run, opened or fetched: PDFium is built without scripts and forms here.
"""

import threading
from collections import Counter
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as c

from app.documents.parsers.blocks import Block, UnreadableCode, UnreadableError
from app.documents.parsers.pdf_items import (
    Aside,
    Item,
    framed,
    items_of,
    tables_joined,
    with_signature,
)
from app.documents.parsers.pdf_lines import Line, body_size, without_furniture
from app.documents.parsers.pdf_notes import notes_apart, with_marks
from app.documents.parsers.pdf_paragraphs import block_of, habits_of, paragraphs
from app.documents.parsers.pdf_runs import Page, read_page

PAGES = 2_000
LETTERS = 1_500_000  # four times the Civil Code
# A page with fewer letters under a picture of most of it is a scan with a stamp.
FEW_LETTERS = 200
MOST_OF_PAGE = 0.5
UNKNOWN_PART = 0.2

# PDFium keeps state of its own and may be used by one thread at a time.
pdfium = threading.Lock()


def read_pdf(data: bytes) -> list[Block]:
    """The paragraphs and tables of a PDF in reading order; raises UnreadableError.

    Running heads, page numbers and stamps are left out; a stamp is set at a slant or large and on
    every page. What stands on its side outside of a table comes behind the text unless it repeats,
    and footnotes come last.
    """
    pages = read_pages(data)
    blank = [at for at, page in enumerate(pages, 1) if is_scan(page)]
    letters = sum(len(run.text) for page in pages for run in page.runs)
    if blank or not letters:
        raise UnreadableError(UnreadableCode.SCANNED, pages=spans(blank or [1]))
    if sum(page.unknown for page in pages) > UNKNOWN_PART * letters:
        raise UnreadableError(UnreadableCode.GARBLED)
    return blocks_of(pages)


def is_scan(page: Page) -> bool:
    """True where a page is a picture, with no more text on it than a stamp."""
    letters = sum(len(run.text) for run in page.runs)
    return letters < FEW_LETTERS and page.pictured > MOST_OF_PAGE


def spans(numbers: list[int]) -> str:
    """Ascending numbers as a reader lists them: "1-3, 7"."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(f"{s[0]}-{s[-1]}" if len(s) > 1 else f"{s[0]}" for s in found)


def read_pages(data: bytes) -> list[Page]:
    """Every page of the file as it is seen; raises UnreadableError."""
    with pdfium, opened(data) as document:
        if len(document) > PAGES:
            raise UnreadableError(UnreadableCode.TOO_LONG, pages=len(document), limit=PAGES)
        pages = []
        letters = 0
        for at in range(len(document)):
            try:
                page = document[at]
            except pypdfium2.PdfiumError as fault:
                raise UnreadableError(UnreadableCode.DAMAGED) from fault
            pages.append(read_page(page, LETTERS - letters))
            page.close()
            letters += pages[-1].letters
            if letters >= LETTERS:
                raise UnreadableError(UnreadableCode.TOO_LONG, pages=len(document), limit=PAGES)
    return pages


def opened(data: bytes) -> pypdfium2.PdfDocument:
    """The file as PDFium sees it, to be closed by the caller; raises UnreadableError."""
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        locked = fault.err_code in (c.FPDF_ERR_PASSWORD, c.FPDF_ERR_SECURITY)
        code = UnreadableCode.ENCRYPTED if locked else UnreadableCode.DAMAGED
        raise UnreadableError(code) from fault


def blocks_of(pages: list[Page]) -> list[Block]:
    """The paragraphs and tables that pages show in reading order, then their footnotes."""
    pages = without_furniture(pages)
    shown = [item for at, page in enumerate(pages) for item in items_of(page, at)]
    items: list[Item] = [item for item in shown if not isinstance(item, Aside)]
    asides = Counter(item for item in shown if isinstance(item, Aside))
    items, notes = notes_apart(framed(items, pages), body_size(pages))
    items = with_signature(items)
    habits = habits_of([item for item in items if isinstance(item, Line)])
    blocks: list[Block] = []
    flow: list[Line] = []
    for item in [*tables_joined(items), None]:
        if isinstance(item, Line):
            flow.append(item)
            continue
        blocks += [block_of(lines, habits) for lines in paragraphs(flow, habits)]
        flow = []
        if item is not None:
            blocks.append(Block(text="", rows=item.rows))
    blocks += [Block(text=a.text, bold=a.bold) for a, times in asides.items() if times == 1]
    noted = with_marks(blocks, notes)
    return [replace(block, line=at) for at, block in enumerate(noted, 1)]
