"""The reader's language is part of the address: Vietnamese at the root, others under a prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import has_request_context, request

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Language:
    """A language of the interface: BCP-47 code, own name, path prefix, Babel catalogue."""

    code: str
    name: str
    prefix: str
    catalogue: str


LANGUAGES = (
    Language("vi", "Tiếng Việt", "", "vi"),
    Language("en", "English", "/en", "en"),
)
DEFAULT = LANGUAGES[0]
KEY = "gopy.language"


class LanguagePath:
    """WSGI layer that moves a language prefix from the path to the script name.

    Every address built by `url_for` then stays in the language without any view knowing of it.
    """

    def __init__(self, wsgi: Wsgi) -> None:
        self.wsgi = wsgi
        self.by_segment = {language.prefix[1:]: language for language in LANGUAGES[1:]}

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        segment, slash, rest = path[1:].partition("/")
        language = self.by_segment.get(segment, DEFAULT)
        environ[KEY] = language
        if language is not DEFAULT:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + language.prefix
            environ["PATH_INFO"] = slash + rest or "/"
        return self.wsgi(environ, start_response)


def current() -> Language:
    """The language of the page being made; Vietnamese outside a request."""
    if has_request_context():
        return request.environ.get(KEY, DEFAULT)
    return DEFAULT


def select_locale() -> str:
    """The Babel catalogue of the page being made."""
    return current().catalogue


@dataclass(frozen=True)
class Switch:
    """One entry of the language menu: the same page in another language."""

    code: str
    name: str
    url: str
    current: bool


def switches() -> list[Switch]:
    """The same page in each language, the query kept."""
    here = current()
    base = request.script_root.removesuffix(here.prefix) if here.prefix else request.script_root
    query = request.query_string.decode("utf-8", "replace")
    tail = quote(request.path) + (f"?{query}" if query and request.method == "GET" else "")
    return [
        Switch(language.code, language.name, base + language.prefix + tail, language is here)
        for language in LANGUAGES
    ]
