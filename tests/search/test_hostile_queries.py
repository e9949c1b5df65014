"""Whatever is typed, at any door of search: a page or a clear refusal, escaped, in bounded work."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import event

from app.accounts.models import Role
from app.consultations.models import Consultation
from app.extensions import db
from app.search import entries
from app.search.engine import Engine, IndexUnavailable
from app.search.query import MAX_TOKENS

CANARY = "canary7f"
PRODUCT = str(1327 * 1009)  # what a template or a database would make of the sum below
XSS = [
    f"<script>{CANARY}()</script>",
    f'"><svg onload={CANARY}()>',
    f"' onfocus={CANARY}() autofocus='",
    f"<img src=x onerror={CANARY}()>",
    f"</title><iframe src=//{CANARY}>",
    f"javascript:{CANARY}()",
    f"<mark class=x>{CANARY}</mark>",
    f"]]><x>{CANARY}</x>",
    f"nước <b>{CANARY}</b> sạch",
]
TEMPLATES = [
    "{{1327*1009}}",
    "${1327*1009}",
    "#{1327*1009}",
    "<%= 1327*1009 %>",
    "{%raw%}",
    "%(x)s",
]
SQL = [
    "' OR '1'='1",
    "'; DROP TABLE comment; --",
    "1 UNION SELECT 1327*1009--",
    "nước' AND (SELECT 1327*1009)::text = '",
    "%' OR title LIKE '%",
    "_%_%_%",
    "\\' \\",
    "pg_sleep(10)",
    "$$nước$$",
]
OPERATORS = [
    "& | ! <-> :* \\",
    "nước & sạch",
    "nước | !sạch",
    "nước <-> sạch",
    "nước:* <2> (",
    "!!!!",
    "( ( (",
    '"nước sạch"~3^2',
    "title:nước AND NOT body:sạch OR *",
    "[a TO z] {1 TO 9}",
    "nước~ sạc?",
    "*:*",
    "***",
    "AND",
    "NOT NOT NOT",
    "-nước +sạch",
    "' '' ''' \" \"\"",
    "x:1 f:2 b:3 t:4 c:5",
]
SIGNS = [
    "😀 nước 👩‍👩‍👧‍👧 🇻🇳",
    "\u202eǝʇɐʍ nước\u202c",
    "عربي مياه",
    "Z͑ͫ̓ͪ̂ͫ̽a͎l͉g͓o " * 20,
    "n\u0300\u0301\u0309\u0303\u0323" * 50,
    "水 清潔",
    "\ufeff\u200b\u2060",
    "a\x00b nước\x00",
    "\r\nSet-Cookie: a=b\r\n\r\n",
    "\x1b[31m nước",
    "İıſKﬁ ﷺ",
    "１２．３．ｂ",
    "điều ١٢ khoản ٣",
    "điều ² khoản ½ điểm Ⅳ",
    "\ud83d nửa ký tự".encode("utf-8", "replace").decode(),
]
LONG = [
    "nước " * 2000,
    "a" * 10_000,
    " ".join(f"từ{n}" for n in range(2000)),
    "điều 3 khoản 1 " * 700,
    "d" * 9000 + "12 k3",
    "." * 10_000,
    "1.1." * 2500,
    "15/2020/NĐ-CP " * 700,
    "-" * 5000 + "/" * 5000,
    "<" * 10_000,
    "&" * 10_000,
    "'" * 10_000,
    "\u0301" * 10_000,
    "(" * 5000 + ")" * 5000,
]
EVERYTHING = [*XSS, *TEMPLATES, *SQL, *OPERATORS, *SIGNS, *LONG, "", " ", "%", "?", "#", "+"]
BYTES = [
    b"\xff\xfe\xfd",
    b"n\xc6\xb0\xe1",  # cut within a character
    b"\xc0\xaf\xc1\x9c",  # overlong
    b"\xed\xa0\x80 \xed\xbf\xbf",  # halves of a character
    b"\xf8\x88\x80\x80\x80\xf4\x90\x80\x80",
    b"\x00\x00\x00",
    bytes(range(256)),
    "nước".encode("utf-16"),
    "nước sạch".encode("cp1258", "replace"),
]
DOORS = ["/search", "/en/search", "/search/suggestions", "/search/feed", "/search/save"]


@dataclass
class Attacked:
    """A draft that takes comments."""

    consultation: Consultation


@pytest.fixture
def searched(kept, world, app, drain, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A draft and a comment that looks like an attack, in the index of each engine in turn."""
    kept("attacked", lambda: attack(world, drain))
    monkeypatch.setitem(app.extensions, "search", engine)
    entries.rebuild()
    return engine


def attack(world, drain) -> Attacked:
    consultation = world.consultation()
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    for body in (f"Nước sạch {XSS[0]} {TEMPLATES[0]}", f"Nước {XSS[3]} {SQL[1]}"):
        world.publish(world.comment(consultation, body), moderator)
    db.session.commit()
    drain()
    return Attacked(consultation)


