"""What may remain of the HTML that people type or paste."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bleach.html5lib_shim import HTML_TAGS, HTML_TAGS_BLOCK_LEVEL, Filter
from bleach.sanitizer import Cleaner
from markupsafe import Markup, escape

from app.kit.text import clean

# The parser takes up to the square of the nesting and ten seconds for a megabyte of ampersands.
MAX_NOTE_LENGTH = 100_000
MAX_NOTE_TAGS = 2_000

# A tag worth the name: an HTML element, closed, whose attributes have values. All else is what
# people write: "<5", "a <b and c> d". Possessive and bounded, so the scan is linear.
_elements = "|".join(sorted(HTML_TAGS, key=len, reverse=True))
_tag = re.compile(
    rf"</?({_elements})(?:\s*+/?|\s[^<>=]{{0,200}}+=[^<>]{{0,4000}}+)>|<!--[^<>]*+(?<=--)>",
    re.IGNORECASE,
)
_on_lines_of_their_own = HTML_TAGS_BLOCK_LEVEL | {"br", "tr"}


@dataclass(frozen=True)
class Policy:
    """What may remain of markup: elements, their attributes, schemes of addresses; for whom."""

    name: str
    elements: frozenset[str]
    attributes: Mapping[str, tuple[str, ...]]
    schemes: frozenset[str]
    used: str


# What citizens write is text and stays text: see `plain` and `paragraphs`.
PLAIN = Policy(
    "PLAIN",
    frozenset(),
    MappingProxyType({}),
    frozenset(),
    "comments, names, quotations, wordings, questions, appeals, titles, texts of drafts",
)
# What officials write of why, with a little form to it: see `note`.
NOTE = Policy(
    "NOTE",
    frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "a"}),
    MappingProxyType({"a": ("href",)}),
    frozenset({"http", "https", "mailto"}),
    "the filter `note`, for staff pages that will need it; today explanations are paragraphs",
)
POLICIES = (PLAIN, NOTE)


class _LinksOutside(Filter):
    """A link lends the portal's name to no one and opens no way back into it."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token["type"] == "StartTag" and token["name"] == "a":
                token["data"][(None, "rel")] = "nofollow noopener"
            yield token


def plain(text: str) -> str:
    """Return cleaned text without HTML tags; it is text, to be escaped wherever it is shown.

    What only resembles a tag is the writer's own words and stays, letter for letter; a
    sanitizer would take all from "<b" to the next ">" out of the record.
    """
    return clean(_tag.sub(_line_end, clean(text))).strip("\n")


def paragraphs(text: str) -> Markup:
    """Return plain text as escaped paragraphs: a blank line parts them, a line end is a break.

    Addresses stay text: a link in a stranger's comment is an advertisement or a trap.
    """
    blocks: list[list[Markup]] = [[]]
    for line in text.splitlines():
        if line.strip():
            blocks[-1].append(escape(line.rstrip()))
        elif blocks[-1]:
            blocks.append([])
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>\n").join(block)) for block in blocks if block
    )


def note(html: str) -> Markup:
    """Return an official's explanation with only what `NOTE` allows, balanced and safe to show.

    One too long or too deep to parse keeps its text alone, in paragraphs.
    """
    html = clean(html)
    if len(html) > MAX_NOTE_LENGTH or sum(1 for _ in _tag.finditer(html)) > MAX_NOTE_TAGS:
        return paragraphs(plain(html))
    cleaner = Cleaner(  # made anew each time: it keeps state and is not safe between threads
        tags=NOTE.elements,
        attributes={name: [*known] for name, known in NOTE.attributes.items()},
        protocols=NOTE.schemes,
        filters=[_LinksOutside],
        strip=True,
    )
    return Markup(cleaner.clean(_escape_all_but_tags(html)))


def _line_end(tag: re.Match[str]) -> str:
    return "\n" if (tag[1] or "").lower() in _on_lines_of_their_own else ""


def _escape_all_but_tags(html: str) -> str:
    parts: list[str] = []
    end = 0
    for tag in _tag.finditer(html):
        parts += (html[end : tag.start()].replace("<", "&lt;"), tag[0])
        end = tag.end()
    return "".join((*parts, html[end:].replace("<", "&lt;")))
