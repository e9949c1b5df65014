"""Vietnamese text as syllables: where each stands, and the keys under which it is found."""

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import lru_cache
from typing import NamedTuple

from app.kit.scripts import GAP, MARK, SIGN, SIGNS, is_sign, stemmed
from app.kit.text import fold

KEY_LENGTH = 64  # characters of a key: nobody searches for the rest of an unbroken string


class Token(NamedTuple):
    """One syllable, word or number of a text: `text[start:end]`, and its two keys."""

    start: int
    end: int
    exact: str
    folded: str

    @property
    def is_number_of_document(self) -> bool:
        """Whether this is the whole of a number such as 15/2020/NĐ-CP; its parts follow it."""
        return "/" in self.folded


LETTER = rf"[^\W_{SIGNS}]"  # or figure, of a script that parts its words
_word = rf"{LETTER}+(?:{MARK}+{LETTER}*)*"
_sound = rf"[^\W_]{MARK}{{0,4}}"  # a letter or figure, with as many marks as any language writes
_part = rf"(?:{_sound}){{1,12}}"  # bounded here and below, or a long run of dashes costs its square
_number = (
    rf"(?<![^\W_])(?<!{MARK})\d(?:{_sound}){{0,11}}(?:-{_part}){{0,3}}"
    rf"(?:/{_part}(?:-{_part}){{0,3}}){{1,3}}"
)
_token = re.compile(rf"{_number}|{_word}|{SIGN}")
_plain = re.compile(rf"{_word}|{SIGN}")

# Grave, acute, hook above, tilde, dot below: the tones. Other marks make another vowel.
_tones = {0x300: "1", 0x301: "2", 0x309: "3", 0x303: "4", 0x323: "5"}
_toneless = dict.fromkeys(_tones)
# The figures of every script are read as ours.
_figures = {
    point: str(value)
    for point in range(0x80, 0x10000)
    if (value := unicodedata.decimal(chr(point), None)) is not None
}
_open_y = re.compile("(?<=[bcdghklmnpqrstvx])y$")


def tokens(text: str) -> list[Token]:
    """Return what can be searched for in `text`, in order, with offsets into `text` as given.

    A number of a document comes whole, then again in parts. The signs of a script that does not
    part its words, or whose words grow together, stand alone: Chinese, Japanese and Korean
    characters, Thai, Lao, Khmer and Burmese letters with what hangs on them.
    """
    found: list[Token] = []
    for match in _token.finditer(text):
        start, end = match.span()
        word = match[0]
        found.append(Token(start, end, *keys(word)))
        if "/" in word:
            found += (
                Token(start + part.start(), start + part.end(), *keys(part[0]))
                for part in _plain.finditer(word)
            )
    return found


def tokens_among(text: str, folded: Container[str]) -> list[tuple[int, Token]]:
    """Return those of `tokens(text)` with such a folded key, each with its position among them.

    A long text holds few of the words that somebody asked for: the others cost no object here.
    """
    found: list[tuple[int, Token]] = []
    position = 0
    for match in _token.finditer(text):
        word = match[0]
        if "/" in word:
            inside = tokens(word)
            start = match.start()
            found += (
                (position + n, Token(start + part.start, start + part.end, part.exact, part.folded))
                for n, part in enumerate(inside)
                if part.folded in folded
            )
            position += len(inside)
            continue
        exact, plain = keys(word)
        if plain in folded:
            found.append((position, Token(*match.span(), exact, plain)))
        position += 1
    return found


@lru_cache(maxsize=32_768)
def keys(word: str) -> tuple[str, str]:
    """Return the exact and the folded key of one word.

    The exact key keeps the vowel and moves the tone to a digit at the end, so that hoà, hòa and
    its decomposed form agree and hoa differs. The folded key drops every mark, and writes the y
    of an open syllable as i, so that lý and lí agree, and the ending off a Russian word. A sign
    has one key: its marks are its vowels.
    """
    if is_sign(word):
        sign = unicodedata.normalize("NFKC", word)[:KEY_LENGTH]
        return sign, sign
    if not word.isascii():
        word = word.translate(_figures)
    decomposed = unicodedata.normalize("NFD", word.lower())
    tone = "".join(digit for mark, digit in _tones.items() if chr(mark) in decomposed)
    exact = unicodedata.normalize("NFC", decomposed.translate(_toneless))
    folded = _open_y.sub("i", fold(word))
    if "а" <= folded[:1] <= "я":
        folded = stemmed(folded)
    return exact[:KEY_LENGTH] + tone, folded[:KEY_LENGTH]


def are_joined(text: str, before: Token, after: Token) -> bool:
    """Return whether two neighbours in `text` are signs of one run, with no gap that is seen."""
    return bool(
        is_sign(text, before.start)
        and is_sign(text, after.start)
        and not text[before.end : after.start].strip(GAP)
    )


def pairs(found: list[Token]) -> Iterator[str]:
    """Yield the folded key of every two neighbours, which stands in for a dictionary of words."""
    before = ""
    for token in found:
        if token.is_number_of_document:
            continue
        if before:
            yield f"{before} {token.folded}"
        before = token.folded
