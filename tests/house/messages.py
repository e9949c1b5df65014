"""The messages that code and templates ask for, as pybabel would extract them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from app.web import locale
from tests.house.source import APP, ROOT

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "_n": (1, 2),
}
LANGUAGES = tuple(language.catalogue for language in locale.LANGUAGES)
SEEDS = (APP / "documents" / "seed", APP / "consultations" / "seed")


@dataclass(frozen=True)
class Wanted:
    """A message and the first place that asks for it; `plural` is empty for most."""

    singular: str
    plural: str
    where: str


@cache
def wanted() -> tuple[Wanted, ...]:
    """Every message of the application, and every name that comes with it, once."""
    found: dict[str, Wanted] = {}
    for file, line, message, _comments, _context in extract_from_dir(
        str(APP),
        method_map=METHODS,
        keywords=KEYWORDS,
        options_map={"**.html": {"silent": "false"}},
    ):
        singular, plural = message if isinstance(message, tuple) else (message, "")
        known = found.get(singular)
        if known is None or plural:
            found[singular] = Wanted(singular, plural, f"app/{file}:{line}")
    for path in (path for folder in SEEDS for path in sorted(folder.glob("*.toml"))):
        for rows in tomllib.loads(path.read_text(encoding="utf-8")).values():
            for name in (row["name_en"] for row in rows if row.get("name_en")):
                found.setdefault(name, Wanted(name, "", f"app/{path.relative_to(APP)}:1"))
    return tuple(found.values())


@cache
def catalogue(language: str) -> Catalog | None:
    """The catalogue of a language, None before it was written."""
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def translated(language: str) -> Iterator[tuple[Message, tuple[str, ...]]]:
    """Every message of a catalogue with its words, one for each plural form."""
    for message in catalogue(language) or ():
        if message.id:
            words = message.string
            yield message, tuple(words) if isinstance(words, tuple | list) else (words,)
