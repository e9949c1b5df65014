"""What every page tells at its head; the process remembers it, so that no page has to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from app.kit import clock
from app.web.locale import DEFAULT, current


@dataclass(frozen=True)
class Notice:
    """The portal will not answer from one instant until another, and why."""

    starts_at: datetime
    ends_at: datetime
    words: str
    words_en: str

    @property
    def said(self) -> tuple[str, str]:
        """The words for the language of the page, and the language they are in."""
        if current() is DEFAULT or not self.words_en:
            return self.words, DEFAULT.code
        return self.words_en, "en"


class Board:
    """The notices that were read last; whoever learns of a change puts up the new ones."""

    def __init__(self) -> None:
        self._notices: tuple[Notice, ...] = ()

    def put_up(self, notices: Iterable[Notice]) -> None:
        """Those notices and no others are told from now on."""
        self._notices = tuple(notices)

    def now(self) -> list[Notice]:
        """What is told at this instant, the next one first."""
        present = clock.now()
        return [notice for notice in self._notices if present < notice.ends_at]

    def until(self) -> datetime | None:
        """When a page that is made now will tell too much; None for never."""
        return min((notice.ends_at for notice in self.now()), default=None)


def board() -> Board:
    """The board of the running portal."""
    found: Board = current_app.extensions["notices"]
    return found


def init_app(app: Flask) -> None:
    """The shell of every page can ask what it has to tell."""
    app.extensions["notices"] = Board()
    app.jinja_env.globals["notices"] = app.extensions["notices"].now
