"""A stranger's file is read in a process of its own: asked once, heard to the end, or ended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Timer

PACKAGE = Path(__file__).parents[1]
NO_ENVIRONMENT: Mapping[str, str] = {}


def ask(
    start: str,
    data: bytes,
    *arguments: str,
    seconds: float,
    most: int,
    env: Mapping[str, str] = NO_ENVIRONMENT,
) -> tuple[int, bytes]:
    """The exit status of a Python process that runs `start`, and what it answered to `data`.

    It finds our package in its first argument. What it answers is cut one byte behind `most`; it
    is killed after `seconds` of the clock.
    """
    command = [sys.executable, "-I", "-X", "utf8", "-c", start, str(PACKAGE), *arguments]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, env=env) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        watch = Timer(seconds, child.kill)
        watch.start()
        try:
            with suppress(BrokenPipeError):  # it ended early: its status says why
                child.stdin.write(data)
                child.stdin.close()
            told = child.stdout.read(most + 1)
            return (0 if len(told) > most else child.wait()), told
        finally:
            watch.cancel()
            child.kill()
