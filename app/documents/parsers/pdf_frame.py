"""Where things stand on a page of a PDF, and which way letters are turned there.

Source: the public API of PDFium (fpdfview.h, fpdf_text.h).
"""

from __future__ import annotations

import math
from typing import Any

import pypdfium2.raw as c

SLANT = 0.05  # of a quarter turn, as much as a page is scanned askew

Point = tuple[float, float]


class Frame:
    """From the coordinates of a PDF page to those of its upright text."""

    def __init__(self, raw: Any, quarter: int) -> None:
        box = c.FS_RECTF()
        c.FPDF_GetPageBoundingBox(raw, box)
        self._left, self._bottom = box.left, box.bottom
        self._right, self._top = box.right, box.top
        self._raw, self.quarter = raw, quarter
        width, height = box.right - box.left, box.top - box.bottom
        self.width, self.height = (height, width) if quarter % 2 else (width, height)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The point as seen by a reader, y downwards."""
        if self.quarter == 0:
            return x - self._left, self._top - y
        if self.quarter == 1:  # text runs upwards: its top is at the left
            return y - self._bottom, x - self._left
        if self.quarter == 2:
            return self._right - x, y - self._bottom
        return self._top - y, self._right - x

    def turned(self, quarters: int) -> Frame:
        """The frame in which text is upright that stands so many quarters anticlockwise in this."""
        return Frame(self._raw, (self.quarter + quarters) % 4)

    def from_turned(self, quarters: int, x: float, y: float) -> Point:
        """The point of this frame that is (x, y) in the turned one."""
        if quarters == 1:
            return y, self.height - x
        if quarters == 2:
            return self.width - x, self.height - y
        return self.width - y, x


def turn_of(text: Any, at: int) -> int | None:
    """How many quarters anticlockwise the letter is turned, None where it is set at a slant.

    Its baseline tells: the angle that PDFium gives takes letters made italic for slanted ones.
    """
    matrix = c.FS_MATRIX()
    c.FPDFText_GetMatrix(text, at, matrix)
    quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < SLANT else None
