"""What a translator typed, held against what stands there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from app.translations.keep import Written
from app.translations.pieces import too_long, worded
from app.translations.progress import Place, Row, State

TEXT, SEEN, HOLDS = "text:", "seen:", "holds:"


@dataclass(frozen=True)
class Typed:
    """The words for one part, and what their writer had before them.

    `digest` is of the Vietnamese words, `shown` the id of the translation they began from, and
    `latest` that of the newest row; 0 for none. `holds` says that it is right as it stands.
    """

    part: str
    text: str
    digest: str
    shown: int
    latest: int
    holds: bool


@dataclass
class Outcome:
    """What is to be written, and by part what keeps it from being written."""

    written: list[Written] = field(default_factory=list)
    too_long: set[str] = field(default_factory=set)
    # somebody else translated it meanwhile, or the Vietnamese words are others now
    overtaken: set[str] = field(default_factory=set)
    other_words: set[str] = field(default_factory=set)
    # no such part any more
    gone: list[Typed] = field(default_factory=list)

    @property
    def conflict(self) -> bool:
        return bool(self.overtaken or self.other_words or self.gone)

    @property
    def stopped(self) -> bool:
        return bool(self.conflict or self.too_long)


def seen(place: Place) -> str:
    """What the form sends back of a place beside the words."""
    shown = place.shown.id if place.shown is not None else 0
    return f"{place.piece.digest}.{shown}.{place.latest}"


def typed(form: MultiDict[str, str]) -> list[Typed]:
    """What the form holds, part by part."""
    found = []
    for name in form:
        if not name.startswith(TEXT):
            continue
        part = name.removeprefix(TEXT)
        digest, _, numbers = form.get(SEEN + part, "").partition(".")
        shown, _, latest = numbers.partition(".")
        text = worded(part, form[name])
        found.append(
            Typed(part, text, digest, _number(shown), _number(latest), bool(form.get(HOLDS + part)))
        )
    return found


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def changed(one: Typed, texts: Mapping[int, str]) -> bool:
    """Whether something else was typed than stood there, or said to hold; `texts` by id of row."""
    return one.text != texts.get(one.shown, "") or (one.holds and bool(one.text))


def settle(places: Sequence[Place], rows: Iterable[Row], sent: Sequence[Typed]) -> Outcome:
    """What of all that was sent is to be written; only what was changed."""
    found = Outcome()
    known = {place.piece.part: place for place in places}
    texts = {row.id: row.text for row in rows}
    for one in sent:
        if changed(one, texts):
            _settle(one, known.get(one.part), texts, found)
    return found


def _settle(one: Typed, place: Place | None, texts: Mapping[int, str], found: Outcome) -> None:
    if place is None:
        found.gone.append(one)
    elif place.piece.digest != one.digest:
        found.other_words.add(one.part)
    elif place.latest != one.latest and texts.get(place.latest, "") != one.text:
        found.overtaken.add(one.part)
    elif too_long(one.part, one.text):
        found.too_long.add(one.part)
    elif place.state is State.OFFICIAL and one.text == place.text:
        return  # somebody vouched for these very words: who sends them once more takes nothing back
    elif one.holds or one.text != texts.get(place.latest, ""):
        found.written.append(Written(place.piece, one.text))
