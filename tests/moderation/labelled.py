"""Texts that say what is to be noticed in them, and how well the screens do."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.moderation.masks import Field
from app.moderation.models import FlagKind
from app.moderation.screen import Words, screen

SETS = Path(__file__).parent / "screened"
MARK = re.compile(r"\{(\w+)\|([^{}]*)\}")
KIND = {"link": FlagKind.LINK, "abuse": FlagKind.ABUSE}
# of an address the part that leads to the door; of anything else every letter
COVERED = {"address": 0.8, "link": 0.8, "abuse": 0.01}
# of a passage that was found, what has to lie in one that was to be found
RIGHT = {"abuse": 0.3}


@dataclass(frozen=True)
class Labelled:
    """A text, what of it is to be noticed, and the part of the set it stands in."""

    part: str
    text: str
    marks: tuple[tuple[str, int, int], ...]


@cache
def labelled(name: str) -> tuple[Labelled, ...]:
    """All texts of the set of that name."""
    with (SETS / f"{name}.toml").open("rb") as file:
        parts = tomllib.load(file)
    return tuple(_read(part, text) for part, texts in parts.items() for text in texts)


def _read(part: str, marked: str) -> Labelled:
    text, marks, at = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        marks.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    return Labelled(part, text + marked[at:], tuple(marks))


@dataclass
class Figures:
    """How many were to be found, were found, and were right, by what they are."""

    wanted: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def recall(self, *what: str) -> float:
        return sum(self.met[one] for one in what) / max(1, sum(self.wanted[one] for one in what))

    def precision(self, *what: str) -> float:
        return sum(self.right[one] for one in what) / max(1, sum(self.found[one] for one in what))


PERSONAL = ("id_number", "phone", "email", "bank_account", "plate", "address", "birth_date")
WHOLE = {"foreign": FlagKind.OTHER_LANGUAGE, "short": FlagKind.TOO_SHORT}


def figures(*names: str) -> Figures:
    """What the screens make of those sets."""
    told = Figures()
    for name in names:
        for one in labelled(name):
            _passages(one, told)
            _wholes(one, told)
    return told


def _passages(one: Labelled, told: Figures) -> None:
    flags = screen(Words({Field.BODY: one.text}, placed=True))
    for kind in (FlagKind.PERSONAL_DATA, FlagKind.LINK, FlagKind.ABUSE):
        spans = [(span["start"], span["end"], span["what"]) for span in flags.get(kind, ())]
        marks = [m for m in one.marks if KIND.get(m[0], FlagKind.PERSONAL_DATA) is kind]
        for what, start, end in marks:
            told.wanted[what] += 1
            if _share(one.text, (start, end), spans) >= COVERED.get(what, 1):
                told.met[what] += 1
            else:
                told.faults.append(f"missed {what}: {one.text[start:end]!r} in {one.text!r}")
        for start, end, what in spans:
            name = what if kind is FlagKind.PERSONAL_DATA else kind.value
            told.found[name] += 1
            if _share(one.text, (start, end), marks_of(marks)) >= RIGHT.get(name, 0.5):
                told.right[name] += 1
            else:
                told.faults.append(f"wrong {name}: {one.text[start:end]!r} in {one.text!r}")


def marks_of(marks: list[tuple[str, int, int]]) -> list[tuple[int, int, str]]:
    return [(start, end, what) for what, start, end in marks]


def _share(text: str, inner: tuple[int, int], outer: list[tuple[int, int, str]]) -> float:
    """The share of the letters of one passage that lie in others."""
    letters = [n for n in range(*inner) if text[n].isalnum() or not text[inner[0] : inner[1]]]
    inside = [n for n in letters if any(start <= n < end for start, end, _ in outer)]
    return len(inside) / max(1, len(letters))


def _wholes(one: Labelled, told: Figures) -> None:
    """Language of every text; length of those that are about nothing in particular."""
    flags = screen(Words({Field.BODY: one.text}, placed=False))
    for part, kind in WHOLE.items():
        if part == "short" and one.part not in ("short", "innocent"):
            continue
        if part == "foreign" and one.part == "short":
            continue
        wanted, found = one.part == part, kind in flags
        told.wanted[part] += wanted
        told.found[part] += found
        told.met[part] += wanted and found
        told.right[part] += wanted and found
        if wanted != found:
            told.faults.append(f"{'missed' if wanted else 'wrong'} {part}: {one.text!r}")


def table(*names: str) -> Iterator[str]:
    """The figures as lines to be read."""
    told = figures(*names)
    for what in (*PERSONAL, "link", "abuse", *WHOLE):
        yield (
            f"{what:14} {told.met[what]:4}/{told.wanted[what]:<4} recall {told.recall(what):.3f}"
            f"   {told.right[what]:4}/{told.found[what]:<4} precision {told.precision(what):.3f}"
        )
    yield (
        f"personal       recall {told.recall(*PERSONAL):.3f} precision {told.precision(*PERSONAL):.3f}"
    )


if __name__ == "__main__":
    import sys

    print(*table(*sys.argv[1:]), *figures(*sys.argv[1:]).faults, sep="\n")
