"""A place in a draft as people type it in a hurry: "d12 k3", "12.3.b", "Art. 12(3)(b)".

Words are known with or without their marks, in Vietnamese and English. Whether the draft has such
a place is asked elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.documents.anchors import slug
from app.documents.numerals import SPOKEN, counted, spoken
from app.kit.text import fold

READ = 1000  # characters: whoever types more asks for no place

WHOLE = re.compile(r"(?:dieu|phu-luc|mau|chuong|phan|muc)-[a-z0-9.-]+")
KINDS = {
    "phu-luc": r"phu\s{0,3}luc|pl|annex|appendix|schedule",
    "mau": r"(?:bieu\s{1,3})?mau|form",
    "phan": r"phan|part",
    "chuong": r"chuong|chapter|chap",
    "tieu-muc": r"tieu\s{0,3}muc|subsection",
    "muc": r"muc|section",
    "dieu": r"dieu|articles?|art|d",
    "khoan": r"khoan|clause|paragraph|para|k",
    "diem": r"diem|point|letter|p",
    "bang": r"bang|table",
}
SHORT = frozenset("dkp")
# the next unit may follow at once: "d12k3pb"; such a letter is then no part of the number
NEXT = r"[dk]\d|p[a-z](?![^\W_])"
END = rf"(?:(?![^\W_])|(?={NEXT}))"
LETTER = r"(?:dd|[a-z])"
FIGURES = rf"\d{{1,4}}(?:(?!{NEXT}){LETTER}\d?)?"
NUMBERS = {
    "dieu": FIGURES,
    "khoan": rf"\d{{1,3}}(?:(?!{NEXT}){LETTER}\d?)?",
    "diem": rf"{LETTER}\d{{0,2}}",
    "bang": r"\d{1,3}",
}
WORDS = "|".join(sorted(SPOKEN, key=len, reverse=True)).replace(" ", r"\s{1,3}")
COUNTED = rf"{FIGURES}|[ivxlc]{{1,7}}[a-z]?|[a-z]\d?"  # chapters and annexes: Roman, or a letter


def _unit(kind: str, words: str) -> str:
    group = kind.replace("-", "_")
    number = NUMBERS.get(kind, COUNTED)
    if kind not in ("diem", "bang"):
        number = rf"{number}|{WORDS}"
    before = r"[\s.-]{0,5}(?:(?:so|no|thu)[\s.]{1,3})?"
    return rf"(?P<{group}>{words}){before}(?P<{group}_n>{number}){END}"


UNITS = "|".join(f"(?:{_unit(kind, words)})" for kind, words in KINDS.items())
TOKEN = re.compile(
    rf"""(?: (?<![^\W_]) | (?<=\d)(?={NEXT}) )(?: {UNITS}
    | (?P<chain> \d{{1,4}}[a-z]?(?:[./-]\d{{1,2}}[a-z]?[./-]|\(\d{{1,2}}[a-z]?\)\()[a-z]\d?\)? )
      (?![^\W_]|[./-][^\W_])
    | (?P<bare> \d{{1,4}}(?:{LETTER}\d?)? | {LETTER}\d{{0,2}} ) (?![^\W_])
    | (?P<link> cua | thuoc | trong | tai | of | the | in ) (?![^\W_])
    | (?P<other> [^\W_]+ ))
    | (?P<gap> [\s.,;:/()–-]+ ) | (?P<sign> . )""",
    re.VERBOSE | re.DOTALL,
)
# what has figures and is no place: numbers of documents, dates, sums of money, shares
NO_PLACE = re.compile(
    r"(?<![^\W_])(?<![\d][.,/])(?:"
    r"\d{1,5}[a-z]?/(?:(?:19|20)\d\d(?![^\W_])(?:/[a-z0-9-]{1,40})?|[a-z]{2,10}-[a-z0-9-]{1,40})"
    r"|\d{1,9}(?:[./-]\d{1,9}){2,9}(?![./-]?[^\W_])|\d{1,9}(?:[.,]\d{1,9})?\s{0,2}%)"
)
GLUED = frozenset({"", ".", "/", "-", "(", ")(", ")", ".("})
# letters that are words: "y tế", "ô tô", "i-ốt"; and "q 1", "p 5" are places in a town
ALSO_WORDS = frozenset("aeiouy")
# numbers in words that are hardly anything else when nobody types marks; "phan bon" is manure
SURE = frozenset({"mot", "hai", "ba", "bon", "chin"})
SURE_OF = frozenset({"dieu", "khoan", "chuong"})
BARE_CLAUSE = re.compile(rf"[1-9]\d?(?:{LETTER}\d?)?")
ORDER = ("dieu", "khoan", "diem")
HOLDERS = ("phu-luc", "mau")
DIVISIONS = ("phan", "chuong", "muc", "tieu-muc")


@dataclass(frozen=True)
class Typed:
    """The anchor that was meant, "" for none, and the words beside it as they were typed."""

    anchor: str
    rest: str = ""


@dataclass(frozen=True)
class Piece:
    """A unit with its number, or a number alone (`kind` is "bare"), where it stands in the text."""

    kind: str
    number: str
    start: int
    end: int


def typed_anchor(text: str) -> str:
    """The anchor that the text stands for: "12.3.b" is `dieu-12.khoan-3.diem-b`; "" for none.

    Numbers without a word are an article, its clause and its point, in that order.
    """
    text = _plain(text)
    if WHOLE.fullmatch(text):
        return text
    pieces = _alone(text)
    return _built(pieces) if pieces else ""


def named_place(text: str) -> Typed:
    """The one place that a search names, and the other words: of a draft, or of anything.

    "khoản 3 điều 12 luật đất đai" is `dieu-12.khoan-3` and "luật đất đai". A number alone is a
    number; two places are none. Reads the first thousand characters.
    """
    text = text[:READ]
    plain = _plain(text)
    if WHOLE.fullmatch(plain):
        return Typed(plain)
    pieces = _alone(plain)
    if pieces:
        anchor = _built(pieces) if len(pieces) > 1 or pieces[0].kind != "bare" else ""
        return Typed(anchor, "" if anchor else plain)
    places = [(built, run) for run in _runs(plain) if (built := _built(run))]
    if len(places) != 1:
        return Typed("", plain)
    anchor, run = places[0]
    beside = (plain[: run[0].start], plain[run[-1].end :])
    return Typed(anchor, " ".join(" ".join(part.strip(" .,;:()-–/") for part in beside).split()))


def _plain(text: str) -> str:
    """The text in small letters, each still one character, so that folding keeps its place."""
    text = unicodedata.normalize("NFC", text).strip()
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _folded(text: str) -> str:
    folded = "".join(bare if len(bare := fold(letter)) == 1 else letter for letter in text)
    return NO_PLACE.sub(lambda found: "\0" * len(found[0]), folded)


def _alone(text: str) -> list[Piece]:
    """The pieces of a text that holds nothing else; none of any other."""
    pieces = []
    for found in TOKEN.finditer(_folded(text)):
        kind = _kind(found)
        if kind in ("gap", "link"):
            continue
        said = _pieces(found, text)
        if not said:
            return []
        pieces += said
    return pieces


def _runs(text: str) -> list[list[Piece]]:
    """The pieces that stand together among other words, where they can only be a place."""
    runs: list[list[Piece]] = [[]]
    between = ""
    for found in TOKEN.finditer(_folded(text)):
        kind = _kind(found)
        if kind in ("gap", "link"):
            between += found[0]
            continue
        pieces = _pieces(found, text)
        bare = kind == "bare"
        if pieces and not (_belongs(found, between, runs[-1]) if bare else _stands(found, kind)):
            pieces = []
        known = {piece.kind for piece in runs[-1]}
        if not pieces or kind == "chain" or (kind != "bare" and pieces[0].kind in known):
            runs.append([])
        runs[-1] += pieces
        between = ""
    return [run for run in runs if run]


def _kind(found: re.Match[str]) -> str:
    return (found.lastgroup or "").removesuffix("_n")


def _stands(found: re.Match[str], kind: str) -> bool:
    """Among words "d 12" is no article: a letter alone and a number stand for much else."""
    if kind == "chain" or found[kind] not in SHORT:
        return True
    gap = found.string[found.end(kind) : found.start(f"{kind}_n")]
    return not gap or "." in gap


def _belongs(found: re.Match[str], between: str, run: list[Piece]) -> bool:
    """Whether a number without a word goes on with the place before it: "Điều 12.3 b"."""
    number = found[0]
    if not run:
        return False
    if between in GLUED:
        return number[0].isalpha() or bool(BARE_CLAUSE.fullmatch(number))
    if not number.isalpha() or not between.isspace():
        return False
    after = found.string[found.end() :].lstrip()
    return not after or (number not in ALSO_WORDS and not after[0].isdigit())


def _pieces(found: re.Match[str], text: str) -> list[Piece]:
    """What a token says, its letters with their marks: "đ" is another point than "d"."""
    kind = _kind(found)
    start, end = found.span()
    if kind in ("other", "sign"):
        return []
    if kind == "chain":
        numbers = re.findall(r"[^\W_]+", text[start:end])
        return [Piece(name, n, start, end) for name, n in zip(ORDER, numbers, strict=True)]
    if kind == "bare":
        return [Piece(kind, text[start:end], start, end)]
    number = text[slice(*found.span(f"{kind}_n"))]
    folded = fold(" ".join(number.split()))
    if folded in SPOKEN:
        marked = not text[slice(*found.span(kind))].isascii()
        sure = "thu " in found[0] or (kind in SURE_OF and folded in SURE)
        value = SPOKEN[folded] if sure else spoken(number, alone=marked)
        if value is None:
            return []
        number = str(value)
    return [Piece(kind.replace("_", "-"), number, start, end)]


def _built(pieces: Iterable[Piece]) -> str:
    found: dict[str, str] = {}
    for piece in pieces:
        # a letter alone is a point, also of an article without clauses
        free = [name for name in ORDER[:2] if name not in found]
        kind = piece.kind
        if kind == "bare":
            kind = "diem" if piece.number[0].isalpha() else next(iter(free), "")
        if not kind or kind in found:
            return ""
        if piece.kind == "bare" and kind == "khoan" and not BARE_CLAUSE.fullmatch(piece.number):
            return ""
        found[kind] = piece.number
    return _joined(found)


def _joined(found: dict[str, str]) -> str:
    """The path of a provision, from the largest part that its anchor names."""
    if "dieu" in found:
        # articles are counted through a document, whatever chapter they stand in
        names = [*HOLDERS, *ORDER, "bang"]
    elif found.keys() & {*HOLDERS, *DIVISIONS}:
        names = [*HOLDERS, *DIVISIONS, *ORDER, "bang"]
        if found.keys() & {*ORDER, "bang"} and not found.keys() & {*HOLDERS}:
            return ""
    else:
        return ""
    numbers = {name: _number(name, found[name]) for name in names if name in found}
    # a sign such as a raised figure looks like a number and is none
    return (
        ".".join(f"{n}-{number}" for n, number in numbers.items()) if all(numbers.values()) else ""
    )


def _number(kind: str, number: str) -> str:
    """The number as anchors write it: chapters keep their Roman letters, annexes are counted."""
    letters = kind not in (*HOLDERS, "phan") and not number.isdecimal()
    value = None if letters else counted(number)
    return slug(number) if value is None else str(value)
