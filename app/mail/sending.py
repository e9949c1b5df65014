"""Bringing letters to the mail server.

A letter is settled once the server took it, each in a commit of its own. Should the worker end
between the two, that one letter goes out a second time, under the same Message-ID: a letter too
many is a lesser evil than one that never comes.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Row, select, update

from app.config import MailServer, Settings, Tls
from app.extensions import db, reads_only
from app.mail.envelope import UnsendableError, envelope
from app.mail.models import Letter
from app.mail.post import settled

TIMEOUT = 20.0  # seconds for one answer of the server
MOST = 100  # letters over one connection
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
GIVE_UP = timedelta(days=3)
# after a server did not answer, how long it is left alone
REST = timedelta(minutes=1)
RESTING = "mail.rests_until"
AnyRow = Row[*tuple[Any, ...]]
COLUMNS = (
    *(Letter.id, Letter.key, Letter.recipient, Letter.subject, Letter.body, Letter.stop_url),
    *(Letter.queued_at, Letter.next_try_at, Letter.tries),
)

log = logging.getLogger(__name__)


class _ServerError(Exception):
    """Raised when the server, not the letter, is what went wrong."""

    smtp_code = 0


class _RefusedError(Exception):
    """Raised when the server will never take this letter."""

    smtp_code = 0


class _LaterError(Exception):
    """Raised when the server may take this letter another time."""

    smtp_code = 0


def send_due(now: datetime) -> int:
    """Letters that are due went to the server, or wait longer; returns how many went; commits.

    Talking to a server takes its time, and nobody may hold the database's pen meanwhile: the one
    who calls this is in no transaction.
    """
    settings: Settings = current_app.extensions["settings"]
    rests_until = current_app.extensions.get(RESTING)
    if settings.mail is None or (rests_until is not None and now < rests_until):
        return 0
    letters = _due(now)
    sent = 0
    try:
        if letters:
            with _connected(settings.mail) as server:
                for letter in letters:
                    sent += _bring(server, letter, settings, now)
    except _ServerError as error:
        current_app.extensions[RESTING] = now + REST
        log.warning("the mail server is left alone for %s: %s", REST, error)
    return sent


def _due(now: datetime) -> Sequence[AnyRow]:
    token = reads_only.set(True)
    try:
        found = db.session.execute(
            select(*COLUMNS)
            .where(Letter.settled_at.is_(None), Letter.next_try_at <= now)
            .order_by(Letter.next_try_at)
            .limit(MOST)
        ).all()
        db.session.rollback()
    finally:
        reads_only.reset(token)
    return found


@contextmanager
def _connected(place: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that has said who we are; raises _ServerError when there is none."""
    try:
        if place.tls is Tls.FROM_THE_START:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                place.host, place.port, timeout=TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(place.host, place.port, timeout=TIMEOUT)
    except (OSError, smtplib.SMTPException) as error:
        raise _ServerError(error) from error
    try:
        if place.tls is Tls.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if place.user:
            server.login(place.user, place.password)
        yield server
    except (OSError, smtplib.SMTPException) as error:
        raise _ServerError(error) from error
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _bring(server: smtplib.SMTP, letter: AnyRow, settings: Settings, now: datetime) -> bool:
    """Whether the server took the letter; raises _ServerError, once the letter waits longer."""
    try:
        _hand_over(server, letter, settings, now)
    except (_RefusedError, UnsendableError) as error:
        log.warning("letter %s is given up: %s", letter.id, error)
        _note(letter, settled(now, str(error)[:300]))
        return False
    except (_ServerError, OSError, smtplib.SMTPException) as error:
        _put_off(letter, error, now)
        raise _ServerError(error) from error
    except _LaterError as error:
        _put_off(letter, error, now)
        return False
    _note(letter, settled(now))
    return True


def _hand_over(server: smtplib.SMTP, letter: AnyRow, settings: Settings, now: datetime) -> None:
    message = envelope(letter, settings.mail_from, settings.site_name or "Góp Ý", now)
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, words)] = error.recipients.values()
        raise _judged(code, words) from error
    except smtplib.SMTPDataError as error:
        raise _judged(error.smtp_code, error.smtp_error) from error


def _judged(code: int, words: bytes | str) -> Exception:
    """What a refusal means: by RFC 5321 a code from 500 on is for good, 421 ends the connection."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    kind = _RefusedError if code >= 500 else _ServerError if code == 421 else _LaterError
    error = kind(f"{code} {said}")
    # the log names it: what the server said may quote the address
    error.smtp_code = code
    return error


def _put_off(letter: AnyRow, error: Exception, now: datetime) -> None:
    """The letter waits twice as long as before, or is given up when that went on for too long."""
    if now - letter.queued_at > GIVE_UP:
        log.warning("letter %s is given up: %s", letter.id, error)
        _note(letter, settled(now, str(error)[:300]))
        return
    pause = min(FIRST_PAUSE * 2 ** min(letter.tries, 10), LONGEST_PAUSE)
    _note(letter, {"tries": letter.tries + 1, "next_try_at": now + pause})


def _note(letter: AnyRow, columns: dict[str, object]) -> None:
    # not settled meanwhile: its author may have said stop
    db.session.execute(
        update(Letter)
        .where(Letter.id == letter.id, Letter.settled_at.is_(None))
        .values(columns)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
