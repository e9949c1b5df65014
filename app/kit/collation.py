"""The order of names: by the Vietnamese alphabet, or loosely for other languages."""

import re
import unicodedata
from functools import lru_cache

from app.kit.text import clean_line, fold

# CLDR's order for Vietnamese (vi.xml): ă and â follow a, đ follows d, and so on; a tone is weighed
# only where the letters of two names are all alike.
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_rank = {letter: n for n, letter in enumerate(LETTERS)}
# level, falling, hook, tilde, rising, dot below: as dictionaries have them
_tones = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_shapes = {"\u0306", "\u0302", "\u031b"}
FIGURES = 100  # of one number: Python reads no number of thousands
_piece = re.compile(r"\d+|\D")

Key = tuple[tuple[tuple[int, int, str], ...], tuple[int, ...], str]


@lru_cache(maxsize=20_000)
def vietnamese(name: str) -> Key:
    """Return what puts `name` in its place among Vietnamese names.

    Letters first, then tones, then capitals; numbers by their size, so that "Phường 2" stands
    before "Phường 10"; spaces before letters, so that a short name stands before its longer one.
    """
    line = clean_line(name)
    letters: list[tuple[int, int, str]] = []
    tones: list[int] = []
    for piece in _piece.findall(line):
        if piece.isdecimal():
            letters.append((1, int(piece[:FIGURES]), ""))
        else:
            _letter(piece, letters, tones)
    return tuple(letters), tuple(tones), line.swapcase()


def _letter(sign: str, letters: list[tuple[int, int, str]], tones: list[int]) -> None:
    if sign.isspace():
        letters.append((0, 0, ""))
        return
    marks = unicodedata.normalize("NFD", sign.lower())
    shaped = "".join(mark for mark in marks if mark not in _tones)
    letter = unicodedata.normalize("NFC", shaped)
    if letter in _rank:
        letters.append((2, _rank[letter], ""))
        tones.append(next((_tones[mark] for mark in marks if mark in _tones), 0))
    else:
        # another alphabet's letter or a sign: é as e would be, the rest after z
        loose = fold(sign)
        letters.append((2, _rank[loose], sign) if loose in _rank else (3, 0, loose))


def person(name: str) -> tuple[Key, Key]:
    """Return what puts a person in their place: by the given name, the last word, then by all."""
    return vietnamese(name.strip().rpartition(" ")[2]), vietnamese(name)


@lru_cache(maxsize=20_000)
def loosely(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Return what puts `name` in its place in a list of another language than Vietnamese."""
    line = clean_line(name)
    pieces = re.findall(r"\d+|\D+", fold(line))
    found = tuple((0, int(one[:FIGURES]), "") if one.isdecimal() else (1, 0, one) for one in pieces)
    return found, line
