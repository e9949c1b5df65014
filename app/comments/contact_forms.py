"""The forms around an author's address."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Email, Length

from app.comments.forms import MAX_EMAIL
from app.web.forms import Form, LineField


class PressForm(Form):
    """A button and its token."""


class AddressForm(Form):
    """Where letters about a comment should go."""

    email = LineField(
        _l("E-mail"),
        validators=[
            DataRequired(_l("Write the address the letters should go to.")),
            Length(max=MAX_EMAIL, message=_l("An e-mail address has at most %(max)d characters.")),
            Email(
                _l("Write the e-mail address in full, for example name@example.vn."),
                allow_smtputf8=False,
            ),
        ],
    )
