"""How queries are written for PostgreSQL, and where it is told to look: no database needed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.document import Field
from app.search.engine import EVERYTHING, Narrowing
from app.search.postgres.lens import FEW, best_shown
from app.search.postgres.lexemes import (
    MOST_BYTES,
    MOST_DRAFTS,
    PARTS,
    at_least,
    leaves,
    level,
    narrowed,
    parts,
    quoted,
    vector,
)
from tests.search.looking import document

UNITS = [f"'{letter}'" for letter in "abcdefg"]


def holds(query: str, held: set[str]) -> bool:
    """Whether a document of these lexemes is found: the query read as Python would."""
    named = re.sub(r"'(\w)'", lambda found: str(f"'{found[1]}'" in held), query)
    return eval(named.replace("&", " and ").replace("|", " or "))


@given(st.integers(1, len(UNITS)), st.integers(1, len(UNITS)), st.sets(st.sampled_from(UNITS)))
def test_at_least_so_many_units_are_held(needed, many, held):
    units = UNITS[:many]
    enough = len(held & set(units)) >= min(needed, many)
    assert holds(at_least(needed, units), held) == enough
    assert at_least(needed, units).count("'") // 2 == leaves(needed, many)


@pytest.mark.parametrize(
    ("word", "written"), [("dat", "'dat'"), ("it's", "'it''s'"), ("a\\b", "'a\\\\b'")]
)
def test_a_word_may_hold_any_sign(word, written):
    assert quoted(word) == written


def test_what_is_wanted_is_a_query_unless_it_names_too_many_drafts():
    assert narrowed(EVERYTHING) == ("", EVERYTHING)
    assert narrowed(Narrowing(kinds=frozenset({"comment"}))) == ("'Kcomment'", EVERYTHING)
    wanted = Narrowing(dossiers=frozenset({7}), months=("2026", "2025-12"))
    assert narrowed(wanted) == ("('D7'&('M2026':*|'M2025-12':*))", EVERYTHING)
    many = Narrowing(dossiers=frozenset(range(MOST_DRAFTS + 1)))
    assert narrowed(replace(many, kinds=frozenset({"comment"}))) == ("'Kcomment'", many)


def test_the_parts_of_all_documents_lie_within_each_other_and_halve():
    of_all = [set(parts(f"comment:{number}")) for number in range(4000)]
    sizes = [sum(f"P{n}" in one for one in of_all) for n in range(1, PARTS + 1)]
    for number, size in enumerate(sizes[:6], 1):
        assert size == pytest.approx(4000 / 2**number, rel=0.4)
    assert all({f"P{n}" for n in range(1, len(one) + 1)} == one for one in of_all)


@given(st.integers(1, 10**9), st.integers(1, 10**4))
def test_a_part_is_as_large_as_a_sample_may_be(size, sample):
    found = level(size, sample)
    assert size / 2**found <= sample or found == PARTS
    assert found == 0 or size / 2 ** (found - 1) > sample


def test_words_without_marks_are_not_kept_twice_but_are_known():
    words, vocabulary = vector(document("comment:1", "", "cho đất"))
    kept = set(re.findall("'([xfb][^']*)'", words))
    assert kept == {"fcho", "fdat", "xđât2", "bcho dat"}
    assert set(vocabulary) == kept | {"xcho"}


def test_of_a_text_too_long_for_postgresql_the_neighbours_go_first():
    body = " ".join(f"w{n}" for n in range(60_000))
    words, vocabulary = vector(document("comment:1", "", body))
    assert len(words.encode()) < 2 * MOST_BYTES
    assert len([w for w in vocabulary if w[0] == Field.FOLDED]) == 60_000
    assert all(f"'fw{n}'" in words for n in (0, 31_000, 59_999))


SIGNS = ["'a'", "'b'", "'c'"]


def test_what_enough_documents_show_is_insisted_on_and_rarer_signs_come_besides():
    seen = {0b111: 1, 0b011: FEW, 0b001: 4 * FEW, 0b000: 9 * FEW}
    assert best_shown(SIGNS, seen, 1, 6000) == ("'c'", "('a'&'b')")


def test_of_many_that_show_the_same_a_part_is_looked_at():
    assert best_shown(SIGNS[:1], {1: 60_000}, 1, 6000) == ("('a'&'P4')",)
    assert best_shown(SIGNS[:1], {0: 60_000}, 1, 6000) == ("'a'", "'P4'")


@given(st.dictionaries(st.integers(0, 7), st.integers(1, 5000), min_size=1), st.integers(1, 10_000))
def test_no_more_are_looked_at_than_twice_the_room(seen, room):
    ways = best_shown(SIGNS, seen, 1, room)
    if not ways:
        assert sum(seen.values()) <= room
    elif not any("'P" in way for way in ways):
        shown = {mask: {s for n, s in enumerate(SIGNS) if mask >> n & 1} for mask in seen}
        found = [many for m, many in seen.items() if any(holds(way, shown[m]) for way in ways)]
        assert sum(found) <= 2 * room
