"""An outline as JSON, as plain text, as Akoma Ntoso: what other programs read."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict

from lxml import etree

from app.documents.nodes import Kind, Node, Outline

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
# Characters XML 1.0 has no way to write.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_IN_URI = re.compile(r"[^\w.-]+")


def to_json(outline: Outline) -> str:
    """The outline as JSON: the fields of Outline, Node and Doubt under their own names."""
    return json.dumps(asdict(outline), ensure_ascii=False, indent=2)


def to_text(outline: Outline) -> str:
    """The document as plain text, one paragraph a line; tables as `| cell | cell |`."""
    body = [node for node in outline.nodes if node.kind is not Kind.ANNEX]
    annexes = [node for node in outline.nodes if node.kind is Kind.ANNEX]
    pieces = [outline.masthead, outline.preamble]
    pieces += [line for node in body for line in _lines(node)]
    pieces.append(outline.closing)
    pieces += [line for node in annexes for line in _lines(node)]
    return "\n".join(piece for piece in pieces if piece) + "\n"


def _lines(node: Node) -> Iterator[str]:
    title = f"{node.label} {node.heading}".strip()
    if node.label and node.text and not node.heading and node.kind in (Kind.CLAUSE, Kind.POINT):
        yield f"{node.label} {node.text}"
    else:
        yield title
        for row in node.rows:
            yield "| " + " | ".join(" ".join(cell.split()) for cell in row) + " |"
        yield node.text
    for child in node.children:
        yield from _lines(child)


def to_akn(outline: Outline) -> str:
    """The document as an Akoma Ntoso 3.0 act, eIds made from anchors (OASIS LegalDocML)."""
    root = etree.Element("akomaNtoso", nsmap={None: AKN})
    act = _add(root, "act", name="act")
    _meta(act, outline)
    if outline.masthead:
        _paragraphs(_add(act, "preface"), outline.masthead)
    if outline.preamble:
        _paragraphs(_add(act, "preamble"), outline.preamble)
    body = _add(act, "body")
    for node in outline.nodes:
        if node.kind is not Kind.ANNEX:
            _unit(body, node)
    if outline.closing:
        _paragraphs(_add(act, "conclusions"), outline.closing)
    annexes = [node for node in outline.nodes if node.kind is Kind.ANNEX]
    attachments = _add(act, "attachments") if annexes else None
    for node in annexes:
        attachment = _add(attachments, "attachment", eId=_eid(node))
        _titles(attachment, node)
        doc = _add(attachment, "doc", name="annex")
        _meta(doc, outline)
        main = _add(doc, "mainBody")
        if node.text:
            _paragraphs(_add(_add(main, "hcontainer", name="text"), "content"), node.text)
        for child in node.children:
            _unit(main, child)
    etree.indent(root)
    return str(etree.tostring(root, encoding="unicode")) + "\n"


def _add(parent: etree._Element, tag: str, text: str = "", **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, tag, attributes)
    if text:
        child.text = UNWRITABLE.sub("\ufffd", text)
    return child


def _eid(node: Node) -> str:
    return node.anchor.replace(".", "__")


def _meta(act: etree._Element, outline: Outline) -> None:
    number = NOT_IN_URI.sub("-", outline.number).strip("-") or "draft"
    date = outline.issued or "0001-01-01"
    work = f"/akn/vn/act/{date}/{number}"
    identification = _add(_add(act, "meta"), "identification", source="#portal")
    levels = {
        "FRBRWork": work,
        "FRBRExpression": f"{work}/vie@",
        "FRBRManifestation": f"{work}/vie@.akn",
    }
    for level, uri in levels.items():
        place = _add(identification, level)
        _add(place, "FRBRthis", value=uri)
        _add(place, "FRBRuri", value=uri)
        _add(place, "FRBRdate", date=date, name="issued")
        _add(place, "FRBRauthor", href="#issuer")
        if level == "FRBRWork":
            _add(place, "FRBRcountry", value="vn")
            _add(place, "FRBRnumber", value=outline.number or number)
            _add(place, "FRBRname", value=UNWRITABLE.sub("", outline.title) or number)
        elif level == "FRBRExpression":
            _add(place, "FRBRlanguage", language="vie")


def _titles(parent: etree._Element, node: Node) -> None:
    if node.label:
        _add(parent, "num", node.label)
    if node.heading:
        _add(parent, "heading", node.heading)


def _paragraphs(parent: etree._Element, text: str) -> None:
    for paragraph in text.split("\n"):
        _add(parent, "p", paragraph)


def _unit(parent: etree._Element, node: Node) -> None:
    if node.kind is Kind.TABLE:
        content = _add(_add(parent, "hcontainer", name="table", eId=_eid(node)), "content")
        table = _add(content, "table")
        for row in node.rows:
            tr = _add(table, "tr")
            for cell in row:
                _paragraphs(_add(tr, "td"), cell)
        if node.text:
            _paragraphs(content, node.text)
        return
    unit = _add(parent, node.kind.value, eId=_eid(node))
    _titles(unit, node)
    if node.text or not node.children:
        _paragraphs(_add(unit, "intro" if node.children else "content"), node.text)
    for child in node.children:
        _unit(unit, child)
