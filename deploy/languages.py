"""`make languages`: every catalogue asks for exactly the words of code, templates and seeds.

New messages come in empty, in English as they are; words nobody asks for any more leave. Nothing
is guessed, so an empty line is one that somebody has to write. Which languages there are is said
in `app/web/locale.py` alone.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from app.web.locale import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
SOURCE = "en"
SEEDS = ("app/documents/seed", "app/consultations/seed")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Language: {language}\n"
"Plural-Forms: {plural}\n"

"""
Words = str | tuple[str, ...] | list[str]


def extract() -> Catalog:
    """Every message of the application with the files that ask for it."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog()
    for name, _line, words, _comments, context in extract_from_dir(
        str(ROOT / "app"),
        method_map=[(pattern.removeprefix("app/"), method) for pattern, method in methods],
        options_map={pattern.removeprefix("app/"): given for pattern, given in options.items()},
        keywords=KEYWORDS,
    ):
        found.add(words, locations=[(f"app/{name}", 1)], context=context)
    for name, words in names():
        found.add(words, locations=[(name, 1)])
    return found


def names() -> Iterator[tuple[str, str]]:
    """(file, English name) of the types, topics and documents that come with the portal."""
    for folder in SEEDS:
        for path in sorted((ROOT / folder).glob("*.toml")):
            for rows in tomllib.loads(path.read_text(encoding="utf-8")).values():
                for row in rows:
                    if row.get("name_en"):
                        yield str(path.relative_to(ROOT)), row["name_en"]


def path_of(language: str) -> Path:
    """Where the catalogue of a language is kept."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def words_of(message: Message, known: Message | None, language: str) -> Words:
    """What a message already says; in the language of the source it says itself."""
    if language == SOURCE:
        return message.id
    if known is not None and known.pluralizable == message.pluralizable:
        return known.string or ""
    return ("",) if message.pluralizable else ""


def renew(language: str, wanted: Catalog) -> int:
    """The catalogue holds the wanted messages and no other; returns how many say nothing yet."""
    path = path_of(language)
    known = Catalog(locale=language)
    if path.is_file():
        with path.open("rb") as old:
            known = read_po(old, locale=language, abort_invalid=True)
    fresh = Catalog(locale=language)
    empty = 0
    for message in sorted(wanted, key=lambda one: str(one.id)):
        if message.id:
            words = words_of(message, known.get(message.id, message.context), language)
            empty += not words if isinstance(words, str) else not all(words)
            places = sorted(set(message.locations))
            fresh.add(message.id, words, places, message.flags, context=message.context)
    _write(path, fresh, language)
    return empty


def _write(path: Path, catalogue: Catalog, language: str) -> None:
    text = BytesIO()
    # neither line numbers nor dates, so that a catalogue changes only where words do
    write_po(text, catalogue, width=100, omit_header=True, include_lineno=False)
    head = HEADER.format(language=language, plural=catalogue.plural_forms)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.encode() + text.getvalue())


def main() -> int:
    """All catalogues are renewed and their share told; the status is 1 while one lacks words."""
    wanted = extract()
    total, lacking = len(wanted), 0
    for language in LANGUAGES:
        empty = renew(language.catalogue, wanted)
        lacking += empty
        # rounded down: 100 % is said of nothing less
        share = (total - empty) * 100 // total
        print(f"{share:4} %  {language.catalogue:8} {language.name}: {empty} of {total} to write")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
