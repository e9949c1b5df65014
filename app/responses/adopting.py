"""Taking a wording that was proposed in a comment into the next version of the draft."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Officer
from app.comments.models import Comment, CommentStatus
from app.documents.aligning import Said
from app.documents.models import DraftVersion, Provision
from app.documents.rewording import paragraphs, reword
from app.documents.versions import PostedVersionError, before
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.responses.models import Adoption


class NothingProposedError(Exception):
    """Raised when the comment is not public, proposes nothing, or is of another dossier."""


class ProvisionGoneError(Exception):
    """Raised when the provision it is about is no longer in the version."""


class NothingChangedError(Exception):
    """Raised when the wording is that of the version the comment was written on."""


def provision_of(comment: Comment, version_id: int | None) -> Provision | None:
    """What the provision that the comment is about is in a version."""
    return db.session.scalar(
        select(Provision).where(
            Provision.version_id == version_id, Provision.lineage_id == comment.lineage_id
        )
    )


def adopt(
    comment: Comment, version: DraftVersion, wording: str, officer: Officer, now: datetime
) -> Adoption:
    """The provision reads so in the unposted version, which from now on names the comment.

    The wording may differ from what was proposed. Raises NothingProposedError,
    PostedVersionError, ProvisionGoneError, NothingChangedError, and WrongWordsError.
    """
    public = comment.status == CommentStatus.PUBLISHED
    same = comment.consultation.dossier_id == version.dossier_id
    if not (public and same and comment.shown_wording and comment.lineage_id):
        raise NothingProposedError
    if version.posted_at is not None:
        raise PostedVersionError
    unit = provision_of(comment, version.id)
    if unit is None:
        raise ProvisionGoneError
    words = paragraphs(wording)
    commented_on = provision_of(comment, comment.consultation.version_id)
    if commented_on is not None and commented_on.text == words:
        raise NothingChangedError
    if unit.text != words:
        _reword(comment, version, unit, words, officer, now)
    db.session.execute(
        delete(Adoption).where(Adoption.version_id == version.id, Adoption.comment_id == comment.id)
    )
    adoption = Adoption(
        version_id=version.id,
        comment_id=comment.id,
        lineage_id=comment.lineage_id,
        wording=words,
        officer_id=officer.id,
        at=now,
    )
    db.session.add(adoption)
    db.session.flush()
    record(
        Verb.WORDING_ADOPTED,
        f"comment:{comment.id}",
        actor_id=officer.id,
        at=now,
        comment_id=comment.id,
        version_id=version.id,
        lineage_id=comment.lineage_id,
        digest=hashlib.sha256(words.encode()).hexdigest(),
    )
    return adoption


def standing(comment: Comment, version: DraftVersion) -> bool:
    """Whether the version has words that were taken over from the comment, and has them still."""
    found = (
        select(Adoption.at)
        .join(
            Provision,
            (Provision.version_id == Adoption.version_id)
            & (Provision.lineage_id == Adoption.lineage_id)
            & (Provision.text == Adoption.wording),
        )
        .where(Adoption.version_id == version.id, Adoption.comment_id == comment.id)
    )
    return db.session.scalar(found.limit(1)) is not None


def _reword(
    comment: Comment,
    version: DraftVersion,
    unit: Provision,
    words: str,
    officer: Officer,
    now: datetime,
) -> None:
    """The unit has those words and stays what became of the provision, however new they are."""
    earlier = before(version)
    old = provision_of(comment, earlier.id if earlier is not None else None)
    said = [Said(old.id, unit.anchor, officer.id, now, heir=True)] if old is not None else []
    reword(version, unit.anchor, unit.heading, words, officer, now, said)
