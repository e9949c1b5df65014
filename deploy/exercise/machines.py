"""The parts of the deployment: started, watched as systemd would, killed."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

RESTART_AFTER = 1.0  # seconds, as RestartSec= of the units
READY_IN = 180.0


class NotHereError(Exception):
    """Raised when this machine lacks a program that the deployment needs."""


def program(name: str, *places: str) -> str:
    """The path of an installed program; raises NotHereError."""
    found = shutil.which(name) or next(
        (str(path) for place in places for path in sorted(Path("/").glob(place + "/" + name))), ""
    )
    if not found:
        raise NotHereError(name)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int) -> Callable[[], bool]:
    """Whether somebody takes connections on that port of this machine."""

    def ask() -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return ask


def answering(port: int) -> Callable[[], bool]:
    """Whether the portal on that port says that it is well: it listens long before it is loaded."""

    def ask() -> bool:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            line.request("GET", "/health")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    return ask


@dataclass
class Part:
    """One process of the deployment with its children; restarted when it dies, unless stopped."""

    name: str
    command: Sequence[str]
    directory: Path
    ready: Callable[[], bool] = lambda: True
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    user: str = ""
    stop_signal: int = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = False
    starts: int = 0

    def start(self) -> None:
        """The process runs and is ready; raises RuntimeError with its last words if it is not."""
        self.wanted = True
        self._spawn()
        until = time.monotonic() + READY_IN
        while not self.ready():
            if time.monotonic() > until or not self.alive():
                raise RuntimeError(f"{self.name} did not start:\n{self.last_words()}")
            time.sleep(0.05)

    def _spawn(self) -> None:
        command = list(self.command)
        if self.user and os.geteuid() == 0:
            command = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
            command += self.command
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.directory,
                env=dict(self.environ),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    @property
    def log(self) -> Path:
        return self.directory / f"{self.name}.log"

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-1500:] if self.log.is_file() else ""

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """The process and all its children are dead, without a word (SIGKILL)."""
        if self.process is not None and self.alive():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def signal(self, number: int) -> None:
        if self.process is not None and self.alive():
            self.process.send_signal(number)

    def stop(self) -> None:
        """The process has ended as it would at a shutdown, and stays so."""
        self.wanted = False
        self.signal(self.stop_signal)
        if self.process is not None:
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()

    def lose(self) -> None:
        """The machine is gone for good: killed, and nobody starts it again."""
        self.wanted = False
        self.kill()


class Supervisor(threading.Thread):
    """Starts again what died, a second later, as `Restart=always` does."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(daemon=True)
        self.parts = parts
        self.over = threading.Event()

    def run(self) -> None:
        dead: dict[str, float] = {}
        while not self.over.wait(0.1):
            for part in self.parts:
                if part.alive() or not part.wanted:
                    dead.pop(part.name, None)
                elif (
                    time.monotonic() - dead.setdefault(part.name, time.monotonic()) > RESTART_AFTER
                ):
                    dead.pop(part.name)
                    part._spawn()
