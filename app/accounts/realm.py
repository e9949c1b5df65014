"""The agencies an officer's roles reach: those they were granted at and all bodies below."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import Agency, Officer
from app.accounts.policy import Act, reach
from app.extensions import db


def realm(officer: Officer, act: Act) -> list[int]:
    """Ids, ascending, of every agency for which the officer may do `act`."""
    tops = reach(officer, act) if officer.active else set()
    below = select(Agency.id).where(Agency.id.in_(tops)).cte("realm", recursive=True)
    # UNION, not UNION ALL: a circle in the tree would never end
    below = below.union(select(Agency.id).join(below, Agency.parent_id == below.c.id))
    return sorted(db.session.scalars(select(below.c.id)))
