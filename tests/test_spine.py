"""The main job through the verbs alone: posted, commented, decided, answered, counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Role
from app.comments.models import Tally
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry, Revision
from app.responses import answering
from app.responses.models import Disposition


def test_a_comment_goes_from_receipt_to_published_answer(world, drain):
    consultation = world.consultation()
    agency = consultation.dossier.agency
    moderator = world.officer(agency, Role.MODERATOR)
    drafter = world.officer(agency, Role.DRAFTER)
    approver = world.officer(agency, Role.APPROVER, Role.HEAD)
    now = clock.now()
    good, bad, _waiting = (world.comment(consultation, f"Góp ý số {n}") for n in range(3))
    world.comment(consultation, "Muộn rồi", at=consultation.closes_at + timedelta(seconds=1))

    world.publish(good, moderator, now)
    world.withhold(bad, moderator, at=now)
    answer = answering.draft(consultation, [good.id], Disposition.NOTED, "Đã tăng.", drafter, now)
    answering.submit(answer, answer.row_version, drafter, now)
    with pytest.raises(answering.NotHeadError):
        answering.sign(answer, answer.row_version, drafter, now)
    with pytest.raises(answering.SelfApprovalError):
        answering.publish(answer, answer.row_version, drafter, now)
    answering.send_back(answer, answer.row_version, "Nói rõ mức tăng.", approver, now)
    answering.finish(answer, approver, now)
    db.session.commit()
    drain()

    total = db.session.get(Tally, (consultation.id, 0))
    assert (total.received, total.published, total.withheld, total.waiting, total.late) == (
        4,
        1,
        1,
        1,
        1,
    )
    article = db.session.get(Tally, (consultation.id, good.article_lineage_id))
    assert article.published == 1
    seqs = db.session.scalars(select(Entry.seq).order_by(Entry.seq)).all()
    assert seqs == list(range(1, len(seqs) + 1))
    assert db.session.get(Revision, consultation.id).seq == seqs[-1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE provision SET text = 'khác' WHERE version_id = :version",
        "DELETE FROM provision WHERE version_id = :version",
        "UPDATE draft_version SET title = 'khác' WHERE id = :version",
        "DELETE FROM comment",
        "UPDATE comment SET body = 'khác'",
        "UPDATE consultation SET closes_at = '2020-01-01 00:00:00+00:00'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_entry SET verb = 'khác'",
    ],
)
def test_the_database_itself_refuses_to_change_the_record(world, drain, statement):
    consultation = world.consultation()
    world.comment(consultation)
    drain()
    with pytest.raises(DatabaseError):
        db.session.execute(text(statement), {"version": consultation.version_id})
