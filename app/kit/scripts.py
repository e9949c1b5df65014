"""Writing that does not part its words: which signs it is made of, and how each is compared."""

from __future__ import annotations

import re
import unicodedata

from app.kit.text import character_class

SHORTEST = 3  # letters of a word that keeps its ending

# Decomposed text has its marks apart, in every script and not only in ours.
MARK = "[{}]".format(
    character_class(
        point for point in range(0x300, 0x10000) if unicodedata.category(chr(point))[0] == "M"
    )
)
_consonants = {
    "thai": "\u0e01-\u0e30\u0e32\u0e33\u0e45\u0e46",
    "lao": "\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd\u0ec6\u0edc-\u0edf",
    "burmese": "\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070",
    "khmer": "\u1780-\u17b3\u17d7\u17dc",
}
_leading = "\u0e40-\u0e44\u0ec0-\u0ec4"  # Thai and Lao vowels written before what they follow
_after = "\u0e30\u0e32\u0e33\u0e45\u0eb0\u0eb2\u0eb3\u0ebd"
_jamo = "\u1100-\u11ff"
_ideographs = "\u3005-\u3007\u3400-\u9fff"
_kana = "\u3041-\u3096\u3099-\u309a\u309d-\u309f\u30a1-\u30ff"
_narrow_kana = "\uff66-\uff9d"
_hangul = "\uac00-\ud7a3"
# Every letter of these scripts; their figures are numbers like ours.
SIGNS = "".join((*_consonants.values(), _leading, _jamo, _ideographs, _kana, _narrow_kana, _hangul))

# One sign to the eye: a base with the vowels, tones and subscripts that hang on it.
_clusters = (
    rf"[{_ideographs}{_kana}]{MARK}*",
    rf"[{_hangul}][\u11a8-\u11ff]*|[\u1100-\u115f]+[\u1160-\u11a7]*[\u11a8-\u11ff]*|[{_jamo}]",
    # a low Lao consonant is raised by another before it, which some write as one with it
    rf"[{_leading}]?(?:\u0eab[\u0e99\u0ea1]|[{_consonants['thai']}{_consonants['lao']}])"
    rf"{MARK}*[{_after}]?{MARK}*|[{_leading}]",
    rf"[{_consonants['khmer']}](?:\u17d2[{_consonants['khmer']}]|[\u17b4-\u17d3\u17dd])*",
    rf"[{_consonants['burmese']}](?:\u1039[{_consonants['burmese']}]|[\u102b-\u103e\u1056-\u1059])*",
    rf"[{_narrow_kana}][\uff9e\uff9f]?",
)
SIGN = "|".join(f"(?:{cluster})" for cluster in _clusters)
is_sign = re.compile(f"[{SIGNS}]").match
# what may stand between two signs of a word: where a word ends, its writer may tell so or not
GAP = "\u200b\u200c\u200d\u2060"

# Endings of Russian nouns and adjectives, in words without marks, so that й reads as и here.
_ending = re.compile(
    "(?<=[а-я]{3})(?:ь?(?:[иая]ми|[иы]ми|[ое]го|[ое]му|[аоыеяи]м|и(?:ям|ях|ем)|[аяы]х|[оеё]в|"
    "[оеиы]и|[ыиое]е|их|[ую]ю|[ая]я|и[яю]|[аыиуюеояи])|ь)$"
)


def stemmed(word: str) -> str:
    """Return a word of Cyrillic letters, marks off, without the ending that its case gives it."""
    return _ending.sub("", word) if len(word) > SHORTEST else word
