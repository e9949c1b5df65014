"""What every document of the index says of its draft, and how a long text is cut into several."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select

from app.documents.models import Dossier
from app.extensions import db
from app.search.document import SearchDocument

LONGEST = 10_000  # characters of one document: a passage is looked for in no more
GAP = 500  # of these at most are given up so that a part ends between words


class Draft(NamedTuple):
    """A dossier as its documents name it."""

    id: int
    slug: str
    title: str
    title_en: str


def drafts(ids: Collection[int]) -> dict[int, Draft]:
    """The dossiers with those ids, public or not."""
    rows = db.session.execute(
        select(Dossier.id, Dossier.slug, Dossier.title, Dossier.title_en).where(Dossier.id.in_(ids))
    )
    return {row.id: Draft(*row) for row in rows}


def stored(
    draft: Draft, anchor: str = "", place: str = "", period: int = 0, **more: str | int
) -> dict[str, str | int]:
    """What a result needs to be shown and linked: always the draft, the place and the period.

    `round` is 0 where the document belongs to no comment period.
    """
    return {
        "slug": draft.slug,
        "draft": draft.title,
        "draft_en": draft.title_en,
        "anchor": anchor,
        "place": place,
        "round": period,
        **more,
    }


def parted(whole: SearchDocument) -> Iterator[SearchDocument]:
    """The document, or a long one as several: "file:7", "file:7.2", …, the same but for the body.

    `stored["part"]` counts them from 1; it is missing where there is one alone. Translations are
    cut into as many, however long they are: no part comes or goes with them.
    """
    if len(whole.body) <= LONGEST:
        yield whole
        return
    ends = [0]
    while ends[-1] < len(whole.body):
        ends.append(_gap(whole.body, ends[-1] + LONGEST))
    many = len(ends) - 1
    cuts = [
        [0, *(_gap(told.body, len(told.body) * part // many) for part in range(1, many + 1))]
        for told in whole.told
    ]
    for part, (start, end) in enumerate(pairwise(ends), 1):
        told = [
            one._replace(body=one.body[cut[part - 1] : cut[part]])
            for one, cut in zip(whole.told, cuts, strict=True)
        ]
        yield replace(
            whole,
            key=whole.key if part == 1 else f"{whole.key}.{part}",
            body=whole.body[start:end],
            stored={**whole.stored, "part": part},
            told=told,
        )


def _gap(text: str, end: int) -> int:
    """The last gap between words shortly before `end`, or `end` where there is none."""
    if end >= len(text):
        return len(text)
    gap = max(text.rfind(sign, max(0, end - GAP), end) for sign in "\n ")
    return gap + 1 if gap > 0 else end


def part_keys(key: str, length: int) -> Iterator[str]:
    """Every key that a document with a body of that many characters may be kept under."""
    yield key
    for part in range(2, -(-length // (LONGEST - GAP)) + 1):
        yield f"{key}.{part}"


def joined(*texts: str | None) -> str:
    """The texts that there are, a line each."""
    return "\n".join(text for text in texts if text)
