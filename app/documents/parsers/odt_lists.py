"""What number LibreOffice would print in front of a list item or a heading.

Source: OASIS OpenDocument 1.3 part 3, lists and list styles; the template is LibreOffice's own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml.etree import _Element

from app.documents.parsers.numbering import PRIVATE, formatted, letters, whole

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
EXTENDED = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
DEEPEST = 10
FORMATS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "01": "decimalZero", "": "none",
}  # fmt: skip
PLACE = re.compile(r"%(\d{1,2})%")


@dataclass(frozen=True)
class Level:
    """One level of a list style: how it counts and what stands around the number."""

    style: str = "none"
    start: int = 1
    shown: int = 1
    prefix: str = ""
    suffix: str = ""
    template: str = ""
    bullet: str = ""
    in_step: bool = True

    def written(self, number: int) -> str:
        """The number alone, in the way of this level."""
        if self.style in ("lowerLetter", "upperLetter") and not self.in_step:
            word = _positional(number)
            return word.upper() if self.style == "upperLetter" else word
        return formatted(number, self.style)


def _positional(number: int) -> str:
    """The number in letters as columns of a sheet are counted: z, aa, ab."""
    word = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        word = letters(place + 1) + word
    return word


def levels_in(element: _Element) -> dict[int, Level]:
    """The levels of a text:list-style or a text:outline-style, the outermost being 0."""
    found: dict[int, Level] = {}
    for child in element.iterchildren(f"{TEXT}*"):
        depth = whole(child.get(TEXT + "level"), 0) - 1
        if not 0 <= depth < DEEPEST:
            continue
        bullet = child.tag in (TEXT + "list-level-style-bullet", TEXT + "list-level-style-image")
        template = child.get(EXTENDED + "num-list-format") or child.get(STYLE + "num-list-format")
        found[depth] = Level(
            style=FORMATS.get(child.get(STYLE + "num-format", ""), "decimal"),
            start=whole(child.get(TEXT + "start-value"), 1),
            shown=whole(child.get(TEXT + "display-levels"), 1),
            prefix=child.get(STYLE + "num-prefix", ""),
            suffix=child.get(STYLE + "num-suffix", ""),
            template=template or "",
            bullet=PRIVATE.sub("•", child.get(TEXT + "bullet-char", "•")) if bullet else "",
            in_step=child.get(STYLE + "num-letter-sync") == "true",
        )
    return found


@dataclass
class Counter:
    """Where one list stands: the last number given at each depth."""

    last: list[int | None] = field(default_factory=lambda: [None] * DEEPEST)

    def next(self, depth: int, levels: dict[int, Level], start: int | None) -> str:
        """What is printed before the next item at `depth`, counted on or begun at `start`."""
        level = levels.get(depth)
        if level is None:
            return ""
        before = self.last[depth]
        fresh = level.start if before is None else before + 1
        self.last[depth] = fresh if start is None else start
        self.last[depth + 1 :] = [None] * (DEEPEST - depth - 1)
        return level.bullet or self._printed(depth, level, levels)

    def _printed(self, depth: int, level: Level, levels: dict[int, Level]) -> str:
        if level.template:
            return PLACE.sub(lambda m: self._at(int(m[1]) - 1, levels), level.template).strip()
        first = max(0, depth - max(level.shown, 1) + 1)
        numbers = (self._at(place, levels) for place in range(first, depth + 1))
        shown = ".".join(number for number in numbers if number)
        return f"{level.prefix}{shown}{level.suffix}".strip() if shown else ""

    def _at(self, place: int, levels: dict[int, Level]) -> str:
        level, last = levels.get(place), self.last[place] if 0 <= place < DEEPEST else None
        return "" if level is None else level.written(level.start if last is None else last)


class Lists:
    """The list styles of a document, and how far each of its lists has counted."""

    def __init__(self, roots: Iterable[_Element]) -> None:
        self._styles: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        self.headings = Counter()
        for root in roots:
            for element in root.iter(TEXT + "list-style"):
                self._styles[element.get(STYLE + "name", "")] = levels_in(element)
            for element in root.iter(TEXT + "outline-style"):
                self.outline = levels_in(element)
        self._by_id: dict[str, Counter] = {}
        self._by_style: dict[str, Counter] = {}

    def levels(self, style: str) -> dict[int, Level]:
        """The levels of a list style, none where it is unknown."""
        return self._styles.get(style, {})

    def counter(self, element: _Element, style: str) -> Counter:
        """The counter of a text:list: that of the list it continues, else a fresh one."""
        continued = element.get(TEXT + "continue-list")
        counter = self._by_id.get(continued) if continued else None
        if counter is None and element.get(TEXT + "continue-numbering") == "true":
            counter = self._by_style.get(style)
        counter = counter or Counter()
        name = element.get(XML_ID) or element.get(TEXT + "list-id")
        if name:
            self._by_id[name] = counter
        self._by_style[style] = counter
        return counter
