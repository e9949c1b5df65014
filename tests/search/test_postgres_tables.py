"""The index in the database: one transaction a change, old or new but never half, said in words."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.search.document import Field
from app.search.engine import IndexUnavailable
from app.search.postgres import tables
from app.search.postgres.index import PostgresIndex
from app.search.postgres.reading import Reading
from tests.search.looking import document, look


def comment(number, body="đất đai"):
    return document(f"comment:{number}", "", body, number=number)


def numbers(index, query="đất đai"):
    return sorted(hit.stored["number"] for hit in look(index, query, limit=1000).hits)


@pytest.fixture
def index(postgres_index):
    return postgres_index()


@pytest.fixture
def other(index, postgres_index):
    """The same index as another process sees it."""
    return postgres_index(index._tables.name)


@pytest.fixture
def run(searched_url):
    """Runs a statement as whoever tends the database, and returns the first column."""
    admin = create_engine(searched_url, isolation_level="AUTOCOMMIT")

    def execute(statement):
        with admin.connect() as connection:
            result = connection.execute(text(statement))
            return result.scalars().all() if result.returns_rows else []

    yield execute
    admin.dispose()


def schemas(index, run):
    name = index._tables.name
    return run(f"SELECT nspname FROM pg_namespace WHERE nspname ~ '^{name}_' ORDER BY 1")


def live(index, run):
    return run(f"SELECT schema FROM {index._tables.name}.live")[0]


def test_without_an_index_a_search_says_so_and_the_position_is_zero(index):
    for ask in (lambda: look(index, "đất"), index.document_count, lambda: list(index.keys())):
        with pytest.raises(IndexUnavailable):
            ask()
    assert index.position == 0


def test_changes_are_found_at_once_and_removed_ones_never_again(index, other):
    index.apply([comment(1), comment(2)], [], 5)
    assert numbers(other) == [1, 2]
    index.apply([comment(3)], ["comment:1", "comment:99"], 6)
    assert numbers(other) == [2, 3]
    assert (other.position, other.document_count()) == (6, 2)
    assert sorted(other.keys()) == ["comment:2", "comment:3"]


def test_adding_a_key_again_replaces_it_even_within_one_call(index):
    index.apply([comment(1, "cũ"), comment(1, "mới")], [])
    index.apply([comment(1, "mới nhất")], ["comment:1"])
    assert look(index, "cũ").total == 0
    assert look(index, "mới nhất").total == 1
    assert index.document_count() == 1


def test_the_position_is_kept_when_none_is_given_and_can_be_set(index):
    index.apply([comment(1)], [], 5)
    index.apply([comment(2)], [])
    assert index.position == 5
    index.apply((), (), 9)
    assert (index.position, numbers(index)) == (9, [1, 2])


def test_the_vocabulary_is_the_same_after_many_changes_as_when_built_anew(index, postgres_index):
    for turn in range(12):
        words = [comment(n, f"đất vườn{n % 5} ao{turn}") for n in range(turn, turn + 4)]
        index.apply(words, [f"comment:{turn - 2}", "comment:77"], turn)
    last = [comment(n, f"đất vườn{n % 5} ao{min(n, 11)}") for n in range(10, 15)]
    kept = {d.key: d for d in last}
    assert sorted(index.keys()) == sorted(kept)
    fresh = postgres_index()
    fresh.rebuild(iter(kept.values()), 12)
    for where in Field:
        assert index.words(where, "", 100) == fresh.words(where, "", 100)
    assert index.words(Field.FOLDED, "vuon", 2) == fresh.words(Field.FOLDED, "vuon", 2)
    assert index.words(Field.FOLDED, "dat", 5) == [("dat", 5)]
    assert look(index, "đất").values == look(fresh, "đất").values


@pytest.mark.parametrize("body", ["a'b \\ c", "%_ {a} :s $1", "\x00đất\ud800", "đất " * 4, ""])
def test_any_text_is_kept_and_found(index, body):
    index.apply([comment(1, body + " vườn")], [])
    assert numbers(index, "vườn") == [1]
    index.apply([], ["comment:1"])
    assert (index.document_count(), index.words(Field.FOLDED, "", 9)) == (0, [])


def test_a_text_of_a_hundred_thousand_words_is_found_by_each(index):
    index.apply([comment(1, " ".join(f"w{n}" for n in range(60_000)))], [])
    assert numbers(index, "w59999 w31000") == [1]


def test_a_rebuild_takes_over_for_every_reader_and_reports_progress(index, other, run):
    index.apply([comment(1)], [], 5)
    assert numbers(other) == [1]
    seen = []
    index.rebuild(iter([comment(n) for n in range(2, 1252)]), 8, seen.append)
    assert look(other, "đất đai").total == 1250
    assert (other.position, other.document_count(), seen) == (8, 1250, [1000, 1250])
    assert schemas(index, run) == [live(index, run)]
    index.apply([comment(1)], ["comment:2"], 9)
    assert (look(other, "đất đai").total, other.document_count()) == (1250, 1250)


def test_a_failed_rebuild_leaves_the_old_index_and_no_rubbish(index, run):
    def broken():
        yield comment(2)
        raise ZeroDivisionError

    index.apply([comment(1)], [], 5)
    with pytest.raises(ZeroDivisionError):
        index.rebuild(broken(), 9)
    assert (numbers(index), index.position, len(schemas(index, run))) == ([1], 5, 1)


def test_a_rebuild_whose_connection_is_cut_leaves_the_old_index(index, run):
    def cut():
        yield from (comment(n) for n in range(1500))
        run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY search%'"
        )
        yield from (comment(n) for n in range(1500, 4000))

    index.apply([comment(1)], [], 5)
    with pytest.raises(IndexUnavailable):
        index.rebuild(cut(), 9)
    assert (numbers(index), index.position, len(schemas(index, run))) == ([1], 5, 1)


def test_a_change_that_fails_halfway_changes_nothing(index, run):
    index.apply([comment(1)], [], 1)
    run(f"ALTER TABLE {live(index, run)}.vocabulary ADD CHECK (word <> 'fao')")
    with pytest.raises(IndexUnavailable):
        index.apply([comment(2, "ao")], ["comment:1"], 2)
    assert (numbers(index), index.position, index.document_count()) == ([1], 1, 1)
    index.apply([comment(2)], [], 2)
    assert (numbers(index), index.position) == ([1, 2], 2)


def test_a_lost_index_says_so_and_is_there_again_after_a_rebuild(index, other, run):
    index.apply([comment(1)], [], 3)
    assert numbers(other) == [1]
    run(f"DROP SCHEMA {live(index, run)} CASCADE")
    with pytest.raises(IndexUnavailable, match="missing"):
        look(other, "đất")
    assert other.position == 0
    run(f"DROP SCHEMA {index._tables.name} CASCADE")
    with pytest.raises(IndexUnavailable):
        look(other, "đất")
    index.rebuild(iter([comment(1), comment(2)]), 4)
    assert (numbers(other), other.position) == ([1, 2], 4)


@pytest.mark.parametrize("table", ["documents", "pages", "vocabulary", "traits", "state"])
@pytest.mark.parametrize("damage", ["DROP TABLE {} CASCADE", "TRUNCATE {}"])
def test_a_damaged_index_has_no_position_until_it_is_rebuilt(index, other, run, table, damage):
    index.apply([comment(1)], [], 3)
    run(damage.format(f"{live(index, run)}.{table}"))
    assert other.position == 0
    other.rebuild(iter([comment(1), comment(2)]), 4)
    assert (numbers(index), index.position) == ([1, 2], 4)


def test_an_index_of_another_format_is_none(index, other, monkeypatch):
    index.apply([comment(1)], [], 3)
    monkeypatch.setattr(tables, "FORMAT", tables.FORMAT + 1)
    assert other.position == 0
    with pytest.raises(IndexUnavailable):
        look(other, "đất")
    other.rebuild(iter([comment(2)]), 4)
    assert (numbers(other), other.position) == ([2], 4)


def test_a_reader_in_the_middle_of_a_rebuild_ends_with_what_it_began(index, other, monkeypatch):
    monkeypatch.setattr(tables, "LOCK_SECONDS", 0.05)
    index.apply([comment(1)], [], 3)
    inside = []
    ask = Reading.frequencies

    def interrupted(self, words):
        if not inside:
            inside.append(index.rebuild(iter([comment(2)]), 4))
        return ask(self, words)

    monkeypatch.setattr(Reading, "frequencies", interrupted)
    assert numbers(other) == [1]
    assert numbers(other) == [2]


def test_a_search_whose_tables_were_taken_away_asks_once_more(index, other, monkeypatch):
    index.apply([comment(1)], [], 3)
    pointer = tables.Tables._live
    old = []

    def late(self, connection):
        found = pointer(self, connection)
        if not old:
            old.append(found)
            index.rebuild(iter([comment(2)]), 4)
        return old[0] if len(old) == 1 and not old.append("") else found

    monkeypatch.setattr(other._tables, "_live", late.__get__(other._tables))
    assert numbers(other) == [2]
    assert len(old) == 2


def test_readers_in_threads_see_whole_states_while_a_writer_writes(index, other):
    index.apply([comment(n) for n in range(10)], [], 0)
    states, problems, done = set(), [], Event()

    def read():
        while not done.is_set():
            try:
                states.add(tuple(numbers(other)))
            except Exception as problem:
                problems.append(problem)

    threads = [Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(1, 6):
        index.apply([comment(n) for n in range(10 * turn, 10 * turn + 10)], [], turn)
        index.rebuild(iter([comment(n) for n in range(10 * turn + 10)]), turn)
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert states <= {tuple(range(10 * turn)) for turn in range(1, 8)}


def test_a_second_writer_waits_and_then_gives_up(index, other, monkeypatch):
    monkeypatch.setattr(tables, "LOCK_SECONDS", 0.05)
    index.apply([comment(1)], [])
    with index._tables.writing("write"), pytest.raises(IndexUnavailable, match="another process"):
        other.apply([comment(2)], [])
    other.apply([comment(2)], [])
    assert numbers(index) == [1, 2]


def test_no_search_takes_longer_than_it_may(index, monkeypatch):
    index.apply([comment(1)], [])
    monkeypatch.setattr(tables, "READ_SECONDS", 0.05)
    with (
        pytest.raises(IndexUnavailable, match="too long"),
        index._tables.reading() as (connection, _schema),
    ):
        connection.execute(text("SELECT pg_sleep(30)"))
    monkeypatch.undo()
    assert numbers(index) == [1]


def test_a_search_cannot_write(index):
    index.apply([comment(1)], [])
    with (
        pytest.raises(IndexUnavailable),
        index._tables.reading() as (connection, schema),
    ):
        connection.execute(text(f"DELETE FROM {schema}.documents"))
    assert numbers(index) == [1]


def test_who_may_not_make_a_schema_is_told_what_to_grant(searched_url, run):
    run("CREATE ROLE reader LOGIN")
    url = make_url(searched_url).set(username="reader", password="")
    index = PostgresIndex(url.render_as_string(hide_password=False), "search_denied")
    with pytest.raises(IndexUnavailable, match="GRANT CREATE ON DATABASE"):
        index.rebuild(iter([comment(1)]), 1)
    with pytest.raises(IndexUnavailable, match="GRANT CREATE ON DATABASE"):
        index.apply([comment(1)], [])
    index.close()


def test_a_database_that_does_not_answer_is_an_index_that_is_not_there():
    index = PostgresIndex("postgresql+psycopg://nobody@127.0.0.1:9/none")
    with pytest.raises(IndexUnavailable):
        look(index, "đất")
    assert index.position == 0
