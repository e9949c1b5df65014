"""Documents that are ZIP files (Word, OpenDocument, Excel): looked through, never trusted."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree

from app.web.refusals import RefusalCode, Refused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
MAIN_PARTS = {
    DOCX: b"wordprocessingml.document.main+xml",
    XLSX: b"spreadsheetml.sheet.main+xml",
}
UNPACKED_BYTES = 150 * 1024 * 1024
ENTRIES = 2_000
# Text of a law packs 10 to 40 times smaller; small parts may pack better without any harm.
DENSEST = 200
SMALL_BYTES = 10 * 1024 * 1024
# A tree of XML takes ten times the room of its text, and 200 bytes for each mark in it; the
# Civil Code of 689 articles has 3 MB and 70 000 marks, a land price table of a province a million.
XML_BYTES = 30 * 1024 * 1024
MARKS = 1_500_000
# Relations are the one part read into a tree here, in the process that also serves pages.
RELATIONS_BYTES = 2 * 1024 * 1024
CHUNK = 64 * 1024

ZIP = b"PK\x03\x04"
ENTRY = b"PK\x01\x02"
FIRST_NAME = slice(30, 38)
# Programs, packages and OLE files have no business inside a text, whatever they are called.
FOREIGN = (ZIP, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"\x7fELF")
# Names and links that would lead an unpacking program out of its directory.
OUTSIDE = re.compile(r"^/|^[A-Za-z]:|\\\\|(?:^|/)\.\.(?:/|$)")
FILE_KIND, LINK = 0o170000, 0o120000
MACRO_TYPE = b"macroenabled"
MACROS = re.compile(r"(?:^|/)vba(?:project|data)[^/]*$|^(?:Basic|Scripts)/.", re.IGNORECASE)
EMBEDDED = re.compile(
    r"(?:^|/)(?:embeddings|activex|controls)/|/oleobject[^/]*$|^Object(?:Replacements/| \d)",
    re.IGNORECASE,
)
ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
PLAIN_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii", b"ascii"}
REMOTE = re.compile(
    r"^(?:https?|ftps?|smb|webdavs?|mhtml):|^\\\\|^//|^file:(?://(?!/|localhost/)|/{4,}|/*\\\\)",
    re.IGNORECASE,
)
# Links that Word opens by itself; a hyperlink waits for a click, a linked picture is never read.
LOADED_BY_WORD = {"attachedTemplate", "frame", "subDocument"}
# Relations to another file, or to a program, wherever they lead: the text would not be all there.
CARRIED = {"oleObject", "package", "aFChunk", "control"}
# A field that starts a program; Word keeps its words in pieces.
INSTRUCTION = re.compile(rb"<(?:\w+:)?instrText\b[^<>]*>([^<]*)<|\binstr\s*=\s*[\"']([^\"']*)")
DYNAMIC_EXCHANGE = re.compile(rb"\bDDE(?:AUTO)?\b", re.IGNORECASE)
# What OpenDocument runs, and what it shows from elsewhere.
BOUND_MACRO = re.compile(rb"<script:event-listener\b|vnd\.sun\.star\.script:", re.IGNORECASE)
FRAMED = re.compile(rb"<draw:(?:object|object-ole|floating-frame|applet|plugin)\b")
SECTION_FROM = re.compile(
    rb"<(?:text:section-source|office:dde-source)\b[^>]*?(?:xlink:href|office:dde-application)"
)


def announced(data: bytes) -> str:
    """The media type a ZIP file says it has, or "" for one that says another; nothing is checked.

    OpenDocument names itself in its first entry, stored as it is; Office by the part it is about.
    """
    if data[FIRST_NAME] == b"mimetype":
        at = FIRST_NAME.stop + int.from_bytes(data[28:30], "little")
        exact = data[at:].startswith(ODT.encode()) and data[at + len(ODT) :].startswith(b"PK")
        return ODT if exact else ""
    return XLSX if b"xl/workbook.xml" in data else DOCX


def check(data: bytes, media_type: str) -> None:
    """The package is whole, of that type, and holds nothing but a document; else raises Refused."""
    # Signatures are counted in the bytes: the directory's own count may lie, and reading a
    # directory of a hundred thousand entries is work in itself.
    entries = data.count(ENTRY)
    if entries > ENTRIES:
        raise Refused(RefusalCode.TOO_MANY_ENTRIES, entries=entries, limit=ENTRIES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_directory(package, media_type, len(data))
            _check_parts(package, media_type, len(data))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as fault:
        raise Refused(RefusalCode.TRUNCATED) from fault
    except (NotImplementedError, RuntimeError, UnicodeError, ValueError) as fault:
        if isinstance(fault, Refused):
            raise
        raise Refused(RefusalCode.WRONG_TYPE) from fault


def _check_directory(package: zipfile.ZipFile, media_type: str, packed: int) -> None:
    """Refuses by what the directory says, before a byte is unpacked."""
    entries = package.infolist()
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise Refused(RefusalCode.WRONG_TYPE, part="duplicate")
    for entry in entries:
        leads_out = OUTSIDE.search(entry.filename)
        if leads_out or (entry.external_attr >> 16) & FILE_KIND == LINK:
            raise Refused(RefusalCode.WRONG_TYPE, part=entry.filename)
    if package.comment:
        raise Refused(RefusalCode.MIXED, part="comment")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(RefusalCode.ENCRYPTED)
    # entries that lie over each other unpack the same bytes again and again
    if sum(entry.compress_size for entry in entries) > packed:
        raise Refused(RefusalCode.UNPACKED_TOO_LARGE, limit=UNPACKED_BYTES)
    _check_size(sum(entry.file_size for entry in entries), packed)
    for name in sorted(names):
        if MACROS.search(name):
            raise Refused(RefusalCode.MACROS, part=name)
        if EMBEDDED.search(name):
            raise Refused(RefusalCode.EMBEDDED_OBJECTS, part=name)
    needed = {"content.xml"} if media_type == ODT else {"[Content_Types].xml", "_rels/.rels"}
    if not needed <= names:
        raise Refused(RefusalCode.WRONG_TYPE)


def _check_size(unpacked: int, packed: int) -> None:
    dense = unpacked > SMALL_BYTES and unpacked > DENSEST * packed
    if unpacked > UNPACKED_BYTES or dense:
        raise Refused(RefusalCode.UNPACKED_TOO_LARGE, size=unpacked, limit=UNPACKED_BYTES)


def _check_parts(package: zipfile.ZipFile, media_type: str, packed: int) -> None:
    """Refuses by what the parts really hold, unpacking within the limit."""
    unpacked = xml = marks = 0
    for entry in package.infolist():
        content = bytearray()
        for chunk in _chunks(package, entry):
            unpacked += len(chunk)
            _check_size(unpacked, packed)
            content += chunk
        name, part = entry.filename, bytes(content)
        if part.startswith(FOREIGN):
            raise Refused(RefusalCode.EMBEDDED_OBJECTS, part=name)
        if name.lower().endswith((".xml", ".rels", ".vml", ".rdf")):
            xml, marks = xml + len(part), marks + part.count(b"<")
            _check_tree(xml, marks)
            _check_xml(name, part)
            _check_open_document(name, part) if media_type == ODT else _check_office(
                name, part, media_type
            )


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


def _check_office(name: str, content: bytes, media_type: str) -> None:
    plain = content.replace(b"\0", b"")
    if name == "[Content_Types].xml":
        if MACRO_TYPE in plain.lower():
            raise Refused(RefusalCode.MACROS, part=name)
        if MAIN_PARTS[media_type] not in plain:
            raise Refused(RefusalCode.WRONG_TYPE)
    elif name.endswith(".rels"):
        _check_relations(name, content)
    elif DYNAMIC_EXCHANGE.search(b"".join(b"".join(m) for m in INSTRUCTION.findall(plain))):
        raise Refused(RefusalCode.ACTIVE_CONTENT, part=name)


def _check_open_document(name: str, content: bytes) -> None:
    """Refuses macros, frames and text from elsewhere; prefixes are those of every writer known.

    A file that binds other prefixes to these namespaces passes here. It is read all the same
    without running or fetching anything; only who downloads it is asked by the own program.
    """
    plain = content.replace(b"\0", b"")
    if name == "META-INF/manifest.xml" and b":encryption-data" in plain:
        raise Refused(RefusalCode.ENCRYPTED)
    if BOUND_MACRO.search(plain):
        raise Refused(RefusalCode.MACROS, part=name)
    if FRAMED.search(plain):
        raise Refused(RefusalCode.EMBEDDED_OBJECTS, part=name)
    if SECTION_FROM.search(plain):
        raise Refused(RefusalCode.EXTERNAL_ENTITIES, part=name)


def _check_relations(name: str, content: bytes) -> None:
    if len(content) > RELATIONS_BYTES:
        raise Refused(RefusalCode.UNPACKED_TOO_LARGE, size=len(content), limit=RELATIONS_BYTES)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise Refused(RefusalCode.TRUNCATED, part=name) from fault
    for relation in root:
        kind = str(relation.get("Type", "")).rsplit("/", 1)[-1]
        if kind in CARRIED:
            raise Refused(RefusalCode.EMBEDDED_OBJECTS, part=name)
        if kind == "vbaProject":
            raise Refused(RefusalCode.MACROS, part=name)
        external = relation.get("TargetMode") == "External" and kind in LOADED_BY_WORD
        if external and REMOTE.search(str(relation.get("Target", ""))):
            raise Refused(RefusalCode.EXTERNAL_ENTITIES, part=name)
