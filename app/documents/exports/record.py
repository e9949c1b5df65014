"""A text as JSON: the nested tree with anchors, eIds and citations, as docs/exports.md says."""

from __future__ import annotations

import json
from typing import Any

from app.documents.citation import citation
from app.documents.exports.eids import eid_of
from app.documents.exports.source import Edition


def to_json(edition: Edition) -> str:
    """The text as JSON, keys always in the same order and never left out."""
    cover = edition.cover
    return json.dumps(
        {
            "title": cover.title,
            "kind_name": cover.kind_name,
            "number": cover.number,
            "issued": cover.issued,
            "issuer": cover.issuer,
            "slug": cover.slug,
            "version": cover.version,
            "posted_at": cover.posted_at.isoformat() if cover.posted_at else None,
            "digest": cover.digest,
            "address": cover.address,
            "language": cover.language,
            "masthead": edition.masthead,
            "preamble": edition.preamble,
            "nodes": _tree(edition),
            "closing": edition.closing,
        },
        ensure_ascii=False,
        indent=1,
    )


def _tree(edition: Edition) -> list[dict[str, Any]]:
    eids = eid_of(edition.units)
    roots: list[dict[str, Any]] = []
    path: list[list[dict[str, Any]]] = [roots]
    for unit in edition.units:
        node: dict[str, Any] = {
            "anchor": unit.anchor,
            "eid": eids[unit.anchor],
            "citation": citation(unit.anchor),
            "kind": unit.kind.value,
            "number": unit.number,
            "label": unit.label,
            "heading": unit.heading,
            "text": unit.text,
            "rows": unit.rows,
            "children": [],
        }
        del path[unit.depth + 1 :]
        path[-1].append(node)
        path.append(node["children"])
    return roots
