"""Whatever stands in an address: the page or no such page, on every database, never a fault."""

from __future__ import annotations

import pytest

TOO_LARGE = ("9999999999", "9223372036854775808", "9" * 30)
NOT_NUMBERS = ("-1", "x", "1_0", "%D9%A3", "%00", "")


@pytest.mark.parametrize("key", [*TOO_LARGE, *NOT_NUMBERS])
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
def test_a_forged_address_is_no_fault(client, scene, address, key):
    agency = scene.consultation.dossier.agency.slug
    answer = client.get(address.format(key, slug=scene.slug, agency=agency))
    assert answer.status_code in (200, 303, 308, 404, 410)
