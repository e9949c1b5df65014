"""What officers have besides their password: a telephone that computes codes, codes on paper."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from sqlalchemy import delete, func, select

from app.accounts import totp
from app.accounts.door_models import Factor, FactorReset, Passkey, RecoveryCode
from app.accounts.models import Officer
from app.accounts.officer_sessions import end_all
from app.extensions import db, sealer
from app.kit.codes import ALPHABET
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.web import limits_guesses

RECOVERY_CODES = 10
# 16 signs of 31: 79 bits, kept as a digest under the portal's key
GROUPS, GROUP = 4, 4
# opened and computed with where there is no secret, so that it takes as long
NOBODYS = totp.new_secret()
_no_sign = re.compile(r"[\W_]+")


def has_factor(officer: Officer | None) -> bool:
    """Whether the officer's telephone computes codes, or a device of theirs keeps a passkey.

    It is asked for nobody too, so that the time tells nothing.
    """
    of = officer.id if officer is not None else 0
    telephone = select(Factor.officer_id).where(Factor.officer_id == of)
    passkey = select(Passkey.officer_id).where(Passkey.officer_id == of)
    return db.session.scalar(telephone.union_all(passkey).limit(1)) is not None


def telephone(officer: Officer) -> Factor | None:
    """The app that computes the officer's codes."""
    return db.session.get(Factor, officer.id)


def set_up(officer: Officer, secret: str, code: str, now: datetime) -> list[str] | None:
    """The telephone that showed `code` is the officer's factor from now on; returns new recovery
    codes, which are kept nowhere, or None when the code is not of this secret."""
    step = totp.step_of(secret, code, now)
    if step is None:
        return None
    db.session.merge(Factor(officer_id=officer.id, secret=secret, set_at=now, last_step=step))
    _recorded(Verb.FACTOR_ADDED, officer, "totp")
    return renew_recovery_codes(officer)


def takes(officer: Officer | None, code: str, now: datetime) -> bool:
    """Whether the code is the officer's: of the telephone, whose step is then spent, or on paper,
    which is then used. The same work is done for nobody.

    After too many wrong codes in a day or a month no digits count (NIST SP 800-63B-4, 3.2.2): who
    tries them has the password. A code on paper does, and a passkey opens in any case.
    """
    whose = _guesses_of(officer)
    digits_count = limits_guesses.may_guess(whose)
    factor = db.session.get(Factor, officer.id if officer is not None else 0, with_for_update=True)
    step = totp.step_of(
        factor.secret if factor is not None else sealer().open(sealer().seal(NOBODYS)),
        code,
        now,
        after=factor.last_step if factor is not None else 0,
    )
    written = _unused(officer, code)
    if factor is not None and step is not None and digits_count:
        factor.last_step = step
        return True
    if written is not None:
        written.used_at = now
        return True
    limits_guesses.guessed(whose)
    return False


def no_digits_until(officer: Officer) -> datetime | None:
    """When six digits count again, after too many wrong ones; None where they do now."""
    return limits_guesses.spent_until(_guesses_of(officer))


def forget_guesses(officer: Officer) -> None:
    """Who guessed at codes knows the password no more, or the codes are others: they count anew."""
    limits_guesses.forget(_guesses_of(officer))


def renew_recovery_codes(officer: Officer) -> list[str]:
    """The officer has ten new recovery codes, and no old one is worth anything."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.officer_id == officer.id))
    made = [_new_code() for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(officer_id=officer.id, mark=_mark(code)) for code in made)
    _recorded(Verb.FACTOR_ADDED, officer, "recovery_codes")
    return made


def recovery_codes_left(officer: Officer) -> int:
    """How many of the ten have not been used."""
    left = select(func.count()).where(
        RecoveryCode.officer_id == officer.id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(left) or 0


def reset(officer: Officer, reason: str, by: Officer | None, now: datetime) -> None:
    """The officer has no second factor and no session: the next sign-in sets a new one up."""
    for table in (Factor, RecoveryCode, Passkey):
        db.session.execute(delete(table).where(table.officer_id == officer.id))
    forget_guesses(officer)
    by_id = by.id if by is not None else None
    told = FactorReset(officer_id=officer.id, reset_by=by_id, reason=reason, at=now)
    db.session.add(told)
    db.session.flush()
    end_all(officer)
    record(
        Verb.FACTOR_CANCELLED,
        f"officer:{officer.id}",
        actor_id=by_id,
        officer_id=officer.id,
        reset_id=told.id,
    )


def resets(officer: Officer) -> list[tuple[FactorReset, Officer | None]]:
    """Each time the officer's factors were taken away, and by whom; the newest first."""
    query = (
        select(FactorReset, Officer)
        .outerjoin(Officer, Officer.id == FactorReset.reset_by)
        .where(FactorReset.officer_id == officer.id)
        .order_by(FactorReset.id.desc())
    )
    return [(told, by) for told, by in db.session.execute(query)]


def _recorded(verb: Verb, officer: Officer, factor: str) -> None:
    subject = f"officer:{officer.id}"
    record(verb, subject, actor_id=officer.id, officer_id=officer.id, factor=factor)


def _new_code() -> str:
    signs = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(signs)


def _signs(code: str) -> str:
    return "recovery:" + _no_sign.sub("", code).upper()


def _mark(code: str) -> str:
    return sealer().mark(_signs(code))


def _unused(officer: Officer | None, code: str) -> RecoveryCode | None:
    return db.session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.officer_id == (officer.id if officer is not None else 0),
            RecoveryCode.mark.in_(sealer().marks(_signs(code))),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    )


def _guesses_of(officer: Officer | None) -> str:
    """The name under which wrong codes are counted; of nobody, too."""
    return f"officer-{officer.id if officer is not None else 0}"
