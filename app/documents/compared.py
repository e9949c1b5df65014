"""Two versions in one: every provision of both in its place, with what became of it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from app.documents.exports.source import Unit
from app.documents.grids import Grid, grid
from app.documents.lineage.pairs import Fate, Pair
from app.documents.nodes import Kind
from app.documents.redline import Op, Run, redline

STAYING = {Fate.KEPT, Fate.REWORDED, Fate.MOVED}
HEADED = {Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION, Kind.ARTICLE, Kind.ANNEX}


@dataclass(eq=False)
class Entry:
    """One place in the two texts; `old` and `new` are indexes into the two sequences of units.

    With `new` it is a provision of the newer text, and `old` the one it carries on. Without, it is
    where an older one stood: removed, or `gone_to` the newer ones that hold its words now. `moved`
    says that `old` stood elsewhere; `came_from` names the older ones whose words are here besides
    those of `old`. Runs of `text` are what a reader should see: what a split handed on to this
    provision is no insertion here.
    """

    old: int | None
    new: int | None
    fate: Fate
    moved: bool = False
    came_from: tuple[int, ...] = ()
    gone_to: tuple[int, ...] = ()
    heading: list[Run] = field(default_factory=list)
    text: list[Run] = field(default_factory=list)
    grid: Grid = field(default_factory=list)
    children: list[Entry] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return self.fate is not Fate.KEPT

    def walk(self) -> Iterator[Entry]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class Block:
    """An article, annex or division with what stands in it but not in a block of its own."""

    head: Entry
    entries: list[Entry]


@dataclass
class Comparison:
    """The newer text in its order, with what the older one had besides at its old place."""

    old: Sequence[Unit]
    new: Sequence[Unit]
    roots: list[Entry]

    def entries(self) -> list[Entry]:
        return [entry for root in self.roots for entry in root.walk()]

    def unit(self, entry: Entry) -> Unit:
        """The provision the entry is about, as the newer text has it where it is there."""
        if entry.new is not None:
            return self.new[entry.new]
        assert entry.old is not None
        return self.old[entry.old]

    def blocks(self) -> list[Block]:
        """The entries cut at every heading, in order."""
        found: list[Block] = []
        for entry in self.entries():
            if self.unit(entry).kind in HEADED or not found:
                found.append(Block(entry, []))
            else:
                found[-1].entries.append(entry)
        return found

    def counts(self) -> dict[Fate, int]:
        """How many provisions have each fate; one that went elsewhere counts where it is now."""
        counted = Counter(entry.fate for entry in self.entries() if not entry.gone_to)
        return {fate: counted[fate] for fate in Fate}


def compare(old: Sequence[Unit], new: Sequence[Unit], pairs: Sequence[Pair]) -> Comparison:
    """The two texts as one; `pairs` link their units as `lineage.align` does."""
    ties = _Ties(old, new, pairs)
    comparison = Comparison(old, new, _tree(ties))
    texts = _texts(ties)
    for entry in comparison.entries():
        if entry.new is None:
            continue
        after = new[entry.new]
        before = old[entry.old] if entry.old is not None else None
        entry.heading = redline(before.heading if before else "", after.heading)
        entry.text = texts[entry.new]
        entry.grid = grid(before.rows if before else (), after.rows)
        if entry.fate in STAYING and not entry.moved:
            entry.fate = Fate.REWORDED if _differs(entry) else Fate.KEPT
    return comparison


def _differs(entry: Entry) -> bool:
    cells = (run for row in entry.grid for cell in row.cells for run in cell)
    runs = (*entry.heading, *entry.text, *cells)
    return any(run.op is not Op.SAME for run in runs) or any(row.op for row in entry.grid)


class _Ties:
    """Who carries on whom, and where all else of the older units went."""

    def __init__(self, old: Sequence[Unit], new: Sequence[Unit], pairs: Sequence[Pair]) -> None:
        self.old, self.new = old, new
        self.parents = (_parents(old), _parents(new))
        self.olds: defaultdict[int, list[int]] = defaultdict(list)
        self.news: defaultdict[int, list[int]] = defaultdict(list)
        self.fates: dict[tuple[int, int], Fate] = {}
        self.partner: dict[int, int] = {}  # newer → older
        self.heir: dict[int, int] = {}  # older → newer
        links = [pair for pair in pairs if pair.old is not None and pair.new is not None]
        for pair in sorted(links, key=lambda pair: not pair.continues):
            assert pair.old is not None
            assert pair.new is not None
            self.fates[pair.old, pair.new] = pair.fate
            self.olds[pair.new].append(pair.old)
            self.news[pair.old].append(pair.new)
            if pair.new not in self.partner and pair.old not in self.heir:
                self.partner[pair.new], self.heir[pair.old] = pair.old, pair.new
        self.staying = self._staying()

    def fate(self, new: int) -> Fate:
        if not self.olds[new]:
            return Fate.ADDED
        return self.fates[self.partner.get(new, self.olds[new][0]), new]

    def _staying(self) -> set[int]:
        """The newer units under the heir of their partner's parent, in the older order."""
        families: defaultdict[int | None, list[int]] = defaultdict(list)
        for new in range(len(self.new)):
            if new not in self.partner:
                continue
            above, below = self.parents[0][self.partner[new]], self.parents[1][new]
            if (None if above is None else self.heir.get(above, -1)) == below:
                families[below].append(new)
        return {new for family in families.values() for new in self._in_order(family)}

    def _in_order(self, family: list[int]) -> list[int]:
        """The longest run whose partners ascend; what is said to have moved only where it fits."""
        firm = [new for new in family if self.fate(new) is not Fate.MOVED]
        kept = _ascending(firm, self.partner)
        for new in family:
            at = bisect_left(kept, new)
            if new in kept[at : at + 1]:
                continue
            before = self.partner[kept[at - 1]] if at else -1
            after = self.partner[kept[at]] if at < len(kept) else len(self.old)
            if before < self.partner[new] < after:
                kept.insert(at, new)
        return kept


