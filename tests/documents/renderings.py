"""One law written in other formats, as people and programs write them."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable

from app.documents.nodes import Outline
from app.documents.parsers.blocks import Block

MARKS = re.compile(r"([*_`\\#|<>\[\]&])")


def shape(outline: Outline) -> list[tuple[object, ...]]:
    """All that a reader of a version sees, spaces evened out; lines and doubts aside."""
    facts = (outline.title, outline.number, outline.issued, outline.issuer, outline.kind_name)
    around = tuple(map(_even, (outline.masthead, outline.preamble, outline.closing)))
    nodes = [
        (
            node.anchor, node.kind, node.number, node.label, node.heading, node.text,
            tuple(tuple(map(_even, row)) for row in node.rows), depth, parent,
        )
        for node, depth, parent in outline.walk()
    ]  # fmt: skip
    return [facts, around, *nodes]


def as_text(blocks: list[Block], width: int = 0, between: str = "\n") -> bytes:
    """Plain text, wrapped at a width where one is given; heads and signatures lose their tables."""
    pieces: list[str] = []
    for at, block in enumerate(blocks):
        if block.rows and (at == 0 or at > len(blocks) - 6):
            pieces += (
                _even(line) for row in block.rows for cell in row for line in cell.split("\n")
            )
        elif block.rows:
            pieces.append("\n".join(f"| {' | '.join(map(_even, row))} |" for row in block.rows))
        else:
            lines = [_even(line) for line in _written(block).split("\n")]
            pieces += (
                textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
                if width
                else line
                for line in lines
            )
    return (between.join(piece for piece in pieces if piece) + "\n").encode()


def as_markdown(blocks: Iterable[Block], width: int = 0) -> bytes:
    """Markdown as pandoc writes it: marks escaped, breaks kept, tables with pipes."""
    return ("\n\n".join(_marked(block, width) for block in blocks) + "\n").encode()


def _marked(block: Block, width: int) -> str:
    if block.rows:
        rows = [
            "| " + " | ".join("<br>".join(map(_escaped, cell.split("\n"))) for cell in row) + " |"
            for row in block.rows
        ]
        return "\n".join([rows[0], "|" + "---|" * max(map(len, block.rows)), *rows[1:]])
    lines = [_escaped(line) for line in _written(block).split("\n") if line.strip()]
    lines = [f"**{line}**" if block.bold else line for line in lines]
    if block.style.startswith("heading"):
        return "### " + "<br>".join(lines)
    if width:
        lines = [
            textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
            for line in lines
        ]
    return "\\\n".join(lines)


def _escaped(line: str) -> str:
    line = MARKS.sub(r"\\\1", _even(line))
    line = re.sub(r"^([-+])(?=[\s-])", r"\\\1", line)
    return re.sub(r"^(\d+)\.(?=\s)", r"\1\\.", line)


def as_page(blocks: Iterable[Block]) -> bytes:
    """A page as Word saves it: classes, numbers of lists in a span that is to be ignored."""
    body = "\n".join(_element(block) for block in blocks)
    return (
        "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head>"
        "<meta http-equiv=Content-Type content='text/html; charset=utf-8'><title>x</title>"
        "<style><!-- p.MsoNormal {margin:0cm} p.Middle {text-align:center} --></style>"
        "<!--[if gte mso 9]><xml><o:p>hidden</o:p></xml><![endif]--></head>"
        f"<body lang=VI><div class=WordSection1>{body}</div></body></html>"
    ).encode()


def _element(block: Block) -> str:
    if block.rows:
        rows = ("".join(map(_cell, row)) for row in block.rows)
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    text = html.escape(block.text).replace("\n", "<br>\n")
    text = f"<b>{text}</b>" if block.bold else text
    if block.number:
        text = (
            "<![if !supportLists]><span style='mso-list:Ignore'>"
            f"{block.number}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span>"
            f"<![endif]>{text}"
        )
    tag = "h3" if block.style.startswith("heading") else "p"
    return f"<{tag} class={'Middle' if block.centered else 'MsoNormal'}>{text}<o:p></o:p></{tag}>"


def _cell(text: str) -> str:
    lines = "".join(f"<p class=MsoNormal>{html.escape(line)}</p>" for line in text.split("\n"))
    return f"<td>{lines}</td>"


def _written(block: Block) -> str:
    return f"{block.number} {block.text}".strip()


def _even(text: str) -> str:
    return " ".join(text.split())
