"""Numbers that mean one person: of an identity card, a telephone, a bank account."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from app.kit.text import fold
from app.moderation.screening.digits import LONGEST, Group, runs
from app.moderation.screening.seen import (
    AT_MOST,
    Seen,
    Span,
    accents_agree,
    either,
    vocabulary,
)

ID, PHONE, BANK = "id_number", "phone", "bank_account"
NEAR = 45  # characters between a number and the word that announces it
BEHIND = 25  # and where the word comes after

# Networks and areas of Vietnam's numbering plan; 1800 and 1900 are services, nobody's own.
_own = r"(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9\d)\d{7}|2\d{9}"
_phone = re.compile(rf"0(?:{_own})|(?:00)?84(?:0)?(?:{_own})")
_abroad = re.compile(r"[1-9]\d{7,14}")
_said_phone = re.compile(r"(?:0\d{8,10}|[1-9]\d{6,10})")
_service = re.compile(r"1[89]00\d{4,6}")
# the first figures of a twelve-figure number are the province of birth, 001 to 096
_id = re.compile(r"0(?:0[1-9]|[1-8]\d|9[0-6])[0-9]\d{8}")
_coded = re.compile(r"(?<![^\W_])(?:\d{2,4}[a-z]\d{6,12}|[a-z]{1,2}\d{7,13})(?![^\W_])")
_date = re.compile(r"\d{1,2}[-.]\d{1,2}[-.](?:19|20)\d\d(?!\d)")


class Cue(NamedTuple):
    """A word that says what the number near it is."""

    start: int
    end: int
    what: str


@cache
def _cues() -> tuple[re.Pattern[str], dict[str, str], frozenset[str]]:
    cues = vocabulary("personal")["cues"]
    kinds = {fold(word): what for what in (ID, PHONE, BANK) for word in cues[what]}
    typed = {word for what in (ID, PHONE, BANK) for word in cues[what]}
    pattern = re.compile(rf"(?<![^\W_])(?:{either(kinds)})(?![^\W\d_])")
    return pattern, kinds, frozenset(typed)


@cache
def _amount() -> tuple[re.Pattern[str], frozenset[str]]:
    units = frozenset(vocabulary("personal")["amounts"]["units"])
    pattern = rf"\s{{0,2}}(?:[%$€]|(?P<unit>{either(units)})(?![^\W_]))|[.,]\d|(?P<stroke>/[^\W_])"
    return re.compile(pattern), units


def cues(seen: Seen) -> list[Cue]:
    """The words of the text that announce a number, in order."""
    pattern, kinds, typed = _cues()
    found = []
    for match in pattern.finditer(seen.folded):
        if accents_agree(seen.typed(*match.span()), typed):
            found.append(Cue(*match.span(), kinds[" ".join(match[0].split())]))
    return found


def numbers(seen: Seen) -> Iterator[Span]:
    """Numbers of a person, whatever their figures are written with."""
    known = cues(seen)
    ends = [cue.end for cue in known]
    yield from _with_letters(seen, known, ends)
    many = 0
    for run in runs(seen):
        offsets = [0, *accumulate(len(group.figures) for group in run)]
        if offsets[-1] < 7:
            continue
        figures = "".join(group.figures for group in run)
        n = 0
        while n < len(run):
            if _dated(seen.folded, run[n:]):
                n += 3
                continue
            cue = _announced(seen.folded, known, ends, run[n].start)
            last, what = _best(seen, run, n, (figures, offsets), cue, known)
            if last:
                yield seen.span(_from(seen.folded, run[n].start), run[last - 1].end, what)
                many += 1
                if many == AT_MOST:
                    return
            n = last or n + 1


def _announced(folded: str, known: Sequence[Cue], ends: Sequence[int], start: int) -> Cue | None:
    """The nearest cue before a number, in the same line."""
    n = bisect_right(ends, start) - 1
    if n < 0 or start - known[n].end > NEAR or "\n" in folded[known[n].end : start]:
        return None
    return known[n]


def _best(
    seen: Seen,
    run: Sequence[Group],
    first: int,
    written: tuple[str, Sequence[int]],
    cue: Cue | None,
    known: Sequence[Cue],
) -> tuple[int, str]:
    """Where the longest number that begins with that group ends, and what it is; 0 for none."""
    figures, offsets = written
    begin = offsets[first]
    plus = seen.folded[max(0, run[first].start - 2) : run[first].start].strip("( ").endswith("+")
    head = figures[begin : begin + 4]
    likely = cue or plus or head[0] == "0" or head.startswith("84") or len(run[first].figures) == 9
    if not likely and not _followed(seen, known, run, first):
        return 0, ""
    longest = bisect_right(offsets, begin + LONGEST) - 1
    for last in range(longest, first, -1):
        number = figures[begin : offsets[last]]
        if len(number) < 7:
            break
        groups = run[first:last]
        after = _behind(known, groups[-1].end, seen.folded)
        what = _what(number, groups, cue, plus, after, seen.folded)
        if what and not _is_amount(seen, groups[-1].end, what, after):
            return last, what
    return 0, ""


def _what(
    number: str,
    groups: Sequence[Group],
    cue: Cue | None,
    plus: bool,
    after: Cue | None,
    folded: str,
) -> str:
    """What that number seems to be, "" for nothing that means a person."""
    said = cue.what if cue else ""
    if plus and _abroad.fullmatch(number):
        return PHONE
    if said == ID and len(number) in (9, 10, 12):
        return ID
    if _phone.fullmatch(number) and _even(groups):
        return PHONE
    if BANK in (said, after.what if after else "") and 8 <= len(number) <= LONGEST:
        return "" if _dated(folded, groups) else BANK
    if said == PHONE and _said_phone.fullmatch(number) and not _service.fullmatch(number):
        near = cue is not None and groups[0].start - cue.end <= NEAR // 3
        plain = len(number) >= 8 and (len(groups) <= 4 or any(group.spoken for group in groups))
        return PHONE if near and plain and not _dated(folded, groups) else ""
    sizes = [len(group.figures) for group in groups]
    if len(number) == 12 and _id.fullmatch(number) and (min(sizes) > 2 or max(sizes) == 1):
        return ID
    lone = len(groups) == 1 or (number[0] == "0" and sizes == [3, 3, 3])
    return ID if len(number) == 9 and lone else ""


def _even(groups: Sequence[Group]) -> bool:
    """Whether the groups look like one number and not like a row of small ones."""
    sizes = [len(group.figures) for group in groups]
    if len(groups) > 3 and max(sizes) == 2:  # 09 10 11 12 13 are days
        steps = [int(after.figures) - int(before.figures) for before, after in pairwise(groups)]
        return len(groups) == 5 and len(set(steps)) > 1
    return len(groups) <= 5 or max(sizes[1:]) == 1 or any(group.spoken for group in groups)


def _dated(folded: str, groups: Sequence[Group]) -> bool:
    return bool(_date.match(folded, groups[0].start, groups[-1].end))


def _is_amount(seen: Seen, end: int, what: str, after: Cue | None) -> bool:
    """Whether what follows makes it an amount, a decimal or the number of a document."""
    pattern, units = _amount()
    match = pattern.match(seen.folded, end)
    if match is None or (after and after.start <= end + 2):
        return False
    if match["unit"]:
        return accents_agree(seen.typed(*match.span("unit")), units)
    # two telephones have a stroke between them, a number of a document has it within
    return not (match["stroke"] and what == PHONE)


def _behind(known: Sequence[Cue], end: int, folded: str) -> Cue | None:
    """A bank that is named right after the number."""
    n = bisect_right(known, (end, 0, ""))
    for cue in known[n : n + 2]:
        if cue.start - end > BEHIND or "\n" in folded[end : cue.start]:
            return None
        if cue.what == BANK:
            return cue
    return None


def _followed(seen: Seen, known: Sequence[Cue], run: Sequence[Group], first: int) -> bool:
    return len(run) - first <= 8 and bool(_behind(known, run[-1].end, seen.folded))


def _with_letters(seen: Seen, known: Sequence[Cue], ends: Sequence[int]) -> Iterator[Span]:
    """Accounts and passports that have letters in them; only where they are announced."""
    for match in _coded.finditer(seen.folded):
        cue = _announced(seen.folded, known, ends, match.start())
        if cue and cue.what in (BANK, ID):
            yield seen.span(*match.span(), cue.what)


def _from(folded: str, start: int) -> int:
    """Where the number begins with its plus and bracket."""
    while start and folded[start - 1] in "+(":
        start -= 1
    return start
