"""Which unit of the newer text continues which of the older: the steps, surest first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest, nsmallest

from app.documents.lineage.similarity import Bag, share
from app.documents.lineage.texts import HALVED, ROOT, Group, Matching

FEW = 6  # syllables: what is shorter may stand anywhere without being the same provision
SAME_ARTICLE = 0.5
SAME_FRAME = 0.4  # with the votes of what stands inside
SURE = 0.45  # in its place: below it, a person confirms
SURE_ELSEWHERE = 0.7
NEAR = 0.08  # a second best as close as this is another answer
NEAR_WEAK = 0.2  # the same where the best is not that good
CLEAR = 0.95  # so alike that no other answer matters
SOME = 0.25  # less than this in common is chance
SAME_NUMBER = 0.12
NEIGHBOURS = 0.06  # for each neighbour that stayed a neighbour
COMMONPLACE = 12  # units with the same words: such words tell nothing of where one came from
RAREST = 60  # words of a unit that are looked up
TRIED = 5  # candidates looked at closely


@dataclass(frozen=True)
class Candidate:
    """Two units that may be one: how alike they are, and that with what else speaks for them."""

    old: int
    new: int
    alike: float
    weight: float


def exact(m: Matching) -> None:
    """Units whose words stand once in each text are partners, wherever they stand."""
    once: list[dict[tuple[Group, str], int]] = []
    for text in m.texts:
        places: defaultdict[tuple[Group, str], list[int]] = defaultdict(list)
        for at, words in enumerate(text.wordings):
            if words.syllables:
                places[text.group(at), words.spelled].append(at)
        once.append({key: found[0] for key, found in places.items() if len(found) == 1})
    for key, old in once[0].items():
        if key in once[1]:
            m.pair(old, once[1][key])


def articles(m: Matching) -> None:
    """Articles that say nearly the same are partners, by heading and by all that they hold."""
    olds = [at for at in m.free(0) if m.texts[0].group(at) is Group.ARTICLE]
    news = [at for at in m.free(1) if m.texts[1].group(at) is Group.ARTICLE]
    found = [
        _weighed(m, old, new, m.alike(old, new)) for old, new in _candidates(m, olds, news, True)
    ]
    _choose(m, found, SAME_ARTICLE, SURE)


def frames(m: Matching) -> None:
    """Parts, chapters and sections are partners by their headings and by what they hold."""
    votes: defaultdict[tuple[int, int], int] = defaultdict(int)
    held: tuple[defaultdict[int, int], defaultdict[int, int]] = (defaultdict(int), defaultdict(int))
    for old, new in m.partner[0].items():
        if old != ROOT and m.texts[0].group(old) is not Group.FRAME:
            for one in _frames_over(m, 0, old):
                for other in _frames_over(m, 1, new):
                    votes[one, other] += 1
    for side in (0, 1):
        for at in range(len(m.texts[side].units)):
            if m.texts[side].group(at) is not Group.FRAME:
                for frame in _frames_over(m, side, at):
                    held[side][frame] += 1
    found = []
    for (old, new), count in votes.items():
        if old in m.partner[0] or new in m.partner[1]:
            continue
        agreed = 2 * count / (held[0][old] + held[1][new])
        one_kind = m.texts[0].units[old].kind is m.texts[1].units[new].kind
        alike = 0.7 * agreed + 0.3 * m.score(old, new)
        if one_kind:
            found.append(_weighed(m, old, new, alike))
    _choose(m, found, SAME_FRAME, SURE)


def _frames_over(m: Matching, side: int, at: int) -> Iterator[int]:
    text = m.texts[side]
    while at != ROOT:
        if text.group(at) is Group.FRAME:
            yield at
        at = text.parent[at]


def below(m: Matching, floor: float, *, numbered_only: bool = False) -> None:
    """Under each two partners, the children that are at least so alike are partners too."""
    for old in range(ROOT, len(m.texts[0].units)):  # parents first: children follow theirs
        if old in m.partner[0]:
            under(m, old, m.partner[0][old], floor, numbered_only=numbered_only)


def under(m: Matching, old: int, new: int, floor: float, *, numbered_only: bool = False) -> None:
    """The free children of two partners that are at least so alike are partners."""
    _in_turn(m, old, new)
    olds = m.free(0, m.texts[0].children[old])
    news = m.free(1, m.texts[1].children[new])
    if not olds or not news:
        return
    if len(olds) * len(news) > 4_000:
        pairs: Iterable[tuple[int, int]] = _candidates(m, olds, news, False)
    else:
        pairs = ((one, other) for one in olds for other in news)
    found = []
    for one, other in pairs:
        if m.texts[0].group(one) is not m.texts[1].group(other):
            continue
        if numbered_only and not m.numbered_alike(one, other):
            continue
        found.append(_weighed(m, one, other, _in_place(m, one, other)))
    _choose(m, found, floor, SURE)


def elsewhere(m: Matching, floor: float) -> None:
    """Free units that are at least so alike are partners, wherever they stand."""
    olds = [at for at in m.free(0) if _tells(m, 0, at)]
    news = [at for at in m.free(1) if _tells(m, 1, at)]
    found = [
        _weighed(m, old, new, m.alike(old, new)) for old, new in _candidates(m, olds, news, False)
    ]
    _choose(m, found, floor, SURE_ELSEWHERE)


def _in_place(m: Matching, old: int, new: int) -> float:
    """How alike two units under one lineage are; what only grew or shrank is the same unit."""
    alike = m.alike(old, new)
    fewest = min(m.texts[0].syllables(old), m.texts[1].syllables(new))
    if not fewest:
        return alike
    own = m.score(old, new)
    if own < SOME or fewest <= FEW:
        return max(own, alike)
    one, other = m.bag(0, old), m.bag(1, new)
    return max(own, alike, HALVED * max(share(one, other), share(other, one)))


def _in_turn(m: Matching, old: int, new: int) -> None:
    """Free children that say the same, as many on either side, are partners in their order."""
    found: list[defaultdict[tuple[Group, str], list[int]]] = []
    for side, parent in ((0, old), (1, new)):
        text = m.texts[side]
        found.append(defaultdict(list))
        for at in m.free(side, text.children[parent]):
            if not text.children[at]:
                found[side][text.group(at), text.wordings[at].spelled].append(at)
    for words, olds in found[0].items():
        news = found[1].get(words, [])
        if len(olds) == len(news):
            for one, other in zip(olds, news, strict=True):
                m.pair(one, other)


def families(m: Matching, floor: float) -> None:
    """Where several children of one unit went under another, those left behind follow them."""
    went: Counter[tuple[int, int]] = Counter()
    for old, new in m.partner[0].items():
        if old != ROOT and not m.siblings(old, new):
            went[m.texts[0].parent[old], m.texts[1].parent[new]] += 1
    for (old, new), count in sorted(went.items()):
        if count > 1:
            under(m, old, new, floor)


def _tells(m: Matching, side: int, at: int) -> bool:
    group = m.texts[side].group(at)
    return group is not Group.FRAME and m.texts[side].lengths[at] > FEW


def _candidates(
    m: Matching, olds: list[int], news: list[int], articles_only: bool
) -> Iterator[tuple[int, int]]:
    """For each older unit the few newer ones that share most of its rarer words."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    for new in news:
        for gram in m.whole(1, new).weights:
            index[gram].append(new)
    by_number = {(m.texts[1].units[new].kind, m.texts[1].units[new].number): new for new in news}
    for old in olds:
        tried = most_shared(m.whole(0, old), index)
        unit = m.texts[0].units[old]
        numbered = by_number.get((unit.kind, unit.number))
        if numbered is not None and numbered not in tried and not articles_only:
            tried.append(numbered)
        yield from ((old, new) for new in tried)


