"""Everything in one command, in order, with a summary: `make test`, or `make check` for a part.

Standard library only, so that its own report survives whatever it reports on.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT))

from tests.journeys.chromium import find_chromium, why_not  # noqa: E402 - needs the path above

# pytest's last line: "3 failed, 120 passed, 2 skipped in 12.3s"
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|warnings?|deselected)")
LAST = re.compile(r"^(=* )?(\d+ \w+, )*\d+ \w+ in [\d.]+s.*$")
# neighbours share what their module made, so each process goes through modules of its own
TWO = ("-n", "2", "--dist", "worksteal")
# otherwise each of the many processes would compile all code, and pytest its assertions, again
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass
class Step:
    """One command; `counts` is filled from pytest's last line."""

    name: str
    command: list[str]
    seconds: float = 0.0
    failed: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    note: str = ""
    said: list[str] = field(default_factory=list)

    def run(self, aloud: bool = True) -> None:
        """The command has ended; what it says is printed at once, or kept."""
        if aloud:
            self.title()
        began = time.monotonic()
        with subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=ENVIRON,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if aloud:
                    print(line, end="", flush=True)
                else:
                    self.said.append(line)
                if LAST.match(line.strip()):
                    self.counts = Counter()
                    for number, what in COUNT.findall(line):
                        self.counts[what.rstrip("s") if what.startswith("error") else what] += int(
                            number
                        )
        self.seconds = time.monotonic() - began
        self.failed = process.returncode != 0

    def title(self) -> None:
        print(f"\n── {self.name} " + "─" * max(4, 60 - len(self.name)), flush=True)

    def repeat(self) -> None:
        """What was kept is printed."""
        self.title()
        print("".join(self.said), end="", flush=True)


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


def quick() -> list[Step]:
    """What needs neither a database nor a browser."""
    return [
        Step("ruff check", tool("ruff", "check", ".")),
        Step("ruff format", tool("ruff", "format", "--check", ".")),
        Step("mypy", tool("mypy")),
        Step("floor plan", tool("lint-imports", "--no-cache", "--no-logo")),
    ]


def tests() -> list[Step]:
    """The same tests on both databases."""
    return [
        Step("tests on SQLite", pytest(*TWO, "-m", "not browser")),
        Step("tests on PostgreSQL", pytest(*TWO, "-m", "not browser", "--database=postgresql")),
    ]


def journeys() -> Step:
    """The journeys in Chromium, or a step that says why there are none."""
    step = Step("browser journeys", pytest(*TWO, "-m", "browser", "tests/journeys"))
    if find_chromium() is None:
        step.note = why_not()
        step.failed = bool(os.environ.get("CI"))
    return step


def beside(step: Step, others: list[Step]) -> None:
    """All have run: the others one after another, and the step while they did.

    A journey waits half its time, for a page or for the worker, and leaves the processor idle.
    """
    thread = Thread(target=step.run, args=(False,))
    if not step.note:
        thread.start()
    for other in others:
        other.run()
    if not step.note:
        thread.join()
        step.repeat()


def summary(steps: list[Step], seconds: float | None = None) -> int:
    """The report is printed, with how long all took together; returns the exit status."""
    print("\n" + "═" * 64)
    total = Counter[str]()
    for step in steps:
        total += step.counts
        state = "FAILED" if step.failed else "SKIPPED" if step.note else "ok"
        counts = ", ".join(f"{number} {what}" for what, number in step.counts.items() if number)
        print(f"{step.name:<22}{state:<9}{step.seconds:7.1f} s   {counts}")
    for step in steps:
        if step.note:
            print(f"\n{step.name}: SKIPPED. {step.note}")
    broken = [step.name for step in steps if step.failed]
    if broken:
        print(f"\nFailed: {', '.join(broken)}")
    # the steps that are no tests count as one each
    total["passed"] += sum(not (s.failed or s.counts or s.note) for s in steps)
    total["failed"] += sum(
        s.failed and not (s.counts["failed"] or s.counts["error"]) for s in steps
    )
    order = ("failed", "passed", "skipped", "error", "xfailed", "xpassed")
    counts = ", ".join(f"{total[what]} {what}" for what in order if total[what])
    if seconds is None:
        seconds = sum(step.seconds for step in steps)
    print(f"\n{f' {counts} in {seconds:.2f}s ':=^64}")
    return 1 if broken else 0


def main(arguments: list[str]) -> int:
    began = time.monotonic()
    steps = quick()
    for step in steps:
        step.run()
    if "--quick" not in arguments:
        slow, others = journeys(), tests()
        beside(slow, others)
        steps += [*others, slow]
    return summary(steps, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
