"""Who is counted: digests that nobody can turn back, other ones every day, never written down.

The address of a machine is personal data. It leaves this module only as an HMAC under a key of the
day, which is made of the portal's secret and kept nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app, request, session

from app.kit import clock
from app.web.limits_table import By

LENGTH = 32  # hex signs of a digest: enough that no two people share one
WIDTH = {By.ADDRESS: (32, 64), By.SUBNET: (24, 48)}  # bits of IPv4 and IPv6 that count
KNOWN = "gopy.counted"  # several windows ask for the same digest
TOKEN = "csrf_token"  # what Flask-WTF keeps in the signed cookie of each browser


def key(by: By) -> str:
    """The digest by which this request is counted; "" where it has nothing of the kind."""
    known: dict[By, str] = request.environ.setdefault(KNOWN, {})
    if by not in known:
        text = _text(by)
        known[by] = digest(by, text) if text else ""
    return known[by]


def digest(by: By, text: str) -> str:
    """The text as it is counted today."""
    day = clock.vn_date(clock.now()).isoformat()
    return hmac.digest(_of_the_day(_secret(), day), f"{by} {text}".encode(), "sha256").hex()[
        :LENGTH
    ]


def letterbox(email: str) -> tuple[str, str]:
    """The typed address, whatever its spelling, as it is counted from here and from anywhere."""
    email = email.strip().lower()
    return digest(By.LETTERBOX_HERE, _from_here(email)), digest(By.LETTERBOX, email)


def _text(by: By) -> str:
    if by is By.SESSION:
        return str(session.get(TOKEN, ""))
    if by in (By.ADDRESS, By.SUBNET):
        return network(request.remote_addr or "", by)
    if by is By.DRAFT:
        return str((request.view_args or {}).get("slug", ""))
    email = request.form.get("email", "").strip().lower()
    if not email or by is By.LETTERBOX:
        return email
    return _from_here(email)


def _from_here(email: str) -> str:
    return f"{email} {network(request.remote_addr or '', By.ADDRESS)}"


@lru_cache(maxsize=4096)
def network(address: str, by: By) -> str:
    """What of a machine's address counts; "unknown" for what is none."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    bits = WIDTH[by][0 if found.version == 4 else 1]
    return str(ip_network((found, bits), strict=False))


def _secret() -> bytes:
    secret = current_app.secret_key or ""
    return secret if isinstance(secret, bytes) else secret.encode()


@lru_cache(maxsize=4)
def _of_the_day(secret: bytes, day: str) -> bytes:
    return hmac.digest(secret, f"limits {day}".encode(), hashlib.sha256)
