"""The reader's language is part of the address: Vietnamese at the root, others under a prefix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel import Locale, UnknownLocaleError, parse_locale
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, request
from flask_babel import force_locale
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.web import headers

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Language:
    """A language of the interface: BCP-47 code, own name, path prefix, Babel catalogue."""

    code: str
    name: str
    prefix: str
    catalogue: str


# One line each; `make languages` tells how much of its catalogue is written.
LANGUAGES = (
    Language("vi", "Tiếng Việt", "", "vi"),
    Language("en", "English", "/en", "en"),
    Language("fr", "Français", "/fr", "fr"),
    Language("de", "Deutsch", "/de", "de"),
    Language("cs", "Čeština", "/cs", "cs"),
    Language("ru", "Русский", "/ru", "ru"),
    Language("ko", "한국어", "/ko", "ko"),
    Language("ja", "日本語", "/ja", "ja"),
    Language("zh-Hans", "简体中文", "/zh-hans", "zh_Hans"),
    Language("zh-Hant", "繁體中文", "/zh-hant", "zh_Hant"),
    Language("lo", "ລາວ", "/lo", "lo"),
    Language("km", "ខ្មែរ", "/km", "km"),
)
DEFAULT = LANGUAGES[0]
WISHES = 20  # of one reader: nobody reads more languages, and a header can name thousands
LONGEST = 1500  # characters of a query, escaped, that the same page in other languages keeps
# What chooses the language at the root; `Sec-Fetch-Site` tells who followed a link of ours
CHOSEN_BY = "Accept-Language, Sec-Fetch-Site"
# A template asks for its language a hundred times: this costs less than the request's own proxies
_reading: ContextVar[Language] = ContextVar("language", default=DEFAULT)


class LanguagePath:
    """WSGI layer that moves a language prefix from the path to the script name.

    Every address built by `url_for` then stays in the language without any view knowing of it.
    Only at the root, and only for who arrives from elsewhere, is a language chosen for the reader.
    """

    def __init__(self, wsgi: Wsgi) -> None:
        self.wsgi = wsgi
        self.by_segment = {language.prefix[1:]: language for language in LANGUAGES[1:]}

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in ("", "/") and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self._root(environ, start_response)
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

    def _root(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        wished = _wished(environ)
        if wished is DEFAULT:
            return self.wsgi(environ, partial(_varying, start_response))
        there = environ.get("SCRIPT_NAME", "") + wished.prefix + "/"
        told = [
            ("Location", there),
            ("Vary", CHOSEN_BY),
            ("Cache-Control", "no-cache"),
            ("Content-Length", "0"),
            *headers.bare(secure=environ.get("wsgi.url_scheme") == "https"),
        ]
        start_response("302 Found", told)
        return [b""]


def _varying(
    start_response: Callable[..., Any],
    status: str,
    headers: list[tuple[str, str]],
    exc_info: Any = None,
) -> Any:
    """The answer says that the root may read otherwise for others."""
    return start_response(status, [*headers, ("Vary", CHOSEN_BY)], exc_info)


def _wished(environ: dict[str, Any]) -> Language:
    """Whom the root of the portal is for: who comes from within, or asks for it by name, or
    wishes none of our languages, reads Vietnamese."""
    within = environ.get("HTTP_SEC_FETCH_SITE", "") in ("same-origin", "same-site")
    if within or environ.get("QUERY_STRING"):
        return DEFAULT
    return best_for(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def best_for(accepted: str) -> Language:
    """The language that an Accept-Language header wishes for most; Vietnamese if it has none."""
    for tag, quality in parse_accept_header(accepted, LanguageAccept)[:WISHES]:
        try:
            wish = Locale.parse(tag, sep="-")
            written = parse_locale(tag, sep="-")[2] or wish.script
        except (UnknownLocaleError, ValueError):
            continue
        if tag.lower().startswith("und"):
            continue  # "undetermined", which is no wish
        for language in LANGUAGES:
            ours = Locale.parse(language.catalogue)
            # who names no script reads the first of those we have
            scripts = {ours.script, written} - {None}
            if quality > 0 and ours.language == wish.language and len(scripts) < 2:
                return language
    return DEFAULT


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
    tail = quote(request.path) + _query()
    return [
        Switch(language.code, language.name, _address(language, tail), language is here)
        for language in LANGUAGES
    ]


def alternates() -> list[tuple[str, str]]:
    """(language, whole address) of the same page in each language, for `hreflang`.

    Never from the host of the request: pages are shared. A page for one reader has none.
    """
    if g.get("private"):
        return []
    host: str = current_app.extensions["settings"].public_url
    tail = quote(request.path) + _query()
    found = [(one.code, host + one.prefix + tail) for one in LANGUAGES]
    return [*found, ("x-default", host + tail)]


def _query() -> str:
    """The query of the page; what is longer than anybody types would stand there 24 times."""
    query = request.query_string.decode("utf-8", "replace")
    return f"?{query}" if 0 < len(query) <= LONGEST and request.method == "GET" else ""


def _address(language: Language, tail: str) -> str:
    here = current()
    base = request.script_root.removesuffix(here.prefix) if here.prefix else request.script_root
    if tail == "/" and language is DEFAULT:
        # the bare root chooses for who arrives; this one was chosen
        tail = f"/?lang={DEFAULT.code}"
    return base + language.prefix + tail


@cache
def _catalogue(folder: Path, language: Language) -> NullTranslations:
    return Translations.load(folder, [language.catalogue])


def said(text: str) -> str:
    """What the catalogue of the page's language has for that text, which may not be in it."""
    found: str = _catalogue(current_app.extensions["catalogues"], current()).gettext(text)
    return found


def init_app(app: Flask, folder: Path) -> None:
    """Templates find their words in the catalogues of `folder` with a single look."""
    app.extensions["catalogues"] = folder

    def gettext(text: str, **words: object) -> Markup:
        found = Markup(_catalogue(folder, _reading.get()).gettext(text))
        return found % words if words or "%" in text else found

    def ngettext(one: str, many: str, n: int, **words: object) -> Markup:
        told = Markup(_catalogue(folder, _reading.get()).ngettext(one, many, n))
        return told % {"num": n, **words}

    # Jinja's own callables escape and format each word again; ours only where there is a place
    app.jinja_env.globals.update(
        _=gettext, gettext=gettext, ngettext=ngettext, alternates=alternates
    )
