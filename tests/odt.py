"""OpenDocument texts for tests, written as LibreOffice would: automatic styles, real lists."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from app.documents.parsers.blocks import Block

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "style": "style",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
    }.items()
)
LEVELS = """<text:list-style style:name="L1">
  <text:list-level-style-number text:level="1" style:num-prefix="Điều " style:num-suffix="." style:num-format="1"/>
  <text:list-level-style-number text:level="2" style:num-suffix="." style:num-format="1"/>
  <text:list-level-style-number text:level="3" style:num-suffix=")" style:num-format="a"/>
</text:list-style>"""
LOOKS = """
<style:style style:name="Heading_20_3" style:display-name="Heading 3" style:family="paragraph"/>
<style:style style:name="Strong" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Middle" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/></style:style>
"""


def odt(body: str, automatic: str = "", styles: str = LEVELS + LOOKS) -> bytes:
    """A package with that body, those automatic styles and those common styles."""
    content = (
        f"<office:document-content {NAMESPACES}><office:automatic-styles>{automatic}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    common = f"<office:document-styles {NAMESPACES}><office:styles>{styles}</office:styles></office:document-styles>"
    return package({"content.xml": content.encode(), "styles.xml": common.encode()})


def package(parts: dict[str, bytes]) -> bytes:
    """A ZIP with the media type of an OpenDocument text and those parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        for name, content in parts.items():
            target.writestr(name, content)
    return buffer.getvalue()


def odt_of(blocks: Iterable[Block]) -> bytes:
    """The same text as OpenDocument, its automatic numbers as list items that have to be counted."""
    automatic = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Middle"/>'
        '<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Heading_20_3"/>'
        '<style:style style:name="P3" style:family="paragraph" style:parent-style-name="P2">'
        '<style:paragraph-properties fo:text-align="center"/></style:style>'
        '<style:style style:name="T1" style:family="text" style:parent-style-name="Strong"/>'
    )
    return odt("".join(_body(blocks)), automatic)


def _body(blocks: Iterable[Block]) -> Iterator[str]:
    counted: list[str] = []
    for block in blocks:
        if block.rows:
            rows = (
                f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>"
                for row in block.rows
            )
            yield f"<table:table>{''.join(rows)}</table:table>"
        elif block.number:
            yield _item(block, counted)
        else:
            yield _paragraph(block)


def _item(block: Block, counted: list[str]) -> str:
    """A list that goes on from the one before; its level is told by the look of the number."""
    depth = 1 if block.number.startswith("Điều") else 3 if block.number.endswith(")") else 2
    # Real lists are found by their names where others stand between.
    name = f"list{len(counted)}"
    after = f' text:continue-list="{counted[-1]}"' if counted else ""
    counted.append(name)
    opened = "<text:list-item><text:list>" * (depth - 1) + "<text:list-item>"
    closed = "</text:list-item>" + "</text:list></text:list-item>" * (depth - 1)
    return (
        f'<text:list xml:id="{name}" text:style-name="L1"{after}>{opened}{_paragraph(block)}{closed}'
        "</text:list>"
    )


def _cell(text: str) -> str:
    lines = "".join(f"<text:p>{_characters(line)}</text:p>" for line in text.split("\n"))
    return f"<table:table-cell>{lines}</table:table-cell>"


def _paragraph(block: Block) -> str:
    headed = block.style.startswith("heading")
    style = ("P3" if headed else "P1") if block.centered else "P2" if headed else ""
    text = _characters(block.text)
    text = f'<text:span text:style-name="T1">{text}</text:span>' if block.bold else text
    return f"<text:p text:style-name={quoteattr(style)}>{text}</text:p>"


def _characters(text: str) -> str:
    text = escape(text).replace("\n", "<text:line-break/>").replace("\t", "<text:tab/>")
    return re.sub(" {2,}", lambda run: f' <text:s text:c="{len(run[0]) - 1}"/>', text)
