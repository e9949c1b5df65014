"""What a person does to groups: join, split, say whether two make one argument, take it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import Officer
from app.extensions import db
from app.groups import moving
from app.groups.counting import recount
from app.groups.models import CommentGroup, GroupMember, GroupStep, GroupSuggestion, Tier
from app.groups.moving import NOBODY, ChangedError
from app.ledger.record import record
from app.ledger.verbs import Verb


class Kind(StrEnum):
    """What a step did."""

    MERGED = "merged"
    SPLIT = "split"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class Fault(StrEnum):
    """Why a step makes no sense; the desk says it."""

    FEW = "few"
    MISSING = "missing"
    EXACT = "exact"
    UNLIKE = "unlike"
    NONE = "none"
    ALL = "all"


class WrongStepError(ValueError):
    """Raised for a step that makes no sense, whoever asks for it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def merge(
    groups: Sequence[CommentGroup],
    into: CommentGroup,
    seen: Mapping[int, int],
    officer: Officer,
    now: datetime,
) -> GroupStep:
    """All comments of `groups` are in `into`, whose number stays; the others point to it.

    `seen` has the step that had shaped each group last when the officer looked, 0 for none.
    Raises WrongStepError, ChangedError.
    """
    others = sorted((group for group in groups if group.id != into.id), key=lambda g: g.id)
    if not others:
        raise WrongStepError(Fault.FEW)
    alike = {(group.consultation_id, group.tier) for group in (into, *others)}
    if len(alike) > 1:
        raise WrongStepError(Fault.UNLIKE)
    if into.tier == Tier.EXACT:
        raise WrongStepError(Fault.EXACT)
    step = _begin(Kind.MERGED, into.consultation_id, officer, now)
    ids = [group.id for group in others]
    held = moving.hold(step, [into.id, *ids], seen)
    moved = moving.join(ids, into.id)
    recount([into.id, *ids])
    about = {"groups": ids, "into": into.id, "comments": moving.many(moved)}
    _keep(step, about, held, moved=moved)
    _tell(Verb.GROUP_MERGED, f"group:{into.id}", step, group_ids=ids, into=into.id)
    return step


def split(
    group: CommentGroup, comment_ids: Collection[int], seen: int, officer: Officer, now: datetime
) -> CommentGroup:
    """The comments make a group of their own, be it of one; the rest stays. Returns the new group.

    Raises WrongStepError, ChangedError.
    """
    chosen = sorted(set(comment_ids))
    if not chosen:
        raise WrongStepError(Fault.NONE)
    step = _begin(Kind.SPLIT, group.consultation_id, officer, now)
    held = moving.hold(step, [group.id], {group.id: seen})
    rows = moving.members([group.id])[group.id]
    present = {*rows["hand"], *rows["auto"]}
    if not present.issuperset(chosen):
        raise ChangedError
    staying = present.difference(chosen)
    if not staying:
        raise WrongStepError(Fault.ALL)
    made = _make(Tier(group.tier), chosen[0], step)
    moving.move(group.id, made.id, chosen, by_hand=True)
    if group.representative_id not in staying:
        group.representative_id = min(staying)
    recount([group.id, made.id])
    taken = {kind: sorted(set(ids).intersection(chosen)) for kind, ids in rows.items()}
    about = {"groups": [group.id], "into": made.id, "comments": len(chosen)}
    _keep(step, about, held, made=made.id, moved=[[group.id, made.id, taken]])
    facts = {"group_id": group.id, "new_group_id": made.id, "comments": len(chosen)}
    _tell(Verb.GROUP_SPLIT, f"group:{group.id}", step, **facts)
    return made


