"""One line of 50,000 letters, wherever words may be long, pushes no page sideways at 360 px (G22)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import Column, Table, Text

from app.search import entries
from tests.comments.writing import TYPED, form_at, hidden
from tests.hostile.oracles import Watched
from tests.hostile.places import places
from tests.hostile.poison import Poison, poison, unguarded
from tests.house.test_doors import LivedIn, lived_in
from tests.page_client import PageClient

pytestmark = [pytest.mark.sqlite, pytest.mark.browser]
LINE = "ường" * 12_500
# what people say; a draft's own words are held to it by one provision, which is seen below
SAID = {"comment", "comment_translation", "question", "answer", "decision", "appeal", "correction"}
SAID |= {"provision", "dossier", "reform_suggestion", "tombstone", "flag", "unanswered"}

alive = lived_in


def short(table: Table, column: Column[Any]) -> bool:
    """What no form lets grow so long, and what the portal reads itself."""
    return not isinstance(column.type, Text) or table.name not in SAID


def test_no_page_is_wider_than_its_window(app: Flask, alive: LivedIn, browser: Browser) -> None:
    officer = alive.sign_in(app, alive.everyone)
    unguarded()
    # nobody writes only such lines: one in five, and each column that may hold one has some
    reached = poison(Poison(cycle([LINE, *["Nước sạch."] * 4])), short)
    assert {"comment.body", "provision.text"} <= reached, reached
    entries.rebuild()
    app.extensions["revisions"].asked = float("-inf")
    adapter = app.url_map.bind("localhost")
    stranger = app.test_client()
    assert isinstance(stranger, PageClient)
    wide: dict[str, int] = {}
    seen: set[str] = set()
    for client, begins in ((stranger, alive.starts()), (officer, [*alive.starts(), "/desk"])):
        with Watched(browser, client.get, width=360) as window:
            window.page.set_default_navigation_timeout(0)
            for place in places(client, adapter, begins, each=1):
                if place.status != 200 or place.media_type != "text/html" or place.attached:
                    continue
                if place.endpoint in seen:
                    continue
                seen.add(place.endpoint)
                window.open(place.path)
                if (over := window.over()) > 0:
                    wide[place.path] = over
    assert not wide
    assert len(seen) > 35


def test_a_form_gives_a_long_line_back_within_its_window(
    client: PageClient, world: Any, browser: Browser
) -> None:
    """It is longer than a comment may be, and stands in its field."""
    path = form_at(world.consultation())
    sent = {**hidden(client, path), **TYPED, "body": LINE}
    answer = client.post(path, data=sent)
    assert answer.status_code == 413
    assert LINE in answer.get_data(as_text=True)
    back: Callable[[str], Any] = lambda to: answer if to == path else client.get(to)  # noqa: E731
    with Watched(browser, back, width=360) as window:
        window.open(path)
        assert window.over() == 0
