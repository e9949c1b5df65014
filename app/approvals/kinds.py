"""What can be proposed; the rooms above say what each kind is and what is done on agreement.

What a later end or a takedown does is known where periods and drafts are, and that is above this
room; so those rooms hand their kinds in when the application is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from app.accounts.models import Officer
from app.accounts.policy import Act
from app.approvals.models import Proposal


@dataclass(frozen=True)
class Line:
    """One thing that will be different, as the second person reads it."""

    label: Any
    words: Any


def _nothing(_proposal: Proposal, _now: datetime) -> None:
    """Nothing had happened yet that would have to be taken back."""


@dataclass(frozen=True)
class Kind:
    """One kind of proposal: who may make, agree to and see it, what it says and does.

    `carry_out(proposal, second, now)` does what was agreed to and records it; it raises
    StaleProposalError where that cannot be done any more. `give_up(proposal, now)` takes back what
    held until the decision, when a proposal is refused or lapses.
    """

    code: str
    name: Any
    proposing: Act
    agreeing: Act
    # who may see that it waits
    reading: Act
    tell: Callable[[Proposal], Sequence[Line]]
    carry_out: Callable[[Proposal, Officer, datetime], None]
    give_up: Callable[[Proposal, datetime], None] = _nothing


def init_app(app: Flask, kinds: Sequence[Kind]) -> None:
    """These kinds can be proposed, and no others."""
    app.extensions["kinds"] = {kind.code: kind for kind in kinds}


def kinds() -> dict[str, Kind]:
    """Every kind by its code."""
    found: dict[str, Kind] = current_app.extensions["kinds"]
    return found


def kind_of(proposal: Proposal) -> Kind:
    """What kind of proposal it is."""
    return kinds()[proposal.kind]
