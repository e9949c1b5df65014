"""Kept pages: one text in every encoding, and no more memory than allowed."""

from __future__ import annotations

import gzip
from typing import Any

import brotli
import pytest

from app.web import pages
from app.web.locale import LanguagePath
from app.web.pages import TICKET, PageCache, Revisions

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


class Site:
    """A WSGI application behind the cache that counts how often it is asked."""

    def __init__(self, body: bytes) -> None:
        self.body, self.asked = body, 0
        self.cache = PageCache(self, Revisions(lambda after: []))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked += 1
        environ[TICKET].kept = True
        start_response("200 OK", [("Content-Type", "text/html"), ("gopy.kept", "1")])
        return [self.body]

    def ask(self, path: str = "/", encoding: str = "", **more: str) -> tuple[str, dict, bytes]:
        told: list[Any] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "HTTP_ACCEPT_ENCODING": encoding,
            **more,
        }
        body = self.cache(environ, lambda status, headers, *_: told.extend((status, headers)))
        return told[0], dict(told[1]), b"".join(body)


@pytest.mark.parametrize("first", UNPACK)
def test_one_text_in_every_encoding_whichever_is_asked_first(first: str) -> None:
    site = Site("Điều 5. Mức hỗ trợ. ".encode() * 200)
    for encoding in (first, *UNPACK, *UNPACK):
        _, headers, body = site.ask(encoding=encoding)
        assert UNPACK[encoding](body) == site.body
        assert headers.get("Content-Encoding", "") == encoding
        assert headers["Content-Length"] == str(len(body))
    assert site.asked == 1


def test_each_encoding_has_its_own_tag_and_a_known_one_is_not_sent_again() -> None:
    site = Site(b"text " * 100)
    tags = {encoding: site.ask(encoding=encoding)[1]["ETag"] for encoding in UNPACK}
    assert len(set(tags.values())) == len(UNPACK)
    status, _, body = site.ask(encoding="br", HTTP_IF_NONE_MATCH=tags["br"])
    assert (status, body) == ("304 Not Modified", b"")
    assert site.ask(encoding="gzip", HTTP_IF_NONE_MATCH=tags["br"])[0] == "200 OK"


def test_memory_is_bounded_and_the_oldest_page_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_BYTES", 10 * pages.OVERHEAD)
    site = Site(b"text " * 100)
    for n in range(30):
        site.ask(f"/{n}", "br")
    assert site.cache.bytes <= pages.MAX_BYTES
    assert site.cache.bytes == sum(page.size for page in site.cache.pages.values())
    assert "/29" in next(reversed(site.cache.pages))
    site.ask("/29", "br")
    assert site.asked == 30
    site.ask("/0", "br")
    assert site.asked == 31


def test_a_page_is_kept_for_its_language_prefix_and_scheme_alone() -> None:
    """A proxy may be made to pass on a header that moves the prefix: it must poison no page."""
    site = Site(b"text")
    asked = [
        ({"SCRIPT_NAME": "", "PATH_INFO": "/en/about"}, 1),
        ({"SCRIPT_NAME": "/en", "PATH_INFO": "/about"}, 2),
        ({"SCRIPT_NAME": "/en", "PATH_INFO": "/about", "wsgi.url_scheme": "https"}, 3),
        ({"SCRIPT_NAME": "/en", "PATH_INFO": "/about"}, 3),
    ]
    served = LanguagePath(site.cache)
    for environ, made in asked:
        words = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": "", **environ}
        list(served(words, lambda *_: None))
        assert site.asked == made


@pytest.mark.parametrize("path", ["/", "/consultations", "/about"])
def test_the_headers_of_a_kept_page_are_those_of_the_page(client, path):
    head, page = client.head(path), client.get(path)
    assert head.data == b""
    assert page.data
    own = {"Date": "", "X-Request-ID": ""}
    assert dict(head.headers) | own == dict(page.headers) | own
    assert head.headers["Vary"] == "Accept-Encoding"


def test_the_headers_of_a_private_page_come_without_it(client):
    head = client.head("/desk/sign-in")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Cache-Control"] == "no-store"
