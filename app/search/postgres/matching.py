"""How a search goes about: looking at every document that matches, or at the best of too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.kit.clock import vn_date
from app.search.document import Traits
from app.search.engine import EVERYTHING, MOST_RANKED, Narrowing, Order, Ranked, Sort
from app.search.postgres import lexemes
from app.search.postgres.asked import Asked
from app.search.postgres.lens import best_shown
from app.search.postgres.lexemes import MONTH, any_of, level, quoted
from app.search.postgres.reading import Reading
from app.search.postgres.wish import Wish

SCORED = 5000  # documents whose score is worked out where these are all that match
ROOM = 2000  # and of more, about as many again where a few are rare
ROOM_OF_RARE = 4000  # where the rarest words of many alone say where to look
ENOUGH = 200  # results for which nobody looks further
COUNTED = 10_000  # documents that are counted one by one
PROBE = 1500  # documents from which it is reckoned how many match
SAMPLE, SAMPLE_SCORED = 1500, 1000  # documents from which the counts of all are reckoned
RECENT_MONTHS = 12  # said in a query; documents of a longer time are told by their moment
DRAFTS_AT_ONCE = 50


@dataclass(frozen=True)
class Matches:
    """The wanted documents, best first, and how many match of each traits; see `engine.Found`."""

    ranked: Sequence[Ranked] = ()
    counts: Mapping[Traits, int] = field(default_factory=dict)
    exact: bool = True


@dataclass(frozen=True)
class Search:
    """One search: a reading, and what is wanted of it."""

    reading: Reading
    narrowing: Narrowing
    order: Order
    since: datetime | None

    def matches(self, asked: Asked) -> Matches:
        """What matches; where nothing holds as many units as asked, whoever holds most of them."""
        if asked.is_everything:
            return self._matches(asked)
        if asked.plan.strict and asked.needed < asked.plan.needed:
            return Matches()
        for needed in range(asked.needed, asked.needed - 1 if asked.plan.strict else 0, -1):
            lowered = replace(asked, needed=needed)
            found = self._matches(lowered)
            if found.counts or (self.since is not None and self.reading.is_held(lowered)):
                return found
        return Matches()

    def _matches(self, asked: Asked) -> Matches:
        recent = self._dated(Wish(since=self.since))
        size = self._size(asked, recent)
        if size <= SCORED:
            return Matches(*self.reading.everything(asked, recent, self.narrowing, self.order))
        if lexemes.is_empty(self.narrowing):
            return Matches((), *self._counted(asked, recent, size))
        if self._is_plain(asked):
            part, signs = level(size, SAMPLE), asked.signs()
            counts, seen = self.reading.sampled(asked, recent, signs, part)
            wish = replace(recent, ways=best_shown(signs, seen, 2**part, ROOM))
            return Matches(self.reading.best(asked, wish, self.order), counts, False)
        counts, exact = self._counted(asked, recent, size)
        wish = self._dated(Wish.of(self.narrowing, self.since))
        if self.narrowing != EVERYTHING:
            size = self._size(asked, wish)
            if not exact and size <= SCORED:  # so few may be missing in a sample of all
                counts = Counter({t: n for t, n in counts.items() if not self.narrowing.admits(t)})
                counts += self.reading.counted(asked, wish)
        return Matches(self._best(asked, wish, counts, size), counts, exact)

    def _is_plain(self, asked: Asked) -> bool:
        """Whether one sample tells of the counts and of the best."""
        return (
            asked.is_whole
            and not asked.is_everything
            and self.narrowing == EVERYTHING
            and self.order.sort is Sort.RELEVANCE
        )

    def _counted(self, asked: Asked, recent: Wish, size: int) -> tuple[Counter[Traits], bool]:
        """How many match of each traits, and whether that is exact."""
        part = 0
        known = asked.is_everything and recent == Wish()
        if not known and (size > COUNTED or not asked.is_whole):
            part = level(size, SAMPLE if asked.is_whole else SAMPLE_SCORED)
        return self.reading.counted(asked, recent, part), not part

    def _size(self, asked: Asked, wish: Wish) -> int:
        """About how many documents the query and the wish find."""
        if asked.bound <= SCORED:
            return asked.bound
        return self.reading.estimate(asked, wish, level(asked.bound, PROBE))

    def _best(
        self, asked: Asked, wish: Wish, counts: Mapping[Traits, int], size: int
    ) -> Sequence[Ranked]:
        newest = asked.is_everything and self.order.sort is Sort.RELEVANCE
        match Sort.NEWEST if newest else self.order.sort:
            case Sort.NEWEST:
                wish = wish.also(self._last_months(counts))
                if asked.is_whole:
                    return self.reading.newest(asked, wish)
                return self.reading.best(asked, wish, self.order)
            case Sort.CLOSING:
                first = self._closing(asked)
                if len(first) >= MOST_RANKED:
                    return first
                known = {one.number for one in first}
                rest = self._relevant(asked, wish, size)
                return [*first, *(one for one in rest if one.number not in known)][:MOST_RANKED]
        return self._relevant(asked, wish, size)

    def _relevant(self, asked: Asked, wish: Wish, size: int) -> Sequence[Ranked]:
        """The best of so many by relevance, looked for where they show most of what is asked."""
        order = replace(self.order, sort=Sort.RELEVANCE)
        if size > SCORED and not asked.is_whole and (rare := asked.rare(ROOM_OF_RARE)):
            found = self.reading.best(asked, replace(wish, ways=(rare,), enough=True), order)
            if len(found) >= ENOUGH:
                return found
        if size > SCORED:
            part, signs = level(size, SAMPLE), asked.signs()
            _, seen = self.reading.sampled(asked, wish, signs, part)
            wish = replace(wish, ways=best_shown(signs, seen, 2**part, ROOM))
        return self.reading.best(asked, wish, order)

    def _last_months(self, counts: Mapping[Traits, int]) -> str:
        """The query for the last months that hold more than are ranked."""
        months: Counter[str] = Counter()
        for traits, many in counts.items():
            if self.narrowing.admits(traits):
                months[traits.month] += many
        held = 0
        for month in sorted(months, reverse=True):
            held += months[month]
            if held > 2 * MOST_RANKED:
                # all that lie between: of a month with few none may be in a sample
                return _months(month, self.reading.last_month())
        return ""

    def _closing(self, asked: Asked) -> list[Ranked]:
        """What matches in the drafts that close first, as many as are ranked."""
        drafts = self.narrowing.dossiers
        in_turn = [one for one in self.order.closing if drafts is None or one in drafts]
        found: list[Ranked] = []
        while in_turn and len(found) < MOST_RANKED:
            few, in_turn = in_turn[:DRAFTS_AT_ONCE], in_turn[DRAFTS_AT_ONCE:]
            found += self._closing_of(asked, few)
        return found[:MOST_RANKED]

    def _closing_of(self, asked: Asked, drafts: Sequence[int]) -> list[Ranked]:
        """What matches in these drafts, draft by draft."""
        held: Counter[int] = Counter()
        for traits, many in self.reading.counted(asked, self._of(drafts)).items():
            held[traits.dossier_id] += many
        found: list[Ranked] = []
        small: list[int] = []
        for draft in [one for one in drafts if held[one]]:
            if held[draft] <= SCORED:
                small.append(draft)
            if small and (draft not in small or sum(held[one] for one in small) >= MOST_RANKED):
                found += self.reading.best(asked, self._of(small), self.order)
                small = []
            if held[draft] > SCORED:
                found += self._relevant(asked, self._of([draft]), held[draft])
            if len(found) >= MOST_RANKED:
                return found
        return found + (self.reading.best(asked, self._of(small), self.order) if small else [])

    def _of(self, drafts: Sequence[int]) -> Wish:
        wanted = replace(self.narrowing, dossiers=frozenset(drafts))
        return self._dated(Wish.of(wanted, self.since))

    def _dated(self, wish: Wish) -> Wish:
        """The wish with its months as a query: few of all documents are from the last ones."""
        if self.since is None:
            return wish
        since, last = f"{vn_date(self.since):%Y-%m}", self.reading.last_month()
        return wish.also(_months(since, last)) if last else wish


def _months(first: str, last: str) -> str:
    """The query for these months and all between, "" where they are too many to say."""
    begun, ended = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    if not begun <= ended < begun + RECENT_MONTHS:
        return ""
    months = (f"{n // 12:04}-{n % 12 + 1:02}" for n in range(begun, ended + 1))
    return any_of([quoted(MONTH + month) for month in months])
