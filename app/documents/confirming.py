"""What the drafter says of the pairs of a new version with the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import Officer
from app.documents.aligning import Said
from app.documents.models import DraftVersion
from app.documents.versions import put, stored
from app.ledger.record import record
from app.ledger.verbs import Verb


@dataclass(frozen=True)
class Decision:
    """The older provision (by id) became the unit with that anchor; None: it was removed."""

    old_id: int
    anchor: str | None


def confirm(
    version: DraftVersion, decisions: Sequence[Decision], officer: Officer, now: datetime
) -> None:
    """The unposted version is aligned as the officer says; its words stay accepted.

    What is not of the two versions is passed over. Raises PostedVersionError.
    """
    said = [Said(one.old_id, one.anchor, officer.id, now) for one in decisions]
    put(version, stored(version), said)
    record(
        Verb.ALIGNMENT_CONFIRMED,
        f"version:{version.id}",
        actor_id=officer.id,
        at=now,
        version_id=version.id,
        pairs=len(decisions),
        digest=version.digest,
    )
