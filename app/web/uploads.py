"""What an uploaded file is, found out in its bytes before anything unpacks or parses it."""

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Set
from dataclasses import dataclass

from app.web import packages, pdfs
from app.web.packages import DOCX, ODT, XLSX
from app.web.refusals import RefusalCode, Refused

PDF = "application/pdf"
HTML = "text/html"
TEXT = "text/plain"
MARKDOWN = "text/markdown"
DOC = "application/msword"
PNG = "image/png"
JPEG = "image/jpeg"
# what a draft may be written in; an old Word file only where something here can read it
DRAFTS = frozenset({DOCX, ODT, PDF, HTML, TEXT, MARKDOWN})
# what may stand beside a draft: nothing that a browser would run
SUPPORTING = frozenset({PDF, DOCX, ODT, XLSX, TEXT, PNG, JPEG})
# the ending a file is kept under comes first, then those it may arrive with
ENDINGS = {
    DOCX: ("docx",),
    ODT: ("odt",),
    XLSX: ("xlsx",),
    PDF: ("pdf",),
    HTML: ("html", "htm", "xhtml"),
    TEXT: ("txt", "text"),
    MARKDOWN: ("md", "markdown"),
    DOC: ("doc",),
    PNG: ("png",),
    JPEG: ("jpg", "jpeg"),
}
USUAL_BYTES = 20 * 1024 * 1024
NAME_LENGTH = 120

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG_START = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8\xff"
WORD_STREAM, ENCRYPTED_STREAM, MACRO_STREAM, OBJECT_STREAM = (
    name.encode("utf-16-le")
    for name in ("WordDocument", "EncryptedPackage", "_VBA_PROJECT", "ObjectPool")
)
# Where the first stream usually begins: two bytes that say Word, eight on the mark "encrypted".
WORD_START = b"\xec\xa5"
PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
MARKUP = re.compile(rb"\s*<[a-z!?][^>]*>", re.IGNORECASE)
# Formats that begin in letters, and so would pass for text.
LETTERED = (b"{\\rtf", b"%!PS", b"MIME-Version:", b"<?xml", b"<svg", b"#!")
HEAD = 4096
# A reader of PDF takes one that begins this far into another file.
PDF_REACH = 1024
CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\v\f\r"))
MAX_CONTROLS = 0.05


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: safe name, type found in its bytes, size in bytes, digest."""

    name: str
    media_type: str
    size: int
    sha256: str


def inspect(
    data: bytes, filename: str, max_bytes: int = USUAL_BYTES, kinds: Set[str] = DRAFTS
) -> Upload:
    """The facts of a file that is of one of these media types and safe to parse, or Refused.

    Sizes in bytes. Nothing is written, no entity is resolved and no address is fetched; unpacking
    stops at the limit whatever the file says of itself.
    """
    if not data:
        raise Refused(RefusalCode.EMPTY)
    if len(data) > max_bytes:
        raise Refused(RefusalCode.TOO_LARGE, size=len(data), limit=max_bytes)
    media_type = recognise(data, filename)
    if media_type not in kinds:
        raise Refused(RefusalCode.OLD_WORD if media_type == DOC else RefusalCode.WRONG_TYPE)
    _refuse_mixed(data, media_type)
    if media_type in (DOCX, ODT, XLSX):
        packages.check(data, media_type)
    elif media_type == PDF:
        pdfs.check(data)
    elif media_type == DOC:
        _check_old_word(data)
    elif media_type in (PNG, JPEG):
        _check_picture(data, media_type)
    return Upload(
        name=safe_name(filename, media_type),
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def recognise(data: bytes, filename: str) -> str:
    """The media type the first bytes announce, or "" for none that is known here.

    The name only tells Markdown from text, and a bare piece of HTML from text.
    """
    if data.startswith(OLE2):
        if ENCRYPTED_STREAM in data:
            raise Refused(RefusalCode.ENCRYPTED)
        return DOC if WORD_STREAM in data else ""
    if data.startswith(packages.ZIP):
        return packages.announced(data)
    for start, media_type in ((b"%PDF-", PDF), (PNG_START, PNG), (JPEG_START, JPEG)):
        if data.startswith(start):
            return media_type
    if not is_text(data):
        return ""
    ending = filename.lower().rpartition(".")[2]
    head = data[:HEAD].replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").lstrip(b"\xff\xfe")
    named_page = ending in ENDINGS[HTML] and MARKUP.match(head)
    if PAGE.match(head) or (named_page and not head.lstrip().startswith(LETTERED)):
        return HTML
    if head.lstrip().startswith(LETTERED):
        return ""
    return MARKDOWN if ending in ENDINGS[MARKDOWN] else TEXT


def is_text(data: bytes) -> bool:
    """True of bytes that are letters in some encoding: UTF-16, or without a zero byte."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return len(data) % 2 == 0
    zeros = data.count(0)
    if zeros:
        # UTF-16 without its mark: Latin letters have their zero always on the same side
        return (
            len(data) % 2 == 0
            and zeros in (data[::2].count(0), data[1::2].count(0))
            and (zeros > len(data) // 8)
        )
    return len(data) - len(data.translate(None, CONTROLS)) <= MAX_CONTROLS * len(data)


def safe_name(filename: str, media_type: str = DOCX) -> str:
    """The file's own name without path, control or direction characters, at most 120 letters.

    It ends as files of that media type do, whatever it ended in before.
    """
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = " ".join(re.sub(r'[<>:"|?*]', " ", name).split()).lstrip(".")
    stem, _, ending = name.rpartition(".")
    if ending.lower() not in ENDINGS[media_type]:
        stem = name
    kept = ENDINGS[media_type][0]
    return f"{stem[: NAME_LENGTH - len(kept) - 1].rstrip(' .') or 'document'}.{kept}"


def endings(kinds: Set[str]) -> list[str]:
    """The endings that files of these media types come with (".docx"), to offer in a dialogue."""
    return [f".{ending}" for kind in ENDINGS if kind in kinds for ending in ENDINGS[kind]]


def served_as(media_type: str) -> str:
    """The type to offer a kept file under: what a browser would run goes out as letters."""
    return TEXT if media_type in (HTML, MARKDOWN) else media_type


def _refuse_mixed(data: bytes, media_type: str) -> None:
    """Two programs must not see two different documents in the same bytes."""
    if media_type != PDF and b"%PDF-" in data[:PDF_REACH]:
        raise Refused(RefusalCode.MIXED, part="PDF")
    zipped = media_type in (DOCX, ODT, XLSX)
    if not zipped and zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused(RefusalCode.MIXED, part="ZIP")


def _check_old_word(data: bytes) -> None:
    """Refuses by the names of streams; those in a damaged directory are found as well."""
    if MACRO_STREAM in data:
        raise Refused(RefusalCode.MACROS)
    if OBJECT_STREAM in data:
        raise Refused(RefusalCode.EMBEDDED_OBJECTS)
    if data[512:514] == WORD_START and data[523:524] and data[523] & 0x01:
        raise Refused(RefusalCode.ENCRYPTED)


def _check_picture(data: bytes, media_type: str) -> None:
    """A picture ends where its format says; what comes after it is not seen by anybody."""
    end = data.rfind(b"IEND\xae\x42\x60\x82" if media_type == PNG else b"\xff\xd9")
    if end < 0:
        raise Refused(RefusalCode.TRUNCATED)
    if media_type == PNG and end + 8 != len(data):
        raise Refused(RefusalCode.MIXED)


__all__ = [
    "DOC", "DOCX", "DRAFTS", "HTML", "JPEG", "MARKDOWN", "ODT", "PDF", "PNG", "SUPPORTING", "TEXT",
    "XLSX", "RefusalCode", "Refused", "Upload", "endings", "inspect", "is_text", "recognise",
    "safe_name", "served_as",
]  # fmt: skip
