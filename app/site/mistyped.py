"""Which sign of a receipt code was probably copied wrongly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from app.kit.codes import ALPHABET, LENGTH, PREFIX, parse_receipt

SEPARATORS = re.compile(r"[\W_]+")
MOST = 3  # suspects worth naming
LONGEST = 60  # signs of something that can still be meant as a code
# What hands and eyes take for each other, the most usual first.
ALIKE = (
    ("8", "B"), ("5", "S"), ("2", "Z"), ("6", "G"), ("U", "V"), ("M", "N"), ("P", "R"), ("C", "G"),
    ("E", "F"), ("K", "X"), ("V", "Y"), ("3", "8"), ("7", "Z"), ("D", "Q"), ("4", "A"), ("9", "G"),
    ("H", "N"), ("3", "B"), ("U", "J"), ("4", "9"), ("T", "7"), ("5", "6"), ("3", "5"), ("W", "V"),
)  # fmt: skip


class Fault(StrEnum):
    """What is wrong with a typed code."""

    EMPTY = "empty"
    LENGTH = "length"
    FOREIGN = "foreign"
    CHECK = "check"


@dataclass(frozen=True)
class Suspect:
    """A sign to look at again: its place counted from 1 after GY, what was typed, what fits."""

    place: int
    typed: str
    perhaps: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """Why a typed code cannot be one; `signs` is how many were typed, without GY and hyphens."""

    fault: Fault
    signs: int = 0
    suspects: tuple[Suspect, ...] = ()


def diagnose(typed: str) -> Diagnosis | None:
    """What is wrong with the code, None when its check sign agrees.

    The check sign says that one sign is wrong, not which; so those are named whose usual
    look-alike would make the whole code agree.
    """
    if parse_receipt(typed) is not None:
        return None
    signs = SEPARATORS.sub("", typed).upper()[: LONGEST + 1]
    if len(signs) != LENGTH and signs.startswith(PREFIX):
        signs = signs.removeprefix(PREFIX)
    if not signs:
        return Diagnosis(Fault.EMPTY)
    foreign = tuple(Suspect(n, sign) for n, sign in enumerate(signs, 1) if sign not in ALPHABET)
    if len(signs) != LENGTH:
        return Diagnosis(Fault.LENGTH, len(signs))
    if foreign:
        return Diagnosis(Fault.FOREIGN, LENGTH, foreign)
    return Diagnosis(Fault.CHECK, LENGTH, tuple(_suspects(signs)))


def _suspects(signs: str) -> list[Suspect]:
    """The single slips that would explain the code, the most usual first."""
    found = []
    for first, second in ALIKE:
        for typed, meant in ((first, second), (second, first)):
            for n, sign in enumerate(signs):
                if sign == typed and _agrees(signs[:n] + meant + signs[n + 1 :]):
                    found.append(Suspect(n + 1, typed, meant))
    for n, pair in enumerate(pairwise(signs)):
        swapped = pair[1] + pair[0]
        if pair[0] != pair[1] and _agrees(signs[:n] + swapped + signs[n + 2 :]):
            found.append(Suspect(n + 1, "".join(pair), swapped))
    return found[:MOST]


def _agrees(signs: str) -> bool:
    return parse_receipt(signs) is not None
