"""Words that may be in another language than the page they stand on, and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from markupsafe import Markup, escape

from app.kit.collation import loosely, vietnamese
from app.web import locale

SHORT = 60  # characters of a title on the way back
# These two sets of signs stand in the order of their dictionaries: by sound, and by strokes
BY_SIGN = {"zh-Hans": "gb18030", "zh-Hant": "big5"}

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words and the language they are in; in a template they carry `lang` where it is needed."""

    text: str
    lang: str

    def __html__(self) -> Markup:
        if self.lang == locale.current().code:
            return escape(self.text)
        return Markup('<span lang="%s">%s</span>') % (self.lang, self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def short(self) -> Phrase:
        """The beginning of a long name, cut at a word, for the way back."""
        if len(self.text) <= SHORT:
            return self
        return Phrase(self.text[:SHORT].rpartition(" ")[0].rstrip(",;:") + "…", self.lang)


def named(vietnamese: str, english: str) -> Phrase:
    """A name of the portal's own data on this page: a type, a topic, an agency, a territory.

    Catalogues know those that come with the portal; a name they do not know is shown in English
    to all who do not read Vietnamese.
    """
    here = locale.current()
    if here is locale.DEFAULT or not english:
        return Phrase(vietnamese, locale.DEFAULT.code)
    said = locale.said(english)
    if said != english:
        return Phrase(said, here.code)
    return Phrase(english, "en")


def order(language: str) -> Callable[[str], Any]:
    """What puts a name in that language in its place in a list."""
    if language in BY_SIGN:
        return lambda name: name.encode(BY_SIGN[language], "replace")
    return vietnamese if language == locale.DEFAULT.code else loosely


def in_order(rows: Iterable[Row], name: Callable[[Row], Phrase]) -> list[Row]:
    """The rows by name: those in the page's language first, each language in its own order."""

    def place(row: Row) -> tuple[bool, str, Any]:
        found = name(row)
        lang = found.lang
        return lang != locale.current().code, lang, order(lang)(found.text)

    return sorted(rows, key=place)
