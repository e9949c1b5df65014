"""Real processes on 127.0.0.1: gunicorn, the worker, commands; all end with the bench."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.client import BenchBroken

ROOT = Path(__file__).resolve().parent.parent
READY_IN = 60
MEGABYTE = 1024 * 1024
OURS = (
    "DATABASE_URL",
    "HOST",
    "PORT",
    "PUBLIC_URL",
    "SITE_NAME",
    "SEARCH_ENGINE",
    "WEB_CONCURRENCY",
    "REDIS_URL",
    "TRUSTED_PROXIES",
)


def surroundings(instance: Path, database_url: str = "") -> dict[str, str]:
    """The environment of a portal of its own in that directory."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return kept | {
        "INSTANCE_DIR": str(instance),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": database_url,
        # a bench sends from one address what a province sends in a day; bench.crowd turns them on
        "LIMITS": "off",
    }


def run(*words: str, environ: Mapping[str, str]) -> str:
    """What `python words…` printed; raises BenchBroken with its last words when it failed."""
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=dict(environ), capture_output=True, text=True
    )
    if done.returncode:
        raise BenchBroken(f"{' '.join(words)} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def flask(*words: str, environ: Mapping[str, str]) -> str:
    """What the portal's own command printed."""
    return run("-m", "flask", "--app", "wsgi", *words, environ=environ)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Web:
    """A running gunicorn; `started_in` is in seconds, from its start to its first answer."""

    process: subprocess.Popen[bytes]
    port: int
    started_in: float

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests."""
        return psutil.Process(self.process.pid).children()

    def cpu(self) -> float:
        """CPU seconds that the workers have used so far."""
        return sum(_cpu(worker) for worker in self.workers())

    def memory(self) -> tuple[float, float]:
        """Of the largest worker, in MB: resident (RSS), and with shared pages divided (PSS)."""
        seen = [worker.memory_full_info() for worker in self.workers()]
        return max(m.rss for m in seen) / MEGABYTE, max(m.pss for m in seen) / MEGABYTE


def _cpu(process: psutil.Process) -> float:
    if sys.platform == "linux":
        # the kernel's CPU clock of another process (see clock_getcpuclockid): /proc counts in
        # steps of 10 ms, this in nanoseconds
        return time.clock_gettime((~process.pid << 3) | 2)
    spent = process.cpu_times()
    return spent.user + spent.system


@contextmanager
def web(
    app: str, environ: Mapping[str, str], log: Path, workers: int = 1, path: str = "/health"
) -> Iterator[Web]:
    """gunicorn as `make run` starts it, with that many workers; it has ended on leaving."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{port}", "--preload"]
    command += ["--worker-class", "gthread", "--workers", str(workers), "--threads", "4"]
    command += ["--log-level", "warning", "--no-control-socket", "--graceful-timeout", "5"]
    begun = time.monotonic()
    with process(command, environ, log) as child:
        _wait(f"http://127.0.0.1:{port}{path}", child, log)
        yield Web(child, port, time.monotonic() - begun)


@contextmanager
def worker(environ: Mapping[str, str], log: Path) -> Iterator[None]:
    """`flask work` runs inside."""
    with process([sys.executable, "-m", "flask", "--app", "wsgi", "work"], environ, log):
        yield


@contextmanager
def process(
    command: list[str], environ: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The command runs inside and has ended with all its children on leaving, whatever happened."""
    with log.open("ab") as out:
        # a session of its own: Ctrl-C reaches only the bench, which then ends everything in order
        child = subprocess.Popen(
            command, cwd=ROOT, env=dict(environ), stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _wait(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_IN
    while time.monotonic() < until and child.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.01)
    raise BenchBroken(f"{url} does not answer:\n{log.read_text(errors='replace')[-2000:]}")
