"""How Vietnamese law cites a place: from small to large, "điểm a khoản 2 Điều 6"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The words of the citation are the law's own, in every language of the interface.
WORDS = {
    "phan": "Phần",
    "chuong": "Chương",
    "muc": "Mục",
    "tieu-muc": "Tiểu mục",
    "dieu": "Điều",
    "khoan": "khoản",
    "diem": "điểm",
    "phu-luc": "Phụ lục",
    "mau": "Mẫu",
    "bang": "bảng",
}
ROMAN = frozenset({"phan", "chuong", "phu-luc"})
MAX_ROMAN = 100
NUMERALS = (
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def _unit(part: str) -> str:
    for word in sorted(WORDS, key=len, reverse=True):
        if part.startswith(word + "-"):
            number = part[len(word) + 1 :].replace("dd", "đ")
            return f"{WORDS[word]} {_roman(number) if word in ROMAN else number}"
    return WORDS.get(part, part)


def _roman(number: str) -> str:
    """Parts, chapters and annexes are counted in Roman numerals, whatever the anchor holds."""
    if not number.isdecimal() or not 0 < int(number) < MAX_ROMAN:
        return number.upper()
    left, signs = int(number), ""
    for value, sign in NUMERALS:
        signs += sign * (left // value)
        left %= value
    return signs


@lru_cache(maxsize=20_000)
def citation(anchor: str) -> str:
    """The citation of an anchor: `dieu-6.khoan-2.diem-dd` is "điểm đ khoản 2 Điều 6"."""
    return " ".join(_unit(part) for part in reversed(anchor.split("."))) if anchor else ""


CITED = re.compile(
    r"(?:điểm\s++(?P<point>[a-zđ]\d{0,2})\s*+[,)]?\s*+)?"
    r"(?:khoản\s++(?P<clause>\d{1,3}[a-zđ]?\d?)\s*+,?\s*+)?"
    r"(?P<word>điều|phụ lục|mẫu)\s++(?:số\s++)?(?P<number>\d{1,4}(?:[a-zđ]\d?)?|[ivxlc]+)\b",
    re.IGNORECASE,
)
ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def anchor_of(text: str) -> str:
    """The anchor of the first provision that the text cites: "khoản 2 Điều 6" is `dieu-6.khoan-2`.

    The inverse of `citation` for articles, clauses and points, annexes and forms; "" for none.
    """
    found = CITED.search(unicodedata.normalize("NFC", text))
    if found is None:
        return ""
    word = {"điều": "dieu", "phụ lục": "phu-luc", "mẫu": "mau"}[found["word"].lower()]
    number = found["number"].lower()
    if word == "dieu":
        if not number[0].isdigit():
            return ""
        parts = [f"dieu-{_plain(number)}"]
        parts += [f"khoan-{_plain(found['clause'])}"] if found["clause"] else []
        parts += [f"diem-{_plain(found['point'])}"] if found["point"] else []
        return ".".join(parts)
    return f"{word}-{number if number[0].isdigit() else _arabic(number)}".replace("-0", "-")


def _plain(number: str) -> str:
    return number.lower().replace("đ", "dd")


def _arabic(roman: str) -> int:
    values = [ROMAN_DIGITS[letter] for letter in roman]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))