def most_shared(bag: Bag, index: dict[str, list[int]]) -> list[int]:
    """The few units of an index of words that share most of the rarer ones with the bag."""
    shared: defaultdict[int, float] = defaultdict(float)
    telling = (gram for gram in bag.weights if 0 < len(index.get(gram, ())) <= COMMONPLACE)
    for gram in nlargest(RAREST, telling, key=bag.weights.__getitem__):
        for at in index[gram]:
            shared[at] += bag.weights[gram]
    return nsmallest(TRIED, shared, key=lambda at: (-shared[at], at))


def _weighed(m: Matching, old: int, new: int, alike: float) -> Candidate:
    weight = alike
    if m.numbered_alike(old, new):
        weight += SAME_NUMBER
    for step in (-1, 1):
        one, other = _neighbour(m, 0, old, step), _neighbour(m, 1, new, step)
        if one is not None and other is not None and m.partner[0].get(one) == other:
            weight += NEIGHBOURS
    return Candidate(old, new, alike, weight)


def _neighbour(m: Matching, side: int, at: int, step: int) -> int | None:
    text = m.texts[side]
    siblings = text.children[text.parent[at]]
    place = text.place[at] + step
    return siblings[place] if 0 <= place < len(siblings) else None


def _choose(m: Matching, found: list[Candidate], floor: float, sure: float) -> None:
    """The heaviest candidates from the floor up become partners.

    Doubtful are those that are not sure, and those with another candidate near, in itself too weak
    or not.
    """
    rivals: tuple[defaultdict[int, list[Candidate]], defaultdict[int, list[Candidate]]]
    rivals = (defaultdict(list), defaultdict(list))
    for one in found:
        rivals[0][one.old].append(one)
        rivals[1][one.new].append(one)

    def order(one: Candidate) -> tuple[float, int, int]:
        apart = abs(m.texts[0].place[one.old] - m.texts[1].place[one.new])
        return -round(one.weight, 6), apart, one.old + one.new

    for best in sorted(found, key=order):
        if best.alike < floor or best.old in m.partner[0] or best.new in m.partner[1]:
            continue
        good = m.alike(best.old, best.new) >= SURE_ELSEWHERE
        margin = NEAR if good else NEAR_WEAK
        near = any(
            other.weight > best.weight - margin
            for other in (*rivals[0][best.old], *rivals[1][best.new])
            if other != best and not (other.old in m.partner[0] or other.new in m.partner[1])
        )
        doubtful = best.alike < sure or (near and best.alike < CLEAR)
        m.pair(best.old, best.new, doubtful=doubtful)
