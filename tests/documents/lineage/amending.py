"""Law 80/2015 as amended by law 63/2020, by doing what each instruction of the latter says.

The kind of instruction is the label: "sửa đổi, bổ sung khoản 3" rewords it, "bổ sung khoản 3a"
adds it, "thay thế cụm từ" rewords each place that it names. Nothing here measures likeness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.documents.nodes import Node, Outline
from app.documents.outline import build
from app.documents.parsers.plain import read_text

UNIT = re.compile(r"(Điều|khoản|điểm) (\d+[a-zđ]?|[a-zđ]\d?)(?![^\W_])")
ARTICLES = re.compile(r"các điều (.+?) như sau")
QUOTED = re.compile(r"“([^”]*)”")
PHRASE = r"(?:từ|cụm từ)"
REPLACE = re.compile(rf"[Tt]hay thế {PHRASE} “(.+?)” bằng {PHRASE} “(.+?)” tại ([^;“]+)")
INSERT = re.compile(rf"Bổ sung {PHRASE} “(.+?)” vào (trước|sau) {PHRASE} “(.+?)” tại ([^;“]+)")
DROP = re.compile(rf"Bỏ {PHRASE} “(.+?)” tại ([^;“]+)")
WORDS = {"Điều": "dieu", "khoản": "khoan", "điểm": "diem"}


@dataclass
class Amended:
    """The amended tree, and what the instructions say of it, by anchor."""

    articles: list[Node]
    reworded: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)  # with all below: what is inside is for readers


def amended(base: Outline, amending: Outline) -> Amended:
    """The articles of `base` after every instruction of the first article of `amending`."""
    state = Amended(base.articles())
    for clause in amending.articles()[0].children:
        for instruction in clause.children or (clause,):
            _apply(state, clause.text if clause.children else "", instruction.text)
    return state


def _apply(state: Amended, above: str, text: str) -> None:
    order, _, quoted = text.partition("như sau:\n")
    if quoted:
        _rewrite(state, f"{order} {above}", quoted.strip(" .;").strip("“”"))
        return
    for old, new, places in REPLACE.findall(text):
        _reword(state, old, new, places)
    for new, side, old, places in INSERT.findall(text):
        joint = "" if new.startswith(";") else " "
        whole = f"{new}{joint}{old}" if side == "trước" else f"{old}{joint}{new}"
        _reword(state, old, whole, places)
    for old, places in DROP.findall(text):
        _reword(state, old, "", places)


def _rewrite(state: Amended, order: str, quoted: str) -> None:
    """Units quoted in full stand in place of those that bear their number, or behind."""
    several = ARTICLES.search(f"{order}như sau")
    where = [] if several else [m for m in UNIT.findall(order) if m[0] == "Điều"]
    if quoted.startswith("Điều "):
        for article in build(read_text(quoted.encode())).articles():
            _put(state, "", article)
        return
    article = where[-1][1]
    if re.match(r"\d", quoted):
        outline = build(read_text(f"Điều {article}. X\n{quoted}".encode()))
        for clause in outline.articles()[0].children:
            _put(state, f"dieu-{article}", clause)
        return
    clause_number = next(number for word, number in UNIT.findall(order) if word == "khoản")
    outline = build(read_text(f"Điều {article}. X\n{clause_number}. X:\n{quoted}".encode()))
    for point in outline.articles()[0].children[0].children:
        _put(state, f"dieu-{article}.khoan-{clause_number}", point)


def _put(state: Amended, parent: str, unit: Node) -> None:
    def among(siblings: list[Node]) -> list[Node]:
        numbers = [one.number for one in siblings]
        if unit.number in numbers:
            at = numbers.index(unit.number)
            state.reworded.add(unit.anchor)
            if unit.children or siblings[at].children:
                state.replaced.add(unit.anchor)
            return [*siblings[:at], unit, *siblings[at + 1 :]]
        stem = re.sub(r"(?<=\d)[a-zđ]$|(?<=[a-zđ])\d$", "", unit.number)
        earlier = [n for n, number in enumerate(numbers) if number == stem or number == unit.number]
        assert earlier, f"{unit.anchor}: nothing to stand behind"
        state.added |= {below.anchor for below in _with_all(unit)}
        return [*siblings[: earlier[-1] + 1], unit, *siblings[earlier[-1] + 1 :]]

    if not parent:
        state.articles = among(state.articles)
    else:
        _change(state, parent, lambda node: replace(node, children=tuple(among([*node.children]))))


def _reword(state: Amended, old: str, new: str, places: str) -> None:
    for anchor in _places(places):

        def changed(node: Node) -> Node:
            assert old in node.text, f"{node.anchor} does not say {old!r}"
            return replace(node, text=" ".join(node.text.replace(old, new).split(" ")).strip())

        _change(state, anchor, changed)
        state.reworded.add(anchor)


def _places(text: str) -> Iterator[str]:
    """Anchors of "khoản 3 Điều 48, điểm c khoản 1 Điều 49 và khoản 2 Điều 50"."""
    held: list[tuple[str, str]] = []
    for word, number in UNIT.findall(text):
        held.insert(0, (word, number))
        if word == "Điều":
            yield ".".join(f"{WORDS[w]}-{n.replace('đ', 'dd')}" for w, n in held)
            held = []


def _change(state: Amended, anchor: str, change) -> None:
    def walk(node: Node) -> Node:
        if node.anchor == anchor:
            done.append(anchor)
            return change(node)
        if anchor.startswith(f"{node.anchor}."):
            return replace(node, children=tuple(walk(child) for child in node.children))
        return node

    done: list[str] = []
    state.articles = [walk(article) for article in state.articles]
    assert done == [anchor], f"{anchor} stands {len(done)} times"


def _with_all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _with_all(child)
