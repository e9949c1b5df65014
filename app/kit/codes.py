"""Codes that people copy by hand and keys that nobody can guess."""

import hashlib
import hmac
import re
import secrets
import unicodedata

import segno
from markupsafe import Markup

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O 1 I L; 31 signs, and 31 is prime
PREFIX = "GY"
LENGTH = 18  # 17 random signs, 84 bits, and a check sign
GROUP = 6
MAX_TYPED = 200  # longer than any code with its spaces; more is not read at all

INK = "#18231f"
QUIET_ZONE = 4  # modules, ISO/IEC 18004

_value = {sign: number for number, sign in enumerate(ALPHABET)}
_between_signs = re.compile(r"[\W_]+")


def new_receipt() -> str:
    """Return a fresh receipt code as stored and shown: `GY-XXXXXX-XXXXXX-XXXXXX`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _shown(signs + ALPHABET[-_weighted(signs) % len(ALPHABET)])


def parse_receipt(text: str) -> str | None:
    """Return the receipt code a person meant, or None when the check sign says otherwise.

    Case, spaces, hyphens and the prefix are free. One wrong sign or two swapped ones never pass.
    """
    if len(text) > MAX_TYPED:
        return None
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    signs = _between_signs.sub("", unicodedata.normalize("NFKC", visible)).upper()
    if len(signs) == len(PREFIX) + LENGTH:
        signs = signs.removeprefix(PREFIX)
    if len(signs) != LENGTH or not _value.keys() >= set(signs):
        return None
    return None if _weighted(signs) % len(ALPHABET) else _shown(signs)


def new_key() -> str:
    """Return 128 random bits as 22 characters that need no quoting in an address."""
    return secrets.token_urlsafe(16)


def salted_digest(text: str, salt: str) -> str:
    """Return HMAC-SHA-256 of `text` under `salt` in hex: with the salt destroyed, nobody's."""
    if not salt:
        raise ValueError("a digest without salt can be guessed")
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()


def qr_svg(text: str, title: str) -> Markup:
    """Return a QR code as inline SVG, named `title`, one millimetre to a module.

    The white ground is drawn, so that it scans on any page; there are no style attributes, which
    the content security policy would drop.
    """
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(
        border=QUIET_ZONE,
        dark=INK,
        light="#ffffff",
        title=title,
        unit="mm",
        svgclass=None,
        lineclass=None,
    )
    return Markup(svg.replace("<svg ", '<svg role="img" ', 1))


def _weighted(signs: str) -> int:
    # Weights 18 … 1 are distinct and not zero modulo 31, so a change by d at weight w moves the
    # sum by d·w ≠ 0, and swapping values a ≠ b at weights v ≠ w moves it by (a-b)(w-v) ≠ 0.
    return sum((LENGTH - place) * _value[sign] for place, sign in enumerate(signs))


def _shown(signs: str) -> str:
    groups = (signs[start : start + GROUP] for start in range(0, LENGTH, GROUP))
    return "-".join((PREFIX, *groups))
