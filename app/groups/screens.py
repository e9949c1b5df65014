"""The pages of the desk of groups, also as they come back when a step was refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select

from app.accounts.models import Officer
from app.accounts.policy import Act, may
from app.comments.models import CommentStatus
from app.comments.words import KINDS, STATES
from app.consultations.models import Consultation
from app.documents.access import allowed
from app.documents.models import Dossier
from app.extensions import db
from app.groups import lists, reading
from app.groups.differing import difference
from app.groups.forms import JoinForm, seen
from app.groups.models import CommentGroup, GroupStep, GroupSuggestion, Tier
from app.groups.steps import Fault, Kind, WrongStepError
from app.groups.words import MEANINGS, NONE_HERE, TIERS, told
from app.kit.text import clean_line
from app.people import reading as looks
from app.people.reading import For, Looked

GROUPS = 50
MEMBERS = 25
ROUNDS = 2**31 - 1
PAIR = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})")
SCORE = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)_([0-9]{1,9})")
NUMBER = re.compile(r"[0-9]{1,18}")
# what an author took back is seen by nobody; what is not public, by those who review it
READ_BY_ALL = (CommentStatus.PUBLISHED,)
READ_BY_REVIEWERS = (
    CommentStatus.PUBLISHED,
    CommentStatus.WAITING,
    CommentStatus.LATE,
    CommentStatus.WITHHELD,
)


def period() -> int | None:
    """The comment period that the address names; without one it is the last."""
    return request.args.get("round", type=int)


def find(slug: str, act: Act) -> tuple[Consultation, Officer]:
    """The consultation and the officer, who may do `act` there; otherwise there is no such page."""
    query = select(Consultation).join(Dossier).where(Dossier.slug == clean_line(slug))
    chosen = period()
    if chosen is not None:
        query = query.where(Consultation.round == min(max(chosen, 0), ROUNDS))
    found = db.first_or_404(query.order_by(Consultation.round.desc()).limit(1))
    return found, allowed(act, found.dossier)


def group_of(found: Consultation, group_id: int) -> CommentGroup:
    """The group, which is one of the consultation's."""
    group = db.session.get(CommentGroup, group_id)
    if group is None or group.consultation_id != found.id:
        abort(404)
    return group


def groups_of(found: Consultation, ids: Collection[int]) -> Sequence[CommentGroup]:
    """All of those groups; raises WrongStepError where one is not the consultation's."""
    query = select(CommentGroup).where(
        CommentGroup.id.in_(ids), CommentGroup.consultation_id == found.id
    )
    groups = db.session.scalars(query).all()
    if len(groups) < len(ids):
        raise WrongStepError(Fault.MISSING)
    return groups


def suggestion_of(found: Consultation, suggestion_id: int) -> GroupSuggestion:
    """The suggestion, which is one of the consultation's."""
    asked = db.session.get(GroupSuggestion, suggestion_id)
    if asked is None or asked.consultation_id != found.id:
        abort(404)
    return asked


def step_of(found: Consultation, step_id: int) -> GroupStep:
    """The step, which was done to groups of the consultation."""
    step = db.session.get(GroupStep, step_id)
    if step is None or step.consultation_id != found.id:
        abort(404)
    return step


def tier() -> Tier:
    """The tier that the address names; without one, nearly the same words."""
    asked = request.args.get("tier", Tier.NEAR.value)
    if asked not in set(Tier):
        abort(404)
    return Tier(asked)


def address(endpoint: str, found: Consultation, **words: Any) -> str:
    """A page of this desk about the same comment period."""
    return url_for(f"groups.{endpoint}", slug=found.dossier.slug, round=period(), **words)


def listing(
    found: Consultation,
    officer: Officer,
    tier: Tier,
    refusal: str = "",
    ticked: Collection[int] = (),
) -> str:
    """The groups of one tier, the largest first."""
    match = PAIR.fullmatch(request.args.get("after", ""))
    after = (int(match[1]), int(match[2])) if match else None
    rows = reading.largest(found.id, tier, after, GROUPS + 1)
    shown, onward = rows[:GROUPS], None
    if len(rows) > GROUPS:
        onward = address("listed", found, tier=tier, after=f"{shown[-1].messages}.{shown[-1].id}")
    voices = reading.voices(shown, _readable(found, officer))
    _noted(officer, voices.values())
    return _page(
        "consultation",
        found,
        officer,
        refusal,
        tier=tier,
        meaning=MEANINGS[tier],
        none_here=NONE_HERE[tier],
        rows=[(row, seen(row)) for row in shown],
        ticked=ticked,
        after=match[0] if match else None,
        voices=voices,
        joins=tier is not Tier.EXACT and may(officer, Act.EDIT_GROUPS, found.dossier.agency),
        onward=onward,
        newer=address("listed", found, tier=tier) if after else None,
    )


