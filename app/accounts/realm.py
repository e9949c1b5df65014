"""The agencies an officer's roles reach: those they were granted at and all bodies below."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Select, bindparam, select

from app.accounts.models import Agency, Officer
from app.accounts.policy import Act, reach
from app.extensions import db


def realm(officer: Officer, act: Act) -> list[int]:
    """Ids, ascending, of every agency for which the officer may do `act`."""
    tops = reach(officer, act) if officer.active else set()
    return sorted(db.session.scalars(_below(), {"tops": list(tops)}))


@cache
def _below() -> Select[int]:
    agencies = Agency.__table__.c
    tops = agencies.id.in_(bindparam("tops", expanding=True))
    below = select(agencies.id).where(tops).cte("realm", recursive=True)
    # UNION, not UNION ALL: a circle in the tree would never end
    below = below.union(select(agencies.id).join(below, agencies.parent_id == below.c.id))
    return select(below.c.id)
