"""Numbers as laws write them: digits, Roman letters, words."""

import re

ORDINALS = {
    "nhất": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "mười ba": 13,
    "mười bốn": 14, "mười lăm": 15, "mười sáu": 16, "mười bảy": 17, "mười tám": 18,
    "mười chín": 19, "hai mươi": 20,
}  # fmt: skip
ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


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
