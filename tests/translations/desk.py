"""A dossier at the translator's desk, and what its pages and rows hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import lxml.html
from sqlalchemy import select

from app.accounts.models import Officer
from app.consultations.models import Consultation
from app.documents import translating
from app.documents.models import Dossier
from app.extensions import db
from app.kit import clock
from app.translations import keep, progress
from app.translations.keep import Written
from app.translations.models import Standing, Translation
from app.translations.pieces import Piece
from app.translations.progress import State
from tests.factories import World
from tests.page_client import PageClient


@dataclass
class Desk:
    """A dossier whose text is public, and who works on its translation."""

    world: World
    consultation: Consultation
    translator: Officer
    approver: Officer

    @property
    def dossier(self) -> Dossier:
        return self.consultation.dossier

    @property
    def at(self) -> str:
        return f"/desk/dossiers/{self.consultation.dossier_id}/translations"

    def pieces(self) -> dict[str, Piece]:
        return {piece.part: piece for piece in translating.pieces(self.dossier)}

    def states(self, language: str = "en") -> dict[str, State]:
        rows = progress.rows([self.dossier.id], language)
        found = rows.get((self.dossier.id, language), [])
        return {
            one.piece.part: one.state
            for one in progress.places(translating.pieces(self.dossier), found)
        }

    def write(
        self,
        *parts: str,
        text: str = "English words",
        standing: Standing = Standing.UNOFFICIAL,
        by: Officer | None = None,
    ) -> None:
        known = self.pieces()
        written = [Written(known[part], text) for part in parts]
        about = self.dossier.id, self.consultation.id, "en"
        keep.keep(*about, written, standing, by or self.translator, clock.now())
        db.session.commit()

    def approve(self, *parts: str) -> None:
        known = self.pieces()
        query = select(Translation).order_by(Translation.id)
        newest = {row.part: row for row in db.session.scalars(query)}
        chosen = [(known[part], newest[part]) for part in parts]
        about = self.dossier.id, self.consultation.id, "en"
        keep.approve(*about, chosen, self.approver, clock.now())
        db.session.commit()


def form_at(client: PageClient, path: str, mark: str = "translations") -> dict[str, Any]:
    """What the form of the page would send, nothing touched."""
    page = lxml.html.fromstring(client.get(path).get_data(as_text=True))
    form = next(one for one in page.forms if mark in (one.get("action") or ""))
    return dict(form.form_values())


def texts() -> list[tuple[str, str, str]]:
    query = select(Translation.part, Translation.text, Translation.standing)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Translation.id))]


def part_of(desk: Desk, words: str) -> str:
    return next(piece.part for piece in desk.pieces().values() if words in piece.words)


def lived_in(about: Consultation, translator: Officer, approver: Officer, now: datetime) -> None:
    """Of the dossier one piece waits to be approved, and one is official."""
    title, block = translating.pieces(about.dossier)[:2]
    spot = about.dossier_id, about.id, "en"
    written = [Written(title, "A title"), Written(block, "Why it is needed")]
    keep.keep(*spot, written, Standing.UNOFFICIAL, translator, now)
    row = db.session.scalar(select(Translation).where(Translation.part == title.part))
    assert row is not None
    keep.approve(*spot, [(title, row)], approver, now)
