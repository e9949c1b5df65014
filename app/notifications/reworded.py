"""Which answers a new version concerns: those that named a provision whose words it changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.consultations.models import Consultation
from app.documents.models import DraftVersion, Provision
from app.documents.versions import before
from app.extensions import db
from app.responses.models import Answer, AnswerChange

Texts = dict[int, tuple[str, str, str]]


def answers_to_tell(dossier_id: int, version_id: int, posted_at: datetime) -> set[int]:
    """The answers, public before, whose provisions read otherwise than in the version before."""
    earlier = before(db.session.get_one(DraftVersion, version_id))
    if earlier is None:
        return set()
    named = db.session.execute(
        select(AnswerChange.answer_id, AnswerChange.lineage_id)
        .join(Answer, Answer.id == AnswerChange.answer_id)
        .join(Consultation, Consultation.id == Answer.consultation_id)
        .where(Consultation.dossier_id == dossier_id, Answer.published_at <= posted_at)
    ).all()
    if not named:
        return set()
    changed = _changed(_texts(earlier.id), _texts(version_id))
    return {answer_id for answer_id, lineage_id in named if lineage_id in changed}


def _texts(version_id: int) -> Texts:
    """Lineage to anchor, heading and text."""
    rows = db.session.execute(
        select(Provision.lineage_id, Provision.anchor, Provision.heading, Provision.text).where(
            Provision.version_id == version_id
        )
    )
    return {row.lineage_id: (row.anchor, row.heading, row.text) for row in rows}


def _changed(old: Texts, new: Texts) -> set[int]:
    """The lineages whose own words differ, and those of all that they stand in."""
    touched: set[str] = set()
    found = set()
    for lineage in old.keys() | new.keys():
        was, now = old.get(lineage), new.get(lineage)
        if was is None or now is None or was[1:] != now[1:]:
            found.add(lineage)
            for where in (was, now):
                steps = where[0].split(".") if where else []
                touched |= {".".join(steps[:n]) for n in range(1, len(steps))}
    above = {lineage for texts in (old, new) for lineage, one in texts.items() if one[0] in touched}
    return found | above
