"""Which row of law holds on which day: its first and its last day are its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.consultations import rules
from app.consultations.models import AnswerRule, EffectRule, Holiday, PeriodRule
from app.documents.models import DocumentType
from app.extensions import db

DAY = timedelta(days=1)
FIRST, NEXT, LAST = date(2040, 3, 1), date(2040, 7, 1), date(2040, 9, 30)
TYPE, OTHER = "thu_nghiem", "thu_nghiem_khac"
SAID = {"citation": "Luật thử", "confidence": "high"}


@pytest.fixture
def types(app):
    """Two types of documents without any row of law."""
    for code in (TYPE, OTHER):
        words = {"name": code, "name_en": code, "issuer": "A", "issuer_en": "A"}
        db.session.add(DocumentType(code=code, verified=True, position=99, **words))
    db.session.flush()


def period_rule(days: int, first: date, last: date | None, kind: str = TYPE) -> None:
    lengths = {"legal_min_days": days, "portal_default_days": days}
    row = PeriodRule(
        document_type=kind, valid_from=first, valid_to=last, note="", **lengths, **SAID
    )
    db.session.add(row)
    db.session.flush()


def effect_rule(days: int, first: date, last: date | None, kind: str = TYPE) -> None:
    row = EffectRule(document_type=kind, min_days=days, valid_from=first, valid_to=last, **SAID)
    db.session.add(row)
    db.session.flush()


def answer_rule(days: int, first: date, last: date | None, kind: str = TYPE) -> AnswerRule:
    return AnswerRule(document_type=kind, days=days, valid_from=first, valid_to=last, **SAID)


def period_days(day: date) -> int | None:
    try:
        return rules.rule_for(TYPE, day).legal_min_days
    except rules.NoRuleError:
        return None


def effect_days(day: date) -> int | None:
    found = rules.effect_rule_for(TYPE, day)
    return None if found is None else found.min_days


def test_a_type_without_a_rule_is_named(types):
    with pytest.raises(rules.NoRuleError, match=TYPE):
        rules.rule_for(TYPE, FIRST)


@pytest.mark.parametrize(("make", "read"), [(period_rule, period_days), (effect_rule, effect_days)])
def test_a_row_holds_from_its_first_to_its_last_day(types, make, read):
    make(20, FIRST, LAST)
    make(99, FIRST, None, OTHER)
    days = (FIRST - DAY, FIRST, LAST, LAST + DAY)
    assert [read(day) for day in days] == [None, 20, 20, None]


@pytest.mark.parametrize(("make", "read"), [(period_rule, period_days), (effect_rule, effect_days)])
@pytest.mark.parametrize("newest_first", [False, True])
def test_the_newest_row_in_force_takes_the_place_of_an_endless_one(types, make, read, newest_first):
    rows = [(20, FIRST, None), (30, NEXT, LAST)]
    for row in reversed(rows) if newest_first else rows:
        make(*row)
    days = (NEXT - DAY, NEXT, LAST, LAST + DAY)
    assert [read(day) for day in days] == [20, 30, 30, 20]


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_promise_to_answer_holds_as_long_and_for_as_many_days_as_its_row_says(newest_first):
    rows = [
        answer_rule(20, FIRST, LAST),
        answer_rule(15, NEXT, LAST),
        answer_rule(9, FIRST, None, OTHER),
    ]
    if newest_first:
        rows.reverse()
    days = (FIRST - DAY, FIRST, NEXT - DAY, NEXT, LAST, LAST + DAY)
    assert [rules.answer_days(rows, TYPE, day) for day in days] == [None, 20, 20, 15, 15, None]
    assert rules.answer_days([answer_rule(7, FIRST, None)], TYPE, LAST + DAY) == 7


def test_every_promise_to_answer_is_read(types):
    before = len(rules.answer_rules())
    db.session.add_all([answer_rule(20, FIRST, LAST), answer_rule(15, NEXT, None)])
    found = rules.answer_rules()
    assert len(found) == before + 2
    assert rules.answer_days(found, TYPE, NEXT) == 15


def test_the_calendar_knows_days_off_days_worked_and_none_that_was_moved(app):
    off, worked, moved = date(2040, 3, 5), date(2040, 3, 10), date(2040, 3, 6)
    words = {"name": "Ngày thử", "name_en": "Trial", "citation": "Luật thử"}
    for day, kind, to in ((off, "off", None), (worked, "working", None), (moved, "off", worked)):
        db.session.add(Holiday(day=day, kind=kind, moved_to=to, **words))
    db.session.flush()
    known = rules.calendar()
    assert off in known.off
    assert worked in known.working
    assert moved not in known.off | known.working
    assert not known.off & known.working
    assert [known.is_working(day) for day in (off, worked, moved)] == [False, True, True]
