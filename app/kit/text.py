"""Text as people type and paste it, made safe to store, compare and put in an address."""

import re
import unicodedata
from collections.abc import Iterable

MAX_MARKS = 4  # Vietnamese needs two, pointed Hebrew three; more is an attack on the line height
MARKS = frozenset({"Mn", "Me"})  # Unicode categories of what sits on another character
PART = 0x200B  # the invisible mark between words that are written together
MAX_KNOWN = 20_000  # characters whose folding is kept: every language here, not every emoji


def character_class(codepoints: Iterable[int]) -> str:
    """Return the inside of a regular expression class that matches exactly these code points."""
    ranges: list[list[int]] = []
    for point in sorted(codepoints):
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(rf"\u{first:04x}-\u{last:04x}" for first, last in ranges)


# Within the basic plane only: beyond it the regular expression falls off its fast path.
_piling = character_class(
    point for point in range(0x300, 0x10000) if unicodedata.category(chr(point)) in MARKS
)

_breaks = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_spaces = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_unwanted = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u00ad\u180e\u2060-\u2064\ufeff"  # invisible, left behind by word processors
    "\u2800\u3164\uffa0"  # blanks that count as letters or signs: a text of them says nothing
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction overrides: they forge what is read
    "\ud800-\udfff"  # halves of a character: no database or file can hold them
    "\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff"  # not characters, or refused by XML
    "\U000e0000-\U000e007f"  # tags: hidden text
    "]"
)
# A joiner is part of an emoji or of an Indic or Persian word; in Latin text it only hides.
_not_joined = "\x00-\u036f\u1e00-\u1eff\u2000-\u206f"
_stray_joiner = re.compile(
    f"(?<![^{_not_joined}])[\u200c\u200d]|[\u200c\u200d](?![^{_not_joined}])"
)
# Thai, Lao, Tibetan, Burmese, Khmer and their kin write words without spaces: it parts them and
# lines there, once, and hides in any other text.
_unspaced = "\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
_stray_part = re.compile(
    f"(?<![{_unspaced}\u200b])\u200b+|\u200b+(?![{_unspaced}\u200b])|\u200b(?=\u200b)"
)
_piled_marks = re.compile(f"([{_piling}]{{{MAX_MARKS}}})[{_piling}]+")
# Đ has two look-alikes, Icelandic and African; the others are letters that have no mark to lose.
_strokes = str.maketrans("đðɖøł", "dddol") | {0xDF: "ss", 0xE6: "ae", 0x153: "oe"}


class _Folded(dict[int, str]):
    """What each character folds to, worked out the first time it is met."""

    def __missing__(self, point: int) -> str:
        folded = "" if point == PART else chr(point)
        for _ in range(2):  # lower case can carry marks of its own: İ
            folded = unicodedata.normalize("NFKD", folded.lower())
            folded = "".join(c for c in folded if unicodedata.category(c) not in MARKS)
        folded = folded.lower().translate(_strokes)
        if (figure := unicodedata.decimal(chr(point), None)) is not None:
            folded = str(figure)
        if len(self) < MAX_KNOWN:
            self[point] = folded
        return folded


_folded = _Folded()
_slug_word = re.compile("[a-z0-9]+")


def clean(text: str) -> str:
    """Return `text` in NFC without anything invisible, forged or piled up; lines end in LF.

    Idempotent, and never raises on a string: the result can always be encoded as UTF-8.
    """
    while (cleaned := _cleaned_once(text)) != text:
        text = cleaned  # what was removed may have kept two characters from composing
    return text


def clean_line(text: str) -> str:
    """Return `text` cleaned and on one line, with single spaces and none at the ends."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """Return `text` in lower case, every mark taken off, đ as d, figures as ours: to compare."""
    return text.lower() if text.isascii() else text.translate(_folded)


def slugify(text: str, max_length: int = 80) -> str:
    """Return the words of `text` in ASCII kebab-case, cut at a word to `max_length` characters.

    Empty when the text has no Latin letter and no digit; the caller then picks a name.
    """
    words = _slug_word.findall(fold(text))
    slug = "-".join(words)
    if len(slug) <= max_length:
        return slug
    kept = slug[: max_length + 1].rpartition("-")[0]
    return kept or slug[:max_length]


def shorten(text: str, length: int) -> str:
    """Return `text` on one line, cut after a whole word to at most `length` characters and "…"."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    kept = line[: length + 1].rpartition(" ")[0] or line[:length]
    return kept.rstrip(" ,;:.") + "…"


def _cleaned_once(text: str) -> str:
    if not text.isascii():
        text = _spaces.sub(" ", text)
        text = _breaks.sub("\n", text)
        text = _unwanted.sub("", text)
        text = _stray_joiner.sub("", unicodedata.normalize("NFC", text))
        text = _stray_part.sub("", text)
        text = _piled_marks.sub(r"\1", text)
    else:
        text = _unwanted.sub("", _breaks.sub("\n", text))
    return "\n".join(line.rstrip(" \t") for line in text.split("\n"))
