"""Text as its fonts show it: what was typed in fonts from before Unicode becomes Unicode."""

from collections.abc import Sequence
from itertools import groupby

from app.documents.parsers.blocks import composed
from app.kit.legacy import Legacy, from_font, is_unicode, of_font


def unicode_of(runs: Sequence[tuple[str, str]]) -> tuple[str, Legacy | None]:
    """The text of a paragraph's runs (text, font), and the old encoding that some of it was in.

    A paragraph whose old fonts hold letters of Unicode was converted before, and stays as it is.
    """
    found = [of_font(font) if text.strip() else None for text, font in runs]
    encoding = next((one for one in found if one), None)
    if encoding is None:
        return composed("".join(text for text, _ in runs)), None
    told = "".join(text for (text, _), one in zip(runs, found, strict=True) if one)
    if is_unicode(told):
        return composed("".join(text for text, _ in runs)), None
    pieces = (
        from_font("".join(text for text, _ in same), font)
        for font, same in groupby(runs, key=lambda run: run[1])
    )
    return composed("".join(pieces)), encoding
