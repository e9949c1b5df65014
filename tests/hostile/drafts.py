"""Texts in old encodings, with forged or invisible characters, or numbered wrongly."""

from __future__ import annotations

import unicodedata

from tests.hostile.case import LAW, Hostile

NAME = "du-thao.txt"
FINE = ("1", "2")
TONES = "\u0300\u0309\u0303\u0301\u0323"
# What the two fonts most used before Unicode show as Vietnamese.
TCVN3 = (
    "§iÒu 1. Ph¹m vi ®iÒu chØnh\nNghÞ quyÕt nµy quy ®Þnh møc hç trî n\xadíc s¹ch cho hé gia ®×nh.\n"
    "§iÒu 2. HiÖu lùc thi hµnh\nNghÞ quyÕt nµy cã hiÖu lùc tõ ngµy ký.\n"
)
VNI = (
    "Ñieàu 1. Phaïm vi ñieàu chænh\nNghò quyeát naøy quy ñònh möùc hoã trôï nöôùc saïch cho hoä gia ñình.\n"
    "Ñieàu 2. Hieäu löïc thi haønh\nNghò quyeát naøy coù hieäu löïc töø ngaøy kyù.\n"
)
LIMITED = "Điều 1. Một\n{}\nĐiều 2. Hai\nhết.\n"


def case(name: str, text: str | bytes, refused: str = "", doubts: str = "", **outcome) -> Hostile:
    data = text.encode() if isinstance(text, str) else text
    expected = frozenset(doubts.split())
    return Hostile(f"text: {name}", lambda: data, refused, expected, filename=NAME, **outcome)


def articles(*numbers: int) -> str:
    return "".join(f"Điều {number}. Tên\nNội dung của điều.\n" for number in numbers)


def windows_1258(text: str) -> bytes:
    """The text as Windows wrote it before Unicode: vowels whole, tones behind them."""
    written = ""
    for letter in unicodedata.normalize("NFC", text):
        pieces = unicodedata.normalize("NFD", letter)
        vowel = "".join(piece for piece in pieces if piece not in TONES)
        written += unicodedata.normalize("NFC", vowel)
        written += "".join(piece for piece in pieces if piece in TONES)
    return written.encode("cp1258")


UNCLOSED = "Điều 1. Sửa đổi\n" + "“Điều 5. Mở mà không đóng\n" * 2_000
DRAFTS = (
    case("no article", "Một đoạn văn không có điều nào.\n", doubts="no_article", articles=()),
    case("numbers twice", articles(1, 2, 2, 3), doubts="number_repeated", articles=("1", "2", "2", "3")),
    case("numbers out of order", articles(1, 3, 2, 4), doubts="number_repeated", articles=("1", "3", "2", "4")),
    case("numbers with gaps", articles(1, 2, 5, 9), doubts="number_gap", articles=("1", "2", "5", "9")),
    case("a number of a thousand digits", f"Điều {'9' * 1000}. Tên\nx\n"),
    case("quotes never closed", UNCLOSED, doubts="unclosed_quote"),
    case("decomposed letters", unicodedata.normalize("NFD", LAW), articles=FINE),
    case("mixed forms", unicodedata.normalize("NFD", LAW[:90]) + LAW[90:], articles=FINE),
    case("zero width", LAW.replace("Điều", "Đ\u200bi\u2060ề\ufeffu"), articles=FINE),
    case("turned around", LAW.replace("Điều", "\u202eĐiều\u202c").replace("hỗ", "\u2067hỗ\u2069"), articles=FINE),
    case("look-alike letters", LAW.replace("Đ", "Ð"), articles=FINE),
    case("UTF-8 with its mark", LAW.encode("utf-8-sig"), articles=FINE),
    case("UTF-16", LAW.encode("utf-16"), articles=FINE),
    case("UTF-16, other end first", b"\xfe\xff" + LAW.encode("utf-16-be"), articles=FINE),
    case("UTF-16 without its mark", LAW.encode("utf-16-le"), articles=FINE),
    case("Windows-1258", windows_1258(LAW), doubts="converted", articles=FINE),
    case("TCVN3", TCVN3.encode("latin-1"), doubts="converted", articles=FINE),
    case("TCVN3 inside UTF-8", TCVN3, doubts="converted", articles=FINE),
    case("VNI", VNI.encode("latin-1"), doubts="converted", articles=FINE),
    case("VNI inside UTF-8", VNI, doubts="converted", articles=FINE),
    case("UTF-7", LAW.encode("utf-7"), doubts="no_article"),
    case("zero bytes", LAW.encode().replace(b" ", b"\0"), "wrong_type"),
    case("control characters", LAW.encode().replace(b" ", b"\x01\x02"), "wrong_type"),
    case("halves of characters", LAW.encode() + b"\xed\xa0\x80 x\n"),
    case("cut in a letter", LAW.encode()[:-2] + "ề".encode()[:1]),
    case("100,000 lines", LIMITED.format("dòng\n" * 100_000), "too_many_entries"),
    case("a line of 10 MB", LIMITED.format("chữ " * 2_000_000), "too_long"),
    case("a word of 1 MB", LIMITED.format("a" * 1_000_000), articles=FINE),
    case("one byte", b"x", doubts="no_article"),
    case("blank", b" \n\n \t\n", doubts="no_article"),
    case("empty", b"", "empty"),
)  # fmt: skip
