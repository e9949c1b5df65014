"""Both catalogues are complete, and keep every placeholder."""

from __future__ import annotations

import re

import pytest

from tests.house.messages import LANGUAGES, catalogue, translated, wanted

NAMED = re.compile(r"%\((\w+)\)[sd]")
ANY = re.compile(r"%\(\w+\)[sd]|%%|%")


def test_messages_are_found_in_code_and_in_templates() -> None:
    places = {message.where.rsplit(".", 1)[1].split(":")[0] for message in wanted()}
    assert places == {"py", "html"}
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
    lost = []
    for message, forms in translated(language):
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        need = set(NAMED.findall(sources[-1]))
        # "one" may be said in a word; nothing else may be left out or made up
        spare = {"num", "n"} if len(sources) > 1 else set()
        for form in forms:
            have = set(NAMED.findall(form))
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
