"""How the desk names groups, and what it says of steps."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from app.groups.models import Tier
from app.groups.steps import Fault, Kind

TIERS: dict[Tier, LazyString] = {
    Tier.NEAR: _l("Nearly the same words"),
    Tier.EXACT: _l("The same words"),
    Tier.ARGUMENT: _l("The same argument"),
}
MEANINGS: dict[Tier, LazyString] = {
    Tier.NEAR: _l(
        "Found by machine: most of the words agree. People may join such groups and split them."
    ),
    Tier.EXACT: _l(
        "Found by machine: every word agrees. Capitals, spaces and punctuation do not count."
    ),
    Tier.ARGUMENT: _l("Only people put comments here: the words differ, the argument is one."),
}
NONE_HERE: dict[Tier, LazyString] = {
    Tier.NEAR: _l("No two comments have nearly the same words so far."),
    Tier.EXACT: _l("No two comments have the same words so far."),
    Tier.ARGUMENT: _l("Nobody has confirmed so far that two comments make the same argument."),
}

NO_SUCH_GROUP = _l("There is no group with this number in this consultation.")
FAULTS: dict[Fault, LazyString] = {
    Fault.FEW: _l("Choose at least two groups to join."),
    Fault.MISSING: NO_SUCH_GROUP,
    Fault.EXACT: _l(
        "Groups of the same words cannot be joined, as their words differ. "
        "Join the groups of nearly the same words instead."
    ),
    Fault.UNLIKE: _l("Only groups of one kind, from one consultation, can be joined."),
    Fault.NONE: _l("Choose the comments to split off first."),
    Fault.ALL: _l("You chose every comment of the group. Leave at least one in it."),
}
CHANGED = _l(
    "Somebody else changed this since you opened the page, so nothing was done. "
    "The page now shows how it stands: look once more."
)


def later(step_id: int | None) -> str:
    """Why a step cannot be taken back yet."""
    if step_id is None:
        return _("The groups of this step are gone, so it cannot be undone any more.")
    return _(
        "Step %(number)d was done later to the same groups. Undo that one first.", number=step_id
    )


def told(kind: Kind, about: dict[str, Any]) -> str:
    """A step in a sentence; `about` is what it keeps of itself."""
    match kind:
        case Kind.MERGED:
            return _(
                "Joined %(groups)s with group %(into)d: %(comments)s moved.",
                groups=_groups(about["groups"]),
                into=about["into"],
                comments=comments(about["comments"]),
            )
        case Kind.SPLIT:
            return _(
                "Split %(comments)s off %(groups)s, as group %(into)d.",
                comments=comments(about["comments"]),
                groups=_groups(about["groups"]),
                into=about["into"],
            )
        case Kind.CONFIRMED:
            return _(
                "Confirmed that %(one)s and %(other)s make the same argument: group %(into)d.",
                **_pair(about),
                into=about["into"],
            )
        case Kind.REFUSED:
            return _(
                "Said that %(one)s and %(other)s do not make the same argument.", **_pair(about)
            )


def comments(many: int) -> str:
    """A number of comments."""
    return ngettext("%(num)d comment", "%(num)d comments", many)


def _groups(ids: list[int]) -> str:
    numbers = ", ".join(map(str, ids))
    return ngettext("group %(numbers)s", "groups %(numbers)s", len(ids), numbers=numbers)


def _pair(about: dict[str, Any]) -> dict[str, str]:
    one, other = about["pair"]
    return {"one": f"GY-{one}", "other": f"GY-{other}"}
