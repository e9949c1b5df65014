"""Vietnamese from before Unicode: the encodings of fonts named .VnTime (TCVN3) and VNI-Times.

Such text is stored as the Latin letters that share its bytes, and is right only in its own font.
Source: TCVN 5712:1993 (VN3) and the tables of VNI Software.
"""

import re
import unicodedata
from enum import StrEnum

from app.kit.spelling import share_of_syllables

# A tone has a column, a vowel a row; "" stands where the vowel is written bare.
_VOWELS = "aăâeêioôơuưy"
_MARKS = "\u0300\u0309\u0303\u0301\u0323"  # grave, hook, tilde, acute, dot: the order of TCVN3
_TCVN3_ROWS = {
    "a": "\xb5\xb6\xb7\xb8\xb9",
    "ă": "\xbb\xbc\xbd\xbe\xc6",
    "â": "\xc7\xc8\xc9\xca\xcb",
    "e": "\xcc\xce\xcf\xd0\xd1",
    "ê": "\xd2\xd3\xd4\xd5\xd6",
    "i": "\xd7\xd8\xdc\xdd\xde",
    "o": "\xdf\xe1\xe2\xe3\xe4",
    "ô": "\xe5\xe6\xe7\xe8\xe9",
    "ơ": "\xea\xeb\xec\xed\xee",
    "u": "\xef\xf1\xf2\xf3\xf4",
    "ư": "\xf5\xf6\xf7\xf8\xf9",
    "y": "\xfa\xfb\xfc\xfd\xfe",
}
_TCVN3_BARE = dict(
    zip("ĂÂÊÔƠƯĐăâêôơưđ", "\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae", strict=True)
)
# VNI writes a base letter and behind it a sign for accent and tone in one.
_VNI_TONES = "øûõùï"
_VNI_CIRCUMFLEX = ("â", "àåãáä")
_VNI_BREVE = ("ê", "èúüéë")
_VNI_ALONE = {"ơ": "ô", "ư": "ö", "đ": "ñ"}
_VNI_I = "ìæóíò"
_VNI_Y_DOT = "î"


class Legacy(StrEnum):
    """An encoding of Vietnamese that is not Unicode."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    WINDOWS_1258 = "windows-1258"

    def read(self, text: str) -> str:
        """Return text in this encoding, stored as Latin-1 letters, in Unicode."""
        if self is Legacy.WINDOWS_1258:
            return unicodedata.normalize("NFC", text)
        return from_vni(text) if self is Legacy.VNI else from_tcvn3(text)


def _composed(vowel: str, mark: str) -> str:
    return unicodedata.normalize("NFC", vowel + mark)


def _tcvn3() -> dict[str, str]:
    table = {code: letter for letter, code in _TCVN3_BARE.items()}
    for vowel, codes in _TCVN3_ROWS.items():
        table |= {code: _composed(vowel, mark) for code, mark in zip(codes, _MARKS, strict=True)}
    return table


def _vni() -> dict[str, str]:
    small: dict[str, str] = {code: letter for letter, code in _VNI_ALONE.items()}
    for vowel in _VOWELS:
        if vowel in "âêô":
            base, (bare, tones) = unicodedata.normalize("NFD", vowel)[0], _VNI_CIRCUMFLEX
        elif vowel == "ă":
            base, (bare, tones) = "a", _VNI_BREVE
        elif vowel == "i":
            base, bare, tones = "", "", _VNI_I
        else:
            base, bare, tones = _VNI_ALONE.get(vowel, vowel), "", _VNI_TONES
        if bare:
            small[base + bare] = vowel
        for tone, mark in zip(tones, _MARKS, strict=True):
            code = _VNI_Y_DOT if vowel == "y" and mark == _MARKS[4] else base + tone
            small[code] = _composed(vowel, mark)
    table = dict(small)
    for code, letter in small.items():
        # Writers mix cases: a capital base may bear a small sign and the other way about.
        table[code[0].upper() + code[1:]] = letter.upper()
        table[code.upper()] = letter.upper()
    return table


TCVN3 = _tcvn3()
VNI = _vni()
_tcvn3_codes = str.maketrans(TCVN3)
_vni_codes = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
# Letters that no encoding above can hold: whoever wrote them wrote Unicode.
_unicode_only = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0"
    "\u0300\u0301\u0303\u0309\u0323\u1ea0-\u1ef9]"
)
_some_marks = re.compile("[\xa1-\xff]")
FEWEST_WORDS = 3
SAMPLE = 200_000  # characters: a spelling shows itself on the first pages
LIKELY = 0.8
CLEARER = 0.25


def from_tcvn3(text: str, capitals: bool = False) -> str:
    """Return TCVN3 text, stored as Latin-1 letters, in Unicode; all capitals for an "H" font."""
    converted = text.translate(_tcvn3_codes)
    return converted.upper() if capitals else converted


def from_vni(text: str) -> str:
    """Return VNI text, stored as Latin-1 letters, in Unicode."""
    return _vni_codes.sub(lambda code: VNI[code[0]], text)


def of_font(name: str) -> Legacy | None:
    """Return the encoding that text in a font of this name is written in; None for Unicode."""
    font = name.strip(" '\"").casefold()
    if font.startswith(".vn"):
        return Legacy.TCVN3
    return Legacy.VNI if font.startswith(("vni-", "vni ")) else None


def from_font(text: str, name: str) -> str:
    """Return the text as the font of this name shows it, in Unicode.

    A font may be left over on text that was long since converted: letters that only Unicode has
    prove it, and the text stays as it is.
    """
    encoding = of_font(name)
    if encoding is None or _unicode_only.search(text):
        return text
    if encoding is Legacy.VNI:
        return from_vni(text)
    return from_tcvn3(text, capitals=name.strip(" '\"").endswith("H"))


def is_unicode(text: str) -> bool:
    """Return whether the text has letters that Vietnamese has in Unicode only."""
    return bool(_unicode_only.search(text))


def repaired(text: str) -> tuple[str, Legacy | None]:
    """Return text whose fonts are lost in Unicode, and the encoding it was found to be in.

    None, and the text as it was, where another reading is not clearly better Vietnamese.
    """
    sample = text[:SAMPLE]
    if is_unicode(sample) or not _some_marks.search(sample):
        return text, None
    readings = {Legacy.TCVN3: from_tcvn3(sample), Legacy.VNI: from_vni(sample)}
    encoding, reading = max(readings.items(), key=lambda pair: share_of_syllables(pair[1])[0])
    share, words = share_of_syllables(reading)
    plainly = share_of_syllables(sample)[0]
    if words < FEWEST_WORDS or share < LIKELY or share < plainly + CLEARER:
        return text, None
    return encoding.read(text), encoding


def decoded(data: bytes) -> tuple[str, Legacy | None]:
    """Return bytes that are not UTF-8 as Vietnamese, and the encoding found by its spelling.

    Western European text (Windows-1252) comes out too, with None; raises no error, for every byte
    is a letter in one of these encodings.
    """
    text, encoding = repaired(data.decode("cp1252", errors="replace"))
    sample = unicodedata.normalize("NFC", data[:SAMPLE].decode("cp1258", errors="replace"))
    share, words = share_of_syllables(sample)
    if words and share >= LIKELY and share > share_of_syllables(text[:SAMPLE])[0]:
        whole = data.decode("cp1258", errors="replace")
        return unicodedata.normalize("NFC", whole), Legacy.WINDOWS_1258
    return text, encoding
