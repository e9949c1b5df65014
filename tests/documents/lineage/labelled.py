"""The labelled pairs: what a person says became of each provision of real texts."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from app.documents.lineage.align import align
from app.documents.lineage.pairs import Fate, Unit
from app.documents.nodes import Node, Outline
from app.documents.outline import build
from app.documents.parsers import read
from tests.documents.lineage.amending import amended
from tests.documents.lineage.redrafting import redrafted

HERE = Path(__file__).parent
LAWS = HERE.parent / "laws"
DRAFTS = HERE.parents[2] / "app" / "demo" / "data" / "drafts"
LAST_TUNED = 92  # articles of law 80/2015 up to here were looked at while tuning


class Part(StrEnum):
    """Where a label comes from, and whether the aligner was tuned with it."""

    AMENDED_TUNED = "law 80/2015 as amended by 63/2020, articles 1 to 92"
    AMENDED_HELD = "the same, articles 93 to 173"
    DRAFT_HELD = "a draft decision before and after its consultation"
    HAND_TUNED = "law 104/2016, redrafted by hand"
    HAND_HELD = "law 06/2003, redrafted by hand"
    HAND_BLIND = "law 69/2014, redrafted by hand"


BY_HAND = {
    "luat-104-2016-qh13": Part.HAND_TUNED,
    "luat-06-2003-qh11": Part.HAND_HELD,
    "luat-69-2014-qh13": Part.HAND_BLIND,
}


@dataclass(frozen=True)
class Label:
    """What a person says: the older unit, the newer (each by anchor, "" is none), and the fate."""

    part: Part
    old: str
    new: str
    fate: Fate

    def __str__(self) -> str:
        return f"{self.old or '–'} → {self.new or '–'} {self.fate}"


@dataclass(frozen=True)
class Case:
    """Two texts with their labels; `rest` are labels of provisions that nobody touched."""

    old: tuple[Unit, ...]
    new: tuple[Unit, ...]
    labels: tuple[Label, ...]
    rest: tuple[Label, ...]


@dataclass(frozen=True)
class Outcome:
    """A label, and the fates that the aligner gave to its units instead where it differs.

    `touched` is false of provisions that the change left alone, which are no part of the figure.
    """

    label: Label
    touched: bool
    met: bool
    instead: tuple[str, ...]
    doubtful: bool


@cache
def text(path: Path) -> Outline:
    return build(read(path.read_bytes(), path.name))


def law(name: str) -> Outline:
    return text(LAWS / f"{name}.docx")


def units(outline: Outline) -> tuple[Unit, ...]:
    return tuple(_unit(node, depth) for node, depth, _ in outline.walk())


@cache
def cases() -> tuple[Case, ...]:
    redrafts = tomllib.loads((HERE / "redrafts.toml").read_text(encoding="utf-8"))
    return (
        amended_law(),
        draft_after_consultation(),
        *(redrafted_law(name, edits) for name, edits in redrafts.items()),
    )


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Every label of every case, beside what the aligner says."""
    return tuple(outcome for case in cases() for outcome in judged(case))


def changed() -> list[Outcome]:
    """The outcomes that count: of what was changed, and of all inside units written anew."""
    return [outcome for outcome in outcomes() if outcome.touched]


def untouched() -> list[Outcome]:
    return [outcome for outcome in outcomes() if not outcome.touched]


def judged(case: Case) -> Iterator[Outcome]:
    pairs = align(case.old, case.new)
    touched = set(case.labels)
    found = {}
    for pair in pairs:
        old = "" if pair.old is None else case.old[pair.old].anchor
        new = "" if pair.new is None else case.new[pair.new].anchor
        found[old, new] = pair
    for label in case.labels + case.rest:
        pair = found.get((label.old, label.new))
        met = pair is not None and pair.fate is label.fate
        others = [
            (key, other)
            for key, other in found.items()
            if (label.old and key[0] == label.old) or (label.new and key[1] == label.new)
        ]
        yield Outcome(
            label,
            label in touched,
            met,
            () if met else tuple(f"{o or '–'} → {n or '–'} {p.fate}" for (o, n), p in others),
            any(other.doubtful for _, other in others),
        )


