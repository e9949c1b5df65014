"""What became of a provision between two versions, in words and links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.documents.citation import citation
from app.documents.compared import Comparison, Entry
from app.documents.lineage.pairs import Fate
from app.documents.redline import Op, Run
from app.documents.words import FATES

# of the summary at the top, in its order
TOTALS: dict[Fate, LazyString] = {
    Fate.REWORDED: _l("Reworded"),
    Fate.ADDED: _l("New"),
    Fate.REMOVED: _l("Removed"),
    Fate.MOVED: _l("Moved"),
    Fate.SPLIT: _l("Split"),
    Fate.MERGED: _l("Merged"),
    Fate.KEPT: _l("Unchanged"),
}
COLOURS = {Fate.REWORDED: "warn", Fate.ADDED: "good", Fate.REMOVED: "bad"}
HERE: dict[Fate, LazyString] = {
    Fate.MOVED: _l("Moved here from"),
    Fate.SPLIT: _l("Split off from"),
    Fate.MERGED: _l("Merged from"),
}
THERE: dict[Fate, LazyString] = {
    Fate.MOVED: _l("Moved to"),
    Fate.SPLIT: _l("Split into"),
    Fate.MERGED: _l("Merged into"),
}


@dataclass(frozen=True)
class Link:
    """A provision of one of the versions: its citation, and where the comparison shows it."""

    words: str
    target: str


@dataclass(frozen=True)
class Tale:
    """What happened: a tag, and where the words came from or went to."""

    tag: str
    colour: str
    lead: str = ""
    places: tuple[Link, ...] = ()

    def __str__(self) -> str:
        return f"{self.lead} {', '.join(link.words for link in self.places)}".strip()


def target(comparison: Comparison, entry: Entry) -> str:
    """The id of the entry on the page: the anchor it has in the newer text, or had in the older."""
    anchor = comparison.unit(entry).anchor
    return anchor if entry.new is not None else f"old-{anchor}"


def tale(comparison: Comparison, entry: Entry) -> Tale:
    """What happened to the entry's provision."""
    old, new = comparison.old, comparison.new
    colour = COLOURS.get(entry.fate, "")
    tag = str(FATES[entry.fate])
    if entry.gone_to:
        places = tuple(Link(citation(new[n].anchor), new[n].anchor) for n in entry.gone_to)
        return Tale(tag, colour, str(THERE[entry.fate]), places)
    sources = [n for n in (entry.old, *entry.came_from) if n is not None]
    if entry.fate is Fate.MOVED and any(reworded(entry)):
        tag = _("%(moved)s and %(reworded)s", moved=tag, reworded=FATES[Fate.REWORDED])
    if entry.fate not in HERE or not sources:
        return Tale(tag, colour)
    # where the older text still has a mark of its own, the link leads to it
    left = set(sources) - ({entry.old} if not entry.moved else set())
    places = tuple(
        Link(citation(old[n].anchor), f"old-{old[n].anchor}" if n in left else "")
        for n in sorted(sources)
    )
    return Tale(tag, colour, str(HERE[entry.fate]), places)


def reworded(entry: Entry) -> Iterable[Run]:
    """The runs in which the wording changed."""
    return (run for run in (*entry.heading, *entry.text) if run.op is not Op.SAME)
