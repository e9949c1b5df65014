"""A stranger's file without what it tells of its maker: names, dates, places, hidden parts."""

from __future__ import annotations

import logging
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

logger = logging.getLogger(__name__)

WALL_SECONDS = 30
PACKAGE = Path(__file__).parents[1]
# The package without its factory: the libraries that open such files are for this process alone.
START = """
import sys, types
app = sys.modules["app"] = types.ModuleType("app")
app.__path__ = [sys.argv[1]]
from app.web import strip_child
strip_child.main(sys.argv[2])
"""
BROKEN = 3


class StripFault(StrEnum):
    """Why a file could not be made safe to show."""

    UNREADABLE = "unreadable"
    TOO_HEAVY = "too_heavy"


class StripError(Exception):
    """Raised for a file that cannot be shown; `fault` says why."""

    def __init__(self, fault: StripFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def stripped(data: bytes, media_type: str) -> bytes:
    """The PDF, picture or office file without metadata, scripts and files carried along.

    Done in a process that can take 512 MB and 8 seconds of work and reach nothing. Raises
    StripError.
    """
    command = [sys.executable, "-I", "-X", "utf8", "-c", START, str(PACKAGE), media_type]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, env={}, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise StripError(StripFault.TOO_HEAVY) from error
    if done.returncode == BROKEN:
        logger.info("a file was not stripped: status %s", done.returncode)
        raise StripError(StripFault.UNREADABLE)
    if done.returncode or not done.stdout:
        raise StripError(StripFault.TOO_HEAVY)
    return done.stdout
