"""An account goes, with all that leads to it; what was said on the portal stays said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.citizens import entering
from app.citizens.models import Citizen, CitizenIdentity, CitizenReceipt, SignInLink
from app.extensions import db, sealer
from app.kit import clock
from app.mail import post
from app.people import consents


def find(email: str) -> Citizen | None:
    """The account of an address, however it is typed."""
    return entering.by_address(email)


def forget(citizen: Citizen, now: datetime | None = None) -> None:
    """Nothing is left of the account: no address, no identity, no list of receipts, no letter.

    Comments keep their words and receipts, and are nobody's any more.
    """
    now = now or clock.now()
    if citizen.email:
        marks = sealer().marks(citizen.email)
        db.session.execute(delete(SignInLink).where(SignInLink.email_mark.in_(marks)))
        waiting = post.waiting(entering.about(citizen.email))
        post.take_back(waiting, now)
    consents.forget([f"citizen:{citizen.id}"], now)
    for table in (CitizenReceipt, CitizenIdentity):
        db.session.execute(delete(table).where(table.citizen_id == citizen.id))
    db.session.delete(citizen)
    db.session.flush()
