"""Signing in: what was shown is judged at the end, and nobody learns which accounts exist.

Every password is hashed once and every attempt writes once, whether or not there is such an
account; five failures lock one for a while. docs/decisions/0013-staff-sign-in.md says why the
password's verdict waits for the second factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import lazyload

from app.accounts import dormant, factors, totp
from app.accounts.door_models import SignInDay
from app.accounts.models import Officer
from app.accounts.officer_sessions import end_all
from app.accounts.passwords import hash_password, verify
from app.extensions import db
from app.kit import clock
from app.kit.codes import new_key
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.mail import post
from app.web.filters import moment

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
# what a half-done sign-in stands on; older ones begin anew
HALF_DONE = timedelta(minutes=10)


@dataclass(frozen=True)
class Half:
    """A sign-in between password and second factor; officer 0 stands for nobody.

    It travels sealed in the browser's cookie, equally long for everybody.
    """

    officer_id: int
    key: str
    at: int

    @classmethod
    def of(cls, officer: Officer | None, now: datetime) -> Half:
        """What is carried on: whoever failed is nobody from here on."""
        at = int(now.timestamp())
        return cls(officer.id, officer.session_key, at) if officer else cls(0, new_key(), at)

    @classmethod
    def read(cls, text: str) -> Half:
        """What `written` wrote."""
        officer_id, at, key = text.split(" ")
        return cls(int(officer_id), key, int(at))

    def written(self) -> str:
        """The half as text; as long for nobody as for anybody."""
        return f"{self.officer_id:010} {self.at:010} {self.key}"

    def officer(self, now: datetime, *, lock: bool = False) -> Officer | None:
        """Who showed the password, unless that is too long ago or the account changed since."""
        query = alone(select(Officer).where(Officer.id == self.officer_id))
        found = db.session.scalar(query.with_for_update(of=Officer) if lock else query)
        late = now.timestamp() - self.at >= HALF_DONE.total_seconds()
        return found if found is not None and found.session_key == self.key and not late else None


def alone(query: Select[Officer]) -> Select[Officer]:
    """The query asks for officers and nothing of theirs: one statement, found or not."""
    return query.options(lazyload(Officer.agency), lazyload(Officer.grants))


def judge_password(email: str, password: str, now: datetime) -> Officer | None:
    """The officer with that e-mail and password, or None; failures are counted and can lock."""
    # locked, so that guesses sent at the same instant are counted one by one
    known = alone(select(Officer).where(Officer.email == email.strip().lower()))
    officer = db.session.scalar(known.with_for_update(of=Officer))
    fits = verify(officer.password_hash if officer is not None else None, password)
    return _judged(officer, fits, now)


def judge_factor(half: Half, code: str, now: datetime) -> Officer | None:
    """The officer who showed the password and now a code of theirs, or None; counted likewise."""
    officer = half.officer(now, lock=True)
    open_ = officer if officer is not None and _is_open(officer, now) else None
    fits = factors.takes(open_, code, now)
    return _judged(officer, fits, now)


def proves(officer: Officer, proof: str, now: datetime) -> bool:
    """Whether it is the officer's password or a code of theirs; failures count as at the door."""
    if len(proof.strip()) == totp.DIGITS and proof.strip().isdigit():
        fits = factors.takes(officer, proof, now)
    else:
        fits = verify(officer.password_hash, proof)
    return _judged(officer, fits, now) is not None


def may_come_in(officer: Officer, now: datetime) -> bool:
    """Whether a passkey opens: a lock is against guessing, and nobody guesses a passkey."""
    return officer.active and not dormant.is_due(officer, now)


def forgive(officer: Officer) -> None:
    """The officer is in: what went wrong before counts no more."""
    officer.failures = 0
    officer.locked_until = None


def set_password(officer: Officer, password: str, own: int) -> None:
    """The password is another, and every session but that one is over."""
    factors.forget_guesses(officer)
    renew_password(officer, password, own)


def renew_password(officer: Officer, password: str, own: int = 0) -> None:
    """As `set_password`, but wrong codes stay counted; a letter tells the officer of it."""
    officer.password_hash = hash_password(password)
    end_all(officer, but=own)
    record(
        Verb.PASSWORD_CHANGED,
        f"officer:{officer.id}",
        actor_id=officer.id,
        officer_id=officer.id,
    )
    now = clock.now()
    portal = current_app.extensions["settings"].site_name or _("the consultation portal")
    words = post.body(
        _(
            "The password of your account on %(portal)s was changed: %(when)s.",
            portal=portal,
            when=moment(now),
        ),
        _(
            "If that was not you, tell the administrator of your agency at once, who can close "
            "the account."
        ),
    )
    subject = _("Your password was changed")
    post.write(f"password-changed:{new_key()}", officer.email, subject, words, "", now, "password")


def close(officer: Officer, by: Officer | None = None) -> None:
    """The account is closed: no session of it goes on, and only a new invitation opens it."""
    officer.active = False
    end_all(officer)
    record(
        Verb.OFFICER_CLOSED,
        f"officer:{officer.id}",
        actor_id=by.id if by is not None else None,
        officer_id=officer.id,
    )


def _is_open(officer: Officer, now: datetime) -> bool:
    locked = officer.locked_until is not None and now < officer.locked_until
    return officer.active and not locked and not dormant.is_due(officer, now)


def _judged(officer: Officer | None, fits: bool, now: datetime) -> Officer | None:
    _counted(now)
    if officer is None or not _is_open(officer, now):
        # what a mistake costs, for an account that is not there
        db.session.execute(update(Officer).where(Officer.id == 0).values(failures=0))
        return None
    if not fits:
        _failed(officer, now)
        return None
    return officer


def _failed(officer: Officer, now: datetime) -> None:
    officer.failures += 1
    if officer.failures < MAX_FAILURES:
        return
    officer.locked_until = now + LOCKED_FOR
    record(
        Verb.OFFICER_LOCKED,
        f"officer:{officer.id}",
        officer_id=officer.id,
        failures=officer.failures,
    )
    officer.failures = 0


def _counted(now: datetime) -> None:
    """One attempt more today: the write that every attempt makes, whoever it was."""
    dialect = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    first = dialect.insert(SignInDay.__table__).values(day=clock.vn_date(now), attempts=1)
    db.session.execute(
        first.on_conflict_do_update(
            index_elements=["day"], set_={"attempts": SignInDay.attempts + 1}
        )
    )
