"""Sentences that combine into any number of comments, as varied as a busy week."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

PERCENT = 100
_strokes = str.maketrans("đĐ", "dD")


@dataclass(frozen=True)
class Voices:
    """Openings, middles and endings that fit in any combination, with the shares of each manner."""

    unaccented_percent: int
    english_percent: int
    places: tuple[str, ...]
    openings: tuple[str, ...]
    middles: tuple[str, ...]
    endings: tuple[str, ...]
    names: tuple[str, ...]
    names_en: tuple[str, ...]
    openings_en: tuple[str, ...]
    middles_en: tuple[str, ...]
    endings_en: tuple[str, ...]

    def say(self, chance: random.Random) -> tuple[str, str]:
        """A comment and its language, "vi" or "en"; the same chance says the same."""
        if chance.randrange(PERCENT) < self.english_percent:
            return self._said(chance, self.openings_en, self.middles_en, self.endings_en), "en"
        body = self._said(chance, self.openings, self.middles, self.endings)
        # of the Vietnamese ones, so that the share holds among all
        if chance.randrange(PERCENT - self.english_percent) < self.unaccented_percent:
            body = unaccented(body)
        return body, "vi"

    def name(self, chance: random.Random, language: str = "vi") -> str:
        """A name of somebody who writes in that language."""
        return chance.choice(self.names_en if language == "en" else self.names)

    def _said(
        self,
        chance: random.Random,
        openings: tuple[str, ...],
        middles: tuple[str, ...],
        endings: tuple[str, ...],
    ) -> str:
        said = chance.sample(middles, chance.choice((1, 1, 2, 2, 3)))
        if chance.random() < 0.8:
            said.insert(0, chance.choice(openings).replace("{place}", chance.choice(self.places)))
        if chance.random() < 0.7:
            said.append(chance.choice(endings))
        return " ".join(said)


def unaccented(text: str) -> str:
    """The text as typed without Vietnamese marks, capitals kept."""
    bare = unicodedata.normalize("NFD", text.translate(_strokes))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
