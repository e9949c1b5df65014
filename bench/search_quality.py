"""Measure the search engine on judged law questions, against SQLite FTS5 in the same run.

    python -m bench.search_quality [DATA] [--index DIR] [--each N]

DATA (or GOPY_SEARCH_DATA) is a folder with `articles.jsonl.gz` (id, law, num, title, text) and
`queries.jsonl` (qid, kind, text, rel); without one it is looked for beside the checkout. Prints
MRR@10 and recall@10, the ratios that are our targets, and CPU per query. `--each` keeps one query
in N, `--index` keeps the index between runs.
"""

import argparse
import gzip
import json
import os
import re
import sqlite3
import statistics
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from app.search.document import Kind, SearchDocument
from app.search.embedded.index import EmbeddedIndex
from app.search.facets import Standing, Standings, Status
from app.search.finding import search as find
from app.search.query import parse

ROOT = Path(__file__).resolve().parent.parent
Search = Callable[[str], list[str]]
TOP = 10
TARGETS = {"alqac": (1.15, 0.97), "vlsp": (1.12, 0.93), "span": (1.7, None), "title": (None, None)}
CPU_TARGET = 6
DAY = datetime(2026, 1, 1, tzinfo=UTC)
LAWS = Standings({1: Standing("laws", "", "", "", "", "", Status.CLOSED)})


