"""Patience with faults: who fails is tried again later, and holds up nobody else meanwhile."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from app.extensions import db

BACK_OFF = 5.0  # seconds

log = logging.getLogger(__name__)

Job = Callable[[], int]


def at_once(_name: str, job: Job) -> int:
    """What the job did; its fault is the caller's."""
    return job()


class Patience:
    """Remembers who failed, and when that was."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def attempt(self, name: str, job: Job) -> int:
        """What the job did; 0 where it failed, now or less than BACK_OFF ago."""
        if time.monotonic() < self._until.get(name, 0.0):
            return 0
        try:
            return job()
        except Exception:
            log.exception("%s will be tried again in %s s", name, BACK_OFF)
            self._until[name] = time.monotonic() + BACK_OFF
            db.session.rollback()
            return 0
