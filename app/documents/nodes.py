"""What a parsed document is made of: units, doubts, and the outline that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.documents.units import Line


class Kind(StrEnum):
    """What a unit of a document is, from the widest to the narrowest."""

    PART = "part"
    CHAPTER = "chapter"
    SECTION = "section"
    SUBSECTION = "subsection"
    ARTICLE = "article"
    CLAUSE = "clause"
    POINT = "point"
    ANNEX = "annex"
    TABLE = "table"


class DoubtCode(StrEnum):
    """What a drafter should look at before trusting the tree."""

    NUMBER_GAP = "number_gap"
    NUMBER_REPEATED = "number_repeated"
    LETTER_GAP = "letter_gap"
    LETTER_REPEATED = "letter_repeated"
    LOST_NUMBER = "lost_number"
    UNCLOSED_QUOTE = "unclosed_quote"
    NO_ARTICLE = "no_article"
    NUMBERS_LOST = "numbers_lost"
    EMPTY_UNIT = "empty_unit"
    LONG_HEADING = "long_heading"
    UNPLACED_TEXT = "unplaced_text"
    SUPPLIED_NUMBER = "supplied_number"
    NUMBERS_RAISED = "numbers_raised"
    CONTENTS_SKIPPED = "contents_skipped"
    CONVERTED = "converted"
    RECOGNISED = "recognised"
    SILENT_PAGES = "silent_pages"


@dataclass(frozen=True)
class Doubt:
    """One thing the parser was unsure of; `facts` are plain values for a sentence about it."""

    code: DoubtCode
    line: int
    facts: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Node:
    """One unit of a document with what stands under it.

    `number` is bare ("5", "2a", "đ", "II"); `label` is how the file writes it ("Điều 5.", "a)").
    `text` joins paragraphs with newlines; of a table it is what follows the rows. `line` is the
    position in the file.
    """

    kind: Kind
    number: str
    heading: str
    text: str
    anchor: str
    line: int
    children: tuple[Node, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Outline:
    """A whole document: its masthead and what it says, its tree, its end, and the doubts.

    `masthead` is the heading block as written (agency, motto, number, name) and `title`,
    `kind_name`, `number`, `issued` (ISO date) and `issuer` are read from it; each is "" where the
    file does not say. `contents` is a table of contents between `preamble` and the first unit.
    Annexes are the last of `nodes`, after what `closing` holds. `lines` are those of the file that
    all this was read from.
    """

    title: str
    kind_name: str
    number: str
    issued: str
    issuer: str
    preamble: str
    nodes: tuple[Node, ...]
    closing: str
    doubts: tuple[Doubt, ...]
    masthead: str = ""
    contents: str = ""
    lines: tuple[Line, ...] = ()

    def walk(self) -> Iterator[tuple[Node, int, str]]:
        """Every node in document order with its depth (0 at the top) and its parent's anchor."""
        waiting = [(node, 0, "") for node in reversed(self.nodes)]
        while waiting:
            node, depth, parent = waiting.pop()
            yield node, depth, parent
            waiting += [(child, depth + 1, node.anchor) for child in reversed(node.children)]

    def articles(self) -> list[Node]:
        """All articles in document order, those of attached regulations too."""
        return [node for node, _, _ in self.walk() if node.kind is Kind.ARTICLE]

    def words(self) -> str:
        """All characters of the source in reading order, whitespace aside."""
        pieces = [self.masthead, self.preamble, self.contents]
        closed = False
        for node, depth, _ in self.walk():
            if node.kind is Kind.ANNEX and depth == 0 and not closed:
                pieces.append(self.closing)
                closed = True
            pieces += [node.label, node.heading]
            pieces += [cell for row in node.rows for cell in row]
            pieces.append(node.text)
        if not closed:
            pieces.append(self.closing)
        return "\n".join(piece for piece in pieces if piece)
