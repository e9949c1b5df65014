"""Sentences that combine into any number of comments, as varied as a busy week."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

PERCENT = 100
_strokes = str.maketrans("đĐ", "dD")


@dataclass(frozen=True)
class Tongue:
    """How some speak who live in that country or come from it, as large a part of all."""

    language: str
    country: str
    percent: int
    names: tuple[str, ...]
    openings: tuple[str, ...]
    middles: tuple[str, ...]
    endings: tuple[str, ...]


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
    tongues: tuple[Tongue, ...]

    def say(self, chance: random.Random) -> tuple[str, str]:
        """A comment and its language; the same chance says the same."""
        drawn = chance.randrange(PERCENT) - self.english_percent
        if drawn < 0:
            return self._said(chance, self.openings_en, self.middles_en, self.endings_en), "en"
        for one in self.tongues:
            drawn -= one.percent
            if drawn < 0:
                return self._said(chance, one.openings, one.middles, one.endings), one.language
        body = self._said(chance, self.openings, self.middles, self.endings)
        # of the Vietnamese ones, so that the share holds among all
        foreign = self.english_percent + sum(one.percent for one in self.tongues)
        if chance.randrange(PERCENT - foreign) < self.unaccented_percent:
            body = unaccented(body)
        return body, "vi"

    def name(self, chance: random.Random, language: str = "vi") -> str:
        """A name of somebody who writes in that language."""
        names = {one.language: one.names for one in self.tongues} | {"en": self.names_en}
        return chance.choice(names.get(language, self.names))

    def country(self, language: str) -> str:
        """Where those who write in that language are from; "" where nobody can tell."""
        return next((one.country for one in self.tongues if one.language == language), "")

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
