"""What two versions of a text are to each other, provision by provision."""

from dataclasses import dataclass
from enum import StrEnum

from app.documents.nodes import Kind


class Fate(StrEnum):
    """What became of a provision of the older text, or where one of the newer came from."""

    KEPT = "kept"
    REWORDED = "reworded"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Unit:
    """One provision as alignment sees it; a version is a sequence of these in document order.

    `text` is what stands under the unit itself, without its children; `depth` is 0 at the top.
    """

    kind: Kind
    number: str
    heading: str
    text: str
    anchor: str
    depth: int
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Pair:
    """A unit of the older version and one of the newer, as indexes into the two sequences.

    `old` is None of what was added, `new` of what was removed. `score` is how alike the words of
    the two units themselves are: 1 when equal once cleaned, 0 where there is no other. `reworded`
    says that the words differ, whatever the fate. `continues` says that the newer unit carries on
    the lineage of the older: of each unit on either side, at most one pair does. `doubtful` says
    that a person should confirm.
    """

    old: int | None
    new: int | None
    fate: Fate
    score: float
    reworded: bool
    continues: bool
    doubtful: bool
