"""The same words typed otherwise: without accents, decomposed, raw Telex, raw VNI."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

TONES = {"\u0300": ("f", "2"), "\u0301": ("s", "1"), "\u0309": ("r", "3"), "\u0303": ("x", "4")}
TONES |= {"\u0323": ("j", "5")}
VOWELS = {
    "â": ("aa", "a6"),
    "ê": ("ee", "e6"),
    "ô": ("oo", "o6"),
    "ă": ("aw", "a8"),
    "ơ": ("ow", "o7"),
    "ư": ("uw", "u7"),
    "đ": ("dd", "d9"),
}
TELEX, VNI = 0, 1


def stripped(text: str) -> str:
    """The text with every mark taken off."""
    bare = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in bare if not unicodedata.combining(c))


def half_stripped(text: str) -> str:
    """Every second word without its marks."""
    words = text.split(" ")
    return " ".join(stripped(word) if n % 2 else word for n, word in enumerate(words))


def decomposed(text: str) -> str:
    """The text in NFD."""
    return unicodedata.normalize("NFD", text)


def moved(text: str) -> str:
    """The tone of oa, oe, uy on the other vowel, as the old or the new way of writing has it."""
    return re.sub(r"(?<![qQ])([ou])([\u00e0-\u1ef9])(?!\w)", _moved, text)


def _moved(match: re.Match[str]) -> str:
    apart = unicodedata.normalize("NFD", match[2])
    if len(apart) != 2 or apart[1] not in TONES or match[1] + apart[0] not in {"oa", "oe", "uy"}:
        return match[0]
    return unicodedata.normalize("NFC", match[1] + apart[1]) + apart[0]


def _raw(text: str, way: int) -> str:
    return " ".join(_keys(word, way) for word in unicodedata.normalize("NFC", text).split(" "))


def _keys(word: str, way: int) -> str:
    tones = "".join(TONES[c][way] for c in unicodedata.normalize("NFD", word) if c in TONES)
    apart = "".join(c for c in unicodedata.normalize("NFD", word) if c not in TONES)
    bare = unicodedata.normalize("NFC", apart)
    letters = re.match(r"\w*", bare)
    end = letters.end() if letters else 0
    typed = "".join(VOWELS[c.lower()][way] if c.lower() in VOWELS else c for c in bare[:end])
    return typed + tones + bare[end:]


def telex(text: str) -> str:
    """The keys that Telex takes, as they stand when it is off: tones at the end of the word."""
    return _raw(text, TELEX)


def vni(text: str) -> str:
    """The keys that VNI takes, as they stand when it is off."""
    return _raw(text, VNI)


VARIANTS: dict[str, Callable[[str], str]] = {
    "without accents": stripped,
    "half without": half_stripped,
    "NFD": decomposed,
    "tone on the other vowel": moved,
    "Telex, raw": telex,
    "VNI, raw": vni,
}
