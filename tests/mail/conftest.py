"""A portal that sends letters, and the server that takes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.mail.sending import RESTING
from tests.mail.post_office import PostOffice

SENDER = "no-reply@gopy.example.vn"


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """The portal's letters go to this server, which takes all of them unless told otherwise."""
    with PostOffice() as office:
        sending = replace(app.extensions["settings"], mail=office.place, mail_from=SENDER)
        monkeypatch.setitem(app.extensions, "settings", sending)
        app.extensions.pop(RESTING, None)
        yield office
        app.extensions.pop(RESTING, None)
