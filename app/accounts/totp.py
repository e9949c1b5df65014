"""Six digits from a secret and the clock (RFC 6238), as the apps on telephones compute them."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

STEP = 30  # seconds, RFC 6238 5.2
DIGITS = 6
# a telephone's clock may be one step off, either way
DRIFT = (-1, 0, 1)


def new_secret() -> str:
    """Return 160 random bits in base32, as RFC 4226 section 4 recommends."""
    return pyotp.random_base32(32)


def address(secret: str, account: str, issuer: str) -> str:
    """Return the otpauth:// address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_at(now: datetime) -> int:
    """Return the number of the step that an instant lies in."""
    return int(now.timestamp()) // STEP


def code_of(secret: str, step: int) -> str:
    """Return the six digits of a step."""
    return pyotp.TOTP(secret).generate_otp(step)


def step_of(secret: str, code: str, now: datetime, after: int = 0) -> int | None:
    """Return the step whose code this is, of those near `now` and later than `after`, or None.

    Every step is computed whatever is found, so that the time tells nothing.
    """
    typed = "".join(code.split()).encode()
    current, found = step_at(now), None
    for drift in DRIFT:
        step = current + drift
        right = hmac.compare_digest(code_of(secret, step).encode(), typed)
        if right and step > after:
            found = step
    return found
