"""Personal data in a text, each passage with what it seems to be."""

from __future__ import annotations

from itertools import chain, islice

from app.moderation.screening.births import births
from app.moderation.screening.emails import emails
from app.moderation.screening.numbers import numbers
from app.moderation.screening.plates import plates
from app.moderation.screening.postal import homes
from app.moderation.screening.seen import AT_MOST, Seen, Span, apart

LOOKS = (emails, births, numbers, plates, homes)


def personal(seen: Seen) -> list[Span]:
    """Passages that identify somebody, in order and apart; at most AT_MOST.

    What they are: email, birth_date, id_number, phone, bank_account, plate, address.
    """
    found = chain.from_iterable(islice(look(seen), AT_MOST) for look in LOOKS)
    return apart(found, seen.text)
