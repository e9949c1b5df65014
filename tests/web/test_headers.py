"""Every answer carries every header, told here byte for byte; scripts make no markup of strings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.consultations.models import Consultation
from app.documents.models import DossierFile
from app.extensions import db
from app.web.guard import public
from tests.factories import World
from tests.house.source import ROOT
from tests.page_client import PageClient

PAGE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
FILE = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
UPGRADE = "; upgrade-insecure-requests"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": (
        "clipboard-write=(self), publickey-credentials-create=(self), "
        "publickey-credentials-get=(self), accelerometer=(), autoplay=(), camera=(), "
        "clipboard-read=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), "
        "geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), "
        "keyboard-map=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), "
        "otp-credentials=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), "
        "storage-access=(), sync-xhr=(), usb=(), window-management=(), "
        "xr-spatial-tracking=()"
    ),
}
STRICT = "max-age=63072000; includeSubDomains"
# nothing here tells what the portal runs on, or lets another origin read it
NEVER = ("Server", "X-Powered-By", "Access-Control-Allow-Origin", "Report-To", "NEL", "gopy.kept")
KEPT, PRIVATE, CHECKED = (
    "public, max-age=0, must-revalidate", "no-store", "no-cache",
)  # fmt: skip
# what makes markup or code of a string: the injection sinks of Trusted Types, section 2.2
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|parseFromString|srcdoc"
    r"|createContextualFragment|setHTMLUnsafe|parseHTMLUnsafe|\beval\b|new Function"
    r"|execCommand|importScripts|new (?:Shared)?Worker|(?:script|object|embed)\.(?:src|data|text)"
    r"|set(?:Timeout|Interval)\(\s*['\"`]|createElement\(\s*['\"](?:script|iframe|object|embed|base)"
    r"|setAttribute\(\s*['\"](?:on\w+|srcdoc|style)|javascript:"
)


@dataclass
class Lived:
    """A draft that takes comments, and a file beside it."""

    consultation: Consultation
    file: DossierFile


@pytest.fixture
def lived(kept: Callable[..., Lived], world: World, drain: Callable[[], None]) -> Lived:
    def make() -> Lived:
        dossier = world.dossier(world.agency())
        file = world.file(dossier)
        consultation = world.consultation(dossier)
        moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
        world.publish(world.comment(consultation, "Nước sạch."), moderator)
        db.session.commit()
        drain()
        return Lived(consultation, file)

    return kept("headers", make)


def carries(answer: TestResponse, policy: str, *, caching: str = "") -> None:
    """The answer has each header once, as it is written above."""
    said = {**ALWAYS, "Content-Security-Policy": policy}
    for name, value in said.items():
        assert answer.headers.getlist(name) == [value], name
    assert not [name for name in NEVER if name in answer.headers]
    if caching:
        assert answer.headers.getlist("Cache-Control") == [caching]
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/") or "xml" in kind.split(";")[0].split("/")[-1].split("+"):
        assert kind.endswith("; charset=utf-8"), kind
    answer.close()


def test_pages_of_every_kind(client: PageClient, world: World, lived: Lived) -> None:
    slug = lived.consultation.dossier.slug
    for path in ("/about", f"/consultations/{slug}", "/answering", "/agencies/co-quan-1"):
        made, found = client.get(path), client.get(path)  # the second comes from the page cache
        carries(made, PAGE, caching=KEPT)
        carries(found, PAGE, caching=KEPT)
        again = client.get(path, headers={"If-None-Match": found.headers["ETag"]})
        assert again.status_code == 304
        carries(again, PAGE, caching=KEPT)
    carries(client.get(f"/consultations/{slug}/comment"), PAGE, caching=PRIVATE)
    carries(client.get("/search?q=nước"), PAGE)
    carries(client.get("/comments?code=GY-0"), PAGE)
    officer = world.officer(lived.consultation.dossier.agency)
    carries(client.get("/desk/sign-in"), PAGE, caching=PRIVATE)
    carries(client.sign_in(officer.email), PAGE, caching=PRIVATE)
    carries(client.get("/desk"), PAGE, caching=PRIVATE)


def test_errors_and_redirects(
    app: Flask, client: PageClient, lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = lived.consultation.dossier.slug
    for path, status in (
        ("/nowhere", 404), ("/desk", 303), ("/about/", 308), ("/%00", 404),
        (f"/consultations/{slug}/comments.csv?round=x", 404),
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == status, path
        carries(answer, PAGE)
    carries(client.post("/about"), PAGE)
    carries(client.post(f"/consultations/{slug}/comment", data={"body": "x"}), PAGE)
    languages = client.get("/", headers={"Accept-Language": "en"})
    assert languages.status_code == 302
    carries(languages, FILE, caching=CHECKED)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(app.view_functions, "site.health", broken())
    answer = client.get("/health")
    app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    carries(answer, PAGE, caching=PRIVATE)


def broken() -> Callable[[], str]:
    """A view that fails."""

    @public
    def fail() -> str:
        raise RuntimeError("as it may happen")

    return fail


def test_what_is_no_page_runs_nothing(client: PageClient, lived: Lived) -> None:
    slug = lived.consultation.dossier.slug
    draft = f"/consultations/{slug}"
    for path in (
        "/search/feed?q=nước", "/search/suggestions?q=nước", "/health", "/answering.csv",
        f"{draft}/comments.csv", f"{draft}/deadline.ics", f"{draft}/files/{lived.file.name}",
        "/moderation.csv", "/static/app.css", "/static/app.js", "/static/mark.svg",
        "/static/font/bvp-400.woff2",
    ):  # fmt: skip
        answer = client.get(path)
        if answer.status_code == 404:
            raise AssertionError(path)
        carries(answer, FILE)
        tag = answer.headers.get("ETag")
        if tag:
            again = client.get(path, headers={"If-None-Match": tag})
            assert again.status_code == 304, path
            carries(again, FILE)


def test_strict_transport_where_the_portal_is_at_https(
    app: Flask, client: PageClient, lived: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    carries(client.get("/about"), PAGE)
    assert "Strict-Transport-Security" not in client.get("/about").headers
    for ask in (
        lambda path: client.get(path, base_url="https://localhost"),
        behind_a_proxy(app, client, monkeypatch),
    ):
        page, file = ask("/moderation"), ask("/static/app.css")
        carries(page, PAGE + UPGRADE)
        carries(file, FILE + UPGRADE)
        for answer in (page, file):
            assert answer.headers.getlist("Strict-Transport-Security") == [STRICT]
    root = client.get("/", base_url="https://localhost", headers={"Accept-Language": "en"})
    carries(root, FILE + UPGRADE)
    assert root.headers.getlist("Strict-Transport-Security") == [STRICT]


def behind_a_proxy(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], TestResponse]:
    """Asks over http for a portal whose public address is https."""

    def ask(path: str) -> TestResponse:
        secure = replace(app.extensions["settings"], secure_cookies=True)
        monkeypatch.setitem(app.extensions, "settings", secure)
        return client.get(path + "?behind=1")

    return ask


def test_no_script_makes_markup_or_code_of_a_string() -> None:
    scripts = sorted((ROOT / "app/static").rglob("*.js"))
    assert len(scripts) >= 4
    for script in scripts:
        found = SINKS.search(script.read_text(encoding="utf-8"))
        assert not found, f"{script.name}: {found[0]}"


def test_no_template_leaves_escaping_or_the_origin() -> None:
    """No `|safe`, no escaping switched off, nothing loaded from elsewhere."""
    for template in sorted((ROOT / "app/templates").rglob("*.*")):
        text = template.read_text(encoding="utf-8")
        wrong = re.search(
            r"\|\s*safe\b|autoescape\s+false|(?:src|action)=[\"']?(?:https?:)?//", text
        )
        assert not wrong, f"{template.name}: {wrong[0]}"


def test_a_page_with_a_token_is_not_compressed_for_another_site(app: Flask) -> None:
    """Its length would tell of the token to who chose the words in the address (BREACH)."""

    def packed(path: str, site: str) -> str:
        headers = {"Accept-Encoding": "br", "Sec-Fetch-Site": site}
        with FlaskClient(app).get(path, headers=headers) as answer:
            return answer.headers.get("Content-Encoding", "")

    assert packed("/desk/sign-in?next=x", "same-origin") == "br"
    assert not packed("/desk/sign-in?next=x", "cross-site")
