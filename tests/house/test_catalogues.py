"""Every catalogue is complete, keeps every placeholder and says the terms of its glossary."""

from __future__ import annotations

import ast
import csv
import re

import pytest
from babel import Locale

from app.web import locale
from tests.house.messages import LANGUAGES, catalogue, translated, wanted
from tests.house.source import APP, ROOT, python, tree

NAMED = re.compile(r"%\((\w+)\)[sd]")
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|\S+[@/_=]\S*")
HAN = "[\u4e00-\u9fff]"
SCRIPTS = {
    "ru": re.compile("[\u0400-\u04ff]"),
    "ko": re.compile("[\uac00-\ud7a3]"),
    "ja": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
    "zh-Hans": re.compile(HAN),
    "zh-Hant": re.compile(HAN),
    "lo": re.compile("[\u0e80-\u0eff]"),
    "km": re.compile("[\u1780-\u17ff]"),
}
# every file that writes letters
LETTERS = ("notifications/words.py", "alerts/letters.py", "alerts/described.py")
# Vietnamese leaves unsaid what is understood; of the others each message says its terms
SAID = {"vi": 0.8}
GLOSSARY = ROOT / "translations" / "glossary.csv"
PLACED = re.compile(r"%\((\w+)\)([sd])")
ANY = re.compile(r"%\(\w+\)[sd]|%%|%")


def test_messages_are_found_in_code_and_in_templates() -> None:
    places = {message.where.rsplit(".", 1)[1].split(":")[0] for message in wanted()}
    assert places == {"py", "html", "toml"}
    assert len(wanted()) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_is_translated(language: str) -> None:
    known = catalogue(language)
    assert known is not None, f"translations/{language}/LC_MESSAGES/messages.po is not written yet"
    missing = []
    for message in wanted():
        entry = known.get(message.singular)
        words = entry.string if entry else ""
        forms = words if isinstance(words, tuple | list) else (words,)
        if entry is None or not all(forms):
            missing.append(f"{message.where} {message.singular!r}")
        elif entry.fuzzy:
            missing.append(f"{message.where} {message.singular!r} is fuzzy")
        elif message.plural and len(forms) != known.num_plurals:
            missing.append(f"{message.where} {message.singular!r} has {len(forms)} forms")
    assert not missing, f"{len(missing)} of {len(wanted())}:\n" + "\n".join(missing[:40])


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_asks_for(language: str) -> None:
    asked = {message.singular for message in wanted()}
    idle = [
        message.id
        for message, _ in translated(language)
        if (message.id[0] if isinstance(message.id, tuple) else message.id) not in asked
    ]
    assert not idle


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_kept(language: str) -> None:
    """With the kind of each: what is counted as %d may not be written as %s or the other way."""
    lost = []
    for message, forms in translated(language):
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        need = set(PLACED.findall(sources[-1]))
        # "one" may be said in a word; nothing else may be left out or made up
        spare = {("num", "d"), ("n", "d")} if len(sources) > 1 else set()
        for form in forms:
            have = set(PLACED.findall(form))
            if form and not (need - spare <= have <= need):
                lost.append(f"{sources[0]!r} → {form!r}")
    assert not lost, "\n".join(lost)


def test_messages_use_named_placeholders() -> None:
    """A bare % or a %s breaks as soon as a sentence is put in another order."""
    bad = [
        f"{message.where} {text!r}"
        for message in wanted()
        for text in (message.singular, message.plural)
        if "%" in ANY.sub(lambda found: "" if len(found.group()) > 1 else "%", text)
    ]
    assert not bad, "\n".join(bad)


def test_a_message_with_a_number_is_in_the_plural_where_it_counts() -> None:
    bad = [m.where for m in wanted() if "%(num)d" in m.singular and not m.plural]
    assert not bad, f"use ngettext: {bad}"


def _glossary() -> list[dict[str, str]]:
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _stems(cell: str) -> list[str]:
    return [_plain(stem.strip()) for stem in cell.split("|") if stem.strip()]


def _plain(words: str) -> str:
    """As it is compared: whatever the case, breaks that nobody sees left out."""
    return words.casefold().replace("\u200b", "").replace("\u202f", " ").replace("\u00a0", " ")


TERMS = [row["term"] for row in _glossary() if not row["term"].startswith("never ")]


def test_the_glossary_has_a_column_for_each_language() -> None:
    rows = _glossary()
    assert set(rows[0]) == {"term", "note", *LANGUAGES}
    gaps = [(row["term"], code) for row in rows for code in LANGUAGES if not _stems(row[code])]
    assert not gaps


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
@pytest.mark.parametrize("term", TERMS)
def test_a_term_of_the_glossary_is_said(term: str, language: str) -> None:
    """Wherever the English message has the term, the message has one of its forms here."""
    row = next(row for row in _glossary() if row["term"] == term)
    pattern, stems = re.compile(rf"\b(?:{row['en']})\b", re.IGNORECASE), _stems(row[language])
    asked, other = 0, []
    for message, forms in translated(language):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        if pattern.search(NAMED.sub("", source)):
            asked += 1
            if not all(any(stem in _plain(form) for stem in stems) for form in forms):
                other.append(f"{source!r} → {forms!r}")
    assert asked
    assert len(other) <= asked * (1 - SAID.get(language, 1.0)), "\n".join(other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_never_be_said_is_not(language: str) -> None:
    never = [
        stem
        for row in _glossary()
        if row["term"].startswith("never ")
        for stem in _stems(row[language])
    ]
    said = [
        f"{stem!r} in {form!r}"
        for _, forms in translated(language)
        for form in forms
        for stem in never
        if stem in _plain(form)
    ]
    assert len(never) >= 2
    assert not said, "\n".join(said)


@pytest.mark.parametrize("language", locale.LANGUAGES, ids=lambda one: one.code)
def test_each_language_is_written_in_its_own_script(language: locale.Language) -> None:
    """A message left in another script would stand out on the page, and was left by mistake."""
    script = SCRIPTS.get(language.code)
    if script is None:
        assert Locale.parse(language.catalogue).script is None
        return
    source = catalogue("en")
    assert source is not None
    foreign = [
        f"{message.id!r} → {form!r}"
        for message, forms in translated(language.catalogue)
        for form in forms
        if len(re.findall(r"[a-z]{3,}", PLACES.sub("", form))) > 2 and not script.search(form)
    ]
    assert not foreign, "\n".join(foreign)


def test_letters_say_nothing_outside_the_catalogues() -> None:
    """Words of a letter come from a catalogue, so that they are in the language of its reader."""
    bare = []
    for path in LETTERS:
        code = tree(APP / path)
        asked = {
            id(inner)
            for node in ast.walk(code)
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") in ("_", "_l", "ngettext")
            for inner in ast.walk(node)
        }
        told = {id(node.value) for node in ast.walk(code) if isinstance(node, ast.Expr)}
        bare += [
            f"{path}:{node.lineno} {node.value!r}"
            for node in ast.walk(code)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if id(node) not in asked | told and re.search(r"[^\W\d_]{2,} [^\W\d_]{2,}", node.value)
        ]
    assert not bare


def test_extraction_sees_each_message_of_the_code() -> None:
    """A call inside an f-string is a word of a string to the extractor of Python 3.11."""
    known = {message.singular for message in wanted()}
    unseen = [
        f"{path.relative_to(APP)}:{node.lineno} {node.args[0].value!r}"
        for path in python()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "_l", "_n", "gettext", "ngettext", "lazy_gettext"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value not in known
    ]
    assert not unseen, "\n".join(unseen)
