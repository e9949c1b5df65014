"""Countries and territories by their codes, named and ordered as the page's language has them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import Optional
from wtforms.widgets import Select

from app.web.locale import called, current
from app.web.phrases import order

# Where most Vietnamese abroad live, and whence most foreigners in Viet Nam come
OFTEN = (
    *("AU", "CA", "CN", "CZ", "DE", "FR", "GB", "JP", "KH", "KR", "LA", "MY", "PL", "RU", "TH"),
    *("TW", "US"),
)
HOME = "VN"
KEPT = 200  # lists, about ten kilobytes each
# What the Unicode data has beside the codes of ISO 3166-1: groups, reserved and private codes
_OTHERS = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
)


class Drawn(Select):
    """The list as markup, drawn once for each way it looks: it has two hundred lines."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        key = (current().code, field.id, field.data, *sorted(attributes.items()))
        html = _drawn.get(key)
        if html is None:
            if len(_drawn) >= KEPT:
                _drawn.clear()
            html = _drawn[key] = super().__call__(field, **attributes)
        return html


_drawn: dict[tuple[Any, ...], Markup] = {}


class CountryField(SelectField):
    """Where somebody lives or comes from; what is not in the list counts as not said."""

    widget = Drawn()

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, [Optional()], coerce=code, choices=choices, **kwargs)

    def pre_validate(self, form: BaseForm) -> None:
        """Nothing to ask of two hundred choices: `code` let in none but theirs."""


def choices() -> list[SelectChoice]:
    """What a form offers on this page: none, the usual ones, and the others."""
    often, others = (_listed(current().code, only) for only in (True, False))
    first, rest = _("Most often chosen"), _("Other countries and territories")
    return [
        SelectChoice("", "–"),
        *(SelectChoice(code, name, optgroup=first) for code, name in often),
        *(SelectChoice(code, name, optgroup=rest) for code, name in others),
    ]


def code(typed: str | None) -> str:
    """The code as it was sent, "" for whatever is none: a country is never worth an error."""
    return typed if typed in _names(current().code) else ""


def named(found: str) -> str:
    """What the page's language calls the country of that code, or the code itself; "" for none."""
    return _names(current().code).get(found, found)


@lru_cache(maxsize=32)
def _names(page: str) -> dict[str, str]:
    known = Locale.parse(called(page).catalogue).territories
    return {
        one: str(name)
        for one, name in known.items()
        if len(one) == 2 and one.isalpha() and one not in _OTHERS and one != HOME
    }


@lru_cache(maxsize=64)
def _listed(page: str, often: bool) -> list[tuple[str, str]]:
    place = order(page)
    names = _names(page)
    found = [(one, names[one]) for one in names if (one in OFTEN) is often]
    return sorted(found, key=lambda pair: place(pair[1]))
