"""What the address asks the queue for, and the filters that a page offers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import abort, request
from flask_babel import gettext as _

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.accounts.policy import reach as tops
from app.accounts.realm import realm
from app.comments.models import CommentStatus
from app.documents.citation import citation
from app.kit.text import shorten
from app.moderation.models import FlagKind
from app.moderation.queue import LISTED, Age, Wanted
from app.moderation.reach import Part, Reach, parts, reached
from app.moderation.words import texts

TITLE = 70  # characters of a title in a list of choices
# what of the address goes on to the next page: what the list is filtered by
FILTERS = ("state", "draft", "part", "flag", "age")
LARGEST = 18  # digits of a number that any database can hold


class View:
    """The queue as one officer looks at it: what is in reach, what is asked, what is offered."""

    def __init__(self, officer: Officer, now: datetime) -> None:
        agencies = realm(officer, Act.READ_QUEUE)
        alike = tops(officer, Act.READ_QUEUE) == tops(officer, Act.DECIDE_COMMENT)
        # most who read may also decide; only then is one look enough
        self.decidable = set(agencies if alike else realm(officer, Act.DECIDE_COMMENT))
        self.reach: Reach = reached(agencies, now)
        self.parts: list[Part] = []
        self.wanted = self._wanted()

    def _wanted(self) -> Wanted:
        asked = request.args
        status = _one_of(CommentStatus, asked.get("state") or CommentStatus.WAITING.value)
        if status not in LISTED:
            abort(404)
        draft, part = whole(asked.get("draft")) or None, None
        if draft and draft not in self.reach.drafts:
            abort(404)
        if draft:
            self.parts = parts(draft)
            # another draft may have been chosen beside a part of the one before
            known = {str(one.lineage_id) for one in self.parts}
            part = whole(asked["part"]) if asked.get("part") in known else None
        flag = asked.get("flag") if status is CommentStatus.WAITING else None
        age = asked.get("age")
        return Wanted(
            status,
            draft,
            part,
            _one_of(FlagKind, flag) if flag else None,
            _one_of(Age, age) if age else None,
        )

    @property
    def tail(self) -> str:
        """The filters as the end of an address, "" where there are none."""
        query = self.wanted.query()
        return f"?{urlencode(query)}" if query else ""

    def decidable_reach(self) -> Reach:
        """What the officer may decide on, and everything else as out of reach."""
        drafts = [*self.reach.drafts.values()]
        mine = {draft.id: draft for draft in drafts if draft.agency_id in self.decidable}
        rest = [draft for draft in drafts if draft.id not in mine]
        return Reach(mine, [*self.reach.others, *rest])

    def decides(self, consultation_id: int) -> bool:
        """Whether the officer may decide on comments of that consultation."""
        draft = self.reach.drafts.get(consultation_id)
        return draft is not None and draft.agency_id in self.decidable

    def counts(self) -> dict[CommentStatus, int]:
        """How many comments of the chosen draft and part are in each state."""
        if self.wanted.part is not None:
            part = next(one for one in self.parts if one.lineage_id == self.wanted.part)
            return dict(zip(LISTED, part.counts, strict=True))
        if self.wanted.draft:
            return dict(zip(LISTED, self.reach.drafts[self.wanted.draft].counts, strict=True))
        return self.reach.counts()

    def filters(self) -> list[dict[str, Any]]:
        """What the filter bar offers: drafts with such comments, parts of the chosen one, …"""
        said, wanted, nth = texts(), self.wanted, LISTED.index(self.wanted.status)
        drafts = [
            (draft.id, _title(draft.title, draft.round))
            for draft in self.reach.drafts.values()
            if draft.counts[nth] or draft.id == wanted.draft
        ]
        found = [_filter("draft", _("Draft"), wanted.draft, _("All drafts"), drafts)]
        if wanted.draft:
            places = [
                (part.lineage_id, _place(part))
                for part in self.parts
                if part.counts[nth] or part.lineage_id == wanted.part
            ]
            found.append(_filter("part", _("Part"), wanted.part, _("All parts"), places))
        if wanted.status is CommentStatus.WAITING:
            flags = [(kind.value, words) for kind, words in said.flags.items()]
            found.append(_filter("flag", _("Noticed"), wanted.flag, _("Anything"), flags))
        ages = [(age.value, words) for age, words in said.ages.items()]
        found.append(_filter("age", _("Age"), wanted.age, _("Any age"), ages))
        return found


def kept(*more: str) -> dict[str, Any]:
    """The filters of this address, and what else of it is named, for another address."""
    return {name: request.args[name] for name in (*FILTERS, *more) if name in request.args}


def whole(text: str | None) -> int:
    """The number in an address, 0 for none and for nonsense."""
    fits = text and text.isascii() and text.isdigit() and len(text) <= LARGEST
    return int(text) if fits and text else 0


def _one_of(kinds: Any, text: str) -> Any:
    try:
        return kinds(text)
    except ValueError:
        abort(404)


def _filter(
    name: str, label: str, value: Any, every: str, options: list[tuple[Any, Any]]
) -> dict[str, Any]:
    chosen = "" if value is None else str(value)
    return {"name": name, "label": label, "value": chosen, "options": [("", every), *options]}


def _title(title: str, nth: int) -> str:
    short = shorten(title, TITLE)
    return short if nth == 1 else _("%(title)s, period %(number)d", title=short, number=nth)


def _place(part: Part) -> str:
    if not part.lineage_id:
        return _("Whole draft")
    return shorten(f"{citation(part.anchor)}. {part.heading}".rstrip(". "), TITLE)
