#!/usr/bin/env python3
"""Cut the web fonts of the portal from Be Vietnam Pro (SIL OFL 1.1, no reserved font name).

    pip install fonttools brotli
    python deploy/build_fonts.py TTF_400 TTF_600 app/static/font

Each weight becomes one woff2 of Vietnamese, English and West-European letters. It is not split by
unicode-range, so kerning and mark positioning stay whole, and the two-storey "a" (ss01) is the
default, so that pairs of a and o stay apart. A second tiny woff2 per weight holds ten digits of
equal width for tables, because the family has no "tnum" feature.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

LOWER = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
EUROPE = "äöüßéèêëàâçîïôûùÿœæñ¿¡åøčďěňřšťůž"
MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
PUNCTUATION = "“”‘’„–—…·•§¶₫€×°²³½±«»‹›©\u00a0"
ASCII = "".join(map(chr, range(0x20, 0x7F)))
CAPITALS = LOWER.upper() + EUROPE.replace("ß", "").upper()
TEXT = ASCII + LOWER + EUROPE + CAPITALS + MARKS + PUNCTUATION
DIGITS = "0123456789"
SIDE_BEARING_SPARED = 40  # font units: the widest digit may lose this much air


def two_storey_a(font: TTFont) -> None:
    """Every character shows its ss01 glyph by default."""
    table = font["GSUB"].table
    swap: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "ss01":
            continue
        for index in record.Feature.LookupListIndex:
            for part in table.LookupList.Lookup[index].SubTable:
                swap.update(getattr(part, "ExtSubTable", part).mapping)
    for cmap in font["cmap"].tables:
        cmap.cmap = {code: swap.get(glyph, glyph) for code, glyph in cmap.cmap.items()}


def cut(font: TTFont, text: str, features: list[str]) -> None:
    """The font holds only the glyphs of `text` and is saved as woff2."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = features
    options.name_IDs = [0, 1, 2, 4, 5, 13, 14]
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    font.flavor = "woff2"


def equal_digits(font: TTFont) -> None:
    """All ten digits have the same advance and stand in its middle."""
    cmap, glyphs, metrics = font.getBestCmap(), font["glyf"], font["hmtx"]
    names = [cmap[ord(digit)] for digit in DIGITS]
    width = max(metrics[name][0] for name in names) - SIDE_BEARING_SPARED
    for name in names:
        glyph = glyphs[name]
        glyph.coordinates.translate(((width - metrics[name][0]) // 2, 0))
        glyph.recalcBounds(glyphs)
        metrics[name] = (width, glyph.xMin)


def main(regular: str, semibold: str, out: str) -> None:
    """Four woff2 files stand in `out`; their sizes in bytes are printed."""
    for weight, source in ((400, regular), (600, semibold)):
        text = TTFont(source)
        two_storey_a(text)
        cut(text, TEXT, ["kern", "mark", "mkmk", "ccmp", "locl"])
        text.save(Path(out) / f"bvp-{weight}.woff2")
        digits = TTFont(source)
        cut(digits, DIGITS, [])
        equal_digits(digits)
        digits.save(Path(out) / f"bvp-so-{weight}.woff2")
    for made in sorted(Path(out).glob("bvp-*.woff2")):
        print(made.name, made.stat().st_size)


if __name__ == "__main__":
    main(*sys.argv[1:4])
