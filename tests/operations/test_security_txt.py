"""Who found a hole learns where to write (RFC 9116)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app import config
from app.kit import clock

PATH = "/.well-known/security.txt"


def test_nobody_named_no_page(client):
    assert client.get(PATH).status_code == 404


def test_the_fields_that_have_to_be_there_are(app, client, monkeypatch):
    named = replace(app.extensions["settings"], security_contact="mailto:an-ninh@example.vn")
    monkeypatch.setitem(app.extensions, "settings", named)
    answer = client.get(PATH)
    assert answer.mimetype == "text/plain"
    fields = dict(line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines())
    assert fields["Contact"] == "mailto:an-ninh@example.vn"
    assert fields["Canonical"] == f"{named.public_url}{PATH}"
    until = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=200) < until - clock.now() < timedelta(days=365)


@pytest.mark.parametrize("raw", ["an-ninh@example.vn", "http://example.vn", "mailto:a\nb"])
def test_a_contact_that_nobody_could_use_is_refused_at_the_start(raw):
    problems: list[str] = []
    config._security_contact(raw, problems)
    assert problems
