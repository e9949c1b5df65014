"""Where something is taken from public view: the page and its forms, for all rooms that may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.accounts.policy import Act, may
from app.accounts.session import signed_in
from app.approvals.models import Takedown
from app.documents import takedown as orders
from app.documents.models import Dossier
from app.web.forms import Form, LineField, TextField

MOST = 2000
REASON = (
    DataRequired(_l("Say why, for the second officer.")),
    Length(max=MOST, message=_l("Shorten the reason to at most 2,000 characters.")),
)


class TakedownForm(Form):
    subject = RadioField(_l("What"), validators=[InputRequired(_l("Choose what it is about."))])
    category = RadioField(
        _l("Ground"),
        choices=[SelectChoice(one.value, words) for one, words in orders.CATEGORIES.items()],
        validators=[InputRequired(_l("Choose the ground."))],
    )
    basis = LineField(
        _l("Legal basis"),
        description=_l("Everybody can read it. Name the law and the order, not what is hidden."),
        validators=[
            DataRequired(_l("Name the law and the order.")),
            Length(max=300, message=_l("Shorten this to at most 300 characters.")),
        ],
    )
    reason = TextField(
        _l("Reason"),
        description=_l("Only those who may read what is hidden can read it."),
        validators=list(REASON),
    )


class LiftForm(Form):
    reason = TextField(_l("Reason"), validators=list(REASON))


def page(
    dossier: Dossier,
    takedowns: Sequence[Takedown],
    form: TakedownForm,
    address: Callable[[int], str],
    *,
    failed: Mapping[int, LiftForm],
    **words: Any,
) -> str:
    """What can be taken down and what is; `address` is where to propose that one is given back.

    `failed` has the form that was not filled in well, by the number of its takedown; `words` are
    the `above`, `back` and `called_here` of the template.
    """
    lifting = {one.id: failed.get(one.id) or LiftForm(formdata=None) for one in takedowns}
    for number, one in lifting.items():
        one.reason.id = f"lift-{number}"  # a page may have several of them
    return render_template(
        "documents/takedown.html",
        dossier=dossier,
        form=form,
        lifting={number: (one, address(number)) for number, one in lifting.items()},
        failed=next(iter(failed.values()), form),
        takedowns=takedowns,
        categories=orders.CATEGORIES,
        what=orders.subject_in_words,
        sees=may(signed_in(), Act.READ_PROPOSALS, dossier.agency),
        **words,
    )
