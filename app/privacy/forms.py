"""Forms of personal data: what people ask, and what the desk does about it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import BooleanField, DateField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.kit.codes import parse_receipt
from app.privacy.models import RequestKind
from app.privacy.requests import Told
from app.privacy.words import KINDS, SCOPES, STATES
from app.web.forms import EmailField, Form, LineField, TextField

DATES = ["%Y-%m-%d", "%d/%m/%Y"]
TOO_LONG = _l("This has at most %(max)d characters.")
LONG = Length(max=300, message=TOO_LONG)
MOST = 5_000


def _offered(words: Mapping[str, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(value=code, label=label) for code, label in words.items()]


class ReceiveForm(Form):
    """A request as it came by letter, e-mail or in person."""

    kind = SelectField(_l("What is asked"), choices=_offered(KINDS), validators=[InputRequired()])
    person = TextField(
        _l("E-mail address or receipt codes, one a line"),
        [DataRequired(_l("Write an address or a receipt code.")), Length(max=1000)],
    )
    words = TextField(_l("In the person's own words"), [Length(max=MOST)])
    received_on = DateField(_l("Day it reached us"), format=DATES, validators=[InputRequired()])
    processor = BooleanField(_l("Somebody else processes some of these data for us"))


class AskForm(Form):
    """A request as its author types it; somewhere the answer has to go."""

    kind = RadioField(
        _l("What do you ask for?"),
        choices=_offered(KINDS),
        validators=[InputRequired(_l("Choose what you ask for."))],
    )
    words = TextField(_l("In your own words"), [Length(max=MOST, message=TOO_LONG)])
    name = LineField(_l("Name"), [Length(max=120, message=TOO_LONG)])
    email = EmailField(_l("E-mail"), [Optional()])
    answer_to = TextField(_l("Another way to answer you"), [Length(max=500, message=TOO_LONG)])
    receipts = TextField(_l("Receipt codes, one a line"), [Length(max=MOST, message=TOO_LONG)])

    def validate_answer_to(self, field: TextField) -> None:
        """There is an address, of whichever kind; raises ValidationError."""
        if not (field.data or self.email.data):
            raise ValidationError(_("Write an e-mail address or another way to answer you."))

    def validate_receipts(self, field: TextField) -> None:
        """Every line is a code as they are made, whether given to anybody or not; raises
        ValidationError."""
        for line in _lines(field.data):
            if parse_receipt(line) is None:
                raise ValidationError(_("%(line)s is not a whole receipt code.", line=line[:60]))

    def told(self) -> tuple[RequestKind, Told]:
        """What is asked, and about whom."""
        receipts = [parse_receipt(line) or "" for line in _lines(self.receipts.data)]
        about = [*filter(None, [self.email.data]), *receipts]
        name, words = self.name.data or "", self.words.data or ""
        told = Told("\n".join(about), words, name, self.answer_to.data or "")
        return RequestKind(self.kind.data), told


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


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
