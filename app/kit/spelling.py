"""Whether a word could be a Vietnamese syllable: how text in a wrong encoding gives itself away."""

import re
import unicodedata
from functools import lru_cache

from app.kit.text import fold

ENOUGH = 5_000  # words with marks: more would not change the verdict

_onset = "(?:b|ch|c|d|đ|gi|gh|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
# Every rime of the dictionaries, by its vowels; stops close a syllable of a high or low tone only.
_open_rimes = (
    "a(?:i|m|ng|nh|n|o|u|y)?|ă(?:m|ng|n)|â(?:m|ng|n|u|y)|e(?:m|ng|n|o)?|ê(?:m|nh|n|u)?|"
    "i(?:a|m|nh|n|u)?|iê(?:m|ng|n|u)|o(?:i|m|ng|n)?|oo(?:ng|n)|oa(?:i|m|ng|nh|n|o|y)?|"
    "oă(?:m|ng|n)|oe(?:n|o)?|ô(?:i|m|ng|n)?|ơ(?:i|m|n)?|u(?:a|i|m|ng|n)?|uâ(?:ng|n|y)|"
    "uê(?:nh)?|uơ|uô(?:i|m|ng|n)|uy(?:a|nh|n|u)?|uyê(?:n)|ư(?:a|i|m|ng|n|u)?|"
    "ươ(?:i|m|ng|n|u)|y(?:m|nh|n)?|yê(?:m|ng|n|u)"
)
_closed_rimes = (
    "a(?:ch|c|p|t)|ă(?:c|p|t)|â(?:c|p|t)|e(?:c|p|t)|ê(?:ch|c|p|t)|i(?:ch|p|t)|iê(?:c|p|t)|"
    "o(?:c|p|t)|ooc|oa(?:ch|c|p|t)|oă(?:c|t)|oet|ô(?:c|p|t)|ơ(?:p|t)|u(?:c|p|t)|uât|uêch|"
    "uô(?:c|t)|uy(?:ch|p|t)|uyêt|ư(?:c|p|t)|ươ(?:c|p|t)|y(?:ch|t)|yêt"
)
_open = re.compile(f"{_onset}(?:{_open_rimes})")
_closed = re.compile(f"{_onset}(?:{_closed_rimes})")
_bare = re.compile(fold(f"{_onset}(?:{_open_rimes}|{_closed_rimes})"))
_word = re.compile(r"[^\W\d_]+")
_tones = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_own = "".join(
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in "aăâeêioôơuưy"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)
_foreign = re.compile(f"[^\\W\\d_a-z{_own}đ]")
_HIGH_OR_LOW = {"\u0301", "\u0323"}


@lru_cache(maxsize=32_768)
def is_syllable(word: str) -> bool:
    """Return whether `word` obeys Vietnamese spelling, whatever it may mean."""
    apart = unicodedata.normalize("NFD", word.lower())
    tones = _tones.findall(apart)
    if len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", _tones.sub("", apart))
    if _closed.fullmatch(plain):
        return bool(tones) and tones[0] in _HIGH_OR_LOW
    return bool(_open.fullmatch(plain))


@lru_cache(maxsize=32_768)
def is_bare_syllable(word: str) -> bool:
    """Return whether `word`, typed without marks, could stand for a Vietnamese syllable."""
    return bool(_bare.fullmatch(word.lower()))


def has_foreign_letters(text: str) -> bool:
    """Return whether a letter stands there that no Vietnamese word has: ß, ö, ж, 토."""
    if text.isascii():
        return False
    return bool(_foreign.search(unicodedata.normalize("NFC", text).lower()))


def share_of_syllables(text: str) -> tuple[float, int]:
    """Return how many of the words of `text` that bear marks could be Vietnamese, and their number.

    The share is 0..1, and 1 for a text without any mark; at most `ENOUGH` words are looked at.
    """
    good = seen = 0
    for match in _word.finditer(text):
        if match[0].isascii():
            continue
        seen += 1
        good += is_syllable(match[0])
        if seen == ENOUGH:
            break
    return (good / seen if seen else 1.0), seen
