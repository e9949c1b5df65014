"""The comparison of a draft with the law in force, as everybody reads it (S11)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import LazyString
from sqlalchemy import select

from app.documents.citation import citation
from app.documents.comparison_forms import KINDS
from app.documents.models import ChangeKind, ComparisonRow, select_provisions
from app.documents.redline import Run, redline
from app.extensions import db
from app.site.heads import AnyRow, AnySelect

# of these the words in force and those of the draft are set against each other
REWORDING = frozenset({ChangeKind.AMENDED, ChangeKind.SUPPLEMENTED})
# its own number stands above the words of the draft already
LABEL = re.compile(r"^(?:Điều\s+\d\w*\.|\d+[a-zđ]?\.|[a-zđ]\))\s*")


@dataclass(frozen=True)
class Compared:
    """One row: the provision of the draft, its words as a redline where it rewords others."""

    anchor: str
    first: bool  # of the rows about this provision, the one that links lead to
    name: str
    kind: LazyString
    source: str
    current: str
    draft: str
    runs: list[Run]
    reason: str


@dataclass(frozen=True)
class About:
    """That a provision changes the law, and how, in short."""

    anchor: str
    name: str
    kind: LazyString


def rows(head: AnyRow) -> list[Compared]:
    """The rows of the version under comment, in the order the agency gave them."""
    if not head.compared:
        return []
    words = _words(head.version_id)
    found: list[Compared] = []
    for row in db.session.execute(_rows(head.version_id)):
        kind, draft = ChangeKind(row.kind), words.get(row.anchor, "")
        rewords = kind in REWORDING and row.current and draft
        found.append(
            Compared(
                anchor=row.anchor,
                first=all(row.anchor != one.anchor for one in found),
                name=citation(row.anchor),
                kind=KINDS[kind],
                source=row.source,
                current=row.current,
                draft=draft,
                runs=redline(LABEL.sub("", row.current), draft) if rewords else [],
                reason=row.reason,
            )
        )
    return found


def about(head: AnyRow, anchors: Collection[str]) -> list[About]:
    """The rows about any of those provisions."""
    seen: dict[str, About] = {}
    for row in db.session.execute(_rows(head.version_id)):
        if row.anchor in anchors and row.anchor not in seen:
            kind = KINDS[ChangeKind(row.kind)]
            seen[row.anchor] = About(row.anchor, citation(row.anchor), kind)
    return list(seen.values())


def _rows(version_id: int) -> AnySelect:
    named = ComparisonRow.__table__.c
    return (
        select(ComparisonRow.__table__)
        .where(named.version_id == version_id)
        .order_by(named.position, named.id)
    )


def _words(version_id: int) -> dict[str, str]:
    """The words of each provision with all that stands under it, a line each."""
    found: dict[str, list[str]] = {}
    path: list[str] = []
    for row in db.session.execute(select_provisions(version_id)):
        del path[row.depth :]
        path.append(row.anchor)
        mark = {"clause": f"{row.number}. ", "point": f"{row.number}) "}.get(row.kind, "")
        lines = [line for line in (row.heading, row.text) if line]
        lines += [" | ".join(cells) for cells in row.rows]
        for above in path:
            own = "" if above == row.anchor else mark
            found.setdefault(above, []).extend(
                f"{own}{line}" if n == 0 else line for n, line in enumerate(lines)
            )
    return {anchor: "\n".join(lines) for anchor, lines in found.items()}
