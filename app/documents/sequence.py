"""Which lines open an article after all, or do not, by the numbers before and behind them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.documents.numerals import whole
from app.documents.units import LOOSE, Line, Recogniser, ends_sentence

MISREAD = str.maketrans("IlOo|", "11001")
# "Điều 6 Luật Đất đai", "Điều 6, Điều 7 …": a unit of some text that is only spoken of.
MENTIONED = re.compile(
    r"(?:[ĐÐ]iều|[Kk]hoản|Luật|Bộ luật|Pháp lệnh|Hiến pháp|Nghị|Thông tư|Quyết định|Quy|Công ước)\b"
)
# What a line ends with when its sentence goes on in the next: "… quy định tại" / "Điều 5.".
CUT_OFF = re.compile(r".*\b(?:tại|theo|và|của|hoặc|với|định|các|đến|trong|là|do|từ|,)")


@dataclass(frozen=True)
class _Sign:
    """A line that may open the article `number`; `sure` where it looks so by itself."""

    at: int
    number: int
    sure: bool
    marked: bool


def settled(lines: list[Line], quoted: set[int], find: Recogniser) -> list[Line]:
    """The lines, each that only its neighbours explain told what it is.

    A mistyped or misread heading ("Điêu 6.", "Điều 7)", "Điều l2.") opens the article that is
    missing there; the end of a broken sentence that happens to begin with "Điều 5." opens none.
    """
    signs = list(_signs(lines, quoted, find))
    # the number of the next sure sign behind each sign
    coming = [0] * len(signs)
    for n in range(len(signs) - 2, -1, -1):
        coming[n] = signs[n + 1].number if signs[n + 1].sure else coming[n + 1]
    told = list(lines)
    last = 0
    for sign, following in zip(signs, coming, strict=True):
        due = sign.number == last + 1
        if sign.sure:
            if following == last + 1 and _cut_off(lines, sign.at):
                told[sign.at] = replace(lines[sign.at], only_words=True)
            else:
                last = sign.number
        elif due and (following > sign.number or (sign.marked and following <= 1)):
            told[sign.at] = replace(lines[sign.at], article=str(sign.number))
            last = sign.number
    return told


def _signs(lines: list[Line], quoted: set[int], find: Recogniser) -> Iterator[_Sign]:
    for at, line in enumerate(lines):
        if at in quoted or line.rows or line.only_words or line.text[:1] not in "ĐÐDđd":
            continue
        opening = find.article(line)
        if opening:
            yield _Sign(at, whole(opening.number), sure=True, marked=True)
            continue
        match = LOOSE.match(line.text)
        number = match["number"].translate(MISREAD) if match else ""
        if match and number.isdecimal() and _titled(line.text[match.end() :].strip()):
            yield _Sign(at, int(number), sure=False, marked="." in match["mark"])


def _titled(rest: str) -> bool:
    return not rest or (rest[0].isupper() and not MENTIONED.match(rest))


def _cut_off(lines: list[Line], at: int) -> bool:
    if not at or lines[at].stands_out or lines[at - 1].rows:
        return False
    before = lines[at - 1].text
    return not ends_sentence(before.rstrip(",")) and bool(CUT_OFF.fullmatch(before))
