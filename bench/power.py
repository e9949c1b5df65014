"""Images of power cuts: the disk as it was at one instant, and a portal started from it (G03).

    python -m bench.power [--database sqlite|postgresql] [--images N]

As root, on Linux, with mkfs.xfs and mkfs.ext4. The portal lives on an ext4 file system on a block
device of its own. The device is a file on XFS, and an image is a reflink copy of that file: the
whole device at one instant, taken while comments come in. What the kernel had in memory only,
because nobody had asked for it to be on disk, is not in the image; a file written each time
without fsync must be missing there, or the image proves nothing. Each image is then mounted in
the same place, database, web and worker start from it, and every receipt handed out before it
must have its comment, once, and its page; `check` must find no fault, `ledger verify` every
entry as signed. Not shown: a disk that says that it has written what it then loses.

`eatmydata python -m bench.power` must fail: under it fsync does nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.comments.models import Comment
from app.config import load
from app.extensions import db
from app.kit import clock
from app.ledger.models import Checkpoint, Entry
from app.operations.checks import CHECKS, Finding, Level, look
from bench.kills import Portal, open_draft
from deploy.exercise.load import Crowd

OUTER, DEVICE = 12 * 1024**3, 8 * 1024**3  # bytes, of sparse files
AUTHORS, BETWEEN = 6, 12  # posts from one image to the next, at least
WELL_IN = 180.0  # seconds until worker and index have caught up
PAGES = 20  # receipts whose page is looked at
UNSAVED = b"nobody asked for this to be on disk" * 1000


def call(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


@contextlib.contextmanager
def mounted(device: Path, place: Path) -> Iterator[Path]:
    """The file system in that file, and nobody's any more on leaving."""
    call("mount", "-o", "loop", device, place)
    try:
        yield place
    finally:
        # what a process that is just ending holds open goes with it
        call("umount", "--lazy", place)


@dataclass(frozen=True)
class Image:
    """The device at one instant, and the receipts that had been handed out before."""

    file: Path
    receipts: dict[str, str]


def take(portal: Portal, crowd: Crowd, device: Path, number: int) -> Image:
    (portal.directory / "unsaved").write_bytes(UNSAVED + str(number).encode())
    image = Image(device.with_name(f"image-{number}"), dict(crowd.receipts))
    call("cp", "--reflink=always", device, image.file)
    return image


def taken(portal: Portal, device: Path, many: int) -> list[Image]:
    """That many images of a portal under load, which has then ended."""
    images: list[Image] = []
    with create_app(load(portal.environ)).app_context():
        crowd = Crowd(portal.port, None, open_draft())
        db.session.rollback()
        db.engine.dispose()
    crowd.begin(0, AUTHORS, 0.0)
    while len(images) < many:
        due = BETWEEN * (len(images) + 1)
        while len(crowd.receipts) < due:
            time.sleep(random.uniform(0.05, 0.5))
        images.append(take(portal, crowd, device, len(images)))
    crowd.end()
    portal.end()
    return images


def wrong_in(portal: Portal, image: Image, number: int) -> list[str]:
    """What a portal started from the image lacks."""
    unsaved = portal.directory / "unsaved"
    if unsaved.is_file() and unsaved.read_bytes() == UNSAVED + str(number).encode():
        return ["the image holds what was never saved: it proves nothing"]
    for part in portal.parts.values():
        part.start()
    wrong: list[str] = []
    app = create_app(load(portal.environ))
    with app.app_context():
        until = time.monotonic() + WELL_IN
        while not (well := _well(portal)) and time.monotonic() < until:
            time.sleep(0.5)
        wrong += [] if well else [f"{one.part}: {one.words}" for one in _faults(portal)]
        wrong += [] if well else [f"not well within {WELL_IN:.0f} s"]
        rows = db.session.execute(select(Comment.body, Comment.receipt)).all()
        kept = {row.body: row.receipt for row in rows}
        db.session.remove()
        db.engine.dispose()
    acknowledged = image.receipts.items()
    wrong += [f"lost: {words}" for words, receipt in acknowledged if kept.get(words) != receipt]
    many = Counter(row.body for row in rows if row.body.startswith("Ý kiến số "))
    wrong += [f"kept twice: {body}" for body, times in many.items() if times > 1]
    line = Crowd(portal.port, None, "").line()
    for receipt in random.sample(list(image.receipts.values()), min(PAGES, len(image.receipts))):
        if line.send("GET", f"/comments/{receipt}")[0] != 200:
            wrong.append(f"no page for {receipt}")
    if app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code:
        wrong.append("the ledger is not as it was signed")
    return wrong


def _faults(portal: Portal) -> list[Finding]:
    found = look(load(portal.environ), clock.now(), CHECKS)
    return [one for one in found if one.level is Level.BAD]


def _well(portal: Portal) -> bool:
    waiting = db.session.scalar(select(Entry.id).where(Entry.seq.is_(None)).limit(1))
    signed = db.session.scalar(select(Checkpoint.size).limit(1))
    db.session.rollback()
    return waiting is None and signed is not None and not _faults(portal)


def drill(database: str, many: int, ground: Path) -> list[str]:
    device, place = ground / "device", ground.parent / "portal"
    place.mkdir()
    with device.open("wb") as file:
        file.truncate(DEVICE)
    call("mkfs.ext4", "-q", device)
    with mounted(device, place):
        portal = Portal(place, database)
        try:
            images = taken(portal, device, many)
        finally:
            portal.end()
    wrong: list[str] = []
    for number, image in enumerate(images):
        with mounted(image.file, place):
            try:
                found = wrong_in(portal, image, number)
            finally:
                portal.end()
        print(f"image {number}: {len(image.receipts)} receipts, {len(found)} wrong", flush=True)
        for one in found:
            print(f"    {one}", flush=True)
        wrong += found
        image.file.unlink()
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--images", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gopy-power-", dir="/tmp") as directory:
        os.chmod(directory, 0o755)  # PostgreSQL runs as somebody else
        outer, ground = Path(directory) / "outer", Path(directory) / "ground"
        ground.mkdir()
        with outer.open("wb") as file:
            file.truncate(OUTER)
        call("mkfs.xfs", "-q", "-m", "reflink=1", outer)
        with mounted(outer, ground):
            wrong = drill(options.database, options.images, ground)
    print(f"{len(wrong)} wrong" if wrong else "as promised")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
