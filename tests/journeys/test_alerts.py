"""A reader without JavaScript on a phone asks to be told, says yes, is told, and stops it."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from app.alerts.models import SavedSearch
from app.extensions import db
from app.kit import clock
from tests.alerts import atom
from tests.factories import World
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

READER = "reader.of.alerts@example.vn"
FORM = "main form[method=post]"
WORDS = "cầu treo bắc qua suối"
TEXT = f"""\
NGHỊ QUYẾT
Quy định về cầu treo
Điều 1. Phạm vi điều chỉnh
Nghị quyết này quy định việc kiểm tra {WORDS}.
"""


def letter(portal: Portal, number: int, seconds: float = 40) -> EmailMessage:
    """The letter that the reader gets as that many, brought by the worker."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        mine = [one for one in portal.office.letters() if one["To"] == READER]
        if len(mine) >= number:
            return mine[number - 1]
        time.sleep(0.2)
    raise AssertionError(f"letter {number} did not come:\n{portal.said()}")


def link(portal: Portal, message: EmailMessage, path: str) -> str:
    """The path of a link in the letter."""
    found = re.search(rf"^\s*{re.escape(portal.url)}({path})(?=\s)", message.get_content(), re.M)
    assert found, message.get_content()
    return found[1]


def open_draft(portal: Portal) -> str:
    """A draft about those words opens."""
    with portal.app.app_context():
        world = World()
        world.numbers = iter(range(1000, 1100))  # type: ignore[assignment]
        return world.consultation(opened_at=clock.now(), text=TEXT).dossier.slug


def let_morning_come(portal: Portal) -> None:
    with portal.app.app_context():
        db.session.execute(
            update(SavedSearch)
            .where(SavedSearch.confirmed_at.is_not(None))
            .values(due_at=clock.now())
        )
        db.session.commit()


def test_asked_confirmed_told_and_stopped(
    visitor: Callable[..., Visitor], portal: Portal, slug: str
) -> None:
    reader = visitor(width=360, js=False)
    reader.go("/en/")
    reader.press("main a[href$='/search/save']")
    reader.send(FORM, email="nobody")
    assert reader.page.locator("[aria-invalid=true]").count()
    reader.send(FORM, email=READER, q=WORDS, frequency="daily")
    assert "Look into your mail" in reader.page.locator("h1").inner_text()

    asks = letter(portal, 1)
    assert asks["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert WORDS not in asks.get_content()
    reader.go(link(portal, asks, r"/en/alerts/[\w-]{22}"))
    assert WORDS in reader.page.locator("main").inner_text()
    reader.send(FORM)
    assert "Letters will come" in reader.page.locator("h1").inner_text()

    opened = open_draft(portal)
    results = f"/en/search?{urlencode({'q': WORDS})}"
    reader.until(results, lambda page: opened in page.content())
    let_morning_come(portal)
    tells = letter(portal, 2)
    reader.go(link(portal, tells, rf"/en/consultations/{opened}\?round=1"))

    manage = link(portal, tells, r"/en/alerts/of/[\w-]{22}")
    reader.go(manage)
    [often] = reader.page.locator("select[name^=frequency-]").all()
    often.select_option("weekly")
    reader.press(f"{FORM} >> button")
    assert reader.page.locator("select[name^=frequency-]").input_value() == "weekly"
    reader.press("main a[href*='/stop']")

    stop = tells["List-Unsubscribe"].strip("<>")
    press = urlencode({"List-Unsubscribe": "One-Click"}).encode()
    for _ in range(2):
        with urllib.request.urlopen(stop, press, timeout=10) as answer:
            assert answer.status == 204
    reader.go(f"{manage}/stop")
    assert "Letters are stopped" in reader.page.locator("h1").inner_text()


def test_a_draft_is_followed_in_a_feed_reader(
    visitor: Callable[..., Visitor], portal: Portal, slug: str
) -> None:
    reader = visitor(width=360, js=False)
    reader.go(f"/consultations/{slug}")
    feed = reader.page.locator("head link[type='application/atom+xml']").get_attribute("href")
    assert feed == reader.page.locator("main a[type='application/atom+xml']").get_attribute("href")
    with urllib.request.urlopen(f"{portal.url}{feed}", timeout=10) as answer:
        assert answer.headers.get_content_type() == "application/atom+xml"
        atom.read(answer.read())
