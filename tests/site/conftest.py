"""A draft in the middle of its life, as the public pages meet it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.accounts.models import Officer, Role
from app.comments.models import Comment
from app.comments.publish import withdraw
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.moderation.reasons import Reason
from app.responses import answering
from app.responses.models import Disposition


@dataclass
class Scene:
    """A consultation with one comment in every state, sealed and counted."""

    consultation: Consultation
    slug: str
    published: Comment
    answered: Comment
    waiting: Comment
    withheld: Comment
    withdrawn: Comment
    late: Comment
    moderator: Officer
    drafter: Officer
    approver: Officer

    @property
    def path(self) -> str:
        return f"/consultations/{self.slug}"


@pytest.fixture
def scene(kept, world, drain) -> Scene:
    return kept("scene", lambda: make_scene(world, drain))


def make_scene(world, drain) -> Scene:
    consultation = world.consultation()
    agency = consultation.dossier.agency
    moderator, drafter = (world.officer(agency, role) for role in (Role.MODERATOR, Role.DRAFTER))
    approver = world.officer(agency, Role.APPROVER, Role.HEAD)
    now = clock.now()
    said = {
        name: world.comment(
            consultation, f"Lời góp ý {name}.", anchor, display_name=f"Người {name}"
        )
        for name, anchor in (
            ("published", "dieu-2.khoan-2.diem-dd"),
            ("answered", "dieu-3.khoan-1"),
            ("waiting", "dieu-3"),
            ("withheld", "dieu-1"),
            ("withdrawn", ""),
        )
    }
    late = world.comment(
        consultation, "Lời góp ý late.", at=consultation.closes_at + timedelta(seconds=1)
    )
    for name in ("published", "answered", "withdrawn"):
        world.publish(said[name], moderator, now)
    world.withhold(said["withheld"], moderator, Reason.INSULT, "Câu thứ hai xúc phạm.", now)
    withdraw(said["withdrawn"], now)
    answer = answering.draft(
        consultation,
        [said["answered"].id],
        Disposition.ACCEPTED,
        "Nâng mức.",
        drafter,
        now,
        no_change_reason="Điều 3 đã nêu.",
    )
    answering.finish(answer, approver, now)
    db.session.commit()
    drain()
    return Scene(
        consultation=consultation,
        slug=consultation.dossier.slug,
        late=late,
        moderator=moderator,
        drafter=drafter,
        approver=approver,
        **said,
    )
