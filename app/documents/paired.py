"""A new version beside the one before, pair by pair: what the drafter looks at and decides."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process
from sqlalchemy import select

from app.documents.citation import citation
from app.documents.lineage.pairs import Fate
from app.documents.models import Alignment, DraftVersion, select_provisions
from app.documents.nodes import Kind
from app.documents.redline import Run, redline
from app.documents.versions import before
from app.extensions import db

ASKED = 40  # doubtful pairs on one page; the others come up as these are settled
LISTED = 400  # pairs of one fate in the list
OFFERED = 8  # provisions that a pair may be said to have become
NEAR = 4  # units before and behind that are always considered
LOOKED_AT = 600  # letters of a unit that tell whether another is like it
ORDER = (
    *(Fate.REWORDED, Fate.MOVED, Fate.SPLIT, Fate.MERGED, Fate.REMOVED, Fate.ADDED),
    Fate.KEPT,
)
CONTENT = frozenset({Kind.CLAUSE, Kind.POINT, Kind.TABLE})


@dataclass(frozen=True)
class Side:
    """One provision of either version; `words` are its own, heading and cells included."""

    id: int
    at: int
    kind: str
    anchor: str
    lineage_id: int
    words: str

    @property
    def place(self) -> str:
        return citation(self.anchor)


@dataclass(frozen=True)
class Tie:
    """What a provision became, or where one came from, as the alignment holds it."""

    old: Side | None
    new: Side | None
    fate: Fate
    score: float
    doubtful: bool
    confirmed: bool

    @property
    def key(self) -> str:
        """Its name in the form: the older provision and the place of the newer one."""
        return f"{self.old.id if self.old else 0}.{self.new.anchor if self.new else ''}"

    @property
    def runs(self) -> list[Run]:
        """The newer words, redlined against the older."""
        return redline(self.old.words if self.old else "", self.new.words if self.new else "")


@dataclass
class Paired:
    """All ties of a version with the one posted before it."""

    earlier: DraftVersion
    version: DraftVersion
    new: Sequence[Side]
    ties: list[Tie]
    by_fate: dict[Fate, list[Tie]] = field(init=False)

    def __post_init__(self) -> None:
        found: defaultdict[Fate, list[Tie]] = defaultdict(list)
        for tie in self.ties:
            found[tie.fate].append(tie)
        self.by_fate = {fate: found[fate] for fate in ORDER}

    @property
    def doubtful(self) -> list[Tie]:
        return [tie for tie in self.ties if tie.doubtful and not tie.confirmed]

    def counts(self) -> dict[Fate, int]:
        """How many provisions have each fate: older ones, and newer ones that were added."""
        ones = {(tie.old or tie.new, tie.fate) for tie in self.ties}
        counted = Counter(fate for _, fate in ones)
        return {fate: counted[fate] for fate in ORDER}

    def of(self, anchor: str) -> list[Tie]:
        """What became of the older provision with that anchor."""
        return [tie for tie in self.ties if tie.old is not None and tie.old.anchor == anchor]

    def likely(self, tie: Tie) -> list[Side]:
        """The newer provisions that this one may have become instead, the likeliest first."""
        assert tie.old is not None
        old, added = tie.old, {one.new.id for one in self.by_fate[Fate.ADDED] if one.new}
        centre = tie.new.at if tie.new is not None else self._place_of(old)
        others = {
            side.id: side
            for side in self.new
            if (side.id in added or abs(side.at - centre) <= NEAR)
            and side != tie.new
            and (side.kind in CONTENT) == (old.kind in CONTENT)
        }
        choices = {key: side.words[:LOOKED_AT] for key, side in others.items()}
        found = process.extract(old.words[:LOOKED_AT], choices, scorer=fuzz.ratio, limit=OFFERED)
        return [others[key] for _, _, key in found]

    def _place_of(self, old: Side) -> int:
        """About where a removed provision would stand."""
        same = next((side.at for side in self.new if side.anchor == old.anchor), None)
        return same if same is not None else min(old.at, len(self.new))

    def seen(self) -> str:
        """A name for the words and for all that was said of them so far."""
        said = sorted(tie.key for tie in self.ties if tie.confirmed)
        return hashlib.sha256(" ".join([self.version.digest, *said]).encode()).hexdigest()


def paired(version: DraftVersion) -> Paired | None:
    """The version beside the one before; None where there is none before it."""
    earlier = before(version)
    if earlier is None:
        return None
    olds, news = _sides(earlier.id), _sides(version.id)
    rows = db.session.scalars(
        select(Alignment).where(Alignment.version_id == version.id).order_by(Alignment.id)
    )
    ties = [
        Tie(
            old=_side(olds, row.old_provision_id),
            new=_side(news, row.new_provision_id),
            fate=Fate(row.fate),
            score=row.score,
            doubtful=row.doubtful,
            confirmed=row.confirmed_at is not None,
        )
        for row in rows
    ]
    return Paired(earlier, version, list(news.values()), ties)


def _side(sides: Mapping[int, Side], provision_id: int | None) -> Side | None:
    return sides[provision_id] if provision_id is not None else None


def _sides(version_id: int) -> dict[int, Side]:
    return {
        row.id: Side(
            id=row.id,
            at=row.position,
            kind=row.kind,
            anchor=row.anchor,
            lineage_id=row.lineage_id,
            words="\n".join(
                words
                for words in (row.heading, row.text, *(" | ".join(cells) for cells in row.rows))
                if words
            ),
        )
        for row in db.session.execute(select_provisions(version_id))
    }
