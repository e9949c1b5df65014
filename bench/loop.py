"""`make bench-loop`: planted campaigns grouped in a portal of their own, quality, time and memory.

Loads made-up comments of which it is known who copied from whom (`bench.campaigns`) into a
portal in a temporary directory, groups them with the portal's own command while somebody else
writes all the time, lets a thousand more come in, and prints what was found beside the targets.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import psutil
from sqlalchemy import insert, select

from app import create_app
from app.comments.models import Comment, CommenterKind
from app.comments.submit import Place, Words, columns, entry_of
from app.config import load
from app.consultations.models import Consultation
from app.documents.models import Dossier
from app.extensions import db
from app.groups.following import READERS
from app.groups.models import CommentGroup, GroupMember, Tier
from app.kit import clock, codes
from app.ledger.models import Cursor, Entry
from app.ledger.read import advance, head
from app.ledger.seal import seal
from bench.campaigns import Mix, Said, comments
from bench.judged import Judged, judge
from bench.processes import MEGABYTE, ROOT, flask, surroundings

SLUG = "phan-loai-thu-gom-rac-sinh-hoat"
NEW = 1000
BATCH = 2000
MINUTES, MEGABYTES = 15, 2048
PRECISION, RECALL = 0.98, 0.95
PRECISION_WORDS = "precision {:.3f}, recall {:.3f} of pairs"
MIXES = {
    "10,000; 40 campaigns; 30 % of the members reworded": Mix(10_000, 40, (5, 100), 0.3),
    "10,000; 40 campaigns; every member reworded": Mix(10_000, 40, (5, 100), 1.0, seed=2),
    "200,000; 96 % copies in 8 campaigns; 30 % reworded": Mix(
        200_000, 8, (24_000, 24_000), 0.3, seed=3
    ),
    "200,000; 800 campaigns; every member reworded": Mix(200_000, 800, (5, 100), 1.0, seed=4),
}


@dataclass
class Watched:
    """What was seen of a run: MB of each process at its most, its CPU and a writer's waits in s."""

    child: float = 0.0
    parent: float = 0.0
    child_cpu: float = 0.0
    parent_cpu: float = 0.0
    waits: list[float] = field(default_factory=list)


def main() -> None:
    """Print a block of figures for each mix."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the mixes of 10,000")
    options = parser.parse_args()
    for name, mix in MIXES.items():
        if options.quick and mix.comments > 10_000:
            continue
        print(f"\n{name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            run(mix, Path(folder))


def run(mix: Mix, folder: Path) -> None:
    """One mix is loaded, grouped, followed and judged in that directory."""
    environ = surroundings(folder) | {"PUBLIC_URL": "http://127.0.0.1:8000"}
    flask("prepare", environ=environ)
    app = create_app(load(environ))
    with app.app_context():
        consultation_id = db.session.scalars(
            select(Consultation.id)
            .join(Dossier, Consultation.dossier_id == Dossier.id)
            .where(Dossier.slug == SLUG)
        ).first()
        assert consultation_id is not None
        _forget()
        begun = time.monotonic()
        said = comments(mix)
        truth = _write(consultation_id, islice(said, mix.comments - NEW), told=False)
        later = list(said)
        print(f"  written in {time.monotonic() - begun:.0f} s", flush=True)
        took, seen = _grouped(environ, folder)
        _tell_run(took, seen)
        _tell_quality("grouped", judge(truth, _groups(consultation_id)))
        again, _ = _grouped(environ, folder)
        print(f"  grouped again, nothing new      {again:6.1f} s")
        truth |= _write(consultation_id, later, told=True)
        begun = time.process_time()
        longest = _follow()
        spent = time.process_time() - begun
        print(f"  {len(later):,} more followed             {spent:6.1f} s CPU, "
              f"longest transaction {longest:.2f} s")  # fmt: skip
        _tell_quality("with those", judge(truth, _groups(consultation_id)))
        db.session.remove()
        db.engine.dispose()


def _forget() -> None:
    """The reader of groups begins with what is written from now on."""
    while seal():
        db.session.commit()
    cursor = db.session.get(Cursor, READERS[0].name) or Cursor(name=READERS[0].name)
    cursor.seq = head()
    db.session.add(cursor)
    db.session.commit()


def _write(
    consultation_id: int, said: Iterator[Said] | Sequence[Said], told: bool
) -> dict[int, int]:
    """The comments are in the database, and in the ledger if `told`; returns whose they are."""
    truth: dict[int, int] = {}
    said = iter(said)
    while part := list(islice(said, BATCH)):
        consultation = db.session.get_one(Consultation, consultation_id)
        now = clock.now()
        rows = [
            columns(
                consultation,
                Words(one.text.strip(), CommenterKind.INDIVIDUAL, "vi", codes.new_key()),
                Place(),
                now,
            )
            for one in part
        ]
        made = insert(Comment).returning(Comment.id, sort_by_parameter_order=True)
        ids = db.session.scalars(made, rows).all()
        if told:
            entries = [entry_of(one, row) for one, row in zip(ids, rows, strict=True)]
            db.session.execute(insert(Entry), entries)
        db.session.commit()
        truth.update(zip(ids, (one.campaign for one in part), strict=True))
    return truth


def _grouped(environ: dict[str, str], folder: Path) -> tuple[float, Watched]:
    """Seconds that the portal's command took, and what was seen meanwhile."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "groups", "rebuild"]
    begun = time.monotonic()
    process = psutil.Popen([*command, "--consultation", SLUG], cwd=ROOT, env=environ)
    with _writing(folder) as waits:
        seen = Watched(waits=waits)
        while process.poll() is None:
            try:
                seen.parent = max(seen.parent, process.memory_info().rss / MEGABYTE)
                seen.parent_cpu = _cpu(process)
                for child in process.children():
                    seen.child = max(seen.child, child.memory_info().rss / MEGABYTE)
                    seen.child_cpu = _cpu(child)
            except psutil.NoSuchProcess:
                pass
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"grouping ended with {process.returncode}")
    return time.monotonic() - begun, seen


