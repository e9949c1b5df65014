"""How often each act is done by honest people, by what it is counted, and what happens above it.

One row for each endpoint that changes something for the public, or that costs more than a page;
docs/decisions/0015-limits.md says why these figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from limits import RateLimitItem, parse


class By(StrEnum):
    """What an act is counted by; none of it is kept as it is, see `limits_keys`."""

    SESSION = "session"  # a browser: the signed cookie that its forms need
    ADDRESS = "address"  # IPv4, or the /64 that one line of IPv6 has
    SUBNET = "subnet"  # /24, or /48
    DRAFT = "draft"
    LETTERBOX = "letterbox"  # the e-mail address that is typed
    LETTERBOX_HERE = "letterbox-here"  # the same, from one address


class Over(StrEnum):
    """What is done above a limit."""

    REFUSE = "refuse"
    SLOW = "slow"  # it costs a moment, and goes on


class Down(StrEnum):
    """What is done while nothing can be counted."""

    PASS = "pass"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Bucket:
    """At most so many in a window; the first act opens the window."""

    by: By
    item: RateLimitItem
    over: Over


@dataclass(frozen=True)
class Row:
    """The limits of one act at several endpoints."""

    act: str
    endpoints: frozenset[str]
    buckets: tuple[Bucket, ...]
    down: Down = Down.PASS
    safe: bool = False  # counted are the requests that only read, instead of those that change
    plain: bool = False  # asked by programs: the answer is a line of text
    keeps: bool = True  # what was typed is given back
    misses: bool = False  # counted, and refused, is only what is not found


def _row(act: str, endpoints: str, *buckets: str, **more: object) -> Row:
    """Buckets are written as "by number/window over"."""
    made = []
    for text in buckets:
        by, rest = text.split(" ", 1)
        most, over = rest.rsplit(" ", 1)
        made.append(Bucket(By(by), parse(most), Over(over)))
    return Row(act, frozenset(endpoints.split()), tuple(made), **more)  # type: ignore[arg-type]


# Who sends a form without the cookie that came with it has no form: nothing is kept of it anyway.
STRAY = Bucket(By.ADDRESS, parse("120/minute"), Over.REFUSE)
# letters that ask one address whether it wants letters: asked for from one place, and in all. Who
# asks in somebody else's name uses up their own share, not the owner's
LETTERS = parse("6/day"), parse("30/day")
# forms of one address that come through by waiting, where others come through by work
WAITED = parse("120/minute")

ROWS = (
    _row(
        "comment",
        "comments.write",
        "session 30/10 minutes refuse",
        "address 150/10 seconds slow",
        "address 600/minute slow",
        "subnet 2400/minute slow",
        "draft 1200/minute slow",
    ),
    _row(
        "say",
        "comments.reply moderation.appeal",
        "session 30/10 minutes refuse",
        "address 150/10 seconds slow",
        "address 600/minute slow",
    ),
    _row(
        "letters",
        "alerts.save comments.letters",
        "session 20/hour refuse",
        "address 100/minute slow",
        "address 600/hour slow",
        down=Down.REFUSE,
    ),
    _row(
        "ask-about-oneself",
        "privacy.ask",
        "session 10/hour refuse",
        "address 100/minute slow",
        "address 600/hour slow",
    ),
    # A mail program stops letters for thousands from a handful of addresses
    _row(
        "press",
        "comments.withdraw comments.confirm comments.stop comments.no_letters alerts.confirm "
        "alerts.stop alerts.manage alerts.stop_all",
        "address 3000/minute refuse",
    ),
    # A whole office comes in at eight; a password takes us a tenth of a second
    _row(
        "enter",
        "accounts.sign_in",
        "letterbox-here 20/15 minutes refuse",
        "letterbox 50/15 minutes refuse",
        "address 600/minute slow",
        "subnet 2400/minute slow",
        down=Down.REFUSE,
        keeps=False,
    ),
    # Nobody guesses these; checking them costs little
    _row(
        "present",
        "accounts.sign_in_with_passkey accounts.invitation",
        "address 3000/minute refuse",
        down=Down.REFUSE,
        keeps=False,
    ),
    _row(
        "code",
        "accounts.code accounts.set_up",
        "session 10/15 minutes refuse",
        "address 600/minute slow",
        down=Down.REFUSE,
        keeps=False,
    ),
    _row(
        "password-letter",
        "accounts.forgotten",
        "session 20/hour refuse",
        "address 100/minute slow",
        down=Down.REFUSE,
    ),
    _row(
        "password-new",
        "accounts.new_password",
        "address 600/minute refuse",
        down=Down.REFUSE,
        keeps=False,
    ),
    # A letter with a link, for who has an account or wants one; how many letters go to one address
    # is known where they are written, and never keeps its owner out
    _row(
        "account-letter",
        "citizens.sign_in",
        "session 20/hour refuse",
        "address 100/minute slow",
        down=Down.REFUSE,
    ),
    _row("account-enter", "citizens.enter", "address 600/minute refuse", down=Down.REFUSE),
    _row(
        "account-provider",
        "citizens.provider citizens.callback",
        "address 600/minute refuse",
        down=Down.REFUSE,
        safe=True,
    ),
    _row(
        "account",
        "mine.receipts mine.remove citizens.settings citizens.sign_out citizens.forget "
        "citizens.add_provider",
        "session 60/minute refuse",
        "address 3000/minute refuse",
    ),
    # A code has 80 bits: nobody guesses one, so this only spares the machine
    _row(
        "receipt",
        "receipts.status",
        "address 600/minute refuse",
        "subnet 2400/minute refuse",
        safe=True,
        misses=True,
    ),
    # A school types at one word; pages that everybody reads know no browser, so what costs the
    # machine too much is put off for some seconds for the whole address
    _row(
        "search",
        "search.page",
        "address 600/10 seconds refuse",
        "subnet 2400/10 seconds refuse",
        safe=True,
    ),
    _row("suggest", "search.suggestions", "address 3000/10 seconds refuse", safe=True, plain=True),
    _row("feed", "alerts.feed", "address 300/10 seconds refuse", safe=True, plain=True),
    _row(
        "download",
        "site.withheld_data site.answering_data site.comments_data site.answers_table "
        "site.export site.changes comments.attachment",
        "address 600/10 seconds refuse",
        "subnet 2400/10 seconds refuse",
        safe=True,
        plain=True,
    ),
    _row("cosign", "log.cosign", "address 60/minute refuse", plain=True),
    _row("compare", "site.compare", "address 600/10 seconds refuse", safe=True),
)
BY_ENDPOINT = {endpoint: row for row in ROWS for endpoint in row.endpoints}
