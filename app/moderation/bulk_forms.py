"""The form that confirms one decision on many comments."""

from __future__ import annotations

import re

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from app.moderation.bulk import Deed, Order
from app.moderation.forms import INCOMPLETE, ReasonFields
from app.moderation.reasons import Reason
from app.web.forms import Form

# a comment in the version that was seen
SEEN = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


class BulkForm(Form):
    """These comments, in these versions, are published or withheld as proposed."""

    deed = StringField(widget=HiddenInput(), validators=[InputRequired(INCOMPLETE)])
    seen = StringField(widget=HiddenInput(), validators=[InputRequired(INCOMPLETE)])
    group = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def chosen(self) -> dict[int, int]:
        """The comments, each with the version that was seen."""
        found = [SEEN.fullmatch(word) for word in (self.seen.data or "").split()]
        return {int(match[1]): int(match[2]) for match in found if match}

    def trial(self) -> Order:
        """An order with which the preview can be made before anything is filled in."""
        return Order(Deed(self.deed.data), Reason.SPAM, "…")

    def order(self) -> Order:
        """What the filled in form asks for."""
        return Order(Deed(self.deed.data))


class BulkWithholdForm(ReasonFields, BulkForm):
    """These comments are withheld for one reason, and each author is told it."""

    def order(self) -> Order:
        return Order(
            Deed(self.deed.data),
            Reason(self.reason.data),
            self.sentence.data or "",
            bool(self.borderline.data),
        )


def form_for(deed: Deed) -> type[BulkForm]:
    """The form of that deed; only a withholding asks for words."""
    return BulkWithholdForm if deed is Deed.WITHHOLD else BulkForm


def written(seen: dict[int, int]) -> str:
    """The comments and versions as the hidden field holds them."""
    return " ".join(f"{number}.{version}" for number, version in seen.items())
