"""What number Word would print in front of a paragraph, from numbering.xml.

Source: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DEEPEST = 9
# Bullets come in symbol fonts whose private code points mean nothing elsewhere.
PRIVATE = re.compile("[\ue000-\uf8ff]")
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def value(element: _Element | None, name: str) -> str | None:
    """The w:val of the child called `name`, or None where there is none."""
    child = element.find(W + name) if element is not None else None
    return None if child is None else child.get(W + "val")


def whole(text: str | None, otherwise: int) -> int:
    """The integer in `text`, or `otherwise` where it is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else otherwise


def roman(number: int) -> str:
    """The number in small Roman letters; the digits themselves outside 1..3999."""
    if not 0 < number < 4000:
        return str(number)
    letters = ""
    for size, sign in ROMAN:
        count, number = divmod(number, size)
        letters += sign * count
    return letters


def letters(number: int) -> str:
    """The number as Word counts letters: a..z, aa..zz, aaa…"""
    if number < 1:
        return str(number)
    turn, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * min(turn + 1, 10)


def formatted(number: int, style: str) -> str:
    """The number in the given w:numFmt; unknown formats fall back to digits, as in Word."""
    match style:
        case "lowerLetter":
            return letters(number)
        case "upperLetter":
            return letters(number).upper()
        case "lowerRoman":
            return roman(number)
        case "upperRoman":
            return roman(number).upper()
        case "decimalZero":
            return f"{number:02d}"
        case "none":
            return ""
    return str(number)


@dataclass(frozen=True)
class Level:
    """One level of a list: where it starts and how it looks."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    legal: bool = False
    restart: int | None = None
    paragraph_style: str = ""


def read_level(element: _Element) -> Level:
    """The level described by a w:lvl."""
    restart = value(element, "lvlRestart")
    legal = element.find(W + "isLgl")
    return Level(
        start=whole(value(element, "start"), 0),
        style=value(element, "numFmt") or "decimal",
        text=value(element, "lvlText") or "",
        legal=legal is not None and legal.get(W + "val") not in ("0", "false", "off"),
        restart=None if restart is None else whole(restart, 0),
        paragraph_style=value(element, "pStyle") or "",
    )


def levels_in(element: _Element) -> Iterator[tuple[int, Level]]:
    """The levels a w:abstractNum spells out, with their depth."""
    for level in element.findall(W + "lvl"):
        depth = whole(level.get(W + "ilvl"), -1)
        if 0 <= depth < DEEPEST:
            yield depth, read_level(level)


@dataclass
class Counter:
    """Where one abstract list stands: the last number given at each depth."""

    last: list[int | None] = field(default_factory=lambda: [None] * DEEPEST)

    def advance(self, depth: int, levels: dict[int, Level], restart_at: int | None) -> None:
        """Count one paragraph at `depth`; deeper levels begin anew unless told not to."""
        before = self.last[depth]
        if restart_at is not None:
            self.last[depth] = restart_at
        else:
            self.last[depth] = levels[depth].start if before is None else before + 1
        for deeper in range(depth + 1, DEEPEST):
            rule = levels[deeper].restart if deeper in levels else None
            if rule is None or depth < rule:
                self.last[deeper] = None


class Numbering:
    """All lists of a document and how far each has counted."""

    def __init__(self, root: _Element | None) -> None:
        self._abstract_of: dict[str, str] = {}
        self._levels: dict[str, dict[int, Level]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counters: dict[str, Counter] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: _Element) -> None:
        abstracts = {a.get(W + "abstractNumId", ""): a for a in root.findall(W + "abstractNum")}
        by_style = {value(a, "styleLink"): key for key, a in abstracts.items()}
        for num in root.findall(W + "num"):
            num_id = num.get(W + "numId", "")
            abstract = value(num, "abstractNumId") or ""
            if abstract not in abstracts:
                continue
            abstract = by_style.get(value(abstracts[abstract], "numStyleLink") or "", abstract)
            self._abstract_of[num_id] = abstract
            levels = dict(levels_in(abstracts[abstract]))
            for override in num.findall(W + "lvlOverride"):
                depth = whole(override.get(W + "ilvl"), -1)
                own = override.find(W + "lvl")
                if own is not None:
                    levels[depth] = read_level(own)
                start = value(override, "startOverride")
                if start is not None:
                    self._starts[num_id, depth] = whole(start, 1)
            self._levels[num_id] = levels

    def depth_of_style(self, num_id: str, style: str) -> int:
        """The level of list `num_id` tied to paragraph style `style`; 0 where none is."""
        levels = self._levels.get(num_id, {})
        return next((d for d, level in levels.items() if level.paragraph_style == style), 0)

    def next(self, num_id: str, depth: int) -> str:
        """The number Word prints for the next paragraph of list `num_id`; "" where none."""
        levels = self._levels.get(num_id)
        if not levels or depth not in levels:
            return ""
        counter = self._counters.setdefault(self._abstract_of[num_id], Counter())
        # A start given on the list itself holds for its first paragraph only.
        counter.advance(depth, levels, self._starts.pop((num_id, depth), None))
        level = levels[depth]
        if level.style == "bullet":
            return PRIVATE.sub("•", level.text).strip()

        def shown(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            at = levels.get(place, Level())
            last = counter.last[place]
            return formatted(
                at.start if last is None else last, "decimal" if level.legal else at.style
            )

        return re.sub(r"%([1-9])", shown, level.text).strip()
