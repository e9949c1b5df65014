"""A test client that checks every page it loads."""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from typing import Any

import html5lib
from flask import g, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from tests.second_factor import fresh_code

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ANY_TOKEN = re.compile(r'(name="csrf_token"[^>]* value=")[\w.-]+"')
# pages found right, each told by its bytes: many tests load the same form
_right: set[bytes] = set()


class BadPageError(AssertionError):
    """Raised when a page breaks a rule of the house."""


def check_page(html: str) -> None:
    """The page is valid HTML with one h1, a title, a language, labels, and nothing inline."""
    mark = sha256(ANY_TOKEN.sub(r'\1token"', html).encode("utf-8", "surrogatepass")).digest()
    if mark not in _right:
        _check(html)
        _right.add(mark)


def _check(html: str) -> None:
    parser = html5lib.HTMLParser(strict=False, namespaceHTMLElements=True)
    document = parser.parse(html)
    problems = [f"HTML: {code} at {where} {words}" for where, code, words in parser.errors]
    tags: dict[str, list[Any]] = {}
    for element in document.iter():
        if isinstance(element.tag, str):
            tags.setdefault(element.tag.removeprefix(NAMESPACE), []).append(element)
    if len(tags.get("h1", [])) != 1:
        problems.append(f"{len(tags.get('h1', []))} h1")
    if not (document.get("lang") or tags["html"][0].get("lang")):
        problems.append("no lang")
    if not "".join(tags["title"][0].itertext()).strip():
        problems.append("no title")
    problems += _inline(tags)
    problems += _labels(tags)
    ids = Counter(e.get("id") for es in tags.values() for e in es if e.get("id"))
    problems += [f"id {name!r} {n} times" for name, n in ids.items() if n > 1]
    if problems:
        raise BadPageError("\n".join(problems[:20]))


def _inline(tags: dict[str, list[Any]]) -> list[str]:
    problems = ["inline script" for e in tags.get("script", []) if not e.get("src")]
    problems += ["style element" for _ in tags.get("style", [])]
    for elements in tags.values():
        for element in elements:
            for name in element.attrib:
                if name == "style" or str(name).startswith("on"):
                    problems.append(f"{name}= on {element.tag.removeprefix(NAMESPACE)}")
    return problems


def _labels(tags: dict[str, list[Any]]) -> list[str]:
    labelled = {label.get("for") for label in tags.get("label", [])}
    wrapped = {
        id(inner) for label in tags.get("label", []) for inner in label.iter() if inner is not label
    }
    problems = []
    for name in ("input", "select", "textarea"):
        for element in tags.get(name, []):
            if element.get("type") in ("hidden", "submit", "button"):
                continue
            named = element.get("aria-label") or element.get("aria-labelledby")
            if not (element.get("id") in labelled or id(element) in wrapped or named):
                problems.append(f"{name} {element.get('name')!r} has no label")
    problems += ["img without alt" for e in tags.get("img", []) if e.get("alt") is None]
    return problems


def _forget_request() -> None:
    """The test's own context keeps nothing alive that a real request would forget.

    Otherwise one token that was good would make every later form good, one officer who signed in
    would be signed in everywhere, and what a door forgot to commit would seem kept.
    """
    if has_app_context():
        for name in list(g):
            g.pop(name)
        db.session.rollback()


class PageClient(FlaskClient):
    """Checks each HTML answer; `submit` fills in the token of the form it loads first."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        _forget_request()
        response = super().open(*args, **kwargs)
        _forget_request()
        if (
            response.request.method != "HEAD"
            and response.mimetype == "text/html"
            and response.status_code not in (301, 302, 303, 304)
        ):
            check_page(response.get_data(as_text=True))
        return response

    def token(self, path: str) -> str:
        """The CSRF token of the form at `path`."""
        found = TOKEN.search(self.get(path).get_data(as_text=True))
        assert found, f"no form at {path}"
        return found.group(1)

    def submit(self, path: str, data: dict[str, Any], to: str = "", **kwargs: Any) -> TestResponse:
        """The form at `path` sent with its hidden fields and `data`, to `to` or back to `path`."""
        html = self.get(path).get_data(as_text=True)
        hidden: dict[str, Any] = {"csrf_token": self._token_in(html, path)}
        return self.post(to or path, data={**hidden, **data}, **kwargs)

    def _token_in(self, html: str, path: str) -> str:
        found = TOKEN.search(html)
        assert found, f"no form at {path}"
        return found.group(1)

    def sign_in(self, email: str, password: str = "correct horse battery") -> TestResponse:
        """The officer with that e-mail is signed in, by password and a code of the telephone."""
        answer = self.submit("/desk/sign-in", {"email": email, "password": password})
        if answer.status_code != 303 or "/sign-in/code" not in answer.location:
            return answer
        return self.submit(answer.location, {"code": fresh_code(self.application, email)})
