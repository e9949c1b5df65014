"""From a file to a version with its tree of provisions."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from typing import Any

from app.accounts.models import Officer
from app.documents import files
from app.documents.comparison import carry, kept_rows
from app.documents.dossiers import advance
from app.documents.models import Dossier, DraftVersion, Stage
from app.documents.naming import free_name
from app.documents.nodes import Outline
from app.documents.original import keep_lines
from app.documents.parsers import apart, convert
from app.documents.versions import PostedVersionError, drop_unposted, newest, put, rows_of
from app.documents.written import give_file
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.web.uploads import DOC, DRAFTS, Upload


def kinds() -> frozenset[str]:
    """The media types a draft may be uploaded in on this machine."""
    return DRAFTS | {DOC} if convert.office() else DRAFTS


def tree_of(data: bytes, upload: Upload) -> Outline:
    """The tree of the file; asks the database nothing, for it may take seconds.

    Raises UnreadableError or Refused, and nothing else whatever the file holds.
    """
    return apart.tree(data, upload.name)


def import_draft(
    dossier: Dossier, upload: Upload, data: bytes, officer: Officer, now: datetime
) -> DraftVersion:
    """A new version of the dossier's draft holds the file's tree and doubts; the file is kept.

    Raises what `tree_of` raises.
    """
    return keep_draft(dossier, upload, data, tree_of(data, upload), officer, now)


def keep_draft(
    dossier: Dossier, upload: Upload, data: bytes, tree: Outline, officer: Officer, now: datetime
) -> DraftVersion:
    """A new version of the dossier's draft holds that tree and its doubts; the file is kept.

    A version that was not posted is replaced, and a proposal with a text has become a draft.
    """
    files.keep(data, upload.sha256)
    keep_lines(upload.sha256, tree.lines)
    compared = kept_rows(newest(dossier))
    drop_unposted(dossier)
    last = newest(dossier)
    version = DraftVersion(
        dossier_id=dossier.id,
        number=(last.number if last is not None else 0) + 1,
        file_name=free_name(dossier.id, upload.name),
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        title=tree.title,
        preamble=tree.preamble,
        closing=tree.closing,
        doubts=doubt_rows(tree),
        digest="",
        created_at=now,
    )
    db.session.add(version)
    rows = rows_of(tree)
    put(version, rows)
    carry(version, compared)
    if dossier.stage == Stage.PROPOSAL and not dossier.taking_comments:
        advance(dossier, Stage.DRAFTING, now, officer=officer)
    record(
        Verb.DRAFT_IMPORTED,
        f"version:{version.id}",
        actor_id=officer.id,
        at=now,
        version_id=version.id,
        sha256=upload.sha256,
        provisions=len(rows),
        doubts=len(tree.doubts),
    )
    return version


def doubt_rows(tree: Outline) -> list[dict[str, Any]]:
    """The doubts as they are stored, each with its unit: the last that begins before its line."""
    lines = [node.line for node, _, _ in tree.walk()]
    anchors = ["", *(node.anchor for node, _, _ in tree.walk())]
    return [
        {
            "code": doubt.code.value,
            "line": doubt.line,
            "anchor": anchors[bisect_right(lines, doubt.line)],
            "facts": dict(doubt.facts),
        }
        for doubt in tree.doubts
    ]


def accept(version: DraftVersion, officer: Officer, now: datetime) -> None:
    """The drafter stands by the tree of an unposted version; it may be opened.

    Words written here go into a file of their own, so that no file says anything else.
    """
    if version.posted_at is not None:
        raise PostedVersionError
    give_file(version)
    version.accepted_at = now
    record(
        Verb.DRAFT_ACCEPTED,
        f"version:{version.id}",
        actor_id=officer.id,
        at=now,
        version_id=version.id,
        digest=version.digest,
    )
