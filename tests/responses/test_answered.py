"""The tally of answered comments stays that of the public ones when one of them is taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments import publish as outcomes
from app.comments.models import Tally
from app.extensions import db
from app.kit import clock
from app.responses import answering
from app.responses.models import Answer, Disposition, Unanswered

WORDS = Disposition.NOT_ACCEPTED, "Mức hỗ trợ giữ nguyên vì ngân sách có hạn."


@pytest.fixture
def scene(world):
    consultation = world.consultation()
    agency = consultation.dossier.agency
    moderator, drafter, head = (
        world.officer(agency, role) for role in (Role.MODERATOR, Role.DRAFTER, Role.HEAD)
    )

    def public(anchor: str):
        comment = world.comment(consultation, "Đề nghị tăng.", anchor)
        world.publish(comment, moderator)
        db.session.commit()
        return comment

    def answer(*comments, meanwhile=lambda: None) -> Answer:
        ids = [comment.id for comment in comments]
        now = clock.now()
        made = answering.draft(consultation, ids, *WORDS, drafter, now)
        meanwhile()
        # whoever waits to write has looked at the clock before
        answering.finish(made, head, now)
        db.session.commit()
        return made

    return public, answer


def tallies() -> dict[bool, tuple[int, int]]:
    """Published and answered ones, of the draft as a whole (True) and of the one article."""
    db.session.rollback()
    rows = db.session.query(Tally).all()
    return {row.article_lineage_id == 0: (row.published, row.answered) for row in rows}


def returned(comment) -> None:
    outcomes.give_back(comment, comment.row_version, 1, clock.now())
    db.session.commit()


def taken_back(comment, drain) -> None:
    outcomes.withdraw(comment, clock.now())
    db.session.commit()
    drain()


def test_an_answer_leaves_out_what_went_back_into_review(scene, drain):
    public, answer = scene
    first, second = public("dieu-3.khoan-1"), public("")
    made = answer(first, second, meanwhile=lambda: returned(second))
    drain()
    assert (made.state, made.size) == ("published", 1)
    assert tallies() == {True: (1, 1), False: (1, 1)}
    outcomes.publish(second, second.row_version, made.drafted_by, clock.now())
    db.session.commit()
    drain()
    assert tallies() == {True: (2, 1), False: (1, 1)}
    assert db.session.scalars(select(Unanswered.comment_id)).all() == [second.id]


def test_what_is_taken_back_after_its_answer_is_no_answered_comment(scene, drain):
    public, answer = scene
    first, second, third = (public("dieu-3.khoan-1") for _ in range(3))
    answer(first, second)
    drain()
    assert tallies() == {True: (3, 2), False: (3, 2)}
    taken_back(first, drain)
    assert tallies() == {True: (2, 1), False: (2, 1)}
    taken_back(third, drain)
    assert tallies() == {True: (1, 1), False: (1, 1)}


def test_what_was_taken_back_before_its_answer_was_never_counted(scene, drain):
    public, answer = scene
    first, second = public("dieu-3.khoan-1"), public("")
    answer(first, second, meanwhile=lambda: taken_back(second, drain))
    drain()
    assert tallies() == {True: (1, 1), False: (1, 1)}
