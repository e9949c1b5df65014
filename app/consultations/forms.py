"""Forms of consultations: the declaration, the opening, a later end."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, HiddenField, IntegerField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.web.forms import Form, TextField

MOST_DAYS = 365
DAYS = _l("Enter a whole number of days from 1 to 365.")


class DeclarationForm(Form):
    """`seen` is the SHA-256 of the file that was named on the screen."""

    seen = HiddenField()
    sure = BooleanField(
        _l("I have read the whole text and I declare this under my own name."),
        validators=[DataRequired(_l("Tick the box to declare."))],
    )


class OpeningForm(Form):
    days = IntegerField(
        _l("Days to comment"),
        validators=[
            InputRequired(DAYS),
            NumberRange(min=1, max=MOST_DAYS, message=DAYS),
        ],
    )


class ExtensionForm(Form):
    last_day = DateField(
        _l("New last day"),
        format=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"],
        validators=[DataRequired(_l("Enter the new last day, for example 31/12/2026."))],
    )
    reason = TextField(
        _l("Reason"),
        description=_l("Everybody can read it on the page of the draft."),
        validators=[
            DataRequired(_l("Say why people get more time.")),
            Length(max=2000, message=_l("Shorten the reason to at most 2,000 characters.")),
        ],
    )
