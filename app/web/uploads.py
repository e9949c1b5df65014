"""What an uploaded Word file is, found out before anything unpacks or parses it."""

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
USUAL_BYTES = 20 * 1024 * 1024
UNPACKED_BYTES = 150 * 1024 * 1024
ENTRIES = 2_000
# Text of a law packs 10 to 40 times smaller; small parts may pack better without any harm.
DENSEST = 200
SMALL_BYTES = 10 * 1024 * 1024
# A tree of XML takes ten times the room of its text, and 200 bytes for each mark in it; the
# Civil Code of 689 articles has 3 MB and 70 000 marks, a land price table of a province a million.
XML_BYTES = 30 * 1024 * 1024
MARKS = 1_500_000
NAME_LENGTH = 120
CHUNK = 64 * 1024

ZIP = b"PK\x03\x04"
ENTRY = b"PK\x01\x02"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
DOCUMENT_TYPE = b"wordprocessingml.document.main+xml"
MACRO_TYPE = b"macroenabled"
MACROS = re.compile(r"(?:^|/)vba(?:project|data)[^/]*$", re.IGNORECASE)
EMBEDDED = re.compile(r"(?:^|/)(?:embeddings|activex|controls)/|/oleobject[^/]*$", re.IGNORECASE)
ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
PLAIN_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii"}
REMOTE = re.compile(
    r"^(?:https?|ftps?|smb|webdavs?|mhtml):|^\\\\|^//|^file:(?://(?!/|localhost/)|/{4,}|/*\\\\)",
    re.IGNORECASE,
)
# Links that Word opens by itself; a hyperlink waits for a click, a linked picture is never read.
LOADED_BY_WORD = {"attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk", "package"}


class RefusalCode(StrEnum):
    """Why an upload is not taken; the desk has the words."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNPACKED_TOO_LARGE = "unpacked_too_large"
    TOO_MANY_ENTRIES = "too_many_entries"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    OLD_WORD = "old_word"
    WRONG_TYPE = "wrong_type"
    EXTERNAL_ENTITIES = "external_entities"
    EMBEDDED_OBJECTS = "embedded_objects"


class Refused(ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """Raised for an upload that is not taken; `facts` are plain values for a message."""

    def __init__(self, code: RefusalCode, **facts: str | int) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: safe name, type found in its bytes, size in bytes, digest."""

    name: str
    media_type: str
    size: int
    sha256: str


