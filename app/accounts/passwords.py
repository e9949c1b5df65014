"""Passwords: Argon2id, the same work for an unknown name as for a wrong password."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 12
MAX_LENGTH = 200

# RFC 9106, second recommended option at half its memory: 19 MiB fits a 100 MB web process
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """An Argon2id hash that holds its own parameters and salt."""
    return _hasher.hash(password)


@cache
def _decoy() -> str:
    return _hasher.hash("no officer has this password")


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; a missing hash costs the same time and never fits."""
    try:
        return _hasher.verify(password_hash or _decoy(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
