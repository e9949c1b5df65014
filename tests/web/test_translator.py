"""The client of the translation service, against a real server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask

from app.config import TranslationServer
from app.web import translator
from app.web.translator import Fault, TranslatorError, translate

KNOWN = [
    {"code": "vi", "name": "Vietnamese", "targets": ["en", "ko", "zh-Hans"]},
    {"code": "en", "name": "English", "targets": ["vi"]},
]


def upside_down(asked: dict[str, Any]) -> tuple[int, bytes]:
    """Each text in capitals, as a service would answer."""
    return 200, json.dumps({"translatedText": [text.upper() for text in asked["q"]]}).encode()


@dataclass
class Service:
    """What the server does with a request, and what it was asked."""

    url: str = ""
    reply: Callable[[dict[str, Any]], tuple[int, bytes]] = upside_down
    # sends its answer byte by byte, with such naps
    nap: float = 0.0
    # breaks off after so many bytes
    breaks: int | None = None
    where: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    told = Service()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.paths.append(self.path)
            self.answer(200, json.dumps(KNOWN).encode())

        def do_POST(self) -> None:
            told.paths.append(self.path)
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append(said)
            self.answer(*told.reply(said))

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if told.where:
                self.send_header("Location", told.where)
            self.end_headers()
            if not told.nap:
                with suppress(OSError):  # the portal hangs up on an answer that is too long
                    self.wfile.write(body[: told.breaks])
                return
            for at in range(len(body)):
                if over.wait(told.nap):
                    return
                try:
                    self.wfile.write(body[at : at + 1])
                except OSError:
                    return

        def log_message(self, *_args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield told
    over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def asking(the_app: Flask, service: Service) -> Iterator[Service]:
    """The portal asks that service."""
    settings = the_app.extensions["settings"]
    the_app.extensions["settings"] = replace(
        settings, translator=TranslationServer(service.url, "k")
    )
    with the_app.app_context():
        yield service
    the_app.extensions["settings"] = settings


def fault(target: str = "en", texts: list[str] | None = None) -> Fault:
    with pytest.raises(TranslatorError) as refused:
        translate(texts or ["xin chào"], "vi", target)
    assert refused.value.words
    return refused.value.fault


def test_texts_come_back_in_order_and_blank_ones_as_they_were(asking: Service) -> None:
    assert translate(["một", "  ", "hai\nba", ""], "vi", "ko") == ["MỘT", "  ", "HAI\nBA", ""]
    (asked,) = asking.asked
    assert asked == {
        "q": ["một", "hai\nba"],
        "source": "vi",
        "target": "ko",
        "format": "text",
        "api_key": "k",
    }


def test_nothing_is_asked_where_there_is_nothing_to_say(asking: Service) -> None:
    assert translate(["", "\n"], "vi", "ko") == ["", "\n"]
    assert asking.asked == []


def test_chinese_has_names_of_its_own(asking: Service) -> None:
    translate(["một"], "zh-Hant", "zh-Hans")
    assert (asking.asked[0]["source"], asking.asked[0]["target"]) == ("zt", "zh")
    assert "zh" in translator.languages("vi")


def test_a_path_before_the_api_is_kept(the_app: Flask, asking: Service) -> None:
    settings = the_app.extensions["settings"]
    server = TranslationServer(asking.url + "/lt")
    the_app.extensions["settings"] = replace(settings, translator=server)
    translate(["một"], "vi", "en")
    assert asking.paths == ["/lt/translate"]
    assert "api_key" not in asking.asked[0]


@pytest.mark.parametrize(
    ("status", "named"),
    [
        (401, Fault.FORBIDDEN),
        (403, Fault.FORBIDDEN),
        (400, Fault.REFUSED),
        (404, Fault.REFUSED),
        (413, Fault.TOO_LARGE),
        (429, Fault.BUSY),
        (503, Fault.BUSY),
        (500, Fault.BROKEN),
        (204, Fault.BROKEN),
    ],
)
def test_each_refusal_has_a_name(asking: Service, status: int, named: Fault) -> None:
    asking.reply = lambda _: (status, b"")
    assert fault() is named


def test_a_language_it_does_not_know_is_told_from_other_refusals(asking: Service) -> None:
    asking.reply = lambda _: (400, b'{"error": "km is not supported"}')
    assert fault("km") is Fault.UNKNOWN_LANGUAGE
    assert fault("zh-Hans") is Fault.REFUSED


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(asking: Service, status: int) -> None:
    asking.reply = lambda _: (status, b"")
    asking.where = asking.url + "/elsewhere"
    assert fault() is Fault.BROKEN
    assert asking.paths == ["/translate"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"error": "later"}',
        b'{"translatedText": "one for all"}',
        b'{"translatedText": []}',
        b'{"translatedText": ["a", "b"]}',
        b'{"translatedText": [1]}',
        b'{"translatedText": [" "]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer_is_taken_for_none(asking: Service, body: bytes) -> None:
    asking.reply = lambda _: (200, body)
    assert fault() is Fault.GARBAGE


def test_an_endless_answer_is_not_read_to_its_end(
    asking: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translator, "ANSWER_BYTES", 1000)
    asking.reply = lambda _: (200, json.dumps({"translatedText": ["a" * 5000]}).encode())
    assert fault() is Fault.GARBAGE


def test_who_sends_byte_by_byte_is_too_slow(
    asking: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translator, "SECONDS", 0.3)
    asking.nap = 0.05
    assert fault() is Fault.TOO_SLOW


def test_who_does_not_answer_at_all_is_too_slow(
    asking: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translator, "SECONDS", 0.2)
    held = threading.Event()

    def silent(_asked: dict[str, Any]) -> tuple[int, bytes]:
        held.wait(5)
        return 500, b""

    asking.reply = silent
    assert fault() is Fault.TOO_SLOW
    held.set()


def test_an_answer_broken_off_is_none(asking: Service) -> None:
    asking.breaks = 9
    assert fault() is Fault.UNREACHABLE


def test_nobody_listens(the_app: Flask, asking: Service) -> None:
    settings = the_app.extensions["settings"]
    nobody = replace(settings, translator=TranslationServer("http://127.0.0.1:9"))
    the_app.extensions["settings"] = nobody
    assert fault() is Fault.UNREACHABLE


@pytest.mark.parametrize("texts", [["a"] * 26, ["a" * 20_001], ["a" * 10_001] * 2])
def test_too_much_is_never_sent(asking: Service, texts: list[str]) -> None:
    assert fault(texts=texts) is Fault.TOO_LARGE
    assert asking.asked == []


def test_it_is_off_unless_a_service_is_named(the_app: Flask) -> None:
    with the_app.app_context():
        assert not translator.available()
        assert fault() is Fault.OFF
