"""No words at all: everything that has the values chosen, the newest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.search.document import Kind
from app.search.engine import Engine, Sort
from app.search.facets import Chosen, Facet, Standing, Standings, Status
from app.search.finding import Results, Window, search
from tests.search.looking import DAY, document, keys

TOMORROW = DAY + timedelta(days=1)
# the higher the number, the newer; two of three stand in the draft on schools
CORPUS = [
    replace(
        document(f"{kind}:{n}", "", f"Lời {n}"), at=DAY + timedelta(hours=n), dossier_id=1 + n % 3
    )
    for n, kind in enumerate(["comment", "answer", "comment", "provision", "comment", "comment"])
]
DRAFTS = Standings(
    {
        1: Standing("dat", "so-a", "land", "", "nq", "consultation", Status.OPEN, TOMORROW),
        2: Standing("nuoc", "so-b", "water", "", "nq", "consultation", Status.OPEN, DAY),
        3: Standing("truong", "so-b", "school", "", "nq", "adopted", Status.CLOSED),
    }
)


@pytest.fixture(scope="module")
def index(new_engine):
    index = new_engine()
    index.apply(CORPUS[:4], [], 1)
    index.apply([*CORPUS[4:], document("comment:99")], [], 2)
    index.apply([], ["comment:99"], 3)
    return index


def everything(
    index: Engine,
    chosen: Chosen | None = None,
    text: str = "",
    sort: Sort = Sort.RELEVANCE,
    since: datetime | None = None,
    window: Window = Window(20),  # noqa: B008 - frozen
) -> Results:
    return search(index, text, DRAFTS, chosen=chosen, sort=sort, window=window, since=since)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_everything_comes_newest_first(index, text):
    results = everything(index, text=text)
    assert keys(results) == [document.key for document in reversed(CORPUS)]
    assert results.total == len(CORPUS)
    assert results.values[Facet.KIND] == {Kind.COMMENT: 4, Kind.ANSWER: 1, Kind.PROVISION: 1}
    assert results.drafts == {1: 2, 2: 2, 3: 2}


def test_facets_narrow_everything(index):
    school = everything(index, {Facet.TOPIC: frozenset({"school"})})
    assert keys(school) == ["comment:5", "comment:2"]
    assert school.values[Facet.TOPIC] == {"land": 2, "water": 2, "school": 2}
    answers = everything(index, {Facet.KIND: frozenset({"answer"})})
    assert (answers.total, keys(answers)) == (1, ["answer:1"])


def test_a_day_and_a_page_narrow_everything(index):
    recent = everything(index, since=CORPUS[3].at)
    assert keys(recent) == ["comment:5", "comment:4", "provision:3"]
    assert recent.total == 3
    second = everything(index, window=Window(2, 2))
    assert keys(second) == ["provision:3", "comment:2"]
    assert second.more


def test_what_closes_first_comes_first_when_that_is_asked(index):
    closing = everything(index, sort=Sort.CLOSING)
    assert [hit.dossier_id for hit in closing.hits] == [2, 2, 1, 1, 3, 3]


def test_signs_without_words_are_not_everything(index):
    assert everything(index, text="…!?").total == 0
