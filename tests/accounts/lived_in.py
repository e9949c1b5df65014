"""The door of the desk where everything has happened once: for walks over every page and form."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from app.accounts import dormant, factors, forgotten, officer_sessions, typed_late
from app.accounts.door_models import Passkey
from app.accounts.models import Agency, Officer, Role
from app.extensions import db
from tests.factories import PASSWORD, World
from tests.page_client import PageClient


def lived_in(world: World, agency: Agency, officer: Officer, now: datetime) -> None:
    """The officer has a passkey, another browser and a text that came too late; a colleague
    sleeps, and another lost the telephone once."""
    officer_sessions.begin(officer, "Firefox · Linux", now)
    key = {"credential_id": "AAAA", "public_key": b"", "sign_count": 0, "created_at": now}
    db.session.add(Passkey(officer_id=officer.id, name="Máy tính", **key))
    typed_late.keep(officer.id, "/desk/typed", [("body", "Một câu dài, viết mãi mới xong.")], now)
    sleeper, loser = (world.officer(agency, Role.CLERK) for _ in range(2))
    sleeper.created_at = now - dormant.AFTER
    sleeper.last_seen_at = None
    factors.reset(loser, "Mất điện thoại.", officer, now)
    db.session.flush()
    dormant.fall_asleep(now)
    db.session.commit()


def way_to_a_password(world: World, agency: Agency, now: datetime) -> str:
    """The address in the letter to an officer who has forgotten theirs."""
    found: list[str] = []

    def address(token: str) -> str:
        found.append(f"/desk/password/{token}")
        return found[0]

    forgotten.ask(world.officer(agency, Role.CLERK).email, address, now)
    return found[0]


def on_the_way_in(app: Flask, world: World, agency: Agency) -> list[tuple[PageClient, str]]:
    """Browsers between password and desk, with the page they are at: one of an officer with a
    second factor, one of an officer without."""
    known, new = (world.officer(agency, Role.CLERK) for _ in range(2))
    factors.reset(new, "Mất điện thoại.", None, known.created_at)
    db.session.commit()
    found = []
    for officer in (known, new):
        client = app.test_client()
        assert isinstance(client, PageClient)
        typed = {"email": officer.email, "password": PASSWORD}
        found.append((client, client.submit("/desk/sign-in", typed).location))
    return found
