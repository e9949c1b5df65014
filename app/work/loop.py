"""The one worker: seals entries, lets every reader follow, does what the clock asks for."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from types import FrameType

from flask import current_app

from app.accounts.dormant import DUTIES as SLEEPING
from app.accounts.forgotten import DUTIES as FORGOTTEN
from app.accounts.passkeys import DUTIES as SPENT
from app.accounts.typed_late import DUTIES as LATE
from app.alerts.digest import DUTIES as DIGESTS
from app.approvals.propose import DUTIES as LAPSING
from app.citizens.entering import DUTIES as LINKS
from app.comments.attachments import DUTIES as CLEANING
from app.comments.tally import READERS as TALLY
from app.config import Settings
from app.consultations.lifecycle import DUTIES as CLOSING
from app.extensions import db
from app.groups.counting import READERS as GROUP_SIZES
from app.groups.following import READERS as GROUPS
from app.groups.upkeep import DUTIES as REGROUPING
from app.kit import clock
from app.ledger.growing import DUTIES as SIGNING
from app.ledger.growing import sign_due
from app.ledger.read import Reader, advance, lagging
from app.ledger.revision import READERS as PAGES
from app.ledger.seal import seal
from app.ledger.summing import DUTIES as SUMMING
from app.ledger.summing import sum_waiting
from app.mail.sending import send_due
from app.moderation.flagging import READERS as FLAGS
from app.moderation.register import READERS as REGISTER
from app.moderation.replied import READERS as REPLIED
from app.notifications.tell import READERS as LETTERS
from app.privacy.retention import DUTIES as FORGETTING
from app.privacy.sweep import DUTIES as SWEEPING
from app.responses.answered import READERS as ANSWERED
from app.responses.unanswered import READERS as UNANSWERED
from app.search.entries import DUTIES as HEALING
from app.search.entries import READERS as SEARCH
from app.work.patience import BACK_OFF, Job, Patience, at_once
from app.work.postman import postman
from app.work.turn import Holds, TurnLostError, only_worker

Duty = Callable[[datetime], object]

READERS: tuple[Reader, ...] = (
    *TALLY,
    *ANSWERED,
    *REGISTER,
    *UNANSWERED,
    *GROUPS,
    *GROUP_SIZES,
    *FLAGS,
    *PAGES,
    *SEARCH,
    *REPLIED,
    *LETTERS,
)
DUTIES: tuple[Duty, ...] = (
    *SLEEPING,
    *FORGOTTEN,
    *SPENT,
    *LATE,
    *CLOSING,
    *LAPSING,
    *LINKS,
    *CLEANING,
    *HEALING,
    *REGROUPING,
    *DIGESTS,
    *FORGETTING,
    *SWEEPING,
    *SUMMING,
    *SIGNING,
)

PAUSE = 0.1
DUTY_EVERY = 5.0

log = logging.getLogger(__name__)


def step(attempt: Callable[[str, Job], int] = at_once) -> int:
    """One round: a batch sealed, one batch for every reader; returns how much was done."""
    done = seal()
    for reader in lagging(READERS):
        done += attempt(reader.name, partial(advance, reader))
    return done


def drain() -> None:
    """Everything committed so far has been sealed and read."""
    while step():
        pass


def settle() -> None:
    """Everything committed so far is sealed, read, summed and under a signed head."""
    drain()
    while sum_waiting(clock.now()):
        db.session.commit()
    drain()
    sign_due(clock.now(), at_once=True)
    db.session.commit()


def do_duties(attempt: Callable[[str, Job], int] = at_once) -> None:
    """What the clock asked for is done."""
    for duty in DUTIES:
        attempt(f"{duty.__module__}.{duty.__name__}", partial(_do, duty))


def _do(duty: Duty) -> int:
    duty(clock.now())
    db.session.commit()
    return 1


def work(stop: threading.Event, holds: Holds = lambda: True) -> None:
    """Rounds follow each other until `stop` is set; an error is logged and tried again later.

    A reader or duty that fails keeps nobody else waiting: without search, letters still go out.
    Raises TurnLostError once `holds` says that it is another worker's turn.
    """
    due, patience = 0.0, Patience()
    while not stop.is_set():
        try:
            if time.monotonic() >= due:
                if not holds():
                    raise TurnLostError
                do_duties(patience.attempt)
                due = time.monotonic() + DUTY_EVERY
            if not step(patience.attempt):
                stop.wait(PAUSE)
        except TurnLostError:
            raise
        except Exception:
            # a full disk or a stopped database passes; the ledger waits for us
            log.exception("the worker will try again in %s s", BACK_OFF)
            with suppress(Exception):
                db.session.rollback()
            stop.wait(BACK_OFF)
        finally:
            db.session.remove()


def run(once: bool, stand_by: bool = False) -> None:
    """The worker has run: one full drain when `once`, else until SIGTERM or SIGINT.

    Another worker makes it raise AnotherWorkerError, or, if it is to `stand_by`, wait for its end.
    """
    settings: Settings = current_app.extensions["settings"]
    if once:
        with only_worker(settings):
            do_duties()
            settle()
            while send_due(clock.now()):
                pass
        return
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with only_worker(settings, stop if stand_by else None) as holds, postman(stop):
        work(stop, holds)
