"""What changes something is refused without a token, from another host and by another method (G26)."""

from __future__ import annotations

import pytest
from flask import templating

from app.accounts.models import Role
from tests.accounts import matrix
from tests.house.lived_in import LivedIn
from tests.moderation.staff import enter
from tests.page_client import TOKEN

ELSEWHERE = (
    {"Origin": "https://evil.example"},
    {"Referer": "https://evil.example/consultations/x"},
    {"Origin": "https://localhost.evil.example"},
)
OVERRIDES = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}


def test_every_unsafe_route_refuses_a_good_token_from_another_host(app, world, drain, monkeypatch):
    matrix.with_letters(app, monkeypatch)
    lived = LivedIn(world, drain)
    client = enter(app, lived.everyone)
    token = TOKEN.search(client.get("/desk/dossiers/new").get_data(as_text=True)).group(1)
    client.__class__ = matrix.Quick
    unsafe = [one for one in matrix.questions(app, lived) if one.method != "GET"]
    assert len(unsafe) > 80
    monkeypatch.setattr(templating, "_render", lambda *_words: "")
    before, tried = matrix.rows(), set()
    for one in unsafe:
        for headers in ELSEWHERE:
            answer = client.open(
                one.url, method=one.method, data={"csrf_token": token}, headers=headers
            )
            assert answer.status_code == 403, (one.name, headers)
        # as JSON or as plain text a form is no form, and its token none
        for kind in ("application/json", "text/plain"):
            answer = client.open(
                one.url,
                method=one.method,
                data=f'{{"csrf_token": "{token}"}}',
                headers={"Content-Type": kind},
            )
            assert answer.status_code not in (200, 201, 204), (one.name, kind)
        tried.add(one.rule.endpoint)
    after = matrix.rows()
    assert not {name for name in after if after[name] != before[name]}
    assert len(tried) > 80


@pytest.mark.parametrize("said", [{"Origin": "null"}, {"Origin": "http://localhost"}, {}])
def test_a_form_of_our_own_is_taken(client, world, said):
    consultation = world.consultation()
    at = f"/consultations/{consultation.dossier.slug}/comment"
    answer = client.submit(at, {"body": "", "email": ""}, headers=said)
    assert answer.status_code == 422


def test_no_header_or_field_makes_a_reading_request_write(app, world):
    client = enter(app, world.officer(world.agency(), Role.DRAFTER))
    client.__class__ = matrix.Quick
    sign_out = "/desk/sign-out"
    for url in (sign_out, f"{sign_out}?_method=POST"):
        assert client.get(url, headers=OVERRIDES).status_code == 405
    assert client.get("/desk").status_code == 200
