"""What every door of the translator's desk begins with: a dossier, a language, what stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flask import abort

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.documents import translating
from app.documents.access import dossier_for
from app.documents.models import Dossier
from app.kit import clock
from app.translations import keep as keeping
from app.translations import progress, sources
from app.translations.keep import Written
from app.translations.models import Standing
from app.translations.progress import Counts, Place, Row, State
from app.web.locale import DEFAULT, LANGUAGES, Language

AT = "/desk/dossiers/<int:dossier_id>/translations"
SPOKEN = f"{AT}/<language>"


@dataclass
class Room:
    """A dossier in one language, as it stands now."""

    dossier: Dossier
    language: Language

    @cached_property
    def rows(self) -> list[Row]:
        found = progress.rows([self.dossier.id], self.language.code)
        return found.get((self.dossier.id, self.language.code), [])

    @cached_property
    def places(self) -> list[Place]:
        return progress.places(translating.pieces(self.dossier), self.rows)

    @cached_property
    def counts(self) -> Counts:
        return progress.count(self.places)

    @cached_property
    def earlier(self) -> dict[int, str]:
        """The words that outdated translations were made of, by the id of the translation."""
        stale = [one.shown for one in self.places if one.state is State.STALE and one.shown]
        return translating.earlier_words(self.dossier, stale)

    def keep(self, written: list[Written], standing: Standing, officer: Officer) -> int:
        """The pieces read so from now on; returns how many."""
        about = self.dossier.id, sources.period_of(self.dossier.id), self.language.code
        return keeping.keep(*about, written, standing, officer, clock.now())

    def awaiting(self, officer: Officer) -> list[Place]:
        """What the officer may approve: written by a person or a machine, but not by them."""
        open_ = (State.UNOFFICIAL, State.MACHINE)
        return [
            place
            for place in self.places
            if place.state in open_
            and place.shown is not None
            and place.shown.translator_id != officer.id
        ]


def room(act: Act, dossier_id: int, language: str) -> Room:
    """The dossier for who may do `act` for its agency, in one of the portal's other languages."""
    spoken = next((one for one in LANGUAGES if one.code == language), DEFAULT)
    if spoken is DEFAULT:
        abort(404)
    return Room(dossier_for(act, dossier_id), spoken)
