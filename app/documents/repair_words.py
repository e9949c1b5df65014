"""What the desk says of repairs: what was done, why something cannot be, what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.documents.doubts import LETTERS
from app.documents.models import DraftEdit
from app.documents.nodes import DoubtCode, Kind
from app.documents.numbers import LABELS
from app.documents.numerals import whole
from app.documents.parsers.numbering import roman
from app.documents.repair import Fault, Operation, WrongRepairError
from app.documents.versions import Row
from app.documents.words import unit
from app.documents.written import REWORD

DONE: dict[str, LazyString] = {
    Operation.JOIN: _l("%(unit)s is now part of the unit above it."),
    Operation.SPLIT: _l("%(new)s is now a unit of its own."),
    Operation.RENUMBER: _l("%(unit)s is now %(new)s."),
    Operation.RETYPE: _l("%(unit)s is now %(new)s."),
    Operation.RAISE: _l("The first paragraph of %(unit)s is now its heading."),
    Operation.LOWER: _l("The heading of %(unit)s is now its text."),
    REWORD: _l("%(unit)s has other words now."),
}

FAULTS: dict[Fault, LazyString] = {
    Fault.FIRST: _l("This is the first unit: there is none above it to join."),
    Fault.TABLE: _l("A table has no number and cannot become text or another kind of unit."),
    Fault.SAME: _l("Nothing was changed: the unit has this kind and number already."),
    Fault.NO_SUCH_PARAGRAPH: _l("The unit has no such paragraph. Choose one from the list."),
    Fault.NO_SUCH_WORDS: _l(
        "These words do not stand there. Copy them from the text exactly as they are."
    ),
    Fault.WORDS_REPEATED: _l("These words stand there more than once. Add the words that follow."),
    Fault.NO_HEADING: _l("There is no heading here to change."),
    Fault.NO_UNIT: _l("This unit is no longer there. Look for the place where it was."),
}

MISNUMBERED = frozenset(
    {
        DoubtCode.NUMBER_GAP,
        DoubtCode.NUMBER_REPEATED,
        DoubtCode.LETTER_GAP,
        DoubtCode.LETTER_REPEATED,
    }
)

DIVISION = _l("Type the number in Roman letters or in digits: IV or 4.")
NUMBERS: dict[Kind, LazyString] = {
    Kind.PART: DIVISION,
    Kind.CHAPTER: DIVISION,
    Kind.SECTION: DIVISION,
    Kind.SUBSECTION: DIVISION,
    Kind.ARTICLE: _l("Type the number of the article in digits, as in 5 or 51a."),
    Kind.CLAUSE: _l("Type the number of the clause in digits, as in 2 or 2a."),
    Kind.POINT: _l("Type the letter of the point, as in b, đ or a1. There is no f, j, w or z."),
    Kind.ANNEX: _l("Type the number of the annex in Roman letters or digits, or leave it empty."),
}


@dataclass(frozen=True)
class Suggestion:
    """One press of a button that would settle a doubt: what it says, and what it sends."""

    words: str
    fields: Mapping[str, str] = field(default_factory=dict)


def fault(error: WrongRepairError) -> str:
    """Why the repair could not be made, as a sentence that says what to do."""
    return str(NUMBERS[error.kind] if error.kind else FAULTS[error.fault])


def done(edit: DraftEdit) -> str:
    """What a repair did, as a sentence."""
    kind, number = edit.facts["became"]
    before = _begun(unit(edit.facts["kind"], edit.facts["number"]))
    after = unit(kind, number)
    words = str(DONE[edit.operation]) % {"unit": before, "new": after}
    return _begun(words)


def kinds() -> list[tuple[str, str]]:
    """The kinds a unit can be given, in the law's own words."""
    return [(kind.value, _begun(unit(kind, ""))) for kind in LABELS if kind is not Kind.ANNEX] + [
        (Kind.ANNEX.value, unit(Kind.ANNEX, ""))
    ]


def suggestion(doubt: Mapping[str, Any], row: Row, article: Row | None) -> Suggestion | None:
    """What would settle the doubt about the row, where that is plain; `article` is the one it is
    in."""
    facts = doubt["facts"]
    match doubt["code"]:
        case DoubtCode.EMPTY_UNIT:
            return Suggestion(_("Join with the unit above"), {"operation": Operation.JOIN})
        case DoubtCode.LONG_HEADING:
            return Suggestion(_("Make the heading text"), {"operation": Operation.LOWER})
        case code if code in MISNUMBERED and facts.get("expected"):
            number = _expected(row, str(facts["expected"]))
            words = _("Renumber as %(unit)s", unit=unit(row.kind, number))
            return Suggestion(words, {"operation": Operation.RENUMBER, "number": number})
        case DoubtCode.LOST_NUMBER if article:
            return _lost(str(facts["text"]), row.text.split("\n"), str(whole(article.number) + 1))
    return None


def next_number(row: Row) -> str:
    """The number that follows that of the row: "3" after "2a", "đ" after "d"; "" if none does."""
    if row.kind is Kind.POINT:
        following = LETTERS.find(row.number[:1]) + 1
        return LETTERS[following : following + 1] if following else ""
    count = whole(row.number)
    return str(count + 1) if count else ""


def _lost(text: str, paragraphs: Sequence[str], number: str) -> Suggestion | None:
    at = next((n for n, one in enumerate(paragraphs) if one.startswith(text)), None)
    if at is None:
        return None
    fields = {
        "operation": Operation.SPLIT.value,
        "paragraph": str(at),
        "kind": Kind.ARTICLE.value,
        "number": number,
    }
    return Suggestion(_("Split here as %(unit)s", unit=unit(Kind.ARTICLE, number)), fields)


def _expected(row: Row, number: str) -> str:
    counted_in_letters = not row.number[:1].isdecimal() and number.isdecimal()
    return roman(int(number)).upper() if counted_in_letters else number


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]