def fault(answer, typed: str) -> str:
    """What is wrong with an answer; "" for nothing."""
    if not (200 <= answer.status_code < 400 or answer.status_code in (400, 414)):
        return f"{answer.status_code}"
    text = answer.get_data(as_text=True)
    if any(canary in text for canary in XSS if "<" in canary) and answer.mimetype != "text/plain":
        return "markup stands unescaped"
    if PRODUCT in text or PRODUCT in answer.headers.get("Location", ""):
        return "something was reckoned"
    if any("canary" in name.lower() or name == "Set-Cookie" for name, _ in answer.headers):
        return "a header was made up"
    if answer.mimetype == "application/json":
        json.loads(text)
    if answer.mimetype == "application/atom+xml":
        etree.fromstring(answer.data)
    return ""


@pytest.mark.parametrize("door", DOORS)
def test_every_door_bears_every_text(searched, client, door) -> None:
    faults = {}
    for typed in EVERYTHING:
        answer = client.get(f"{door}?{urlencode({'q': typed})}")
        if found := fault(answer, typed):
            faults[typed[:60]] = found
    assert faults == {}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_bears_bytes_that_are_no_text(searched, client, door) -> None:
    faults = {}
    for raw in BYTES:
        for address in (f"{door}?q={quote_from_bytes(raw)}", f"{door}?{quote_from_bytes(raw)}=1"):
            if found := fault(client.get(address), ""):
                faults[address[:80]] = found
    assert faults == {}


@pytest.mark.parametrize("name", ["kind", "draft", "agency", "date", "sort", "page", "language"])
def test_every_part_of_the_address_bears_it(searched, client, name) -> None:
    faults = {}
    for typed in (*XSS, *TEMPLATES, *SQL, *SIGNS, LONG[0], "-1", "9" * 40, "٣"):
        for door in ("/search", "/search/feed", "/search/save"):
            answer = client.get(f"{door}?{urlencode({'q': 'nước', name: typed})}")
            if found := fault(answer, typed):
                faults[door, typed[:60]] = found
    assert faults == {}


def test_found_attacks_are_shown_as_the_text_they_are(searched, client) -> None:
    page = client.get(f"/search?q={CANARY}").get_data(as_text=True)
    marked = page.replace("<mark>", "").replace("</mark>", "")
    assert f"&lt;script&gt;{CANARY}()" in marked
    assert "{{1327*1009}}" in marked


@pytest.mark.parametrize("door", DOORS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_at_any_door(searched, client, door, typed) -> None:
    assert fault(client.get(f"{door}?{urlencode({'q': typed})}"), typed) == ""


@pytest.mark.parametrize("json_asked", [(), ("--json",)])
def test_the_shell_bears_every_text(searched, app, json_asked) -> None:
    run = app.test_cli_runner().invoke
    for typed in (*EVERYTHING, "\udcff\udcfe nước"):
        told = run(args=["search", "query", *json_asked, "--", typed])
        assert told.exit_code == 0, (typed[:60], told.output[-300:])
        assert PRODUCT not in told.stdout
        if json_asked:
            json.loads(told.stdout)


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database of the portal is asked."""
    asked: list[str] = []

    def listen(connection, cursor, statement, *rest) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


@pytest.mark.parametrize("door", ["/search", "/search/suggestions", "/search/feed"])
def test_a_long_text_costs_no_more_than_a_page_of_words(
    searched, client, door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words looked up and statements sent are counted: they are work; time is the machine's."""
    looked_up: list[int] = []
    find: Callable = searched.find

    def counted(query, *rest):
        looked_up.append(len(query.syllables) + len(query.pairs) + len(query.references))
        return find(query, *rest)

    monkeypatch.setattr(searched, "find", counted)
    for typed in LONG:
        looked_up.clear()
        with statements() as asked:
            answer = client.get(f"{door}?{urlencode({'q': typed})}")
        assert len(looked_up) <= 5, typed[:40]
        assert all(words <= 3 * MAX_TOKENS for words in looked_up)
        assert len(asked) <= 60, typed[:40]
        assert len(answer.data) < 150_000


def test_a_hundred_kilobytes_are_answered_and_said_to_be_cut(searched, client) -> None:
    typed = "nước sạch " * 10_000
    page = client.get(f"/en/search?{urlencode({'q': typed})}").get_data(as_text=True)
    assert "That is more than a search can use" in page
    box = re.search(r'<input[^>]* name="q"[^>]*>', page)
    assert box is not None
    assert len(box[0]) < 1500


def test_nothing_is_asked_of_an_index_that_cannot_be_read(
    searched, client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*rest, **more):
        raise IndexUnavailable("no")

    monkeypatch.setattr(searched, "find", broken)
    for typed in EVERYTHING:
        for door in ("/search", "/search/suggestions"):
            assert client.get(f"{door}?{urlencode({'q': typed})}").status_code in (200, 302, 503)
