"""Translations that this process has read: asked for at every page, read once after each change."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from flask import current_app, request
from sqlalchemy import select

from app.extensions import db
from app.translations import read
from app.translations.models import Translation
from app.translations.read import Translated
from app.web import locale

KEPT = 48  # dossiers and languages per process, each about as large as its text
ASKED = "gopy.translated"
# the words of a law are Vietnamese for who reads Vietnamese: one object, and no question asked
NOTHING = Translated(locale.DEFAULT.code)


def of(dossier_id: int) -> Translated:
    """What was translated of the dossier, the same object until something new is written.

    A request asks once, and reads the rows only where this process has not read them.
    """
    here = locale.current()
    if here is locale.DEFAULT:
        return NOTHING
    asked: dict[int, Translated] = request.environ.setdefault(ASKED, {})
    if dossier_id not in asked:
        asked[dossier_id] = _kept(dossier_id, here)
    return asked[dossier_id]


def _kept(dossier_id: int, here: locale.Language) -> Translated:
    kept: OrderedDict[Any, tuple[Any, Translated]]
    kept = current_app.extensions.setdefault("translated", OrderedDict())
    # with the words, because a database made anew gives its ids once more
    newest = db.session.execute(
        select(
            Translation.id, Translation.translated_at, Translation.source_digest, Translation.text
        )
        .where(Translation.dossier_id == dossier_id, Translation.language == here.code)
        .order_by(Translation.id.desc())
        .limit(1)
    ).one_or_none()
    key = (dossier_id, here.code)
    stamp = tuple(newest) if newest is not None else None
    known = kept.get(key)
    if known is None or known[0] != stamp:
        told = read.of_dossier(dossier_id, here) if newest is not None else Translated(here.code)
        known = kept[key] = (stamp, told)
        while len(kept) > KEPT:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return known[1]
