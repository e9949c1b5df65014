"""What became of each unit, read from who continues whom and where words went."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from app.documents.lineage.pairs import Fate, Pair
from app.documents.lineage.stages import FEW
from app.documents.lineage.texts import Matching


def pairs_of(m: Matching, confirmed: Iterable[tuple[int | None, int | None]] = ()) -> list[Pair]:
    """The pairs of a finished matching, by the newer unit, then by the older.

    `confirmed` are links that are no longer to be doubted.
    """
    said = set(confirmed)
    links = sorted({(old, new) for old, new in m.partner[0].items() if old >= 0} | m.parts)
    from_old = Counter(old for old, _ in links)
    into_new = Counter(new for _, new in links)
    moved = _moved(m)
    found = []
    for old, new in links:
        same = m.same(old, new)
        fate = Fate.KEPT if same else Fate.REWORDED
        doubtful = (old, new) in m.doubted
        if from_old[old] > 1:
            fate = Fate.SPLIT
        elif into_new[new] > 1:
            fate = Fate.MERGED
        elif old in moved:
            fate = Fate.MOVED
            few = max(m.texts[0].lengths[old], m.texts[1].lengths[new]) <= FEW
            doubtful = doubtful or (few and not m.siblings(old, new))
        found.append(
            Pair(
                old=old,
                new=new,
                fate=fate,
                score=round(m.score(old, new), 4),
                reworded=not same,
                continues=m.partner[0].get(old) == new,
                doubtful=doubtful and (old, new) not in said,
            )
        )
    found += _alone(m, from_old, into_new)
    return sorted(found, key=_place)


def _alone(m: Matching, from_old: Counter[int], into_new: Counter[int]) -> list[Pair]:
    gone = [
        Pair(old, None, Fate.REMOVED, 0.0, reworded=False, continues=False, doubtful=False)
        for old in range(len(m.texts[0].units))
        if old not in from_old
    ]
    come = [
        Pair(None, new, Fate.ADDED, 0.0, reworded=False, continues=False, doubtful=False)
        for new in range(len(m.texts[1].units))
        if new not in into_new
    ]
    return gone + come


def _place(pair: Pair) -> tuple[bool, int, int]:
    """Removed units last, as they have no place in the newer text."""
    return pair.new is None, pair.new or 0, -1 if pair.old is None else pair.old


def _moved(m: Matching) -> set[int]:
    """The older units whose partner stands under another lineage, or out of its old order."""
    moved: set[int] = set()
    families: defaultdict[int, list[int]] = defaultdict(list)
    for old, new in m.partner[0].items():
        if old < 0:
            continue
        if m.siblings(old, new):
            families[m.texts[0].parent[old]].append(old)
        else:
            moved.add(old)
    for family in families.values():
        by_new = sorted(family, key=lambda old: m.partner[0][old])
        if by_new != sorted(family):
            moved |= set(family) - _staying(m, by_new)
    return moved


def _staying(m: Matching, by_new: list[int]) -> set[int]:
    """The longest part of siblings still in their old order; of equals, that with most words."""
    ranks = {old: rank for rank, old in enumerate(sorted(by_new), 1)}
    words = [m.texts[0].lengths[old] + m.texts[1].lengths[m.partner[0][old]] for old in by_new]
    unit = 1 + sum(words)  # one more sibling outweighs any number of words
    best: list[tuple[int, int]] = [(0, -1)] * (len(by_new) + 1)  # Fenwick tree of prefix maxima
    before: list[int] = []
    end = (0, -1)
    for at, old in enumerate(by_new):
        rank = ranks[old] - 1
        top = (0, -1)
        while rank:
            top = max(top, best[rank])
            rank &= rank - 1
        before.append(top[1])
        here = (top[0] + unit + words[at], at)
        end = max(end, here)
        rank = ranks[old]
        while rank < len(best):
            best[rank] = max(best[rank], here)
            rank += rank & -rank
    stays = set()
    at = end[1]
    while at >= 0:
        stays.add(by_new[at])
        at = before[at]
    return stays
