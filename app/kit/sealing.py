"""What is kept of people is sealed: without the portal's key a copied database tells nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealBrokenError(ValueError):
    """Raised when none of the keys opens what was sealed."""


def new_key() -> str:
    """Return a fresh key: 256 random bits in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def is_key(text: str) -> bool:
    """Whether the text is a key as `new_key` makes them."""
    try:
        return text.isascii() and len(text) == 44 and len(base64.urlsafe_b64decode(text)) == 32
    except ValueError:
        return False


class Sealer:
    """Seals with the first of its keys and opens with any: to change keys, put one in front."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._marks = [hmac.digest(key.encode(), b"mark", hashlib.sha256) for key in keys]

    def seal(self, text: str) -> str:
        """Return the text encrypted and authenticated (Fernet: AES-128-CBC, HMAC-SHA-256)."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text again; raises SealBrokenError."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBrokenError from error

    def reseal(self, sealed: str) -> str:
        """Return the same text sealed with the first key; raises SealBrokenError."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBrokenError from error

    def mark(self, text: str) -> str:
        """Return 64 hex signs by which an equal text is found again, by nobody without the key."""
        return self.marks(text)[0]

    def marks(self, text: str) -> list[str]:
        """Return the marks of a text under every key, the newest first: what to look for."""
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in self._marks]
