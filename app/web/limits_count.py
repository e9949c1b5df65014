"""Counting, whatever the counters are kept in, and whether they answer."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from limits.storage import Storage
from redis.exceptions import RedisError

from app.config import Settings
from app.kit import clock
from app.web import limits_store
from app.web.limits_store import Step

logger = logging.getLogger(__name__)

FILE = "limits.sqlite3"
REST = 5.0  # seconds for which a store that did not answer is not asked again
PATIENCE = 0.25  # seconds for an answer of Redis
TOLD_OVER = 600  # seconds over which what was slowed or refused is told
FAULTS = (OSError, sqlite3.Error, RedisError)
TOLD = ("slowed", "refused")


class StoreDownError(Exception):
    """Raised while nothing can be counted."""


@dataclass
class Counters:
    """The counters of one application, and what this process saw of their store."""

    limiter: Limiter
    kind: str
    down_until: float = float("-inf")
    passed: int = 0  # acts that nobody counted, because the store was down

    def count(self, steps: Sequence[Step]) -> list[int]:
        """What the windows have counted with this act in them; raises StoreDownError."""
        return list(self._ask(lambda store: limits_store.count(store, steps)))

    def seen(self, key: str) -> int:
        """What a window has counted; raises StoreDownError."""
        return int(self._ask(lambda store: store.get(key)))

    def ends_in(self, key: str) -> int:
        """Whole seconds until a window is over, at least 1; raises StoreDownError."""
        return max(1, ceil(self.ends_at(key) - clock.now().timestamp()))

    def ends_at(self, key: str) -> float:
        """When a window is over, in seconds since 1970; raises StoreDownError."""
        return float(self._ask(lambda store: store.get_expiry(key)))

    def clear(self, key: str) -> None:
        """The window is as if it had not begun; raises StoreDownError."""
        self._ask(lambda store: store.clear(key))

    def tell(self, what: str) -> None:
        """One more was slowed, or refused; raises StoreDownError."""
        self.count([Step(f"told/{what}", TOLD_OVER, 0, last=False)])

    def told(self) -> dict[str, int]:
        """How many were slowed and refused in the present ten minutes; raises StoreDownError."""
        return {what: self.seen(f"told/{what}") for what in TOLD}

    def _ask(self, question: Callable[[Storage], Any]) -> Any:
        if time.monotonic() < self.down_until:
            raise StoreDownError
        storage = self.limiter.storage
        try:
            return question(storage)
        except FAULTS as error:
            self.down_until = time.monotonic() + REST
            # the kind of fault alone: its words could name a key
            logger.warning("the limits' store does not answer: %s", type(error).__name__)
            raise StoreDownError from error


def counters(app: Flask, settings: Settings) -> Counters:
    """The counters that the settings ask for, kept by a Flask-Limiter."""
    # what it writes of a limit would name the digest of whom it met
    logging.getLogger("flask-limiter").setLevel(logging.WARNING)
    options: dict[str, Any] = {}
    if settings.redis_url:
        uri = settings.redis_url.replace("unix://", "redis+unix://", 1)
        options = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    else:
        uri = limits_store.address(settings.instance_dir / FILE)
    limiter = Limiter(
        lambda: "",
        app=app,
        storage_uri=uri,
        storage_options=options,
        strategy="fixed-window",
        key_prefix="",
    )
    return Counters(limiter, "redis" if settings.redis_url else limits_store.SCHEME)
