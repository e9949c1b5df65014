"""Whatever the portal holds, shows or sends, nothing of it runs in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser
from sqlalchemy import Column, Table
from werkzeug.test import TestResponse

from app.accounts import officer_sessions
from app.kit import clock
from app.search import entries
from app.web.headers import HEADERS, PAGE_POLICY
from tests.hostile.inputs import every, inputs
from tests.hostile.leaving import letters, look, look_at_letter
from tests.hostile.oracles import Watched
from tests.hostile.places import Place, places
from tests.hostile.poison import Poison, poison, unguarded
from tests.house.test_doors import LivedIn, lived_in
from tests.page_client import PageClient

pytestmark = [pytest.mark.sqlite, pytest.mark.browser]
FEW, SHORT = 37, 400


def spare(table: Table, column: Column[Any]) -> bool:
    """What is no text of people: words of a rule that the portal reads itself."""
    return column.name in ("token", "session_key") or table.name == "alembic_version"


alive = lived_in  # a portal in which everything has happened


def test_there_are_more_than_ten_thousand_inputs_and_each_is_another() -> None:
    made = inputs()
    assert len(made) >= 10_000
    assert len({one.text for one in made}) == len(made)


def test_nothing_that_is_held_runs_where_it_is_shown_or_sent(
    app: Flask,
    alive: LivedIn,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every text in the database is an attack; each door is opened by a stranger, an officer and
    citizens, what it gives to keep is opened in every way, and all letters are written."""
    monkeypatch.setattr(officer_sessions, "IDLE_ADMIN", officer_sessions.ABSOLUTE)
    officer = alive.sign_in(app, alive.everyone)
    unguarded()
    texts = cycle(one.text for one in every(FEW) if len(one.text) <= SHORT)
    reached = poison(Poison(texts), spare)
    assert len(reached) > 60, "so many columns hold words of people"
    entries.rebuild()
    app.extensions["revisions"].asked = float("-inf")
    adapter = app.url_map.bind("localhost")
    seen: list[Place] = []
    stranger = app.test_client()
    assert isinstance(stranger, PageClient)
    starts = [*alive.starts(), "/search?q=script", "/search/feed?q=script"]
    people = [(stranger, [*starts, "/search?q=hit"]), (officer, [*starts, "/desk"])]
    kept: dict[str, int] = {}
    for client, begins in (*people, *alive.citizens):
        with Watched(browser, client.get) as window:
            for place in places(client, adapter, begins, each=1):
                seen.append(place)
                if place.status in (204, 301, 302, 303, 308):
                    continue
                if not place.attached:
                    window.open(place.path)
                if place.media_type != "text/html" and place.endpoint not in kept:
                    kept[place.endpoint] = look(window, place.path, client.get(place.path))
            assert not window.told, "\n".join(window.told[:20])
    assert not [place for place in seen if place.status >= 500]
    assert len({place.endpoint for place in seen}) > 70
    assert len(kept) > 15
    assert sum(map(bool, kept.values())) > 15, "the browser showed what it was given"


def test_letters_are_text_and_nothing_in_them_runs(
    app: Flask, alive: LivedIn, browser: Browser
) -> None:
    """All that the portal writes about what it holds, to everybody."""
    unguarded()
    texts = cycle(one.text for one in every(FEW) if len(one.text) <= SHORT)
    poison(Poison(texts), spare)
    entries.rebuild()
    now = clock.now()
    written = letters(now)
    assert len(written) > 20
    with Watched(browser, careless([], {})) as window:
        for letter in written:
            look_at_letter(window, letter, next(texts), now)
        assert window.pages == 2 * len(written)
        assert not window.told, "\n".join(window.told[:20])


def careless(pages: list[str], headers: dict[str, str]) -> Callable[[str], TestResponse]:
    """Asks a portal that sends what it was told, by numbers, without escaping."""
    app = Flask("careless")

    @app.get("/<int:number>")
    def page(number: int) -> Response:
        text = f"<!doctype html><title>x</title><p>{pages[number]}</p>"
        return Response(text, headers=headers, content_type="text/html; charset=utf-8")

    return app.test_client().get


@pytest.mark.parametrize("guarded", [False, True])
def test_the_oracles_see_what_a_careless_page_lets_through(browser: Browser, guarded: bool) -> None:
    """The same inputs, not escaped: without our headers they run; with them they are reported."""
    headers = {**HEADERS, "Content-Security-Policy": PAGE_POLICY} if guarded else {}
    wanted = [one.text for one in every(301, ("markup", "mutated"))]
    with Watched(browser, careless(wanted, headers)) as window:
        for number in range(len(wanted)):
            window.open(f"/{number}")
        caught = {what.split(": ")[1] for what in window.told}
    if guarded:
        assert "ran" not in caught
        assert {"policy", "console", "made"} <= caught
    else:
        assert {"ran", "made"} <= caught
