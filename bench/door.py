"""Officers of a bench with a second factor, and their way to the desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.accounts import factors, totp
from app.accounts.models import Officer
from app.kit import clock
from bench.client import BenchBroken, Visitor

SECRET = "GYBENCHSECRETOFALLOFFICERSINRUNS"


def give(officers: Iterable[Officer], now: datetime) -> None:
    """Each officer set up a telephone a little earlier, so that its next code is a fresh one."""
    at = now - timedelta(minutes=2)
    for officer in officers:
        if factors.set_up(officer, SECRET, totp.code_of(SECRET, totp.step_at(at)), at) is None:
            raise BenchBroken("the telephone of the bench shows a wrong code")


def enter(visitor: Visitor, email: str, password: str) -> Visitor:
    """The visitor is at the desk as that officer."""
    typed = {"email": email, "password": password}
    visitor.post("/desk/sign-in", {**visitor.hidden("/desk/sign-in"), **typed})
    fields = visitor.hidden("/desk/sign-in/code")
    code = totp.code_of(SECRET, totp.step_at(clock.now()))
    visitor.post("/desk/sign-in/code", {**fields, "code": code})
    visitor.ask("/desk")
    return visitor
