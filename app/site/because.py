"""Accepted means changed, both ways: for which answer words changed, and what it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from app.consultations.models import Consultation
from app.documents.models import DraftVersion, Provision
from app.documents.passage import Words
from app.extensions import db
from app.responses import changes
from app.responses.models import Answer, AnswerChange, Disposition
from app.responses.reworded import reworded
from app.responses.takedown import is_public
from app.responses.words import DISPOSITIONS
from app.site import fates
from app.site.heads import AnyRow

# what each answer changed, by its number
Changes = dict[int, list[dict[str, Any]]]


@dataclass(frozen=True)
class Because:
    """An answer for which words were changed: what it did, to how many comments, its address."""

    words: str
    url: str


def because(
    dossier_id: int, slug: str, older: DraftVersion, newer: DraftVersion
) -> dict[str, list[Because]]:
    """The published answers named by each provision of the newer text, by its anchor.

    Of the comment periods on the older text and on those between the two.
    """
    rows = db.session.execute(
        select(
            Answer.id,
            Answer.disposition,
            Answer.size,
            Consultation.round,
            AnswerChange.anchor,
            Provision.anchor.label("here"),
        )
        .join(AnswerChange, AnswerChange.answer_id == Answer.id)
        .join(Consultation, Consultation.id == Answer.consultation_id)
        .outerjoin(DraftVersion, DraftVersion.id == Consultation.version_id)
        .outerjoin(
            Provision,
            (Provision.lineage_id == AnswerChange.lineage_id) & (Provision.version_id == newer.id),
        )
        .where(
            Consultation.dossier_id == dossier_id,
            is_public(),
            DraftVersion.number >= older.number,
            DraftVersion.number < newer.number,
        )
        .order_by(Answer.id)
    )
    found: defaultdict[str, list[Because]] = defaultdict(list)
    for row in rows:
        words = ngettext(
            "the answer to %(num)d comment (%(what)s)",
            "the answer to %(num)d comments (%(what)s)",
            row.size,
            what=str(DISPOSITIONS[Disposition(row.disposition)]).lower(),
        )
        url = url_for(
            "site.answers",
            slug=slug,
            round=row.round,
            before=row.id + 1,
            _anchor=f"answer-{row.id}",
        )
        found[row.here or row.anchor].append(Because(words, url))
    return found


def changed_by(answer_ids: Collection[int], head: AnyRow) -> Changes:
    """What each answer says has changed: place, address, and the words as they changed.

    Before the next text is posted there are no words yet, and the place is said to change.
    """
    named = changes.named(answer_ids)
    if not named:
        return {}
    later = fates.of(head)
    old = Words(head.version_id) if head.version_id is not None else None
    new = Words(later.newer_id) if later is not None else None
    found = {}
    for answer_id, some in named.items():
        told = []
        for one in reworded(some, old, new):
            entry: dict[str, Any] = {"place": one.place, "runs": one.runs, "url": None, "state": ""}
            if later is None:
                entry["state"] = _("will change in the next draft")
            elif not one.runs:
                entry["state"] = _("reads as before in draft %(number)d", number=later.newer)
            if later is not None:
                ends: dict[str, Any] = {"from": later.older, "to": later.newer}
                target = one.anchor or None
                entry["url"] = url_for("site.compare", slug=head.slug, _anchor=target, **ends)
            told.append(entry)
        found[answer_id] = told
    return found
