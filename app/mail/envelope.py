"""A letter as it goes over the wire: RFC 5322, with the headers of automatic mail."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email

from app.kit.text import clean_line


class UnsendableError(Exception):
    """Raised when no server could deliver the letter, with the reason."""


class _Uncut(UnstructuredHeader, BaseHeader):
    """A header in one line: the library would encode a long address in it as if it were prose."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Prose(UnstructuredHeader, BaseHeader):
    """A header of words: the library would lose a blank wherever it begins a new line of them."""

    def fold(self, *, policy: Policy) -> str:
        words = Header(str(self), None if self.isascii() else "utf-8", header_name=self.name)
        return f"{self.name}: {words.encode(linesep=policy.linesep)}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("subject", _Prose)
_headers.map_to_type("list-unsubscribe", _Uncut)
_headers.map_to_type("message-id", _Uncut)
POLICY = SMTP.clone(header_factory=_headers)


def envelope(letter: Any, sender: str, sender_name: str, now: datetime) -> EmailMessage:
    """The message of a row of letters; raises UnsendableError when the recipient is no address."""
    message = EmailMessage(policy=POLICY)
    try:
        known = validate_email(letter.recipient, allow_smtputf8=False, check_deliverability=False)
        # a domain in other letters has an ASCII form, a mailbox in them has none
        message["To"] = Address(addr_spec=known.ascii_email or "")
        message["From"] = Address(clean_line(sender_name), addr_spec=sender)
        message["Subject"] = clean_line(letter.subject)
    except (EmailNotValidError, ValueError) as error:
        raise UnsendableError(str(error)) from error
    message["Date"] = format_datetime(now)
    # the same for every try, so that whoever gets the letter twice can tell
    digest = hashlib.sha256(letter.key.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{Address(addr_spec=sender).domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence note comes back
    if letter.stop_url:  # RFC 2369 and RFC 8058
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.body, cte="quoted-printable")
    return message