def _ascending(news: Sequence[int], partner: dict[int, int]) -> list[int]:
    """The longest subsequence with ascending partners."""
    tails: list[int] = []  # partners; of each length the lowest end
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for new in news:
        at = bisect_left(tails, partner[new])
        before[new] = ends[at - 1] if at else None
        tails[at : at + 1] = [partner[new]]
        ends[at : at + 1] = [new]
    found: list[int] = []
    here = ends[-1] if ends else None
    while here is not None:
        found.append(here)
        here = before[here]
    return found[::-1]


def _parents(units: Sequence[Unit]) -> list[int | None]:
    found: list[int | None] = []
    path: list[int] = []
    for n, unit in enumerate(units):
        while path and units[path[-1]].depth >= unit.depth:
            path.pop()
        found.append(path[-1] if path else None)
        path.append(n)
    return found


def _tree(ties: _Ties) -> list[Entry]:
    """The newer text's tree; what else the older one had stands after its older sibling there."""
    roots: list[Entry] = []
    entries: list[Entry] = []
    for new in range(len(ties.new)):
        partner = ties.partner.get(new)
        moved = partner is not None and new not in ties.staying
        fate = Fate.MOVED if moved and ties.fate(new) in STAYING else ties.fate(new)
        others = tuple(sorted(old for old in ties.olds[new] if old != partner))
        entries.append(Entry(partner, new, fate, moved=moved, came_from=others))
        above = ties.parents[1][new]
        (roots if above is None else entries[above].children).append(entries[new])
    places: list[Entry] = []  # of each older unit, what stands where it stood
    last: dict[int | None, Entry] = {}  # under each older unit, the child placed last
    for old in range(len(ties.old)):
        above = ties.parents[0][old]
        heir = ties.heir.get(old)
        if heir in ties.staying and heir is not None:
            place = entries[heir]
        else:
            place = _left(ties, old)
            family = roots if above is None else _home(ties, above, entries, places).children
            family.insert(family.index(last[above]) + 1 if above in last else 0, place)
        places.append(place)
        last[above] = place
    return roots


def _home(ties: _Ties, old: int, entries: Sequence[Entry], places: Sequence[Entry]) -> Entry:
    """Under what the children of that older unit are looked for."""
    return entries[ties.heir[old]] if old in ties.heir else places[old]


def _left(ties: _Ties, old: int) -> Entry:
    """What is left at the old place of a unit that is not there any more."""
    gone_to = tuple(sorted(ties.news[old]))
    heir = ties.heir.get(old)
    fate = Fate.REMOVED
    if gone_to:
        fate = ties.fates[old, gone_to[0] if heir is None else heir]
        fate = Fate.MOVED if fate in STAYING else fate
    return Entry(old, None, fate, gone_to=gone_to)


def _texts(ties: _Ties) -> list[list[Run]]:
    """The runs of each newer unit's text; what was split or merged is compared as one text."""
    found: list[list[Run]] = [[] for _ in ties.new]
    done: set[int] = set()
    for new, unit in enumerate(ties.new):
        if new in done:
            continue
        olds, news = _linked(ties, new)
        done |= set(news)
        if len(olds) < 2 and len(news) == 1:
            found[new] = redline(ties.old[olds[0]].text if olds else "", unit.text)
            continue
        runs = redline(
            "\n".join(ties.old[n].text for n in olds), "\n".join(ties.new[n].text for n in news)
        )
        pieces = cut(runs, [len(ties.new[n].text) for n in news])
        for n, piece in zip(news, pieces, strict=True):
            found[n] = piece
    return found


def _linked(ties: _Ties, new: int) -> tuple[list[int], list[int]]:
    """All units tied to that one, and to those, and so on."""
    olds: set[int] = set()
    news, waiting = {new}, [new]
    while waiting:
        for old in ties.olds[waiting.pop()]:
            if old not in olds:
                olds.add(old)
                fresh = set(ties.news[old]) - news
                news |= fresh
                waiting += fresh
    return sorted(olds), sorted(news)


def cut(runs: Sequence[Run], lengths: Sequence[int]) -> list[list[Run]]:
    """The runs, cut where texts of those lengths end that were joined by one character each.

    That character goes with the cut, and so does white space that only the older text had there;
    what else was taken out at a cut stays with the text before it.
    """
    pieces: list[list[tuple[Op, str]]] = [[] for _ in lengths]
    at, left = 0, lengths[0]
    for run in runs:
        if run.op is Op.DEL:
            pieces[at].append((run.op, run.text))
            continue
        text = run.text
        while len(text) > left:
            pieces[at].append((run.op, text[:left]))
            text = text[left + 1 :]
            at += 1
            left = lengths[at]
        pieces[at].append((run.op, text))
        left -= len(text)
    return [_trimmed(_joined(piece)) for piece in pieces]


def _trimmed(runs: list[Run]) -> list[Run]:
    """Without white space taken out at either end."""
    if len(runs) > 1:
        for end in (0, -1):
            if runs[end].op is Op.DEL and not runs[end].text.strip():
                del runs[end]
    return runs


def _joined(pieces: Sequence[tuple[Op, str]]) -> list[Run]:
    full = [piece for piece in pieces if piece[1]]
    return [
        Run(op, "".join(text for _, text in group))
        for op, group in groupby(full, key=lambda piece: piece[0])
    ]
