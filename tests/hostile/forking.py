"""What reads a stranger's file, in a fork of one process: the same limits, without the start."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.documents.parsers import apart
from app.translations import xliff_reading
from app.web import sheets
from app.web.processes import PACKAGE
from tests.house.source import ROOT

# Each reader begins by making the package anew; its modules, once loaded, are there already.
SERVER = """
import base64, io, json, os, sys, types
app = sys.modules["app"] = types.ModuleType("app")
app.__path__ = ["app"]
from app.documents.parsers import child
from app.translations import xliff_child
from app.web import sheet_child, strip_child
for line in iter(sys.stdin.buffer.readline, b""):
    asked = json.loads(line)
    data = sys.stdin.buffer.read(asked["size"])
    out, into = os.pipe()
    if not (pid := os.fork()):
        os.dup2(into, 1)
        sys.stdin, sys.argv = types.SimpleNamespace(buffer=io.BytesIO(data)), asked["arguments"]
        status = 0
        try:
            exec(asked["start"])
        except SystemExit as end:
            status = end.code
        sys.stdout.flush()
        os._exit(status)
    os.close(into)
    with open(out, "rb") as pipe:
        told = base64.b64encode(pipe.read()).decode()
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), told]), flush=True)
"""


class Forking:
    """A process that forks for each file, and the doors that ask it instead of starting one."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def ask(self, start: str, data: bytes, *arguments: str, **_limits: Any) -> tuple[int, bytes]:
        """As `processes.ask` answers."""
        assert self.process.stdin
        assert self.process.stdout
        head = {"start": start, "arguments": ["", str(PACKAGE), *arguments], "size": len(data)}
        self.process.stdin.write(json.dumps(head).encode() + b"\n" + data)
        self.process.stdin.flush()
        status, told = json.loads(self.process.stdout.readline())
        return status, base64.b64decode(told)

    def run(self, command: list[str], input: bytes, **_limits: Any) -> Any:
        """As `subprocess.run` answers to `strip`."""
        status, told = self.ask(command[5], input, *command[7:])
        return subprocess.CompletedProcess(command, status, told)

    def stand_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every door that takes files asks here."""
        for room in (apart, sheets, xliff_reading):
            monkeypatch.setattr(room, "ask", self.ask)
        monkeypatch.setattr("app.web.strip.subprocess.run", self.run)


@contextmanager
def begun() -> Iterator[Forking]:
    """The process, until it is no longer wanted."""
    command = [sys.executable, "-X", "utf8", "-c", SERVER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=Path(ROOT), env={}, stdin=pipe, stdout=pipe) as process:
        yield Forking(process)
