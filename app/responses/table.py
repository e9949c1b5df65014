"""The table of what was said and answered, as the law wants it: one line an answer, in order.

It tells what is public and nothing else, so anybody may have it at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from app.consultations.models import Consultation
from app.kit import clock


@dataclass(frozen=True)
class Said:
    """One public comment as everybody may read it; `criticism` is its form, "" for no criticism."""

    id: int
    kind: str
    name: str
    place: str
    quote: str
    body: str
    wording: str
    criticism: str
    members: int
    submitted_on: date
    language: str = "vi"
    # what staff or a machine put in Vietnamese of the words as they are shown, "" for none
    told: str = ""
    told_by: str = ""

    @property
    def reference(self) -> str:
        return f"GY-{self.id}"

    def weight(self) -> int:
        """Its letters, as far as they can be many."""
        return len(self.body) + len(self.wording) + len(self.quote) + len(self.told)


@dataclass(frozen=True)
class Reply:
    """A published answer; `changes` cites the provisions whose words change because of it.

    One that was taken from public view has no disposition and no words.
    """

    id: int
    disposition: str
    explanation: str
    no_change_reason: str
    changes: tuple[str, ...]
    published_on: date


@dataclass(frozen=True)
class Line:
    """One answer with all it speaks to, or one comment that has none yet, or more of the line
    before (`continued`); `criticism` tells which of the two sections it stands in."""

    criticism: bool
    places: tuple[str, ...]
    comments: tuple[Said, ...]
    reply: Reply | None
    continued: bool = False


@dataclass(frozen=True)
class Totals:
    """How many public comments, from how many senders at least, and how many have an answer.

    Bodies are told apart by name. People cannot be: each comment of theirs counts as one sender.
    `waiting`, `withheld` and `late` came in as well and are not in the table.
    """

    comments: int
    answered: int
    criticisms: int
    agencies: int
    organisations: int
    businesses: int
    people: int
    waiting: int
    withheld: int
    late: int

    @property
    def senders(self) -> int:
        return self.agencies + self.organisations + self.businesses + self.people

    @property
    def unanswered(self) -> int:
        return self.comments - self.answered

    @property
    def received(self) -> int:
        """All that came in and was not taken back by its author."""
        return self.comments + self.waiting + self.withheld + self.late


@dataclass(frozen=True)
class Cover:
    """What the head of the table says; `draft` is the number of the draft, None for a proposal."""

    title: str
    agency: str
    draft: int | None
    round: int
    opened_on: date
    ended_on: date
    open: bool
    address: str


@dataclass(frozen=True)
class Table:
    """The table as of one moment; its lines can be read once."""

    cover: Cover
    totals: Totals
    made_at: datetime
    lines: Iterable[Line]

    @property
    def finished(self) -> bool:
        """The period is over, nothing waits for review and every public comment is answered."""
        waits = self.totals.unanswered or self.totals.waiting
        return not self.cover.open and not waits


def cover_of(consultation: Consultation, address: str, now: datetime) -> Cover:
    """The head of the consultation's table; `address` is the absolute URL of its public page."""
    dossier, version = consultation.dossier, consultation.version
    return Cover(
        title=dossier.title,
        agency=dossier.agency.name,
        draft=version.number if version else None,
        round=consultation.round,
        opened_on=clock.vn_date(consultation.opened_at),
        ended_on=consultation.ended_on,
        open=consultation.is_open(now),
        address=address,
    )
