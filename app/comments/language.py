"""Which language a comment is in, told from its words alone and without asking anybody outside."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from app.kit.spelling import is_bare_syllable, is_syllable
from app.kit.text import clean, fold

ENOUGH = 4_000  # characters: more would not change the answer
FEW = 6  # letters of the Latin script; fewer speak every language: OK, no, +1
BARE_WORDS = 3  # at least so many words show Vietnamese that was typed without its marks
OWN_WORDS = 3  # who quotes and says so many words beside is heard by those
QUIET = 0.62  # share of bare syllables under which unmarked words are not Vietnamese
COMMON = 0.34  # share of the commonest Vietnamese words among them that leaves no doubt
PURE = 0.9  # share of bare syllables that leaves none either
FOREIGN = 0.25  # share of words such as the and is, from which on they are another language
SURE = 0.5  # what the likeliest language needs; else the page's own is believed
MARKED_SHARE = 0.75  # of Vietnamese words bear a mark
STRANGE_SHARE = 0.55  # of the words of other languages cannot be Vietnamese syllables
OTHERS = 0.1  # how much likelier than a neighbour a language of the interface is
HERE = 3.0  # how much likelier the language of the page is than another
VIETNAMESE, CHINESE = "vi", "zh"
OFFERED = frozenset({"en", "fr", "de", "cs"})  # of the interface, in the Latin script
WORDS = Path(__file__).with_name("language.toml")

_beside = re.compile(
    r"https?://\S+|www\.\S+|\S{1,64}@\S+|\b[\w-]{1,63}\.(?:vn|com|org|net|gov)\b\S*", re.IGNORECASE
)
_quoted = re.compile('“[^“”]*”|"[^"]*"|«[^«»]*»|„[^„“”]*[“”]|「[^「」]*」|『[^『』]*』')
_word = re.compile(r"[^\W\d_]+")
_sound = re.compile("[aeiouy]")
# Scripts that are one language of their own, or one of few; what an ideograph says takes an
# alphabet about three letters.
_scripts = (
    ("ko", 3, "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"),
    ("ja", 2, "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f"),
    (CHINESE, 3, "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"),
    ("lo", 1, "\u0e81-\u0eff"),
    ("th", 1, "\u0e01-\u0e7f"),
    ("km", 1, "\u1780-\u17ff\u19e0-\u19ff"),
    ("my", 1, "\u1000-\u109f"),
    ("bo", 1, "\u0f00-\u0fff"),
    ("ru", 1, "\u0400-\u052f"),
    ("el", 1, "\u0370-\u03ff\u1f00-\u1fff"),
    ("he", 1, "\u0590-\u05ff"),
    ("ar", 1, "\u0600-\u06ff\u0750-\u077f"),
    ("hi", 1, "\u0900-\u097f"),
    ("bn", 1, "\u0980-\u09ff"),
    ("pa", 1, "\u0a00-\u0a7f"),
    ("gu", 1, "\u0a80-\u0aff"),
    ("ta", 1, "\u0b80-\u0bff"),
    ("te", 1, "\u0c00-\u0c7f"),
    ("kn", 1, "\u0c80-\u0cff"),
    ("ml", 1, "\u0d00-\u0d7f"),
    ("si", 1, "\u0d80-\u0dff"),
    ("ka", 1, "\u10a0-\u10ff\u1c90-\u1cbf"),
    ("hy", 1, "\u0530-\u058f"),
    ("am", 1, "\u1200-\u139f"),
    ("mn", 1, "\u1800-\u18af"),
    ("la", 1, "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
)
_script = re.compile("|".join(f"(?P<{code}>[{chars}])" for code, _weight, chars in _scripts))
_weights = {code: weight for code, weight, _chars in _scripts}
LATIN = "la"
# Among the languages of the Cyrillic script, and of the Arabic, letters that one of them has;
# Russian has those which the others of its neighbourhood lack, so it is believed where none is.
_letters = (
    ("ru", "kk", "әғқңұһ"),
    ("ru", "mn", "өү"),
    ("ru", "uk", "іїєґ"),
    ("ru", "be", "ў"),
    ("ru", "sr", "ђјљњћџ"),
    ("ar", "fa", "پچژگ"),
    ("ar", "ur", "ٹڈڑے"),
)


def told(text: str, page: str) -> str:
    """BCP 47 code of the language that most of `text` is in; `page` where that cannot be told.

    `page` is the language of the page on which it was written. Never raises.
    """
    text = _beside.sub(" ", clean(text[:ENOUGH]))
    own = _quoted.sub(" ", text)
    if len(_word.findall(own)) >= OWN_WORDS:
        text = own
    counts: Counter[str] = Counter()
    for match in _script.finditer(text):
        counts[str(match.lastgroup)] += _weights[str(match.lastgroup)]
    if not counts:
        return page
    script = _main_script(counts)
    if script == LATIN:
        return _latin(text, page)
    if script == CHINESE:
        return _chinese(text, page)
    return _neighbour(script, text.lower())


def _main_script(counts: Counter[str]) -> str:
    # Japanese is written with Chinese characters too, but never without its own between them
    if counts["ja"] * 6 > counts[CHINESE]:
        counts["ja"] += counts[CHINESE]
        del counts[CHINESE]
    return counts.most_common(1)[0][0]


def _chinese(text: str, page: str) -> str:
    """Simplified or traditional, by the characters that only one of the two old sets has."""
    simplified = traditional = 0
    for sign in text:
        if "\u4e00" <= sign <= "\u9fff":
            here, there = _in(sign, "gb2312"), _in(sign, "big5")
            simplified += here and not there
            traditional += there and not here
    if simplified == traditional and page.startswith(CHINESE):
        return page
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _in(sign: str, encoding: str) -> bool:
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _neighbour(script: str, text: str) -> str:
    """The language of that script which has most letters of its own in the text."""
    found = Counter(
        {
            code: sum(map(text.count, letters))
            for family, code, letters in _letters
            if family == script
        }
    )
    best, many = found.most_common(1)[0] if found else ("", 0)
    if script == "ru" and sum(map(text.count, "ыэё")) > many:
        return script
    return best if many else script


def _latin(text: str, page: str) -> str:
    words = [match[0].lower() for match in _word.finditer(text) if match[0][0] < "\u2000"]
    sounding = [word for word in words if _sound.search(fold(word)) or word in _listed("typed")]
    marked = [word for word in sounding if not word.isascii() and _possible(word)]
    strange = sum(not _possible(word) for word in sounding)
    if marked and len(marked) / MARKED_SHARE >= strange / STRANGE_SHARE and _own(marked, page):
        return VIETNAMESE
    if not marked and _is_bare(sounding):
        return VIETNAMESE
    # words of the draft inside a foreign comment say nothing of its language
    foreign = [word for word in words if word not in marked]
    if sum(map(len, foreign)) < FEW:
        return page
    return _of_alphabet(" ".join(foreign), page)


def _possible(word: str) -> bool:
    """Whether the word could be Vietnamese, spelled out, without marks or in a short form."""
    if word in _listed("typed"):
        return True
    return is_bare_syllable(word) if word.isascii() else is_syllable(word)


def _own(marked: list[str], page: str) -> bool:
    """Whether the marks are those of Vietnamese: French has là as well, and Spanish có."""
    return page == VIETNAMESE or any(not _elsewhere.isdisjoint(word) for word in marked)


# Letters of Vietnamese that none of its neighbours in the Latin script has
_elsewhere = frozenset(
    chr(point) for point in (0x103, 0x111, 0x1A1, 0x1B0, 0x129, 0x169, *range(0x1EA0, 0x1EF9))
)


def _is_bare(words: list[str]) -> bool:
    """Whether these are Vietnamese words without their marks."""
    if len(words) < BARE_WORDS:
        return False
    many = len(words)
    common = sum(word in _listed("common") or word in _listed("typed") for word in words)
    foreign = sum(word in _listed("elsewhere") for word in words)
    possible = sum(map(_possible, words))
    if foreign >= FOREIGN * many or possible < QUIET * many:
        return False
    return common >= COMMON * many or possible >= PURE * many


@cache
def _listed(kind: str) -> frozenset[str]:
    return frozenset(tomllib.loads(WORDS.read_text("utf-8"))[kind])


@cache
def _detector() -> LanguageDetector:
    """Of the languages of the interface that have the Latin script, and of their neighbours."""
    known = (
        *(Language.ENGLISH, Language.FRENCH, Language.GERMAN, Language.CZECH),
        *(Language.SLOVAK, Language.POLISH, Language.SPANISH, Language.PORTUGUESE),
        *(Language.ITALIAN, Language.DUTCH, Language.INDONESIAN, Language.HUNGARIAN),
        *(Language.SWEDISH, Language.TAGALOG),
    )
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def _of_alphabet(text: str, page: str) -> str:
    values = _detector().compute_language_confidence_values(text)
    likely = {one.language.iso_code_639_1.name.lower(): one.value for one in values}
    weighed = {
        code: value * (HERE if code == page else 1.0 if code in OFFERED else OTHERS)
        for code, value in likely.items()
    }
    best = max(weighed, key=lambda code: weighed[code])
    return best if weighed[best] >= SURE * sum(weighed.values()) else page
