"""Tables of a page: cells between ruled lines, and two columns side by side."""

import itertools
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from app.documents.parsers.pdf_lines import Line
from app.documents.parsers.pdf_runs import Page, Rule, Run

NEAR = 3.0
MOST_PAIRS = 1_000_000
# Two columns are this far apart at least, in parts of the size of their letters.
GUTTER = 0.8
# More rows than this side by side are a page set in columns, no heading block.
LONGEST_BLOCK = 30
# Room for a signature, in parts of the size of the letters.
SIGNATURE = 9.0
LABEL = re.compile(
    r"[-–—+*•◦▪]|\(?\w{1,4}[.)]|\[\d+\]|(?:Điều|Chương|Mục|Phần|Khoản|Điểm)\s\S{1,6}", re.IGNORECASE
)


@dataclass
class Cell:
    """One cell of a ruled table: its edges, the runs in it, and whether it goes on from above."""

    left: float
    right: float
    above: bool
    runs: list[Run] = field(default_factory=list)


@dataclass
class Grid:
    """A ruled table on one page with the cells of each row; edges in points."""

    top: float
    bottom: float
    left: float
    right: float
    heights: list[float]
    rows: list[list[Cell]]

    def cell(self, x: float, y: float) -> Cell | None:
        """The cell that shows what stands at a point."""
        if not (self.left <= x <= self.right and self.top <= y <= self.bottom):
            return None
        at = min(bisect_right(self.heights, y), len(self.rows)) - 1
        while at >= 0:
            found = next((c for c in self.rows[at] if c.left <= x <= c.right), None)
            if found is None or not found.above:
                return found
            at -= 1
        return None


def grids(page: Page) -> tuple[list[Grid], list[Run]]:
    """The ruled tables of a page from top to bottom, and the runs that are in none."""
    across, down = _joined(page.across), _joined(page.down)
    found = [grid for group in _touching(across, down) if (grid := _grid(*group))]
    found.sort(key=lambda grid: grid.top)
    outside: list[Run] = []
    for run in page.runs:
        x, y = (run.x0 + run.x1) / 2, run.y - run.size / 4
        cell = next((cell for grid in found if (cell := grid.cell(x, y))), None)
        (outside if cell is None else cell.runs).append(run)
    return [grid for grid in found if any(cell.runs for row in grid.rows for cell in row)], outside


def _joined(rules: tuple[Rule, ...]) -> list[Rule]:
    """Rules at nearly the same place as one, where their ends meet."""
    places: list[list[Rule]] = []
    for rule in sorted(rules):
        if places and rule[0] - places[-1][0][0] <= NEAR / 2:
            places[-1].append(rule)
        else:
            places.append([rule])
    joined: list[Rule] = []
    for group in places:
        place = group[0][0]
        start, end = min((rule[1], rule[2]) for rule in group)
        for _, begin, stop in sorted(group, key=lambda rule: rule[1]):
            if begin > end + NEAR:
                joined.append((place, start, end))
                start = begin
            end = stop if begin == start else max(end, stop)
        joined.append((place, start, end))
    return joined


