"""The receipts an account holds: a list of comments that its owner made, and they alone read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, select

from app.citizens.models import CitizenReceipt
from app.extensions import db

MOST = 2_000  # in one account


class FullError(Exception):
    """Raised when an account holds as many receipts as any may."""


def add(citizen_id: int, comment_id: int, now: datetime) -> None:
    """The account holds the receipt of that comment; a second time changes nothing.

    Raises FullError.
    """
    mine = CitizenReceipt.citizen_id == citizen_id
    if db.session.scalar(select(exists().where(mine, CitizenReceipt.comment_id == comment_id))):
        return
    if (db.session.scalar(select(func.count()).where(mine)) or 0) >= MOST:
        raise FullError
    db.session.add(CitizenReceipt(citizen_id=citizen_id, comment_id=comment_id, added_at=now))
    db.session.flush()


def remove(citizen_id: int, comment_id: int) -> None:
    """The account does not hold the receipt; the comment and its receipt stay as they are."""
    db.session.execute(
        delete(CitizenReceipt).where(
            CitizenReceipt.citizen_id == citizen_id, CitizenReceipt.comment_id == comment_id
        )
    )


def of(citizen_id: int) -> Sequence[int]:
    """The comments whose receipts the account holds, the newest first."""
    return db.session.scalars(
        select(CitizenReceipt.comment_id)
        .where(CitizenReceipt.citizen_id == citizen_id)
        .order_by(CitizenReceipt.comment_id.desc())
    ).all()
