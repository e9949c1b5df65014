"""What addresses of desk pages hold: a number, and the page to go back to."""

from __future__ import annotations

import re

from flask import request

# a page of the desk, as its own address names it
BACK = re.compile(r"/desk/[\w./?=&%-]*")
LARGEST = 18  # digits of a number that any database can hold


def back(asked: str | None) -> str:
    """The address of that page of the desk in this language, "" for anything else."""
    return request.script_root + asked if asked and BACK.fullmatch(asked) else ""


def whole(text: str) -> int:
    """The number in an address, 0 for none and for nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LARGEST else 0