def one(
    found: Consultation,
    officer: Officer,
    group: CommentGroup,
    refusal: str = "",
    form: JoinForm | None = None,
    ticked: Collection[int] = (),
) -> str:
    """One group: how large it is, what its comments say otherwise, and what can be done."""
    after = _number("after")
    readable = _readable(found, officer)
    voice = reading.voices([group], readable).get(group.id)
    rows = reading.members(group.id, after, MEMBERS + 1, readable)
    shown, onward = rows[:MEMBERS], None
    if len(rows) > MEMBERS:
        onward = address("group", found, group_id=group.id, after=shown[-1].id)
    _noted(officer, [*shown, *([voice] if voice else [])])
    into = reading.standing(group.id) if group.merged_into else None
    last = lists.step(group.step_id)
    return _page(
        "group",
        found,
        officer,
        refusal,
        group=group,
        form=form or JoinForm(formdata=None),
        ticked=ticked,
        after=after or None,
        tier=Tier(group.tier),
        into=into,
        voice=voice,
        rows=[(row, difference(voice, row)) for row in shown] if voice else [],
        last=last,
        last_told=told(Kind(last.kind), last.about) if last else "",
        joins=group.tier != Tier.EXACT,
        onward=onward,
        newer=address("group", found, group_id=group.id) if after else None,
    )


def suggested(found: Consultation, officer: Officer, refusal: str = "") -> str:
    """Pairs that may make the same argument, side by side."""
    match = SCORE.fullmatch(request.args.get("after", ""))
    after = (float(match[1]), int(match[2])) if match else None
    pairs, key = lists.suggestions(found.id, after)
    ids = {row.comment_id for row in pairs} | {row.other_id for row in pairs}
    said = lists.said(ids, _readable(found, officer))
    _noted(officer, said.values())
    onward = address("suggestions", found, after=f"{key[0]!r}_{key[1]}") if key else None
    return _page(
        "suggestions",
        found,
        officer,
        refusal,
        pairs=pairs,
        said=said,
        groups=lists.machine_groups(ids),
        after=match[0] if match else None,
        onward=onward,
        newer=address("suggestions", found) if after else None,
    )


def log(found: Consultation, officer: Officer, refusal: str = "") -> str:
    """What people did here, the newest first."""
    before = _number("before")
    rows, key = lists.steps(found.id, before)
    return _page(
        "steps",
        found,
        officer,
        refusal,
        rows=[(row, told(Kind(row.kind), row.about)) for row in rows],
        onward=address("log", found, before=key) if key else None,
        newer=address("log", found) if before else None,
    )


def _page(name: str, found: Consultation, officer: Officer, refusal: str, **words: Any) -> str:
    return render_template(
        f"groups/{name}.html",
        consultation=found,
        dossier=found.dossier,
        period=period(),
        refusal=refusal,
        edits=may(officer, Act.EDIT_GROUPS, found.dossier.agency),
        reviews=may(officer, Act.READ_QUEUE, found.dossier.agency),
        tiers=TIERS,
        kinds={kind.value: label for kind, label in KINDS.items()},
        states={state.value: label for state, label in STATES.items()},
        **words,
    )


def _readable(found: Consultation, officer: Officer) -> tuple[CommentStatus, ...]:
    reviews = may(officer, Act.READ_QUEUE, found.dossier.agency)
    return READ_BY_REVIEWERS if reviews else READ_BY_ALL


def _noted(officer: Officer, rows: Iterable[Any]) -> None:
    """Who is shown what is not public is on record."""
    closed = [row.id for row in rows if row.status != CommentStatus.PUBLISHED]
    looks.comments(officer, Looked.LISTED, closed, For.GROUPING)


def _number(name: str) -> int:
    raw = request.args.get(name, "")
    return int(raw) if NUMBER.fullmatch(raw) else 0
