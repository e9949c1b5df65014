"""What a page of a PDF shows: runs of letters and ruled lines, each where the eye finds it.

Source: the public API of PDFium (fpdf_text.h).
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import pypdfium2.raw as c

from app.documents.parsers.pdf_frame import Frame, turn_of
from app.documents.parsers.pdf_ink import Rule, ink
from app.kit import legacy

LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st",
    0xFB06: "st", 0xF0B7: "•", 0xF0A7: "•", 0xF0D8: "•", 0xF02D: "-",
}  # fmt: skip
# What PDFium gives for a hyphen that the typesetter put in at the end of a line.
SOFT_HYPHENS = {0x02, 0xAD, 0xFFFE}
SPACES = {0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x3000} | set(range(0x2000, 0x200B))
HYPHEN = "\u00ad"
UNKNOWN = "\ufffd"
# In front of the name of a font of which only some letters are in the file.
SUBSET = re.compile(r"^[A-Z]{6}\+")
BOLD = re.compile(r"bold|black|heavy|(?:^|[-,])bd\b|\.VnTimeB|semibd", re.IGNORECASE)
# Letters of one word stand closer than this, in parts of their size; the narrowest space is wider.
WORD_GAP = 0.17
OVERLAP = 0.25
MARKS = set(range(0x300, 0x370))
HORNED = {ord(letter) for letter in "ơờớởỡợưừứửữựƠỜỚỞỠỢƯỪỨỬỮỰ"}
HORN = 0.1
# No letter that carries marks is narrower, in parts of its size.
LEAST = 0.35
NARROWEST = {ord("i"): 0.15, ord("I"): 0.15}
HORN_WIDTH = 0.17


class Run(NamedTuple):
    """Letters set in one go: left, right and baseline in points from the top left corner.

    `legacy` names the old encoding of their font, "" where it was Unicode. `turned` letters stand
    on their side, as in the head of a narrow column; they are where the middle of their line is.
    """

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool = False
    space_before: bool = False
    space_after: bool = False
    legacy: str = ""
    turned: bool = False


@dataclass(frozen=True)
class Page:
    """One page as it is read, in points from the top left corner.

    `across` holds the ruled lines as (y, left, right), `down` as (x, top, bottom). `pictured` is
    the part of the page (0 to 1) that pictures cover; `unknown` counts the letters whose font does
    not say which they are, `letters` all that were looked at.
    """

    width: float
    height: float
    runs: tuple[Run, ...]
    across: tuple[Rule, ...] = ()
    down: tuple[Rule, ...] = ()
    pictured: float = 0.0
    unknown: int = 0
    letters: int = 0


def read_page(page: Any, most: int) -> Page:
    """The runs, ruled lines and pictures of one pypdfium2 page, turned until its text is upright.

    Text that stands on its side comes last; what is set at a slant, as stamps are, is left out. At
    most `most` letters are read.
    """
    text = c.FPDFText_LoadPage(page.raw)
    try:
        count = min(max(0, c.FPDFText_CountChars(text)), most)
        frame = Frame(page.raw, _quarter(text, count))
        reader = _Letters(text, frame)
        runs = (*reader.runs(range(count)), *_on_their_side(text, frame, reader.aside))
    finally:
        c.FPDFText_ClosePage(text)
    across, down, pictured = ink(page.raw, frame)
    return Page(frame.width, frame.height, runs, across, down, pictured, reader.unknown, count)


def _quarter(text: Any, count: int) -> int:
    """How many quarters anticlockwise most of the text is turned."""
    step = max(1, count // 40)
    turns: Counter[int] = Counter()
    for at in range(0, count, step):
        turn = turn_of(text, at)
        if turn is not None and c.FPDFText_IsGenerated(text, at) == 0:
            turns[turn] += 1
    return turns.most_common(1)[0][0] if turns else 0


def _on_their_side(text: Any, frame: Frame, aside: dict[int, list[int]]) -> Iterator[Run]:
    """The lines that are turned against the page, each as one run at its middle."""
    for quarters, places in sorted(aside.items()):
        reader = _Letters(text, frame.turned(quarters))
        lines: list[list[Run]] = []
        for run in reader.runs(places):
            if lines and abs(lines[-1][-1].y - run.y) < run.size / 2:
                lines[-1].append(run)
            else:
                lines.append([run])
        for line in sorted(lines, key=lambda line: line[0].y):
            first, size = line[0], line[0].size
            middle = (first.x0 + max(run.x1 for run in line)) / 2
            x, y = frame.from_turned(quarters, middle, first.y - size / 4)
            words = "".join(
                " " * run.space_before + run.text + " " * run.space_after for run in line
            )
            side = (x - size / 2, x + size / 2, y + size / 4, size)
            yield Run(
                *side, " ".join(words.split()), first.bold, True, True, first.legacy, turned=True
            )


class _Letters:
    """One pass over the letters of a page."""

    def __init__(self, text: Any, frame: Frame) -> None:
        self._text = text
        self._frame = frame
        self._fonts: dict[int, str] = {}
        self._widths: dict[int, float] = {}
        self.unknown = 0
        self.aside: defaultdict[int, list[int]] = defaultdict(list)

    def runs(self, places: Iterable[int]) -> Iterator[Run]:
        """The runs that those letters make; letters turned against the frame are put aside."""
        letters: list[str] = []
        x0 = x1 = y = size = start = 0.0
        font, before = "", False
        for code, left, right, base, at in self._letters(places):
            if code in SPACES:
                if letters and abs(base - y) < 0.3 and abs(left - x1) < WORD_GAP * size:
                    yield _run(x0, x1, y, size, letters, font, before, True)
                    letters, before = [], False
                    continue
                if letters:
                    yield _run(x0, x1, y, size, letters, font, before, False)
                letters, before = [], True
                continue
            reach = size if code in MARKS else OVERLAP * size
            joins = abs(base - y) < 0.3 and -reach < left - x1 < WORD_GAP * size
            # PDFium spells a ligature out, all of it in one place
            joins = joins or (base == y and left == start and letters[-1:] in (["f"], ["s"]))
            if letters and not joins:
                yield _run(x0, x1, y, size, letters, font, before, False)
                letters, before = [], False
            if not letters:
                size, font = self._style(at)
                x0 = x1 = left
                y = base
            start = left
            letters.append(self._character(code))
            x1 = max(x1, left + self._width(code, right - left, size))
        if letters:
            yield _run(x0, x1, y, size, letters, font, before, False)

    def _letters(self, places: Iterable[int]) -> Iterator[tuple[int, float, float, float, int]]:
        """Code, left, right, baseline and index of every letter the file itself has set."""
        text, box = self._text, c.FS_RECTF()
        x, y = ctypes.c_double(), ctypes.c_double()
        unicode_of, box_of = c.FPDFText_GetUnicode, c.FPDFText_GetLooseCharBox
        origin_of, generated = c.FPDFText_GetCharOrigin, c.FPDFText_IsGenerated
        point, width, height = self._frame.at, self._frame.width, self._frame.height
        turn, line = 0, math.nan
        for at in places:
            if generated(text, at) == 1:
                continue
            box_of(text, at, box)
            origin_of(text, at, x, y)
            start, base = point(x.value, y.value)
            if turn or base != line:  # letters on the baseline of an upright one are upright
                turned, line = turn_of(text, at), base
                turn = -1 if turned is None else (turned - self._frame.quarter) % 4
            if turn:
                if turn > 0:
                    self.aside[turn].append(at)
                continue
            one, _ = point(box.left, box.bottom)
            other, _ = point(box.right, box.top)
            left, right = (one, other) if one < other else (other, one)
            # a letter without a box of its own still stands where it begins
            left, right = (min(left, start), right) if right > left else (start, start)
            if -1 <= left <= width + 1 and -1 <= base <= height + 1:
                yield unicode_of(text, at), left, right, base, at

    def _width(self, code: int, ink: float, size: float) -> float:
        """How far the next letter is, in points: some fonts tell only where the ink ends.

        Hooks and tildes reach over the next letter where the bare letter does not; horns are part
        of the letter, and reach over a little.
        """
        if code < 0x80:
            if ink > NARROWEST.get(code, LEAST) * size:
                self._widths[code] = max(ink / size, self._widths.get(code, 0.0))
            return ink
        bare = self._widths.get(_bare(code))
        if code in HORNED:
            ink -= HORN * size
            return ink if bare is None else min(ink, (bare + HORN_WIDTH) * size)
        return ink if bare is None else min(ink, bare * size)

    def _character(self, code: int) -> str:
        if code in SOFT_HYPHENS:
            return HYPHEN
        if code in LIGATURES:
            return LIGATURES[code]
        if code < 0x20 or 0xD800 <= code <= 0xF8FF or code > 0x10FFFF or code == 0xFFFD:
            self.unknown += 1
            return UNKNOWN
        return chr(code)

    def _style(self, at: int) -> tuple[float, str]:
        """The size in points as printed, and the name of the font."""
        shown = c.FPDFText_GetTextObject(self._text, at)
        if not shown:
            return c.FPDFText_GetFontSize(self._text, at), ""
        matrix = c.FS_MATRIX()
        c.FPDFText_GetMatrix(self._text, at, matrix)
        size = c.FPDFText_GetFontSize(self._text, at) * (math.hypot(matrix.c, matrix.d) or 1.0)
        font = c.FPDFTextObj_GetFont(shown)
        key = ctypes.cast(font, ctypes.c_void_p).value or 0
        if key not in self._fonts:
            name = ctypes.create_string_buffer(128)
            c.FPDFFont_GetBaseFontName(font, name, 128)
            self._fonts[key] = SUBSET.sub("", name.value.decode("utf-8", "replace"))
        return min(max(size, 1.0), 200.0), self._fonts[key]


@cache
def _bare(code: int) -> int:
    """The letter without its marks."""
    return ord(unicodedata.normalize("NFD", chr(code))[0])


def _run(
    x0: float,
    x1: float,
    y: float,
    size: float,
    letters: list[str],
    font: str,
    before: bool,
    after: bool,
) -> Run:
    text, spelled = "".join(letters), legacy.of_font(font)
    if spelled:
        text = legacy.from_font(text, font)
    return Run(x0, x1, y, size, text, bool(BOLD.search(font)), before, after, spelled or "")
