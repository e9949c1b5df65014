"""The form in which staff write down what a comment says in another language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from app.comments.models import Comment
from app.comments.submit import MAX_BODY
from app.comments.translated import seen
from app.kit.html import plain
from app.translations.models import Standing
from app.web.forms import Form
from app.web.locale import LANGUAGES

# many languages need more letters than Vietnamese does
MAX_TEXT = 2 * MAX_BODY


def _plain(value: str | None) -> str | None:
    return plain(value).strip() if value else value


class TranslationForm(Form):
    """The language, the text, and how far a machine wrote it; `source` names what was seen."""

    language = SelectField(_l("Language"), choices=[])
    text = TextAreaField(
        _l("Translation"),
        filters=[_plain],
        validators=[
            Optional(),
            Length(max=MAX_TEXT, message=_l("This translation is too long.")),
        ],
    )
    read = BooleanField(_l("I have read it: this translation is right"))
    suggested = HiddenField(filters=[_plain])
    source = HiddenField()
    back = HiddenField()

    def offer(self, comment: Comment) -> None:
        """It can be translated into every language of the portal but its own."""
        self.language.choices = [
            SelectChoice(one.code, one.name) for one in LANGUAGES if one.code != comment.language
        ]
        if not self.source.data:
            self.source.data = seen(comment)

    def standing(self) -> Standing:
        """A machine's, while nobody changed its words or says to have read them."""
        untouched = self.text.data and self.text.data == self.suggested.data
        return Standing.MACHINE if untouched and not self.read.data else Standing.UNOFFICIAL
