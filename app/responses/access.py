"""The consultation or answer an address names, if the officer may do what is asked with it."""

from __future__ import annotations

import re

from flask import request
from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.consultations.models import Consultation
from app.documents.access import LARGEST_ID, allowed
from app.documents.models import Dossier
from app.extensions import db
from app.kit.text import clean_line
from app.responses.models import Answer

DESK = "/desk/answers"
ITEM = f"{DESK}/<slug>/<int(max=2147483647):answer_id>"
# the place in a list from which a page goes on: two numbers
KEY = re.compile(r"(-?[0-9]{1,9})\.([0-9]{1,18})")


def period() -> int | None:
    """The comment period that the address names; without one it is the last."""
    return request.args.get("round", type=int)


def consultation_for(slug: str, act: Act) -> tuple[Consultation, Officer]:
    """The consultation and the officer who asks; 404 when it is not theirs."""
    query = select(Consultation).join(Dossier).where(Dossier.slug == clean_line(slug))
    chosen = period()
    if chosen is not None:
        query = query.where(Consultation.round == min(max(chosen, 0), LARGEST_ID))
    found = db.first_or_404(query.order_by(Consultation.round.desc()).limit(1))
    return found, allowed(act, found.dossier)


def answer_for(slug: str, answer_id: int, act: Act) -> tuple[Answer, Officer]:
    """The answer and the officer who asks; 404 when it is not theirs."""
    found, officer = consultation_for(slug, act)
    query = select(Answer).where(Answer.id == answer_id, Answer.consultation_id == found.id)
    return db.first_or_404(query), officer
