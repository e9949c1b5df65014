"""What is read of an index for a query, and what each word of it is worth."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.document import Field, Kind
from app.search.planning import plan, words
from app.search.query import parse

DOCUMENTS = 10_000


def planned(text, frequencies=None, strict=False, documents=DOCUMENTS):
    """A plan where every word stands in ten documents but for those told."""
    query = replace(parse(text), strict=strict)
    known = dict.fromkeys(words(query), 10) | (frequencies or {})
    return plan(query, known, documents)


def terms(unit):
    return {(term.where, term.word): term for term in unit}


def test_as_typed_is_worth_more_than_without_marks():
    [unit] = planned("đất").units
    found = terms(unit)
    assert found[Field.EXACT, "đât2"].worth > 3 * found[Field.FOLDED, "dat"].worth > 0


def test_marks_that_nobody_writes_count_as_none():
    [unit] = planned("chãy", {(Field.EXACT, "chay4"): 0}).units
    [typed] = planned("chay").units
    assert terms(unit)[Field.FOLDED, "chay"] == terms(typed)[Field.FOLDED, "chay"]


def test_all_words_of_a_few_are_needed_and_a_part_of_many():
    assert planned("đất nước người").needed == 3
    many = planned("một hai ba bốn năm sáu bảy")
    assert 0 < many.needed < len(many.units) == 7
    assert planned("một hai ba bốn năm sáu bảy", strict=True).needed == 7


def test_a_word_of_most_documents_is_not_read_among_many():
    often = {(Field.EXACT, "cua3"): 9000, (Field.FOLDED, "cua"): 9000}
    assert len(planned("quyền của người đại diện", often).units) == 4
    assert len(planned("của", often).units) == 1


@pytest.mark.parametrize("text", ["UBND", "ủy ban nhân dân"])
def test_the_other_form_stands_for_each_of_its_words(text):
    found = planned(text, {(Field.FOLDED, "ubnd"): 3})
    assert all((Field.FOLDED, "ubnd") in terms(unit) for unit in found.units)
    assert planned(text, {(Field.FOLDED, "ubnd"): 0}).units  # where nobody writes it, as before


def test_another_word_for_it_is_worth_less():
    for unit in planned("máy bay").units:
        found = terms(unit)
        own = max(term.worth for (where, _), term in found.items() if where is not Field.PAIRS)
        assert found[Field.PAIRS, "tau bay"].worth < own


def test_who_names_an_article_gets_it_before_what_is_said_of_it():
    found = planned("Điều 12 luật tài nguyên nước")
    assert found.first is Kind.PROVISION
    [unit] = found.units
    assert {word for _, word in terms(unit)} == {"dieu 12"}
    assert (Field.CONTEXT, "nguyen nuoc") in terms(found.extras)


def test_the_name_of_a_large_draft_is_read_beside_an_article():
    large = {(Field.CONTEXT, "dan su"): 1500}
    assert (Field.CONTEXT, "dan su") in terms(planned("Điều 4 dân sự", large).extras)


def test_a_strict_plan_needs_the_place_and_the_words():
    found = planned("Điều 12 tài nguyên", strict=True)
    assert found.needed == len(found.units) == 3


def test_a_title_that_begins_and_ends_so_is_worth_most():
    extras = terms(planned("quyền bề mặt").extras)
    best = max(extras.values(), key=lambda term: term.worth)
    assert best.word == "^ quyen mat"


def test_nothing_asked_is_a_plan_for_everything():
    assert planned("").units == ()
    assert planned("", strict=True).units == ()


@given(st.text(max_size=80), st.integers(0, 10_000), st.integers(0, 10_000), st.booleans())
def test_a_plan_asks_only_for_words_whose_frequency_was_asked(text, often, documents, strict):
    query = replace(parse(text), strict=strict)
    asked = words(query)
    found = plan(query, dict.fromkeys(asked, often), documents)
    read = [term for unit in (*found.units, found.extras) for term in unit]
    assert {(term.where, term.word) for term in read} <= set(asked)
    assert all(term.documents == often for term in read)
    assert found.needed <= max(1, len(found.units)) <= 64
