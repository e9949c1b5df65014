"""A provider of identities in one address: read whole, or refused with a reason."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.provider import ALWAYS, read, shown

HERE = {"127.0.0.1", "localhost"}
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=20)


def test_all_of_it_is_read():
    found = read(
        "https://gop-y:s%2Fcret@login.example.vn:8443/realms/staff"
        "?name=B%E1%BB%99%20N%E1%BB%99i%20v%E1%BB%A5&multifactor=mfa,hwk&identity=loa2"
        "&scope=openid%20email%20acr",
        HERE,
    )
    assert found.issuer == "https://login.example.vn:8443/realms/staff"
    assert (found.client_id, found.client_secret) == ("gop-y", "s/cret")
    assert found.name == "Bộ Nội vụ"
    assert (found.identity, found.multifactor) == (("loa2",), ("mfa", "hwk"))
    assert found.scope == "openid email acr"


def test_the_secret_is_not_told_by_its_name():
    assert "s3cret" not in repr(read("https://a:s3cret@b.example", HERE))


def test_a_slash_at_the_end_belongs_to_the_issuer():
    assert read("https://a:b@c.example/", HERE).issuer == "https://c.example/"
    assert read("https://a:b@c.example", HERE).issuer == "https://c.example"


@given(WORDS, WORDS)
def test_client_and_secret_may_be_of_any_signs(client, secret):
    raw = f"https://{quote(client, safe='')}:{quote(secret, safe='')}@c.example/x"
    found = read(raw, HERE)
    assert (found.client_id, found.client_secret) == (client, secret)


@pytest.mark.parametrize(
    "raw",
    [
        "login.example",
        "ftp://a:b@c.example",
        "https://c.example",
        "https://a@c.example",
        "https://:b@c.example",
        "http://a:b@c.example",
        "https://a:b@c.example/#x",
        "https://a:b@c.example?secret=1",
        "https://a:b@c.example?scope=email",
        "https://a:b@c.example/ realm",
        "https://a:b@c.example/đây",
        "https://a:b@c.example:99999",
        "https://a:b@[c.example",
    ],
)
def test_what_is_no_provider_is_refused_with_a_reason(raw):
    with pytest.raises(ValueError, match=r"."):
        read(raw, HERE)


@given(st.text(max_size=60))
def test_nothing_typed_breaks_the_reader(raw):
    with suppress(ValueError):
        assert read(raw, HERE).issuer.startswith(("https://", "http://"))


def test_on_this_machine_plain_http_will_do():
    assert read("http://a:b@127.0.0.1:9/x", HERE).issuer == "http://127.0.0.1:9/x"


def test_what_is_wanted_is_one_of_the_ways():
    assert shown({"pwd", "mfa"}, ("mfa",))
    assert not shown({"pwd"}, ("mfa",))
    assert not shown({ALWAYS, "pwd"}, ())
    assert shown(set(), (ALWAYS,))
    assert read(f"https://a:b@c.example?{urlencode({'identity': '*'})}", HERE).identity == (ALWAYS,)
