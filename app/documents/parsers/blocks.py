"""The flat list every reader of files hands to the outline."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# What prints nothing and breaks searches (joiners, byte order marks, soft hyphens), what turns
# the reading direction around and so forges words, and what no page or database can hold. Controls
# that part lines or words stay.
INVISIBLE = dict.fromkeys(
    point
    for first, last in (
        (0x00, 0x08), (0x0E, 0x1B), (0x1F, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD),
        (0x61C, 0x61C), (0x180E, 0x180E), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
        (0xD800, 0xDFFF), (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xFFFE, 0xFFFF),
        (0xE0000, 0xE007F),
    )
    for point in range(first, last + 1)
)  # fmt: skip

MAX_LINES = 30_000  # ten times the Civil Code; nobody waits for what comes behind


@dataclass(frozen=True)
class Block:
    """One paragraph or one table of a file, as its reader would see it.

    `number` is the visible automatic number of Word ("Điều 3.", "2.", "a)"), never part of `text`;
    `text` keeps soft line breaks as newlines; `rows` is not empty for a table, and then `text` is
    empty; `line` is the 1-based position among the paragraphs and tables of the file, blank ones
    included; `legacy` names the old encoding the text was converted from, "" where there was none.
    """

    text: str
    number: str = ""
    style: str = ""
    bold: bool = False
    centered: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    line: int = 0
    legacy: str = ""


class UnreadableCode(StrEnum):
    """Why a file gave no blocks."""

    NOT_A_DOCUMENT = "not_a_document"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    SCANNED = "scanned"  # pictures of pages: `pages` says which
    SCAN_TOO_LONG = "scan_too_long"  # more pictures of pages than the `limit`, or slow to read
    GARBLED = "garbled"  # the fonts do not say which letters they show
    TOO_LONG = "too_long"  # more pages or letters than any law has


class UnreadableError(ValueError):
    """Raised when a file cannot be read as a document; `code` says why, `facts` what to name."""

    def __init__(self, code: UnreadableCode, **facts: str | int) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts


def composed(text: str) -> str:
    """The text with Vietnamese letters in one code point each and without invisible characters."""
    return unicodedata.normalize("NFC", text.translate(INVISIBLE))
