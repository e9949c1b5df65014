"""What can be translated of a dossier beside its own words, as the rooms above know it.

Answers are kept above this room, and so are comment periods; those rooms hand in what is asked
here when the application is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from app.translations.pieces import Piece

# dossier ids → the pieces of each, in reading order
Source = Callable[[Sequence[int]], dict[int, list[Piece]]]
# dossier id → the comment period on whose pages its translations are read, if there is one
Period = Callable[[int], int | None]


@dataclass(frozen=True)
class _Handed:
    sources: tuple[Source, ...]
    period: Period


def init_app(app: Flask, sources: Sequence[Source], period: Period) -> None:
    """These rooms add their pieces to those of every dossier."""
    app.extensions["translatable"] = _Handed(tuple(sources), period)


def pieces(dossier_ids: Sequence[int]) -> dict[int, list[Piece]]:
    """Dossier id → the pieces that the rooms above handed in; none for most."""
    found: dict[int, list[Piece]] = {}
    for source in _handed().sources:
        for dossier_id, given in source(dossier_ids).items():
            found.setdefault(dossier_id, []).extend(given)
    return found


def period_of(dossier_id: int) -> int | None:
    """The comment period on whose pages what is translated now is read."""
    return _handed().period(dossier_id)


def _handed() -> _Handed:
    found: _Handed = current_app.extensions["translatable"]
    return found
