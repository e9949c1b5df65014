"""What a run of signs asks for, where nothing parts the words: the neighbours that carry it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

HIRAGANA = re.compile("[\u3041-\u309f]+")
# What Korean writes at the end of a noun, or to make a verb of it; two signs remain at least.
_KOREAN = re.compile(
    "(?<=[\uac00-\ud7a3]{2})(?:"
    "(?:에서|에게|으로|로|까지|부터|에|과|와|하고|하여|하는|되는|한|된|할|될)?(?:은|는|도|만|의)?"
    "|을|를|이|가|합니다|됩니다|하다|되다|해야|하면|이나|나|들|들의|들을|들이|들은"
    ")$"
)
_CHINESE = "的了"  # of and done: between words that are meant


def meant(signs: Sequence[str]) -> Iterator[range]:
    """Yield where in an unbroken run the parts stand that tell of what it is about.

    Without what Japanese, Korean and Chinese put between or after them; all of it where nothing
    else remains.
    """
    kept = [not _is_between(sign) for sign in signs]
    if not any(kept):
        yield range(len(signs))
        return
    start = 0
    for at in range(len(signs) + 1):
        if at == len(signs) or not kept[at]:
            if at > start:
                yield range(start, start + _without_ending(signs[start:at]))
            start = at + 1


def _is_between(sign: str) -> bool:
    return sign in _CHINESE or HIRAGANA.fullmatch(sign) is not None


def _without_ending(signs: Sequence[str]) -> int:
    """Return how many of the signs remain without a Korean ending: each is one character."""
    return len(_KOREAN.sub("", "".join(signs))) if signs[-1] >= "\uac00" else len(signs)
