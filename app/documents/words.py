"""What the desk says of dossiers: stages, content fields, files it refuses, doubts about a text."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, format_decimal
from flask_babel import lazy_gettext as _l

from app.documents import anchors, citation
from app.documents.lineage.pairs import Fate
from app.documents.models import Stage
from app.documents.nodes import DoubtCode, Kind
from app.documents.parsers.blocks import UnreadableCode, UnreadableError
from app.documents.parsers.numbering import roman
from app.documents.rewording import WordsFault
from app.web.uploads import RefusalCode, Refused

# stage: what it is called, and the colour of its tag
STAGES: dict[Stage, tuple[LazyString, str]] = {
    Stage.PROPOSAL: (_l("Proposal"), "plain"),
    Stage.DRAFTING: (_l("Drafting"), ""),
    Stage.CONSULTATION: (_l("Public comments"), "good"),
    Stage.RESPONDING: (_l("Answers"), "warn"),
    Stage.APPRAISAL: (_l("Appraisal"), "plain"),
    Stage.VERIFICATION: (_l("Verification"), "plain"),
    Stage.ADOPTED: (_l("Adopted"), "plain"),
    Stage.WITHDRAWN: (_l("Withdrawn"), "plain"),
}

CONTENT: dict[str, LazyString] = {
    "title_en": _l("Title in English"),
    "necessity": _l("Why it is needed"),
    "purpose": _l("Purpose"),
    "viewpoint": _l("Guiding principles"),
    "scope": _l("What it regulates"),
    "subjects": _l("Whom it applies to"),
    "main_content": _l("Main content"),
    "changes": _l("What changes compared with the law in force"),
    "other": _l("Other matters"),
    "affected_parties": _l("Who is affected"),
    "summary_en": _l("Summary in English"),
}

REFUSALS: dict[str, LazyString] = {
    RefusalCode.EMPTY: _l("The file is empty. Save the document again, then choose it."),
    RefusalCode.TOO_LARGE: _l(
        "The file has %(size)s MB; at most %(limit)s MB are taken. "
        "Make its pictures smaller or take them out."
    ),
    RefusalCode.UNPACKED_TOO_LARGE: _l(
        "Unpacked, the file would be larger than %(limit)s MB. "
        "Copy the text into a new document and save that."
    ),
    RefusalCode.TOO_MANY_ENTRIES: _l(
        "The file holds more parts than any document needs. "
        "Copy the text into a new document and save that."
    ),
    RefusalCode.TRUNCATED: _l(
        "The file is damaged or did not arrive completely. "
        "Open it, save it again and send that copy."
    ),
    RefusalCode.ENCRYPTED: _l(
        "The file is protected by a password. Take the protection off and save it again."
    ),
    RefusalCode.MACROS: _l(
        "The file contains macros, and those are never taken. "
        "Save it as “Word Document (*.docx)” and send that."
    ),
    RefusalCode.OLD_WORD: _l(
        "The file is in the old Word format (.doc). "
        "Open it in Word, save it as “Word Document (*.docx)” and send that."
    ),
    RefusalCode.WRONG_TYPE: _l(
        "Files of this kind are not taken here. "
        "Choose the file the draft was written in, or save it as .docx and send that."
    ),
    RefusalCode.MIXED: _l(
        "The file is two kinds of file in one, so not everybody would see the same in it. "
        "Save the document again under a new name and send that copy."
    ),
    RefusalCode.EXTERNAL_ENTITIES: _l(
        "The file loads something from another place, such as a template on a network. "
        "Copy the text into a new document and save that."
    ),
    RefusalCode.EMBEDDED_OBJECTS: _l(
        "Another file is embedded in this one, such as a spreadsheet. "
        "Turn it into a table or a picture and save again."
    ),
    RefusalCode.ACTIVE_CONTENT: _l(
        "The file does something by itself when it is opened: it holds a script, a form that "
        "sends data, or other files. Print it to a new PDF, or send the Word file."
    ),
    RefusalCode.TOO_HEAVY: _l(
        "The file needs more memory than any draft should. "
        "Take pictures and unused formatting out, or copy the text into a new document."
    ),
    RefusalCode.TOO_SLOW: _l(
        "Reading the file took too long and was stopped. "
        "Copy the text into a new document and save that."
    ),
    RefusalCode.BUSY: _l("Other files are being read just now. Wait a minute and try again."),
    UnreadableCode.NOT_A_DOCUMENT: _l(
        "No text could be found in the file. Open it, check it, and save it as .docx."
    ),
    UnreadableCode.DAMAGED: _l(
        "The text of the file cannot be read: parts of it are damaged. "
        "Open it, save it again and send that copy."
    ),
    UnreadableCode.SCANNED: _l(
        "Pages of the file (%(pages)s) are pictures without text, as a scanner makes them. "
        "Send the Word file, or a PDF saved from it."
    ),
    UnreadableCode.SCAN_TOO_LONG: _l(
        "Only scans of at most %(limit)s pages that can be read within a minute are taken. "
        "Upload the Word file of the draft."
    ),
    UnreadableCode.GARBLED: _l(
        "The fonts of this PDF do not say which letters they show, so nobody can search or quote "
        "it. Send the Word file, or save a new PDF from it."
    ),
    UnreadableCode.TOO_LONG: _l(
        "The file has more pages or letters than any draft. "
        "Send the text of the draft alone, and what belongs to it as files of its own."
    ),
}

# of a document beside the draft, or a table of comparison
REFUSALS_BESIDE: dict[str, LazyString] = {
    **REFUSALS,
    RefusalCode.WRONG_TYPE: _l(
        "Files of this kind are not taken here. Save it as .docx or .pdf and send that."
    ),
    RefusalCode.TOO_HEAVY: _l(
        "The file needs more memory than any document should. "
        "Take pictures and unused formatting out, or copy the text into a new document."
    ),
}

STATUS: dict[str, int] = {
    RefusalCode.TOO_LARGE: 413,
    RefusalCode.UNPACKED_TOO_LARGE: 413,
    RefusalCode.WRONG_TYPE: 415,
    RefusalCode.OLD_WORD: 415,
    RefusalCode.BUSY: 503,
}

DOUBTS: dict[str, LazyString] = {
    DoubtCode.NUMBER_GAP: _l("%(unit)s stands where %(expected)s was expected. Is one missing?"),
    DoubtCode.NUMBER_REPEATED: _l(
        "%(unit)s comes a second time or too late; %(expected)s was expected."
    ),
    DoubtCode.LETTER_GAP: _l("%(unit)s stands where %(expected)s was expected. Is one missing?"),
    DoubtCode.LETTER_REPEATED: _l(
        "%(unit)s comes a second time or too late; %(expected)s was expected."
    ),
    DoubtCode.LOST_NUMBER: _l(
        "“%(text)s” reads like a numbered unit that has lost its number, "
        "so it was joined to the unit before."
    ),
    DoubtCode.UNCLOSED_QUOTE: _l(
        "A quotation opens at “%(text)s” and is never closed; what follows may be misread."
    ),
    DoubtCode.NO_ARTICLE: _l(
        "No article was found, so readers could only comment on the text as a whole. "
        "Is this the right file?"
    ),
    DoubtCode.NUMBERS_LOST: _l(
        "The automatic numbers of this file were lost when it was saved as HTML. "
        "Upload the Word or OpenDocument file."
    ),
    DoubtCode.EMPTY_UNIT: _l("%(unit)s has a number but no words."),
    DoubtCode.LONG_HEADING: _l(
        "The heading of %(unit)s has %(length)s characters. Has its first paragraph slipped in?"
    ),
    DoubtCode.UNPLACED_TEXT: _l(
        "“%(text)s” stands outside any article and cannot be commented on by itself."
    ),
    DoubtCode.SUPPLIED_NUMBER: _l(
        "“%(text)s” has no number in the file. It was read as %(unit)s: "
        "the units around it leave that place open."
    ),
    DoubtCode.NUMBERS_RAISED: _l(
        "From %(unit)s on, the automatic numbers of the file were raised by one: "
        "%(count)s references within the text fit only then."
    ),
    DoubtCode.CONTENTS_SKIPPED: _l(
        "A table of contents with %(count)s titles was set aside, so that nothing is there twice."
    ),
    DoubtCode.CONVERTED: _l(
        "The text was written in an old encoding (%(text)s) and has been converted. "
        "Check names and capital letters."
    ),
    DoubtCode.RECOGNISED: _l(
        "This text was recognised from pictures of pages. "
        "Compare every number and name with the original."
    ),
    DoubtCode.SILENT_PAGES: _l(
        "No text was recognised on these pages of the file: %(text)s. Is something missing?"
    ),
}


# what became of a provision in a later version
FATES: dict[Fate, LazyString] = {
    Fate.KEPT: _l("kept as it was"),
    Fate.REWORDED: _l("reworded"),
    Fate.MOVED: _l("moved"),
    Fate.SPLIT: _l("split into several"),
    Fate.MERGED: _l("merged with others"),
    Fate.REMOVED: _l("removed"),
    Fate.ADDED: _l("new"),
}

WORDS_FAULTS: dict[WordsFault, LazyString] = {
    WordsFault.NO_UNIT: _l("This unit is no longer there. Look for the place where it was."),
    WordsFault.TABLE: _l("The cells of a table are changed in the file of the draft."),
    WordsFault.EMPTY: _l("A unit needs words. To take it out, join it with the one above."),
    WordsFault.SAME: _l("These are the words it has already."),
}
# from which likeness on; below the last nothing would have been matched by its words
ALIKE: tuple[tuple[float, LazyString], ...] = (
    (1.0, _l("The words are the same.")),
    (0.7, _l("Most of the words are the same.")),
    (0.4, _l("About half of the words are the same.")),
    (0.0, _l("Few of the words are the same.")),
)


def alike(score: float) -> LazyString:
    """How like each other two provisions are, to a drafter."""
    return next(words for least, words in ALIKE if score >= least)


def refusal(error: Refused | UnreadableError, *, beside: bool = False) -> tuple[str, int]:
    """Why a file was not taken and what to do about it, and the HTTP status that says so.

    `beside` is for what is not the text of a draft.
    """
    sizes = {
        name: _megabytes(value)
        for name, value in error.facts.items()
        if name in ("size", "limit") and isinstance(value, int)
    }
    facts = {"size": "", "limit": "", "pages": "", **error.facts, **sizes}
    words = REFUSALS_BESIDE if beside else REFUSALS
    return str(words[error.code]) % facts, STATUS.get(error.code, 422)


def doubt(code: str, facts: Mapping[str, str | int]) -> str:
    """What the parser was unsure of, as a sentence to a drafter."""
    kind, number, expected = (str(facts.get(key, "")) for key in ("kind", "number", "expected"))
    words = str(DOUBTS[code]) % {
        "unit": unit(kind, number),
        "expected": unit(kind, expected if number.isdecimal() else _roman(kind, expected)),
        "text": facts.get("text", ""),
        "length": facts.get("length", ""),
        "count": facts.get("count", ""),
    }
    return words[:1].upper() + words[1:]


def unit(kind: str, number: str) -> str:
    """A unit as the law names it: ("article", "7") is "Điều 7"."""
    name = citation.WORDS[anchors.WORDS[Kind(kind)]] if kind in set(Kind) else ""
    return f"{name} {number}".strip()


def _roman(kind: str, number: str) -> str:
    """The number as its neighbours are written, where those are Roman."""
    is_roman = kind in (Kind.PART, Kind.CHAPTER) and number.isdecimal()
    return roman(int(number)).upper() if is_roman else number


def _megabytes(size: int) -> str:
    return format_decimal(round(size / 1024 / 1024, 1))
