"""Citizens in each state that has a page of its own, and what they come in from outside by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, current_app

from app.citizens import entering, receipts
from app.citizens import session as sessions
from app.citizens.models import Citizen, Level
from app.citizens.public import BROWSER
from app.citizens.public_oidc import ADDED
from app.config import THIS_MACHINE, Settings
from app.extensions import db
from app.kit import codes
from app.kit.provider import read
from app.web import oidc
from app.web.oidc import Realm
from tests.page_client import PageClient

ISSUER = "https://identity.example.vn/realm"


def trusting(settings: Settings) -> Settings:
    """The settings of a portal with providers of citizens and of staff."""
    known = read(ISSUER.replace("://", "://client:secret@") + "?name=VNeID", THIS_MACHINE)
    return replace(settings, oidc_citizens=known, oidc_staff=known)


def discovered(app: Flask) -> None:
    """The portal has asked the providers what they say of themselves, and need not ask again."""
    for realm in Realm:
        oidc._client(realm).server_metadata = {
            "_loaded_at": 1,
            "issuer": ISSUER,
            **{name: f"{ISSUER}/{name}" for name in oidc.ENDPOINTS},
        }


def account(email: str, now: datetime) -> tuple[Citizen, str]:
    """An account of that address, and a link that its owner has not opened yet."""
    tokens: list[str] = []
    for _ in range(2):
        entering.ask(email, "browser", lambda token: tokens.append(token) or token, now)
        db.session.flush()
    citizen = entering.take(tokens[0], "browser", now)
    assert citizen is not None
    return citizen, f"/account/sign-in/{tokens[1]}"


def visitors(comments: Sequence[int], now: datetime) -> Iterator[tuple[PageClient, list[str]]]:
    """Browsers of citizens, and where each begins: at a letter's link, at an identity to be added,
    and twice at the receipts, because one session ends by being forgotten and one by leaving."""
    for number in range(4):
        client = current_app.test_client()
        assert isinstance(client, PageClient)
        citizen, link = account(f"citizen{number}@example.vn", now)
        for comment in comments[:2]:
            receipts.add(citizen.id, comment, now)
        key = citizen.session_key
        db.session.commit()
        with client.session_transaction() as kept:
            kept[BROWSER] = "browser"
            until = (now + timedelta(hours=1)).isoformat()
            if number:
                pocket = {"key": key, "level": Level.EMAIL.value, "until": until}
                kept[sessions.POCKET] = pocket
            if number == 1:
                kept[ADDED] = {
                    "issuer": ISSUER,
                    "subject": codes.new_key(),
                    "email": "",
                    "methods": [],
                    "until": until,
                }
        yield client, [link, "/account/provider/add", "/account", "/account"][number : number + 1]
