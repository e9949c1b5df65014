"""A new password by letter: asked for alike by everybody, good once, and no second factor.

A letter goes to every address that is typed, so that neither the page, nor the time it takes, nor
what is written tells who works here. Who has no second factor gets no link: whoever reads the
letters of an officer would otherwise set one up.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import case, delete, func, select, update

from app.accounts import factors
from app.accounts.door_models import PasswordLink
from app.accounts.models import Officer
from app.accounts.sign_in import alone, may_come_in, renew_password
from app.extensions import db, sealer
from app.kit.codes import new_key
from app.mail import post

LASTS = timedelta(hours=1)
MOST = 5  # letters to an address within an hour, before the next waits for the last one
ENOUGH = timedelta(minutes=10)
KEPT = timedelta(days=1)  # of a link that is over


def ask(email: str, address: Callable[[str], str], now: datetime) -> None:
    """A letter is on its way to that address, or one with a link that is good went minutes ago.

    `address` makes the whole address of a token. Older links of the address open nothing.
    """
    email = email.strip().lower()
    of_address = PasswordLink.email_mark.in_(sealer().marks(email))
    good = case((PasswordLink.session_key != "", PasswordLink.asked_at))
    asked = select(func.count(), func.max(good)).where(
        of_address, PasswordLink.asked_at > now - LASTS
    )
    many, last = db.session.execute(asked).one()
    # so who asks in somebody else's name fills no letterbox, and keeps nobody out
    if many >= MOST and last is not None and now < last + ENOUGH:
        return
    whose = _whose(email, now)
    db.session.execute(update(PasswordLink).where(of_address).values(session_key=""))
    token = secrets.token_urlsafe(32)
    db.session.add(
        PasswordLink(
            digest=_digest(token),
            officer_id=whose.id if whose is not None else None,
            email=email,
            email_mark=sealer().mark(email),
            session_key=whose.session_key if whose is not None else new_key(),
            asked_at=now,
        )
    )
    words = _letter(address(token)) if whose is not None else _no_letter()
    key = f"password:{_digest(token)[:32]}"
    post.write(key, email, _("A new password"), words, "", now, about="password")


def look(token: str, now: datetime) -> Officer | None:
    """The officer whose password the link sets; None for one that is used, late or too old."""
    link = db.session.get(PasswordLink, _digest(token), populate_existing=True)
    if link is None or link.officer_id is None or now >= link.asked_at + LASTS:
        return None
    officer = db.session.get_one(Officer, link.officer_id)
    good = link.session_key == officer.session_key
    return officer if good and _may_have_one(officer, now) else None


def take(token: str, password: str, now: datetime) -> Officer | None:
    """The officer has that password, no session, and the same second factor as before.

    None for a link that is not good. A lock stays, and so do wrong codes that were counted: both
    keep off who has the letters of an officer and guesses at the rest.
    """
    whose = select(PasswordLink.officer_id).where(PasswordLink.digest == _digest(token))
    # of two presses at the same instant the second finds another key
    held = alone(select(Officer).where(Officer.id == whose.scalar_subquery()))
    db.session.scalar(held.with_for_update(of=Officer).execution_options(populate_existing=True))
    officer = look(token, now)
    if officer is not None:
        renew_password(officer, password)
    return officer


def forget_links(now: datetime) -> None:
    """Links that were over a day ago are gone, and with them the addresses they went to."""
    db.session.execute(delete(PasswordLink).where(PasswordLink.asked_at < now - KEPT))


def _whose(email: str, now: datetime) -> Officer | None:
    """The officer who may have a link; everything is asked for nobody, too."""
    query = alone(select(Officer).where(Officer.email == email))
    officer = db.session.scalar(query.with_for_update(of=Officer))
    return officer if _may_have_one(officer, now) else None


def _may_have_one(officer: Officer | None, now: datetime) -> bool:
    protected = factors.has_factor(officer)
    return officer is not None and protected and may_come_in(officer, now)


def _letter(link: str) -> str:
    portal = current_app.extensions["settings"].site_name or _("the consultation portal")
    return post.body(
        _("Somebody asked for a new password for your account on %(portal)s.", portal=portal),
        _("If that was you, open this link within an hour:"),
        link,
        _("If it was not you, do nothing: your password stays as it is."),
    )


def _no_letter() -> str:
    portal = current_app.extensions["settings"].site_name or _("the consultation portal")
    return post.body(
        _(
            "Somebody asked for a new password on %(portal)s with this address. No link can be "
            "sent to it: no officer has it, or the account is closed, asleep or without a second "
            "factor.",
            portal=portal,
        ),
        _("If you work here, ask the administrator of your agency. If not, do nothing."),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


DUTIES = (forget_links,)
