"""Bytes of a text as characters, whatever Vietnamese was written in."""

import codecs
import re

from app.documents.parsers.blocks import UnreadableCode, UnreadableError
from app.kit.legacy import Legacy, decoded, repaired

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 4096
MOST_LETTERS = 4_000_000  # eight times the Civil Code
DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([\w-]{3,20})""")
# A page cut off or joined from two may hold a few characters that are none.
FEW_WRONG = 500
# Printed text holds none of these; programs and pictures hold many.
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
CONTROL_BYTES = re.compile(CONTROLS.pattern.encode("latin-1"))


def text_of(data: bytes) -> tuple[str, Legacy | None]:
    """The characters of a text file and the old encoding they were in, None where it was Unicode.

    By byte order mark, else UTF-8, UTF-16 without a mark, Windows-1258, TCVN3 or VNI, whichever
    gives Vietnamese. Raises UnreadableError where the bytes are no text.
    """
    text, encoding = _text(data)
    if len(text) > MOST_LETTERS:
        raise UnreadableError(UnreadableCode.TOO_LONG)
    if CONTROLS.search(text):
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT)
    return text, encoding


def markup_of(data: bytes) -> tuple[str, Legacy | None]:
    """The characters of a page, as `text_of`, but by what it says of itself first.

    Raises no error: a browser shows something of everything. Text in old fonts stays as it is
    where the page says Windows-1252, for its fonts know better than its spelling.
    """
    name = encoding_by_mark(data) or _declared(data)
    if name == "utf-8":
        text = data.decode(name, errors="replace")
        if text.count("\ufffd") * FEW_WRONG > len(text):
            name = None
    if name is None:
        name = _without_mark(data)
    if name is None:
        text, encoding = decoded(data)
        return CONTROLS.sub(" ", text), encoding
    return CONTROLS.sub(" ", data.decode(name, errors="replace")), None


def _declared(data: bytes) -> str | None:
    """The encoding that a page names in its head, where Python has it and it keeps ASCII."""
    found = DECLARED.search(data[:SAMPLE])
    try:
        name = codecs.lookup(found[1].decode()).name if found else None
    except LookupError:
        return None
    name = "cp1252" if name in ("iso8859-1", "ascii") else name
    return name if name in ("utf-8", "cp1252", "cp1258") else None


def _text(data: bytes) -> tuple[str, Legacy | None]:
    name = encoding_by_mark(data) or _without_mark(data)
    if name is None:
        if CONTROL_BYTES.search(data):
            raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT)
        return decoded(data)
    try:
        return repaired(data.decode(name).removeprefix("\ufeff"))
    except UnicodeDecodeError as fault:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT) from fault


def encoding_by_mark(data: bytes) -> str | None:
    """The Unicode encoding that the byte order mark names, None where there is no mark."""
    return next((name for mark, name in MARKS if data.startswith(mark)), None)


def _without_mark(data: bytes) -> str | None:
    sample = data[:SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # Spaces, figures and half of the letters leave every second byte of UTF-16 empty.
    if max(even, odd) * 5 > len(sample) // 2 and min(even, odd) * 50 <= max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"
