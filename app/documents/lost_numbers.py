"""Articles whose number the file lost, given back where the rest of the text proves it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.documents.closing import signs
from app.documents.nodes import Doubt, DoubtCode, Kind
from app.documents.numerals import whole
from app.documents.units import ANNEX, Line, Recogniser, capitals, ends_sentence

LONGEST = 200
NUMBERED = re.compile(r"([ĐÐ](?:iều|IỀU)\s*)\d+")
# "khoản 1 và khoản 2 Điều 33 của Luật này"
REFERENCE = re.compile(
    r"[Kk]hoản\s(?P<clause>\d{1,2})\s[ĐÐ]iều\s(?P<article>\d{1,4})\s(?:của\s)?"
    r"(?:Luật|Bộ luật|Pháp lệnh|Nghị định|Nghị quyết|Thông tư|Quyết định|Quy định|Quy chế)\snày"
)
# What a law, and no plan or report, says of itself.
ITSELF = re.compile(
    r"(?:[ĐÐ]iều|Luật|Pháp lệnh|Nghị định|Nghị quyết|Thông tư|Quyết định|Quy định|Quy chế) này\b"
)
LEAST_COUNTED_ANEW = 2  # bold headings of one list under which clauses begin at 1
LEAST = 3  # references that fit only then, before automatic numbers are touched
CLEARLY = 5
MOST = 5  # numbers lost in one text; with more, the file is beyond repair by rule


@dataclass
class _Article:
    """An article: where it stands, its number, whether Word counted it, its clauses, and before the
    next article the headings without a number: those bold as it is, and those that only read so."""

    at: int
    number: int
    automatic: bool
    bold: bool
    clauses: set[int] = field(default_factory=set)
    suspects: list[int] = field(default_factory=list)
    unmarked: list[int] = field(default_factory=list)


def restored(
    lines: list[Line], quoted: set[int], find: Recogniser
) -> tuple[list[Line], list[Doubt]]:
    """The lines with the articles that lost their number numbered again, and a doubt for each.

    A heading without a number between Điều 7 and Điều 9 is Điều 8. Automatic numbers close such a
    gap themselves: there the references within the text decide, and where at least three of them
    find their clause only with the following numbers raised by one, those are raised. What looks
    like such a heading and is left as it stands gets a doubt too: in a text without bold letters
    each line between clauses that end and clauses that begin at 1 again.
    """
    told = list(lines)
    doubts: list[Doubt] = []
    for text in _texts(_articles(lines, quoted, find)):
        for n in [n for n, article in enumerate(text[:-1]) if len(article.suspects) == 1][:MOST]:
            doubts += _supplied(told, quoted, text, n)
        left = [at for one in text for at in one.suspects + one.unmarked if told[at] is lines[at]]
        doubts += [_lost(lines[at]) for at in left]
    return told, doubts


def counted_only(lines: list[Line], find: Recogniser) -> bool:
    """True where the articles of a law have become items of lists: "1." is all that is left of
    "Điều 1.", so that bold numbered headings stand above clauses that begin at 1 again."""
    if find.has_articles or not any(ITSELF.search(line.text) for line in lines):
        return False
    anew = 0
    headed = False
    for line in lines:
        item = find.item(line)
        if item is None or item.kind is not Kind.CLAUSE:
            continue
        if line.automatic and line.bold and not ends_sentence(line.text):
            headed = True
        else:
            anew += headed and item.number == "1"
            headed = False
    return anew >= LEAST_COUNTED_ANEW


def _lost(line: Line) -> Doubt:
    return Doubt(DoubtCode.LOST_NUMBER, line.line, {"text": line.text})


def _articles(lines: list[Line], quoted: set[int], find: Recogniser) -> list[_Article]:
    found: list[_Article] = []
    ended = False
    for at, line in enumerate(lines):
        if at in quoted or line.rows:
            continue
        opening = find.article(line)
        if opening:
            found.append(_Article(at, whole(opening.number), line.automatic, line.bold))
        ended = not opening and (ended or signs(line))
        if found and not opening and not ended:
            item = find.item(line)
            if item and item.kind is Kind.CLAUSE:
                found[-1].clauses.add(whole(item.number))
            elif _heads(lines, at, found[-1], find):
                if found[-1].bold and line.bold:
                    found[-1].suspects.append(at)
                elif found[-1].clauses and _begins_anew(lines, at, find):
                    found[-1].unmarked.append(at)
    return found


def _heads(lines: list[Line], at: int, article: _Article, find: Recogniser) -> bool:
    """True where a line may be the heading of an article whose number is not there."""
    line = lines[at]
    if line.centered or line.soft or at == article.at + 1:
        return False
    if find.opening(line) or find.item(line) or not line.text[0].isupper():
        return False
    if ends_sentence(line.text) or capitals(line.text) or len(line.text) > LONGEST:
        return False
    if ANNEX.match(line.text) or at + 1 == len(lines):
        return False
    return not lines[at + 1].stands_out and not lines[at + 1].rows


def _begins_anew(lines: list[Line], at: int, find: Recogniser) -> bool:
    """True where the clauses behind a line begin at 1, with one sentence before them at most."""
    for line in lines[at + 1 : at + 3]:
        item = find.item(line)
        if item is not None or find.opening(line):
            return item is not None and item.kind is Kind.CLAUSE and item.number == "1"
    return False


def _texts(articles: list[_Article]) -> Iterator[list[_Article]]:
    """The articles of each text with its own numbering: the law, a regulation attached to it."""
    text: list[_Article] = []
    for article in articles:
        if text and article.number <= text[-1].number:
            yield text
            text = []
        text.append(article)
    if text:
        yield text


def _supplied(told: list[Line], quoted: set[int], text: list[_Article], n: int) -> list[Doubt]:
    """Number the one suspect behind the `n`th article; says what was done, [] for nothing."""
    before, after, at = text[n], text[n + 1], text[n].suspects[0]
    number = before.number + 1
    doubts: list[Doubt] = []
    if after.number == number:
        if not after.automatic:
            return []
        gain = _gain(told, quoted, text, n)
        if gain < LEAST:
            return []
        for article in text[n + 1 :]:
            article.number += 1
            line = told[article.at]
            label = NUMBERED.sub(rf"\g<1>{article.number}", line.text, count=1)
            told[article.at] = replace(line, text=label)
        facts: dict[str, str | int] = {"kind": "article", "number": str(after.number)}
        doubts.append(Doubt(DoubtCode.NUMBERS_RAISED, told[after.at].line, facts | {"count": gain}))
    elif after.number != number + 1:
        return []
    line = told[at]
    facts = {"kind": "article", "number": str(number), "text": line.text}
    told[at] = replace(line, text=f"Điều {number}. {line.text}", automatic=True)
    return [Doubt(DoubtCode.SUPPLIED_NUMBER, line.line, facts), *doubts]


def _gain(lines: list[Line], quoted: set[int], text: list[_Article], n: int) -> int:
    """How many references find their clause only with all numbers behind the `n`th raised; 0
    where some find it only without."""
    nowhere: set[int] = set()
    clauses = defaultdict(lambda: nowhere, {a.number: a.clauses for a in text})
    raised = defaultdict(lambda: nowhere, {a.number + 1: a.clauses for a in text[n + 1 :]})
    only_raised = only_plain = 0
    for at in range(text[0].at, len(lines)):
        for reference in REFERENCE.finditer("" if at in quoted else lines[at].text):
            number, clause = int(reference["article"]), int(reference["clause"])
            if number > text[n].number + 1:
                fits, fits_raised = clause in clauses[number], clause in raised[number]
                only_raised += fits_raised and not fits
                only_plain += fits and not fits_raised
    return 0 if only_plain * CLEARLY > only_raised else only_raised
