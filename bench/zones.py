"""The tests in four time zones and on awkward days, each in a process of its own (G41).

The zone is the machine's, so nothing may ask it where the law says Viet Nam. The days are told by
libfaketime: a leap day and the minute before it, the minute before a year, Tết. A run that begins a
minute before midnight in Viet Nam goes over into the next day.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.kit.clock import VN

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/local/lib/faketime/libfaketimeMT.so.1")
LAST = re.compile(r"^(?:\d+ \w+, )*\d+ \w+ in [\d.]+s.*$", re.MULTILINE)
# Python sleeps until an instant of the monotonic clock, which libfaketime refuses: EINVAL
AWAKE = "import select, time\ntime.sleep = lambda long: select.select([], [], [], long)\n"
FAULT = re.compile(r"^(?:FAILED|ERROR) tests.*$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Where and when a run happens."""

    name: str
    zone: str
    starts: datetime

    @contextmanager
    def environ(self) -> Iterator[dict[str, str]]:
        """What a process there is told, and all that it starts."""
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "sitecustomize.py").write_text(AWAKE, "utf-8")
            yield {
                "TZ": self.zone,
                "LD_PRELOAD": faketime(),
                "FAKETIME": f"{int(self.starts.timestamp() - time.time()):+d}",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "PYTHONPATH": directory,
            }


def _day(zone: str, name: str, *when: int) -> Place:
    starts = datetime(*when, tzinfo=VN)  # type: ignore[misc,arg-type]
    return Place(f"{starts:%d.%m.%Y %H:%M}, {name}", zone, starts)


PLACES = (
    _day("UTC", "into a leap day", 2028, 2, 28, 23, 59),
    _day("Asia/Ho_Chi_Minh", "Tết Bính Ngọ", 2026, 2, 17, 9, 0),
    _day("America/Los_Angeles", "a leap day", 2028, 2, 29, 12, 0),
    _day("Pacific/Kiritimati", "into a new year", 2026, 12, 31, 23, 59),
    _day("UTC", "into the last year of known holidays", 2027, 12, 31, 23, 59),
)


@dataclass(frozen=True)
class Run:
    """What pytest said at a place; `seconds` by the clock on the wall."""

    place: Place
    said: str
    seconds: float
    failed: bool
    faults: Sequence[str] = field(default_factory=tuple)


def faketime() -> str:
    """The library of Debian's package `faketime`."""
    for pattern in LIBRARIES:
        found = sorted(Path("/").glob(pattern.lstrip("/")))
        if found:
            return str(found[0])
    raise SystemExit("bench.zones needs the package faketime")


def run(place: Place, folders: Sequence[str], more: Sequence[str]) -> Run:
    """All tests of the folders have run at that place."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-rfE", "-p", "no:cacheprovider", *more, *folders]
    with place.environ() as there:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **there}, capture_output=True, text=True
        )
    counts = LAST.findall(done.stdout)
    said = counts[-1] if counts else (done.stdout + done.stderr)[-400:]
    faults = tuple(FAULT.findall(done.stdout))
    return Run(place, said, time.monotonic() - began, done.returncode != 0, faults)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m bench.zones")
    parser.add_argument("folders", nargs="*", default=["tests"], help="of tests; all unless given")
    parser.add_argument("--only", default="", help="places whose name contains this")
    parser.add_argument("--processes", default="0", help="of pytest-xdist")
    parser.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--browser", action="store_true", help="with the tests that open Chromium")
    return parser.parse_args()


def main() -> None:
    """One line for each place, and what failed there."""
    asked = _asked()
    more = ["-n", asked.processes, f"--database={asked.database}"]
    if not asked.browser:
        more += ["-m", "not browser"]
    failed = False
    for place in (one for one in PLACES if asked.only in one.name):
        ran = run(place, asked.folders, more)
        failed |= ran.failed
        print(f"{place.name} (TZ={place.zone}): {ran.said}; {ran.seconds:.0f} s", flush=True)
        for fault in ran.faults:
            print(f"    {fault}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
