"""Characters that XML can hold."""

from __future__ import annotations

import re

_unwritable = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """The text with a mark (U+FFFD) for each character that XML 1.0 has no way to write."""
    return _unwritable.sub("\ufffd", text)
