"""Flags, never verdicts: what a machine notices in a new comment before a person reads it.

It decides nothing and hides nothing. How well it notices is in docs/flags.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from app.moderation.masks import Field
from app.moderation.models import FlagKind
from app.moderation.screening.abuse import abuse
from app.moderation.screening.language import is_foreign
from app.moderation.screening.links import links
from app.moderation.screening.personal import personal
from app.moderation.screening.posing import poses
from app.moderation.screening.seen import AT_MOST, Seen, Span, apart, see
from app.moderation.screening.short import is_short

Found = dict[FlagKind, list[dict[str, Any]]]


@dataclass(frozen=True)
class Words:
    """The words of a comment, and whether it says by its place what it is about.

    `offices` are the names of agencies as they look: see `posing.skeletons`.
    """

    texts: Mapping[Field, str]
    placed: bool
    offices: frozenset[str] = frozenset()


def screen(words: Words) -> Found:
    """What is noticed in the words: kind → passages, none for what is said of the whole.

    No two passages of a comment overlap: each can be covered beside the others.
    """
    found: Found = {}
    body = see(words.texts[Field.BODY])
    for field, text in words.texts.items():
        one = body if field is Field.BODY else see(text)
        passages = _passages(one)
        for kind, spans in passages.items():
            told = [{"field": field.value, **span._asdict()} for span in spans]
            found.setdefault(kind, []).extend(told[: AT_MOST - len(found.get(kind, ()))])
        if one is body and is_foreign(body, _in_order(passages)):
            found[FlagKind.OTHER_LANGUAGE] = []
    if not words.placed and not words.texts.get(Field.WORDING) and is_short(body):
        found[FlagKind.TOO_SHORT] = []
    if poses(words.texts.get(Field.NAME, ""), words.offices):
        found[FlagKind.POSING] = []
    return found


def _in_order(passages: dict[FlagKind, list[Span]]) -> list[Span]:
    named = (FlagKind.PERSONAL_DATA, FlagKind.LINK)
    return sorted(span for kind in named for span in passages.get(kind, ()))


def _passages(seen: Seen) -> dict[FlagKind, list[Span]]:
    own = personal(seen)
    linked = apart(islice(links(seen), AT_MOST), seen.text, own)
    listed = apart(islice(abuse(seen), AT_MOST), seen.text, [*own, *linked])
    told = {FlagKind.PERSONAL_DATA: own, FlagKind.LINK: linked, FlagKind.ABUSE: listed}
    return {kind: spans for kind, spans in told.items() if spans}
