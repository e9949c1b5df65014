"""Forms of the comparison with the law in force."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.documents.models import ChangeKind
from app.web.forms import Form, LineField, TextField

LONGEST = 20_000
TOO_LONG = _l("Shorten this text to at most 20,000 characters.")

KINDS: dict[ChangeKind, LazyString] = {
    ChangeKind.NEW: _l("New"),
    ChangeKind.AMENDED: _l("Amended"),
    ChangeKind.SUPPLEMENTED: _l("Supplemented"),
    ChangeKind.ANNULLED: _l("Annulled"),
    ChangeKind.REPEALED: _l("Repealed"),
}


class RowForm(Form):
    """One row: what the provision of the draft does to the law in force, and why."""

    kind = SelectField(
        _l("What it does"), validators=[InputRequired(_l("Choose what it does to the law."))]
    )
    provision = LineField(
        _l("Provision of the draft"),
        validators=[DataRequired(_l("Enter the provision, for example khoản 2 Điều 5."))],
    )
    source = LineField(
        _l("Provision in force"),
        validators=[Length(max=300, message=_l("Shorten this to at most 300 characters."))],
    )
    current = TextField(_l("Its words today"), validators=[Length(max=LONGEST, message=TOO_LONG)])
    reason = TextField(_l("Why"), validators=[Length(max=LONGEST, message=TOO_LONG)])

    def offer(self) -> None:
        """The row is of one of the five kinds."""
        self.kind.choices = [
            SelectChoice("", _l("Choose")),
            *(SelectChoice(kind.value, words) for kind, words in KINDS.items()),
        ]


class TableForm(Form):
    """The file that holds the comparison as a table."""

    file = FileField(
        _l("File with the table"), validators=[FileRequired(_l("Choose the file with the table."))]
    )
