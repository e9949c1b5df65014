"""The form that announces a stop of the portal."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from wtforms import DateField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length

from app.kit import clock
from app.web.forms import Form, LineField, TextField

DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
TIMES = ["%H:%M", "%H:%M:%S"]
SHORTER = _l("Shorten this to at most %(max)d characters.")
DAY = _l("Enter a day, for example 31/12/2026.")
TIME = _l("Enter a time, for example 22:30.")


class StopForm(Form):
    """Times are those of Viet Nam."""

    first_day = DateField(_l("First day"), format=DATES, validators=[InputRequired(DAY)])
    from_time = TimeField(_l("From"), format=TIMES, validators=[InputRequired(TIME)])
    last_day = DateField(_l("Last day"), format=DATES, validators=[InputRequired(DAY)])
    until_time = TimeField(
        _l("Back at"),
        format=TIMES,
        description=_l("When the portal will answer again. Every page shows this time."),
        validators=[InputRequired(TIME)],
    )
    words = LineField(
        _l("Why, in Vietnamese"),
        validators=[
            DataRequired(_l("Say in a sentence why the portal stops.")),
            Length(max=300, message=SHORTER),
        ],
    )
    words_en = LineField(
        _l("Why, in English"),
        description=_l("Readers of all other languages see this; without it, the Vietnamese."),
        validators=[Length(max=300, message=SHORTER)],
    )
    emergency = TextField(
        _l("If it cannot wait: the reason"),
        description=_l("A stop without the usual notice has to be justified. The reason is kept."),
        validators=[Length(max=1000, message=SHORTER)],
    )

    def times(self) -> tuple[datetime, datetime]:
        """The instants of the beginning and of the end."""
        begins = self.first_day.data, self.from_time.data
        ends = self.last_day.data, self.until_time.data
        first, last = (
            datetime.combine(day, time, clock.VN).astimezone(UTC)
            for day, time in (begins, ends)
            if day is not None and time is not None
        )
        return first, last
