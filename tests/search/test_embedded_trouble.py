"""What can befall the files of the embedded index, and what readers and writers make of it."""

import errno
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from whoosh import fields
from whoosh import index as whoosh_index
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from app.search.embedded import files, shelf, writing
from app.search.embedded import index as embedded
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import IndexUnavailable
from tests.search.looking import document, look

ROOT = Path(__file__).parents[2]
# Whoosh does not close what it had opened when it is damaged, or the disk refuses more
leaves_files_to_the_collector = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)


def comment(number, body="đất đai"):
    return document(f"comment:{number}", "", body, number=number)


def numbers(index, query="đất đai"):
    return sorted(hit.stored["number"] for hit in look(index, query, limit=1000).hits)


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def opened(directory, monkeypatch):
    """Opens the index as one process more would, which looks for news at every search."""
    monkeypatch.setattr(embedded, "FRESH", 0.0)
    made = []

    def open_one():
        made.append(EmbeddedIndex(directory))
        return made[-1]

    yield open_one
    for index in made:
        index.close()


@pytest.fixture
def index(opened):
    """An index of three comments, in two segments, read up to 5."""
    index = opened()
    index.apply([comment(1), comment(2)], [], 4)
    index.apply([comment(3)], [], 5)
    return index


def parts(directory, suffix):
    return sorted(directory.glob(f"index-*/*{suffix}"))


@leaves_files_to_the_collector
@pytest.mark.parametrize("suffix", [".words", ".page.col", ".traits.col", ".at.col", ".toc"])
@pytest.mark.parametrize("damage", ["cut short", "emptied", "lost"])
def test_a_damaged_file_is_noticed_and_healed_by_a_rebuild(
    index, opened, directory, suffix, damage
):
    file = parts(directory, suffix)[-1]
    whole = file.read_bytes()
    if damage == "lost":
        file.unlink()
    else:
        file.write_bytes(whole[:-1] if damage == "cut short" else b"")
    fresh = opened()
    with pytest.raises(IndexUnavailable):
        look(fresh, "đất")
    assert fresh.position == 0
    with pytest.raises(IndexUnavailable):
        fresh.apply([comment(4)], [], 6)
    fresh.rebuild(iter([comment(1), comment(4)]), 6)
    assert (numbers(fresh), numbers(index), index.position) == ([1, 4], [1, 4], 6)


@leaves_files_to_the_collector
def test_what_a_search_finds_spoiled_is_told_to_the_worker(index, opened, directory):
    numbers(index)
    words = max(parts(directory, ".words"), key=lambda path: path.stat().st_size)
    words.write_bytes(b"\xff" * words.stat().st_size)
    with pytest.raises(IndexUnavailable):
        look(opened(), "đất")
    assert opened().position == 0
    index.rebuild(iter([comment(1)]), 7)
    assert (numbers(opened()), opened().position) == ([1], 7)


@leaves_files_to_the_collector
def test_rubbish_of_the_right_length_is_an_unavailable_index_too(index, opened, directory):
    for file in parts(directory, ".words") + parts(directory, ".col"):
        file.write_bytes(b"\xff" * file.stat().st_size)
    fresh = opened()
    with pytest.raises(IndexUnavailable):
        look(fresh, "đất")
    assert fresh.position == 0


@pytest.mark.parametrize("pointer", ["index-none", "", "\xff", "../.."])
def test_a_pointer_to_nowhere_is_no_index(index, opened, directory, pointer):
    (directory / "live").write_text(pointer, encoding="latin-1")
    fresh = opened()
    assert fresh.position == 0
    with pytest.raises(IndexUnavailable):
        look(fresh, "đất")
    fresh.rebuild(iter([comment(1)]), 6)
    assert numbers(fresh) == [1]


class OldSegments(list):
    """What an older release kept in its table."""


@pytest.mark.parametrize("kept", [[], OldSegments(), "gone"])
def test_an_index_of_another_version_is_unreadable_until_rebuilt(index, opened, directory, kept):
    folder = directory / "index-old"
    folder.mkdir()
    whoosh_index.create_in(folder, fields.Schema(key=fields.ID(), page=fields.STORED()))
    table = next(folder.glob("*.toc"))
    if kept == "gone":
        table.write_bytes(table.read_bytes().replace(b"whoosh", b"whoost"))
    else:
        storage = files.FileStorage(folder)
        table.unlink()
        TOC(files.SCHEMA, kept, 0).write(storage, files.NAME)
    (directory / "live").write_text("index-old", encoding="ascii")
    fresh = opened()
    assert fresh.position == 0
    with pytest.raises(IndexUnavailable):
        fresh.apply([comment(4)], [], 6)
    with pytest.raises(IndexUnavailable, match=r"version|read"):
        look(fresh, "đất")
    fresh.rebuild(iter([comment(4)]), 6)
    assert (numbers(fresh), fresh.position) == ([4], 6)


def test_the_format_is_part_of_what_is_kept(index, opened, monkeypatch):
    monkeypatch.setattr(files, "FORMAT", "another")
    with pytest.raises(IndexUnavailable, match="another version"):
        look(opened(), "đất")


