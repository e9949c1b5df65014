"""Hostile files are refused by name of their fault, before anything unpacks them whole."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile

import pytest

from app.web.packages import ENTRIES, MARKS, XML_BYTES
from app.web.uploads import (
    DOC,
    DOCX,
    DRAFTS,
    ENDINGS,
    HTML,
    JPEG,
    MARKDOWN,
    ODT,
    PDF,
    PNG,
    SUPPORTING,
    TEXT,
    XLSX,
    RefusalCode,
    Refused,
    endings,
    inspect,
    safe_name,
    served_as,
)

TYPES = (
    b'<?xml version="1.0" encoding="UTF-8"?><Types><Override PartName="/word/document.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)
PARTS = {
    "[Content_Types].xml": TYPES,
    "_rels/.rels": b"<Relationships/>",
    "word/document.xml": b"<document/>",
}
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LIMIT = 20 * 1024 * 1024
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
SHEET = b'<Types><Override ContentType="application/vnd.x.spreadsheetml.sheet.main+xml"/></Types>'
PIXEL = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND\xaeB`\x82"
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + "WordDocument".encode(
    "utf-16-le"
)


def package(**changed: bytes | None) -> bytes:
    """A small .docx; parts are given by name with every dot, slash and bracket as it is."""
    return zipped({**PARTS, **changed})


def zipped(parts: dict[str, bytes | None]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            if content is not None:
                target.writestr(name, content)
    return buffer.getvalue()


def refusal(data: bytes, limit: int = LIMIT) -> RefusalCode:
    with pytest.raises(Refused) as refused:
        inspect(data, "draft.docx", limit)
    return refused.value.code


def relation(kind: str, target: str) -> bytes:
    return (
        f'<Relationships><Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    ).encode()


def test_a_word_file_is_taken_with_its_facts() -> None:
    data = package()
    upload = inspect(data, "C:\\Users\\An\\Dự thảo.docx", LIMIT)
    assert (upload.name, upload.media_type, upload.size) == ("Dự thảo.docx", DOCX, len(data))
    assert upload.sha256 == hashlib.sha256(data).hexdigest()


def open_document() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("mimetype", ODT_TYPE)
        target.writestr("content.xml", b"<x/>")
    return buffer.getvalue()


def workbook() -> bytes:
    return zipped(
        {"[Content_Types].xml": SHEET, "_rels/.rels": b"<x/>", "xl/workbook.xml": b"<x/>"}
    )


SAMPLES = [
    (package(), "a.docx", DOCX),
    (open_document(), "a.odt", ODT),
    (workbook(), "a.xlsx", XLSX),
    (b"%PDF-1.7\n", "a.pdf", PDF),
    (b"\xef\xbb\xbf <!-- x -->\n<!DOCTYPE HTML><html></html>", "a.html", HTML),
    ("<html><p>Điều 1</p></html>".encode("utf-16"), "a.html", HTML),
    (b"<p>Dieu 1</p>", "a.html", HTML),
    ("Điều 1. Tên".encode(), "a.txt", TEXT),
    ("Điều 1. Tên".encode("utf-16"), "a.txt", TEXT),
    ("Điều 1. Tên của điều này".encode("utf-16-be"), "a.txt", TEXT),
    (b"# Dieu 1", "a.md", MARKDOWN),
    (OLD_WORD, "a.doc", DOC),
    (PIXEL, "a.png", PNG),
    (b"\xff\xd8\xff\xe0 \xff\xd9", "a.jpg", JPEG),
]
NAMES = [name.partition(".")[2] for _, name, _ in SAMPLES]


@pytest.mark.parametrize(("data", "name", "media_type"), SAMPLES, ids=NAMES)
def test_a_file_is_known_by_its_bytes_and_named_for_what_it_is(
    data: bytes, name: str, media_type: str
) -> None:
    upload = inspect(data, name, kinds={media_type})
    assert (upload.name, upload.media_type) == (name, media_type)
    if media_type not in (MARKDOWN, TEXT) and b"<p>" not in data[:3]:
        assert inspect(data, "b.exe", kinds={media_type}).name.startswith("b.exe.")


@pytest.mark.parametrize(("data", "name", "media_type"), SAMPLES, ids=NAMES)
def test_only_kinds_that_are_asked_for_are_taken(data: bytes, name: str, media_type: str) -> None:
    with pytest.raises(Refused) as refused:
        inspect(data, name, kinds=frozenset(ENDINGS) - {media_type})
    old = media_type == DOC
    assert refused.value.code is (RefusalCode.OLD_WORD if old else RefusalCode.WRONG_TYPE)


def test_what_stands_beside_a_draft_is_nothing_that_a_browser_runs() -> None:
    assert not {HTML, DOC} & SUPPORTING
    assert not {PNG, JPEG, XLSX, DOC} & DRAFTS


def test_a_web_page_is_offered_as_letters() -> None:
    assert served_as(HTML) == TEXT
    assert served_as(PDF) == PDF


def test_a_dialogue_offers_the_endings_of_what_is_taken() -> None:
    assert endings({PDF, HTML}) == [".pdf", ".html", ".htm", ".xhtml"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (OLD_WORD + "_VBA_PROJECT".encode("utf-16-le"), RefusalCode.MACROS),
        (OLD_WORD + "ObjectPool".encode("utf-16-le"), RefusalCode.EMBEDDED_OBJECTS),
        (
            OLD_WORD[:512] + b"\xec\xa5" + bytes(9) + b"\x01" + OLD_WORD[512:],
            RefusalCode.ENCRYPTED,
        ),
        (PIXEL[:-4], RefusalCode.TRUNCATED),
        (PIXEL + b"<script>", RefusalCode.MIXED),
        (PIXEL + zipped({"a": b"x"}), RefusalCode.MIXED),
        (b"\xff\xd8\xff" + zipped({"a": b"x"}), RefusalCode.MIXED),
        (b"\xff\xd8\xff" + bytes(9), RefusalCode.TRUNCATED),
        (b"\xff\xd8\xff%PDF-1.7 \xff\xd9", RefusalCode.MIXED),
    ],
    ids=lambda value: value.value if isinstance(value, RefusalCode) else "file",
)
def test_old_word_files_and_pictures_are_looked_through(data: bytes, code: RefusalCode) -> None:
    with pytest.raises(Refused) as refused:
        inspect(data, "a", kinds={DOC, PNG, JPEG})
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.docx"),
        ("luật.DOCX", "luật.docx"),
        ("a\u202excod.exe", "axcod.exe.docx"),
        ("x\x00\r\ny.docx", "xy.docx"),
        ('a<b>"c".docx', "a b c.docx"),
        ("...", "document.docx"),
        ("", "document.docx"),
        ("d" * 500 + ".docx", "d" * 115 + ".docx"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", RefusalCode.EMPTY),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, RefusalCode.WRONG_TYPE),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            RefusalCode.ENCRYPTED,
        ),
        (zipped({"a.txt": b"no document"}), RefusalCode.WRONG_TYPE),
        (package(**{"[Content_Types].xml": b"<Types/>"}), RefusalCode.WRONG_TYPE),
        (package()[:-40], RefusalCode.TRUNCATED),
        (package()[:60], RefusalCode.TRUNCATED),
        (package(**{"word/vbaProject.bin": b"x"}), RefusalCode.MACROS),
        (
            package(
                **{"[Content_Types].xml": TYPES.replace(b"</", b"<a t='x.macroEnabled.main'/></")}
            ),
            RefusalCode.MACROS,
        ),
        (package(**{"word/embeddings/oleObject1.bin": b"x"}), RefusalCode.EMBEDDED_OBJECTS),
        (package(**{"word/activeX/activeX1.xml": b"<x/>"}), RefusalCode.EMBEDDED_OBJECTS),
        (
            package(**{"word/document.xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///x">]><x/>'}),
            RefusalCode.EXTERNAL_ENTITIES,
        ),
        (
            package(**{"word/document.xml": "<!DOCTYPE x><x/>".encode("utf-16")}),
            RefusalCode.EXTERNAL_ENTITIES,
        ),
        (
            package(**{"word/document.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/+AD4-'}),
            RefusalCode.WRONG_TYPE,
        ),
        (
            package(
                **{"word/_rels/settings.xml.rels": relation("attachedTemplate", "http://x/t.dotm")}
            ),
            RefusalCode.EXTERNAL_ENTITIES,
        ),
        (
            package(**{"word/_rels/document.xml.rels": relation("frame", "\\\\server\\share")}),
            RefusalCode.EXTERNAL_ENTITIES,
        ),
        (
            package(**{"word/_rels/document.xml.rels": relation("oleObject", "file:///x.xls")}),
            RefusalCode.EMBEDDED_OBJECTS,
        ),
        (package(**{"word/_rels/document.xml.rels": b"<Relation"}), RefusalCode.TRUNCATED),
    ],
    # zip archives hold the time they were made: no part of a test's name
    ids=lambda value: value.value if isinstance(value, RefusalCode) else "file",
)
def test_a_hostile_file_is_refused_by_the_name_of_its_fault(data: bytes, code: RefusalCode) -> None:
    assert refusal(data) is code


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://chinhphu.vn"),
        ("image", "https://example.org/pixel.png"),
        ("attachedTemplate", "file:///C:\\Users\\An\\Normal.dotm"),
    ],
)
def test_links_that_nobody_follows_do_no_harm(kind: str, target: str) -> None:
    data = package(**{"word/_rels/document.xml.rels": relation(kind, target)})
    assert inspect(data, "draft.docx", LIMIT).size == len(data)


def test_a_file_above_the_limit_says_both_sizes() -> None:
    data = package()
    with pytest.raises(Refused) as refused:
        inspect(data, "draft.docx", len(data) - 1)
    assert refused.value.code is RefusalCode.TOO_LARGE
    assert refused.value.facts == {"size": len(data), "limit": len(data) - 1}
    assert inspect(data, "draft.docx", len(data)).size == len(data)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert refusal(package(**{"word/media/zeros.bin": bytes(12_000_000)})) is (
        RefusalCode.UNPACKED_TOO_LARGE
    )


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either() -> None:
    size = 12_000_000
    honest = package(**{"word/media/zeros.bin": bytes(size)})
    lying = honest.replace(struct.pack("<L", size), struct.pack("<L", 10))
    assert lying != honest
    assert refusal(lying) is RefusalCode.TRUNCATED


def test_a_hundred_thousand_entries_are_counted_and_not_read() -> None:
    record = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[20] * 2, *[0] * 14) + b""
    count = 100_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 7, 7, len(record) * count, 4, 0)
    data = b"PK\x03\x04" + record * count + end
    assert refusal(data) is RefusalCode.TOO_MANY_ENTRIES


def test_as_many_entries_as_allowed_are_taken() -> None:
    more = {f"word/media/{n}.png": b"x" for n in range(ENTRIES - len(PARTS))}
    assert inspect(package(**more), "draft.docx", LIMIT).name == "draft.docx"
    assert refusal(package(**more, extra=b"x")) is RefusalCode.TOO_MANY_ENTRIES


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(package())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal(bytes(data)) is RefusalCode.ENCRYPTED


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused() -> None:
    buffer = io.BytesIO(package())
    with zipfile.ZipFile(buffer, "a") as target:
        target.writestr("word/document.xml", b"<other/>")
    assert refusal(buffer.getvalue()) is RefusalCode.WRONG_TYPE


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"a" * XML_BYTES, RefusalCode.UNPACKED_TOO_LARGE),
        (b"<b/>" * MARKS, RefusalCode.TOO_MANY_ENTRIES),
    ],
)
def test_a_tree_that_would_fill_the_memory_is_not_grown(text: bytes, code: RefusalCode) -> None:
    parts = {**PARTS, "word/document.xml": b"<document>" + text + b"</document>"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    assert refusal(buffer.getvalue(), 2 * XML_BYTES) is code
