"""An XLIFF file that comes back: read in a process of its own, held against the dossier."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import BoundedSemaphore
from typing import Any

from app.kit.text import clean
from app.translations.pieces import digest_of, too_long, worded
from app.translations.progress import Place, State
from app.translations.xliff import original
from app.web.locale import DEFAULT
from app.web.processes import ask
from app.web.refusals import RefusalCode, Refused

FILE_BYTES = 4 * 1024 * 1024
ANSWER_BYTES = 64 * 1024 * 1024
WALL_SECONDS = 30
PATIENCE_SECONDS = 2.0
# The package without its factory.
START = """
import sys, types
app = sys.modules["app"] = types.ModuleType("app")
app.__path__ = [sys.argv[1]]
from app.translations import xliff_child
xliff_child.main()
"""
TIMED_OUT = {-signal.SIGXCPU, -signal.SIGKILL}

_turn = BoundedSemaphore(1)  # in each process of the portal


@dataclass(frozen=True)
class Unit:
    """One unit of a file; `target` is None where nothing was translated."""

    original: str
    part: str
    source: str
    target: str | None


@dataclass(frozen=True)
class Document:
    """What a file holds, whatever version of XLIFF it is."""

    source_language: str
    target_language: str
    units: tuple[Unit, ...]


class WrongFile(StrEnum):
    """Why nothing of a file is taken."""

    OTHER_DOSSIER = "other_dossier"
    NO_LANGUAGE = "no_language"
    OTHER_LANGUAGE = "other_language"
    NOT_FROM_VIETNAMESE = "not_from_vietnamese"


class WrongFileError(Exception):
    """Raised for a file that is not of this dossier and language."""

    def __init__(self, why: WrongFile) -> None:
        super().__init__(why.value)
        self.why = why


class Why(StrEnum):
    """Why a unit is not taken."""

    UNKNOWN = "unknown"
    OTHER_WORDS = "other_words"
    TWICE = "twice"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Change:
    """A unit that would be taken: the place it is for, and what it says."""

    place: Place
    text: str


@dataclass(frozen=True)
class Left:
    """A unit that is not taken."""

    part: str
    label: str
    source: str
    why: Why


@dataclass(frozen=True)
class Plan:
    """What a file would change: nothing was written yet."""

    changes: tuple[Change, ...]
    left: tuple[Left, ...]
    # units that say what is there already, and units without a translation
    same: int
    empty: int


def read(data: bytes) -> Document:
    """The units of an XLIFF file, 2.0, 2.1 or 1.2; raises Refused.

    No entity is resolved, no address fetched, and a file with a document type is refused.
    """
    if not data:
        raise Refused(RefusalCode.EMPTY)
    if len(data) > FILE_BYTES:
        raise Refused(RefusalCode.TOO_LARGE, size=len(data), limit=FILE_BYTES)
    if not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise Refused(RefusalCode.BUSY)
    try:
        status, told = ask(START, data, seconds=WALL_SECONDS, most=ANSWER_BYTES)
    finally:
        _turn.release()
    if status in TIMED_OUT:
        raise Refused(RefusalCode.TOO_SLOW)
    if status or len(told) > ANSWER_BYTES:
        raise Refused(RefusalCode.TOO_HEAVY)
    answer: dict[str, Any] = json.loads(told)
    if "refused" in answer:
        raise Refused(RefusalCode(answer["refused"]))
    units = tuple(Unit(*unit) for unit in answer["units"])
    return Document(answer["source"], answer["target"], units)


def plan(document: Document, slug: str, language: str, places: Sequence[Place]) -> Plan:
    """What the file would change of these places; raises WrongFileError."""
    _check(document, language)
    units = [unit for unit in document.units if unit.original == original(slug)]
    if not units:
        raise WrongFileError(WrongFile.OTHER_DOSSIER)
    known = {place.piece.part: place for place in places}
    changes: list[Change] = []
    left: list[Left] = []
    seen: set[str] = set()
    same = empty = 0
    for unit in units:
        text = worded(unit.part, unit.target or "")
        place = known.get(unit.part)
        if not text:
            empty += 1
        elif why := _why_not(unit, place, seen):
            label = place.piece.label if place is not None else unit.part
            # a file can spell out halves of characters, which no page can show
            left.append(Left(unit.part, label, clean(unit.source), why))
        elif place is not None:
            seen.add(unit.part)
            if place.state is not State.STALE and text == place.text:
                same += 1
            else:
                changes.append(Change(place, text))
    return Plan(tuple(changes), tuple(left), same, empty)


def _check(document: Document, language: str) -> None:
    if not document.target_language:
        raise WrongFileError(WrongFile.NO_LANGUAGE)
    if document.target_language.casefold() != language.casefold():
        raise WrongFileError(WrongFile.OTHER_LANGUAGE)
    if document.source_language.partition("-")[0].casefold() != DEFAULT.code:
        raise WrongFileError(WrongFile.NOT_FROM_VIETNAMESE)


def _why_not(unit: Unit, place: Place | None, seen: set[str]) -> Why | None:
    if place is None:
        return Why.UNKNOWN
    if digest_of(unit.source) != place.piece.digest:
        return Why.OTHER_WORDS
    if unit.part in seen:
        return Why.TWICE
    return Why.TOO_LONG if too_long(unit.part, unit.target or "") else None