def full_after(room, monkeypatch):
    """From now on files take only so many bytes together."""
    left = [room]
    write = StructFile.write

    def refuse(self, data, *args):
        left[0] -= len(data)
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(self, data, *args)

    monkeypatch.setattr(StructFile, "write", refuse)


@leaves_files_to_the_collector
@pytest.mark.parametrize("room", [0, 50, 300, 1000, 2000])
def test_a_full_disk_leaves_the_old_index_and_says_why(index, opened, directory, room):
    more = [comment(n, f"đất {n} " * 30) for n in range(4, 20)]
    before = {file.name for file in parts(directory, "")}
    with pytest.MonkeyPatch.context() as disk:
        full_after(room, disk)
        with pytest.raises(IndexUnavailable, match="No space left on device"):
            index.apply(more, ["comment:1"], 9)
        with pytest.raises(IndexUnavailable, match="No space left on device"):
            index.rebuild(iter(more), 9)
    assert {file.name for file in parts(directory, "")} == before
    for reader in (index, opened()):
        assert (numbers(reader), reader.position) == ([1, 2, 3], 5)
    index.apply(more, ["comment:1"], 9)
    assert (len(numbers(index, "đất")), index.position) == (18, 9)


@pytest.mark.parametrize("name", ["write", "rebuild"])
def test_a_lock_dies_with_the_process_that_held_it(index, directory, name, monkeypatch):
    monkeypatch.setattr(shelf, "LOCK_WAIT", 0.0)
    script = (
        "import sys, time; from pathlib import Path; from app.search.embedded.shelf import Shelf\n"
        f"with Shelf(Path(sys.argv[1]))._locked('{name}'): print('held', flush=True), time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(directory)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexUnavailable, match=f"another process holds the {name} lock"):
            index.apply([comment(4)], []) if name == "write" else index.rebuild(iter(()), 0)
        holder.kill()
    index.rebuild(iter([comment(4)]), 6)
    index.apply([comment(5)], [])
    assert numbers(index) == [4, 5]


def test_what_a_killed_writer_left_is_swept_away(index, directory):
    folder = next(directory.glob("index-*"))
    before = len(list(folder.iterdir()))
    left = [
        "_MAIN_3.toc.1690000000.5",
        "MAIN_0123456789abcdef.words",
        "MAIN_0123456789abcdef.at.col",
    ]
    for name in left:
        (folder / name).write_bytes(b"half")
    index.apply([], [], 6)
    assert len(list(folder.iterdir())) == before
    (directory / "index-half").mkdir()
    index.rebuild(iter([comment(1)]), 6)
    assert len(list(directory.glob("index-*"))) == 1


def test_changes_go_on_while_a_rebuild_is_under_way(index, opened, directory):
    other = opened()

    def documents():
        yield comment(1)
        other.apply([comment(4)], ["comment:2"], 6)
        assert numbers(index) == [1, 3, 4]
        (directory / "live").unlink()  # even the loss of the old one
        other.apply([comment(5)], [], 7)
        yield comment(9)

    index.rebuild(documents(), 5)
    assert (numbers(index), numbers(other), other.position) == ([1, 9], [1, 9], 5)


def test_two_writers_take_turns(directory, opened):
    mine, theirs = opened(), opened()

    def write(index, first):
        for number in range(first, first + 20):
            index.apply([comment(number)], [])

    threads = [Thread(target=write, args=pair) for pair in ((mine, 0), (theirs, 100))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(mine) == [*range(20), *range(100, 120)]


def test_eight_threads_search_one_index_while_it_is_written(index, opened):
    writer = opened()
    states, problems = set(), []
    running = [True]

    def search():
        try:
            while running:
                found = look(index, "đất đai", limit=1000)
                states.add((found.total, len(found.hits), len(index.words("f", "dat", 5))))
        except BaseException as problem:
            problems.append(problem)

    threads = [Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for turn in range(12):
        writer.apply([comment(4 + turn)], [f"comment:{turn + 1}"], 6 + turn)
    running.clear()
    for thread in threads:
        thread.join()
    assert problems == []
    assert states == {(3, 3, 1)}


def test_segments_stay_few_and_what_is_deleted_goes(index, directory, monkeypatch):
    for number in range(4, 104):
        index.apply([comment(number)], [f"comment:{number - 3}"], number)
    assert len(parts(directory, ".words")) < 3 * writing.FEW
    assert numbers(index) == [101, 102, 103]
    kept = files.state(files.FileStorage(next(directory.glob("index-*"))))[1]
    assert sum(segment.doc_count_all() for segment in kept) < 3 * writing.FEW
    index.apply([], [f"comment:{number}" for number in (101, 102, 103)], 104)
    assert (index.document_count(), index.position) == (0, 104)
    assert look(index, "đất").total == 0


def test_a_rebuild_never_holds_more_than_some_documents(index, directory, monkeypatch):
    monkeypatch.setattr(shelf, "DOCUMENTS", 10)
    monkeypatch.setattr(shelf, "CHARACTERS", 300)
    index.rebuild(iter([comment(n, "đất đai " * (1 + n % 30)) for n in range(100)]), 3)
    assert numbers(index) == list(range(100))
    assert len(parts(directory, ".words")) > 1
