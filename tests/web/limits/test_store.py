"""Counters of all processes of a machine: exact, soon forgotten, and mended by themselves."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from app.config import ROOT
from app.web import limits_store
from app.web.limits_store import EmbeddedStorage, Step

PROCESSES, EACH = 8, 250
# the package is stood in for: only the store is wanted, not the whole portal eight times
PROCESS = f"""
import sys, types
from pathlib import Path
sys.modules["app"] = types.ModuleType("app")
sys.modules["app"].__path__ = [str(Path.cwd() / "app")]
from app.web.limits_store import EmbeddedStorage, Step, address
storage = EmbeddedStorage(address(Path(sys.argv[1])))
steps = [Step("one", 600, 0, False), Step("two", 600, 0, False)]
print(*(n for _ in range({EACH}) for n in storage.count(steps)[:1]))
"""


def made(file: Path) -> EmbeddedStorage:
    return EmbeddedStorage(limits_store.address(file))


def test_eight_processes_count_exactly(tmp_path):
    file = tmp_path / "a #1 name" / "limits.sqlite3"
    file.parent.mkdir()
    command = [sys.executable, "-c", PROCESS, str(file)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(PROCESSES)
    ]
    numbers = [int(n) for one in running for n in one.communicate()[0].split()]
    assert sorted(numbers) == list(range(1, PROCESSES * EACH + 1)), "each got a number of its own"
    storage = made(file)
    assert storage.get("one") == storage.get("two") == PROCESSES * EACH
    storage.close()


def test_a_window_begins_with_the_first_and_ends_on_time(tmp_path, at):
    storage, item = made(tmp_path / "limits.sqlite3"), parse("2/10 seconds")
    limiter = FixedWindowRateLimiter(storage)
    assert [limiter.hit(item, "a") for _ in range(3)] == [True, True, False]
    assert limiter.get_window_stats(item, "a") == (at.at.timestamp() + 10, 0)
    assert limiter.hit(item, "b")
    at.pass_by(9.9)
    assert not limiter.hit(item, "a")
    at.pass_by(0.1)
    assert limiter.hit(item, "a")
    storage.clear(item.key_for("a"))
    assert limiter.test(item, "a")
    assert storage.get_expiry("nothing") == at.at.timestamp()
    assert storage.reset() == 1
    storage.close()


def test_what_is_over_is_swept_away(tmp_path, at):
    storage = made(tmp_path / "limits.sqlite3")
    for n in range(50):
        storage.count([Step(f"old {n}", 10, 0, last=False)])
    at.pass_by(limits_store.SWEEP_EVERY + 1)
    storage.count([Step("new", 10, 0, last=False)])
    with sqlite3.connect(storage.file) as line:
        assert line.execute("SELECT key FROM bucket").fetchall() == [("new",)]
    line.close()
    storage.close()


def test_a_torn_file_is_begun_anew(tmp_path):
    file = tmp_path / "limits.sqlite3"
    file.write_bytes(b"this was a database before the power went" * 100)
    storage = made(file)
    assert storage.incr("a", 10) == 1
    assert storage.check()
    storage.close()


def test_nothing_is_counted_beyond_a_last_window_that_is_full(tmp_path):
    storage = made(tmp_path / "limits.sqlite3")
    steps = [Step("session", 60, 2, last=True), Step("address", 60, 2, last=False)]
    assert [storage.count(steps) for _ in range(3)] == [[1, 1], [2, 2], [3]]
    storage.close()


@given(acts=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5), st.floats(0, 20))))
def test_every_count_is_that_of_a_plain_list(tmp_path_factory, acts):
    """Against a model: per key the end of its window and what came within it."""
    storage = made(tmp_path_factory.mktemp("store") / "limits.sqlite3")
    now, model = 1_000_000.0, dict[str, tuple[float, int]]()
    for key, amount, pause in acts:
        now += pause
        until, held = model.get(key, (0.0, 0))
        until, held = (now + 10, amount) if until <= now else (until, held + amount)
        model[key] = until, held
        assert storage._count(key, amount, now, now + 10) == held
    storage.close()
