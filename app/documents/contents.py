"""Tables of contents: they repeat every title of a document and are none of its units."""

import re
import string
from collections.abc import Iterator
from dataclasses import replace

from app.documents.nodes import Doubt, DoubtCode, Kind
from app.documents.units import Line, Opening, Recogniser

NAMED = re.compile(r"MỤC LỤC\W*")
# Leaders before the number of a page: "......... 12", a tab and "12".
LEADERS = f"{string.whitespace}\xa0.…_·-"
FEWEST = 3
SEARCHED = 20  # a file may repeat one number ten thousand times
TALL = 2  # lines at most that a title of the table runs on


def without_contents(lines: list[Line], find: Recogniser) -> tuple[list[Line], list[Doubt]]:
    """The lines with every table of contents marked as mere words, and a doubt for each.

    A run of at least three article titles without any text, each of which stands in the document
    once more, is such a table; so is what Word has set in its styles for one.
    """
    told = list(lines)
    doubts: list[Doubt] = []
    titles = _titles(lines, find)
    for run in _runs(lines, find):
        first, last = run[0][0], _last(lines, run[-1][0], find)
        named = any(NAMED.fullmatch(lines[i].text) for i in range(max(0, first - 3), first))
        if not _bare(lines, run, first, last, named):
            continue
        if all(_elsewhere(titles, at, opening, first, last) for at, opening in run):
            for at in range(first, last + 1):
                told[at] = replace(told[at], only_words=True)
            facts: dict[str, str | int] = {"count": len(run)}
            doubts.append(Doubt(DoubtCode.CONTENTS_SKIPPED, lines[first].line, facts))
    for at, line in enumerate(told):
        if line.style.casefold().startswith("toc") or NAMED.fullmatch(line.text):
            told[at] = replace(line, only_words=True)
    return told, doubts


def _titles(lines: list[Line], find: Recogniser) -> dict[str, list[tuple[int, str]]]:
    """Where each article number stands, with what follows it."""
    found: dict[str, list[tuple[int, str]]] = {}
    for at, line in enumerate(lines):
        opening = find.article(line)
        if opening:
            found.setdefault(opening.number, []).append((at, _plain(opening.rest)))
    return found


def _plain(title: str) -> str:
    return re.sub(r"\d{1,4}$", "", title.rstrip()).rstrip(LEADERS).casefold()


def _runs(lines: list[Line], find: Recogniser) -> Iterator[list[tuple[int, Opening]]]:
    """Stretches of titles one after the other, with at most a second line of a title between."""
    run: list[tuple[int, Opening]] = []
    for at, line in enumerate(lines):
        opening = find.opening(line)
        if opening is None:
            continue
        if run and at - run[-1][0] > TALL:
            yield run
            run = []
        if opening.kind is Kind.ARTICLE and opening.number == "1":
            # the chapter before a first article is the beginning of the text, not of its table
            articles = [n for n, (_, o) in enumerate(run) if o.kind is Kind.ARTICLE]
            if articles:
                yield run[: articles[-1] + 1]
                run = run[articles[-1] + 1 :]
        run.append((at, opening))
    if run:
        yield run


def _bare(
    lines: list[Line], run: list[tuple[int, Opening]], first: int, last: int, named: bool
) -> bool:
    """True where the run is titles and hardly anything else."""
    articles = sum(1 for _, opening in run if opening.kind is Kind.ARTICLE)
    opened = {at for at, _ in run}
    between = [at for at in range(first, last + 1) if at not in opened]
    texts = sum(1 for at in between if not re.search(r"\d$", lines[at].text))
    titles = sum(1 for _, o in run if o.kind is not Kind.ARTICLE and not o.rest)
    enough = articles >= FEWEST or (named and articles > 0)
    return enough and (named or texts <= titles + len(run) // 4)


def _elsewhere(
    titles: dict[str, list[tuple[int, str]]], at: int, opening: Opening, first: int, last: int
) -> bool:
    """True where the article opened at `at` stands once more outside the run."""
    own = _plain(opening.rest)
    return opening.kind is not Kind.ARTICLE or any(
        own and other and (other.startswith(own) or own.startswith(other))
        for place, other in titles[opening.number][:SEARCHED]
        if not first <= place <= last
    )


def _last(lines: list[Line], at: int, find: Recogniser) -> int:
    """The last line of the table that has its last title at `at`: the title may run on."""
    following = lines[at + 1] if at + 1 < len(lines) else None
    if following is None or following.rows or find.opening(following):
        return at
    paged = re.search(r"\d$", following.text) and not re.search(r"\d$", lines[at].text)
    return at + 1 if paged else at
