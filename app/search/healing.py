"""What is wrong with the index, and what is done about it without keeping the worker waiting."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable

from app.config import ROOT
from app.extensions import db
from app.ledger.read import head, position
from app.search.engine import Engine
from app.search.following import NAME, missed, set_back
from app.search.sources.everything import expected

SMALL = 2_000  # documents that are indexed in a moment
AFTER_A_FAULT = 600.0  # seconds until it is tried again
NICE = 5  # behind those who read and write comments meanwhile
COMMAND = (sys.executable, "-m", "flask", "--app", "wsgi", "search", "rebuild")

log = logging.getLogger(__name__)


class Healer:
    """Compares how far the index knows the ledger with how far its reader has come.

    A large index is rebuilt by a process of its own, one at a time; after a fault nothing is
    tried for a while.
    """

    def __init__(self, index: Callable[[], Engine], rebuild: Callable[[], None]) -> None:
        self._index, self._rebuild = index, rebuild
        self._process: subprocess.Popen[bytes] | None = None
        self._resting_until = 0.0
        # a position of the index, and up to where the ledger has nothing further for it
        self._whole = (-1, -1)

    def look(self) -> None:
        """An index that lacks something gets it, soon: anew from the rows, or from the ledger."""
        if self._at_work():
            return
        here, read = self._index().position, position(NAME)
        if here > head():
            log.warning("the search index is of a later ledger: building it anew")
            self._renew()
        elif self._lacks(here, read):
            if here:
                log.warning("the search index is older than what was read: following from %s", here)
                set_back(here)
            else:
                log.warning("the search index is missing: building it anew")
                self._renew()
        db.session.rollback()

    def _lacks(self, here: int, read: int) -> bool:
        """Whether facts were read that the index does not know; no fact is looked at twice."""
        known, upto = self._whole
        if here != known or upto > read:
            upto = here
        if missed(upto, read):
            return True
        self._whole = here, max(upto, read)
        return False

    def _renew(self) -> None:
        many = expected() > SMALL
        if not many:
            self._rebuild()
        elif time.monotonic() >= self._resting_until:
            self._process = subprocess.Popen(
                COMMAND, cwd=ROOT, env=dict(os.environ), stdout=subprocess.DEVNULL
            )
            os.setpriority(os.PRIO_PROCESS, self._process.pid, NICE)

    def _at_work(self) -> bool:
        """Whether an index is being built by a process of ours."""
        if self._process is None:
            return False
        status = self._process.poll()
        if status is None:
            return True
        self._process = None
        if status:
            log.error("rebuilding the index ended with %s; again in %s s", status, AFTER_A_FAULT)
            self._resting_until = time.monotonic() + AFTER_A_FAULT
        return False
