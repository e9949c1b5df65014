"""While the database is slow or silent, those who write leave threads to those who read."""

from __future__ import annotations

import threading

from flask import Flask, g
from sqlalchemy.exc import OperationalError

from app.extensions import reads_only

# of the four threads that a web process has (deploy/gunicorn.conf.py)
AT_ONCE = 2


class Turns:
    """How many requests that write are under way in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.many = 0

    def change(self, by: int) -> int:
        with self.lock:
            self.many += by
            return self.many


def init_app(app: Flask) -> None:
    """Of those who write at once while the database is away, all but AT_ONCE are told so."""
    turns = Turns()

    @app.before_request
    def _begin() -> None:
        if reads_only.get():
            return
        g.turn = turns
        if turns.change(1) > AT_ONCE and app.extensions["revisions"].age() is not None:
            raise OperationalError("a turn to write", None, TimeoutError())

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        if g.pop("turn", None) is not None:
            turns.change(-1)
