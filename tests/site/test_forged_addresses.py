"""Whatever stands in an address: the page or no such page, on every database, never a fault."""

from __future__ import annotations

import pytest

TOO_LARGE = ("9999999999", "9223372036854775808", "9" * 30)
NO_FAULT = {200, 303, 308, 404, 410}
NOT_NUMBERS = ("-1", "x", "1_0", "%D9%A3", "%00", "")


@pytest.mark.parametrize(
    "address",
    [
        "/consultations?after={}",
        "/consultations?state=open&after=20260101T000000Z-{}",
        "/consultations?topic={}",
        "/consultations?territory={}&agency={agency}",
        "/consultations?topic=land&state=open&after={}",
        "/agencies/{agency}?after={}",
        "/consultations/{slug}/comments?before={}",
        "/consultations/{slug}/answers?before={}",
        "/consultations/{slug}/comments?at={}",
        "/consultations/{slug}/articles/{}",
        "/consultations/{slug}/files/{}",
        "/consultations/{slug}/comment?at={}",
        "/consultations/{}",
        "/agencies/{}",
        "/comments/{}",
        "/comments?code={}",
        "/search?q=a&page={}",
        "/static/{}",
        "/desk/invitations/{}",
    ],
)
def test_a_forged_address_is_no_fault(client, scene, address):
    agency = scene.consultation.dossier.agency.slug
    known = {"slug": scene.slug, "agency": agency}
    asked = [address.format(key, **known) for key in (*TOO_LARGE, *NOT_NUMBERS)]
    answers = {path: client.get(path).status_code for path in asked}
    assert {path: status for path, status in answers.items() if status not in NO_FAULT} == {}
