"""The reader's language is part of the address: Vietnamese at the root, others under a prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import force_locale
from markupsafe import Markup

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
# A template asks for its language a hundred times: this costs less than the request's own proxies
_reading: ContextVar[Language] = ContextVar("language", default=DEFAULT)


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
        if language is not DEFAULT:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + language.prefix
            environ["PATH_INFO"] = slash + rest or "/"
        before = _reading.set(language)
        try:
            return self.wsgi(environ, start_response)
        finally:
            _reading.reset(before)


def current() -> Language:
    """The language of the page being made; Vietnamese outside a request."""
    return _reading.get()


def called(code: str) -> Language:
    """The language with that code, or else Vietnamese: what is written in any must be readable."""
    return next((language for language in LANGUAGES if language.code == code), DEFAULT)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Inside, words are those of that language, whoever asked: letters are not for who sends."""
    before = _reading.set(language)
    try:
        with force_locale(language.catalogue):
            yield
    finally:
        _reading.reset(before)


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


def init_app(app: Flask, folder: Path) -> None:
    """Templates find their words in the catalogues of `folder` with a single look."""

    @cache
    def catalogue(language: Language) -> NullTranslations:
        return Translations.load(folder, [language.catalogue])

    def gettext(text: str, **words: object) -> Markup:
        found = Markup(catalogue(_reading.get()).gettext(text))
        return found % words if words or "%" in text else found

    def ngettext(one: str, many: str, n: int, **words: object) -> Markup:
        return Markup(catalogue(_reading.get()).ngettext(one, many, n)) % {"num": n, **words}

    # Jinja's own callables escape and format each word again; ours only where there is a place
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
