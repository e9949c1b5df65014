"""What of a draft stands on a page in the reader's language, and who vouches for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.documents.called import cited
from app.documents.citation import citation
from app.site.heads import AnyRow
from app.translations.known import of
from app.translations.models import Standing
from app.translations.pieces import TITLE, has_words, of_answer, of_block
from app.translations.read import Told, Translated
from app.translations.words import STANDINGS
from app.web import locale
from app.web.phrases import Phrase

VIETNAMESE = locale.DEFAULT.code
# of several, the one that least can be relied on
WEAKEST = (Standing.MACHINE, Standing.UNOFFICIAL, Standing.OFFICIAL)


def title(head: AnyRow) -> Phrase:
    """The title of the dossier on this page."""
    told = of(head.id).phrase(TITLE, head.title)
    if told.lang == VIETNAMESE and head.title_en and locale.current().code == "en":
        return Phrase(head.title_en, "en")
    return told


def place(dossier_id: int, anchor: str, vietnamese: str = "") -> Phrase:
    """A place in the text as it is cited where the reader's language has something of that text."""
    told = of(dossier_id)
    if told and anchor:
        return Phrase(cited(anchor), told.language)
    return Phrase(vietnamese or citation(anchor), VIETNAMESE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words on a page, the language they are in, and who vouches for their translation.

    They are `missing` on a page in another language than theirs.
    """

    text: str
    lang: str
    missing: bool = False
    standing: Standing | None = None

    @property
    def by_machine(self) -> bool:
        """Whether a machine wrote it and nobody has read it yet."""
        return self.standing is Standing.MACHINE

    @property
    def vouched(self) -> str:
        """What the standing is called, "" for the Vietnamese words themselves."""
        return str(STANDINGS[self.standing]) if self.standing else ""


def stretch(told: Told | None, words: str) -> Stretch:
    """The words as they were told in the language of the page, or else in Vietnamese."""
    here = locale.current().code
    if told is None:
        return Stretch(words, VIETNAMESE, missing=here != VIETNAMESE and bool(words.strip()))
    return Stretch(told.text, here, standing=told.standing)


def blocks(dossier_id: int, words: Mapping[str, str]) -> dict[str, Stretch]:
    """The blocks of content on this page, by name."""
    told = of(dossier_id)
    return {name: stretch(told.told(of_block(name), text), text) for name, text in words.items()}


def answer(dossier_id: int, answer_id: int, explanation: str) -> Stretch:
    """The explanation of a published answer on this page."""
    return stretch(of(dossier_id).told(of_answer(answer_id), explanation), explanation)


@dataclass(frozen=True)
class Share:
    """How many parts a text has, how many of them are translated, and who vouches for how many."""

    parts: int
    standings: Mapping[Standing, int]

    @property
    def done(self) -> int:
        return sum(self.standings.values())

    @property
    def vouched(self) -> list[tuple[str, int]]:
        """What each standing is called and how many parts have it."""
        return [
            (str(STANDINGS[one]), self.standings[one]) for one in STANDINGS if self.standings[one]
        ]


class Teller:
    """Says the pieces of a text in the language of the page, and counts the parts it could say."""

    def __init__(self, told: Translated) -> None:
        self.told = told
        self.parts = 0
        self.standings: Counter[Standing] = Counter()

    def say(self, part: str, words: str) -> Told | None:
        """The translation of one piece."""
        return self.told.told(part, words)

    def count(self, pieces: Iterable[tuple[str, Told | None]]) -> Standing | None:
        """A part of the text is counted by its pieces; what vouches for it where all are told."""
        said = [told for words, told in pieces if has_words(words)]
        self.parts += bool(said)
        found = {told.standing for told in said if told is not None}
        weakest = next((one for one in WEAKEST if one in found), None)
        if weakest is not None and None not in said:
            self.standings[weakest] += 1
        return weakest

    def share(self) -> Share:
        """What was counted so far."""
        return Share(self.parts, self.standings)