def _touching(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The rules in groups that hang together."""
    if len(across) * len(down) > MOST_PAIRS:
        return []
    groups: list[tuple[list[Rule], list[Rule]]] = []
    waiting = list(down)
    rest = list(across)
    while waiting:
        mine_down, mine_across, new = [], [], [waiting.pop()]
        while new:
            upright = new.pop()
            mine_down.append(upright)
            met = [rule for rule in rest if _meet(rule, upright)]
            rest = [rule for rule in rest if rule not in met]
            mine_across += met
            linked = [other for other in waiting if any(_meet(rule, other) for rule in met)]
            waiting = [other for other in waiting if other not in linked]
            new += linked
        groups.append((mine_across, mine_down))
    return groups


def _meet(flat: Rule, upright: Rule) -> bool:
    y, left, right = flat
    x, top, bottom = upright
    return left - NEAR <= x <= right + NEAR and top - NEAR <= y <= bottom + NEAR


def _grid(across: list[Rule], down: list[Rule]) -> Grid | None:
    """The table that rules make, or None where they close fewer than two cells."""
    heights = sorted({rule[0] for rule in across})
    if len(heights) < 2:
        return None
    left = min(min(rule[1] for rule in across), min(rule[0] for rule in down))
    right = max(max(rule[2] for rule in across), max(rule[0] for rule in down))
    rows: list[list[Cell]] = []
    for top, bottom in itertools.pairwise(heights):
        middle = (top + bottom) / 2
        cuts = [x for x, start, end in sorted(down) if start - 1 <= middle <= end + 1]
        cuts = [left, *(x for x in cuts if left + NEAR < x < right - NEAR), right]
        rows.append(
            [
                Cell(one, other, bool(rows) and not _ruled(across, top, (one + other) / 2))
                for one, other in itertools.pairwise(cuts)
            ]
        )
    if sum(len(row) for row in rows) < 2 or max(len(row) for row in rows) < 2:
        return None
    return Grid(heights[0], heights[-1], left, right, heights, rows)


def _ruled(across: list[Rule], y: float, x: float) -> bool:
    return any(place == y and start - 1 <= x <= end + 1 for place, start, end in across)


def with_labels(pieces: list[list[Run]], first: str) -> list[list[Run]]:
    """The pieces of a row, a number or dash in front put back to what it counts."""
    if len(pieces) > 1 and LABEL.fullmatch(first):
        return [pieces[0] + pieces[1], *pieces[2:]]
    return pieces


@dataclass
class Beside:
    """Rows of lines that stand in two columns: from which row on, how many, and each side."""

    start: int
    stop: int
    left: list[Line]
    right: list[Line]


def side_by_side(rows: list[list[Line]]) -> list[Beside]:
    """Where lines stand in two columns with a clear gutter between them."""
    found: list[Beside] = []
    at = 0
    while at < len(rows):
        if len(rows[at]) < 2:
            at += 1
            continue
        block = _grown(rows, at, found[-1].stop if found else 0)
        if len(block.left) + len(block.right) >= 3:
            found.append(block)
            at = block.stop
        else:
            at += 1
    return found


def _grown(rows: list[list[Line]], at: int, floor: int) -> Beside:
    gutter = (rows[at][0].x1, rows[at][1].x0)
    sides = _sides(rows[at], gutter)
    left, right = [*sides[0]], [*sides[1]]
    stop, last = at + 1, at
    while stop < len(rows):
        wider = _narrowed(rows[stop], gutter)
        if wider is None or not _belongs(rows[last], rows[stop], left, right, wider):
            break
        gutter = wider
        sides = _sides(rows[stop], gutter)
        left += sides[0]
        right += sides[1]
        last = stop
        stop += 1
    start = at
    while start > floor:
        wider = _narrowed(rows[start - 1], gutter)
        above = rows[start - 1]
        if wider is None or not _belongs(above, rows[start], left, right, wider):
            break
        if rows[start][0].y - above[0].y > 2 * above[0].size:
            break
        sides = _sides(above, wider)
        left, right = [*sides[0], *left], [*sides[1], *right]
        start -= 1
        gutter = wider
    return Beside(start, stop, left, right)


def _sides(row: list[Line], gutter: tuple[float, float]) -> tuple[list[Line], list[Line]]:
    middle = (gutter[0] + gutter[1]) / 2
    return [ln for ln in row if ln.x1 <= middle], [ln for ln in row if ln.x1 > middle]


def _narrowed(row: list[Line], gutter: tuple[float, float]) -> tuple[float, float] | None:
    """What is left of the gutter beside this row, or None where a line crosses it."""
    start, end = gutter
    for line in row:
        if line.x0 >= (start + end) / 2:
            end = min(end, line.x0)
        else:
            start = max(start, line.x1)
    return (start, end) if end - start >= GUTTER * row[0].size else None


def _belongs(
    near: list[Line],
    row: list[Line],
    left: list[Line],
    right: list[Line],
    gutter: tuple[float, float],
) -> bool:
    """True where the row goes on with the columns rather than starting something new."""
    if abs(row[0].y - near[0].y) > SIGNATURE * row[0].size:
        return False
    if len(row) > 1:
        return True
    line = row[0]
    side = left if line.x1 <= (gutter[0] + gutter[1]) / 2 else right
    if all(abs(line.x0 - other.x0) < NEAR for other in side):
        return True
    near_middle = 1.5 * line.size
    if all(abs(other.middle - side[0].middle) < near_middle for other in side):
        return abs(line.middle - side[0].middle) < near_middle
    # a list of recipients: its items stand in from its head
    return -NEAR < line.x0 - min(other.x0 for other in side) < 2 * line.size
