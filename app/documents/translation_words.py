"""What the translator's desk says: states, filters, what stands in the way of a file or a field."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.documents.translation_pages import Show
from app.translations.models import Standing
from app.translations.progress import State
from app.translations.words import STANDINGS
from app.translations.xliff_reading import Why, WrongFile
from app.web.refusals import RefusalCode

# state: what it is called, and the colour of its tag
STATES: dict[State, tuple[LazyString, str]] = {
    State.OFFICIAL: (STANDINGS[Standing.OFFICIAL], "good"),
    State.UNOFFICIAL: (STANDINGS[Standing.UNOFFICIAL], ""),
    State.MACHINE: (STANDINGS[Standing.MACHINE], "warn"),
    State.STALE: (_l("The Vietnamese words have changed since"), "warn"),
    State.MISSING: (_l("Not translated yet"), "plain"),
}
SHOWS: dict[Show, LazyString] = {
    Show.ALL: _l("All"),
    Show.MISSING: _l("Not translated"),
    Show.STALE: _l("Outdated"),
    Show.MACHINE: _l("By machine"),
}
OVERTAKEN = _l(
    "Somebody else translated this meanwhile. Yours stands here and is not saved yet: compare, "
    "then send it again."
)
OTHER_WORDS = _l(
    "The Vietnamese words were changed meanwhile. Your translation stands here and is not saved "
    "yet: adapt it, then send it again."
)
TOO_LONG = _l("This translation is too long.")
WRONG_FILES: dict[WrongFile, LazyString] = {
    WrongFile.OTHER_DOSSIER: _l("This file holds nothing of this dossier."),
    WrongFile.NO_LANGUAGE: _l("This file does not say which language it translates into."),
    WrongFile.OTHER_LANGUAGE: _l("This file translates into another language."),
    WrongFile.NOT_FROM_VIETNAMESE: _l("This file does not translate from Vietnamese."),
}
WHYS: dict[Why, LazyString] = {
    Why.UNKNOWN: _l("There is no such part in the dossier now."),
    Why.OTHER_WORDS: _l("The Vietnamese words are no longer those of the file."),
    Why.TWICE: _l("The file holds this part twice."),
    Why.TOO_LONG: TOO_LONG,
}
NO_XLIFF = _l(
    "This cannot be read as XLIFF. "
    "Send a file that was taken from here, in version 2.1, 2.0 or 1.2."
)
REFUSALS: dict[RefusalCode, LazyString] = {
    RefusalCode.WRONG_TYPE: NO_XLIFF,
    RefusalCode.TRUNCATED: NO_XLIFF,
    RefusalCode.EXTERNAL_ENTITIES: NO_XLIFF,
    RefusalCode.TOO_MANY_ENTRIES: NO_XLIFF,
    RefusalCode.TOO_HEAVY: NO_XLIFF,
    RefusalCode.TOO_LARGE: _l("Send a smaller file or a shorter text."),
}
