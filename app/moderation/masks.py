"""Masks: passages covered before a comment is public, each for a reason of the public list.

Offsets count characters as Python does (code points), in the words as they were sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from app.comments.models import Comment
from app.extensions import db
from app.moderation.models import Decision, Mask
from app.moderation.reasons import MASKABLE, Reason

# of one length always: how long the covered words are would tell something of them
COVER = "█████"
MOST = 200  # masks on one comment
# what joins or modifies the character before it, besides the marks of Unicode's category M
JOINING = {"\u200d", *(chr(point) for point in range(0x1F3FB, 0x1F400))}


class Field(StrEnum):
    """The words of a comment that can be masked."""

    BODY = "body"
    WORDING = "wording"
    NAME = "name"


class Problem(StrEnum):
    """What is wrong with a mask that was asked for."""

    EMPTY = "empty"
    OUTSIDE = "outside"
    SPLITS = "splits"
    OVERLAP = "overlap"
    REASON = "reason"
    TOO_MANY = "too_many"
    NOTHING_LEFT = "nothing_left"


PROBLEMS: dict[Problem, LazyString] = {
    Problem.EMPTY: _l("A passage to be covered holds no words. Mark the words themselves."),
    Problem.OUTSIDE: _l("A passage to be covered lies outside the text. Mark it once more."),
    Problem.SPLITS: _l("A passage begins or ends within a letter. Mark the whole letter."),
    Problem.OVERLAP: _l("Two passages to be covered overlap. Mark them as one."),
    Problem.REASON: _l("This reason does not allow to cover a passage. Choose another one."),
    Problem.TOO_MANY: _l("Too many passages are to be covered. Withhold the comment instead."),
    Problem.NOTHING_LEFT: _l(
        "Nothing readable would be left. Withhold the comment instead: its author can then appeal."
    ),
}


class MaskError(ValueError):
    """Raised when a mask cannot be laid; `asked` is the first one that is wrong, if it is one."""

    def __init__(self, problem: Problem, asked: Asked | None = None) -> None:
        super().__init__(problem.value)
        self.problem, self.asked = problem, asked


@dataclass(frozen=True)
class Asked:
    """A passage that a moderator wants covered: `start` up to, not including, `end`."""

    field: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class Laid:
    """A mask as it lies: also where its cover begins in the words as shown."""

    field: str
    start: int
    end: int
    shown_start: int
    reason: str


@dataclass(frozen=True)
class Cover:
    """A cover in the words that are shown; it is as long as COVER."""

    start: int
    reason: Reason


Shown = dict[Field, tuple[Cover, ...]]


def words(comment: Comment) -> dict[Field, str]:
    """All that can be masked, as it was sent."""
    return {
        Field.BODY: comment.body,
        Field.WORDING: comment.proposed_wording,
        Field.NAME: comment.display_name,
    }


def covered(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with a cover in place of each span; the spans ascend and do not overlap."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return COVER.join(text[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2))


def uncovered(shown: str, originals: Sequence[tuple[int, str]]) -> str:
    """The words as they were sent: each cover that begins there gives way to its passage."""
    for start, passage in reversed(originals):
        shown = shown[:start] + passage + shown[start + len(COVER) :]
    return shown


def lay(texts: Mapping[Field, str], asked: Sequence[Asked]) -> list[Laid]:
    """The masks asked for and those on the same words elsewhere, in order; raises MaskError.

    A name that stands twice is covered twice, in whatever field and case: a passage that was
    covered in one place and can be read in another has not been covered.
    """
    if len(asked) > MOST:
        raise MaskError(Problem.TOO_MANY)
    for one in asked:
        _check(texts, one)
    chosen = {(Field(one.field), one.start, one.end): one.reason for one in asked}
    _refuse_overlaps(chosen)
    patterns = [
        (_pattern(texts[Field(one.field)][one.start : one.end]), one.reason)
        # the longest first: of "Nguyễn Văn An" and "An" the whole name is found
        for one in sorted(asked, key=lambda one: one.start - one.end)
    ]
    # a cover may set free words that were part of longer ones, so until nothing more is found
    while _cover_elsewhere(texts, chosen, patterns):
        pass
    if len(chosen) > MOST:
        raise MaskError(Problem.TOO_MANY)
    laid = [mask for field in Field for mask in _laid(field, chosen)]
    _refuse_nothing(texts, chosen)
    return laid


def shown(comment_ids: Collection[int]) -> dict[int, Shown]:
    """The covers that lie on each of these comments now, in the order of their fields."""
    if not comment_ids:
        return {}
    last = (
        select(func.max(Decision.id))
        .where(Decision.comment_id == Mask.comment_id)
        .correlate(Mask)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Mask.comment_id, Mask.field, Mask.shown_start, Mask.reason)
        .where(Mask.comment_id.in_(list(comment_ids)), Mask.decision_id == last)
        .order_by(Mask.comment_id, Mask.field, Mask.shown_start)
    )
    found: dict[int, Shown] = {}
    for comment_id, field, start, reason in rows:
        fields = found.setdefault(comment_id, {})
        fields[Field(field)] = (*fields.get(Field(field), ()), Cover(start, Reason(reason)))
    return found


def _check(texts: Mapping[Field, str], one: Asked) -> None:
    if one.reason not in MASKABLE:
        raise MaskError(Problem.REASON, one)
    if one.field not in texts:
        raise MaskError(Problem.OUTSIDE, one)
    text = texts[Field(one.field)]
    if one.start < 0 or one.end > len(text):
        raise MaskError(Problem.OUTSIDE, one)
    if not text[one.start : one.end].strip():
        raise MaskError(Problem.EMPTY, one)
    if any(_splits(text, at) for at in (one.start, one.end)):
        raise MaskError(Problem.SPLITS, one)


def _splits(text: str, at: int) -> bool:
    """Whether what a reader sees as one character stands on both sides."""
    if at in (0, len(text)):
        return False
    after = text[at]
    return after in JOINING or text[at - 1] == "\u200d" or unicodedata.category(after)[0] == "M"


Chosen = dict[tuple[Field, int, int], str]


def _spans(field: Field, chosen: Chosen) -> list[tuple[int, int]]:
    return sorted((start, end) for own, start, end in chosen if own is field)


def _refuse_overlaps(chosen: Chosen) -> None:
    for field in Field:
        for (_, end), (start, later) in pairwise(_spans(field, chosen)):
            if start < end:
                reason = chosen[field, start, later]
                raise MaskError(Problem.OVERLAP, Asked(field, start, later, reason))


def _refuse_nothing(texts: Mapping[Field, str], chosen: Chosen) -> None:
    spoken = (Field.BODY, Field.WORDING)
    if any(field in spoken for field, _, _ in chosen) and not any(
        character.isalnum()
        for field in spoken
        for start, end in _gaps(texts[field], _spans(field, chosen))
        for character in texts[field][start:end]
    ):
        raise MaskError(Problem.NOTHING_LEFT)


def _pattern(passage: str) -> re.Pattern[str] | None:
    """The same words wherever they stand as whole words; None for what is no word."""
    passage = passage.strip()
    if not any(character.isalnum() for character in passage):
        return None
    begin = r"(?<!\w)" if re.match(r"\w", passage[0]) else ""
    end = r"(?!\w)" if re.match(r"\w", passage[-1]) else ""
    return re.compile(f"{begin}{re.escape(passage)}{end}", re.IGNORECASE)


def _gaps(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    yield from zip(edges[::2], edges[1::2], strict=True)


def _cover_elsewhere(
    texts: Mapping[Field, str],
    chosen: Chosen,
    patterns: Sequence[tuple[re.Pattern[str] | None, str]],
) -> bool:
    """Where covered words can still be read they are covered too; returns whether any were."""
    before = len(chosen)
    for pattern, reason in patterns:
        if pattern is None or len(chosen) > MOST:
            continue
        for field, text in texts.items():
            for start, end in _gaps(text, _spans(field, chosen)):
                for match in pattern.finditer(text[start:end]):
                    begin, over = start + match.start(), start + match.end()
                    if not (_splits(text, begin) or _splits(text, over)):
                        chosen[field, begin, over] = reason
    return before < len(chosen) <= MOST


def _laid(field: Field, chosen: Chosen) -> Iterator[Laid]:
    shift = 0
    for start, end in _spans(field, chosen):
        yield Laid(field, start, end, start + shift, chosen[field, start, end])
        shift += len(COVER) - (end - start)
