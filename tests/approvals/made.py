"""What waits for a second person, and what is taken from public view, made through the verbs."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Officer
from app.approvals import propose
from app.approvals.models import Category, Proposal
from app.consultations import giving_time, law
from app.consultations.models import Consultation
from app.documents import takedown
from app.extensions import db
from app.kit import clock
from app.moderation import takedown as comment_takedown
from app.responses import answering
from app.responses import takedown as answer_takedown
from app.responses.models import Disposition
from tests.factories import World


def waiting(
    world: World, consultation: Consultation, officer: Officer, second: Officer, now: datetime
) -> None:
    """A later end and a row of law wait; one of each sort of thing is down by both, one by one."""
    day = consultation.last_day + timedelta(days=10)
    giving_time.propose_extension(consultation, day, "Nhiều người xin thêm.", officer, now)
    words = "Luật mới, Điều 1", "Luật mới có hiệu lực."
    kind = consultation.dossier.document_type
    later = clock.vn_date(now) + timedelta(days=365)  # a rule in force would ask more of the others
    law.propose_rule("period", kind, 45, later, *words, officer, now)
    dossier = world.dossier(consultation.dossier.agency)
    files = [world.file(dossier, f"Phụ lục {n}") for n in (1, 2)]
    subjects = [f"file:{file.id}" for file in files]
    world.consultation(dossier)
    basis = "Luật 117/2025/QH15", "Có số liệu mật."
    for subject in subjects:
        takedown.order(subject, dossier, Category.STATE_SECRET, *basis, officer, now)
    for said in [world.comment(consultation, f"Có số mật {n}.") for n in (1, 2)]:
        world.publish(said, officer, now)
        subjects.insert(0, f"comment:{said.id}")
        comment_takedown.order(subjects[0], said, Category.UNLAWFUL, *basis, officer, now)
    answers(world, consultation, officer, second, now)
    for subject in subjects[1:3]:
        of_it = select(Proposal).where(Proposal.subject == subject)
        propose.agree(db.session.scalars(of_it).one(), second, now)


def answers(
    world: World, consultation: Consultation, officer: Officer, second: Officer, now: datetime
) -> None:
    """Two answers were public; the first is down by both, the other by one."""
    for n in (1, 2):
        said = world.comment(consultation, f"Hỏi về số {n}.")
        world.publish(said, officer, now)
        words = [said.id], Disposition.NOTED, f"Số {n} là số mật.", officer, now
        answer = answering.draft(consultation, *words)
        answering.finish(answer, second, now)
        why = Category.STATE_SECRET, "Luật 117/2025/QH15", "Có số liệu mật."
        found = answer_takedown.order(answer, *why, officer, now)
        if n == 1:
            propose.agree(db.session.get_one(Proposal, found.proposal_id), second, now)
