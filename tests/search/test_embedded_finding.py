"""What the embedded index finds and counts is what a reader of all documents would."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.syllables import tokens
from app.search.document import Field, Kind, SearchDocument
from app.search.embedded import ranking, reading, writing
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import EVERYTHING, Narrowing, Order, Sort
from app.search.query import parse
from tests.search.looking import DAY, document

WORDS = ["đất", "đạt", "dat", "nước", "rừng"]
KEYS = [f"{kind}:{number}" for kind in ("comment", "answer") for number in (2, 9, 10)]
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
documents = st.builds(
    SearchDocument,
    key=st.sampled_from(KEYS),
    kind=st.sampled_from([Kind.COMMENT, Kind.ANSWER]),
    title=texts,
    body=texts,
    context=texts,
    dossier_id=st.integers(1, 3),
    at=st.integers(0, 5).map(lambda days: DAY + timedelta(days=15 * days)),
    language=st.sampled_from(["vi", "en"]),
    commenter=st.sampled_from(["", "individual"]),
)
changes = st.lists(
    st.tuples(st.lists(documents, max_size=4), st.lists(st.sampled_from(KEYS), max_size=2)),
    min_size=1,
    max_size=8,
)
narrowings = st.builds(
    Narrowing,
    kinds=st.none() | st.just(frozenset({"comment"})),
    dossiers=st.none() | st.frozensets(st.integers(1, 3)),
    languages=st.none() | st.just(frozenset({"en"})),
    commenters=st.none() | st.just(frozenset({"individual"})),
    months=st.none() | st.sampled_from([("2026",), ("2026-03", "2026-05")]),
)
orders = st.builds(
    Order, st.sampled_from(Sort), st.lists(st.integers(1, 3), unique=True).map(tuple)
)
spoiled = st.sampled_from([writing.SPOILED, 1.0])  # at 1.0 what is deleted stays in its segment
sinces = st.none() | st.integers(0, 6).map(lambda days: DAY + timedelta(days=15 * days))


def everything(index, text, narrowing=EVERYTHING, order=Order(), since=None):  # noqa: B008
    """All that is found, as pages in order, and what the engine counted."""
    found = index.find(parse(text), narrowing, order, lambda ranked: ranked, since)
    return [(ranked, page) for ranked, page in found.chosen], found.counts


def matching(held, text):
    """The documents that hold most of the words asked for."""
    asked = {token.folded for token in tokens(text)}
    holds = {
        d.key: len(
            asked & {t.folded for part in (d.title, d.body, d.context) for t in tokens(part)}
        )
        for d in held
    }
    most = max(holds.values(), default=0)
    return [d for d in held if most and holds[d.key] == most]


def place(document, order):
    """What a document is sorted by where the words do not decide."""
    closing = [*order.closing, document.dossier_id]
    return {
        Sort.NEWEST: -document.at.timestamp(),
        Sort.CLOSING: min(closing.index(document.dossier_id), len(order.closing)),
    }.get(order.sort, 0)


@settings(max_examples=30, deadline=None)
@given(
    changes,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
    narrowings,
    orders,
    sinces,
    spoiled,
)
def test_what_is_found_counted_and_ordered_is_what_reading_everything_gives(
    changes, asked, narrowing, order, since, spoiled
):
    text = " ".join(asked)
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as directory:
        patch.setattr(writing, "FEW", 3)
        patch.setattr(writing, "SPOILED", spoiled)
        index, fresh = (EmbeddedIndex(Path(directory, name)) for name in ("grown", "fresh"))
        held = {}
        for adds, removes in changes:
            index.apply(adds, removes)
            held = {key: d for key, d in held.items() if key not in removes}
            held |= {d.key: d for d in adds}
        fresh.rebuild(iter(held.values()), 0)

        found, counts = everything(index, text, narrowing, order, since)
        anew = everything(fresh, text, narrowing, order, since)
        index.close()
        fresh.close()

    expected = [d for d in matching(held.values(), text) if since is None or d.at >= since]
    assert counts == anew[1] == Counter(d.traits for d in expected)
    wanted = {d.key for d in expected if narrowing.admits(d.traits)}
    assert {page.key for _, page in found} == wanted
    assert [(r.score, p) for r, p in found] == [(r.score, p) for r, p in anew[0]]
    places = [place(held[page.key], order) for _, page in found]
    assert places == sorted(places)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """An empty index that keeps what is deleted in its segments."""
    monkeypatch.setattr(writing, "SPOILED", 1.0)
    index = EmbeddedIndex(tmp_path / "index")
    yield index
    index.close()


def said(number, body="đất", days=0, dossier=1):
    return SearchDocument(
        f"comment:{number}", Kind.COMMENT, "", body, dossier, DAY + timedelta(days=days)
    )


def keys(index, text, order=Order()):  # noqa: B008
    return [page.key for _, page in everything(index, text, order=order)[0]]


def test_of_equals_the_older_comes_first_however_they_came_in(index):
    index.apply([said(10, days=1), said(3, days=2)], [])
    index.apply([said(9, days=1), said(4)], [])
    assert keys(index, "đất") == ["comment:4", "comment:9", "comment:10", "comment:3"]
    newest = ["comment:3", "comment:9", "comment:10", "comment:4"]
    assert keys(index, "đất", Order(Sort.NEWEST)) == newest


def test_the_newest_come_first_to_the_part_of_a_second(index):
    moments = [said(n, days=n / 10_000_000) for n in (1, 2, 3)]
    assert len({f"{one.at:%H:%M:%S}" for one in moments}) == 1
    index.apply(moments, [])
    assert keys(index, "đất", Order(Sort.NEWEST)) == ["comment:3", "comment:2", "comment:1"]
    assert len(everything(index, "đất", since=moments[1].at)[0]) == 2


def test_what_closes_soonest_comes_first_then_what_answers_best(index):
    index.apply([said(1, "đất", dossier=1), said(2, "đất", dossier=2)], [])
    index.apply([said(3, "đất đất", dossier=1), said(4, "đất", dossier=3)], [])
    closing = Order(Sort.CLOSING, (2, 1))
    assert keys(index, "đất", closing) == ["comment:2", "comment:3", "comment:1", "comment:4"]


def test_only_the_best_are_ranked_and_all_are_counted(index, monkeypatch):
    for start in (0, 20):
        index.apply([said(n, "đất " * (n % 7) + "nước") for n in range(start, start + 20)], [])
    whole = keys(index, "nước đất")
    monkeypatch.setattr(ranking, "MOST_RANKED", 10)
    found, counts = everything(index, "nước đất")
    assert [page.key for _, page in found] == whole[:10]
    assert counts.total() == len(whole) > 30


def test_a_removed_document_decides_nothing(index):
    index.apply([said(1, "đất nước rừng"), said(2, "đất nước"), said(3, "nước")], [])
    index.apply([], ["comment:1"])
    assert keys(index, "đất nước rừng") == ["comment:2"]


def test_words_are_counted_by_the_documents_there_are(index):
    index.apply([said(1, "đất đai"), said(2, "đất nước"), said(3, "đá")], [])
    index.apply([said(4, "đất đai"), said(2, "rừng")], ["comment:3"])
    assert index.words(Field.FOLDED, "da", 9) == [("dai", 2), ("dat", 2)]
    assert index.words(Field.FOLDED, "", 2) == [("dai", 2), ("dat", 2)]
    assert index.words(Field.EXACT, "đá", 9) == []
    assert index.words(Field.PAIRS, "dat ", 9) == [("dat dai", 2)]


def test_of_very_many_words_a_part_is_looked_through(index, monkeypatch):
    monkeypatch.setattr(reading, "MOST_WORDS", 3)
    index.apply([said(1, "a1 a2 a3 a4 a5")], [])
    assert index.words(Field.FOLDED, "a", 9) == [("a1", 1), ("a2", 1), ("a3", 1)]


def test_keys_are_of_what_can_be_found_and_do_not_wait_for_searches(index):
    index.apply([said(1), said(2), said(3)], [])
    index.apply([said(4), said(3)], ["comment:1"])
    listed = index.keys()
    first = next(listed)
    assert keys(index, "đất") == ["comment:2", "comment:3", "comment:4"]
    index.apply([], ["comment:2", "comment:3", "comment:4"])
    assert sorted([first, *listed]) == ["comment:2", "comment:3", "comment:4"]
    assert list(index.keys()) == []


def test_words_of_any_script_and_length_come_back(index):
    odd = ["土地", "Ǆ", "ﬁn", "𝒳𝒳", "x" * 300, "ย่า", "\U0010ffff đất"]
    index.apply([said(n, body) for n, body in enumerate(odd)], [])
    for n, body in enumerate(odd[:-1]):
        assert f"comment:{n}" in keys(index, body)


def test_a_moment_before_the_first_computers_can_be_kept(index):
    old = SearchDocument("answer:1", Kind.ANSWER, "", "đất", 1, datetime(1945, 9, 2, tzinfo=UTC))
    index.apply([old, document("comment:18446744073709551617", "", "đất")], [])
    assert keys(index, "đất", Order(Sort.NEWEST)) == ["comment:18446744073709551617", "answer:1"]
