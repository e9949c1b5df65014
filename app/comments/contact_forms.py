"""The form around an author's address."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, ValidationError

from app.web import limits
from app.web.forms import EmailField, Form


class AddressForm(Form):
    """Where letters about a comment should go."""

    email = EmailField(
        _l("E-mail"), [DataRequired(_l("Write the address the letters should go to."))]
    )

    def validate_email(self, field: EmailField) -> None:
        """The address was not asked too often today; raises ValidationError."""
        if not field.errors and not limits.may_ask(field.data or ""):
            raise ValidationError(limits.TOO_MANY_LETTERS)
