"""Vietnamese typed with the input method switched off: the keys of Telex and VNI, read back."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from app.kit.spelling import is_syllable

SHORT_FORM = 8  # letters: what is longer and all in capitals is shouted, not shortened
LONGEST = 12  # letters and keys of one syllable: "nghieengs" has nine

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_TELEX_TONES = {"f": _GRAVE, "s": _ACUTE, "r": _HOOK, "x": _TILDE, "j": _DOT, "z": ""}
_VNI_TONES = {"2": _GRAVE, "1": _ACUTE, "3": _HOOK, "4": _TILDE, "5": _DOT, "0": ""}
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_marked = re.compile("[ăâêôơư]")
_vowel = re.compile("[aeiouy]")
_maybe_english = re.compile("(?:ee|oo)(?:[frsx]|ms)?$")  # trees, beer, too, roof, rooms
_no_english = re.compile(r"^dd|uw|\d")
_shape = re.compile(r"((?:gi(?=[aeou])|qu|[bcdghklmnpqrstvx]*))(.+)", re.DOTALL)
_syllable = re.compile(r"(gi(?=[aăâeêoôơuư])|qu|[^aăâeêioôơuưy]*)([aăâeêioôơuưy]+)(.*)", re.DOTALL)


class Typed(NamedTuple):
    """A syllable read from its keys, and whether they said more of it than its tone."""

    syllable: str
    is_sure: bool


def read(words: list[str]) -> list[str]:
    """Return the words with those that are keys of Telex or VNI read, if together they look so.

    English that happens to read as a syllable ("tax", "more trees") is left alone: some word must
    be nothing else, and few words beside may be no Vietnamese at all.
    """
    found = {word: typed for word in words if (typed := _typed(word.lower()))}
    if not found:
        return words
    foreign = sum(word not in found and _is_foreign(word) for word in words)
    sure = [word.lower() for word, typed in found.items() if typed.is_sure]
    sure = [word for word in sure if not _maybe_english.search(word)]
    certain = any(_has_tone(word) or _no_english.search(word) for word in sure)
    if foreign * 3 > len(found) or not (certain or len(sure) > 1):
        return words
    return [found[word].syllable if word in found else word for word in words]


def _is_foreign(word: str) -> bool:
    if not (word.isascii() and word.isalpha()) or (word.isupper() and len(word) <= SHORT_FORM):
        return False
    word = word.lower()
    return _vowel.search(word) is not None and not is_syllable(word) and not _is_closed(word)


def _is_closed(word: str) -> bool:
    """Whether it would be a syllable had it a tone: "dat", "hop" as people type them."""
    return is_syllable(word + _ACUTE)


def _has_tone(word: str) -> bool:
    typed = _typed(word)
    syllable = typed.syllable if typed else ""
    apart = unicodedata.normalize("NFD", syllable)
    return any(tone in apart for tone in (_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT))


@lru_cache(maxsize=8192)
def _typed(word: str) -> Typed | None:
    """Return the syllable that the keys make, unless they are a word as they stand."""
    if not 2 <= len(word) <= LONGEST or not word.isascii() or not word.isalnum():
        return None
    doubled = "oong" in word or "oon" in word  # a rime of a few loans: soong, boong
    if not doubled and (is_syllable(word) or _is_closed(word)):
        return None
    has_figures = any(c.isdigit() for c in word)
    ways = (_vni(word),) if has_figures else (_telex(word), _telex(word, apart=False))
    for made in ways:
        for way in (made, made and made._replace(syllable=_half_horned(made.syllable))):
            if way and is_syllable(way.syllable):
                return way
    return None


def _half_horned(syllable: str) -> str:
    """Return it with the horn on the second vowel alone: thuở is typed like người."""
    return unicodedata.normalize(
        "NFC", unicodedata.normalize("NFD", syllable).replace(f"u{_HORN}o", "uo", 1)
    )


def _telex(word: str, apart: bool = True) -> Typed | None:
    """Return what the keys make; `apart` if a vowel may be doubled after what follows it."""
    shape = _shape.fullmatch(word)
    if shape is None:
        return None
    onset, rest = shape[1], shape[2]
    tone, marks, letters = "", "", ""
    for key in rest:
        if letters and key in _TELEX_TONES:
            tone = _TELEX_TONES[key]
        elif key == "d" and onset.startswith("d"):
            onset = "đ" + onset[1:]
            marks += key
        elif key == "w":
            letters, marks = _horned(letters), marks + key
        elif key in "aeo" and (key in letters if apart else letters.endswith(key)):
            letters, marks = letters.replace(key, key + _CIRCUMFLEX, 1), marks + key
        else:
            letters += key
    if onset.startswith("dd"):
        onset, marks = "đ" + onset[2:], marks + "d"
    return _made(onset, letters, tone, bool(marks))


def _vni(word: str) -> Typed | None:
    tone, marks, letters = "", "", ""
    for key in word:
        if key in _VNI_TONES:
            if tone:
                return None  # "dieu12" is a number, not two tones
            tone = _VNI_TONES[key]
        elif key == "6":
            at = max(letters.rfind(v) for v in "aeo")
            letters = letters[: at + 1] + _CIRCUMFLEX + letters[at + 1 :]
        elif key == "7":
            letters = _horned(letters)
        elif key == "8":
            letters = letters.replace("a", "a" + _BREVE, 1)
        elif key == "9":
            letters = letters.replace("d", "đ", 1)
        else:
            letters += key
            continue
        marks += key if key in "6789" else ""
    return _made("", letters, tone, bool(marks))


def _horned(letters: str) -> str:
    """Return the letters with the horn or the breve that w or 7 adds to what stands before."""
    if "uo" in letters:
        return letters.replace("uo", f"u{_HORN}o{_HORN}", 1)
    if letters == "uu":
        return f"u{_HORN}u"
    for vowel in "uoa" if "ua" in letters else "aou":
        at = letters.rfind(vowel)
        if at >= 0 and letters[at + 1 : at + 2] not in {_HORN, _BREVE, _CIRCUMFLEX}:
            mark = _BREVE if vowel == "a" else _HORN
            return letters[: at + 1] + mark + letters[at + 1 :]
    return letters + "w"


def _made(onset: str, letters: str, tone: str, is_sure: bool) -> Typed | None:
    plain = unicodedata.normalize("NFC", onset + letters)
    apart = _syllable.fullmatch(plain)
    if apart is None:
        return None
    first, vowels, last = apart.groups()
    marked = [at for at, vowel in enumerate(vowels) if _marked.match(vowel)]
    if marked:
        at = marked[-1]
    elif last or len(vowels) > 2 or vowels in {"oa", "oe", "uy"}:
        at = min(1, len(vowels) - 1)
    else:
        at = 0
    whole = first + vowels[: at + 1] + tone + vowels[at + 1 :] + last
    return Typed(unicodedata.normalize("NFC", whole), is_sure)
