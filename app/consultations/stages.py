"""The stages after the comments: appraisal, verification, adoption, or a public end (S15, S16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.accounts.models import Officer
from app.consultations.gates import ObstaclesError, obstacles
from app.consultations.lifecycle import close, latest
from app.consultations.models import EffectRule
from app.consultations.rules import effect_rule_for
from app.documents.dossiers import (
    IllegalStageError,
    StepDateError,
    adopt,
    advance,
    complete_outcome,
    next_of,
)
from app.documents.models import Dossier, Stage
from app.kit import clock

# what a period brings about itself when it opens and when it ends
BY_PERIOD = frozenset({Stage.CONSULTATION, Stage.RESPONDING})


class ReasonMissingError(Exception):
    """Raised when a dossier would be withdrawn without saying why."""


class EffectTooSoonError(Exception):
    """Raised with the rule when a document would take effect earlier than the law lets it."""

    def __init__(self, rule: EffectRule, earliest: date) -> None:
        super().__init__(f"{rule.citation}: {earliest}")
        self.rule = rule
        self.earliest = earliest


@dataclass(frozen=True)
class Outcome:
    """The document that came of a draft: its number, its gazette, the day it takes effect."""

    number: str
    gazette: str = ""
    effective: date | None = None


def open_moves(dossier: Dossier) -> list[Stage]:
    """The stages an officer may move the dossier to now, in the order of its life."""
    found = [stage for stage in Stage if stage in next_of(dossier) - BY_PERIOD]
    if dossier.taking_comments:
        # the people comment on a proposal: its drafting begins when they have spoken
        found = [stage for stage in found if stage is not Stage.DRAFTING]
    return found


def move(
    dossier: Dossier,
    stage: Stage,
    *,
    on: date,
    officer: Officer,
    now: datetime,
    note: str = "",
    outcome: Outcome | None = None,
) -> None:
    """The dossier reached `stage` on that day; adopted, it leads to the document.

    A withdrawal ends the comment period at once.

    Raises IllegalStageError, ObstaclesError, StepDateError, ReasonMissingError (withdrawn without
    `note`), EffectTooSoonError; ValueError where `outcome` and adoption do not come together.
    """
    if stage not in open_moves(dossier):
        raise IllegalStageError(f"{dossier.stage} → {stage}")
    in_the_way = obstacles(dossier, stage)
    if in_the_way:
        raise ObstaclesError(in_the_way)
    if stage is Stage.WITHDRAWN and not note.strip():
        raise ReasonMissingError
    if (stage is Stage.ADOPTED) != (outcome is not None):
        raise ValueError("an outcome belongs to an adoption, and to nothing else")
    consultation = latest(dossier.id)
    about = consultation.id if consultation is not None else None
    if consultation is not None and on < clock.vn_date(consultation.opened_at):
        raise StepDateError
    if stage is Stage.WITHDRAWN and consultation is not None and consultation.closed_at is None:
        close(consultation, officer, now)
    if outcome is None:
        advance(dossier, stage, now, officer=officer, note=note, on=on, consultation_id=about)
        return
    _check_effect(dossier, on, outcome.effective)
    adopt(
        dossier,
        number=outcome.number,
        on=on,
        gazette=outcome.gazette,
        effective=outcome.effective,
        note=note,
        officer=officer,
        now=now,
        consultation_id=about,
    )


def complete(
    dossier: Dossier, *, gazette: str, effective: date | None, officer: Officer, now: datetime
) -> None:
    """The gazette and the day of effect are known of the adopted document, where they were not.

    Raises OutcomeKeptError, EffectTooSoonError.
    """
    if dossier.outcome_date is not None:
        _check_effect(dossier, dossier.outcome_date, effective)
    consultation = latest(dossier.id)
    complete_outcome(
        dossier,
        gazette=gazette,
        effective=effective,
        officer=officer,
        now=now,
        consultation_id=consultation.id if consultation is not None else None,
    )


def _check_effect(dossier: Dossier, adopted: date, effective: date | None) -> None:
    rule = effect_rule_for(dossier.document_type, adopted)
    if rule is None or effective is None:
        return
    earliest = adopted + timedelta(days=rule.min_days)
    if effective < earliest:
        raise EffectTooSoonError(rule, earliest)
