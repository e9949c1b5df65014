"""A real law as a drafter changed it by hand: `redrafts.toml` says what was done, and so the label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.documents.lineage.pairs import Fate, Unit
from app.documents.nodes import Kind, Node, Outline

LETTERS = "abcdđeghiklmnopqrstuvxy"


@dataclass(eq=False)
class Piece:
    """A unit that can be edited; `anchor` is that of the older text, "" of what is new."""

    kind: Kind
    number: str
    heading: str
    text: str
    anchor: str
    rows: tuple[tuple[str, ...], ...] = ()
    children: list[Piece] = field(default_factory=list)


@dataclass
class Redraft:
    """The newer text, and who became whom as the edits have it (piece None is removed)."""

    roots: list[Piece]
    said: list[tuple[str, Piece | None, Fate]] = field(default_factory=list)

    def walk(self) -> Iterator[tuple[Piece, int]]:
        waiting = [(piece, 0) for piece in reversed(self.roots)]
        while waiting:
            piece, depth = waiting.pop()
            yield piece, depth
            waiting += [(child, depth + 1) for child in reversed(piece.children)]

    def find(self, anchor: str) -> Piece:
        return next(piece for piece, _ in self.walk() if piece.anchor == anchor)

    def siblings(self, of: Piece) -> list[Piece]:
        for piece, _ in self.walk():
            if of in piece.children:
                return piece.children
        return self.roots

    def units(self) -> list[Unit]:
        """The newer text with everything numbered anew, as a draft is; anchors are positions."""
        self._number()
        return [
            Unit(p.kind, p.number, p.heading, p.text, f"new-{n}", depth, p.rows)
            for n, (p, depth) in enumerate(self.walk())
        ]

    def _number(self) -> None:
        article = 0
        for piece, _ in self.walk():
            if piece.kind is Kind.ARTICLE:
                article += 1
                piece.number = str(article)
            for kind in (Kind.CLAUSE, Kind.POINT):
                for n, child in enumerate(c for c in piece.children if c.kind is kind):
                    child.number = LETTERS[n] if kind is Kind.POINT else str(n + 1)


def redrafted(law: Outline, edits: list[dict[str, Any]]) -> Redraft:
    """The law after all edits; anchors in them are those of the law as it was."""
    redraft = Redraft([_piece(node) for node in law.nodes])
    for edit in edits:
        EDITS[edit["do"]](redraft, edit)
    return redraft


def _piece(node: Node) -> Piece:
    children = [_piece(child) for child in node.children]
    return Piece(node.kind, node.number, node.heading, node.text, node.anchor, node.rows, children)


def _join(redraft: Redraft, edit: dict[str, Any]) -> None:
    first, *others = [redraft.find(anchor) for anchor in edit["units"]]
    first.text = edit["text"]
    for piece in (first, *others):
        redraft.said.append((piece.anchor, first, Fate.MERGED))
    for piece in others:
        redraft.siblings(piece).remove(piece)


def _cut(redraft: Redraft, edit: dict[str, Any]) -> None:
    piece = redraft.find(edit["unit"])
    siblings = redraft.siblings(piece)
    piece.text, *rest = edit["texts"]
    made = [Piece(piece.kind, "", "", text, "") for text in rest]
    at = siblings.index(piece) + 1
    siblings[at:at] = made
    redraft.said += [(piece.anchor, part, Fate.SPLIT) for part in (piece, *made)]


def _points(redraft: Redraft, edit: dict[str, Any]) -> None:
    piece = redraft.find(edit["unit"])
    piece.text = edit["text"]
    piece.children = [Piece(Kind(edit["kind"]), "", "", text, "") for text in edit["texts"]]
    redraft.said += [(piece.anchor, part, Fate.SPLIT) for part in (piece, *piece.children)]


def _flatten(redraft: Redraft, edit: dict[str, Any]) -> None:
    piece = redraft.find(edit["unit"])
    parts = [piece, *piece.children]
    piece.text, piece.children = edit["text"], []
    redraft.said += [(part.anchor, piece, Fate.MERGED) for part in parts]


def _join_articles(redraft: Redraft, edit: dict[str, Any]) -> None:
    first, second = (redraft.find(anchor) for anchor in edit["units"])
    first.heading = edit["heading"]
    redraft.siblings(second).remove(second)
    redraft.said += [(one.anchor, first, Fate.MERGED) for one in (first, second)]
    redraft.said += [(child.anchor, child, Fate.MOVED) for child in second.children]
    first.children += second.children


def _cut_article(redraft: Redraft, edit: dict[str, Any]) -> None:
    piece, before = redraft.find(edit["unit"]), redraft.find(edit["before"])
    at = piece.children.index(before)
    piece.heading, heading = edit["headings"]
    made = Piece(Kind.ARTICLE, "", heading, "", "", children=piece.children[at:])
    piece.children = piece.children[:at]
    siblings = redraft.siblings(piece)
    siblings.insert(siblings.index(piece) + 1, made)
    redraft.said += [(piece.anchor, part, Fate.SPLIT) for part in (piece, made)]
    redraft.said += [(child.anchor, child, Fate.MOVED) for child in made.children]


def _move(redraft: Redraft, edit: dict[str, Any]) -> None:
    piece = redraft.find(edit["unit"])
    redraft.siblings(piece).remove(piece)
    redraft.find(edit["under"]).children.insert(edit["at"] - 1, piece)
    piece.kind = Kind(edit.get("kind", piece.kind))
    if "swap" in edit:
        old, new = edit["swap"]
        assert old in piece.text, f"{piece.anchor} does not say {old!r}"
        piece.text = piece.text.replace(old, new)
    redraft.said.append((piece.anchor, piece, Fate.MOVED))


def _reword(redraft: Redraft, edit: dict[str, Any]) -> None:
    piece = redraft.find(edit["unit"])
    piece.text = edit["text"]
    redraft.said.append((piece.anchor, piece, Fate.REWORDED))


def _insert(redraft: Redraft, edit: dict[str, Any]) -> None:
    made = Piece(Kind(edit["kind"]), "", edit.get("heading", ""), edit["text"], "")
    redraft.find(edit["under"]).children.insert(edit["at"] - 1, made)
    redraft.said.append(("", made, Fate.ADDED))


def _drop(redraft: Redraft, edit: dict[str, Any]) -> None:
    piece = redraft.find(edit["unit"])
    redraft.siblings(piece).remove(piece)
    redraft.said.append((piece.anchor, None, Fate.REMOVED))


EDITS = {
    "join": _join,
    "cut": _cut,
    "points": _points,
    "flatten": _flatten,
    "join_articles": _join_articles,
    "cut_article": _cut_article,
    "move": _move,
    "reword": _reword,
    "insert": _insert,
    "drop": _drop,
}
