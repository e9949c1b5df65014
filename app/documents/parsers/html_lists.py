"""The numbers a browser prints in front of list items."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.documents.parsers.blocks import Block
from app.documents.parsers.numbering import formatted, whole

TYPES = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
STYLES = {
    "decimal": "decimal", "decimal-leading-zero": "decimalZero",
    "lower-alpha": "lowerLetter", "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter", "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "none": "none",
    "disc": "bullet", "circle": "bullet", "square": "bullet",
}  # fmt: skip
# A marker of a style sheet: strings in quotes, and counters with their format.
PIECE = re.compile(r"\"([^\"]*)\"|'([^']*)'|counter\(\s*lst-ctn-([\w-]+)\s*(?:,\s*([\w-]+)\s*)?\)")
BULLET = "•"


@dataclass
class List:
    """One list while its items arrive; `items` are the places of the blocks that carry numbers."""

    style: str
    next: int = 1
    step: int = 1
    name: str = ""
    marker: str = ""
    items: list[tuple[list[Block], int]] = field(default_factory=list)


class Lists:
    """The lists that are open, innermost last, and how far each named one has counted."""

    def __init__(self) -> None:
        self.open: list[List] = []
        self._counts: dict[str, int] = {}

    def begin(
        self,
        tag: str,
        attributes: Mapping[str, str],
        css: Mapping[str, str],
        markers: Mapping[str, str],
    ) -> None:
        """One more list is open."""
        style = TYPES.get(attributes.get("type", ""), "decimal" if tag == "ol" else "bullet")
        style = STYLES.get(css.get("list-style-type", ""), style)
        start = whole(attributes.get("start"), 1)
        one = List(style, start, -1 if "reversed" in attributes else 1)
        name = next((n for n in attributes.get("class", "").split() if n in markers), "")
        if name:
            one.name, one.marker = name.removeprefix("lst-"), markers[name]
            if "start" in attributes or one.name not in self._counts:
                self._counts[one.name] = start - 1
        self.open.append(one)

    def number(self, attributes: Mapping[str, str], css: Mapping[str, str]) -> str:
        """What stands before the next item of the innermost list."""
        if not self.open:
            return BULLET
        one = self.open[-1]
        at = one.next = whole(attributes.get("value"), one.next)
        one.next += one.step
        if one.marker:
            return self._marked(one)
        style = TYPES.get(attributes.get("type", ""), one.style)
        return printed(at, STYLES.get(css.get("list-style-type", ""), style))

    def _marked(self, one: List) -> str:
        self._counts[one.name] += 1
        pieces = []
        for text, other, name, style in PIECE.findall(one.marker):
            counted = formatted(self._counts.get(name, 1), STYLES.get(style, "decimal"))
            pieces.append(counted if name else text or other)
        return "".join(pieces).replace("\\0025a0", BULLET).strip()

    def end(self) -> None:
        """The innermost list is done; one that counts down knows its numbers only now."""
        one = self.open.pop() if self.open else List("none")
        if one.step < 0 and one.next < 1:
            last = 1
            for blocks, at in reversed(one.items):
                blocks[at] = replace(blocks[at], number=printed(last, one.style))
                last += 1


def printed(at: int, style: str) -> str:
    """A number with the full stop that browsers put behind it; a bullet, or nothing."""
    if style == "bullet":
        return BULLET
    return "" if style == "none" else f"{formatted(at, style)}."
