"""Forms of rows of law and days off."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.consultations.forms import DATES, DAYS, MOST_DAYS
from app.consultations.law import KINDS, TABLES
from app.web.forms import Form, LineField, TextField

DAY = _l("Enter a day, for example 31/12/2026.")


def _citation() -> LineField:
    return LineField(
        _l("Citation"),
        validators=[
            DataRequired(_l("Name the law and the article.")),
            Length(max=300, message=_l("Shorten this to at most 300 characters.")),
        ],
    )


def _reason() -> TextField:
    return TextField(
        _l("Reason"),
        description=_l("Where it moves the end of a comment period, everybody can read it there."),
        validators=[
            DataRequired(_l("Say why, for the second officer.")),
            Length(max=2000, message=_l("Shorten the reason to at most 2,000 characters.")),
        ],
    )


class RuleForm(Form):
    rule = RadioField(
        _l("Rule"),
        choices=[SelectChoice(code, words) for code, (words, _table, _days) in TABLES.items()],
        validators=[InputRequired(_l("Choose the rule."))],
    )
    document_type = SelectField(_l("Type of document"))
    days = IntegerField(
        _l("Days"),
        validators=[InputRequired(DAYS), NumberRange(min=1, max=MOST_DAYS, message=DAYS)],
    )
    in_force_from = DateField(_l("In force from"), format=DATES, validators=[DataRequired(DAY)])
    citation = _citation()
    reason = _reason()


class HolidayForm(Form):
    day_off = DateField(_l("Day"), format=DATES, validators=[DataRequired(DAY)])
    kind = RadioField(
        _l("Kind"),
        choices=[SelectChoice(code, words) for code, words in KINDS.items()],
        validators=[InputRequired(_l("Choose what kind of day it is."))],
    )
    name = LineField(
        _l("Name of the day"),
        validators=[
            DataRequired(_l("Give the day its name.")),
            Length(max=200, message=_l("Shorten this to at most 200 characters.")),
        ],
    )
    moved_from = DateField(
        _l("In place of"),
        format=DATES,
        description=_l("A day off that becomes an ordinary day again."),
        validators=[Optional()],
    )
    citation = _citation()
    reason = _reason()
