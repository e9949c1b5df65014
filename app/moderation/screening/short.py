"""Whether a text is too short to tell what it wants."""

from __future__ import annotations

import re

from app.moderation.screening.seen import Seen

FEWEST = 5  # syllables

_word = re.compile(r"[^\W_]+")
_sign = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1780-\u17ff]")


def is_short(seen: Seen) -> bool:
    """Whether the text has fewer syllables than anything that can be answered."""
    words = 0
    for match in _word.finditer(seen.folded):
        # scripts that leave no space between words are counted by their signs
        words += len(_sign.findall(match[0])) // 2 or 1
        if words >= FEWEST:
            return False
    return True
