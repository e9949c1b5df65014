"""What a machine noticed in one comment: the words it means, and the covers they could get."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from app.comments.models import Comment
from app.extensions import db
from app.moderation.masks import Field, words
from app.moderation.models import Flag, FlagKind
from app.moderation.reasons import Reason
from app.moderation.words import COVERED_FOR

# what nobody had to find in the words
TOLD = frozenset({FlagKind.SECOND_PERSON, FlagKind.REPLIED, FlagKind.ATTACHMENT, FlagKind.UNUSUAL})


@dataclass(frozen=True)
class Offer:
    """A passage that was noticed; `mark` asks for its cover."""

    text: str
    kind: FlagKind
    what: str
    reason: Reason
    mark: str


@dataclass(frozen=True)
class Piece:
    """A stretch of the comment's own words, noticed or not."""

    text: str
    noticed: bool


@dataclass(frozen=True)
class Noticed:
    """The open flags of a comment, the passages they mean, and its words cut at those."""

    kinds: list[FlagKind]
    offers: list[Offer]
    pieces: dict[Field, list[Piece]]

    @property
    def by_machine(self) -> bool:
        """Whether anything of it was found by looking at the words."""
        return any(kind not in TOLD for kind in self.kinds)


def noticed(comment: Comment) -> Noticed:
    """What was noticed in the comment, in the order of its words."""
    texts = words(comment)
    spans: dict[Field, set[tuple[int, int]]] = {field: set() for field in texts}
    kinds, offers = [], []
    rows = db.session.execute(
        select(Flag.kind, Flag.spans)
        .where(Flag.comment_id == comment.id, Flag.open.is_(True))
        .order_by(Flag.kind)
    )
    for kind_of, found in rows:
        kind = FlagKind(kind_of)
        kinds.append(kind)
        for span in found:
            field, start, end = Field(span["field"]), int(span["start"]), int(span["end"])
            text = texts[field][start:end]
            if not text:
                continue
            spans[field].add((start, end))
            reason = COVERED_FOR.get(kind)
            if reason:
                mark = f"{field.value}:{start}:{end}:{reason.value}"
                offers.append(Offer(text, kind, str(span.get("what", "")), reason, mark))
    pieces = {field: list(_cut(text, sorted(spans[field]))) for field, text in texts.items()}
    return Noticed(kinds, offers, pieces)


def _cut(text: str, spans: list[tuple[int, int]]) -> Iterator[Piece]:
    """The text in pieces; where spans overlap they are noticed as one."""
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        if start > at:
            yield Piece(text[at:start], False)
        yield Piece(text[max(start, at) : end], True)
        at = end
    if at < len(text):
        yield Piece(text[at:], False)
