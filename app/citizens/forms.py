"""Forms of accounts of citizens."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Length, Optional

from app.web.forms import EmailField, Form, LineField

MAX_NAME = 120


class AskForm(Form):
    """Where a link to sign in should go."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Write the address the link should go to."))])


class TypedForm(Form):
    """The address to which the link was sent that is opened."""

    email = EmailField(
        _l("E-mail"),
        [DataRequired(_l("Write the address that this letter came to."))],
    )

    def wrong(self) -> int:
        """The status of the page that gives the form back, because it was another address."""
        self.email.errors = [_("Write the address that this letter came to.")]
        return 422


class NameForm(Form):
    """The name that the form of a comment begins with."""

    name = LineField(
        _l("Name to begin with"),
        validators=[
            Optional(),
            Length(max=MAX_NAME, message=_l("A name has at most %(max)d characters.")),
        ],
    )
