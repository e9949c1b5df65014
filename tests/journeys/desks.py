"""An agency of its own with officers of every role, a draft, and what its authors are written."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Agency, Officer, Role
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.extensions import db, reads_only
from app.kit import clock
from app.mail.models import Letter
from tests.factories import PASSWORD, World
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor
from tests.second_factor import fresh_code

SIGN_IN = "form:has(input[name=password])"
SECOND_STEP = "form:has(input[name=code])"
PATIENCE = 30  # seconds for what the worker brings
# names of the people of one agency; a role may be held by two
PEOPLE = {
    "moderator": Role.MODERATOR,
    "second": Role.MODERATOR,
    "clerk": Role.CLERK,
    "officer": Role.DRAFTER,
    "head": Role.HEAD,
    "approver": Role.APPROVER,
}


@contextmanager
def arranging(portal: Portal) -> Iterator[World]:
    """A world whose names nobody has yet."""
    with portal.app.app_context():
        reads_only.set(False)  # a test before may have left it as its last page wanted it
        world = World()
        world.numbers = iter(range(time.time_ns() % 10**9, 10**10))  # type: ignore[assignment]
        yield world


def until(there: Callable[[], bool], what: str) -> None:
    """It is so; raises once nobody would wait any longer."""
    end = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < end, f"{what} did not happen within {PATIENCE} s"
        time.sleep(0.1)


def link(letter: str, part: str) -> str:
    """The path of the one address in the letter that has this part."""
    found = re.findall(rf"https?://[^/\s]+(/\S*{part}\S*)", letter)
    assert len(set(found)) == 1, letter
    return str(found[0])


@dataclass(frozen=True)
class Desks:
    """The officers of one agency by what they do, and its draft that takes comments."""

    portal: Portal
    emails: dict[str, str]
    agency_id: int
    consultation_id: int
    slug: str
    desk: str
    opened_at: datetime

    @classmethod
    def of(cls, portal: Portal, days_ago: int = 1) -> Desks:
        """A new agency whose draft was opened so many days ago, for thirty; the worker closed it
        where these are over."""
        at = clock.now() - timedelta(days=days_ago)
        with arranging(portal) as world:
            agency = world.agency()
            emails = {name: world.officer(agency, role).email for name, role in PEOPLE.items()}
            draft = world.consultation(world.dossier(agency), opened_at=at)
            desk = f"/desk/dossiers/{draft.dossier_id}"
            made = cls(portal, emails, agency.id, draft.id, draft.dossier.slug, desk, at)
        if days_ago > 30:
            until(made._closed, "the closing")
        return made

    @property
    def draft(self) -> str:
        return f"/consultations/{self.slug}"

    @property
    def answers(self) -> str:
        return f"/desk/answers/{self.slug}"

    def enter(self, person: Visitor, who: str) -> Visitor:
        """The person is at the desk as that officer."""
        person.go("/desk/sign-in", look=False)
        person.pass_on(SIGN_IN, email=self.emails[who], password=PASSWORD)
        person.pass_on(SECOND_STEP, code=fresh_code(self.portal.app, self.emails[who]))
        assert "/sign-in" not in person.path
        return person

    def comment(self, body: str, *, published: bool = False, **words: object) -> tuple[int, str]:
        """The number and the receipt of a comment somebody sent, whom nobody watched."""
        with arranging(self.portal) as world:
            draft = db.session.get_one(Consultation, self.consultation_id)
            at = self.opened_at + timedelta(hours=1)
            made = world.comment(draft, body, at=at, **words)  # type: ignore[arg-type]
            if published:
                agency = db.session.get_one(Agency, self.agency_id)
                world.publish(made, world.officer(agency, Role.MODERATOR))
                db.session.commit()
            return made.id, made.receipt

    def officer_id(self, who: str) -> int:
        """The number of that officer, as forms name them."""
        with self.portal.app.app_context():
            query = select(Officer.id).where(Officer.email == self.emails[who])
            return db.session.execute(query).scalar_one()

    def number(self, receipt: str) -> int:
        """The public number of the comment with that receipt."""
        with self.portal.app.app_context():
            query = select(Comment.id).where(Comment.receipt == receipt)
            return db.session.execute(query).scalar_one()

    def _closed(self) -> bool:
        with self.portal.app.app_context():
            query = select(Consultation.closed_at).where(Consultation.id == self.consultation_id)
            return db.session.execute(query).scalar_one() is not None

    def letters(self, to: str, many: int) -> list[str]:
        """The texts of the letters to that address, once there are so many."""
        office = self.portal.office
        until(
            lambda: sum(name == to for name, _raw in list(office.taken)) >= many, f"letter {many}"
        )
        found = [one for one in office.letters() if to in one["To"]]
        assert len(found) == many
        return [str(one.get_content()) for one in found]

    def occasions(self, comment_id: int) -> list[str]:
        """Each letter that was written about the comment, sent or not, by its step."""
        with self.portal.app.app_context():
            query = select(Letter.key).where(Letter.about == f"comment:{comment_id}")
            keys = db.session.scalars(query.order_by(Letter.id))
            return [key.split(":")[2] for key in keys]
