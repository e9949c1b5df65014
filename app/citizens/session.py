"""The citizen behind a request: a pocket of its own in the session, which no officer's opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, session
from sqlalchemy import select

from app.citizens.models import Citizen, Level
from app.extensions import db
from app.kit import clock, codes

POCKET = "citizen"
LASTS = timedelta(hours=12)  # however busy: a browser that many people use forgets by itself


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, and how they showed who they are this time."""

    id: int
    email: str
    name: str
    level: Level


def enter(citizen: Citizen, level: Level, now: datetime) -> None:
    """The citizen is signed in here until `LASTS` is over, with fresh tokens for every form."""
    citizen.last_seen_at = now
    session.pop("csrf_token", None)
    session[POCKET] = {
        "key": citizen.session_key,
        "level": level.value,
        "until": (now + LASTS).isoformat(),
    }
    g.pop(POCKET, None)


def leave(citizen: Citizen) -> None:
    """The citizen is signed out everywhere: a copied cookie is worth nothing."""
    citizen.session_key = codes.new_key()
    let_go()


def let_go() -> None:
    """This browser knows of no citizen any more, nor of any on the way in."""
    for name in (POCKET, "csrf_token"):
        session.pop(name, None)
    g.pop(POCKET, None)


def signed_in() -> SignedIn | None:
    """Who is signed in, asked of the database only where the session names somebody."""
    if POCKET not in g:
        setattr(g, POCKET, _named())
    found: SignedIn | None = getattr(g, POCKET)
    return found


def citizen() -> Citizen | None:
    """The account of who is signed in, to be changed."""
    found = signed_in()
    return db.session.get(Citizen, found.id) if found is not None else None


def _named() -> SignedIn | None:
    told = session.get(POCKET)
    if not told or clock.now() >= datetime.fromisoformat(told["until"]):
        return None
    row = db.session.execute(
        select(Citizen.id, Citizen.email, Citizen.name).where(Citizen.session_key == told["key"])
    ).one_or_none()
    return row and SignedIn(row.id, row.email, row.name, Level(told["level"]))
