"""The voices of the sample province are many, and combine as promised."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from app.comments import language
from app.demo.content import load_content
from app.demo.voices import Voices, unaccented


@pytest.fixture(scope="module")
def voices() -> Voices:
    return load_content().voices


def test_voices_are_many_and_distinct(voices: Voices) -> None:
    for sentences, least in (
        (voices.openings, 60),
        (voices.middles, 60),
        (voices.endings, 40),
        (voices.names, 80),
    ):
        assert len(set(sentences)) == len(sentences) >= least


def test_voices_speak_in_the_promised_shares(voices: Voices) -> None:
    chance = random.Random(7)
    said = [voices.say(chance) for _ in range(4000)]
    vietnamese = [body for body, language in said if language == "vi"]

    assert len({body for body, _ in said}) > 3900
    spoken = Counter(language for _, language in said)
    assert 0.06 < spoken["en"] / len(said) < 0.10
    for tongue in voices.tongues:
        assert 0.004 < spoken[tongue.language] / len(said) < 0.03, tongue.language
    assert spoken.keys() == {"vi", "en", *(tongue.language for tongue in voices.tongues)}
    assert 0.08 < sum(body.isascii() for body in vietnamese) / len(said) < 0.12
    assert not any("{" in body for body, _ in said)


def test_the_same_chance_says_the_same(voices: Voices) -> None:
    once, again = (
        [voices.say(chance) for _ in range(20)] for chance in (random.Random(1), random.Random(1))
    )

    assert once == again


def test_names_suit_the_language(voices: Voices) -> None:
    chance = random.Random(5)

    assert voices.name(chance) in voices.names
    assert voices.name(chance, "en") in voices.names_en
    for tongue in voices.tongues:
        assert voices.name(chance, tongue.language) in tongue.names


def test_every_tongue_is_told_by_its_words(voices: Voices) -> None:
    assert len(voices.tongues) >= 5
    for tongue in voices.tongues:
        for sentence in tongue.middles:
            assert language.told(sentence, "vi") == tongue.language, sentence
        assert len(voices.country(tongue.language)) == 2
    assert voices.country("vi") == voices.country("en") == ""


def test_marks_come_off_and_capitals_stay() -> None:
    assert unaccented("Đường về Nậm Sa ướt lắm") == "Duong ve Nam Sa uot lam"
