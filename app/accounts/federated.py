"""Officers whom a provider of identities vouches for: each is one and the same person for good.

The first time, the provider's word for a work e-mail finds the officer; from then on only the
number by which the provider knows them does. So whoever is given the address of somebody who left
is not taken for them (ASVS 5.0 6.8.1).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Officer
from app.extensions import Base, Instant, Sealed, db, sealer
from app.web.oidc import Person


class OfficerIdentity(Base):
    """Whom the provider of staff knows by which number, and the officer they are."""

    __tablename__ = "officer_identity"
    __table_args__ = (UniqueConstraint("officer_id", "issuer"),)

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(Sealed)
    linked_at: Mapped[datetime] = mapped_column(Instant)


def find(person: Person, now: datetime) -> Officer | None:
    """The active officer whom the provider means, linked to them from now on; None for nobody."""
    marks = sealer().marks(person.key)
    linked = db.session.scalar(select(OfficerIdentity).where(OfficerIdentity.mark.in_(marks)))
    if linked is not None:
        vouched = db.session.get_one(Officer, linked.officer_id)
        return vouched if vouched.active else None
    if not person.email:
        return None
    known = select(Officer).where(Officer.email == person.email.lower(), Officer.active.is_(True))
    officer = db.session.scalar(known.with_for_update(of=Officer))
    if officer is None or _is_linked(officer, person.issuer):
        return None
    db.session.add(
        OfficerIdentity(
            mark=sealer().mark(person.key),
            officer_id=officer.id,
            issuer=person.issuer,
            subject=person.subject,
            linked_at=now,
        )
    )
    db.session.flush()
    return officer


def unlink(officer: Officer) -> None:
    """No provider vouches for the officer any more: the next sign-in goes by the e-mail again."""
    db.session.execute(delete(OfficerIdentity).where(OfficerIdentity.officer_id == officer.id))


def _is_linked(officer: Officer, issuer: str) -> bool:
    return (
        db.session.scalar(
            select(OfficerIdentity.mark).where(
                OfficerIdentity.officer_id == officer.id, OfficerIdentity.issuer == issuer
            )
        )
        is not None
    )
