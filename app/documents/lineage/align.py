"""Two versions of a text, aligned provision by provision.

A provision is *kept* when it says the same in the same place: under the same parent's lineage and
in the same order among its siblings, whatever its number. It is *reworded* when its words differ,
*moved* when its parent's lineage differs or it left the order (of siblings that changed order, the
longest run still in order stays). It is *split* when its words went to two or more provisions and
*merged* when those of two or more went into one; all pairs of a split or merge say so, and one
carries the lineage on. What has no likely partner is *removed* or *added*. A container is judged
by its own words (its heading), not by those of what stands under it: the children of a moved
article are kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.documents.lineage.fates import pairs_of
from app.documents.lineage.pairs import Pair, Unit
from app.documents.lineage.sharing import settle_heirs, shared_children, shared_words
from app.documents.lineage.stages import articles, below, elsewhere, exact, families, frames, under
from app.documents.lineage.texts import Matching

STRONG, FAIR, WEAK = 0.6, 0.42, 0.2  # how alike children of partners have to be, step by step
FAR = 0.65  # how alike what stands elsewhere has to be


def align(old: Sequence[Unit], new: Sequence[Unit]) -> list[Pair]:
    """Pairs that hold each unit of both sequences at least once, by the newer, then the older.

    Deterministic. Nothing weak is attached in silence: such pairs are doubtful, and below a floor
    the two are removed and added.
    """
    m = Matching(old, new)
    exact(m)
    articles(m)
    frames(m)
    below(m, STRONG)
    elsewhere(m, FAR)
    below(m, FAIR)
    for side in (0, 1):
        shared_words(m, side)
    families(m, FAIR)
    frames(m)
    below(m, WEAK, numbered_only=True)
    for side in (0, 1):
        shared_children(m, side)
    for side in (0, 1):
        settle_heirs(m, side)
    return pairs_of(m)


Word = tuple[int, int | None, bool]  # an older unit, what it became (None: removed), is it the heir


def repaired(
    pairs: Sequence[Pair], old: Sequence[Unit], new: Sequence[Unit], said: Iterable[Word]
) -> list[Pair]:
    """The pairs once a person has said what became of older units, one after the other.

    A pair that was there already is only confirmed. Otherwise all links of the older unit go, and
    the children of the two find each other as far as nobody else has them. Another unit linked to
    the same newer one stays linked (the two are merged), unless that link was doubtful. An heir
    carries the lineage on, whatever other words are like it. No other pair changes but for its
    fate.
    """
    found, read = list(pairs), Matching(old, new)
    for at, became, heir in said:
        known = [
            n
            for n, pair in enumerate(found)
            if (pair.old, pair.new) == (at, became) and (pair.continues or not heir)
        ]
        for n in known:
            found[n] = replace(found[n], doubtful=False)
        if not known:
            found = _relinked(read.afresh(), found, at, became, heir)
    return found


def _relinked(
    m: Matching, pairs: Sequence[Pair], old: int, new: int | None, heir: bool
) -> list[Pair]:
    for pair in pairs:
        if pair.old is None or pair.new is None:
            continue
        if pair.old == old or (pair.new == new and pair.doubtful):
            continue
        if pair.continues:
            m.pair(pair.old, pair.new, doubtful=pair.doubtful)
        else:
            m.part(pair.old, pair.new, doubtful=pair.doubtful)
    if new is not None:
        _link(m, old, new, heir)
    settled = {(pair.old, pair.new) for pair in pairs if not pair.doubtful}
    return pairs_of(m, confirmed=settled | {(old, new)})


def _link(m: Matching, old: int, new: int, heir: bool) -> None:
    """The two are linked; the lineage goes on from the heir, or the unit with the nearest words."""
    rival = m.partner[1].get(new)
    if rival is not None:
        if not heir and (m.score(rival, new), m.numbered_alike(rival, new)) >= (
            m.score(old, new),
            m.numbered_alike(old, new),
        ):
            m.part(old, new)
            return
        del m.partner[0][rival], m.partner[1][new]
        m.part(rival, new)
    m.pair(old, new)
    under(m, old, new, WEAK)
