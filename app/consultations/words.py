"""What is said of periods, and of what stands in their way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.consultations.models import Consultation, PeriodRule
from app.consultations.period import PeriodTooShort, days_left
from app.consultations.stages import EffectTooSoonError
from app.web.filters import day, last_minute, long_day

CLOSING_SOON = 3  # days left from which a deadline is shown as urgent

STALE = _l(
    "The text was replaced after you loaded this page, and nothing was declared. "
    "Read the text as it is now, then declare again."
)
NO_RULE = _l(
    "No rule in force says how long people may comment on this type of document. "
    "The rule must be added before the opening."
)


def too_short(error: PeriodTooShort, rule: PeriodRule) -> str:
    """What was asked, what is due, and where both minimums come from."""
    asked = ngettext("%(num)d day is not enough.", "%(num)d days are not enough.", error.asked)
    due = _(
        "At least %(minimum)d days are needed: the law asks for %(legal)d (%(citation)s), "
        "this portal for %(portal)d.",
        minimum=error.minimum,
        legal=rule.legal_min_days,
        citation=error.basis,
        portal=rule.portal_default_days,
    )
    return f"{asked} {due}"


def too_soon(error: EffectTooSoonError) -> str:
    """The first day that the law lets a document take effect, and where that stands."""
    return _(
        "It can take effect on %(day)s at the earliest: the law asks for %(days)d days after "
        "adoption (%(citation)s).",
        day=day(error.earliest),
        days=error.rule.min_days,
        citation=error.rule.citation,
    )


def until(closes_at: datetime) -> str:
    """The exclusive closing instant in words: its last minute, weekday, day and zone."""
    return _(
        "%(time)s, %(day)s (Viet Nam time, UTC+7)",
        time=last_minute(closes_at),
        day=long_day(closes_at - timedelta.resolution),
    )


def left(consultation: Consultation | None, now: datetime) -> dict[str, Any] | None:
    """The deadline as the component of that name wants it."""
    if consultation is None:
        return None
    days = days_left(consultation.ends_at, now) - 1
    state = "open" if days > CLOSING_SOON else "closing"
    return {
        "closes_at": consultation.ends_at,
        "last_day": until(consultation.ends_at),
        "days_left": days,
        "state": state if consultation.is_open(now) else "closed",
        "zones": [],
    }
