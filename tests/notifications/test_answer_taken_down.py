"""No letter goes out with the words of an answer that was taken from public view (S08)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.approvals.models import Category
from app.extensions import db
from app.kit import clock
from app.mail.models import Letter
from app.responses import answering, takedown
from app.responses.models import Disposition

TOLD = "Tiếp thu zq7zq như góp ý."


def waiting() -> str:
    return "".join(db.session.scalars(select(Letter.body).where(Letter.settled_at.is_(None))))


@pytest.mark.parametrize("written", [True, False])
def test_neither_one_that_waits_nor_one_yet_to_be_written(room, drain, written):
    comment = room.comment()
    room.world.publish(comment, room.moderator)
    ways = [comment.id], Disposition.NOTED, TOLD, room.drafter, clock.now()
    answer = answering.draft(room.consultation, *ways)
    answering.finish(answer, room.head, clock.now())
    db.session.commit()
    if written:
        drain()
        assert "zq7zq" in waiting()
    basis = Category.STATE_SECRET, "Luật 117/2025/QH15", "Có số liệu mật."
    takedown.order(answer, *basis, room.head, clock.now())
    db.session.commit()
    drain()
    assert "zq7zq" not in waiting()
