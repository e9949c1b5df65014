"""Words that went from one unit to several, or from several into one."""

from collections import Counter, defaultdict

from app.documents.lineage.similarity import EMPTY, Bag, joined, share, without
from app.documents.lineage.stages import FEW, most_shared
from app.documents.lineage.texts import ROOT, Group, Matching

INSIDE = 0.6  # of a piece's words stand in the unit it came from
LEFT = 0.5  # of a piece's words are missing where the rest of that unit went
CERTAIN = 0.75
FAR_AWAY = 0.85  # for a piece that stands under another lineage
BEHIND = 0.2  # for a piece that stands right behind what became of the unit
FEW_WORDS = 0.2  # of a unit's words: what has fewer does not continue it
MOST = 0.6  # of what a container holds came from one other container
ALMOST = 0.9  # the same where it is one child that came


def shared_words(m: Matching, whole: int) -> None:
    """Free units of the other side that are pieces of units of side `whole` are its parts.

    Side 0 finds splits, side 1 finds merges. A unit without a partner gets its longest piece.
    """
    part = 1 - whole
    sources = [
        at
        for at in range(len(m.texts[whole].units))
        if m.texts[whole].group(at) in (Group.ARTICLE, Group.INNER)
        and m.texts[whole].syllables(at) > FEW
        and not _unchanged(m, whole, at)
    ]
    pieces = [
        at
        for at in m.free(part)
        if m.texts[part].group(at) in (Group.ARTICLE, Group.INNER) and m.texts[part].syllables(at)
    ]
    if not sources or not pieces:
        return
    index: defaultdict[str, list[int]] = defaultdict(list)
    for at in sources:
        for gram in m.bag(whole, at).weights:
            index[gram].append(at)
    taken: defaultdict[int, list[int]] = defaultdict(list)
    for piece in pieces:
        source = _source(m, whole, piece, index, taken)
        if source is not None:
            taken[source].append(piece)
    for source, found in taken.items():
        _attach(m, whole, source, found)


def _unchanged(m: Matching, side: int, at: int) -> bool:
    partner = m.partner[side].get(at)
    if partner is None:
        return False
    old, new = _ordered(side, at, partner)
    return m.same(old, new)


def _ordered(side: int, at: int, other: int) -> tuple[int, int]:
    return (at, other) if side == 0 else (other, at)


def _source(
    m: Matching,
    whole: int,
    piece: int,
    index: dict[str, list[int]],
    taken: dict[int, list[int]],
) -> int | None:
    part = 1 - whole
    bag = m.bag(part, piece)
    likely = most_shared(bag, index)
    above = m.partner[part].get(m.texts[part].parent[piece])
    before = _before(m, part, piece, taken)
    best, most = None, 0.0
    for at in likely:
        if m.texts[part].syllables(piece) <= FEW and at != above:
            continue  # so few words prove nothing but below what became of the unit
        inside = share(bag, m.bag(whole, at))
        left = share(bag, without(m.bag(whole, at), _gone(m, whole, at, taken.get(at, []))))
        close = _close(m, whole, at, piece)
        if left < LEFT or inside < INSIDE or not (close or min(left, inside) >= FAR_AWAY):
            continue
        found = inside + left + (BEHIND if at in before else 0)
        if found > most:
            best, most = at, found
    return best


def _before(m: Matching, part: int, piece: int, taken: dict[int, list[int]]) -> set[int]:
    """The units that the sibling just before the piece came from: cut off words stand behind."""
    text = m.texts[part]
    place = text.place[piece]
    if not place:
        return set()
    sibling = text.children[text.parent[piece]][place - 1]
    found = {at for at, pieces in taken.items() if sibling in pieces}
    if sibling in m.partner[part]:
        found.add(m.partner[part][sibling])
    return found


def _gone(m: Matching, whole: int, at: int, pieces: list[int]) -> Bag:
    """The words of the unit that went to its partner or to pieces found before."""
    bags = [m.bag(1 - whole, piece) for piece in pieces]
    if at in m.partner[whole]:
        bags.append(m.bag(1 - whole, m.partner[whole][at]))
    return joined(bags) if bags else EMPTY


def _close(m: Matching, whole: int, at: int, piece: int) -> bool:
    """Whether the piece stands beside or below what became of the unit."""
    above = m.texts[1 - whole].parent[piece]
    parent = m.texts[whole].parent[at]
    return above in (m.partner[whole].get(parent), m.partner[whole].get(at))


def _attach(m: Matching, whole: int, source: int, pieces: list[int]) -> None:
    part = 1 - whole
    if source not in m.partner[whole]:
        if len(pieces) == 1 and share(m.bag(whole, source), m.bag(part, pieces[0])) < LEFT:
            return  # a few of its words: too little to be what became of it
        heir = max(pieces, key=lambda piece: (m.texts[part].syllables(piece), -piece))
        m.pair(*_ordered(whole, source, heir), doubtful=len(pieces) == 1)
        pieces = [piece for piece in pieces if piece != heir]
    for piece in pieces:
        certain = share(m.bag(part, piece), m.bag(whole, source)) >= CERTAIN
        m.part(*_ordered(whole, source, piece), doubtful=not certain)


def shared_children(m: Matching, whole: int) -> None:
    """A free container whose children mostly come from one of side `whole` is a part of that."""
    part = 1 - whole
    text = m.texts[part]
    for at in m.free(part):
        came: Counter[int] = Counter()
        children = text.children[at]
        counted: Counter[int] = Counter()
        for child in children:
            source = m.partner[part].get(child)
            if source is not None:
                parent = m.texts[whole].parent[source]
                came[parent] += text.lengths[child]
                counted[parent] += 1
        if not came:
            continue
        parent, words = came.most_common(1)[0]
        everything = sum(text.lengths[child] for child in children)
        most = MOST if counted[parent] > 1 else ALMOST
        if parent == ROOT or words < most * everything:
            continue
        if m.texts[whole].group(parent) is text.group(at):
            if parent in m.partner[whole]:
                m.part(*_ordered(whole, parent, at))
            else:
                m.pair(*_ordered(whole, parent, at), doubtful=True)


def settle_heirs(m: Matching, side: int) -> None:
    """Of the several units that one of `side` shares words with, the first in its place continues.

    One that has only a few of the words is no heir, nor one that continues another unit; one that
    says the same stays the heir.
    """
    linked: defaultdict[int, list[int]] = defaultdict(list)
    for link in sorted(m.parts):
        linked[link[side]].append(link[1 - side])
    for at, others in sorted(linked.items()):
        heir = m.partner[side].get(at)
        if heir is None or m.same(*_ordered(side, at, heir)):
            continue
        free = [other for other in others if other not in m.partner[1 - side]]
        bag = m.whole(side, at)

        def rank(other: int, at: int = at, bag: Bag = bag) -> tuple[bool, bool, int]:
            beside = m.siblings(*_ordered(side, at, other))
            enough = share(bag, m.whole(1 - side, other)) >= FEW_WORDS
            return not enough, not beside, other

        best = min([heir, *free], key=rank)
        if best != heir:
            m.trade(side, at, best)
