"""A new comment beside those before it: its copies by print, its like by keys and then by words."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, literal, select

from app.extensions import db
from app.groups import sources
from app.groups.alike import KEPT_KEYS, LONE_PAIR, MEMBER, PAIR, SAME, TELLING, said
from app.groups.clusters import SPEAKERS
from app.groups.models import CommentGroup, CommentPrint, GroupMember, PrintKey, Tier
from app.groups.prints import Print
from app.groups.scales import scale_of
from app.kit import clock

ROWS: Any = GroupMember.__table__
KEY: Any = PrintKey.__table__
# shingles that are looked up, hits that make a text worth reading, texts that are read
ASKED = 150
HITS = 2
READ = 16
# campaigns that are asked as a whole, and members that one is asked of
CAMPAIGNS = 2
SOME = 100


class Finder:
    """Puts new comments of one consultation where they belong, one after the other.

    `grown` has how many members each group was given.
    """

    def __init__(self, consultation_id: int, new: Mapping[int, Print]) -> None:
        self.consultation_id = consultation_id
        self.prints = dict(new)
        self.measure = scale_of(consultation_id)
        self.grown: Counter[int] = Counter()

    def place(self, comment_id: int) -> None:
        """The comment is beside its copies and its like, and is found by those after it."""
        found = self.prints[comment_id]
        twin = self._twin(found.exact) if found.exact else None
        if twin is not None:
            self._join(comment_id, twin, Tier.EXACT, formula=found.is_formula)
            for tier in (Tier.NEAR, Tier.ARGUMENT):
                self._follow(comment_id, twin, tier)
        elif not found.is_formula:
            self._place_alike(comment_id, found.shingles)
        self._insert(CommentPrint.__table__, comment_id=comment_id, exact=found.exact)

    def _twin(self, exact: int) -> int | None:
        return db.session.scalar(
            select(CommentPrint.comment_id)
            .where(
                CommentPrint.consultation_id == self.consultation_id, CommentPrint.exact == exact
            )
            .order_by(CommentPrint.comment_id)
            .limit(1)
        )

    def _place_alike(self, comment_id: int, shingles: array[int]) -> None:
        speakers = self._candidates(shingles)
        groups = _groups(speakers)
        best, like = 0.0, None
        for one in speakers:
            score = self.measure.likeness(shingles, self.prints[one].shingles)
            least = PAIR if one in groups else LONE_PAIR
            if score >= max(least, best):
                best, like = score, one
        if like is None:
            like = self._campaign(shingles, groups)
        if like is not None:
            self._join(comment_id, like, Tier.NEAR)
            self._follow(comment_id, like, Tier.ARGUMENT)
        beside = sum(1 for one in groups.values() if one == groups.get(like or 0))
        if like is None or (best < SAME and beside < SPEAKERS):
            keys = self.measure.keys(shingles, KEPT_KEYS)
            for key in keys:
                self._insert(KEY, comment_id=comment_id, shingle=key)

    def _candidates(self, shingles: Iterable[int]) -> list[int]:
        """Texts that lead back from the most of these shingles, read and printed."""
        weight = self.measure.common.get
        telling = [one for one in shingles if weight(one, 1.0) >= TELLING]
        telling.sort(key=lambda one: (-weight(one, 1.0), one))
        hits = func.count()
        found = db.session.scalars(
            select(KEY.c.comment_id)
            .where(
                KEY.c.consultation_id == self.consultation_id, KEY.c.shingle.in_(telling[:ASKED])
            )
            .group_by(KEY.c.comment_id)
            .having(hits >= HITS)
            .order_by(hits.desc(), KEY.c.comment_id)
            .limit(READ)
        ).all()
        self._read(found)
        return [one for one in found if one in self.prints]

    def _campaign(self, shingles: array[int], groups: Mapping[int, int]) -> int | None:
        """A text of the campaign that these shingles are like as a whole."""
        best, like = MEMBER, None
        for group, _ in Counter(groups.values()).most_common(CAMPAIGNS):
            speaking = self._speaking(group)
            if len(speaking) > 2:
                whole = said([self.prints[one].shingles for one in speaking])
                score = self.measure.likeness(shingles, whole)
                if score >= best:
                    best, like = score, speaking[0]
        return like

    def _speaking(self, group: int) -> list[int]:
        """Some different texts of the group, read and printed."""
        first = func.min(ROWS.c.comment_id)
        found = db.session.scalars(
            select(first)
            .join(CommentPrint, CommentPrint.comment_id == ROWS.c.comment_id)
            .where(
                ROWS.c.group_id == group,
                ROWS.c.comment_id.in_(
                    select(ROWS.c.comment_id).where(ROWS.c.group_id == group).limit(SOME)
                ),
            )
            .group_by(CommentPrint.exact)
            .order_by(first)
            .limit(SPEAKERS)
        ).all()
        self._read(found)
        return [one for one in found if one in self.prints]

    def _read(self, comment_ids: Sequence[int]) -> None:
        unread = [one for one in comment_ids if one not in self.prints]
        if unread:
            self.prints.update(sources.prints(self.consultation_id, unread))

    def _follow(self, comment_id: int, other: int, tier: Tier) -> None:
        """The comment is in the group of that tier that the other is in, if it is in any."""
        if other in _groups([other], tier):
            self._join(comment_id, other, tier)

    def _join(self, comment_id: int, other: int, tier: Tier, *, formula: bool = False) -> None:
        """The two are in one group of that tier, a new one where the other was in none."""
        group = _groups([other], tier).get(other)
        if group is None:
            group = self._make(other, tier, formula)
        self._insert(ROWS, comment_id=comment_id, tier=tier.value, group_id=group, by_hand=False)
        self.grown[group] += 1

    def _make(self, first: int, tier: Tier, formula: bool) -> int:
        """The number of a group of the first and, where it was copied, of all its copies."""
        group = CommentGroup(
            consultation_id=self.consultation_id,
            tier=tier.value,
            representative_id=first,
            formula=formula,
            made_at=clock.now(),
        )
        db.session.add(group)
        db.session.flush()
        exact = select(CommentPrint.exact).where(CommentPrint.comment_id == first)
        copies = select(
            CommentPrint.comment_id, literal(tier.value), literal(group.id), literal(False)
        ).where(
            CommentPrint.consultation_id == self.consultation_id,
            CommentPrint.exact == exact.scalar_subquery(),
            ~select(ROWS.c.comment_id)
            .where(ROWS.c.comment_id == CommentPrint.comment_id, ROWS.c.tier == tier.value)
            .exists(),
        )
        db.session.execute(
            insert(ROWS).from_select(["comment_id", "tier", "group_id", "by_hand"], copies)
        )
        self.grown[group.id] += 1
        return group.id

    def _insert(self, table: Any, **values: object) -> None:
        if "consultation_id" in table.c:
            values["consultation_id"] = self.consultation_id
        db.session.connection().execute(insert(table), values)


def _groups(comment_ids: Collection[int], tier: Tier = Tier.NEAR) -> dict[int, int]:
    """The group of that tier that each of these comments is in, for those that are in any."""
    rows = db.session.execute(
        select(ROWS.c.comment_id, ROWS.c.group_id).where(
            ROWS.c.comment_id.in_(comment_ids), ROWS.c.tier == tier.value
        )
    )
    return {comment_id: group_id for comment_id, group_id in rows}
