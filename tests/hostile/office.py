"""Word files that reach out, carry programs, or are wrong inside; other Office files."""

from __future__ import annotations

import io
import zipfile
from functools import partial

from tests.hostile.case import LAW, Hostile, edited, word, word_parts, zipped
from tests.word import docx

OFFICE_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_TYPE = b"wordprocessingml.document.main+xml"
MAIN = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
LAUGHS = (
    b'<!DOCTYPE w [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a;" * 10 if n == 1 else b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><w>&a9;</w>"
)  # fmt: skip
NUMBERED = b'<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
SPACE = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def related(kind: str, target: str, *, outside: bool = True, part: bytes = b"") -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    relation = f'<Relationship Id="x9" Type="{OFFICE_TYPES}/{kind}" Target="{target}"{mode}/>'
    relations = word_parts()[RELATIONS].replace(
        b"</Relationships>", relation.encode() + b"</Relationships>"
    )
    more = {f"word/{target}": part} if part else {}
    return word(**{RELATIONS: relations, **more})


def typed(kind: bytes, parts: dict[str, bytes]) -> bytes:
    types = b'<Types><Override ContentType="application/vnd.x.%s"/></Types>' % kind
    return zipped({"[Content_Types].xml": types, "_rels/.rels": b"<Relationships/>", **parts})


def body(xml: bytes) -> bytes:
    return edited(MAIN, b"<w:body>", b"<w:body>" + xml)


def numbered(level: int, number: int, definition: bytes) -> bytes:
    content = word_parts()[MAIN].replace(b"<w:body>", b"<w:body>" + NUMBERED % (level, number))
    return word(**{MAIN: content, "word/numbering.xml": b"<w:numbering %s>%s</w:numbering>" % (SPACE, definition)})  # fmt: skip


def startled(kind: bytes) -> bytes:
    level = b'<w:lvl w:ilvl="0"><w:start w:val="999999999999"/><w:numFmt w:val="%s"/><w:lvlText w:val="%%1."/></w:lvl>'
    return numbered(
        0,
        1,
        b'<w:abstractNum w:abstractNumId="1">%s</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        % (level % kind),
    )


def self_numbered() -> bytes:
    return numbered(
        9_999,
        1,
        b'<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="A"/><w:styleLink w:val="A"/></w:abstractNum>'
        b'<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
    )


def circular_styles() -> bytes:
    style = b'<w:style w:type="paragraph" w:styleId="%s"><w:basedOn w:val="%s"/></w:style>'
    part = word_parts()["word/styles.xml"]
    circle = style % (b"One", b"Two") + style % (b"Two", b"One")
    paragraph = b'<w:p><w:pPr><w:pStyle w:val="One"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>'
    return word(**{
        "word/styles.xml": part.replace(b"</w:styles>", circle + b"</w:styles>"),
        MAIN: word_parts()[MAIN].replace(b"<w:body>", b"<w:body>" + paragraph),
    })  # fmt: skip


def nested_tables(depth: int) -> bytes:
    return body(b"<w:tbl><w:tr><w:tc>" * depth + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * depth)


