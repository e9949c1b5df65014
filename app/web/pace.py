"""What a form brings along where more come than usual: a little work done by the machine, or time.

Nobody is asked to read, hear or solve anything (WCAG 2.2, 3.3.8). The work is the one that RFC 8018
(5.2) calls PBKDF2, because browsers do it as fast as any program: what takes a telephone a second
costs whoever sends thousands nearly as much for each. Who cannot work waits instead.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, request, session
from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode

from app.kit import clock
from app.web.limits_keys import TOKEN

FIELD, WORK, TRAP = "pace", "pace_work", "remark"
OWN = frozenset({FIELD, WORK, TRAP, "csrf_token"})
ROUNDS = 5_000  # of one try; a wrong answer costs us no more than that
BITS = 7  # so 128 tries on average: about a second on a cheap telephone
MOST_BITS = BITS + 2
WAIT = 10  # seconds, for who cannot work
GOOD_FOR = 15 * 60  # seconds
MAX_WORK = 12  # characters
# A form that comes back this soon after it was shown was not filled in by hand
SOONEST = 2.0


@dataclass(frozen=True)
class Challenge:
    """What a form carries; `bits` zeros must begin what its token and the answer derive."""

    token: str
    id: str
    begun: int  # seconds since 1970
    bits: int
    typed: str  # digest of what had been typed, "" for nothing yet

    @property
    def rounds(self) -> int:
        return ROUNDS


def challenge(bits: int, typed: str = "", begun: datetime | None = None) -> Challenge:
    """A new one for the form at this address, in this browser."""
    number, at = secrets.token_urlsafe(9), int((begun or clock.now()).timestamp())
    token = str(_signer().dumps([number, at, bits, typed, _bound()]))
    return Challenge(token, number, at, bits, typed)


def brought() -> Challenge | None:
    """The one that came with the form, unless it is forged, too old or of another form."""
    token = request.form.get(FIELD, "")
    if not token:
        return None
    try:
        number, begun, bits, typed, bound = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    age = clock.now().timestamp() - begun
    if bound != _bound() or not -1 <= age <= GOOD_FOR:
        return None
    return Challenge(token, number, begun, bits, typed)


def worked(one: Challenge) -> bool:
    """Whether the answer that came with it is right."""
    answer = request.form.get(WORK, "")
    if not (answer.isascii() and answer.isdigit() and len(answer) <= MAX_WORK):
        return False
    return fits(one.token, answer, one.bits)


def fits(token: str, answer: str, bits: int) -> bool:
    """Whether token and answer derive a number that begins with so many zero bits."""
    found = hashlib.pbkdf2_hmac("sha256", token.encode(), answer.encode(), ROUNDS, 4)
    return int.from_bytes(found) >> (32 - bits) == 0


def ripe_in(one: Challenge) -> int:
    """Seconds until it counts without work; 0 when it does."""
    return max(0, WAIT - int(clock.now().timestamp() - one.begun))


def typed() -> str:
    """The digest of all that was typed into the form that came."""
    words = [(name, " ".join(value.split())) for name, value in request.form.items(multi=True)]
    kept = sorted(pair for pair in words if pair[0] not in OWN)
    files = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    kept += sorted(pair for pair in files if pair[1])
    return hashlib.sha256(repr(kept).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def automatic() -> bool:
    """Whether the form that came looks filled in by a program: only a hint, never a verdict.

    A field that no person sees was filled in, or it came back sooner than hands can type.
    """
    return bool(request.form.get(TRAP, "")) or _age(request.form.get("csrf_token", "")) < SOONEST


def _age(token: str) -> float:
    """Seconds since the form was shown: its token, found right before, tells when it was made."""
    try:
        made = int.from_bytes(base64_decode(token.split(".")[1]))
    except (IndexError, BadData):
        return SOONEST
    return clock.now().timestamp() - made


def _bound() -> str:
    whose = f"{session.get(TOKEN, '')} {request.path}"
    return hashlib.sha256(whose.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="pace")
