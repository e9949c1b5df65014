"""`python -m bench.enumeration`: does the time of an answer tell which accounts exist (G28)?

10,000 pairs of requests for each question, the two kinds by turns in random order: one about an
account that is there, one about none. It prints the difference of the medians in milliseconds and
the Kolmogorov–Smirnov distance of the two samples with its p-value; `--quick` takes 500 pairs.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import secrets
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app import create_app
from app.accounts.invite import invite
from app.accounts.models import Agency, Officer, Role
from app.accounts.passwords import hash_password
from app.accounts.sign_in import LOCKED_FOR
from app.extensions import db
from app.kit import clock, codes
from bench.client import BenchBroken, Visitor
from bench.door import give
from bench.processes import Web, flask, run, surroundings, web

PAIRS, QUICK, WARM = 10_000, 500, 20
CLOSE = 2.0  # milliseconds between medians
ALIKE = 0.01  # the p-value above which the samples may be of one kind
TRIES = 3  # of one account: the fifth mistake locks it, which is itself recorded
DOOR, CODE = "/desk/sign-in", "/desk/sign-in/code"


@dataclass(frozen=True)
class Compared:
    """The times of two kinds of request, in milliseconds."""

    asked: str
    there: Sequence[float]
    none: Sequence[float]

    @property
    def apart(self) -> float:
        """How far the medians lie apart."""
        return abs(statistics.median(self.there) - statistics.median(self.none))

    def distance(self) -> tuple[float, float]:
        """The Kolmogorov–Smirnov statistic, and how likely it is for samples of one kind."""
        one, other = sorted(self.there), sorted(self.none)
        i = j = 0
        widest = 0.0
        while i < len(one) and j < len(other):
            at = min(one[i], other[j])
            while i < len(one) and one[i] <= at:
                i += 1
            while j < len(other) and other[j] <= at:
                j += 1
            widest = max(widest, abs(i / len(one) - j / len(other)))
        even = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
        scaled = (even + 0.12 + 0.11 / even) * widest
        terms = (2 * (-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
        return widest, min(1.0, max(0.0, sum(terms))) if scaled > 0.2 else 1.0

    def line(self) -> str:
        """One row of the table."""
        widest, chance = self.distance()
        good = self.apart < CLOSE and chance > ALIKE
        middle = statistics.median(self.none)
        return (
            f"| {self.asked} | {len(self.none):,} | {middle:.2f} | {self.apart:.3f} "
            f"| {widest:.4f} | {chance:.3f} | {'yes' if good else 'NO'} |"
        )


def fill(pairs: int) -> dict[str, object]:
    """Officers enough that none is locked by the bench, others locked or closed, old links."""
    now, password = clock.now(), secrets.token_urlsafe(12)
    agency = Agency(slug="bench", name="Ủy ban nhân dân tỉnh", name_en="Province")
    db.session.add(agency)
    db.session.flush()
    hashed = hash_password(password)

    def officers(kind: str, many: int, **words: object) -> list[Officer]:
        rows = [
            Officer(
                email=f"{kind}{n}@example.vn",
                name=kind,
                agency_id=agency.id,
                password_hash=hashed,
                session_key=codes.new_key(),
                created_at=now,
                **words,
            )
            for n in range(many)
        ]
        db.session.add_all(rows)
        db.session.flush()
        return rows

    many = pairs // TRIES + 1
    give(officers("right", many), now)
    give(officers("known", many), now)
    officers("locked", 10, locked_until=now + 1000 * LOCKED_FOR)
    officers("closed", 10, active=False)
    told = {"name": "", "job_title": "", "role": Role.DRAFTER, "agency": agency}
    old = [
        invite(email=f"i{n}@example.vn", invited_by=None, now=now - 9 * LOCKED_FOR * 96, **told)  # type: ignore[arg-type]
        for n in range(10)
    ]
    db.session.commit()
    return {"password": password, "many": many, "old": old}


class Door:
    """One browser at the door, whose requests are timed."""

    def __init__(self, portal: Web, told: dict[str, object]) -> None:
        self.visitor, self.told = Visitor(portal.port), told
        self.fields = self.visitor.hidden(DOOR)
        self.turns: dict[str, Iterator[int]] = {}

    def email(self, kind: str) -> str:
        """The next account of that kind."""
        many = int(str(self.told["many"])) if kind in ("right", "known", "nobody") else 10
        turn = self.turns.setdefault(kind, itertools.cycle(range(many)))
        return f"{kind}{next(turn)}@example.vn"

    def password(self, kind: str, right: bool = False) -> float:
        """Milliseconds of the first step."""
        word = str(self.told["password"]) if right else "a wrong password"
        typed = {**self.fields, "email": self.email(kind), "password": word}
        return timed(lambda: self.visitor.post(DOOR, typed))

    def code(self, kind: str, right: bool) -> float:
        """Milliseconds of the second step, with a wrong code."""
        self.password(kind, right)
        typed = {**self.fields, "code": "000000"}
        return timed(lambda: self.visitor.post(CODE, typed, wanted=422))

    def invitation(self, old: bool) -> float:
        """Milliseconds of a link that has run out, or never was."""
        links = self.told["old"]
        assert isinstance(links, list)
        token = random.choice(links) if old else codes.new_key()
        return timed(lambda: self.visitor.ask(f"/desk/invitations/{token}", wanted=410))


def timed(act: Callable[[], object]) -> float:
    """How many milliseconds it took."""
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def compare(door: Door, pairs: int) -> Iterator[Compared]:
    """Each question, asked of what is there and of what is not."""
    kinds: dict[str, tuple[Callable[[], float], Callable[[], float]]] = {
        "known e-mail / unknown": (
            lambda: door.password("known"),
            lambda: door.password("nobody"),
        ),
        "locked account / unknown": (
            lambda: door.password("locked", right=True),
            lambda: door.password("nobody", right=True),
        ),
        "closed account / unknown": (
            lambda: door.password("closed", right=True),
            lambda: door.password("nobody", right=True),
        ),
        "right password / wrong": (
            lambda: door.password("right", right=True),
            lambda: door.password("nobody"),
        ),
        "wrong code after right password / after wrong": (
            lambda: door.code("right", right=True),
            lambda: door.code("nobody", right=False),
        ),
        "invitation run out / never made": (
            lambda: door.invitation(old=True),
            lambda: door.invitation(old=False),
        ),
    }
    for name, (there, none) in kinds.items():
        for _ in range(WARM):
            none()
        found: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(pairs):
            for kind in random.sample((True, False), 2):
                found[kind].append(there() if kind else none())
        yield Compared(name, found[True], found[False])


def main() -> int:
    """The table is printed; the status is 1 where a time tells something."""
    parser = argparse.ArgumentParser(prog="python -m bench.enumeration", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--pairs", type=int)
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.fill:
        with create_app().app_context():
            print(json.dumps(fill(asked.fill)))
        return 0
    pairs = asked.pairs or (QUICK if asked.quick else PAIRS)
    folder = Path(tempfile.mkdtemp(prefix="gopy-enumeration-"))
    try:
        environ = surroundings(folder)
        flask("prepare", "--no-sample", environ=environ)
        told = json.loads(run("-m", "bench.enumeration", "--fill", str(pairs), environ=environ))
        print("| question | pairs | median ms | medians apart ms | KS | p | alike |")
        print("|---|---|---|---|---|---|---|")
        telling = False
        with web("wsgi:app", environ, folder / "web.log") as portal:
            for found in compare(Door(portal, told), pairs):
                print(found.line(), flush=True)
                telling |= found.line().endswith("NO |")
    except BenchBroken as error:
        print(f"The bench broke: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if telling else 0


if __name__ == "__main__":
    sys.exit(main())
