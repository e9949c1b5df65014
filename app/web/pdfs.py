"""PDF files: looked through for what acts by itself, without a reader of PDF."""

import re
import zlib
from collections.abc import Iterator

from app.web.packages import XML_BYTES
from app.web.refusals import RefusalCode, Refused

# Whoever opens the file would run, start or unpack these.
ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia(?:Content)?|ImportData|SubmitForm|XFA"
    rb"|GoToE|Rendition)(?=[\s/<>()\[\]{}%]|$)"
)
ENCRYPTED = re.compile(rb"/Encrypt(?=[\s/<>()\[\]{}%])")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(end)?stream\r?\n?")
OBJECTS = re.compile(rb"/ObjStm\b")
FILTER = re.compile(rb"/(?:Filter|F)\b\s*(\[[^][]*\]|/\w+)")
FLATE = {b"/FlateDecode", b"/Fl"}


def check(data: bytes) -> None:
    """The PDF has no password and nothing that acts by itself; else raises Refused.

    Names are looked for in the bytes, escapes undone, and in object streams, unpacked within a
    limit. What is packed in a way that only a full reader undoes is refused, not guessed at. A
    name that stands in a damaged part which only some readers repair may still be missed; pages
    are drawn by no reader here, and the file is never opened in the process that serves pages.
    """
    plain = _unescaped(data)
    if ENCRYPTED.search(plain):
        raise Refused(RefusalCode.ENCRYPTED)
    for piece in (plain, *_objects(data)):
        found = ACTIVE.search(piece)
        if found:
            raise Refused(RefusalCode.ACTIVE_CONTENT, part=found[0].decode("ascii"))


def _unescaped(data: bytes) -> bytes:
    """The bytes with "#4a" in names as the letter it stands for."""
    return ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def _objects(data: bytes) -> Iterator[bytes]:
    """What the object streams hold: since PDF 1.5 dictionaries hide in them."""
    unpacked = before = 0
    for found in STREAM.finditer(data):
        head = _unescaped(data[before : found.start()])
        before = found.end()
        if found[1] or not OBJECTS.search(head):
            continue
        packed = FILTER.search(head)
        if packed is None:
            continue  # written out, so already looked through
        if set(re.findall(rb"/\w+", packed[1])) - FLATE or b"/Predictor" in head:
            raise Refused(RefusalCode.ACTIVE_CONTENT, part="ObjStm")
        content = _inflated(data, found.end(), XML_BYTES - unpacked)
        unpacked += len(content)
        yield _unescaped(content)


def _inflated(data: bytes, start: int, room: int) -> bytes:
    # cut at the first end, so that no stream copies the rest of the file
    packed = data[start : max(start, data.find(b"endstream", start))]
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, max(room, 1))
    except zlib.error as fault:
        raise Refused(RefusalCode.TRUNCATED) from fault
    if unpacking.unconsumed_tail:
        raise Refused(RefusalCode.UNPACKED_TOO_LARGE, limit=XML_BYTES)
    if not unpacking.eof:
        raise Refused(RefusalCode.TRUNCATED)
    return content
