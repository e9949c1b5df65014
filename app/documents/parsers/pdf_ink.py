"""What is drawn on a page of a PDF beside letters: ruled lines, and pictures.

Source: the public API of PDFium (fpdf_edit.h).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as c

from app.documents.parsers.pdf_frame import Frame, Point

THIN = 3.0
LONG_RULE = 8.0
RULES_A_PAGE = 20_000
# Scanning programs like to wrap the picture of a page into a form.
PICTURES = {c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_FORM}

Rule = tuple[float, float, float]


def ink(page: Any, frame: Frame) -> tuple[tuple[Rule, ...], tuple[Rule, ...], float]:
    """The ruled lines across and down, and the part of the page under pictures."""
    across: list[Rule] = []
    down: list[Rule] = []
    pictured = 0.0
    edges = [ctypes.c_float() for _ in range(4)]
    for at in range(c.FPDFPage_CountObjects(page)):
        shown = c.FPDFPage_GetObject(page, at)
        kind = c.FPDFPageObj_GetType(shown)
        if kind in PICTURES and c.FPDFPageObj_GetBounds(shown, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            pictured += abs(right - left) * abs(top - bottom)
        elif kind == c.FPDF_PAGEOBJ_PATH and len(across) + len(down) < RULES_A_PAGE:
            for (ax, ay), (bx, by) in _strokes(shown, frame):
                if abs(ay - by) < THIN / 2 and abs(ax - bx) > LONG_RULE:
                    across.append(((ay + by) / 2, min(ax, bx), max(ax, bx)))
                elif abs(ax - bx) < THIN / 2 and abs(ay - by) > LONG_RULE:
                    down.append(((ax + bx) / 2, min(ay, by), max(ay, by)))
    area = max(1.0, frame.width * frame.height)
    return tuple(across), tuple(down), min(1.0, pictured / area)


def _strokes(path: Any, frame: Frame) -> Iterator[tuple[Point, Point]]:
    """The straight pieces of a path that are drawn, or that bound a thin filled bar."""
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, mode, stroked)
    matrix = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(path, matrix)
    for corners, closed in _outlines(path):
        points = [
            frame.at(matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f)
            for x, y in corners
        ]
        wide = max(x for x, _ in points) - min(x for x, _ in points)
        high = max(y for _, y in points) - min(y for _, y in points)
        if not stroked.value and min(wide, high) > THIN:
            continue  # a coloured ground, no rule
        ends = [*points[1:], points[0]] if closed or not stroked.value else points[1:]
        yield from zip(points, ends, strict=False)


def _outlines(path: Any) -> Iterator[tuple[list[Point], bool]]:
    """The corners of each part of a path in its own coordinates, and whether the part is closed."""
    x, y = ctypes.c_float(), ctypes.c_float()
    corners: list[Point] = []
    closed = False
    for at in range(min(c.FPDFPath_CountSegments(path), RULES_A_PAGE)):
        segment = c.FPDFPath_GetPathSegment(path, at)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        if c.FPDFPathSegment_GetType(segment) == c.FPDF_SEGMENT_MOVETO and corners:
            yield corners, closed
            corners, closed = [], False
        corners.append((x.value, y.value))
        closed = closed or bool(c.FPDFPathSegment_GetClose(segment))
    if corners:
        yield corners, closed
