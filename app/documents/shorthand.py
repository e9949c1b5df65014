"""A place in a draft as a clerk in a hurry types it: "d12 k3", "12.3.b"."""

from __future__ import annotations

import re
import unicodedata

from app.documents.citation import anchor_of

WHOLE = re.compile(r"(?:dieu|phu-luc|mau|chuong|phan|muc)-[a-z0-9.-]+")
# words or their first letters, with and without marks; "đ" before a number is an article
PIECE = re.compile(
    r"""
    (?<![^\W\d_]) (?: (?:phụ\s*lục|phu\s*luc|pl) [\s.]* (?P<annex> \d{1,3}|[ivxlc]+)
    | (?:điều|dieu|đ|d) [\s.]* (?P<dieu> \d{1,4}(?:[a-zđ]\d?)?)
    | (?:khoản|khoan|k) [\s.]* (?P<khoan> \d{1,3}(?:[a-zđ]\d?)?)
    | (?:điểm|diem|p) [\s.]* (?P<diem> [a-zđ]\d{0,2})
    | (?:mẫu|mau) [\s.]* (?P<mau> \d{1,3})
    | (?P<bare> (?<!\w) (?: \d{1,4}(?:[a-zđ]\d?)? | [a-zđ]\d{0,2} )) ) (?![^\W_])
    """,
    re.VERBOSE,
)
ORDER = ("dieu", "khoan", "diem")


def typed_anchor(text: str) -> str:
    """The anchor that the text stands for: "12.3.b" is `dieu-12.khoan-3.diem-b`; "" for none.

    Numbers without a word are an article, its clause and its point, in that order. Whether the
    draft has such a place is not asked.
    """
    text = unicodedata.normalize("NFC", text).strip().lower()
    if WHOLE.fullmatch(text):
        return text
    found: dict[str, str] = {}
    bare: list[str] = []
    for piece in PIECE.finditer(text):
        kind = piece.lastgroup or ""
        number = piece[kind]
        if kind == "bare":
            bare.append(number)
        elif found.setdefault(kind, number) != number:
            return ""
    return "" if PIECE.sub("", text).strip(" .,;/:()-") else _built(found, bare)


def _built(found: dict[str, str], bare: list[str]) -> str:
    if found.keys() & {"annex", "mau"}:
        (kind, number), *more = found.items()
        alone = not (more or bare)
        return anchor_of(f"{'Phụ lục' if kind == 'annex' else 'Mẫu'} {number}") if alone else ""
    for number in bare:
        # a letter alone is a point, also of an article without clauses
        free = "diem" if number[0].isalpha() else next((n for n in ORDER[:2] if n not in found), "")
        if not free or free in found:
            return ""
        found[free] = number
    if "dieu" not in found:
        return ""
    return ".".join(f"{name}-{found[name].replace('đ', 'dd')}" for name in ORDER if name in found)