def _cpu(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


@contextmanager
def _writing(folder: Path) -> Iterator[list[float]]:
    """Somebody writes ten times a second; says how long each writing waited for its turn."""
    waits: list[float] = []
    done = threading.Event()
    path = next(folder.glob("*.sqlite3"))

    def write() -> None:
        with sqlite3.connect(path, isolation_level=None, timeout=0) as connection:
            while not done.wait(0.1):
                begun = time.monotonic()
                while True:
                    try:
                        connection.execute("BEGIN IMMEDIATE")
                        break
                    except sqlite3.OperationalError:
                        time.sleep(0.003)
                waits.append(time.monotonic() - begun)
                connection.execute("ROLLBACK")
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waits
    finally:
        done.set()
        thread.join()


def _follow() -> float:
    """The reader has followed; returns its longest batch in seconds."""
    longest = 0.0
    while seal():
        db.session.commit()
    while True:
        begun = time.monotonic()
        if not advance(READERS[0]):
            return longest
        longest = max(longest, time.monotonic() - begun)


def _groups(consultation_id: int) -> list[list[int]]:
    """The near groups, and exact ones of those who are in no near one; formulae are no copies."""
    found: dict[int, list[int]] = {}
    near: set[int] = set()
    for tier in (Tier.NEAR, Tier.EXACT):
        rows = db.session.execute(
            select(GroupMember.group_id, GroupMember.comment_id)
            .join(CommentGroup, CommentGroup.id == GroupMember.group_id)
            .where(
                CommentGroup.consultation_id == consultation_id,
                CommentGroup.tier == tier.value,
                CommentGroup.formula.is_(False),
            )
        )
        for group_id, comment_id in rows:
            if comment_id not in near:
                found.setdefault(group_id, []).append(comment_id)
        near = {one for members in found.values() for one in members}
    db.session.rollback()
    return [members for members in found.values() if len(members) > 1]


def _tell_run(took: float, seen: Watched) -> None:
    waits = sorted(seen.waits)
    print(f"  grouped in                      {took:6.1f} s   (target ≤ {MINUTES * 60} s); CPU "
          f"{seen.child_cpu:.0f} s in the process, {seen.parent_cpu:.0f} s outside")  # fmt: skip
    print(f"  memory of the process           {seen.child:6.0f} MB  (target ≤ {MEGABYTES} MB), "
          f"of the command {seen.parent:.0f} MB")  # fmt: skip
    print(f"  a writer waited meanwhile       {waits[len(waits) * 95 // 100]:6.2f} s at the 95th "
          f"percentile, {waits[-1]:.2f} s at most")  # fmt: skip


def _tell_quality(when: str, judged: Judged) -> None:
    met = judged.precision >= PRECISION and judged.recall >= RECALL
    print(f"  {when:<12} {PRECISION_WORDS.format(judged.precision, judged.recall)} "
          f"({'ok' if met else 'MISSED'}; targets {PRECISION}, {RECALL}); worst campaign "
          f"{judged.least_precision:.2f}, {judged.least_recall:.2f}; {judged.groups:,} groups, "
          f"{judged.made_up} of them of no campaign; {judged.honest} honest comments in groups, "
          f"{judged.short} of them short", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
