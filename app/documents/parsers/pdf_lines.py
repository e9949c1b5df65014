"""Runs of letters as lines of words; what only repeats from page to page is left out."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median

from app.documents.parsers.blocks import composed
from app.documents.parsers.pdf_runs import HYPHEN, WORD_GAP, Page, Run

# Letters of one line may stand so far off its baseline, in parts of their size.
BASELINE = 0.25
SMALL = 0.75
# A gap wider than this, in parts of the size, may part two columns.
COLUMN_GAP = 1.2
# A gap this many times the other gaps of its line is no stretched space.
STRETCHED = 2.2
# Around the digits of a raised mark until it is known to lead to a footnote.
MARK_OPENS, MARK_CLOSES = "\ue000", "\ue001"
EDGE_ROWS = 3
LARGE = 2.0
# What repeats in the midst of pages is a form to fill in; heads and feet are in the outer eighth.
EDGE = 0.12
PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:(?:Trang|Page|Tr\.?)\s*)?(?:\d{1,4}|[ivxl]{1,6})(?:\s*[/|]\s*\d{1,4})?[-–—\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """Words that stand in one line; `first` is the width of its first word, `page` from 0.

    `left` and `right` are the edges of the column it stands in.
    """

    x0: float
    x1: float
    y: float
    size: float
    text: str
    first: float
    bold: bool
    page: int
    left: float = 0.0
    right: float = 0.0
    legacy: str = ""

    @property
    def middle(self) -> float:
        """Half way between its ends."""
        return (self.x0 + self.x1) / 2


def rows_of(runs: Iterable[Run]) -> list[list[Run]]:
    """The runs that share a baseline, from top to bottom, each row from left to right.

    Small raised or lowered runs belong to the row they touch.
    """
    every = sorted(runs, key=lambda run: (run.y, run.x0))
    if not every:
        return []
    usual = median(run.size for run in every)
    rows: list[list[Run]] = []
    small: list[Run] = []
    for run in every:
        if run.size < SMALL * usual:
            small.append(run)
        elif rows and run.y - rows[-1][0].y <= BASELINE * max(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    _place_small(rows, small)
    rows.sort(key=lambda row: row[0].y)
    return [sorted(row, key=lambda run: run.x0) for row in rows]


def _place_small(rows: list[list[Run]], small: list[Run]) -> None:
    at = 0
    own: list[list[Run]] = []
    beside: list[tuple[list[Run], Run]] = []
    for run in small:
        while at < len(rows) and rows[at][0].y < run.y - 0.3 * rows[at][0].size:
            at += 1
        row = rows[at] if at < len(rows) else None
        big = row[0].size if row else 0.0
        if row and -0.3 * big <= row[0].y - run.y <= 0.65 * big and _touches(row, run):
            beside.append((row, run))
        elif own and abs(own[-1][0].y - run.y) <= BASELINE * run.size:
            own[-1].append(run)
        else:
            own.append([run])
    for row, run in beside:
        row.append(run)
    rows += own


def _touches(row: list[Run], run: Run) -> bool:
    reach = 0.4 * row[0].size
    return any(run.x0 - other.x1 < reach and other.x0 - run.x1 < reach for other in row)


def pieces_of(row: list[Run]) -> list[list[Run]]:
    """The row cut at its gaps that are too wide to be spaces."""
    gaps = [max(0.0, b.x0 - a.x1) for a, b in itertools.pairwise(row)]
    spaces = [gap for gap in gaps if gap > WORD_GAP * row[0].size]
    widest = max(COLUMN_GAP * row[0].size, STRETCHED * median(spaces) if len(spaces) > 2 else 0.0)
    pieces = [[row[0]]]
    for run, gap in zip(row[1:], gaps, strict=True):
        if gap > widest:
            pieces.append([])
        pieces[-1].append(run)
    return pieces


def line_of(runs: list[Run], page: int) -> Line:
    """The line that runs from left to right make up, with the spaces between its words."""
    runs = _once(runs)
    body = _usual(runs)
    size = body.size
    text: list[str] = []
    first = 0.0
    last: Run | None = None
    for run in runs:
        raised = (
            run.size < 0.8 * size
            and body.y - run.y > 0.15 * size
            and run.text.strip("[]()*").isdigit()
        )
        if last is not None and _apart(last, run, size):
            text.append(" ")
            first = first or last.x1 - runs[0].x0
        digits = run.text.strip("[]()*")
        text.append(f"{MARK_OPENS}{digits}{MARK_CLOSES}" if raised else run.text)
        last = run
    x0, x1 = runs[0].x0, max(run.x1 for run in runs)
    return Line(
        x0=x0,
        x1=x1,
        y=body.y,
        size=size,
        text=composed_line("".join(text)),
        first=first or x1 - x0,
        bold=all(run.bold for run in runs if any(ch.isalnum() for ch in run.text))
        and any(run.bold for run in runs),
        page=page,
        legacy=next((run.legacy for run in runs if run.legacy), ""),
    )


def _usual(runs: list[Run]) -> Run:
    """A run of the size that most letters of the line have."""
    letters: Counter[float] = Counter()
    for run in runs:
        letters[run.size] += len(run.text)
    size = letters.most_common(1)[0][0]
    return next(run for run in runs if run.size == size)


def composed_line(text: str) -> str:
    """The text in NFC with single spaces; a hyphen of the typesetter stays at its end only."""
    kept = composed(text).strip()
    return kept + HYPHEN if text.rstrip().endswith(HYPHEN) else kept


def _once(runs: list[Run]) -> list[Run]:
    """Without the copies a program sets on top of each other to make letters look bold."""
    kept: list[Run] = []
    for run in runs:
        double = kept and kept[-1].text == run.text and abs(kept[-1].x0 - run.x0) < 0.1 * run.size
        if not double:
            kept.append(run)
    return kept


def _apart(one: Run, other: Run, size: float) -> bool:
    return one.space_after or other.space_before or other.x0 - one.x1 > WORD_GAP * size


def without_furniture(pages: list[Page]) -> list[Page]:
    """The pages without running heads, running feet, page numbers and large stamps."""
    pages = _unstamped(pages)
    pages = [_unclipped(pages, at) for at in range(len(pages))]
    edges = [_edges(page) for page in pages]
    seen: Counter[tuple[str, int]] = Counter()
    for page_edges in edges:
        seen.update({_key(row) for row in page_edges})
    enough = 2 if len(pages) <= 3 else max(3, len(pages) // 3)
    cleared = []
    for at, page in enumerate(pages):
        gone = {id(run) for row in edges[at] if _repeats(seen, row, enough) for run in row}
        gone |= _page_number(page, edges[at], gone, at)
        runs = tuple(run for run in page.runs if id(run) not in gone)
        cleared.append(replace(page, runs=runs) if gone else page)
    return cleared


def _unstamped(pages: list[Page]) -> list[Page]:
    """The pages without words much larger than the text that stand in one place on most pages."""
    least = LARGE * body_size(pages)
    spots = [{_spot(run) for run in page.runs if run.size > least} for page in pages]
    seen = Counter(itertools.chain.from_iterable(spots))
    stamps = {spot for spot, count in seen.items() if count > max(1, len(pages) // 2)}
    if not stamps:
        return pages
    return [
        replace(page, runs=tuple(run for run in page.runs if _spot(run) not in stamps))
        for page in pages
    ]


def _spot(run: Run) -> tuple[str, int, int, int]:
    return run.text, round(run.size), round(run.x0 / 4), round(run.y / 4)


def _unclipped(pages: list[Page], at: int) -> Page:
    """The page without letters of its neighbours.

    Browsers set a letter on both pages where its marks reach over the edge, and hide one of them.
    """
    page = pages[at]
    whole = {round(run.y) for run in page.runs if any(ch < "\x7f" for ch in run.text)}
    alone = [run for run in page.runs if whole.isdisjoint({round(run.y) + d for d in (-1, 0, 1)})]
    near = [
        run for other in (at - 1, at + 1) if 0 <= other < len(pages) for run in pages[other].runs
    ]
    gone = {
        id(run)
        for run in alone
        if any(run.text in o.text and o.x0 - 1 <= run.x0 and run.x1 <= o.x1 + 1 for o in near)
    }
    return replace(page, runs=tuple(r for r in page.runs if id(r) not in gone)) if gone else page


def _edges(page: Page) -> list[list[Run]]:
    """The first and last rows of a page."""
    rows = rows_of(page.runs)
    top, bottom = EDGE * page.height, (1 - EDGE) * page.height
    heads = [row for row in rows[:EDGE_ROWS] if row[0].y < top]
    return heads + [row for row in rows[-EDGE_ROWS:] if row[0].y > bottom]


def _key(row: list[Run]) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line_of(row, 0).text), round(row[0].y / 4)


def _repeats(seen: Counter[tuple[str, int]], row: list[Run], enough: int) -> bool:
    text, height = _key(row)
    return seen[text, height] + max(seen[text, height - 1], seen[text, height + 1]) >= enough


def _page_number(page: Page, rows: list[list[Run]], gone: set[int], at: int) -> set[int]:
    """The runs of a bare number that stands apart at the top or the bottom of the page."""
    left = [row for row in rows if id(row[0]) not in gone]
    for row, inner in ((left[:1], left[1:2]), (left[-1:], left[-2:-1])):
        if not row or not inner:
            continue
        line = line_of(row[0], at)
        apart = abs(row[0][0].y - inner[0][0].y) > 1.3 * line.size
        outside = line.x0 > 0.4 * page.width
        if PAGE_NUMBER.fullmatch(line.text) and apart and outside:
            return {id(run) for run in row[0]}
    return set()


def body_size(pages: list[Page]) -> float:
    """The size most letters have, in points."""
    letters: defaultdict[float, int] = defaultdict(int)
    for page in pages:
        for run in page.runs:
            letters[round(run.size * 2) / 2] += len(run.text)
    return max(letters, key=lambda size: (letters[size], size)) if letters else 0.0
