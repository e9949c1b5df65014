"""The address of a results page: one for each thing asked, and no address is too odd to read."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.search.asked import LAST_PAGE, MOST_VALUES, Asked, address, pairs, read
from app.search.engine import Sort
from app.search.facets import Facet, Standing, Standings, Status
from app.search.query import MAX_CHARACTERS, MAX_TOKENS

names = st.sampled_from([*Facet, "q", "sort", "flat", "page", "utm_source"]).map(str)
values = st.sampled_from(
    ["comment", "open", "2026", "2026-11", "vi", "en", "adopted", "individual", "so-y-te", "1", "7"]
) | st.text(max_size=20)
addresses = st.lists(st.tuples(names, values), max_size=12)


def asked(query: str) -> Asked:
    return read(MultiDict(parse_qsl(query)))


@given(addresses)
def test_what_was_read_is_written_and_read_again(typed):
    first = read(MultiDict(typed))
    again = read(MultiDict(pairs(first)))
    assert pairs(again) == pairs(first)
    assert (again.words, again.chosen, again.sort) == (first.words, first.chosen, first.sort)


@given(addresses)
def test_the_order_of_an_address_does_not_matter(typed):
    # of what is there once the first counts
    facets = [pair for pair in typed if pair[0] in set(Facet)][:MOST_VALUES]
    assert pairs(read(MultiDict(facets))) == pairs(read(MultiDict(facets[::-1])))


@given(addresses)
def test_an_address_is_one_line_of_ascii(typed):
    written = address("/search", read(MultiDict(typed)))
    assert written.isascii()
    assert not set(written) & set(" \t\r\n")
    assert (
        read(MultiDict(parse_qsl(urlsplit(written).query))).chosen == read(MultiDict(typed)).chosen
    )


def test_the_usual_is_not_written():
    assert address("/search", asked("sort=relevance&page=1&flat=0&utm_source=x")) == "/search"
    assert address("/s", asked("page=2&kind=comment&q=gi%E1%BA%BFng&sort=newest")) == (
        "/s?q=gi%E1%BA%BFng&kind=comment&sort=newest&page=2"
    )


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("date=2026&date=2025", {"2026", "2025"}),
        ("date=2026&date=2026-11", {"2026-11"}),
        ("date=2026&date=2025-01&date=2026-11", {"2026-11", "2025-01"}),
    ],
)
def test_a_month_means_more_than_its_year(query, chosen):
    assert asked(query).chosen == {Facet.DATE: frozenset(chosen)}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("kind=law", ("kind", "law")),
        ("status=ajar", ("status", "ajar")),
        ("date=2026-13", ("date", "2026-13")),
        ("date=٢٠٢٦", ("date", "٢٠٢٦")),
        ("language=klingon!", ("language", "klingon!")),
        ("agency=../etc", ("agency", "../etc")),
        ("draft=%3Cscript%3E", ("draft", "<script>")),
    ],
)
def test_what_nothing_can_have_is_left_out_and_told(query, told):
    found = asked(f"q=a&{query}&kind=comment")
    assert found.unknown == (told,)
    assert found.chosen == {Facet.KIND: frozenset({"comment"})}


def test_what_no_public_draft_has_is_left_out_and_told():
    draft = Standing("nuoc-sach", "so-xay-dung", "land", "tinh", "nq", "drafting", Status.OPEN)
    known = Standings({1: draft}, {"tinh": frozenset({"tinh"}), "xa": frozenset({"xa", "tinh"})})
    query = "q=a&page=3&agency=so-xay-dung&agency=so-y-te&topic=x&territory=xa&draft=nuoc-sach"
    found = asked(query).known(known)
    assert set(found.unknown) == {("agency", "so-y-te"), ("topic", "x")}
    assert found.chosen == {
        Facet.AGENCY: frozenset({"so-xay-dung"}),
        Facet.TERRITORY: frozenset({"xa"}),
        Facet.DRAFT: frozenset({"nuoc-sach"}),
    }
    assert found.page == 3


@pytest.mark.parametrize(
    ("typed", "page"),
    [("2", 2), ("0", 1), ("-3", 1), ("x", 1), ("9" * 5000, LAST_PAGE), ("²", 1), ("", 1)],
)
def test_a_page_is_one_that_there_can_be(typed, page):
    assert asked(f"q=a&page={typed}").page == page


def test_only_so_many_words_are_used_and_the_reader_is_told():
    found = asked("q=" + "+".join(f"từ{n}" for n in range(MAX_TOKENS + 9)))
    assert found.is_cut
    assert found.words.endswith(f"từ{MAX_TOKENS - 1}")
    assert not asked("q=" + "+".join(["từ"] * MAX_TOKENS)).is_cut
    long = asked("q=" + "x" * 10_000)
    assert long.is_cut
    assert len(long.words) == MAX_CHARACTERS


@pytest.mark.parametrize(
    ("query", "by_draft"),
    [
        ("q=a", True),
        ("q=a&sort=closing", True),
        ("q=a&sort=newest", False),
        ("q=a&flat=1", False),
        ("q=a&draft=x", False),
        ("q=a&draft=x&draft=y", True),
    ],
)
def test_results_stand_draft_by_draft_where_that_helps(query, by_draft):
    assert asked(query).by_draft is by_draft


def test_another_choice_begins_at_the_first_page():
    found = asked("q=a&kind=comment&agency=so-y-te&sort=newest&page=4")
    other = found.wanting(Facet.KIND, [])
    assert other.page == 1
    assert other.sort is Sort.NEWEST
    assert other.chosen == {Facet.AGENCY: frozenset({"so-y-te"})}
    assert found.anything().chosen == {}
