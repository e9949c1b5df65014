"""A thread of the worker that brings letters: a slow mail server keeps nobody waiting."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from app.kit import clock
from app.mail.sending import send_due

PAUSE = 2.0  # seconds between two looks for letters
BACK_OFF = 30.0
LAST_WORDS = 25.0  # seconds for a letter that is on its way when the worker ends

log = logging.getLogger(__name__)


def _deliver(app: Flask, stop: threading.Event) -> None:
    pause = PAUSE
    while not stop.wait(pause):
        try:
            with app.app_context():
                pause = 0.0 if send_due(clock.now()) else PAUSE
        except Exception:
            log.exception("letters will be looked for again in %s s", BACK_OFF)
            pause = BACK_OFF


@contextmanager
def postman(stop: threading.Event) -> Iterator[None]:
    """Letters are brought as they fall due, until `stop` is set."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    thread = threading.Thread(target=_deliver, args=(app, stop), name="postman", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(LAST_WORDS)