def amended_law() -> Case:
    """Labels by the kind of instruction; inside units written anew, by reading both."""
    base = law("luat-80-2015-qh13")
    result = amended(base, law("luat-63-2020-qh14"))
    old = units(base)
    new: list[Unit] = []
    fresh = {article.number: article for article in result.articles}
    for node, depth, _ in base.walk():
        if re.search(r"(khoan|diem|bang)-", node.anchor):
            continue  # comes with its article
        if node.anchor.startswith("dieu-"):
            new += _below(fresh[node.number], depth)
            new += _below(fresh[f"{node.number}a"], depth) if f"{node.number}a" in fresh else []
        else:
            new.append(_unit(node, depth))
    words = ({u.anchor: spoken(u) for u in old}, {u.anchor: spoken(u) for u in new})
    listed = list(_read_by_hand())
    links = [(a, b, fate) for a, b, fate in listed]
    done = ({a for a, _, _ in listed}, {b for _, b, _ in listed})
    for anchor in words[0].keys() | words[1].keys():
        both = anchor in words[0] and anchor in words[1]
        free = (
            anchor in words[0] and anchor not in done[0],
            anchor in words[1] and anchor not in done[1],
        )
        if both and all(free):
            links.append((anchor, anchor, None))
        else:
            links += [(anchor, "", Fate.REMOVED)] if free[0] else []
            links += [("", anchor, Fate.ADDED)] if free[1] else []
    labels, rest = [], []
    for a, b, fate in links:
        told = fate or (Fate.KEPT if words[0][a] == words[1][b] else Fate.REWORDED)
        number = int(re.search(r"\d+", b or a)[0]) if (b or a).startswith("dieu") else 0
        part = Part.AMENDED_TUNED if number <= LAST_TUNED else Part.AMENDED_HELD
        touched = {b, a} & (result.reworded | result.added) or _inside(b or a, result.replaced)
        (labels if touched else rest).append(Label(part, a, b, told))
    return Case(old, tuple(new), tuple(sorted(labels, key=str)), tuple(rest))


def draft_after_consultation() -> Case:
    """Nothing moved and no number changed; what was rewritten is told by the words."""
    name = "cap-cuu-dia-ban-bi-chia-cat"
    old, new = (units(text(DRAFTS / f"{name}{end}.txt")) for end in ("", ".sau-tiep-thu"))
    words = ({u.anchor: spoken(u) for u in old}, {u.anchor: spoken(u) for u in new})
    assert words[0].keys() == words[1].keys()
    changed = [anchor for anchor in words[0] if words[0][anchor] != words[1][anchor]]
    rest = [anchor for anchor in words[0] if words[0][anchor] == words[1][anchor]]
    return Case(
        old,
        new,
        tuple(Label(Part.DRAFT_HELD, a, a, Fate.REWORDED) for a in changed),
        tuple(Label(Part.DRAFT_HELD, a, a, Fate.KEPT) for a in rest),
    )


def redrafted_law(name: str, edits: list[dict]) -> Case:
    """Labels by what was done; all that no edit names is kept."""
    part = BY_HAND[name]
    old = units(law(name))
    redraft = redrafted(law(name), edits)
    new = redraft.units()
    anchors = {id(piece): new[n].anchor for n, (piece, _) in enumerate(redraft.walk())}
    told = {
        (anchor, anchors[id(piece)] if piece else ""): Label(
            part, anchor, anchors[id(piece)] if piece else "", fate
        )
        for anchor, piece, fate in redraft.said
    }
    said = {anchor for anchor, _ in told}
    rest = [
        Label(part, piece.anchor, anchors[id(piece)], Fate.KEPT)
        for piece, _ in redraft.walk()
        if piece.anchor and piece.anchor not in said
    ]
    return Case(old, tuple(new), tuple(told.values()), tuple(rest))


def spoken(unit: Unit) -> str:
    """The words of a unit as a reader compares them: no case, no spaces, no last stop."""
    pieces = (unit.heading, unit.text, *(cell for row in unit.rows for cell in row))
    return " ".join(" ".join(pieces).casefold().split()).rstrip(" .;,:")


def _read_by_hand() -> Iterator[tuple[str, str, Fate | None]]:
    for line in (HERE / "read_by_hand.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            old, new, *fate = line.split("\t")
            yield old, new, Fate(fate[0]) if fate else None


def _below(node: Node, depth: int) -> list[Unit]:
    found = [_unit(node, depth)]
    for child in node.children:
        found += _below(child, depth + 1)
    return found


def _inside(anchor: str, replaced: set[str]) -> bool:
    return any(anchor == one or anchor.startswith(f"{one}.") for one in replaced)


def _unit(node: Node, depth: int) -> Unit:
    return Unit(node.kind, node.number, node.heading, node.text, node.anchor, depth, node.rows)
