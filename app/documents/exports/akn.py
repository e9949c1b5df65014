"""A text as Akoma Ntoso 3.0 (OASIS LegalDocML), valid against its schema."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element

from app.documents.exports.eids import eid_of
from app.documents.exports.layout import Voice, front_of, has_header, voice
from app.documents.exports.source import Cover, Edition, Unit
from app.documents.exports.writable import writable
from app.documents.nodes import Kind
from app.kit import clock
from app.kit.text import slugify

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OURS = "urn:gopy:anchor"
ANCHOR = f"{{{OURS}}}anchor"
# an article's clause is a paragraph to Akoma Ntoso; its own "clause" is something else
NAMES = {Kind.CLAUSE: "paragraph"}
UNKNOWN_DAY = "0001-01-01"


def to_akn(edition: Edition) -> bytes:
    """The text as a bill, or as an act once it is dated; each unit has its eId and our anchor."""
    return _Writer(edition).document()


class _Writer:
    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.cover = edition.cover
        self.eids = eid_of(edition.units)

    def document(self) -> bytes:
        kind = "act" if self.cover.issued else "bill"
        root = etree.Element(f"{{{AKN}}}akomaNtoso", nsmap={None: AKN, "gopy": OURS})
        name = slugify(front_of(self.cover).kind) or kind
        text = _add(root, kind, name=name)
        work = _work(self.cover, kind)
        _meta(text, self.cover, work, "")
        self._preface(text)
        self._preamble(text)
        body = _add(text, "body")
        self._units(body, self.edition.body())
        if not len(body):
            _paragraphs(_add(_add(body, "hcontainer", name="empty"), "content"), [""])
        if self.edition.closing:
            _paragraphs(_add(text, "conclusions"), self.edition.closing.split("\n"))
        annexes = self.edition.annexes()
        attachments = _add(text, "attachments") if annexes else None
        for annex in annexes:
            self._annex(attachments, annex, work)
        etree.indent(root)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"

    def _preface(self, text: _Element) -> None:
        front = front_of(self.cover)
        preface = _add(text, "preface")
        if front.issuer:
            _add(_add(preface, "p"), "docProponent", self.cover.issuer)
        if self.cover.number:
            _add(_add(preface, "p"), "docNumber", self.cover.number)
        if self.cover.version is not None:
            _add(_add(preface, "p"), "docStage", str(self.cover.version))
        if front.kind:
            _add(_add(preface, "p"), "docType", front.kind)
        _add(_add(_add(preface, "longTitle"), "p"), "docTitle", front.name)

    def _preamble(self, text: _Element) -> None:
        lines = [line for line in self.edition.preamble.split("\n") if line.strip()]
        preamble = _add(text, "preamble") if lines else None
        citations = None
        for line in lines:
            if voice(line) is Voice.GROUND:
                if citations is None:
                    citations = _add(preamble, "citations")
                _add(_add(citations, "citation"), "p", line)
            else:
                citations = None
                _add(_add(preamble, "formula", name="enactingFormula"), "p", line)

    def _annex(self, parent: _Element, annex: Sequence[Unit], work: str) -> None:
        top = annex[0]
        attachment = _add(parent, "attachment", **self._names(top))
        _titles(attachment, top)
        doc = _add(attachment, "doc", name="annex")
        _meta(doc, self.cover, work, self.eids[top.anchor])
        main = _add(doc, "mainBody")
        rest = self._blocks(main, top, annex[1:])
        self._units(main, rest)
        if not len(main):
            _add(main, "p")

    def _units(self, parent: _Element, units: Sequence[Unit]) -> None:
        """The units, each with what stands under it, in the order given."""
        at = 0
        while at < len(units):
            end = at + 1
            while end < len(units) and units[end].depth > units[at].depth:
                end += 1
            self._unit(parent, units[at], units[at + 1 : end])
            at = end

    def _unit(self, parent: _Element, unit: Unit, below: Sequence[Unit]) -> None:
        names = self._names(unit)
        if unit.kind in (Kind.TABLE, Kind.ANNEX):
            element = _add(parent, "hcontainer", name=unit.kind.value, **names)
        else:
            element = _add(parent, NAMES.get(unit.kind, unit.kind.value), **names)
        _titles(element, unit)
        own = etree.Element(f"{{{AKN}}}content")
        rest = self._blocks(own, unit, below)
        if rest:
            own.tag = f"{{{AKN}}}intro"
        elif not len(own):
            _add(own, "p")
        if len(own):
            element.append(own)
        self._units(element, rest)

    def _blocks(self, parent: _Element, unit: Unit, below: Sequence[Unit]) -> Sequence[Unit]:
        """The words of the unit and the tables right behind them; returns what stands after."""
        if unit.rows:
            _rows(_add(parent, "table"), unit.rows)
        _paragraphs(parent, unit.paragraphs)
        for at, table in enumerate(below):
            if table.kind is not Kind.TABLE or table.depth != below[0].depth or not table.rows:
                return below[at:]
            _rows(_add(parent, "table", **self._names(table)), table.rows)
            _paragraphs(parent, table.paragraphs)
        return ()

    def _names(self, unit: Unit) -> dict[str, str]:
        return {"eId": self.eids[unit.anchor], ANCHOR: unit.anchor}


def _add(parent: _Element, tag: str, text: str = "", **attributes: str) -> _Element:
    child = etree.SubElement(
        parent, f"{{{AKN}}}{tag}", {name: writable(value) for name, value in attributes.items()}
    )
    if text:
        child.text = writable(text)
    return child


def _titles(parent: _Element, unit: Unit) -> None:
    if unit.label:
        _add(parent, "num", unit.label)
    if unit.heading:
        _add(parent, "heading", unit.heading)


def _paragraphs(parent: _Element, lines: Sequence[str]) -> None:
    for line in lines:
        _add(parent, "p", line)


def _rows(table: _Element, rows: Sequence[Sequence[str]]) -> None:
    headed = has_header(rows)
    for number, row in enumerate(rows):
        tr = _add(table, "tr")
        for cell in row or ("",):
            _paragraphs(_add(tr, "th" if headed and number == 0 else "td"), cell.split("\n"))


def _work(cover: Cover, kind: str) -> str:
    """The address of the work: `/akn/vn/bill/2026/<slug>`, `/akn/vn/act/2015-11-24/<number>`."""
    name = cover.slug or slugify(cover.number.replace("/", "-")) or "nn"
    return f"/akn/vn/{kind}/{cover.issued or _day(cover)[:4]}/{name}"


def _day(cover: Cover) -> str:
    if cover.posted_at:
        return clock.vn_date(cover.posted_at).isoformat()
    return cover.issued or UNKNOWN_DAY


def _meta(text: _Element, cover: Cover, work: str, component: str) -> None:
    """What the text is, who wrote it, when; references stand in the main text only."""
    meta = _add(text, "meta")
    identification = _add(meta, "identification", source="#portal")
    expression = f"{work}/vie@" + (f"v{cover.version}" if cover.version is not None else "")
    for level, uri in {
        "FRBRWork": work,
        "FRBRExpression": expression,
        "FRBRManifestation": f"{expression}.akn",
    }.items():
        place = _add(identification, level)
        _add(place, "FRBRthis", value=f"{uri}/!{component or 'main'}")
        _add(place, "FRBRuri", value=uri)
        if level == "FRBRWork" and cover.address:
            _add(place, "FRBRalias", value=cover.address, name="consultation")
        _add(place, "FRBRdate", date=_day(cover), name="issued" if cover.issued else "posted")
        _add(place, "FRBRauthor", href="#issuer")
        if level == "FRBRWork":
            _add(place, "FRBRcountry", value="vn")
            if cover.number:
                _add(place, "FRBRnumber", value=cover.number)
            _add(place, "FRBRname", value=cover.title)
        elif level == "FRBRExpression":
            if cover.version is not None:
                _add(place, "FRBRversionNumber", value=str(cover.version))
            _add(place, "FRBRlanguage", language="vie")
    if component:
        return
    lifecycle = _add(meta, "lifecycle", source="#portal")
    event = {"eId": "event_1", "date": _day(cover), "source": "#issuer", "type": "generation"}
    _add(lifecycle, "eventRef", **event)
    references = _add(meta, "references", source="#portal")
    organisation = {"eId": "issuer", "href": "/akn/ontology/organization/vn/issuer"}
    _add(references, "TLCOrganization", **organisation, showAs=cover.issuer or "–")
    portal = {"eId": "portal", "href": "/akn/ontology/organization/vn/portal", "showAs": "Góp Ý"}
    _add(references, "TLCOrganization", **portal)
    if cover.digest:
        own = _add(meta, "proprietary", source="#portal")
        etree.SubElement(own, f"{{{OURS}}}version", digest=cover.digest)
