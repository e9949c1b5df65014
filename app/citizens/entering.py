"""Ways into an account: a link that comes by letter, or a provider that knows the citizen.

An account is made by coming in, so asking for a link is the same for an address that has one and
for one that has none: nobody learns who has an account.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import case, delete, func, select
from sqlalchemy.exc import IntegrityError

from app.citizens.models import Citizen, CitizenIdentity, Level, SignInLink
from app.extensions import db, sealer
from app.kit import codes
from app.kit.provider import shown
from app.mail import post
from app.people import consents
from app.people.models import Purpose
from app.web import locale, oidc
from app.web.oidc import Person

LASTS = timedelta(minutes=15)
MOST = 5  # letters to an address within an hour, before the next waits for the last one's end
HOUR = timedelta(hours=1)
ENOUGH = timedelta(minutes=10)  # so the last link is good for five more
KEPT = timedelta(days=1)  # of a link that is over


class Link(StrEnum):
    """What a link in a letter is good for."""

    GOOD = "good"
    ELSEWHERE = "elsewhere"  # another browser asked for it: here its address has to be typed
    OVER = "over"  # used, too old, or never sent


class TakenError(Exception):
    """Raised when an identity would be added that opens another account, or a second one."""


def ask(email: str, browser: str, address: Callable[[str], str], now: datetime) -> None:
    """A link to come in is on its way to that address, or a good one was sent minutes ago.

    `address` makes the whole address of a token; the link opens at a press in the browser that
    holds `browser`, elsewhere to who types the address.
    """
    email = email.strip().lower()
    if _just_asked(email, now):
        return
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignInLink(
            digest=_digest(token),
            email=email,
            email_mark=sealer().mark(email),
            browser=_digest(browser),
            language=locale.current().code,
            asked_at=now,
        )
    )
    subject, words = _letter(address(token))
    key = f"account:{_digest(token)[:32]}"
    post.write(key, email, subject, words, "", now, about=about(email)[0])


def _just_asked(email: str, now: datetime) -> bool:
    """Whether the address had enough letters, the last of them with a link that is still good.

    So who asks again and again in somebody else's name fills no letterbox, and keeps nobody out.
    """
    unused = case((SignInLink.used_at.is_(None), SignInLink.asked_at))
    asked = select(func.count(), func.max(unused)).where(
        SignInLink.email_mark.in_(sealer().marks(email)), SignInLink.asked_at > now - HOUR
    )
    many, last = db.session.execute(asked).one()
    return many >= MOST and last is not None and now < last + ENOUGH


def about(email: str) -> list[str]:
    """What letters of an account to that address are filed under, the newest key's name first."""
    return [f"account:{mark[:24]}" for mark in sealer().marks(email)]


def _letter(link: str) -> tuple[str, str]:
    portal = current_app.extensions["settings"].site_name or _("the consultation portal")
    return _("Your link to sign in"), post.body(
        _("Somebody asked to sign in on %(portal)s with this address.", portal=portal),
        _("If that was you, open this link within 15 minutes:"),
        link,
        _("If it was not you, do nothing. Without the link nobody can come in."),
    )


def look(token: str, browser: str, now: datetime, typed: str = "") -> tuple[Link, str]:
    """What a link is good for in a browser, and the address it was sent to where it is good.

    In another browser its address has to be typed: nobody is led into an account that is not
    theirs by a link that somebody else asked for.
    """
    link = db.session.get(SignInLink, _digest(token))
    if link is None or link.used_at is not None or now >= link.asked_at + LASTS:
        return Link.OVER, ""
    asked_here = bool(browser) and secrets.compare_digest(link.browser, _digest(browser))
    if not asked_here and typed.strip().lower() != link.email:
        return Link.ELSEWHERE, ""
    return Link.GOOD, link.email


