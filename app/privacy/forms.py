"""Forms of the desk of personal data."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, DateField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.privacy.words import KINDS, SCOPES, STATES
from app.web.forms import Form, LineField, TextField

DATES = ["%Y-%m-%d", "%d/%m/%Y"]
LONG = Length(max=300, message=_l("This has at most %(max)d characters."))


def _offered(words: Mapping[str, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(value=code, label=label) for code, label in words.items()]


class ReceiveForm(Form):
    """A request as it came by letter, e-mail or in person."""

    kind = SelectField(_l("What is asked"), choices=_offered(KINDS), validators=[InputRequired()])
    person = TextField(
        _l("E-mail address or receipt codes, one a line"),
        [DataRequired(_l("Write an address or a receipt code.")), Length(max=1000)],
    )
    words = TextField(_l("In the person's own words"), [Length(max=5000)])
    received_on = DateField(_l("Day it reached us"), format=DATES, validators=[InputRequired()])
    processor = BooleanField(_l("Somebody else processes some of these data for us"))


class ExtendForm(Form):
    """Why more time is needed."""

    reason = LineField(_l("Reason told to the person"), [DataRequired(_l("Say why.")), LONG])


class SettleForm(Form):
    """What became of a request."""

    state = SelectField(_l("Result"), choices=_offered(STATES)[1:], validators=[InputRequired()])
    outcome = LineField(_l("What the person was told"), [DataRequired(_l("Say what.")), LONG])


class EraseForm(Form):
    """How much is to be erased; a second person has to agree."""

    scope = SelectField(_l("What goes"), choices=_offered(SCOPES), validators=[InputRequired()])
    why = LineField(_l("Reason"), [DataRequired(_l("Say why.")), LONG])


class LogForm(Form):
    """What of the access log is wanted; sent by GET, so it carries no token."""

    officer = LineField(_l("E-mail of the officer"))
    subject = LineField(_l("Public number of a comment"))
    day = DateField(_l("Day"), format=DATES, validators=[Optional()])
