"""Writing a version here: begun from the text before it, its units given other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.accounts.models import Officer
from app.documents.aligning import Said
from app.documents.comparison import carry, kept_rows
from app.documents.dossiers import NEXT, IllegalStageError
from app.documents.edits import hold, note
from app.documents.models import Dossier, DraftEdit, DraftVersion, Stage
from app.documents.nodes import Kind
from app.documents.repair import TITLED, Change, applied
from app.documents.versions import PostedVersionError, newest, put, stored
from app.documents.written import BEGIN, REWORD, file_of, first_written, give_file
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb


class WordsFault(StrEnum):
    """Why a unit cannot have those words; the desk says it."""

    NO_UNIT = "no_unit"
    TABLE = "table"
    EMPTY = "empty"
    SAME = "same"


class WrongWordsError(ValueError):
    """Raised for words that a unit cannot have."""

    def __init__(self, fault: WordsFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class NothingToContinueError(Exception):
    """Raised when a dossier has no text from which a next one could begin."""


def begin(dossier: Dossier, officer: Officer, now: datetime) -> DraftVersion:
    """A version is there to be worked on: the unposted one, or a copy of the one posted last.

    Raises NothingToContinueError, and IllegalStageError once the dossier's life has ended.
    """
    earlier = newest(dossier)
    if earlier is None:
        raise NothingToContinueError
    if earlier.posted_at is None:
        return earlier
    if not NEXT[Stage(dossier.stage)]:
        raise IllegalStageError(dossier.stage)
    version = DraftVersion(
        dossier_id=dossier.id,
        number=earlier.number + 1,
        **file_of(earlier),
        title=earlier.title,
        preamble=earlier.preamble,
        closing=earlier.closing,
        doubts=earlier.doubts,
        digest="",
        created_at=now,
    )
    db.session.add(version)
    put(version, stored(earlier))
    _keep_edit(version, BEGIN, {"file": file_of(earlier)}, Change(0, 0, ()), officer, now)
    give_file(version)
    carry(version, kept_rows(earlier))
    record(
        Verb.DRAFT_CONTINUED,
        f"version:{version.id}",
        actor_id=officer.id,
        at=now,
        version_id=version.id,
        continues=earlier.id,
        digest=version.digest,
    )
    return version


def reword(
    version: DraftVersion,
    anchor: str,
    heading: str,
    text: str,
    officer: Officer,
    now: datetime,
    said: Sequence[Said] = (),
) -> None:
    """The unit with that anchor reads so, one paragraph a line; what stands under it stays.

    Raises WrongWordsError, and PostedVersionError once the version is public. The version has to
    be accepted and declared again.
    """
    if version.posted_at is not None:
        raise PostedVersionError
    rows = stored(version)
    at = next((n for n, row in enumerate(rows) if row.anchor == anchor), None)
    if at is None:
        raise WrongWordsError(WordsFault.NO_UNIT)
    old = rows[at]
    new = replace(old, heading=" ".join(heading.split()), text=paragraphs(text))
    if old.kind is Kind.TABLE:
        raise WrongWordsError(WordsFault.TABLE)
    if not (new.heading or new.text) or (new.heading and old.kind not in TITLED):
        raise WrongWordsError(WordsFault.EMPTY)
    if new == old:
        raise WrongWordsError(WordsFault.SAME)
    made = Change(at, at + 1, (new,))
    unit = [old.kind.value, old.number]
    facts: dict[str, Any] = {"kind": unit[0], "number": unit[1], "became": unit}
    if first_written(version) is None:
        facts["file"] = file_of(version)
    facts["gone"] = hold(version, applied(rows, made), version.doubts, range(0), said)
    _keep_edit(version, REWORD, facts, made, officer, now, [asdict(old)])
    note(version, REWORD, officer, now)


def paragraphs(text: str) -> str:
    """The text as a unit holds it: no empty lines, no spaces around lines."""
    return "\n".join(line for line in (line.strip() for line in text.splitlines()) if line)


def _keep_edit(
    version: DraftVersion,
    operation: str,
    facts: dict[str, Any],
    made: Change,
    officer: Officer,
    now: datetime,
    before: Sequence[dict[str, Any]] = (),
) -> None:
    db.session.add(
        DraftEdit(
            version_id=version.id,
            operation=operation,
            facts=facts,
            position=made.start,
            count=len(made.rows),
            before=list(before),
            officer_id=officer.id,
            at=now,
        )
    )
    db.session.flush()