def confirm(suggestion: GroupSuggestion, officer: Officer, now: datetime) -> CommentGroup:
    """The two make one argument: a group of that tier has all comments of both.

    A comment that a person put into another argument stays there. Raises ChangedError.
    """
    step = _begin(Kind.CONFIRMED, suggestion.consultation_id, officer, now)
    _say(suggestion, Kind.CONFIRMED, officer, now)
    pair = (suggestion.comment_id, suggestion.other_id)
    arguments = db.session.scalars(
        select(CommentGroup)
        .join(GroupMember, GroupMember.group_id == CommentGroup.id)
        .where(GroupMember.comment_id.in_(pair), CommentGroup.tier == Tier.ARGUMENT.value)
        .distinct()
        .order_by(CommentGroup.messages.desc(), CommentGroup.id)
    ).all()
    seen = {group.id: group.step_id or NOBODY for group in arguments}
    held = moving.hold(step, list(seen), seen)
    made = None if arguments else _make(Tier.ARGUMENT, pair[0], step)
    into, *others = arguments or [made]  # type: ignore[list-item]
    ids = [group.id for group in others]
    moved = moving.join(ids, into.id)
    added = moving.add(pair, into.id)
    recount([into.id, *ids])
    moves = moving.many(moved) + len(added)
    about: dict[str, Any] = {"groups": ids, "into": into.id, "comments": moves, "pair": list(pair)}
    words = {"made": made.id if made else None, "suggestion": suggestion.id}
    _keep(step, about, held, moved=moved, added=added, **words)
    facts = {"suggestion_id": suggestion.id, "group_id": into.id, "confirmed": True}
    _tell(Verb.GROUP_CONFIRMED, f"group:{into.id}", step, **facts)
    return into


def refuse(suggestion: GroupSuggestion, officer: Officer, now: datetime) -> GroupStep:
    """The two are not one argument, and nobody is asked again. Raises ChangedError."""
    step = _begin(Kind.REFUSED, suggestion.consultation_id, officer, now)
    _say(suggestion, Kind.REFUSED, officer, now)
    about = {"pair": [suggestion.comment_id, suggestion.other_id]}
    _keep(step, about, {}, suggestion=suggestion.id)
    facts = {"suggestion_id": suggestion.id, "group_id": None, "confirmed": False}
    _tell(Verb.GROUP_CONFIRMED, f"suggestion:{suggestion.id}", step, **facts)
    return step


def undo(step: GroupStep, officer: Officer, now: datetime) -> None:
    """Everything is as it was before the step; what machines added since stays where it is like.

    Raises ChangedError when it was taken back already, LaterStepError while later steps stand
    on it: those go first.
    """
    moving.once(
        update(GroupStep)
        .where(GroupStep.id == step.id, GroupStep.undone_at.is_(None))
        .values(undone_by=officer.id, undone_at=now)
    )
    before = step.before
    moving.release(step, before)
    for source, target, ids in before.get("moved", ()):
        moving.move(target, source, ids["hand"], by_hand=True)
        moving.move(target, source, ids["auto"], by_hand=False)
    if before.get("added"):
        moving.drop(before["about"]["into"], before["added"])
    for group_id in before["groups"]:
        if before.get("made"):
            # a machine may have found more that are like those which were split off
            moving.hand_over(before["made"], int(group_id))
    if before.get("suggestion"):
        again = update(GroupSuggestion).where(GroupSuggestion.id == before["suggestion"])
        db.session.execute(again.values(said="", officer_id=None, at=None))
    recount([*map(int, before["groups"]), *filter(None, [before.get("made")])])
    db.session.expire_all()
    record(
        Verb.GROUP_STEP_UNDONE,
        f"group-step:{step.id}",
        actor_id=officer.id,
        consultation_id=step.consultation_id,
        at=now,
        step_id=step.id,
    )


def _begin(kind: Kind, consultation_id: int, officer: Officer, now: datetime) -> GroupStep:
    step = GroupStep(
        consultation_id=consultation_id,
        officer_id=officer.id,
        at=now,
        kind=kind.value,
        before={},
    )
    db.session.add(step)
    db.session.flush()
    return step


def _keep(step: GroupStep, about: dict[str, Any], groups: dict[str, Any], **words: object) -> None:
    step.before = {"about": about, "groups": groups, **words}
    db.session.flush()


def _make(tier: Tier, representative_id: int, step: GroupStep) -> CommentGroup:
    made = CommentGroup(
        consultation_id=step.consultation_id,
        tier=tier.value,
        representative_id=representative_id,
        step_id=step.id,
        made_by=step.officer_id,
        made_at=step.at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _say(suggestion: GroupSuggestion, kind: Kind, officer: Officer, now: datetime) -> None:
    moving.once(
        update(GroupSuggestion)
        .where(GroupSuggestion.id == suggestion.id, GroupSuggestion.said == "")
        .values(said=kind.value, officer_id=officer.id, at=now)
    )
    db.session.expire(suggestion)


def _tell(verb: Verb, subject: str, step: GroupStep, **facts: Any) -> None:
    record(
        verb,
        subject,
        actor_id=step.officer_id,
        consultation_id=step.consultation_id,
        at=step.at,
        step_id=step.id,
        **facts,
    )