def take(token: str, browser: str, now: datetime, typed: str = "") -> Citizen | None:
    """The account of the address a link was sent to, made if there is none; None if it is not good.

    The link is used up.
    """
    held = select(SignInLink).where(SignInLink.digest == _digest(token)).with_for_update()
    link = db.session.scalar(held.execution_options(populate_existing=True))
    if link is None or look(token, browser, now, typed)[0] is not Link.GOOD:
        return None
    link.used_at = now
    return _of_address(link.email, link.language, now)


def by_address(email: str) -> Citizen | None:
    """The account of an address."""
    marks = sealer().marks(email.strip().lower())
    return db.session.scalar(select(Citizen).where(Citizen.email_mark.in_(marks)))


def _of_address(email: str, language: str, now: datetime) -> Citizen:
    found = by_address(email)
    if found is not None:
        return found
    fresh = _fresh(language, now)
    fresh.email, fresh.email_mark = email, sealer().mark(email)
    try:
        with db.session.begin_nested():
            db.session.add(fresh)
            db.session.flush()
            consents.give(Purpose.ACCOUNT, f"citizen:{fresh.id}", language, now)
    except IntegrityError:  # the same person, this very moment, in another window
        return db.session.scalars(
            select(Citizen).where(Citizen.email_mark == sealer().mark(email))
        ).one()
    return fresh


def by_person(person: Person) -> Citizen | None:
    """The account of whom a provider vouches for."""
    marks = sealer().marks(person.key)
    return db.session.scalar(
        select(Citizen)
        .join(CitizenIdentity, CitizenIdentity.citizen_id == Citizen.id)
        .where(CitizenIdentity.mark.in_(marks))
    )


def of_person(person: Person, now: datetime) -> Citizen:
    """The account of whom a provider vouches for, made if there is none.

    No account is ever found by an e-mail that a provider tells of (ASVS 5.0 6.8.1), and nothing
    is kept but the number by which it knows them.
    """
    found = by_person(person)
    if found is not None:
        return found
    fresh = _fresh(locale.current().code, now)
    try:
        with db.session.begin_nested():
            db.session.add(fresh)
            db.session.flush()
            add(fresh, person, now)
    except IntegrityError:
        found = by_person(person)
        if found is None:
            raise
        return found
    return fresh


def add(citizen: Citizen, person: Person, now: datetime) -> None:
    """The provider opens this account too; raises TakenError."""
    other = by_person(person)
    held = select(CitizenIdentity.mark).where(
        CitizenIdentity.citizen_id == citizen.id, CitizenIdentity.issuer == person.issuer
    )
    if (other is not None and other.id != citizen.id) or (
        other is None and db.session.scalar(held) is not None
    ):
        raise TakenError
    if other is None:
        db.session.add(
            CitizenIdentity(
                mark=sealer().mark(person.key),
                citizen_id=citizen.id,
                issuer=person.issuer,
                subject=person.subject,
                linked_at=now,
            )
        )
        db.session.flush()


def providers(citizen_id: int) -> set[str]:
    """The issuers that open the account."""
    opening = select(CitizenIdentity.issuer).where(CitizenIdentity.citizen_id == citizen_id)
    return set(db.session.scalars(opening))


def level_of(person: Person) -> Level:
    """How somebody showed who they are who came in by the provider of citizens.

    Only what the operator wrote down as proof of identity counts as one.
    """
    provider = oidc.provider(oidc.Realm.CITIZENS)
    if provider is not None and shown(person.methods, provider.identity):
        return Level.IDENTITY
    return Level.EMAIL if person.email else Level.NONE


def forget_links(now: datetime) -> None:
    """Links that were over a day ago are gone, and with them the addresses they went to."""
    db.session.execute(delete(SignInLink).where(SignInLink.asked_at < now - KEPT))


def _fresh(language: str, now: datetime) -> Citizen:
    return Citizen(
        email="",
        name="",
        language=language,
        session_key=codes.new_key(),
        created_at=now,
        last_seen_at=now,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


DUTIES = (forget_links,)
