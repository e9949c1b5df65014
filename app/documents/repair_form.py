"""The form of one repair; every unit on the page has its own, so the page writes the controls."""

from __future__ import annotations

from wtforms import HiddenField, SelectField

from app.documents.nodes import Kind
from app.documents.repair import Edit, Operation
from app.web.forms import Form, LineField

UNDO = "undo"


class RepairForm(Form):
    """`seen` is the digest of the text on the screen; `place` is paragraph and line, "2.17"."""

    seen = HiddenField()
    unit = LineField()
    operation = SelectField(choices=[*(one.value for one in Operation), UNDO])
    kind = SelectField(choices=[kind.value for kind in Kind], validate_choice=False)
    number = LineField()
    place = HiddenField()
    words = LineField()

    def edit(self) -> Edit:
        """What is asked for; a paragraph or kind that no page offers is one that no unit has."""
        paragraph, _, line = (self.place.data or "0").partition(".")
        kind = self.kind.data
        return Edit(
            operation=Operation(self.operation.data),
            anchor=self.unit.data or "",
            kind=Kind(kind) if kind in set(Kind) else None,
            number=self.number.data or "",
            paragraph=_count(paragraph, -1),
            words=self.words.data or "",
            line=_count(line, 0),
        )


def _count(typed: str, otherwise: int) -> int:
    known = typed.isascii() and typed.isdecimal() and len(typed) < 10
    return int(typed) if known else otherwise
