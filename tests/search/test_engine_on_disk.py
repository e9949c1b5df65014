"""The index on disk: one commit a change, old or new but never half, and never a crash."""

import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from app.search.embedded import index as embedded
from app.search.embedded import shelf
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import IndexUnavailable
from tests.search.looking import document, look

ROOT = Path(__file__).parents[2]
# Whoosh does not close what it had opened when the next file is damaged or just replaced
leaves_files_to_the_collector = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)


def comment(number, body="đất đai"):
    return document(f"comment:{number}", "", body, number=number)


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def index(directory):
    index = EmbeddedIndex(directory)
    yield index
    index.close()


@pytest.fixture
def other(directory, monkeypatch):
    """The same index as another process sees it, looking for news at every search."""
    monkeypatch.setattr(embedded, "FRESH", 0.0)
    other = EmbeddedIndex(directory)
    yield other
    other.close()


def numbers(index, query="đất đai"):
    return sorted(hit.stored["number"] for hit in look(index, query, limit=1000).hits)


def test_without_an_index_a_search_says_so_and_the_position_is_zero(index):
    with pytest.raises(IndexUnavailable):
        look(index, "đất")
    with pytest.raises(IndexUnavailable):
        index.document_count()
    assert index.position == 0


def test_changes_are_found_at_once_and_removed_ones_never_again(index):
    index.apply([comment(1), comment(2)], [], 5)
    assert numbers(index) == [1, 2]
    index.apply([comment(3)], ["comment:1", "comment:99"], 6)
    assert numbers(index) == [2, 3]
    assert (index.position, index.document_count()) == (6, 2)


def test_adding_a_key_again_replaces_it_even_within_one_call(index):
    index.apply([comment(1, "cũ"), comment(1, "mới")], [])
    index.apply([comment(1, "mới nhất")], [])
    assert look(index, "cũ").total == 0
    assert look(index, "mới nhất").total == 1
    assert index.document_count() == 1


def test_a_key_removed_and_added_in_one_call_is_there(index):
    index.apply([comment(1)], [])
    index.apply([comment(1)], ["comment:1"])
    assert numbers(index) == [1]


def test_the_position_is_kept_when_none_is_given_and_can_be_set(index):
    index.apply([comment(1)], [], 5)
    index.apply([comment(2)], [])
    assert index.position == 5
    index.apply((), (), 9)
    assert (index.position, numbers(index)) == (9, [1, 2])


def test_many_small_commits_keep_every_document(index):
    for number in range(40):
        index.apply([comment(number)], [f"comment:{number - 30}"], number)
    assert numbers(index) == list(range(10, 40))
    assert look(index, "đất đai", limit=3).total == 30


def test_scores_do_not_depend_on_how_documents_came_in(index, tmp_path):
    documents = [comment(number, "đất " * number + "vườn") for number in range(1, 8)]
    for one in documents:
        index.apply([one], [])
    whole = EmbeddedIndex(tmp_path / "whole")
    whole.apply(documents, [])
    ranked = [[(h.key, h.score) for h in look(i, "đất").hits] for i in (index, whole)]
    assert ranked[0] == ranked[1]
    whole.close()


def test_a_rebuild_takes_over_for_every_reader_and_reports_progress(index, other, directory):
    index.apply([comment(1)], [], 5)
    assert numbers(other) == [1]
    seen = []
    index.rebuild(iter([comment(n) for n in range(2, 252)]), 8, seen.append)
    assert numbers(other) == numbers(index) == list(range(2, 252))
    assert (other.position, seen) == (8, [100, 200, 250])
    assert len(list(directory.glob("index-*"))) == 1


def test_a_failed_rebuild_leaves_the_old_index_and_no_rubbish(index, directory):
    def broken():
        yield comment(2)
        raise ZeroDivisionError

    index.apply([comment(1)], [], 5)
    with pytest.raises(ZeroDivisionError):
        index.rebuild(broken(), 9)
    assert (numbers(index), index.position) == ([1], 5)
    assert len(list(directory.glob("index-*"))) == 1


def test_a_reader_notices_that_the_index_is_gone_or_back(index, other, directory):
    index.apply([comment(1)], [])
    assert numbers(other) == [1]
    (directory / "live").rename(directory / "lost")
    with pytest.raises(IndexUnavailable):
        look(other, "đất")
    (directory / "lost").rename(directory / "live")
    assert numbers(other) == [1]


@leaves_files_to_the_collector
def test_a_damaged_index_is_unavailable_until_it_is_rebuilt(index, other, directory):
    index.apply([comment(1)], [], 3)
    for file in directory.glob("index-*/*"):
        if file.is_file():
            file.write_bytes(b"\x00rubbish")
    with pytest.raises(IndexUnavailable):
        look(other, "đất")
    with pytest.raises(IndexUnavailable):
        other.apply([comment(2)], [])
    assert other.position == 0
    other.rebuild(iter([comment(1), comment(2)]), 4)
    assert numbers(other) == [1, 2]


def test_between_looks_a_reader_keeps_what_it_has(index, directory):
    reader = EmbeddedIndex(directory)
    index.apply([comment(1)], [])
    assert numbers(reader) == [1]
    index.apply([comment(2)], [])
    assert numbers(reader) == [1]  # less than a second later
    reader._looked = float("-inf")
    assert numbers(reader) == [1, 2]
    reader.close()


@leaves_files_to_the_collector
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
    index.rebuild(iter([comment(n) for n in range(70)]), 6)
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert states <= {tuple(range(10 * turn)) for turn in range(1, 8)}


def test_a_second_writer_waits_and_then_gives_up(index, directory, monkeypatch):
    monkeypatch.setattr(shelf, "LOCK_WAIT", 0.0)
    index.apply([comment(1)], [])
    with index._shelf._locked("write"), pytest.raises(IndexUnavailable):
        EmbeddedIndex(directory).apply([comment(2)], [])
    index.apply([comment(2)], [])
    assert numbers(index) == [1, 2]


def test_a_change_that_fails_halfway_changes_nothing(index, monkeypatch):
    index.apply([comment(1)], [], 1)
    with pytest.raises(IndexUnavailable):
        index.apply([comment(2), comment(3, body=None)], ["comment:1"], 2)
    assert (numbers(index), index.position) == ([1], 1)
    index.apply([comment(2)], [], 2)
    assert (numbers(index), index.position) == ([1, 2], 2)


KILLED = """
import os, sys
from pathlib import Path
from whoosh.index import TOC
from app.search.embedded.index import EmbeddedIndex
from tests.search.looking import document
TOC.write = lambda *_: os._exit(7)  # everything is written but the table that makes it so
EmbeddedIndex(Path(sys.argv[1])).apply(
    [document("comment:2", "", "đất đai")], ["comment:1"], 2
)
"""


def test_a_writer_killed_before_its_commit_leaves_the_old_index(index, directory):
    index.apply([comment(1)], [], 1)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(directory)], cwd=ROOT, check=False)
    assert killed.returncode == 7
    fresh = EmbeddedIndex(directory)
    assert (numbers(fresh), fresh.position) == ([1], 1)
    fresh.close()
    index.apply([comment(2)], [], 2)
    assert (numbers(index), index.position) == ([1, 2], 2)
