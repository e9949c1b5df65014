"""Passkeys of officers (WebAuthn level 2): something they have that also knows who holds it.

Every passkey is made discoverable and verifies its user, so one alone is both factors. A
challenge needs no row: the portal signs it with its purpose and its time, and writes down only
those that were answered, so that no answer counts twice.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from flask import current_app
from sqlalchemy import delete, select
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.door_models import Passkey, SpentChallenge
from app.accounts.models import Officer
from app.extensions import db
from app.kit import clock
from app.kit.codes import salted_digest
from app.ledger.record import record
from app.ledger.verbs import Verb

ANSWERED_IN = timedelta(minutes=10)
MOST = 10
MAX_ANSWER = 20_000  # signs of JSON; real ones have about a thousand
NONCE, STAMP, MAC = 16, 8, 32


class PasskeyError(Exception):
    """Raised when an answer is not one that a passkey of ours gave to this question, just now."""


def site() -> str:
    """Return the name that passkeys are bound to (the RP id), or "" where there is none.

    Browsers give no passkey to a bare address, only to a name (WebAuthn 5.1.2, effective domain).
    """
    host = urlsplit(_origin()).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host
    return ""


def offer(purpose: str) -> dict[str, str]:
    """Return what a page needs to ask for a passkey: `passkey` is "" where there can be none."""
    if not site():
        return {"passkey": ""}
    options = webauthn.generate_authentication_options(
        rp_id=site(),
        challenge=challenge(purpose),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return {"passkey": options_to_json(options)}


def offer_new(officer: Officer) -> dict[str, str]:
    """Return what a page needs to have a passkey made; "" where there can be none."""
    if not site():
        return {"passkey": ""}
    options = webauthn.generate_registration_options(
        rp_id=site(),
        rp_name=current_app.extensions["settings"].site_name or "Góp Ý",
        # the same for good, so that a device keeps one key of an officer; tells nothing of them
        user_id=bytes.fromhex(salted_digest(f"officer:{officer.id}", _secret().decode())),
        user_name=officer.email,
        user_display_name=officer.name,
        challenge=challenge(_registering(officer)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id))
            for one in of(officer)
        ],
    )
    return {"passkey": options_to_json(options)}


def of(officer: Officer) -> list[Passkey]:
    """The passkeys of the officer, the oldest first."""
    query = select(Passkey).where(Passkey.officer_id == officer.id).order_by(Passkey.id)
    return list(db.session.scalars(query))


def register(officer: Officer, answer: str, name: str, now: datetime) -> Passkey:
    """The officer has one passkey more; raises PasskeyError."""
    if len(of(officer)) >= MOST or len(answer) > MAX_ANSWER:
        raise PasskeyError
    try:
        read = parse_registration_credential_json(answer)
        asked = parse_client_data_json(read.response.client_data_json).challenge
        _check_challenge(asked, _registering(officer), now)
        found = webauthn.verify_registration_response(
            credential=read,
            expected_challenge=asked,
            expected_rp_id=site(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyError from error
    key = bytes_to_base64url(found.credential_id)
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == key)) is not None:
        raise PasskeyError
    made = Passkey(
        officer_id=officer.id,
        credential_id=key,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        name=name,
        created_at=now,
    )
    db.session.add(made)
    _recorded(Verb.FACTOR_ADDED, officer)
    return made


def recognise(answer: str, purpose: str, now: datetime) -> Officer:
    """The officer whose passkey gave this answer; raises PasskeyError.

    A count of signatures that did not rise betrays a copied key (WebAuthn 6.1.1) and is refused.
    """
    if len(answer) > MAX_ANSWER:
        raise PasskeyError
    try:
        read = parse_authentication_credential_json(answer)
        asked = parse_client_data_json(read.response.client_data_json).challenge
        _check_challenge(asked, purpose, now)
        known = select(Passkey).where(Passkey.credential_id == bytes_to_base64url(read.raw_id))
        passkey = db.session.scalar(known.with_for_update())
        if passkey is None:
            raise PasskeyError
        found = webauthn.verify_authentication_response(
            credential=read,
            expected_challenge=asked,
            expected_rp_id=site(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError) as error:
        raise PasskeyError from error
    passkey.sign_count = found.new_sign_count
    passkey.used_at = now
    return db.session.get_one(Officer, passkey.officer_id)


def remove(officer: Officer, passkey_id: int) -> bool:
    """That passkey opens nothing any more; False if the officer has none of that number."""
    found = db.session.get(Passkey, passkey_id)
    if found is None or found.officer_id != officer.id:
        return False
    db.session.delete(found)
    _recorded(Verb.FACTOR_REMOVED, officer)
    return True


def challenge(purpose: str) -> bytes:
    """Return a question that only this portal can have asked, for that purpose, now."""
    asked = secrets.token_bytes(NONCE) + int(clock.now().timestamp()).to_bytes(STAMP, "big")
    return asked + _mac(asked, purpose)


def forget_spent(now: datetime) -> None:
    """Challenges too old to be answered are forgotten."""
    db.session.execute(delete(SpentChallenge).where(SpentChallenge.at <= now - 2 * ANSWERED_IN))


def _check_challenge(asked: bytes, purpose: str, now: datetime) -> None:
    """The challenge is ours, fresh, and from now on spent; raises PasskeyError."""
    words, mac = asked[: NONCE + STAMP], asked[NONCE + STAMP :]
    if len(asked) != NONCE + STAMP + MAC or not hmac.compare_digest(mac, _mac(words, purpose)):
        raise PasskeyError
    at = int.from_bytes(words[NONCE:], "big")
    spent = hashlib.sha256(asked).hexdigest()
    # either way: who asked may have been another machine, whose clock is a little ahead
    if abs(int(now.timestamp()) - at) > ANSWERED_IN.total_seconds():
        raise PasskeyError
    if db.session.get(SpentChallenge, spent) is not None:
        raise PasskeyError
    db.session.add(SpentChallenge(digest=spent, at=now))


def _mac(words: bytes, purpose: str) -> bytes:
    return hmac.digest(_secret(), b"passkey\0" + purpose.encode() + b"\0" + words, hashlib.sha256)


def _secret() -> bytes:
    return str(current_app.secret_key).encode()


def _registering(officer: Officer) -> str:
    return f"register:{officer.id}"


def _origin() -> str:
    parts = urlsplit(current_app.extensions["settings"].public_url)
    return f"{parts.scheme}://{parts.netloc}"


def _recorded(verb: Verb, officer: Officer) -> None:
    subject = f"officer:{officer.id}"
    record(verb, subject, actor_id=officer.id, officer_id=officer.id, factor="passkey")


DUTIES = (forget_spent,)
