"""Forms of documents: a new dossier, the text of its draft, its content in plain words."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.accounts.agencies import called
from app.accounts.models import Agency
from app.documents.models import REQUIRED_CONTENT, DocumentType, Stage, Topic
from app.documents.words import CONTENT
from app.web.forms import Form, LineField, TextField

LONGEST = 20_000
MAX_WORDS = 100_000  # of one unit: an annex without numbers may be long
TOO_LONG = _l("Shorten this text to at most 20,000 characters.")
TITLE_TOO_LONG = _l("Shorten the title to at most 400 characters.")


def _kinds(types: Iterable[DocumentType]) -> list[SelectChoice]:
    return [
        SelectChoice("", _l("Choose a type")),
        *(SelectChoice(kind.code, called(kind)) for kind in types),
    ]


class TypeForm(Form):
    """Which document a draft is to become."""

    document_type = SelectField(
        _l("Type of document"),
        description=_l("It decides how many days people have to comment."),
        validators=[InputRequired(_l("Choose the type of document."))],
    )

    def offer(self, types: Iterable[DocumentType]) -> None:
        """The type may be one of these."""
        self.document_type.choices = _kinds(types)


def _topic() -> SelectField:
    """A label for finding: it may be left open, and changed whenever a better one is known."""
    return SelectField(
        _l("Topic"),
        description=_l(
            "People look for drafts by topic and ask to be told of new ones. "
            "It can be changed at any time."
        ),
        validators=[Optional()],
    )


def _topics(topics: Iterable[Topic]) -> list[SelectChoice]:
    return [
        SelectChoice("", _l("None yet")),
        *(SelectChoice(topic.code, called(topic)) for topic in topics),
    ]


class TopicForm(Form):
    """By which topic a draft is found."""

    topic = _topic()

    def offer(self, topics: Iterable[Topic]) -> None:
        """The topic may be one of these, or none."""
        self.topic.choices = _topics(topics)


class NewDossierForm(Form):
    title = LineField(
        _l("Title in Vietnamese"),
        description=_l(
            "As it stands at the head of the draft, without the word “Draft” and without a number."
        ),
        validators=[
            DataRequired(_l("Enter the title.")),
            Length(max=400, message=TITLE_TOO_LONG),
        ],
    )
    title_en = LineField(CONTENT["title_en"], validators=[Length(max=400, message=TITLE_TOO_LONG)])
    document_type = SelectField(
        _l("Type of document"),
        description=_l("It decides how many days people have to comment."),
        validators=[InputRequired(_l("Choose the type of document."))],
    )
    agency = SelectField(
        _l("Lead agency"), coerce=int, validators=[InputRequired(_l("Choose the lead agency."))]
    )
    topic = _topic()
    stage = RadioField(
        _l("Where it stands"),
        choices=[
            SelectChoice(Stage.DRAFTING.value, _l("The text is being drafted")),
            SelectChoice(Stage.PROPOSAL.value, _l("It is a proposal, without a text yet")),
        ],
        default=Stage.DRAFTING.value,
        validators=[InputRequired(_l("Say where it stands."))],
    )

    def offer(
        self, types: Iterable[DocumentType], agencies: Iterable[Agency], topics: Iterable[Topic]
    ) -> None:
        """The types, lead agencies and topics one may choose from are these."""
        self.document_type.choices = _kinds(types)
        self.agency.choices = [SelectChoice(agency.id, called(agency)) for agency in agencies]
        self.topic.choices = _topics(topics)


class UploadForm(Form):
    file = FileField(
        _l("The file of the draft"),
        validators=[FileRequired(_l("Choose the file of the draft."))],
    )


class WordsForm(Form):
    """One unit in other words; `seen` is the digest of the text that was on the screen."""

    seen = HiddenField()
    heading = LineField(
        _l("Heading"),
        validators=[Length(max=1000, message=_l("A heading has at most %(max)d characters."))],
    )
    text = TextField(
        _l("Words"),
        description=_l("One paragraph a line. Units under this one stay as they are."),
        validators=[Length(max=MAX_WORDS, message=_l("A unit has at most %(max)d characters."))],
    )


class AcceptForm(Form):
    """One button; `seen` is the digest of the text whose outline was on the screen."""

    seen = HiddenField()


def _text(name: str, hint: str = "") -> TextField:
    return TextField(
        CONTENT[name], description=hint, validators=[Length(max=LONGEST, message=TOO_LONG)]
    )


class ContentForm(Form):
    """What readers see before the text; blanks are allowed until the opening.

    `seen` is the digest of the words that were on the screen when writing began.
    """

    seen = HiddenField()
    necessity = _text("necessity", _l("Which problem is there today, and for whom?"))
    purpose = _text("purpose", _l("What will be better once it is in force?"))
    viewpoint = _text("viewpoint", _l("Which principles guided the choices in the draft?"))
    scope = _text("scope", _l("Which matters are regulated, and where?"))
    subjects = _text("subjects", _l("Which people and bodies must follow it?"))
    main_content = _text(
        "main_content",
        _l("Short lines, one change a line, in words that need no lawyer. Readers see it first."),
    )
    changes = _text(
        "changes", _l("What is new, amended, supplemented, cancelled or repealed, and why?")
    )
    other = _text("other", _l("Anything else people should know, if there is anything."))
    affected_parties = _text("affected_parties", _l("One group a line."))
    title_en = LineField(CONTENT["title_en"], validators=[Length(max=400, message=TITLE_TOO_LONG)])
    summary_en = _text("summary_en", _l("Three or four sentences for readers without Vietnamese."))

    def needed(self, name: str) -> bool:
        """Whether the field must be filled before the opening."""
        return name in REQUIRED_CONTENT
