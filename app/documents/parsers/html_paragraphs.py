"""One paragraph of a page while its characters arrive."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.documents.parsers.blocks import Block, composed
from app.documents.parsers.fonts import unicode_of
from app.documents.parsers.html_lists import List
from app.documents.parsers.wrapping import opens, paragraphs

# HTML's own white space: a no-break space is none, and stays.
SPACE = re.compile("[ \t\n\r\f]+")


@dataclass(frozen=True)
class State:
    """What an open element passes on to what is inside it."""

    tag: str = ""
    bold: bool = False
    centered: bool = False
    hidden: bool = False
    capitals: bool = False
    preformatted: bool = False
    marker: bool = False
    main: bool = False
    framed: bool = True
    item: bool = False
    link: str = ""
    font: str = ""
    style: str = ""
    after: str = ""


@dataclass(frozen=True)
class _Run:
    text: str
    state: State


class Paragraph:
    """Runs of text between two block elements, and the number that stands before them."""

    def __init__(self) -> None:
        self.number = ""
        self.item: List | None = None
        self._runs: list[_Run] = []
        self._marker: list[str] = []

    def add(self, text: str, state: State) -> None:
        """More characters belong to the paragraph."""
        text = text if state.preformatted else SPACE.sub(" ", text)
        if state.marker:
            self._marker.append(text)
        elif self._runs or text.strip(" \t\n\r\f"):
            self._runs.append(_Run(text.upper() if state.capitals else text, state))

    def break_line(self, state: State) -> None:
        """A line ends inside the paragraph."""
        if self._runs:
            self._runs.append(_Run("\n", state))

    def is_blank(self) -> bool:
        """Whether nothing of it would be seen."""
        return not any(run.text.strip() for run in self._runs)

    def clear(self) -> None:
        """What was gathered, spaces as it turned out, is gone; a number still waits."""
        self._runs = []

    def is_menu(self) -> bool:
        """Whether all of it is links to other pages, in a list: a menu and no text."""
        seen = [run.state for run in self._runs if run.text.strip()]
        return bool(seen) and all(s.item and s.link and s.link[0] != "#" for s in seen)

    def is_contents(self) -> bool:
        """Whether all of it is a link to another place on the page."""
        seen = [run.state for run in self._runs if run.text.strip()]
        return bool(seen) and all(state.link.startswith("#") for state in seen)

    def blocks(self) -> list[Block]:
        """What was gathered, as one block or, where breaks part paragraphs, as several."""
        runs, self._runs = self._runs, []
        number = self.number or composed("".join(self._marker)).strip()
        self.number, self._marker = "", []
        text, encoding = unicode_of([(run.text, run.state.font) for run in runs])
        if any(run.state.preformatted for run in runs):
            found = [Block(text=piece) for _, piece in paragraphs(text.splitlines())]
        else:
            found = [_block(part) for part in _parts(text.split("\n"), _lines(runs))]
        if number:
            found[:1] = [replace(found[0] if found else Block(text=""), number=number)]
        return [replace(block, legacy=encoding) for block in found] if encoding else found


def _lines(runs: list[_Run]) -> list[list[State]]:
    """What the visible runs of each line look like."""
    lines: list[list[State]] = [[]]
    for run in runs:
        if run.text == "\n":
            lines.append([])
        elif run.text.strip():
            lines[-1].append(run.state)
    return lines


_Line = tuple[str, list[State]]


def _parts(texts: list[str], looks: list[list[State]]) -> Iterator[list[_Line]]:
    """The lines of each paragraph: a blank line parts them, and so does a unit of its own."""
    texts = [SPACE.sub(" ", text).strip(" ") for text in texts]
    single = any(opens("", text) for text in texts[1:])
    part: list[_Line] = []
    for text, look in zip(texts, looks, strict=True):
        blank = not text.strip()
        if part and (single or blank):
            yield part
            part = []
        if not blank:
            part.append((text, look))
    if part:
        yield part


def _block(lines: list[_Line]) -> Block:
    seen = [state for _, look in lines for state in look]
    first = seen[0] if seen else State()
    return Block(
        text="\n".join(text for text, _ in lines).strip(),
        style=first.style,
        bold=bool(seen) and all(state.bold for state in seen),
        centered=first.centered,
    )
