"""The form of a comment: its shape and its words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, Regexp

from app.comments.models import CommenterKind
from app.comments.submit import MAX_BODY, MAX_NAME, Words
from app.comments.words import KINDS
from app.kit import codes
from app.kit.html import plain
from app.web.forms import Form, LineField

MAX_EMAIL = 254


def _plain(value: str | None) -> str | None:
    return plain(value).strip() if value else value


class CommentForm(Form):
    """What a citizen fills in; the part of the draft stands in the address."""

    body = TextAreaField(
        _l("Your comment"),
        filters=[_plain],
        validators=[
            DataRequired(_l("Write your comment.")),
            Length(
                max=MAX_BODY,
                message=_l("A comment has at most %(max)d characters. Shorten it, or send two."),
            ),
        ],
    )
    commenter_kind = RadioField(
        _l("Who is commenting?"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        validators=[InputRequired(_l("Choose who is commenting."))],
    )
    display_name = LineField(
        _l("Name to be shown"),
        validators=[
            Optional(),
            Length(max=MAX_NAME, message=_l("A name has at most %(max)d characters.")),
        ],
    )
    email = LineField(
        _l("E-mail"),
        validators=[
            Optional(),
            Length(max=MAX_EMAIL, message=_l("An e-mail address has at most %(max)d characters.")),
            Email(_l("Write the e-mail address in full, for example name@example.vn.")),
        ],
    )
    key = HiddenField(
        validators=[
            Regexp(r"\A[\w-]{22}\Z", message=_l("The form was incomplete. Send it once more."))
        ]
    )

    def renew_key(self) -> None:
        """What is sent next counts as another comment."""
        self.key.data = codes.new_key()

    def status(self) -> int:
        """As every form, but 413 when the comment is too long."""
        if self.key.errors:
            self.renew_key()
        status = super().status()
        too_long = len(self.body.data or "") > MAX_BODY
        return 413 if status == 422 and too_long else status

    def words(self, anchor: str, language: str) -> Words:
        """What was typed, of the part with that anchor."""
        return Words(
            body=self.body.data or "",
            commenter_kind=CommenterKind(self.commenter_kind.data),
            language=language,
            key=self.key.data or "",
            anchor=anchor,
            display_name=self.display_name.data or "",
            email=self.email.data or "",
        )
