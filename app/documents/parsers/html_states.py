"""What an element of a page does to the text inside it."""

import re
from collections.abc import Mapping
from dataclasses import replace

from app.documents.parsers.html_paragraphs import State

UNSEEN = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "svg",
    "select", "option", "button", "textarea", "input", "title", "nav", "aside", "audio", "video",
    "canvas", "map", "dialog", "del", "menu", "xml", "datalist", "noframes",
}  # fmt: skip
UNSEEN_ROLES = {
    "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog",
    "alert", "alertdialog", "toolbar",
}  # fmt: skip
# The head and the foot of a site, unless they belong to an article on it.
FRAMES = {"header", "footer"}
HEADINGS = {f"h{level}": f"heading {level}" for level in range(1, 7)}
BOLD = {"b", "strong", "th", *HEADINGS}
NOTES = re.compile(r"_?(?:ftn|edn|sdfootnote|sdendnote)\d{1,6}")
# LibreOffice shows the number of a note without the brackets that part it from the word before.
NOTE_LINK = re.compile(r"#?sd(?:foot|end)note\d{1,6}(?:sym|anc)")
CONTENTS = re.compile(r"(?:mso)?toc(\d?)", re.IGNORECASE)
WEIGHTS = {"bold": True, "bolder": True, "normal": False, "lighter": False}
BOLDEST = 600
PLACES = {"center": True, "-webkit-center": True, "middle": True}


def inside(outer: State, tag: str, attributes: Mapping[str, str], css: Mapping[str, str]) -> State:
    """The state inside an element, given the state around it and what its style says."""
    role = attributes.get("role", "").lower()
    main = outer.main or tag == "main" or role == "main"
    framed = outer.framed and not main and tag != "article"
    font = css.get("font-family") or attributes.get("face") or ""
    weight = css.get("font-weight", "")
    place = css.get("text-align") or attributes.get("align", "").lower()
    note = bool(NOTE_LINK.fullmatch(attributes.get("href", "")))
    return replace(
        outer,
        tag=tag,
        hidden=_is_hidden(tag, role, attributes, css, framed),
        bold=_weight(weight) if weight else outer.bold or tag in BOLD,
        centered=tag == "center" or (PLACES.get(place, False) if place else outer.centered),
        capitals=_said(css, "text-transform", "uppercase", outer.capitals),
        preformatted=tag == "pre" or _said(css, "white-space", "pre", outer.preformatted),
        marker=outer.marker or css.get("mso-list") == "ignore",
        main=main,
        framed=framed,
        item=outer.item or tag == "li",
        link=(attributes.get("href", "") if tag == "a" and not note else outer.link),
        font=font.split(",")[0].strip(" '\"") or outer.font,
        style=_style(tag, attributes) or outer.style,
        after="]" if note else "",
    )


def _is_hidden(
    tag: str, role: str, attributes: Mapping[str, str], css: Mapping[str, str], framed: bool
) -> bool:
    if tag in UNSEEN or role in UNSEEN_ROLES or (tag in FRAMES and framed):
        return True
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if tag == "div" and attributes.get("title") in FRAMES:
        return True  # the head and foot of each page, as LibreOffice saves them
    return (
        css.get("display") == "none"
        or css.get("visibility") in ("hidden", "collapse")
        or css.get("mso-hide") == "all"
    )


def _weight(value: str) -> bool:
    if value.isascii() and value.isdecimal():
        return int(value[:4]) >= BOLDEST
    return WEIGHTS.get(value, False)


def _said(css: Mapping[str, str], name: str, value: str, otherwise: bool) -> bool:
    return css[name].startswith(value) if name in css else otherwise


def _style(tag: str, attributes: Mapping[str, str]) -> str:
    if NOTES.fullmatch(attributes.get("id", "")):
        return "footnote"
    for name in attributes.get("class", "").split():
        contents = CONTENTS.fullmatch(name)
        if contents:
            return f"toc {contents[1]}".strip()
    return HEADINGS.get(tag, "")
