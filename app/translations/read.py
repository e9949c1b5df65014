"""What a dossier says in the reader's language, and in Vietnamese where nobody translated it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.extensions import db
from app.translations.models import Standing, Translation
from app.translations.pieces import TITLE, digest_of
from app.web.locale import DEFAULT, Language, current
from app.web.phrases import Phrase


@dataclass(frozen=True, slots=True)
class Told:
    """The words of a piece in the language asked for, and who vouches for them."""

    text: str
    standing: Standing


class Translated:
    """Everything that was translated of a dossier into one language; nothing for Vietnamese."""

    def __init__(self, language: str, rows: Iterable[tuple[str, str, str, str]] = ()) -> None:
        self.language = language
        self._exact: dict[tuple[str, str], Told] = {}
        # the same words elsewhere in the dossier: a moved article keeps its translation
        self._same: dict[str, Told] = {}
        for part, digest, text, standing in rows:
            self._keep(part, digest, Told(text, Standing(standing)))

    def _keep(self, part: str, digest: str, told: Told) -> None:
        if told.text:
            self._exact[part, digest] = self._same[digest] = told
            return
        gone = self._exact.pop((part, digest), None)
        if gone is not None and self._same.get(digest) is gone:
            del self._same[digest]

    def __bool__(self) -> bool:
        return bool(self._exact)

    def told(self, part: str, words: str) -> Told | None:
        """The translation of that piece as it reads now; None where it has none."""
        if not (self._exact and words.strip()):
            return None
        digest = digest_of(words)
        return self._exact.get((part, digest)) or self._same.get(digest)

    def phrase(self, part: str, words: str) -> Phrase:
        """The piece in the language asked for, or else in Vietnamese and marked so."""
        told = self.told(part, words)
        if told is None:
            return Phrase(words, DEFAULT.code)
        return Phrase(told.text, self.language)


def of_dossier(dossier_id: int, language: Language | None = None) -> Translated:
    """What was translated of that dossier, into the language of the page unless told otherwise."""
    language = language or current()
    if language is DEFAULT:
        return Translated(language.code)
    rows = db.session.execute(
        select(Translation.part, Translation.source_digest, Translation.text, Translation.standing)
        .where(Translation.dossier_id == dossier_id, Translation.language == language.code)
        .order_by(Translation.id)
    )
    return Translated(language.code, ((row[0], row[1], row[2], row[3]) for row in rows))


def titles(
    wanted: Mapping[int, tuple[str, str]], language: Language | None = None
) -> dict[int, Phrase]:
    """Dossier id → its title on this page, in one statement; none for Vietnamese.

    `wanted` has the title and the agency's own English title ("" for none) of each dossier.
    """
    language = language or current()
    found = {
        key: Phrase(english, "en")
        if english and language.code == "en"
        else Phrase(title, DEFAULT.code)
        for key, (title, english) in wanted.items()
    }
    if language is DEFAULT or not wanted:
        return found
    newest = (
        select(func.max(Translation.id))
        .where(
            Translation.dossier_id.in_(wanted),
            Translation.language == language.code,
            Translation.part == TITLE,
        )
        .group_by(Translation.dossier_id, Translation.source_digest)
    )
    rows = db.session.execute(
        select(Translation.dossier_id, Translation.source_digest, Translation.text).where(
            Translation.id.in_(newest)
        )
    )
    for dossier_id, digest, text in rows:
        if text and digest == digest_of(wanted[dossier_id][0]):
            found[dossier_id] = Phrase(text, language.code)
    return found


def title_for(
    dossier_id: InstrumentedAttribute[int], language: InstrumentedAttribute[str]
) -> tuple[ScalarSelect[str], ScalarSelect[str]]:
    """The newest title in that language and the digest of what it translates, as two columns.

    For statements over many rows, each in a language of its own; `fitting` reads them.
    """

    def newest(column: InstrumentedAttribute[str]) -> ScalarSelect[str]:
        return (
            select(column)
            .where(
                Translation.dossier_id == dossier_id,
                Translation.language == language,
                Translation.part == TITLE,
            )
            .order_by(Translation.id.desc())
            .limit(1)
            .scalar_subquery()
        )

    return newest(Translation.text), newest(Translation.source_digest)


def fitting(vietnamese: str, english: str, told: str | None, digest: str | None) -> Phrase:
    """The title on this page, by the two columns of `title_for`."""
    if told and digest == digest_of(vietnamese):
        return Phrase(told, current().code)
    if english and current().code == "en":
        return Phrase(english, "en")
    return Phrase(vietnamese, DEFAULT.code)


def title(dossier_id: int, vietnamese: str, english: str) -> Phrase:
    """The title of one dossier on this page."""
    return titles({dossier_id: (vietnamese, english)})[dossier_id]
