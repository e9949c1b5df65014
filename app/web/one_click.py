"""Stopping letters from inside a mail program, as RFC 8058 has it.

The program posts two words for its owner. It has no cookie and can carry no token; the key in the
address is what proves it.
"""

from __future__ import annotations

from flask import Response, request

FIELD, WORD = "List-Unsubscribe", "One-Click"


def asked() -> bool:
    """Whether a mail program asks, on behalf of the person whose letter it holds."""
    return request.method == "POST" and request.form.get(FIELD) == WORD


def done() -> Response | None:
    """The answer to a mail program, which must not be sent on to another page; None to a person."""
    return Response(status=204, mimetype="text/plain") if asked() else None
