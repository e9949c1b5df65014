"""Firefox as the window of `python -m bench.hostile`: WebDriver BiDi (W3C) by a web socket."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from tests.hostile.oracles import LOOK, WATCH

NAMES = ("firefox-esr", "firefox")
PREFERENCES = """\
user_pref("browser.aboutwelcome.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("browser.topsites.contile.enabled", false);
"""
HIT = "() => { window.hit = () => (window.__told ||= []).push('ran: hit'); %s }"
LISTENING = re.compile(r"listening on (ws://\S+)")


class Socket:
    """One web socket to a program on this machine (RFC 6455): texts out, texts in."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.stream = socket.create_connection((parts.hostname or "", parts.port or 0), 600)
        key = base64.b64encode(os.urandom(16)).decode()
        self.stream.sendall(
            f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.file = self.stream.makefile("rb")
        if b" 101 " not in self.file.readline():
            raise ConnectionError("no web socket there")
        while self.file.readline().strip():
            pass

    def send(self, words: str) -> None:
        """The text went out in one frame, masked as a client's has to be."""
        data, mask = words.encode(), os.urandom(4)
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x81, 0x80 | size)
        elif size < 65_536:
            head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
        masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(data))
        self.stream.sendall(head + mask + masked)

    def receive(self) -> str:
        """The next text, put together from its frames."""
        words = b""
        while True:
            first, length = self.file.read(2)
            if length == 126:
                (length,) = struct.unpack("!H", self.file.read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self.file.read(8))
            data = self.file.read(length)
            if first & 15 in (0, 1):
                words += data
                if first & 128:
                    return words.decode()


class Quiet(WSGIRequestHandler):
    """Answers, and says nothing of it."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Firefox:
    """One Firefox on the portal; `told` is all that its oracles noticed: the function, dialogs, the
    console, the policy and the document itself."""

    def __init__(self, profile: Path, ask: Callable[[str], TestResponse]) -> None:
        self.ask, self.told, self.pages, self.profile = ask, list[str](), 0, profile
        self.numbers, self.path = count(1), ""

    def __enter__(self) -> Firefox:
        shutil.rmtree(self.profile, ignore_errors=True)
        self.profile.mkdir()
        (self.profile / "user.js").write_text(PREFERENCES)
        self.server = make_server("127.0.0.1", 0, self._answer, request_handler=Quiet)
        self.host = f"http://127.0.0.1:{self.server.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        program = next(filter(None, map(shutil.which, NAMES)), NAMES[0])
        way = [program, "--headless", "--no-remote", "--remote-debugging-port", "0"]
        self.program = subprocess.Popen(
            [*way, "--profile", str(self.profile)], stderr=subprocess.PIPE, text=True
        )
        assert self.program.stderr
        for line in self.program.stderr:
            if found := LISTENING.search(line):
                break
        else:
            raise ConnectionError("Firefox does not listen")
        threading.Thread(target=self.program.stderr.read, daemon=True).start()
        self.socket = Socket(f"{found[1]}/session")
        self._say("session.new", capabilities={})
        events = ["log.entryAdded", "browsingContext.userPromptOpened"]
        self._say("session.subscribe", events=events)
        self.context = self._say("browsingContext.getTree")["contexts"][0]["context"]
        self._say("script.addPreloadScript", functionDeclaration=HIT % WATCH)
        return self

    def __exit__(self, *_error: object) -> None:
        self.program.terminate()
        self.program.wait()
        self.server.shutdown()

    def _answer(self, environ: dict[str, Any], start: Any) -> Any:
        path = environ["RAW_URI"]
        answer = self.ask(path)
        headers = [(name, value) for name, value in answer.headers if name != "Set-Cookie"]
        made = Response(answer.get_data(), answer.status_code, headers)
        answer.close()
        return made(environ, start)

    def _say(self, method: str, **params: Any) -> Any:
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self.socket.receive())
            if said.get("id") == number:
                if said["type"] == "error":
                    raise RuntimeError(f"{method}: {said['message']}")
                return said["result"]
            self._event(said)

    def _event(self, said: dict[str, Any]) -> None:
        params = said.get("params", {})
        if said.get("method") == "browsingContext.userPromptOpened":
            self.told.append(f"{self.path}: dialog: {params.get('message')}")
        elif params.get("level") in ("error", "warn"):
            self.told.append(f"{self.path}: console: {params.get('text')}")

    def open(self, path: str) -> None:
        """The page is loaded, and every oracle was asked."""
        self.path = path
        to = {"context": self.context, "url": self.host + path}
        self._say("browsingContext.navigate", **to, wait="complete")
        self.pages += 1
        self.told += [f"{path}: {what}" for what in self.evaluate(LOOK)]

    def evaluate(self, script: str) -> Any:
        """What a function says of the page that is open."""
        said = self._say(
            "script.evaluate",
            expression=f"JSON.stringify(({script})())",
            target={"context": self.context},
            awaitPromise=False,
        )
        return json.loads(said["result"]["value"])