def main() -> None:
    """Print the report, or say plainly that the data is not there."""
    options = _options()
    articles_file, queries_file = (
        options.data / name for name in ("articles.jsonl.gz", "queries.jsonl")
    )
    if not (articles_file.exists() and queries_file.exists()):
        print(f"No judged search data in {options.data}: nothing was measured.")
        return
    with gzip.open(articles_file, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    queries = [json.loads(line) for line in queries_file.read_text(encoding="utf-8").splitlines()]
    queries = list(islice(queries, 0, None, options.each))
    with tempfile.TemporaryDirectory() as scratch:
        index = _indexed(articles, options.index or Path(scratch))
        naive, chained = _fts_naive(articles), _fts_chained(articles)
        _report(queries, lambda q: [h.key for h in find(index, q, LAWS).hits], naive, chained)
        index.close()


def _options() -> argparse.Namespace:
    beside = os.environ.get("GOPY_SEARCH_DATA", str(ROOT.parent / "shared" / "search"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", nargs="?", type=Path, default=Path(beside))
    parser.add_argument("--index", type=Path, help="keep the index here")
    parser.add_argument("--each", type=int, default=1, help="one query in N")
    return parser.parse_args()


def _documents(articles: Iterable[dict[str, str]]) -> Iterator[SearchDocument]:
    for article in articles:
        title = f"Điều {article['num']}. {article['title']}"
        yield SearchDocument(
            article["id"], Kind.PROVISION, title, article["text"], 1, DAY, article["law"]
        )


def _indexed(articles: list[dict[str, str]], folder: Path) -> EmbeddedIndex:
    index = EmbeddedIndex(folder)
    if index.position != len(articles):
        start = time.process_time()
        index.rebuild(_documents(articles), len(articles))
        spent = time.process_time() - start
        print(f"indexed {len(articles)} articles in {spent:.0f} s CPU")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"index {size / 1e6:.0f} MB")
    return index


def _fts_naive(articles: Iterable[dict[str, str]]) -> Search:
    """Return FTS5 as one would set it up."""
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, title, body, law,"
        " tokenize='unicode61 remove_diacritics 2')"
    )
    db.executemany(
        "INSERT INTO d VALUES (?, ?, ?, ?)",
        ((d.key, d.title, d.body, d.context) for d in _documents(articles)),
    )

    def search(query: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", query)))
        sql = "SELECT id FROM d WHERE d MATCH ? ORDER BY bm25(d, 0, 2, 1, 1) LIMIT ?"
        return [row[0] for row in db.execute(sql, (words, TOP))] if words else []

    return search


def _fts_chained(articles: Iterable[dict[str, str]]) -> Search:
    """Return FTS5 over the same keys as ours, with a snippet, to compare the time."""
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, x, f, b, t, c,"
        " tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
    )
    columns = "xfbtc"
    rows = (
        [d.key, *(" ".join(_spread(words)) for _, words in d.weights())]
        for d in _documents(articles)
    )
    db.executemany("INSERT INTO d VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(d, 'col')")
    counts = {(c, word): n for word, c, n in db.execute("SELECT term, col, doc FROM v")}
    total = db.execute("SELECT count(*) FROM d").fetchone()[0]

    def search(query: str) -> list[str]:
        asked = parse(query)
        wanted = [("x", s.exact) for s in asked.syllables if s.marked]
        wanted += [("f", s.folded) for s in asked.syllables if not s.marked]
        wanted += [(column, s.folded) for s in asked.syllables for column in "tc"]
        wanted += [(column, _joined(pair)) for pair in asked.pairs for column in "btc"]
        kept = [(c, w) for c, w in wanted if 0 < counts.get((c, w), 0) <= 0.2 * total]
        match = " OR ".join(f'{c}:"{w}"' for c, w in kept)
        sql = (
            f"SELECT id, snippet(d, {columns.index('f') + 1}, '<mark>', '</mark>', '…', 40) FROM d"
            " WHERE d MATCH ? ORDER BY bm25(d, 0, 1, 1, .6, .2, .1) LIMIT ?"
        )
        return [row[0] for row in db.execute(sql, (match, TOP))] if match else []

    return search


def _spread(weighed: Iterable[tuple[str, float]]) -> Iterator[str]:
    return (_joined(word) for word, _ in weighed)


def _joined(words: str) -> str:
    return re.sub(r"\W", "_", words)


def _variants(text: str) -> dict[str, str]:
    stripped = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    stripped = "".join(c for c in stripped if not unicodedata.combining(c))
    moved = re.sub("o([àáảạ])(?!\\w)", lambda m: _moved(m[1]), text)
    return {
        "as typed": text,
        "stripped": stripped,
        "NFD": unicodedata.normalize("NFD", text),
        "tone moved": moved,
    }


def _moved(vowel: str) -> str:
    tone = unicodedata.normalize("NFD", vowel)[1]
    return unicodedata.normalize("NFC", "o" + tone) + "a"


def _report(queries: list[dict], ours: Search, naive: Search, chained: Search) -> None:
    engines = {"ours": ours, "FTS5 naive": naive, "FTS5 same chain": chained}
    figures: dict[tuple[str, str, str], float] = {}
    cpu: dict[str, list[float]] = {name: [] for name in engines}
    print(f"{'set':8}{'n':>5} {'engine':17}{'variant':12}{'MRR@10':>8}{'R@10':>8}")
    for kind in TARGETS:
        chosen = [query for query in queries if query["kind"] == kind]
        for name, search in engines.items():
            for variant in ("as typed", "stripped", "NFD", "tone moved"):
                if name != "ours" and variant in {"NFD", "tone moved"}:
                    continue
                spent = cpu[name] if variant == "as typed" else []
                mrr, recall = _measured(chosen, variant, search, spent)
                figures[kind, name, variant] = mrr
                print(f"{kind:8}{len(chosen):5} {name:17}{variant:12}{mrr:8.3f}{recall:8.3f}")
    _ratios(figures)
    for name, spent in cpu.items():
        cuts = statistics.quantiles(spent, n=20)
        print(f"CPU per query, {name}: mean {statistics.mean(spent):.1f} ms,"
              f" p50 {cuts[9]:.1f}, p95 {cuts[18]:.1f}")  # fmt: skip
    ratio = statistics.mean(cpu["ours"]) / statistics.mean(cpu["FTS5 same chain"])
    print(f"F4 CPU ÷ FTS5 with the same chain: {ratio:.2f} (target ≤ {CPU_TARGET})")


def _measured(
    queries: list[dict], variant: str, search: Search, spent: list[float]
) -> tuple[float, float]:
    """Return MRR@10 and recall@10 of a variant of the queries; adds CPU milliseconds to `spent`."""
    ranks, recalls = [], []
    for query in queries:
        text = _variants(query["text"])[variant]
        start = time.process_time()
        found = search(text)
        spent.append((time.process_time() - start) * 1000)
        relevant = set(query["rel"])
        ranks.append(next((1 / n for n, key in enumerate(found, 1) if key in relevant), 0.0))
        recalls.append(len(relevant.intersection(found)) / len(relevant))
    return statistics.mean(ranks), statistics.mean(recalls)


def _ratios(figures: dict[tuple[str, str, str], float]) -> None:
    for kind, (over_naive, over_typed) in TARGETS.items():
        typed = figures[kind, "ours", "as typed"]
        ratio = typed / figures[kind, "FTS5 naive", "as typed"]
        print(f"F1 {kind}: ÷ FTS5 naive {ratio:.2f}" + _target(over_naive))
        stripped = figures[kind, "ours", "stripped"] / typed
        print(f"F2 {kind}: stripped ÷ as typed {stripped:.3f}" + _target(over_typed))
        for variant in ("NFD", "tone moved"):
            print(f"F2 {kind}: {variant} ÷ as typed {figures[kind, 'ours', variant] / typed:.3f}")


def _target(value: float | None) -> str:
    return f" (target ≥ {value})" if value else ""


if __name__ == "__main__":
    main()
