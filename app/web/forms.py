"""The base of every form: cleaned text, our own catalogue, WTForms' messages included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import get_domain
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import StringField, TextAreaField
from wtforms.validators import Email, Length

from app.kit.text import clean, clean_line

MAX_EMAIL = 254
TOKEN_OVER = _l(
    "The form was open too long. Nothing you typed is lost: look it over and send it again."
)


class _Catalogue:
    """WTForms asks these two; flask_babel's own ngettext would format and fail on its messages."""

    def gettext(self, text: str) -> str:
        return get_domain().get_translations().ugettext(text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return get_domain().get_translations().ungettext(singular, plural, n)


class Form(FlaskForm):
    """A form whose texts are normalised before anything looks at them."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _Catalogue:
            return _Catalogue()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            # a form is what a page sends: Flask-WTF would take its fields from JSON, too (G26)
            if formdata is _Auto and request.is_json:
                return ImmutableMultiDict()
            return super().wrap_formdata(form, formdata)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """What was no date or number is given back as typed, without what nobody can see."""
        super().process(*args, **kwargs)
        for field in self:
            if field.raw_data:
                field.raw_data = [clean(v) if isinstance(v, str) else v for v in field.raw_data]

    def failed(self) -> list[tuple[str, str]]:
        """(field id, message) pairs in the order of the fields, for the error summary."""
        found = []
        for field in self:
            if field.errors:
                # a group of radio buttons has no control of its own: go to its first
                target = f"{field.id}-0" if field.type == "RadioField" else field.id
                found.append((target, str(field.errors[0])))
        found.extend(("", str(error)) for error in self.form_errors)
        return found

    def status(self) -> int:
        """The status of the page that gives a failed form back: 400 for its token, else 422.

        The words of a failed token then say what to do; the page carries a fresh one.
        """
        if not self.csrf_token.errors:
            return 422
        self.csrf_token.errors = [TOKEN_OVER]
        return 400


def _clean(value: str | None) -> str | None:
    return clean(value).strip() if value else value


def _clean_line(value: str | None) -> str | None:
    return clean_line(value) if value else value


class LineField(StringField):
    """One line of text, cleaned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, filters=[_clean_line], **kwargs)


class TextField(TextAreaField):
    """Several lines of text, cleaned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, filters=[_clean], **kwargs)


class EmailField(LineField):
    """An address that a letter can be sent to; `validators` say whether there has to be one."""

    def __init__(self, label: Any, validators: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(
            label,
            **kwargs,
            validators=[
                *validators,
                Length(
                    max=MAX_EMAIL, message=_l("An e-mail address has at most %(max)d characters.")
                ),
                Email(
                    _l("Write the e-mail address in full, for example name@example.vn."),
                    allow_smtputf8=False,
                ),
            ],
        )


class PressForm(Form):
    """A button and its token."""


# WTForms and Flask-WTF bring no Vietnamese catalogue: their words are listed for ours.
FOREIGN_WORDS = (
    _l("The CSRF token is missing."),
    _l("The CSRF session token is missing."),
    _l("The CSRF token is invalid."),
    _l("The CSRF token has expired."),
    _l("The CSRF tokens do not match."),
    _l("This field is required."),
    _l("Not a valid choice."),
    _l("Not a valid choice"),
    _l("Not a valid integer value."),
    _l("Not a valid date value."),
    _l("Invalid email address."),
    _l("Invalid Choice: could not coerce."),
    _l("Invalid input."),
)
