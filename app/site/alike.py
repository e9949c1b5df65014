"""How many public comments say what one comment says, and where to read all of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.groups import reading


class Alike(NamedTuple):
    """A group as the public is told of it; nothing in it changes while no public comment does."""

    group_id: int
    comments: int
    people: int


def widest(comment_ids: Collection[int]) -> dict[int, Alike]:
    """The widest group of each comment that has two or more public ones."""
    found = {}
    for comment_id, groups in reading.of(comment_ids).items():
        wide = max(groups, key=lambda group: group.published, default=None)
        if wide is not None and wide.published > 1:
            found[comment_id] = Alike(wide.group_id, wide.published, wide.published_people)
    return found


def link(slug: str, group: Alike | None) -> tuple[str, str] | None:
    """The address of a group, and how many comments of how many people it has in public."""
    if group is None:
        return None
    address = url_for("site.group", slug=slug, group_id=group.group_id)
    return address, said_by(group.comments, group.people)


def said_by(comments: int, people: int) -> str:
    """How often something was said, and by how many."""
    return _(
        "Said by %(comments)s of %(people)s",
        comments=ngettext("%(num)d comment", "%(num)d comments", comments),
        people=ngettext("at least %(num)d person", "at least %(num)d people", people),
    )
