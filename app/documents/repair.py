"""Repairs of a draft's units: join, split, renumber, retype, and where a heading ends.

Every function here only computes: it takes the rows of a version and tells which of them are
replaced by which. No character of the text is lost by any of them; labels are changed only where
a number or a kind is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from app.documents.doubts import LONGEST_HEADING
from app.documents.nodes import Kind
from app.documents.numbers import LABELS, WORD, bare, label, relabelled
from app.documents.numerals import ORDINAL
from app.documents.placing import RANK
from app.documents.units import ends_sentence
from app.documents.versions import Row, name_anew

TITLED = frozenset(kind for kind in Kind if RANK[kind] <= RANK[Kind.ARTICLE])
# how a paragraph may begin that says itself which unit it opens
OPENS = re.compile(
    rf"(?P<word>{WORD.pattern})?(?:(?:thứ )?(?:{ORDINAL})\b|[^\W_]{{1,12}})"
    r"\s*(?P<stop>[.:)–-]?)(?!\d)\s*",
    re.IGNORECASE,
)


Found = TypeVar("Found")


class Operation(StrEnum):
    """What a drafter does to a unit; RAISE and LOWER move words into its heading and out of it."""

    JOIN = "join"
    SPLIT = "split"
    RENUMBER = "renumber"
    RETYPE = "retype"
    RAISE = "raise"
    LOWER = "lower"


class Fault(StrEnum):
    """Why a repair cannot be made; the desk has the words."""

    FIRST = "first"
    TABLE = "table"
    NUMBER = "number"
    SAME = "same"
    NO_SUCH_PARAGRAPH = "no_such_paragraph"
    NO_SUCH_WORDS = "no_such_words"
    WORDS_REPEATED = "words_repeated"
    NO_HEADING = "no_heading"
    NO_UNIT = "no_unit"


class WrongRepairError(ValueError):
    """Raised for a repair that cannot be made; `kind` is the one whose number is wrong."""

    def __init__(self, fault: Fault, kind: Kind | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.kind = kind


@dataclass(frozen=True)
class Edit:
    """One repair as it is asked for; what an operation does not need is empty.

    `paragraph` counts from 0, `words` are where in it (or in the heading) the cut is, `line` is
    where the paragraph stands in the file, 0 where nobody knows.
    """

    operation: Operation
    anchor: str
    kind: Kind | None = None
    number: str = ""
    paragraph: int = 0
    words: str = ""
    line: int = 0


@dataclass(frozen=True)
class Change:
    """The rows from `start` up to `stop` are replaced by `rows`."""

    start: int
    stop: int
    rows: tuple[Row, ...]


def change(rows: Sequence[Row], edit: Edit) -> Change:
    """What the edit replaces; raises WrongRepairError."""
    at = next((n for n, row in enumerate(rows) if row.anchor == edit.anchor), -1)
    kind = edit.kind or _row(rows, at).kind
    match edit.operation:
        case Operation.JOIN:
            return join(rows, at)
        case Operation.SPLIT:
            return split(rows, at, kind, edit.number, edit.paragraph, edit.words, edit.line)
        case Operation.RENUMBER:
            return renumber(rows, at, edit.number)
        case Operation.RETYPE:
            return retype(rows, at, kind, edit.number)
        case Operation.RAISE:
            return raise_text(rows, at)
        case Operation.LOWER:
            return lower_heading(rows, at, edit.words)


def applied(rows: Sequence[Row], made: Change) -> list[Row]:
    """The rows after the change, each as deep as its kind demands and with its anchor."""
    found = [replace(row) for row in (*rows[: made.start], *made.rows, *rows[made.stop :])]
    settle(found)
    name_anew(found)
    return found


def settle(rows: Sequence[Row]) -> None:
    """Every row stands under the nearest one before it that is wider, as `placing` puts them."""
    path: list[Kind] = []
    for row in rows:
        while path and (path[-1] is Kind.TABLE or RANK[path[-1]] >= RANK[row.kind]):
            path.pop()
        row.depth = len(path)
        path.append(row.kind)


def join(rows: Sequence[Row], at: int) -> Change:
    """The unit is text of the one before it; what stood under it goes where its rank demands."""
    row = _row(rows, at)
    if at == 0:
        raise WrongRepairError(Fault.FIRST)
    if row.kind is Kind.TABLE:
        raise WrongRepairError(Fault.TABLE)
    above = rows[at - 1]
    first, *more = [piece for piece in (row.heading, row.text) if piece] or [""]
    pieces = [above.text, f"{row.label} {first}".strip(), *more]
    joined = replace(above, text="\n".join(piece for piece in pieces if piece))
    return Change(at - 1, at + 1, (joined,))


def split(
    rows: Sequence[Row],
    at: int,
    kind: Kind,
    number: str,
    paragraph: int = 0,
    words: str = "",
    line: int = 0,
) -> Change:
    """The unit's text from that paragraph on is a unit of its own; words say where inside it.

    Words that stand in another paragraph only mean that one: whoever types them looks at the text.
    """
    row = _row(rows, at)
    wanted = _number(kind, number)
    paragraphs = row.text.split("\n")
    if not 0 <= paragraph < len(paragraphs) or not paragraphs[paragraph]:
        raise WrongRepairError(Fault.NO_SUCH_PARAGRAPH)
    chosen, (paragraph, cut) = paragraph, _cut(paragraphs, paragraph, words)
    known = line if paragraph == chosen else 0
    stays, rest = paragraphs[paragraph][:cut].rstrip(), paragraphs[paragraph][cut:]
    written, first = _label_in(rest, kind, wanted)
    following = rows[at + 1].line if at + 1 < len(rows) else 0
    new = Row(
        kind=kind,
        number=wanted,
        heading="",
        text="\n".join(piece for piece in (first, *paragraphs[paragraph + 1 :]) if piece),
        depth=row.depth,
        label=written,
        line=_between(row.line, known or row.line + paragraph + bool(row.heading), following),
    )
    left = [*paragraphs[:paragraph], *([stays] if stays else [])]
    return Change(at, at + 1, (replace(row, text="\n".join(left)), _headed(new)))


def renumber(rows: Sequence[Row], at: int, number: str) -> Change:
    """The unit has that number, in its label too."""
    row = _row(rows, at)
    wanted = _number(row.kind, number)
    if wanted == row.number:
        raise WrongRepairError(Fault.SAME)
    written = relabelled(row.label, row.number, wanted, row.kind) if row.label else ""
    return Change(at, at + 1, (replace(row, number=wanted, label=written),))


def retype(rows: Sequence[Row], at: int, kind: Kind, number: str) -> Change:
    """The unit is of that kind, numbered as that kind is; clauses and points have no heading."""
    row = _row(rows, at)
    wanted = _number(kind, number)
    if row.kind is Kind.TABLE:
        raise WrongRepairError(Fault.TABLE)
    if kind is row.kind:
        return renumber(rows, at, number)
    written = label(kind, wanted) if row.label else ""
    new = replace(row, kind=kind, number=wanted, label=written)
    if kind in TITLED:
        return Change(at, at + 1, (new if new.heading else _headed(new),))
    return Change(at, at + 1, (_without_heading(new, 0),))


def raise_text(rows: Sequence[Row], at: int) -> Change:
    """The first paragraph of the unit is (more of) its heading."""
    row = _row(rows, at)
    if row.kind not in TITLED:
        raise WrongRepairError(Fault.NO_HEADING)
    first, _, rest = row.text.partition("\n")
    if not first:
        raise WrongRepairError(Fault.NO_SUCH_PARAGRAPH)
    return Change(at, at + 1, (replace(row, heading=f"{row.heading} {first}".strip(), text=rest),))


def lower_heading(rows: Sequence[Row], at: int, words: str) -> Change:
    """The unit's heading, from those words on ("" for all of it), is its first paragraph."""
    row = _row(rows, at)
    if not row.heading:
        raise WrongRepairError(Fault.NO_HEADING)
    return Change(at, at + 1, (_without_heading(row, _only(_places(row.heading, words))),))


