"""Everything the portal holds of one person, as a file for that person.

Rows are given whole, so that a column added later is given too; left out is only what opens
something, and who of the staff did it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from flask import current_app
from sqlalchemy import select

from app.accounts.models import Agency
from app.alerts.letters import about
from app.alerts.models import SavedSearch, Subscriber, Told
from app.citizens.models import Citizen, CitizenIdentity, CitizenReceipt, SignInLink
from app.comments import erasing
from app.comments.models import Attachment, Comment, CommentSource, CommentTranslation, Question
from app.consultations.models import Consultation
from app.documents import files
from app.documents.models import Dossier
from app.extensions import db, sealer
from app.groups.models import GroupMember
from app.mail.models import Letter
from app.moderation.models import Appeal, Decision, Flag, Mask
from app.outreach.models import ReformSuggestion
from app.people import consents
from app.people.models import Reading
from app.privacy.models import SubjectRequest
from app.privacy.person import Person
from app.responses.models import Adoption, Answer, AnswerComment
from app.responses.takedown import is_public

# what belongs to a comment and says something of its author
OF_COMMENT = (
    *(CommentSource, CommentTranslation, Attachment, Question),
    *(Decision, Mask, Flag, Appeal, GroupMember, Adoption, ReformSuggestion),
)
# what opens something, or is a member of staff
OMITTED = frozenset(
    {
        *("key", "mark", "email_mark", "salt", "idempotency_key", "session_key", "digest"),
        *("officer_id", "decided_by", "registered_by", "outcome_by", "drafted_by", "signed_by"),
        *("published_by", "browser", "acknowledged_by", "settled_by", "shown_by"),
        "source_digest",
    }
)


def export(person: Person, target: Path | IO[bytes], now: datetime) -> None:
    """A ZIP holds data.json and the files that the person sent."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        told = json.dumps(everything(person, now), ensure_ascii=False, indent=2, default=str)
        packed.writestr("data.json", told)
        for name, path in _files(person):
            packed.write(path, name)


def everything(person: Person, now: datetime) -> dict[str, Any]:
    """All of it, by kind."""
    return {
        "made_at": now,
        "site": current_app.extensions["settings"].public_url,
        "comments": [_comment(number) for number in person.comments],
        "saved_searches": [_subscriber(one) for one in person.subscribers],
        "accounts": [_citizen(one) for one in person.citizens],
        "letters_waiting": _letters(person),
        "requests": _requests(person),
        "consents": _rows(consents.given([*person.subjects, *_searches(person)])),
        "seen_by_staff": _seen(person),
    }


def _row(one: Any) -> dict[str, Any]:
    """The columns of a row by their names."""
    columns = one.__mapper__.columns.keys()
    return {name: getattr(one, name) for name in columns if name not in OMITTED}


def _rows(some: Collection[Any]) -> list[dict[str, Any]]:
    return [_row(one) for one in some]


def _comment(number: int) -> dict[str, Any]:
    comment = db.session.get_one(Comment, number)
    title = select(Dossier.title).join(Consultation, Consultation.dossier_id == Dossier.id)
    told: dict[str, Any] = {
        "draft": db.session.scalar(title.where(Consultation.id == comment.consultation_id)),
        **_row(comment),
        "contact_address": _rows(erasing.addresses([number])),
    }
    for model in OF_COMMENT:
        some = select(model).where(model.comment_id == number)
        told[model.__tablename__] = _rows(db.session.scalars(some).all())
    answer = (
        select(Answer)
        .join(AnswerComment, AnswerComment.answer_id == Answer.id)
        .where(AnswerComment.comment_id == number, is_public())
    )
    told["answer"] = _rows(db.session.scalars(answer).all())
    return told


def _subscriber(whose: Subscriber) -> dict[str, Any]:
    news = select(Told).where(Told.subscriber_id == whose.id)
    return {
        **_row(whose),
        "searches": _rows(whose.searches),
        "told": _rows(db.session.scalars(news).all()),
    }


def _searches(person: Person) -> list[str]:
    ids = [one.id for one in person.subscribers]
    found = select(SavedSearch.id).where(SavedSearch.subscriber_id.in_(ids))
    return [f"search:{number}" for number in db.session.scalars(found)]


def _citizen(citizen: Citizen) -> dict[str, Any]:
    of = citizen.id
    identities = select(CitizenIdentity).where(CitizenIdentity.citizen_id == of)
    receipts = select(CitizenReceipt).where(CitizenReceipt.citizen_id == of)
    marks = sealer().marks(citizen.email) if citizen.email else []
    links = select(SignInLink).where(SignInLink.email_mark.in_(marks))
    return {
        **_row(citizen),
        "identities": _rows(db.session.scalars(identities).all()),
        "receipts": _rows(db.session.scalars(receipts).all()),
        "sign_in_links": _rows(db.session.scalars(links).all()),
    }


def _letters(person: Person) -> list[dict[str, Any]]:
    """Letters that still wait: about the comments and searches, or to one of the addresses."""
    filed = {
        *(f"comment:{number}" for number in person.comments),
        *(about(one.key) for one in person.subscribers),
        *(about(search.key) for one in person.subscribers for search in one.searches),
    }
    waiting = db.session.scalars(select(Letter).where(Letter.settled_at.is_(None)))
    emails = set(person.emails)
    return [_row(one) for one in waiting if one.about in filed or one.recipient.lower() in emails]


def _requests(person: Person) -> list[dict[str, Any]]:
    """What was asked by one of the addresses or receipts before; not by who only claimed them."""
    receipts = db.session.scalars(select(Comment.receipt).where(Comment.id.in_(person.comments)))
    names = {*person.emails, *(receipt.lower() for receipt in receipts)}
    shown = SubjectRequest.person != "", SubjectRequest.shown_at.is_not(None)
    asked = db.session.scalars(select(SubjectRequest).where(*shown))
    return [_row(one) for one in asked if names & set(one.person.lower().split("\n"))]


def _seen(person: Person) -> list[dict[str, Any]]:
    """Who looked: which body, when, what for. Members of staff are not named."""
    looks = db.session.execute(
        select(Reading.at, Reading.act, Reading.subject, Reading.purpose, Agency.name)
        .join(Agency, Agency.id == Reading.agency_id)
        .where(Reading.subject.in_(person.subjects))
        .order_by(Reading.id)
    )
    return [dict(row) for row in looks.mappings()]


def _files(person: Person) -> Iterator[tuple[str, Path]]:
    sent = db.session.scalars(
        select(Attachment).where(Attachment.comment_id.in_(person.comments)).order_by(Attachment.id)
    )
    incoming = Path(current_app.extensions["settings"].files_dir) / "incoming"
    for one in sent:
        raw = incoming / str(one.id)
        kept = raw if raw.is_file() else files.path(one.clean_sha256) if one.clean_sha256 else None
        if kept is not None and kept.is_file():
            yield f"files/{one.id}-{one.name}", kept
