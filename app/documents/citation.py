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


def _unit(part: str) -> str:
    for word in sorted(WORDS, key=len, reverse=True):
        if part.startswith(word + "-"):
            number = part[len(word) + 1 :].replace("dd", "đ")
            return f"{WORDS[word]} {number.upper() if word in ROMAN else number}"
    return WORDS.get(part, part)


@lru_cache(maxsize=20_000)
def citation(anchor: str) -> str:
    """The citation of an anchor: `dieu-6.khoan-2.diem-dd` is "điểm đ khoản 2 Điều 6"."""
    return " ".join(_unit(part) for part in reversed(anchor.split("."))) if anchor else ""
