"""Covered passages as pages show them: a block for the eye, the reason in words for the ear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from flask import get_template_attribute
from markupsafe import Markup, escape

from app.documents.redline import Op, Run
from app.moderation.masks import COVER, Cover, Field, Shown, shown
from app.moderation.reasons import LABELS
from app.site.heads import AnyRow
from app.web import locale


def of(rows: Iterable[AnyRow]) -> dict[int, Shown]:
    """The covers on those of the comments that have any, by their number."""
    masked = [row.id for row in rows if row.masked]
    return shown(masked) if masked else {}


def reasons(on: Shown) -> list[str]:
    """For which reasons passages are covered, each once, in the order of the public list."""
    there = {cover.reason for covers in on.values() for cover in covers}
    return [str(words) for reason, words in LABELS.items() if reason in there]


def line(text: str, on: Shown, field: Field) -> str:
    """One line with its covers."""
    return _piece(text, 0, on.get(field, ()))


def paragraphs(text: str, on: Shown, field: Field = Field.BODY) -> list[str]:
    """The paragraphs of plain text with their covers."""
    covers, found, start = on.get(field, ()), [], 0
    for paragraph in text.split("\n"):
        if paragraph.strip():
            found.append(_piece(paragraph, start, covers))
        start += len(paragraph) + 1
    return found


def runs(told: Sequence[Run], on: Shown) -> list[Run]:
    """The runs of a redline of the proposed wording with its covers.

    All runs but deletions join to the wording, so each cover has its place in one of them.
    """
    covers, start = on.get(Field.WORDING, ()), 0
    found = []
    for run in told:
        if run.op is Op.DEL or not covers:
            found.append(run)
            continue
        found.append(replace(run, text=_piece(run.text, start, covers)))
        start += len(run.text)
    return found


def _piece(text: str, start: int, covers: Sequence[Cover]) -> str:
    """The part of a field that begins at `start`, the covers within it as markup."""
    here = [cover for cover in covers if start <= cover.start < start + len(text)]
    if not here:
        return text
    return Markup("").join(_parts(text, start, here))


def _parts(text: str, start: int, covers: Sequence[Cover]) -> Iterator[Markup]:
    show = get_template_attribute("components/cover.html", "cover")
    at = 0
    for cover in covers:
        begin = cover.start - start
        yield escape(text[at:begin])
        yield show(COVER, LABELS[cover.reason], locale.current().code)
        at = begin + len(COVER)
    yield escape(text[at:])
