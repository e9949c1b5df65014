"""Asking a machine-translation service of one's own, by the API of LibreTranslate.

Off unless TRANSLATE_URL names one. Only that host is ever asked, and no redirect is followed; what
it answers is read up to a limit of size and of time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import socket
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.config import TranslationServer

SECONDS = 20.0  # for a whole answer
MOST_TEXTS = 25  # in one request
MOST_CHARACTERS = 20_000  # in one request, of all its texts
ANSWER_BYTES = 1024 * 1024
CHUNK = 64 * 1024
# What LibreTranslate calls a language that we call otherwise.
CODES = {"zh-Hans": "zh", "zh-Hant": "zt"}
# Chinese has had these codes as well: an answer may list either
ALSO = {"zh": "zh-Hans", "zt": "zh-Hant"}


class Fault(StrEnum):
    """Why there is no translation."""

    OFF = "off"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    FORBIDDEN = "forbidden"
    BUSY = "busy"
    UNKNOWN_LANGUAGE = "unknown_language"
    REFUSED = "refused"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    GARBAGE = "garbage"


DOWN = _l("The translation service does not answer as it should. Try again later.")
FAULTS: dict[Fault, LazyString] = {
    Fault.OFF: _l("This portal has no translation service."),
    Fault.UNREACHABLE: DOWN,
    Fault.TOO_SLOW: _l("The translation service took too long. Try again with less text."),
    Fault.FORBIDDEN: _l("The translation service does not accept the key of this portal."),
    Fault.BUSY: DOWN,
    Fault.UNKNOWN_LANGUAGE: _l("The translation service does not know this language."),
    Fault.REFUSED: DOWN,
    Fault.BROKEN: DOWN,
    Fault.TOO_LARGE: _l("This is too much text for the translation service."),
    Fault.GARBAGE: DOWN,
}


class TranslatorError(Exception):
    """Raised where there is no translation; `words` say why on a page."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault

    @property
    def words(self) -> str:
        return str(FAULTS[self.fault])


def available() -> bool:
    """Whether this portal has a translation service to ask."""
    return _server() is not None


def translate(texts: Sequence[str], source: str, target: str) -> list[str]:
    """The texts in the language `target`, in the same order; blank ones stay as they are.

    Languages are BCP-47 codes of the portal. At most MOST_TEXTS texts of MOST_CHARACTERS together;
    takes at most about SECONDS: hold no database meanwhile. Raises TranslatorError.
    """
    server = _server()
    if server is None:
        raise TranslatorError(Fault.OFF)
    asked = [text for text in texts if text.strip()]
    if not asked:
        return list(texts)
    if len(asked) > MOST_TEXTS or sum(map(len, asked)) > MOST_CHARACTERS:
        raise TranslatorError(Fault.TOO_LARGE)
    wish = {"q": asked, "source": called(source), "target": called(target), "format": "text"}
    if server.key:
        wish["api_key"] = server.key
    try:
        answer = _ask(server, "POST", "/translate", wish)
    except TranslatorError as error:
        if error.fault is Fault.REFUSED and called(target) not in languages(source):
            raise TranslatorError(Fault.UNKNOWN_LANGUAGE) from None
        raise
    told = answer.get("translatedText") if isinstance(answer, dict) else None
    right = isinstance(told, list) and len(told) == len(asked)
    if not right or not all(isinstance(text, str) and text.strip() for text in told or ()):
        raise TranslatorError(Fault.GARBAGE)
    given = iter(told or ())
    return [str(next(given)) if text.strip() else text for text in texts]


def languages(source: str) -> frozenset[str]:
    """The codes of the service's own for what it translates `source` into; TranslatorError."""
    server = _server()
    if server is None:
        raise TranslatorError(Fault.OFF)
    answer = _ask(server, "GET", "/languages", None)
    found: set[str] = set()
    try:
        for one in answer:
            if one["code"] in _names(source):
                found.update(map(str, one.get("targets", [other["code"] for other in answer])))
    except (TypeError, KeyError, AttributeError):
        raise TranslatorError(Fault.GARBAGE) from None
    return frozenset(found | {short for short, long in ALSO.items() if long in found})


def called(language: str) -> str:
    """What the service calls one of the portal's languages."""
    return CODES.get(language, language)


def _names(language: str) -> tuple[str, str]:
    return language, called(language)


def _server() -> TranslationServer | None:
    found: TranslationServer | None = current_app.extensions["settings"].translator
    return found


def _ask(server: TranslationServer, method: str, path: str, wish: dict[str, Any] | None) -> Any:
    """What the service answers to one request, as JSON holds it."""
    until = time.monotonic() + SECONDS
    parts = urlsplit(server.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    body = None if wish is None else json.dumps(wish).encode()
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    try:
        line.connect()
        # kept here: a line that is to be closed after its answer lets go of it before that is read
        plug: socket = line.sock
        line.request(method, parts.path + path, body, headers)
        with line.getresponse() as answer:
            _check(answer.status)
            data = _read(plug, answer, until)
    except TimeoutError:
        raise TranslatorError(Fault.TOO_SLOW) from None
    except (OSError, HTTPException):
        raise TranslatorError(Fault.UNREACHABLE) from None
    finally:
        line.close()
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise TranslatorError(Fault.GARBAGE) from None


def _check(status: int) -> None:
    if status == 200:
        return
    if status in (401, 403):
        raise TranslatorError(Fault.FORBIDDEN)
    if status in (429, 503):
        raise TranslatorError(Fault.BUSY)
    if status == 413:
        raise TranslatorError(Fault.TOO_LARGE)
    raise TranslatorError(Fault.REFUSED if 400 <= status < 500 else Fault.BROKEN)


def _read(plug: socket, answer: HTTPResponse, until: float) -> bytes:
    """The body, up to the limits: a server that sends byte by byte is slow all the same."""
    found = bytearray()
    while True:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        plug.settimeout(left)
        more = answer.read1(CHUNK)
        if not more:
            break
        found += more
        if len(found) > ANSWER_BYTES:
            raise TranslatorError(Fault.GARBAGE)
    if answer.length:  # it said that it would send more
        raise TranslatorError(Fault.UNREACHABLE)
    return bytes(found)
