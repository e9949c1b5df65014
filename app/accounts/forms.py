"""Forms of accounts: signing in, joining, inviting."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, PasswordField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length

from app.accounts.agencies import called
from app.accounts.models import Agency, Officer
from app.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from app.accounts.words import ROLES
from app.web.forms import EmailField, Form, LineField

# One sentence for every failure: nobody learns which accounts exist, which are locked, or whether
# it was the password or the code.
REFUSED = _l(
    "The e-mail, the password or the code is wrong, or the account is locked: "
    "after five mistakes it stays locked for 15 minutes."
)
WRONG_CODE = _l(
    "This is not the code of this key. Enter the six digits that your app shows now; "
    "if it shows others, check the clock of your telephone."
)


class SignInForm(Form):
    email = LineField(_l("E-mail"), validators=[DataRequired(_l("Enter your e-mail."))])
    password = PasswordField(
        _l("Password"),
        validators=[
            InputRequired(_l("Enter your password.")),
            Length(max=MAX_LENGTH, message=REFUSED),
        ],
    )


class ForgottenForm(Form):
    email = EmailField(_l("E-mail"), [DataRequired(_l("Enter your e-mail."))])


class CodeForm(Form):
    code = LineField(
        _l("Code"),
        description=_l("Six digits from your app, or one of your recovery codes."),
        validators=[
            DataRequired(_l("Enter the code.")),
            Length(max=60, message=_l("Six digits, or one recovery code.")),
        ],
    )


class FactorForm(Form):
    code = LineField(
        _l("The six digits that your app shows"),
        validators=[
            DataRequired(_l("Enter the six digits that your app shows.")),
            Length(max=60, message=WRONG_CODE),
        ],
    )

    def wrong_code(self) -> None:
        """The page says what to do about a code of something else."""
        self.code.errors = [WRONG_CODE]


class ProofForm(Form):
    proof = PasswordField(
        _l("Your password, or six digits from your app"),
        validators=[
            InputRequired(_l("Enter your password, or six digits from your app.")),
            Length(max=MAX_LENGTH, message=_l("This is neither your password nor your code.")),
        ],
    )


class PasskeyForm(Form):
    """What a passkey answered; only a script can fill it in."""

    answer = HiddenField()


class NewPasskeyForm(PasskeyForm):
    name = LineField(
        _l("Name of the passkey"),
        description=_l("So that you know it again, for example “Work laptop”."),
        validators=[
            DataRequired(_l("Give the passkey a name.")),
            Length(max=60, message=_l("Enter a name of at most 60 characters.")),
        ],
    )


class ResetForm(Form):
    reason = LineField(
        _l("Reason"),
        description=_l("For example “Lost the telephone, came in person on 3 March”."),
        validators=[
            DataRequired(_l("Give the reason.")),
            Length(max=300, message=_l("Enter a reason of at most 300 characters.")),
        ],
    )


class JoinForm(Form):
    password = PasswordField(
        _l("New password"),
        description=_l("At least 12 characters. A sentence of four or five words is easy to keep."),
        validators=[
            InputRequired(_l("Enter a password.")),
            Length(min=MIN_LENGTH, message=_l("Choose a password of at least 12 characters.")),
            Length(max=MAX_LENGTH, message=_l("Choose a password of at most 200 characters.")),
        ],
    )
    again = PasswordField(
        _l("The same password again"),
        validators=[
            InputRequired(_l("Enter the password a second time.")),
            EqualTo("password", _l("The two passwords differ. Enter the same one twice.")),
        ],
    )


class InviteForm(Form):
    email = LineField(
        _l("Work e-mail"),
        validators=[
            DataRequired(_l("Enter the e-mail of the person.")),
            Email(_l("Enter a complete e-mail, for example name@example.vn.")),
            Length(max=254),
        ],
    )
    name = LineField(
        _l("Name"),
        validators=[
            DataRequired(_l("Enter the name of the person.")),
            Length(max=120, message=_l("Enter a name of at most 120 characters.")),
        ],
    )
    job_title = LineField(
        _l("Position"),
        validators=[Length(max=120, message=_l("Enter a position of at most 120 characters."))],
    )
    role = RadioField(
        _l("Role"),
        choices=[SelectChoice(role.value, words) for role, words in ROLES.items()],
        validators=[InputRequired(_l("Choose a role."))],
    )
    agency = SelectField(
        _l("Agency"),
        coerce=int,
        description=_l("The role holds for this agency and for all bodies below it."),
        validators=[InputRequired(_l("Choose an agency."))],
    )

    def offer(self, agencies: Iterable[Agency]) -> None:
        """The agencies one may choose from are these."""
        self.agency.choices = [SelectChoice(agency.id, called(agency)) for agency in agencies]


class DelegationForm(Form):
    """Who signs for the head of which agency, and from which day to which."""

    officer = SelectField(
        _l("Who signs for you"),
        coerce=int,
        validators=[InputRequired(_l("Choose an officer."))],
    )
    valid_from = DateField(_l("First day"), validators=[InputRequired(_l("Enter the first day."))])
    valid_to = DateField(
        _l("Last day"),
        description=_l("This day is included. A delegation runs for a year at most."),
        validators=[InputRequired(_l("Enter the last day."))],
    )

    def offer(self, officers: Iterable[Officer]) -> None:
        """One may choose from these officers."""
        self.officer.choices = [
            SelectChoice(one.id, f"{one.name}, {one.job_title}" if one.job_title else one.name)
            for one in officers
        ]
