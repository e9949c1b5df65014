"""Authors with addresses, and the letters that wait for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Officer, Role
from app.comments import contact
from app.comments.models import Comment, ContactAddress
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.mail.models import Letter
from tests.factories import World
from tests.mail.conftest import office  # noqa: F401 - a fixture


@dataclass
class Room:
    """A draft with its staff, and a way to have a comment whose author wants letters."""

    world: World
    drain: Callable[[], None]
    consultation: Consultation
    moderator: Officer
    drafter: Officer
    head: Officer

    def comment(self, email: str = "a@example.vn", confirmed: bool = True, **words: Any) -> Comment:
        comment = self.world.comment(self.consultation, email=email, **words)
        if confirmed:
            self.drain()
            contact.confirm(comment, clock.now())
            db.session.commit()
            self.drain()
            for letter in db.session.scalars(select(Letter)):
                db.session.delete(letter)
            db.session.commit()
        return comment

    def letters(self) -> list[Letter]:
        """What waits to be sent, once everything was read."""
        db.session.commit()
        self.drain()
        waiting = select(Letter).where(Letter.settled_at.is_(None)).order_by(Letter.id)
        return list(db.session.scalars(waiting))

    def key(self, comment: Comment) -> str:
        return db.session.get_one(ContactAddress, comment.id).key


@pytest.fixture
def room(world: World, drain: Callable[[], None], office: object) -> Room:  # noqa: F811
    consultation = world.consultation()
    agency = consultation.dossier.agency
    moderator, drafter = (world.officer(agency, role) for role in (Role.MODERATOR, Role.DRAFTER))
    head = world.officer(agency, Role.APPROVER, Role.HEAD)
    return Room(world, drain, consultation, moderator, drafter, head)
