"""The dated rows of law: which rule and which calendar hold on a day, and how they get in."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from app.consultations.models import AnswerRule, EffectRule, Holiday, PeriodRule
from app.consultations.period import Calendar
from app.documents import required, topics
from app.documents.models import DocumentType
from app.extensions import db

HELD = Holiday.moved_to.is_(None)
SEED = Path(__file__).parent / "seed"


class NoRuleError(Exception):
    """Raised when no rule for the document type is in force on the day."""


def rule_for(document_type: str, day: date) -> PeriodRule:
    """The period rule in force for the document type on that day; raises NoRuleError."""
    rule = db.session.scalar(
        select(PeriodRule)
        .where(
            PeriodRule.document_type == document_type,
            PeriodRule.valid_from <= day,
            or_(PeriodRule.valid_to.is_(None), PeriodRule.valid_to >= day),
        )
        .order_by(PeriodRule.valid_from.desc())
        .limit(1)
    )
    if rule is None:
        raise NoRuleError(document_type)
    return rule


def effect_rule_for(document_type: str, day: date) -> EffectRule | None:
    """How soon a document of that type, adopted on that day, may take effect; None is at once."""
    return db.session.scalar(
        select(EffectRule)
        .where(
            EffectRule.document_type == document_type,
            EffectRule.valid_from <= day,
            or_(EffectRule.valid_to.is_(None), EffectRule.valid_to >= day),
        )
        .order_by(EffectRule.valid_from.desc())
        .limit(1)
    )


def answer_days(rules: Sequence[AnswerRule], document_type: str, day: date) -> int | None:
    """Within how many days answers are due where comments ended on that day; None is no promise."""
    held = [
        rule
        for rule in rules
        if rule.document_type == document_type
        and rule.valid_from <= day
        and (rule.valid_to is None or rule.valid_to >= day)
    ]
    return max(held, key=lambda rule: rule.valid_from).days if held else None


def answer_rules() -> Sequence[AnswerRule]:
    """Every promise of when answers are due."""
    return db.session.scalars(select(AnswerRule)).all()


def calendar() -> Calendar:
    """The working calendar as the rows have it today."""
    days: dict[str, set[date]] = {"off": set(), "working": set()}
    for day, kind in db.session.execute(select(Holiday.day, Holiday.kind).where(HELD)):
        days[kind].add(day)
    return Calendar(off=frozenset(days["off"]), working=frozenset(days["working"]))


def _rows(name: str, key: str) -> list[dict[str, Any]]:
    with (SEED / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)[key]


def seed() -> None:
    """The rows this portal comes with are there; rows already there stay as they are."""
    for position, row in enumerate(_rows("document_types", "document_type")):
        if db.session.get(DocumentType, row["code"]) is None:
            db.session.add(
                DocumentType(
                    code=row["code"],
                    name=row["name_vi"],
                    name_en=row["name_en"],
                    issuer=row["issuer_vi"],
                    issuer_en=row["issuer_en"],
                    verified=row["verified"],
                    proposes=row.get("proposes", False),
                    position=position,
                )
            )
            db.session.flush()
        _seed_period(row)
    for row in _rows("holidays", "holiday"):
        if db.session.get(Holiday, row["date"]) is None:
            db.session.add(
                Holiday(
                    day=row["date"],
                    kind=row["kind"],
                    name=row["name_vi"],
                    name_en=row["name_en"],
                    citation=row["citation"],
                )
            )
    _seed_effects()
    _seed_answers()
    required.seed()
    topics.seed()


def _seed_period(row: dict[str, Any]) -> None:
    known = db.session.scalar(
        select(PeriodRule.id).where(
            PeriodRule.document_type == row["code"], PeriodRule.valid_from == row["valid_from"]
        )
    )
    if known is None:
        db.session.add(
            PeriodRule(
                document_type=row["code"],
                legal_min_days=row["legal_min_days"],
                portal_default_days=row["portal_default_days"],
                citation=row["citation"],
                confidence=row["confidence"],
                note=row.get("note", ""),
                valid_from=row["valid_from"],
                valid_to=row.get("valid_to") or None,
            )
        )


def _seed_effects() -> None:
    keys = select(EffectRule.document_type, EffectRule.valid_from)
    known = {tuple(key) for key in db.session.execute(keys)}
    for row in _rows("effect_rules", "effect_rule"):
        for document_type in row["document_types"]:
            if (document_type, row["valid_from"]) not in known:
                db.session.add(
                    EffectRule(
                        document_type=document_type,
                        min_days=row["min_days"],
                        citation=row["citation"],
                        confidence=row["confidence"],
                        valid_from=row["valid_from"],
                        valid_to=row["valid_to"] or None,
                    )
                )


def _seed_answers() -> None:
    keys = select(AnswerRule.document_type, AnswerRule.valid_from)
    known = {tuple(key) for key in db.session.execute(keys)}
    for row in _rows("answer_rules", "answer_rule"):
        for document_type in db.session.scalars(select(DocumentType.code)).all():
            if (document_type, row["valid_from"]) not in known:
                db.session.add(
                    AnswerRule(
                        document_type=document_type,
                        days=row["days"],
                        citation=row["citation"],
                        confidence=row["confidence"],
                        valid_from=row["valid_from"],
                        valid_to=row["valid_to"] or None,
                    )
                )
