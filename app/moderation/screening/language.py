"""Whether a text is in another language than Vietnamese."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from app.kit.spelling import is_syllable
from app.kit.text import fold
from app.moderation.screening.seen import Seen, Span, vocabulary

ENOUGH = 400  # words: more would not change the answer
FEWEST = 4  # words of Latin letters, or letters of another script, that show a language
STRANGE = 0.3  # share of letters that are not Latin
LIKELY = 0.62  # share of words that are Vietnamese, at least
MARKED = 0.22  # share of words with Vietnamese marks that leaves no doubt

_word = re.compile(r"[^\W\d_]+")
_vowel = re.compile("[aeiouy]")
# Every syllable without its marks.
_bare = re.compile(
    "(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?(?:"
    "a(?:ch|ng|nh|[cimnoptuy])?|e(?:ch|ng|nh|[cmnoptu])?|i(?:ch|nh|[acmnoptu])?|ie(?:ng|[cmnptu])|"
    "o(?:ng|[cimnpt])?|oo(?:ng|[cn])|oa(?:ch|ng|nh|[cimnopty])?|oe(?:[not])?|"
    "u(?:ng|[acimnoptu])?|ua(?:ng|[nty])|ue(?:ch|nh)?|uo(?:ng|[cimnptu])|"
    "uy(?:ch|nh|[anptu])?|uye[nt]|y(?:ch|nh|[mnt])?|ye(?:ng|[mntu]))"
)


@cache
def _typed() -> frozenset[str]:
    return frozenset(fold(word) for word in vocabulary("language")["typed"])


def is_foreign(seen: Seen, beside: Sequence[Span] = ()) -> bool:
    """Whether the words of the text are mostly not Vietnamese, with or without accents.

    Addresses and links have no language: nothing that lies in the spans `beside` is looked at,
    which are in order. False for a text with too few words to tell.
    """
    latin = strange = words = good = marked = 0
    for match in _word.finditer(seen.folded):
        word = match[0]
        if _within(seen.at[match.start()], beside):
            continue
        if not word.isascii():
            strange += len(word)
            continue
        latin += len(word)
        if not _vowel.search(word) and word not in _typed():
            continue  # an abbreviation speaks every language
        words += 1
        typed = seen.typed(*match.span())
        if typed.isascii():
            good += word in _typed() or bool(_bare.fullmatch(word))
        elif is_syllable(typed):
            good += 1
            marked += 1
        if words == ENOUGH:
            break
    if strange >= FEWEST and strange > STRANGE * (strange + latin):
        return True
    return words >= FEWEST and good < LIKELY * words and marked < MARKED * words


def _within(at: int, spans: Sequence[Span]) -> bool:
    n = bisect_right(spans, at, key=lambda span: span.start) - 1
    return n >= 0 and at < spans[n].end
