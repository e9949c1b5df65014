"""XLIFF 2.1 (OASIS): a dossier's pieces in one language, for the tools translators work with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from app.translations.progress import Place, State
from app.web.locale import DEFAULT

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"  # of 2.1 as well
VERSION = "2.1"
MEDIA_TYPE = "application/xliff+xml"
ENDING = "xlf"
MACHINE = "gopy:machine"
# what no XML can hold is written as an element of its own
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STATES = {State.OFFICIAL: "final", State.UNOFFICIAL: "translated"}


def original(slug: str) -> str:
    """What a file says it is of: the dossier with that address."""
    return f"dossier:{slug}"


def write(
    slug: str, language: str, places: Sequence[Place], earlier: Mapping[int, str] | None = None
) -> bytes:
    """The places as a file for that language.

    `earlier` has, by the id of an outdated translation, the words it was made of; both stand in
    notes. The name of a unit is the part it is of, and its label is a note as well.
    """
    root = etree.Element(_tag("xliff"), nsmap={None: NAMESPACE})
    root.set("version", VERSION)
    root.set("srcLang", DEFAULT.code)
    root.set("trgLang", language)
    file = etree.SubElement(root, _tag("file"), id="dossier", original=original(slug))
    file.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for place in places:
        _unit(file, place, earlier or {})
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return told


def _unit(file: etree._Element, place: Place, earlier: Mapping[int, str]) -> None:
    unit = etree.SubElement(file, _tag("unit"), id=place.piece.part)
    notes = etree.SubElement(unit, _tag("notes"))
    _note(notes, "location", place.piece.label)
    outdated = place.state is State.STALE and place.shown is not None
    if place.shown is not None and outdated:
        if place.shown.id in earlier:
            _note(notes, "earlier-source", earlier[place.shown.id])
        _note(notes, "earlier-translation", place.shown.text)
    segment = etree.SubElement(unit, _tag("segment"), state=STATES.get(place.state, "initial"))
    if place.state is State.MACHINE:
        segment.set("subState", MACHINE)
    _fill(etree.SubElement(segment, _tag("source")), place.piece.words)
    if place.shown is not None and not outdated:
        _fill(etree.SubElement(segment, _tag("target")), place.shown.text)


def _note(notes: etree._Element, category: str, words: str) -> None:
    # a note takes text alone
    note = etree.SubElement(notes, _tag("note"), category=category)
    note.text = UNWRITABLE.sub("\ufffd", words)


def _fill(element: etree._Element, words: str) -> None:
    """The words, with an element for each character that XML cannot hold."""
    last: etree._Element | None = None
    at = 0
    for found in [*UNWRITABLE.finditer(words), None]:
        plain = words[at : found.start() if found else None]
        if last is None:
            element.text = plain
        else:
            last.tail = plain
        if found is not None:
            last = etree.SubElement(element, _tag("cp"), hex=f"{ord(found[0]):04X}")
            at = found.end()


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
