"""Numbers as laws write them: digits, Roman letters, words."""

import re

from app.kit.text import fold

ORDINALS = {
    "nhất": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "mười ba": 13,
    "mười bốn": 14, "mười lăm": 15, "mười sáu": 16, "mười bảy": 17, "mười tám": 18,
    "mười chín": 19, "hai mươi": 20,
}  # fmt: skip
ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
ONES = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _words() -> dict[str, int]:
    found = {word: n for n, word in enumerate(ONES, 1)} | {"mười": 10}
    for tens, ten in enumerate(("", *ONES[1:])):
        first = f"{ten} mươi" if ten else "mười"
        found |= {first: 10 * (tens + 1)}
        for n, one in enumerate(ONES, 1):
            others = {1: ("mốt",), 4: ("tư",), 5: ("lăm", "nhăm"), 7: ("bẩy",)}.get(n, ())
            found |= {f"{first} {word}": 10 * (tens + 1) + n for word in (one, *others)}
    return found | ORDINALS | {"một trăm": 100}


WORDS = _words()  # to a hundred, with their marks
SPOKEN = {fold(word): n for word, n in WORDS.items()}


def counted(number: str) -> int | None:
    """The value of "12", "IV" or "thứ nhất"; None for anything else."""
    plain = re.sub(r"^thứ\s+", "", number.casefold())
    if plain.isdecimal():
        return int(plain)
    if plain in ORDINALS:
        return ORDINALS[plain]
    if not plain or set(plain) - set(ROMAN):
        return None
    values = [ROMAN[letter] for letter in plain]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def in_digits(number: str) -> str:
    """The number in digits where it can be counted, else as it is ("51a")."""
    value = counted(number)
    return number if value is None else str(value)


def whole(number: str) -> int:
    """The count a number begins with: 51 of "51a"; 0 where it begins with none."""
    digits = re.match(r"\d+", number)
    return int(digits[0]) if digits else 0


def spoken(number: str, *, alone: bool = True) -> int | None:
    """The value of a number in words, with or without marks; None for anything else.

    One word without its marks is too much else ("sau" is after, "muoi" is salt), so it is known
    only as it is written, and only where `alone` says that a number must stand there.
    """
    words = " ".join(number.casefold().split())
    if " " in words:
        return SPOKEN.get(fold(words))
    return WORDS.get(words) if alone else None
