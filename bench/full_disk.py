"""Fill the disk under a running portal, comment, make room again (G04); as root, on Linux.

    python -m bench.full_disk [--megabytes N]

Everything lies on a file system of its own in memory: database, log, index, files. While it
is full, drafts must be readable, no receipt given, and what was typed come back; with room again
the same form is taken, by processes that nobody started anew. Exit status 1 if not.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from app import create_app
from app.config import load
from app.extensions import db
from bench.kills import Portal, open_draft
from deploy.exercise.load import RECEIPT, Crowd, Line, hidden

WORDS = "Ý kiến này được gửi khi ổ đĩa đầy. " * 200
BACK_IN = 20.0  # seconds


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of that size, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gopy-full-") as place:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", place], check=True
        )
        try:
            yield Path(place)
        finally:
            subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    """A file that leaves no room."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(b"\0" * 65536)
            file.flush()
    return ballast


def send(line: Line, path: str, fields: dict[str, str]) -> tuple[int, bool, bool]:
    """Status, whether there is a receipt, whether the words came back."""
    status, to, text = line.send("POST", path, urlencode(fields))
    return status, bool(RECEIPT.search(to)), WORDS.strip() in text


def drill(portal: Portal, disk: Path) -> list[str]:
    """What was not as promised."""
    with create_app(load(portal.environ)).app_context():
        slug = open_draft()
        db.session.rollback()
        db.engine.dispose()
    line = Crowd(portal.port, None, slug).line()
    form = f"/consultations/{slug}/comment"
    fields = hidden(line.send("GET", form)[2])
    fields |= {"body": WORDS, "commenter_kind": "individual"}
    wrong = []
    ballast = fill(disk)
    pages = (f"/consultations/{slug}", "/consultations", "/", form)
    seen = {path: line.send("GET", path)[0] for path in pages}
    status, receipt, back = send(line, form, fields)
    print(f"full: reading {sorted(set(seen.values()))}, comment {status}, words back: {back}")
    wrong += [f"{path} answered {status}" for path, status in seen.items() if status != 200]
    wrong += ["a receipt was given"] * receipt
    wrong += [f"a comment answered {status}"] * (status != 503)
    wrong += ["the words did not come back"] * (not back)
    ballast.unlink()
    begun, receipt = time.monotonic(), False
    while not receipt and time.monotonic() - begun < BACK_IN:
        status, receipt, _back = send(line, form, fields)
        time.sleep(0.2)
    print(f"room again: a receipt after {time.monotonic() - begun:.1f} s")
    wrong += [f"no receipt within {BACK_IN:.0f} s of having room"] * (not receipt)
    wrong += [
        f"{p.name} was started {p.starts} times" for p in portal.parts.values() if p.starts > 1
    ]
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--megabytes", type=int, default=192)
    options = parser.parse_args()
    with small_disk(options.megabytes) as disk:
        portal = Portal(disk, "sqlite")
        try:
            wrong = drill(portal, disk)
        finally:
            portal.end()
    print("\n".join(wrong) or "as promised")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
