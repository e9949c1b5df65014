"""How the page names what is wrong with a row of a sent table, or with the whole of it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.documents.words import REFUSALS_BESIDE, STATUS, refusal
from app.kit.text import shorten
from app.responses.table_plan import Fault, Left
from app.web.refusals import RefusalCode, Refused

LONGEST = 60  # letters of a wrong word that are shown

FAULTS: dict[Fault, LazyString] = {
    Fault.UNKNOWN_NUMBER: _l("No public comment of this consultation has this number."),
    Fault.TWICE: _l("The number stands in more than one row. Keep one of them."),
    Fault.NO_MARK: _l("The mark is missing or was changed. Take the row from a fresh file."),
    Fault.CHANGED: _l(
        "The comment or its answer changed since the file was made. "
        "Take the row from a fresh file and edit it again."
    ),
    Fault.PUBLISHED: _l("Its answer is published and cannot change any more."),
    Fault.UNKNOWN_DISPOSITION: _l(
        "“%(word)s” is none of the words for what the agency does. Choose one from the list."
    ),
    Fault.NO_DISPOSITION: _l("The row does not say what the agency does."),
    Fault.NO_EXPLANATION: _l("The row has no explanation."),
    Fault.TOO_SHORT: _l("The explanation is too short: it needs at least 20 characters."),
    Fault.TOO_LONG: _l("A text is too long: 20,000 characters are the most."),
}

REFUSALS: Mapping[str, LazyString] = {
    RefusalCode.MACROS: _l(
        "The file contains macros, and those are never taken. "
        "Save it as “Excel Workbook (*.xlsx)” and send that."
    ),
    RefusalCode.EXTERNAL_ENTITIES: _l(
        "The file takes something from another file or from a network. "
        "Copy the cells into a new workbook as values and save that."
    ),
    RefusalCode.WRONG_TYPE: _l(
        "Files of this kind are not taken here. Save it as .xlsx or .csv and send that."
    ),
    RefusalCode.TOO_MANY_ENTRIES: _l(
        "The file has more than 20,000 rows. Send the rows that you filled in, in several files."
    ),
    RefusalCode.TOO_HEAVY: _l(
        "The file needs more memory than any table should. "
        "Copy the rows into a new workbook and save that."
    ),
}


def fault(left: Left) -> str:
    """What is wrong with the row, and what to do about it."""
    return str(FAULTS[left.fault]) % {"word": shorten(left.word, LONGEST)}


def refused(error: Refused) -> tuple[str, int]:
    """Why a sent table is not taken and what to do about it, and the status that says so."""
    if error.code in REFUSALS:
        return str(REFUSALS[error.code]), STATUS.get(error.code, 422)
    assert error.code in REFUSALS_BESIDE
    return refusal(error, beside=True)
