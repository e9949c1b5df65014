"""Blocks of a file become the tree of a document, with a list of what is doubtful."""

from bisect import bisect_left
from itertools import groupby

from app.documents.anchors import FORM, Anchors
from app.documents.closing import closing_starts, notes_start, signs
from app.documents.contents import without_contents
from app.documents.doubts import find_doubts
from app.documents.heading_block import preamble_starts, read_masthead
from app.documents.lost_numbers import counted_only, restored
from app.documents.nodes import Doubt, DoubtCode, Kind, Node, Outline
from app.documents.parsers.blocks import Block
from app.documents.placing import TALLEST_TITLE, Draft, Placing
from app.documents.quoted import quoted_lines
from app.documents.sequence import settled
from app.documents.units import (
    ENCLOSED,
    Line,
    Opening,
    Recogniser,
    annex_at,
    capitals,
    lines_of,
)

__all__ = ["Doubt", "DoubtCode", "Kind", "Node", "Outline", "build"]


NEAR = 16  # lines between the title of an attached regulation and its first article


def build(blocks: list[Block], *, recognised: bool = False, page: bool = False) -> Outline:
    """The document that the blocks make up; every character of theirs is somewhere in it.

    Never raises for lack of structure: what cannot be placed is kept and doubted. Structure after
    Decree 78/2025/NĐ-CP (part, chapter, section, subsection, article, clause, point). `recognised`
    says that the letters were read from pictures of pages; that is doubted once. `page` says that
    the file is a web page, as which word processors save a list without the words of its numbers.
    """
    everything = list(lines_of(blocks))
    lines = [line for line in everything if line.style != "footnote"]
    behind = notes_start(lines)
    notes = lines[behind:] + [line for line in everything if line.style == "footnote"]
    lines = lines[:behind]
    lines, find, quoted, doubts = _told(lines)
    start = _first_unit(lines, quoted, find)
    annexes = _annexes(lines, quoted, start, find)
    end = annexes[0][0] if annexes else len(lines)
    last = max((at for at in range(start, end) if _article(lines, at, quoted, find)), default=start)
    closing = min(closing_starts(lines[:end], last), end) if start < end else end

    placing = Placing(find, lines, quoted)
    placing.run(start, closing)
    roots = [*placing.roots]
    stops = [at for at, _ in annexes[1:]] + [len(lines)]
    for (at, opening), stop in zip(annexes, stops, strict=False):
        roots.append(_annex(placing, lines, quoted, find, at, opening, stop))

    anchors = Anchors()
    nodes = tuple(root.frozen(anchors) for root in roots)
    grounds = preamble_starts(lines[:start])
    listed = start
    while listed > grounds and lines[listed - 1].only_words:
        listed -= 1
    ending = lines[closing:end] + notes
    before = [line for line in lines[:grounds] if not line.only_words]
    head = read_masthead(before, lines[grounds:listed], ending)
    if page and counted_only(lines, find):
        # one cause, and nothing that could be repaired here
        doubts.append(Doubt(DoubtCode.NUMBERS_LOST, 1))
    else:
        doubts += placing.doubts + find_doubts(nodes)
        if not find.has_articles:
            doubts.append(Doubt(DoubtCode.NO_ARTICLE, lines[0].line if lines else 0))
    if recognised:
        doubts.append(Doubt(DoubtCode.RECOGNISED, lines[0].line if lines else 0))
    return Outline(
        title=head.title,
        kind_name=head.kind_name,
        number=head.number,
        issued=head.issued,
        issuer=head.issuer,
        preamble=_joined(lines[grounds:listed]),
        nodes=nodes,
        closing=_joined(ending),
        doubts=tuple(sorted(doubts, key=lambda doubt: doubt.line)),
        masthead=_joined(lines[:grounds]),
        contents=_joined(lines[listed:start]),
        lines=tuple(everything),
    )


def _told(lines: list[Line]) -> tuple[list[Line], Recogniser, set[int], list[Doubt]]:
    """The lines as their neighbours explain them, and which of them are quotations."""
    lines, doubts = without_contents(lines, Recogniser(lines))
    find = Recogniser(lines)
    quoted, _ = quoted_lines(lines, find)
    lines = settled(lines, quoted, find)
    find = Recogniser(lines)
    quoted, unclosed = quoted_lines(lines, find)
    lines, supplied = restored(lines, quoted, find)
    converted = [line for line in lines if line.legacy][:1]
    doubts += unclosed + supplied
    doubts += [Doubt(DoubtCode.CONVERTED, li.line, {"text": li.legacy}) for li in converted]
    return lines, Recogniser(lines), quoted, doubts


def _joined(lines: list[Line]) -> str:
    return "\n".join(
        "\n".join(cell for row in line.rows for cell in row if cell) if line.rows else line.text
        for line in lines
    )


def _article(lines: list[Line], at: int, quoted: set[int], find: Recogniser) -> Opening | None:
    return None if at in quoted else find.article(lines[at])


