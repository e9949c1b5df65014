"""Forms of the documents beside a draft."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.accounts.agencies import called
from app.documents.models import RequiredDocument
from app.web.forms import Form, LineField, TextField

LONGEST_TEXT = 400_000
TITLE_LENGTH = 300
TITLE = _l("What this document is called")
WORDS = _l("What it says, as text")
WORDS_TOO_LONG = _l("Shorten this text to at most 400,000 characters.")
TITLE_TOO_LONG = _l("Shorten this to at most 300 characters.")
NO_WORDS = _l(
    "No text could be read from this file. Type what it says here, for those who cannot open or "
    "see it, then choose the file again."
)


class FileForm(Form):
    """A document to add: which of the required ones it is, or how it is called."""

    code = SelectField(_l("Which document it is"))
    title = LineField(TITLE, validators=[Length(max=TITLE_LENGTH, message=TITLE_TOO_LONG)])
    file = FileField(_l("The file"), validators=[FileRequired(_l("Choose the file."))])
    text = TextField(WORDS, validators=[Length(max=LONGEST_TEXT, message=WORDS_TOO_LONG)])

    def offer(self, documents: Iterable[RequiredDocument]) -> None:
        """The document may be one of these, or any other."""
        self.code.choices = [
            *(SelectChoice(document.code, called(document)) for document in documents),
            SelectChoice("", _l("Another document")),
        ]


class FileWordsForm(Form):
    """How a document is called, and what it says."""

    title = LineField(
        TITLE,
        validators=[
            DataRequired(_l("Enter what the document is called.")),
            Length(max=TITLE_LENGTH, message=TITLE_TOO_LONG),
        ],
    )
    text = TextField(
        WORDS,
        validators=[
            DataRequired(_l("Type what the document says.")),
            Length(max=LONGEST_TEXT, message=WORDS_TOO_LONG),
        ],
    )
