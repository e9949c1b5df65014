"""Which unit each line of an enacting text goes to."""

from dataclasses import dataclass, field

from app.documents.anchors import Anchors
from app.documents.nodes import Doubt, DoubtCode, Kind, Node
from app.documents.units import Line, Opening, Recogniser, capitals, ends_sentence

RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            Kind.ANNEX,
            Kind.PART,
            Kind.CHAPTER,
            Kind.SECTION,
            Kind.SUBSECTION,
            Kind.ARTICLE,
            Kind.CLAUSE,
            Kind.POINT,
            Kind.TABLE,
        )
    )
}
LONGEST_TITLE = 200
TALLEST_TITLE = 6  # lines
SHORT = 120


@dataclass
class Draft:
    """A unit while its lines still arrive."""

    kind: Kind
    line: int
    number: str = ""
    label: str = ""
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    children: list["Draft"] = field(default_factory=list)
    rows: tuple[tuple[str, ...], ...] = ()
    bold: bool = False
    title_ends: int = -1

    def frozen(self, anchors: Anchors, parent: str = "", annex: str = "") -> Node:
        """This unit and all under it, with their anchors, as they will stay."""
        anchor = anchors.name(self.kind, self.number, self.label, parent, annex)
        inside = anchor if self.kind is Kind.ANNEX else annex
        return Node(
            kind=self.kind,
            number=self.number,
            heading=" ".join(self.heading),
            text="\n".join(self.text),
            anchor=anchor,
            line=self.line,
            children=tuple(child.frozen(anchors, anchor, inside) for child in self.children),
            rows=self.rows,
            label=self.label,
        )


class Placing:
    """Puts the lines of one text, one by one, where they belong."""

    def __init__(self, recogniser: Recogniser, lines: list[Line], quoted: set[int]) -> None:
        self.roots: list[Draft] = []
        self.doubts: list[Doubt] = []
        self._find = recogniser
        self._lines = lines
        self._quoted = quoted
        self._plan = False
        self._open: list[Draft] = []

    def run(self, start: int, end: int, under: Draft | None = None, *, plan: bool = False) -> None:
        """Place the lines from `start` up to `end`, under a unit where one is given.

        `plan` says that the text is no law: "I.", "1." and "a)" divide it without articles.
        """
        self._plan = plan or not self._find.has_articles
        self._open = [under] if under else []
        for at in range(start, end):
            self._place(at, end)

    def _place(self, at: int, end: int) -> None:
        line = self._lines[at]
        if line.rows:
            self._push(Draft(Kind.TABLE, line.line, rows=line.rows))
            return
        opening = None if at in self._quoted else self._opening(line)
        if opening is None:
            self._continue(at)
        elif opening.kind is Kind.ARTICLE:
            self._push_article(opening, at, end)
        else:
            draft = _begun(opening, line)
            titled = RANK[opening.kind] < RANK[Kind.ARTICLE]
            if opening.rest:
                (draft.heading if titled else draft.text).append(opening.rest)
            self._push(draft)

    def _opening(self, line: Line) -> Opening | None:
        found = self._find.opening(line)
        if found:
            return found
        if not self._plan:
            inside = any(draft.kind is Kind.ARTICLE for draft in self._open)
            return (self._find.item(line) or self._bracketed(line)) if inside else None
        return self._find.heading_of_plan(line) or self._find.item(line)

    def _bracketed(self, line: Line) -> Opening | None:
        """The clause "1)" of old laws, which elsewhere is only an item of a list."""
        found = self._find.bracketed(line)
        if found is None:
            return None
        if self._open[-1].kind is Kind.ARTICLE:
            return found if found.number == "1" else None
        clause = next((d for d in reversed(self._open) if d.kind is Kind.CLAUSE), None)
        next_one = (
            clause and clause.label.endswith(")") and int(found.number) == int(clause.number) + 1
        )
        return found if next_one else None

    def _push(self, draft: Draft) -> None:
        while self._open and (
            self._open[-1].kind is Kind.TABLE or RANK[self._open[-1].kind] >= RANK[draft.kind]
        ):
            self._open.pop()
        (self._open[-1].children if self._open else self.roots).append(draft)
        self._open.append(draft)

    def _push_article(self, opening: Opening, at: int, end: int) -> None:
        line = self._lines[at]
        draft = _begun(opening, line)
        if opening.rest:
            ends = self._run_on(at, end)
            body = not line.stands_out and self._says_something(opening.rest, at, end)
            body = body or (ends > at and ends_sentence(self._lines[ends].text))
            (draft.text if body else draft.heading).append(opening.rest)
            draft.title_ends = at if body else ends
        self._push(draft)

    def _run_on(self, at: int, end: int) -> int:
        """The last line of what begins on line `at`, in a file that breaks every line."""
        for following in range(at + 1, min(at + TALLEST_TITLE, end)):
            before, line = self._lines[following - 1], self._lines[following]
            if ends_sentence(before.text) or line.rows or following in self._quoted:
                return following - 1
            begins = line.text[0].islower() or line.text[0].isdigit()
            goes_on = begins and line.bold == before.bold
            if not goes_on or self._opening(line) or self._find.item(line):
                return following - 1
        return min(at + TALLEST_TITLE, end) - 1

    def _says_something(self, rest: str, at: int, end: int) -> bool:
        """True where the rest of an article's first line is its text and no title."""
        if not ends_sentence(rest):
            return False
        alone = at + 1 >= end or self._find.opening(self._lines[at + 1]) is not None
        return alone or rest.endswith(":") or len(rest) > SHORT

    def _continue(self, at: int) -> None:
        line = self._lines[at]
        current = self._open[-1]
        outside = RANK[current.kind] < RANK[Kind.ARTICLE]
        contents = outside and line.only_words
        if at not in self._quoted and not contents and self._titles(current, at):
            current.heading.append(line.text)
            return
        if outside and not contents and not self._plan:
            self.doubts.append(_unplaced(line))
        current.text.append(line.text)

    def _titles(self, current: Draft, at: int) -> bool:
        """True where the line is (more of) the heading of the unit just opened."""
        line = self._lines[at]
        if current.text or current.children or RANK[current.kind] > RANK[Kind.ARTICLE]:
            return False
        if current.kind is Kind.ARTICLE:
            if current.heading:
                soft = line.soft and line.bold and line.line == current.line
                return soft or at <= current.title_ends
            plain = len(line.text) <= SHORT and line.text[0].isupper()
            return (line.stands_out or plain) and not ends_sentence(line.text)
        if line.centered or capitals(line.text):
            return True
        if current.heading:
            return line.soft and line.line == current.line
        return len(line.text) <= LONGEST_TITLE and (line.stands_out or not ends_sentence(line.text))


def _begun(opening: Opening, line: Line) -> Draft:
    return Draft(opening.kind, line.line, opening.number, opening.label, bold=line.bold)


def _unplaced(line: Line) -> Doubt:
    return Doubt(DoubtCode.UNPLACED_TEXT, line.line, {"text": line.text[:SHORT]})
