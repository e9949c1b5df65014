"""The forms of a question to an author, and of the reply."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.comments.asking import MAX_QUESTION, MAX_REPLY
from app.kit.html import plain
from app.web.forms import Form


def _plain(value: str | None) -> str | None:
    return plain(value).strip() if value else value


class AskForm(Form):
    """What the officer wants to know; `back` is the page of the desk it was asked on."""

    text = TextAreaField(
        _l("Your question to the author"),
        filters=[_plain],
        validators=[
            DataRequired(_l("Write the question.")),
            Length(max=MAX_QUESTION, message=_l("A question has at most %(max)d characters.")),
        ],
    )
    back = HiddenField()


class ReplyForm(Form):
    """What the author says to it."""

    reply = TextAreaField(
        _l("Your reply"),
        filters=[_plain],
        validators=[
            DataRequired(_l("Write your reply.")),
            Length(
                max=MAX_REPLY, message=_l("A reply has at most %(max)d characters. Shorten it.")
            ),
        ],
    )
