"""An answer to people who all took their comments back answers nobody, and says so."""

from __future__ import annotations

import pytest

from app.accounts.models import Role
from app.comments import publish as outcomes
from app.extensions import db
from app.kit import clock
from app.responses import answering, obstacles
from app.responses.models import AnswerState, Disposition


def test_what_speaks_to_nobody_is_not_handed_in_and_the_sentence_says_why(app, world):
    now = clock.now()
    consultation = world.consultation()
    agency = consultation.dossier.agency
    moderator, drafter = (world.officer(agency, role) for role in (Role.MODERATOR, Role.DRAFTER))
    comments = [world.comment(consultation, words) for words in "ab"]
    for comment in comments:
        world.publish(comment, moderator)
    ids = [comment.id for comment in comments]
    answer = answering.draft(consultation, ids, Disposition.NOTED, "Đã rõ.", drafter, now)
    db.session.commit()
    with app.test_request_context("/en/"):
        outcomes.withdraw(comments[0], now)
        assert obstacles.obstacles(answer) == []
        obstacles.clear(answer)
        outcomes.withdraw(comments[1], now)
        [sentence] = obstacles.obstacles(answer)
        with pytest.raises(obstacles.ObstacleError) as refused:
            answering.submit(answer, answer.row_version, drafter, now)
    assert refused.value.sentences == [sentence]
    assert sentence
    assert answer.state == AnswerState.DRAFT
