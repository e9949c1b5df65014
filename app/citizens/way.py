"""The page somebody left in order to sign in, and goes back to."""

from __future__ import annotations

import re

from flask import request, session, url_for

POCKET = "citizen_next"
# the form of a comment, with the part it is about
LEADS_ON = re.compile(r"/consultations/[\w-]{1,200}/comment(\?at=[\w.-]{1,200})?")


def remember(wanted: str) -> None:
    """That page is gone back to, if it is one that people leave for an account."""
    if LEADS_ON.fullmatch(wanted):
        session[POCKET] = wanted


def on() -> str:
    """The address of that page, or of the receipts; it is forgotten with that."""
    wanted = session.pop(POCKET, "")
    return request.script_root + wanted if wanted else url_for("mine.receipts")
