"""What in a finished tree looks wrong: gaps, repeats, empty units, headings too long."""

import re
from collections.abc import Iterable, Iterator

from app.documents.nodes import Doubt, DoubtCode, Kind, Node
from app.documents.numerals import counted

LETTERS = "abcdđeghiklmnopqrstuvxy"
LONGEST_HEADING = 300
Place = tuple[int, str]


def place(node: Node) -> Place | None:
    """Where a number stands in its sequence: (count, inserted suffix); None where uncountable."""
    if node.kind is Kind.POINT:
        letter, suffix = node.number[:1], node.number[1:]
        if not letter or letter not in LETTERS:
            return None
        # behind y comes aa, then bb
        again = len(LETTERS) if suffix == letter else 0
        return LETTERS.index(letter) + 1 + again, "" if again else suffix
    inserted = re.fullmatch(r"(\d+)([a-zđ]\d?)?", node.number)
    if inserted:
        return int(inserted[1]), inserted[2] or ""
    value = counted(node.number)
    return None if value is None else (value, "")


def follows(before: Place, after: Place) -> bool:
    """True where `after` is the next number, or one inserted behind `before`."""
    count, suffix = after
    if count == before[0] + 1:
        return suffix == ""
    return count == before[0] and suffix > before[1]


def find_doubts(nodes: Iterable[Node]) -> list[Doubt]:
    """All doubts about the units of a document, in document order."""
    roots = tuple(nodes)
    body = tuple(node for node in roots if node.kind is not Kind.ANNEX)
    found = list(_in_scope(body))
    for annex in roots:
        if annex.kind is Kind.ANNEX:
            found += _in_scope(annex.children)
    return sorted(found, key=lambda doubt: doubt.line)


def _in_scope(nodes: tuple[Node, ...]) -> Iterator[Doubt]:
    """Doubts about one text with its own numbering: the document, or an attached regulation."""
    everything = list(_walk(nodes))
    yield from _sequence([node for node in everything if node.kind is Kind.ARTICLE])
    chapters = [node for node in everything if node.kind is Kind.CHAPTER]
    # Chapters run through all parts in some laws and begin anew with each part in others.
    yield from _sequence(chapters, anew=any(node.kind is Kind.PART for node in nodes))
    yield from _siblings(nodes)
    for node in everything:
        yield from _siblings(node.children)
        yield from _alone(node)


def _walk(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _siblings(nodes: tuple[Node, ...]) -> Iterator[Doubt]:
    for kind in (Kind.PART, Kind.SECTION, Kind.SUBSECTION, Kind.CLAUSE, Kind.POINT):
        yield from _sequence([node for node in nodes if node.kind is kind])


def _sequence(nodes: list[Node], *, anew: bool = False) -> Iterator[Doubt]:
    before: Place = (0, "")
    for node in nodes:
        letters = node.kind is Kind.POINT
        at = place(node)
        facts: dict[str, str | int] = {"kind": node.kind.value, "number": node.number}
        if at is None:
            if letters:
                yield Doubt(DoubtCode.LETTER_GAP, node.line, facts)
            continue
        if not follows(before, at) and not (anew and at == (1, "")):
            expected = _written(before[0] + 1, letters)
            facts["expected"] = expected
            if at <= before:
                code = DoubtCode.LETTER_REPEATED if letters else DoubtCode.NUMBER_REPEATED
            else:
                code = DoubtCode.LETTER_GAP if letters else DoubtCode.NUMBER_GAP
            yield Doubt(code, node.line, facts)
        before = at


def _written(count: int, letters: bool) -> str:
    if letters:
        turn, at = divmod(count - 1, len(LETTERS))
        return LETTERS[at] * (turn + 1)
    return str(count)


def _alone(node: Node) -> Iterator[Doubt]:
    facts: dict[str, str | int] = {"kind": node.kind.value, "number": node.number}
    empty = not (node.heading or node.text or node.children or node.rows)
    if empty and node.kind in (Kind.ARTICLE, Kind.CLAUSE, Kind.POINT):
        yield Doubt(DoubtCode.EMPTY_UNIT, node.line, facts)
    if len(node.heading) > LONGEST_HEADING:
        yield Doubt(DoubtCode.LONG_HEADING, node.line, facts | {"length": len(node.heading)})