def _first_unit(lines: list[Line], quoted: set[int], find: Recogniser) -> int:
    for at, line in enumerate(lines):
        if at in quoted:
            continue
        if find.opening(line) or (not find.has_articles and _plan(line, find)):
            return at
    return len(lines)


def _plan(line: Line, find: Recogniser) -> Opening | None:
    return find.heading_of_plan(line) or find.item(line)


def _annexes(
    lines: list[Line], quoted: set[int], start: int, find: Recogniser
) -> list[tuple[int, Opening]]:
    """Where annexes begin, headings inside the enacting text left out."""
    places = [at for at in range(start, len(lines)) if _article(lines, at, quoted, find)]
    numbers = [opening.number for at in places if (opening := find.article(lines[at]))]
    ended = next((at for at in range(start, len(lines)) if signs(lines[at])), len(lines))
    found: list[tuple[int, Opening]] = []
    for at in range(start + 1, len(lines)):
        n = bisect_left(places, at)
        anew = at > ended and numbers[n : n + 1] == ["1"] and places[n] - at < NEAR
        opening = None if at in quoted else annex_at(lines, at, behind_end=at > ended, anew=anew)
        if opening is None:
            continue
        # The count goes on behind it: this is a word of the law, not the end of it.
        goes_on = 0 < n < len(places) and not found and _next(numbers[n - 1]) == numbers[n]
        # "DANH MỤC …" right under "PHỤ LỤC I" is the name of that annex.
        named = found and not opening.label and found[-1][0] >= at - 2
        # "QUY ĐỊNH CHUNG" under "Chương I" is the name of that chapter.
        named = named or (not opening.label and _waits_for_name(lines[at - 1], find))
        if not goes_on and not named:
            found.append((at, opening))
    return found


def _waits_for_name(line: Line, find: Recogniser) -> bool:
    division = find.division(line)
    return division is not None and not division.rest


def _next(number: str) -> str:
    return str(int(number) + 1) if number.isdecimal() else ""


def _annex(
    placing: Placing,
    lines: list[Line],
    quoted: set[int],
    find: Recogniser,
    at: int,
    opening: Opening,
    stop: int,
) -> Draft:
    """One annex with its heading; its articles, if it has any, else its text and tables."""
    draft = Draft(Kind.ANNEX, lines[at].line, opening.number, opening.label)
    draft.heading += [opening.rest] if opening.rest else []
    at += 1
    titled = _title_ends(lines, at, stop, opening, find)
    while at < stop and (at < titled or _heads_annex(lines[at], find)):
        draft.heading.append(lines[at].text)
        at += 1
    articles = [i for i in range(at, stop) if _article(lines, i, quoted, find)]
    divisions = [
        i for i in range(at, stop) if i not in quoted and _divides(lines[i], opening, find)
    ]
    if articles or divisions:
        end = closing_starts(lines[:stop], (articles or divisions)[-1])
        placing.run(at, end, under=draft, plan=not articles)
        draft.children += _signed(lines[end:stop])
        return draft
    current = draft
    for line in lines[at:stop]:
        if line.rows:
            current = Draft(Kind.TABLE, line.line, rows=line.rows)
            draft.children.append(current)
        else:
            current.text.append(line.text)
    return draft


def _signed(lines: list[Line]) -> list[Draft]:
    """The end of an attached text, kept apart from its last article: recipients, signature."""
    found: list[Draft] = []
    for plain, run in groupby(lines, key=lambda line: not line.rows):
        if plain:
            spoken = list(run)
            found.append(Draft(Kind.TABLE, spoken[0].line, rows=((_joined(spoken),),)))
        else:
            found += [Draft(Kind.TABLE, line.line, rows=line.rows) for line in run]
    return found


def _divides(line: Line, annex: Opening, find: Recogniser) -> bool:
    """True where a line divides an annex without articles: "Mục 1", of a plan "I." too."""
    if find.division(line):
        return not FORM.match(annex.label)
    return not annex.label and find.heading_of_plan(line) is not None


def _title_ends(lines: list[Line], at: int, stop: int, annex: Opening, find: Recogniser) -> int:
    """The index behind the title of an annex that begins before `at`: up to "(Kèm theo …)", and of
    an attached regulation at the latest where its first unit begins."""
    for i in range(at, min(at + TALLEST_TITLE, stop)):
        if lines[i].rows:
            return at
        if ENCLOSED.match(lines[i].text):
            return _bracket_ends(lines, i, min(at + TALLEST_TITLE, stop)) + 1
        if find.opening(lines[i]):
            return at if annex.label else i
    return at


def _bracket_ends(lines: list[Line], at: int, stop: int) -> int:
    """The line on which the bracket that opens on line `at` closes, else that line itself."""
    if not lines[at].text.startswith("("):
        return at
    return next((i for i in range(at, stop) if lines[i].text.endswith(")")), at)


def _heads_annex(line: Line, find: Recogniser) -> bool:
    if line.rows or line.only_words or find.opening(line) or find.heading_of_plan(line):
        return False
    return line.centered or capitals(line.text) or bool(ENCLOSED.match(line.text))
