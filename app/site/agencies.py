"""The page of one agency: where to write to it, what it belongs to, what it drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.models import Agency, Territory
from app.documents.models import Dossier
from app.extensions import db
from app.site import heads, lists
from app.site.heads import AnyRow
from app.web.phrases import Phrase, in_order, named


def page(slug: str, after: str, now: datetime) -> dict[str, Any] | None:
    """What `site/agency.html` shows, None without such an agency; ValueError on a forged key."""
    above = aliased(Agency)
    row = db.session.execute(
        select(
            Agency.id,
            Agency.slug,
            Agency.name,
            Agency.name_en,
            Agency.postal_address,
            Agency.email,
            Agency.phone,
            Agency.territory,
            Territory.name.label("territory_name"),
            Territory.name_en.label("territory_name_en"),
            above.slug.label("above_slug"),
            above.name.label("above_name"),
            above.name_en.label("above_name_en"),
        )
        .outerjoin(above, above.id == Agency.parent_id)
        .outerjoin(Territory, Territory.code == Agency.territory)
        .where(Agency.slug == slug)
    ).one_or_none()
    if row is None:
        return None
    found = lists.listing(lists.View.ALL, after, now, [Dossier.agency_id == row.id])
    return {
        "agency": row,
        "name": named(row.name, row.name_en),
        "above": _above(row),
        "territory": heads.territory(row),
        "below": _below(row.id),
        "cards": heads.cards(found.rows, now),
        "after": found.after,
        "paged": bool(after),
        "until": heads.stale_at(now, *(one.closes_at for one in found.rows)),
    }


def _above(row: AnyRow) -> tuple[str, Phrase] | None:
    if row.above_slug is None:
        return None
    name = named(row.above_name, row.above_name_en)
    return url_for("site.agency", slug=row.above_slug), name


def _below(agency_id: int) -> list[tuple[str, Phrase]]:
    rows = db.session.execute(
        select(Agency.slug, Agency.name, Agency.name_en)
        .where(Agency.parent_id == agency_id)
        .order_by(Agency.name)
        .limit(200)
    )
    found = [(url_for("site.agency", slug=row.slug), named(row.name, row.name_en)) for row in rows]
    return in_order(found, lambda one: one[1])
