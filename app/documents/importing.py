"""From a file to a version with its tree of provisions."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from app.accounts.models import Officer
from app.documents import files, outline
from app.documents.dossiers import advance
from app.documents.models import Dossier, DraftVersion, Lineage, Provision, Stage
from app.documents.outline import Kind, Outline
from app.documents.parsers import read
from app.extensions import db
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.web.uploads import RefusalCode, Refused, Upload

HOMES = (Kind.ARTICLE, Kind.ANNEX)
MAX_LINES = 30_000  # ten times the Civil Code


class PostedVersionError(Exception):
    """Raised when a posted version would be touched."""


def tree_of(data: bytes, upload: Upload) -> Outline:
    """The tree of the file; asks the database nothing, for it may take seconds.

    Raises what the parsers raise on a broken file, and Refused for more lines than any law has.
    """
    blocks = read(data, upload.name)
    lines = sum(1 + block.text.count("\n") for block in blocks)
    if lines > MAX_LINES:
        raise Refused(RefusalCode.TOO_MANY_ENTRIES, entries=lines, limit=MAX_LINES)
    return outline.build(blocks)


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
    drop_unposted(dossier)
    last = db.session.scalar(
        select(func.max(DraftVersion.number)).where(DraftVersion.dossier_id == dossier.id)
    )
    rows = _rows(tree)
    # a doubt belongs to the last unit that begins at or before its line, or to none
    lines = [node.line for node, _, _ in tree.walk()]
    anchors = ["", *(node.anchor for node, _, _ in tree.walk())]
    version = DraftVersion(
        dossier_id=dossier.id,
        number=(last or 0) + 1,
        file_name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        title=tree.title,
        preamble=tree.preamble,
        closing=tree.closing,
        doubts=[
            {
                "code": doubt.code.value,
                "line": doubt.line,
                "anchor": anchors[bisect_right(lines, doubt.line)],
                "facts": dict(doubt.facts),
            }
            for doubt in tree.doubts
        ],
        digest=_digest(tree, rows),
        created_at=now,
    )
    db.session.add(version)
    db.session.flush()
    _store(version, rows)
    if dossier.stage == Stage.PROPOSAL:
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


def accept(version: DraftVersion, officer: Officer, now: datetime) -> None:
    """The drafter stands by the tree of an unposted version; it may be opened."""
    if version.posted_at is not None:
        raise PostedVersionError
    version.accepted_at = now
    record(
        Verb.DRAFT_ACCEPTED,
        f"version:{version.id}",
        actor_id=officer.id,
        at=now,
        version_id=version.id,
        digest=version.digest,
    )


def newest(dossier: Dossier) -> DraftVersion | None:
    """The dossier's version with the highest number."""
    return db.session.scalar(
        select(DraftVersion)
        .where(DraftVersion.dossier_id == dossier.id)
        .order_by(DraftVersion.number.desc())
        .limit(1)
    )


def drop_unposted(dossier: Dossier) -> None:
    """No unposted version is left: before posting nobody but the drafter has seen it."""
    version = newest(dossier)
    if version is None or version.posted_at is not None:
        return
    lineages = list(
        db.session.scalars(select(Provision.lineage_id).where(Provision.version_id == version.id))
    )
    db.session.execute(delete(Provision).where(Provision.version_id == version.id))
    db.session.execute(delete(Lineage).where(Lineage.id.in_(lineages)))
    db.session.delete(version)
    db.session.flush()


def _rows(tree: Outline) -> list[dict[str, Any]]:
    """The tree as provision columns in document order, `parent` and `home` as list indexes."""
    rows: list[dict[str, Any]] = []
    path: list[int] = []
    for position, (node, depth, _parent) in enumerate(tree.walk()):
        del path[depth:]
        homes = [n for n in path if rows[n]["kind"] in HOMES]
        home = position if node.kind in HOMES else homes[-1] if homes else None
        rows.append(
            {
                "position": position,
                "depth": depth,
                "kind": node.kind.value,
                "number": node.number,
                "heading": node.heading,
                "text": node.text,
                "anchor": node.anchor,
                "rows": [list(row) for row in node.rows],
                "home": home,
            }
        )
        path.append(position)
    return rows


def _digest(tree: Outline, rows: list[dict[str, Any]]) -> str:
    """SHA-256 (hex) of everything a reader of the version sees, in order."""
    parts = [tree.title, tree.preamble, tree.closing, rows]
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _store(version: DraftVersion, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    ids = list(
        db.session.scalars(
            insert(Lineage).returning(Lineage.id, sort_by_parameter_order=True),
            [{"dossier_id": version.dossier_id} for _ in rows],
        )
    )
    db.session.execute(
        insert(Provision),
        [
            {key: value for key, value in row.items() if key != "home"}
            | {
                "version_id": version.id,
                "lineage_id": ids[n],
                "article_lineage_id": None if row["home"] is None else ids[row["home"]],
            }
            for n, row in enumerate(rows)
        ],
    )
