"""A reader cannot tell which engine answers: the same results, scores and counts in one order."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.document import Kind
from app.search.engine import Sort
from app.search.facets import Facet, Standing, Standings, Status
from app.search.finding import Window, search
from app.search.postgres import matching
from bench.search_corpus import Corpus
from tests.search.looking import DAY, document

CORPUS = Corpus(comments=400, drafts=14, provisions_each=18, seed=3)
DRAFTS = CORPUS.standings()
QUESTIONS = [
    *CORPUS.questions(48),
    *CORPUS.long_questions(8),
    *("Điều 12", "khoản 3 Điều 7", "dieu 5 khoan 2", "đất xyzzy", "xyzzy", "", "15/2020/NĐ-CP"),
]
ALL = Window(1000)


@pytest.fixture(scope="module")
def embedded(new_embedded):
    engine = new_embedded()
    engine.apply(CORPUS.documents(), [], 1)
    return engine


@pytest.fixture(scope="module")
def postgres(postgres_index):
    engine = postgres_index()
    engine.rebuild(CORPUS.documents(), 1)
    return engine


def told(results):
    """All that a page would show, scores as far as the order of adding does not change them."""
    hits = [
        (hit.key, pytest.approx(hit.score, rel=1e-9), hit.title, hit.passage, hit.at, hit.stored)
        for hit in results.hits
    ]
    return hits, results.total, results.values, results.drafts, results.exact, results.more


def agree(first, second, text, drafts=DRAFTS, **asked):
    asked = {"window": ALL} | asked
    assert told(search(first, text, drafts, **asked)) == told(search(second, text, drafts, **asked))


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_engines_give_the_same_results_in_the_same_order(embedded, postgres, question):
    agree(embedded, postgres, question)
    agree(embedded, postgres, question, strict=True)


CHOSEN = [
    {Facet.KIND: frozenset({"provision", "consultation"})},
    {Facet.STATUS: frozenset({"open"}), Facet.COMMENTER: frozenset({"individual", "expert"})},
    {Facet.TOPIC: frozenset({"land", "finance"}), Facet.DATE: frozenset({"2025"})},
    {Facet.DRAFT: frozenset({"draft-3", "draft-4"}), Facet.LANGUAGE: frozenset({"vi"})},
    {Facet.DATE: frozenset({"2025-03", "2026-1"}), Facet.KIND: frozenset({"comment"})},
    {Facet.TOPIC: frozenset({"unknown"})},
    {Facet.DATE: frozenset({"%", "'"})},
]


@pytest.mark.parametrize(("chosen", "sort"), list(product(CHOSEN, Sort)))
def test_narrowed_sorted_and_of_late_they_agree_too(embedded, postgres, chosen, sort):
    for question in ("quy định", "to chuc ca nhan", "cơ quan nhà nước có thẩm quyền", ""):
        for since in (None, DAY, DAY - timedelta(days=400)):
            agree(embedded, postgres, question, chosen=chosen, sort=sort, since=since)


@pytest.mark.parametrize("sort", Sort)
def test_they_agree_draft_by_draft(embedded, postgres, sort):
    agree(embedded, postgres, "quyền và nghĩa vụ", sort=sort, window=Window(4, 2, per_draft=3))


WORDS = ["đất", "dat", "Đạt", "nước", "nuoc", "Điều 3", "khoản 2", "it's", "a\\b", "x", "ngõ 5"]
TWO_DRAFTS = Standings(
    {
        1: Standing("a", "so", "land", "", "nq", "consultation", Status.OPEN, DAY),
        2: Standing("b", "so", "water", "", "nq", "adopted", Status.CLOSED),
    }
)
texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


# no two of one number: of the same moment the lower number comes first, whatever it is of
KEYS = [f"{kind}:{n + 2 * m}" for n, kind in ((1, "comment"), (2, "answer")) for m in range(6)]


@st.composite
def documents(draw):
    made = document(draw(st.sampled_from(KEYS)), draw(texts), draw(texts), draw(texts))
    return replace(
        made,
        dossier_id=draw(st.integers(1, 3)),
        at=DAY + timedelta(days=draw(st.integers(-40, 40))),
        commenter=draw(st.sampled_from(["", "expert"])),
    )


changes = st.lists(
    st.tuples(st.lists(documents(), max_size=6), st.sets(st.sampled_from(KEYS), max_size=3)),
    min_size=1,
    max_size=4,
)
chosen_facets = st.dictionaries(
    st.sampled_from([Facet.KIND, Facet.TOPIC, Facet.COMMENTER, Facet.DATE]),
    st.frozensets(
        st.sampled_from(["comment", "answer", "land", "expert", "2026-03", "2026"]), min_size=1
    ),
    max_size=2,
)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    changes,
    st.lists(texts, min_size=1, max_size=4),
    chosen_facets,
    st.sampled_from(Sort),
    st.none() | st.integers(-40, 40).map(lambda days: DAY + timedelta(days=days)),
    st.booleans(),
)
def test_whatever_comes_and_goes_they_count_and_order_alike(
    new_embedded, postgres_index, made, questions, chosen, sort, since, strict
):
    with closing(new_embedded()) as first, closing(postgres_index()) as second:
        for position, (adds, removes) in enumerate(made):
            for engine in (first, second):
                engine.apply(adds, removes, position)
        assert sorted(first.keys()) == sorted(second.keys())
        assert first.document_count() == second.document_count()
        for question in questions:
            asked = {"chosen": chosen, "sort": sort, "since": since, "strict": strict}
            agree(first, second, question, TWO_DRAFTS, **asked)


OPEN = set(DRAFTS.closing())
BROAD = ["quy định", "nguoi dan", "cơ quan", "theo quy định của pháp luật", "to chuc", "nhà nước"]


@pytest.fixture
def small_room(monkeypatch):
    """As though a few dozen documents were too many to look at each."""
    for name, value in {
        "SCORED": 45, "ROOM": 60, "COUNTED": 45, "PROBE": 100, "SAMPLE": 100, "SAMPLE_SCORED": 60,
    }.items():  # fmt: skip
        monkeypatch.setattr(matching, name, value)
    monkeypatch.setattr("app.search.postgres.lens.FEW", 20)


@pytest.mark.usefixtures("small_room")
def test_of_too_many_most_of_the_best_are_found_and_the_rest_reckoned(embedded, postgres):
    shared = 0
    for question in BROAD:
        whole = search(embedded, question, DRAFTS)
        part = search(postgres, question, DRAFTS)
        assert not part.exact
        assert part.total == pytest.approx(whole.total, rel=0.5)
        assert part.hits[0].score == pytest.approx(whole.hits[0].score)
        shared += len({hit.key for hit in whole.hits} & {hit.key for hit in part.hits})
    assert shared >= 0.7 * 10 * len(BROAD)


@pytest.mark.usefixtures("small_room")
@pytest.mark.parametrize("question", BROAD)
def test_of_too_many_the_newest_and_the_first_to_close_are_found(embedded, postgres, question):
    newest = [search(e, question, DRAFTS, sort=Sort.NEWEST) for e in (embedded, postgres)]
    assert [hit.key for hit in newest[1].hits] == [hit.key for hit in newest[0].hits]
    closing = [search(e, question, DRAFTS, sort=Sort.CLOSING) for e in (embedded, postgres)]
    first = [[h.key for h in found.hits if h.dossier_id in OPEN] for found in closing]
    assert first[1] == first[0]


@pytest.mark.usefixtures("small_room")
def test_of_too_many_what_is_wanted_is_found_however_little_it_is(embedded, postgres):
    for chosen in (
        {Facet.KIND: frozenset({Kind.CONSULTATION})},
        {Facet.DRAFT: frozenset({"draft-9"}), Facet.KIND: frozenset({Kind.PROVISION})},
        {Facet.COMMENTER: frozenset({"expert"})},
    ):
        found = [search(e, "quy định", DRAFTS, chosen=chosen) for e in (embedded, postgres)]
        assert [hit.key for hit in found[1].hits] == [hit.key for hit in found[0].hits]
    today = max(document.at for document in CORPUS.said()) - timedelta(days=20)
    found = [search(e, "quy định", DRAFTS, since=today, window=ALL) for e in (embedded, postgres)]
    assert [hit.key for hit in found[1].hits] == [hit.key for hit in found[0].hits]
