"""The form of a comment: its shape and its words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, MultipleFileField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    Regexp,
    ValidationError,
)

from app.citizens.session import SignedIn
from app.comments import attachments
from app.comments.attachments import File
from app.comments.countries import CountryField
from app.comments.language import told
from app.comments.models import CommenterKind
from app.comments.submit import MAX_BODY, MAX_NAME, Words
from app.comments.words import KINDS
from app.documents.passage import own_text, passage, text
from app.documents.quoting import NotQuotedError, Quote, quoted
from app.documents.words import refusal
from app.kit import codes
from app.kit.html import plain
from app.kit.text import clean_line
from app.web import limits
from app.web.forms import EmailField, Form, LineField
from app.web.uploads import Refused

MAX_QUOTE = 2_000


def _plain(value: str | None) -> str | None:
    return plain(value).strip() if value else value


class CommentForm(Form):
    """What a citizen fills in; the part of the draft stands in the address."""

    selector: Quote | None = None
    sent: tuple[File, ...] = ()
    refused = ""

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
    quote = TextAreaField(
        _l("The words you mean"),
        filters=[_plain],
        validators=[
            Optional(),
            Length(max=MAX_QUOTE, message=_l("A quotation has at most %(max)d characters.")),
        ],
    )
    proposed_wording = TextAreaField(
        _l("How you would write it"),
        filters=[_plain],
        validators=[
            Optional(),
            Length(max=MAX_BODY, message=_l("A wording has at most %(max)d characters.")),
        ],
    )
    commenter_kind = RadioField(
        _l("Who is commenting?"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        validators=[InputRequired(_l("Choose who is commenting."))],
    )
    country = CountryField(_l("Country"))
    display_name = LineField(
        _l("Name to be shown"),
        validators=[
            Optional(),
            Length(max=MAX_NAME, message=_l("A name has at most %(max)d characters.")),
        ],
    )
    email = EmailField(_l("E-mail"), [Optional()])
    files = MultipleFileField(_l("Files"))
    # shown to nobody who is not signed in, and then says nothing
    gather = BooleanField(_l("Keep the receipt in my account"), default=True)
    key = HiddenField(
        validators=[
            Regexp(r"\A[\w-]{22}\Z", message=_l("The form was incomplete. Send it once more."))
        ]
    )

    def look(self) -> None:
        """The files that came may be kept, or the form will say which not, and why.

        Asks no database: to look at a file takes a moment, in which others want to write.
        """
        came = [file for file in self.files.data or [] if getattr(file, "filename", "")]
        if len(came) > attachments.AT_MOST:
            self.refused = _("At most %(max)d files go with a comment.", max=attachments.AT_MOST)
            return
        sent, refused = [], []
        for file in came:
            try:
                sent.append(attachments.looked_at(file.read(), file.filename))
            except Refused as error:
                refused.append(f"{clean_line(file.filename)}: {refusal(error, beside=True)[0]}")
        if refused and sent:
            refused.append(_("Your text is kept; choose the other files once more."))
        self.sent, self.refused = tuple(sent), " ".join(refused)

    def validate_files(self, _field: MultipleFileField) -> None:
        """The files are such as may be kept; raises ValidationError."""
        if self.refused:
            raise ValidationError(self.refused)

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

    def begin(self, asked: Mapping[str, str], version_id: int | None, anchor: str) -> None:
        """An empty form, but for the words that were marked and the wording to start from."""
        self.renew_key()
        self.quote.data = clean_line(asked.get("quote", ""))[:MAX_QUOTE]
        if "propose" in asked:
            self.proposed_wording.data = own_text(passage(version_id, anchor))

    def greet(self, me: SignedIn | None) -> None:
        """The form begins with the name that the owner of an account wants it to begin with."""
        self.display_name.data = me.name if me is not None else ""

    def fits(self, version_id: int | None, anchor: str) -> bool:
        """Whether the words meant and the wording belong to that part; else the fields say so.

        A wording like the one in the draft counts as none.
        """
        if not (self.quote.data or self.proposed_wording.data):
            return True
        lines = passage(version_id, anchor)
        try:
            self.selector = quoted(self.quote.data, text(lines)) if self.quote.data else None
        except NotQuotedError:
            self.quote.errors = [
                _("These words do not stand in this part of the draft. Copy them from it.")
            ]
        own, typed = own_text(lines), self.proposed_wording.data or ""
        if typed.split() == own.split():
            self.proposed_wording.data = ""
        elif typed and not own:
            self.proposed_wording.errors = [
                _("Choose one article, clause or point first: only there words can be replaced.")
            ]
        return not (self.quote.errors or self.proposed_wording.errors)

    def asks(self) -> bool:
        """Whether the address can be asked today if it wants letters; else its field says so."""
        if not self.email.data or self.errors or limits.may_ask(self.email.data):
            return True
        self.email.errors = [limits.TOO_MANY_LETTERS]
        return False

    def words(self, anchor: str, page: str) -> Words:
        """What was typed on a page in that language, of the part with that anchor."""
        body = self.body.data or ""
        return Words(
            body=body,
            commenter_kind=CommenterKind(self.commenter_kind.data),
            language=told(body, page),
            reading=page,
            country=self.country.data or "",
            key=self.key.data or "",
            anchor=anchor,
            display_name=self.display_name.data or "",
            email=self.email.data or "",
            quote=self.selector,
            proposed_wording=self.proposed_wording.data or "",
        )
