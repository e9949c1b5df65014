"""What the address asks the list of comments for, and the filters that the page offers."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import abort, request
from flask_babel import gettext as _

from app.comments.models import CommenterKind
from app.comments.words import KINDS
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.groups.reading import standing
from app.kit.text import clean_line
from app.responses.progress import Whose, parts
from app.responses.sought import Standing, Wanted
from app.responses.words import STANDINGS

NAMES = ("standing", "article", "group", "kind", "q")
LONGEST = 200  # characters of what is looked for
One = TypeVar("One", bound=StrEnum)


def wanted(found: Consultation) -> Wanted:
    """The filters of the address; 404 for what is none, or a group of another consultation."""
    group = _number("group")
    if group is not None:
        held = standing(group)
        if held is None or held.consultation_id != found.id:
            abort(404)
    return Wanted(
        standing=_one_of(Standing, "standing") or Standing.OPEN,
        article=_number("article"),
        group=group,
        kind=_one_of(CommenterKind, "kind"),
        words=clean_line(request.args.get("q", ""))[:LONGEST],
    )


def offered(found: Consultation, asked: Wanted) -> dict[str, object]:
    """The filters with their choices, and what is chosen as the query of an address."""
    places = [
        (part.lineage_id, citation(part.anchor) if part.anchor else _("Whole draft"))
        for part in parts(found, Whose.ALL, 0)
    ]
    if asked.article is not None and asked.article not in {key for key, _words in places}:
        places.append((asked.article, _("Another part")))
    chosen = {
        "standing": asked.standing.value if asked.standing is not Standing.OPEN else None,
        "article": asked.article,
        "group": asked.group,
        "kind": asked.kind.value if asked.kind is not None else None,
        "q": asked.words or None,
    }
    return {
        "wanted": asked,
        "query": {name: value for name, value in chosen.items() if value is not None},
        "filters": [
            {"name": "q", "label": _("Words"), "value": asked.words},
            _choice("standing", _("Answer"), asked.standing, STANDINGS.items()),
            _choice("article", _("Part"), asked.article, [("", _("All parts")), *places]),
            _choice("kind", _("Commenter"), asked.kind, [("", _("Everybody")), *KINDS.items()]),
        ],
    }


def _choice(name: str, label: str, value: object, options: object) -> dict[str, object]:
    return {
        "name": name,
        "label": label,
        "value": "" if value is None else value,
        "options": list(options),  # type: ignore[call-overload]
    }


def _one_of(kind: type[One], name: str) -> One | None:
    asked = request.args.get(name, "")
    if not asked:
        return None
    try:
        return kind(asked)
    except ValueError:
        abort(404)


def _number(name: str) -> int | None:
    asked = request.args.get(name, "")
    if not asked:
        return None
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        abort(404)
    return int(asked)
