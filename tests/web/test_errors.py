"""An address that is nearly right leads on; one that is wrong says so."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/consultations/", "/consultations"),
        ("/en/consultations/?state=open", "/en/consultations?state=open"),
        ("/không-có/", "/kh%C3%B4ng-c%C3%B3"),
    ],
)
def test_a_slash_too_many_is_taken_away(client, asked, led_to):
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (308, led_to)


@pytest.mark.parametrize("asked", ["//evil.example/", "/en//evil.example/", "/%5Cevil.example/"])
def test_it_never_leads_to_another_host(client, asked):
    answer = client.get(asked)
    location = answer.location or ""
    assert not location.startswith(("//", "/\\"))
    assert "://" not in location


def test_no_page_is_said_with_a_way_on(client):
    answer = client.get("/khong-co")
    assert answer.status_code == 404
    assert 'href="/consultations"' in answer.get_data(as_text=True)