def inspect(data: bytes, filename: str, max_bytes: int = USUAL_BYTES) -> Upload:
    """The facts of a .docx that is safe to parse; raises Refused for anything else.

    Sizes in bytes. Nothing is written, no entity is resolved and no address is fetched; unpacking
    stops at the limit whatever the file says of itself.
    """
    if not data:
        raise Refused(RefusalCode.EMPTY)
    if len(data) > max_bytes:
        raise Refused(RefusalCode.TOO_LARGE, size=len(data), limit=max_bytes)
    if data.startswith(OLE2):
        encrypted = ENCRYPTED_STREAM in data
        raise Refused(RefusalCode.ENCRYPTED if encrypted else RefusalCode.OLD_WORD)
    if not data.startswith(ZIP):
        raise Refused(RefusalCode.WRONG_TYPE)
    _look_inside(data)
    return Upload(
        name=safe_name(filename),
        media_type=DOCX,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def safe_name(filename: str) -> str:
    """The file's own name without path, control or direction characters, at most 120 letters."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = " ".join(re.sub(r'[<>:"|?*]', " ", name).split()).lstrip(".")
    stem = name.rpartition(".")[0] if name.lower().endswith(".docx") else name
    return f"{stem[: NAME_LENGTH - 5].rstrip(' .') or 'document'}.docx"


def _look_inside(data: bytes) -> None:
    # Signatures are counted in the bytes: the directory's own count may lie, and reading a
    # directory of a hundred thousand entries is work in itself.
    entries = data.count(ENTRY)
    if entries > ENTRIES:
        raise Refused(RefusalCode.TOO_MANY_ENTRIES, entries=entries, limit=ENTRIES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_directory(package, len(data))
            _check_parts(package, len(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as fault:
        raise Refused(RefusalCode.TRUNCATED) from fault
    except (NotImplementedError, RuntimeError, UnicodeError, ValueError) as fault:
        if isinstance(fault, Refused):
            raise
        raise Refused(RefusalCode.WRONG_TYPE) from fault


def _check_directory(package: zipfile.ZipFile, packed: int) -> None:
    """Refuses by what the directory says, before a byte is unpacked."""
    entries = package.infolist()
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise Refused(RefusalCode.WRONG_TYPE, part="duplicate")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(RefusalCode.ENCRYPTED)
    _check_size(sum(entry.file_size for entry in entries), packed)
    for name in sorted(names):
        if MACROS.search(name):
            raise Refused(RefusalCode.MACROS, part=name)
        if EMBEDDED.search(name):
            raise Refused(RefusalCode.EMBEDDED_OBJECTS, part=name)
    if "[Content_Types].xml" not in names or "_rels/.rels" not in names:
        raise Refused(RefusalCode.WRONG_TYPE)


def _check_size(unpacked: int, packed: int) -> None:
    dense = unpacked > SMALL_BYTES and unpacked > DENSEST * packed
    if unpacked > UNPACKED_BYTES or dense:
        raise Refused(RefusalCode.UNPACKED_TOO_LARGE, size=unpacked, limit=UNPACKED_BYTES)


def _check_parts(package: zipfile.ZipFile, packed: int) -> None:
    """Refuses by what the parts really hold, unpacking within the limit."""
    unpacked = xml = marks = 0
    for entry in package.infolist():
        content = bytearray()
        for chunk in _chunks(package, entry):
            unpacked += len(chunk)
            _check_size(unpacked, packed)
            content += chunk
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            xml, marks = xml + len(content), marks + content.count(b"<")
            _check_tree(xml, marks)
            _check_xml(entry.filename, bytes(content))
        if entry.filename == "[Content_Types].xml":
            _check_type(bytes(content))
        elif entry.filename.endswith(".rels"):
            _check_relations(entry.filename, bytes(content))


def _chunks(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(entry) as part:
        while chunk := part.read(CHUNK):
            yield chunk


def _check_tree(size: int, marks: int) -> None:
    if size > XML_BYTES:
        raise Refused(RefusalCode.UNPACKED_TOO_LARGE, size=size, limit=XML_BYTES)
    if marks > MARKS:
        raise Refused(RefusalCode.TOO_MANY_ENTRIES, entries=marks, limit=MARKS)


def _check_xml(name: str, content: bytes) -> None:
    # Without its zero bytes UTF-16 reads like ASCII; other encodings could hide a declaration.
    plain = content.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    declared = ENCODING.match(plain)
    if declared and declared[1].lower() not in PLAIN_ENCODINGS:
        raise Refused(RefusalCode.WRONG_TYPE, part=name)
    if plain and not plain.startswith(b"<"):
        raise Refused(RefusalCode.WRONG_TYPE, part=name)
    if ENTITY.search(plain):
        raise Refused(RefusalCode.EXTERNAL_ENTITIES, part=name)


def _check_type(content: bytes) -> None:
    if MACRO_TYPE in content.lower():
        raise Refused(RefusalCode.MACROS, part="[Content_Types].xml")
    if DOCUMENT_TYPE not in content:
        raise Refused(RefusalCode.WRONG_TYPE)


def _check_relations(name: str, content: bytes) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise Refused(RefusalCode.TRUNCATED, part=name) from fault
    for relation in root:
        kind = str(relation.get("Type", "")).rsplit("/", 1)[-1]
        target = str(relation.get("Target", ""))
        if relation.get("TargetMode") != "External" or kind not in LOADED_BY_WORD:
            continue
        if kind in ("oleObject", "package"):
            raise Refused(RefusalCode.EMBEDDED_OBJECTS, part=name)
        if REMOTE.search(target):
            raise Refused(RefusalCode.EXTERNAL_ENTITIES, part=name)
