"""Every address that reads bears every input, in each part of it and in each header."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from urllib.parse import quote, urlencode, urlsplit

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.routing import Rule

from app.accounts.models import Officer, Role
from app.consultations.models import Consultation
from app.extensions import db
from tests.factories import World
from tests.hostile.inputs import Input, every, inputs, sendable
from tests.house.source import APP, python, tree
from tests.page_client import PageClient

HEADERS = (
    "Accept", "Accept-Encoding", "Accept-Language", "Cookie", "Forwarded", "Host", "If-None-Match",
    "If-Modified-Since", "Origin", "Range", "Referer", "Sec-Fetch-Site", "User-Agent",
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Proto",
    "X-HTTP-Method-Override", "X-Original-URL",
)  # fmt: skip
BASE = "http://localhost"
LONGEST = 1_500  # a server refuses longer lines before the portal sees them


@dataclass
class Scene:
    """A draft with a comment, and somebody who may do everything there."""

    consultation: Consultation
    officer: Officer


@pytest.fixture
def scene(kept: Callable[..., Scene], world: World, drain: Callable[[], None]) -> Scene:
    def make() -> Scene:
        consultation = world.consultation()
        officer = world.officer(consultation.dossier.agency, *Role)
        world.publish(world.comment(consultation, "Nước sạch."), officer)
        db.session.commit()
        drain()
        return Scene(consultation, officer)

    return kept("addresses", make)


def parameters() -> list[str]:
    """Every name that the portal asks an address for, read from its own source."""
    found = {"q", "after", "next", "cursor", "sort", "order", "page", "lang", "at", "code", "round"}
    for path in python(APP):
        for node in ast.walk(tree(path)):
            key = None
            if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("args"):
                key = node.slice
            elif isinstance(node, ast.Call) and "args." in ast.unparse(node.func) and node.args:
                key = node.args[0]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found.add(key.value)
    return sorted(found)


NAMES = parameters()


def readable(app: Flask) -> list[Rule]:
    """Every rule that answers to GET."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]


def filled(rule: Rule, scene: Scene, text: str) -> str:
    """The path of the rule: where it names a thing that is there, that; else the text."""
    there = {
        "slug": scene.consultation.dossier.slug,
        "dossier_id": str(scene.consultation.dossier_id),
    }
    parts = {}
    for name in rule.arguments:
        numeric = type(rule._converters[name]).__name__ == "IntegerConverter"
        parts[name] = there.get(name) or ("1" if numeric else quote(text[:200], safe="") or "x")
    path = rule.rule
    for name, value in parts.items():
        begin = path.index("<", 0)
        while not path[begin : path.index(">", begin)].endswith(name):
            begin = path.index("<", begin + 1)
        path = path[:begin] + value + path[path.index(">", begin) + 1 :]
    return path


def bears(client: PageClient, path: str, **more: object) -> None:
    """The address is answered without a fault, and leads to no other host."""
    answer = client.get(path, **more)  # type: ignore[arg-type]
    assert answer.status_code < 500 or answer.status_code == 503, path
    there = urlsplit(answer.headers.get("Location", ""))
    assert not there.netloc or f"{there.scheme}://{there.netloc}" == BASE, answer.headers[
        "Location"
    ]
    assert "hit=1" not in str(answer.headers.getlist("Set-Cookie")), path
    answer.close()


def texts() -> Iterator[str]:
    kinds: list[Input] = every(61)
    return cycle(sendable(one.text)[:LONGEST] for one in kinds)


@pytest.mark.parametrize("staff", [False, True])
def test_every_door_bears_inputs_in_its_path_and_question(
    app: Flask, scene: Scene, staff: bool
) -> None:
    client = app.test_client()
    assert isinstance(client, PageClient)
    if staff:
        client.sign_in(scene.officer.email)
    given_texts, rules = texts(), readable(app)
    assert len(rules) > 90
    for rule in rules:
        if rule.rule.startswith("/desk") is staff:
            words = islice(given_texts, len(NAMES))
            asked = urlencode(dict(zip(NAMES, words, strict=True)))[:7_500]
            bears(client, f"{filled(rule, scene, next(given_texts))}?{asked}")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_door_any_name_any_text(app: Flask, scene: Scene, data: st.DataObject) -> None:
    """The portal has no machine-readable description to generate from: its own table of addresses
    and the names that its source asks for are what is drawn from."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    rule = data.draw(st.sampled_from([r for r in readable(app) if not r.rule.startswith("/desk")]))
    every_text = st.text(max_size=80) | st.sampled_from(inputs()).map(lambda one: one.text[:200])
    asked = data.draw(st.dictionaries(st.sampled_from(NAMES), every_text, max_size=4))
    path = filled(rule, scene, sendable(data.draw(every_text)) or "x")
    bears(client, f"{path}?{urlencode({name: sendable(text) for name, text in asked.items()})}")


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_breaks_or_moves_anything(client: PageClient, scene: Scene, header: str) -> None:
    """Host and its forwarded kin name no other place; none is believed to be another method."""
    draft = f"/consultations/{scene.consultation.dossier.slug}"
    for one in every(397):
        value = " ".join(sendable(one.text).split())[:500].encode().decode("latin-1")
        bears(client, draft, headers={header: value.replace("\0", "")})
    bears(client, "/about/", headers={header: "hit.example"})
    bears(client, "/desk", headers={header: "hit.example"})


@pytest.mark.parametrize(
    "there", ["//hit.example", "https://hit.example/", "/\\hit.example", "\\\\hit.example", "javascript:hit(1)",
              "/%0d%0aLocation:%20//hit.example", "https:hit.example", "///hit.example", " //hit.example", "/\t/hit.example"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(app: Flask, scene: Scene, there: str) -> None:
    client = app.test_client()
    assert isinstance(client, PageClient)
    path = f"/desk/sign-in?{urlencode({'next': there})}"
    answer = client.submit(
        path, {"email": scene.officer.email, "password": "correct horse battery"}
    )
    assert answer.status_code == 303
    where = urlsplit(answer.headers["Location"])
    assert (where.scheme, where.netloc) in (("", ""), ("http", "localhost"))
    assert where.path.startswith("/desk")
