"""The flat list every reader of files hands to the outline."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# Joiners, byte order marks and soft hyphens print nothing and only break searches.
INVISIBLE = {
    ord(c): None
    for c in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
}


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
