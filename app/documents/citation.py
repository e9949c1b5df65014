"""How Vietnamese law cites a place: from small to large, "điểm a khoản 2 Điều 6"."""

from __future__ import annotations

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
