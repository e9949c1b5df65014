"""The form of all pairs on a page: each is decided on its own, or left for later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from wtforms import HiddenField

from app.documents.citation import anchor_of
from app.documents.confirming import Decision
from app.documents.paired import Tie
from app.kit.text import clean_line
from app.web.forms import Form


class Say(StrEnum):
    """What is said of a pair; nothing is said where none is chosen."""

    YES = "yes"
    OTHER = "other"
    REMOVED = "removed"


@dataclass(frozen=True)
class Typed:
    """One pair as it was sent: the choice, the provision from the list, the one typed."""

    say: str = ""
    chosen: str = ""
    place: str = ""
    error: str = ""


class AlignmentForm(Form):
    """`seen` names the words and decisions that were on the screen."""

    seen = HiddenField()
    typed: Mapping[str, Typed] = {}

    def read(
        self, sent: Mapping[str, str], ties: Iterable[Tie], anchors: frozenset[str]
    ) -> list[Decision]:
        """What was decided of those pairs; what cannot be understood is marked at its pair."""
        found, typed = [], {}
        for tie in ties:
            one = _typed(sent, tie.key)
            if tie.old is None or one.say not in set(Say):
                continue
            anchor = tie.new.anchor if tie.new is not None else None
            if one.say == Say.OTHER:
                anchor = _meant(one, anchors)
                if anchor is None:
                    one = Typed(one.say, one.chosen, one.place, _fault(one.place))
            elif one.say == Say.REMOVED:
                anchor = None
            typed[tie.key] = one
            if not one.error:
                found.append(Decision(tie.old.id, anchor))
        self.typed = typed
        return found

    def wrong(self) -> list[tuple[str, str]]:
        """Address on the page and message of every pair that cannot be kept so."""
        return [(f"#place-{key}", one.error) for key, one in self.typed.items() if one.error]


def _typed(sent: Mapping[str, str], key: str) -> Typed:
    return Typed(
        say=sent.get(f"say-{key}", ""),
        chosen=sent.get(f"chosen-{key}", ""),
        place=clean_line(sent.get(f"place-{key}", "")),
    )


def _meant(one: Typed, anchors: frozenset[str]) -> str | None:
    """The provision that was typed, as anchor or citation, else the one chosen from the list."""
    for anchor in (one.place, anchor_of(one.place)) if one.place else (one.chosen,):
        if anchor in anchors:
            return anchor
    return None


def _fault(place: str) -> str:
    if place:
        return _("The new text has no %(place)s. Write it as in “khoản 2 Điều 6”.", place=place)
    return _("Choose the provision it became, or write its number.")