def cells(count: int) -> bytes:
    cell = b"<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>"
    return body(b"<w:tbl>" + (b"<w:tr>" + cell * 10 + b"</w:tr>") * (count // 10) + b"</w:tbl>")


def loose(data: bytes) -> bytes:
    """The same file with nothing compressed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return zipped(parts, stored=tuple(parts))


def paragraphs(count: int) -> bytes:
    return body(b"<w:p><w:r><w:t>d</w:t></w:r></w:p>" * count)


FINE = ("1", "2")
OFFICE = (
    Hostile("entity in the text", lambda: word(**{MAIN: b'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><w>&e;</w>'}), "external_entities"),
    Hostile("entity in UTF-16", lambda: word(**{MAIN: '<!DOCTYPE w SYSTEM "http://x/">\n<w/>'.encode("utf-16")}), "external_entities"),
    Hostile("entity in the styles", lambda: word(**{"word/styles.xml": b'<!DOCTYPE w [<!ENTITY % p SYSTEM "http://x/">%p;]><w/>'}), "external_entities"),
    Hostile("billion laughs", lambda: word(**{MAIN: LAUGHS}), "external_entities"),
    Hostile("part in UTF-7", lambda: word(**{MAIN: b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/+AD4-'}), "wrong_type"),
    Hostile("remote template", partial(related, "attachedTemplate", "https://x.example/t.dotm"), "external_entities"),
    Hostile("frame on a share", partial(related, "frame", r"\\server\share\x"), "external_entities"),
    Hostile("remote subdocument", partial(related, "subDocument", "http://x.example/s.docx"), "external_entities"),
    Hostile("remote picture", partial(related, "image", "http://x.example/pixel.png"), articles=FINE),
    Hostile("script as a link", partial(related, "hyperlink", "javascript:alert(1)"), articles=FINE),
    Hostile("remote object", partial(related, "oleObject", "file:///x.xls"), "embedded_objects"),
    Hostile("object by relation", partial(related, "oleObject", "media/a.png", outside=False, part=b"x"), "embedded_objects"),
    Hostile("object by name", lambda: word(**{"word/embeddings/oleObject1.bin": b"x"}), "embedded_objects"),
    Hostile("ActiveX", lambda: word(**{"word/activeX/activeX1.xml": b"<x/>"}), "embedded_objects"),
    Hostile("HTML embedded", partial(related, "aFChunk", "chunk.html", outside=False, part=b"<html>Hidden"), "embedded_objects"),
    Hostile("macros under a new name", lambda: edited("[Content_Types].xml", WORD_TYPE, b"x.macroEnabled.main+xml"), "macros"),
    Hostile("macros by name", lambda: word(**{"word/vbaProject.bin": b"x"}), "macros"),
    Hostile("macros by relation", partial(related, "vbaProject", "data.bin", outside=False, part=b"x"), "macros"),
    Hostile("field that starts a program", lambda: body(b'<w:p><w:r><w:instrText>D</w:instrText></w:r><w:r><w:instrText xml:space="preserve">DEAUTO cmd "/k calc"</w:instrText></w:r></w:p>'), "active_content"),
    Hostile("program in a simple field", lambda: body(b'<w:p><w:fldSimple w:instr="DDE excel x"/></w:p>'), "active_content"),
    Hostile("no text part", lambda: word(**{MAIN: None}), "damaged"),
    Hostile("no list of parts", lambda: word(**{"[Content_Types].xml": None}), "wrong_type"),
    Hostile("text part of another kind", lambda: word(**{MAIN: b"<other/>"}), "not_a_document"),
    Hostile("text part without a body", lambda: word(**{MAIN: b"<w:document %s/>" % SPACE}), "not_a_document"),
    Hostile("text part cut off", lambda: word(**{MAIN: word_parts()[MAIN][:-40]}), "damaged"),
    Hostile("text part in Latin bytes", lambda: word(**{MAIN: word_parts()[MAIN].replace("Điều".encode(), b"\xd0i\xea\xf9")}), "damaged"),
    Hostile("100,000 paragraphs", partial(paragraphs, 100_000), "too_many_entries"),
    Hostile("100,000 cells", partial(cells, 100_000), articles=FINE),
    Hostile("a paragraph of 10 MB", lambda: loose(body(b"<w:p><w:r><w:t>" + b"word " * 2_000_000 + b"</w:t></w:r></w:p>")), articles=FINE),
    Hostile("tables in tables", partial(nested_tables, 60), articles=FINE),
    Hostile("tables in tables without end", partial(nested_tables, 5_000), "damaged"),
    Hostile("styles in a circle", circular_styles, articles=FINE),
    Hostile("numbering that refers to itself", self_numbered, articles=FINE),
    Hostile("numbers of a billion letters", partial(startled, b"lowerLetter"), articles=FINE),
    Hostile("numbers of a billion Roman signs", partial(startled, b"lowerRoman"), articles=FINE),
    Hostile("Excel file", lambda: typed(b"spreadsheetml.sheet.main+xml", {"xl/workbook.xml": b"<x/>"}), "wrong_type"),
    Hostile("PowerPoint file", lambda: typed(b"presentationml.presentation.main+xml", {"ppt/presentation.xml": b"<x/>"}), "wrong_type"),
    Hostile("Word file called a PDF", lambda: docx(LAW), articles=FINE, filename="du-thao.pdf"),
    Hostile("Word file called a text", lambda: docx(LAW), articles=FINE, filename="du-thao.txt"),
)  # fmt: skip