def _row(rows: Sequence[Row], at: int) -> Row:
    if not 0 <= at < len(rows):
        raise WrongRepairError(Fault.NO_UNIT)
    return rows[at]


def _number(kind: Kind, typed: str) -> str:
    if kind not in LABELS:
        raise WrongRepairError(Fault.TABLE)
    found = bare(kind, typed)
    if found is None:
        raise WrongRepairError(Fault.NUMBER, kind)
    return found


def _cut(paragraphs: Sequence[str], chosen: int, words: str) -> tuple[int, int]:
    """The paragraph in which the words are, the chosen one before others, and where they begin."""
    here = _places(paragraphs[chosen], words)
    found = [(chosen, at) for at in here] or [
        (n, at) for n, text in enumerate(paragraphs) for at in _places(text, words)
    ]
    return _only(found)


def _only(found: Sequence[Found]) -> Found:
    if not found:
        raise WrongRepairError(Fault.NO_SUCH_WORDS)
    if len(found) > 1:
        raise WrongRepairError(Fault.WORDS_REPEATED)
    return found[0]


def _places(text: str, words: str) -> list[int]:
    """Where in the text the words begin, at the beginning of a word; without words its start."""
    wanted = " ".join(words.split()).removesuffix("…").rstrip()
    if not wanted or text.startswith(wanted):
        return [0]
    return [m.start() for m in re.finditer(rf"(?<!\w){re.escape(wanted)}", text)]


def _label_in(text: str, kind: Kind, number: str) -> tuple[str, str]:
    """The label with which the text begins, where it is that of the number, and what follows."""
    match = OPENS.match(text)
    if match and (match["word"] or match["stop"]) and bare(kind, match[0]) == number:
        return match[0].rstrip(), text[match.end() :]
    return "", text


def _headed(row: Row) -> Row:
    """The row with its first paragraph as heading, where its kind has one and this looks so."""
    first, _, rest = row.text.partition("\n")
    short = len(first) <= LONGEST_HEADING and not ends_sentence(first)
    if row.kind not in TITLED or not first or not short:
        return row
    return replace(row, heading=first, text=rest)


def _without_heading(row: Row, cut: int) -> Row:
    stays, goes = row.heading[:cut].rstrip(), row.heading[cut:]
    return replace(row, heading=stays, text="\n".join(piece for piece in (goes, row.text) if piece))


def _between(first: int, line: int, following: int) -> int:
    """The line, not before the unit it was part of nor behind the unit that follows."""
    last = max(first, following) if following else line
    return min(max(first, line), last)
