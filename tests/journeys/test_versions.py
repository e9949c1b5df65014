"""A reader finds out what changed, without JavaScript on a phone; a long law stays where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from app.documents.exports.source import edition_of_outline
from app.documents.exports.text import to_text
from app.documents.outline import build
from app.documents.parsers.docx import read_docx
from app.extensions import reads_only
from app.kit import clock
from tests.factories import World
from tests.journeys.conftest import LAW
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor
from tests.site.posting import revised

pytestmark = pytest.mark.browser

SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
  }).observe({type: 'layout-shift', buffered: true});
}"""


@contextmanager
def arranging(portal: Portal, first: int) -> Iterator[World]:
    """A world whose names begin at that number; it holds the pen of the database no longer."""
    with portal.app.app_context():
        reads_only.set(False)  # a test before may have left it as its last page wanted it
        world = World()
        world.numbers = iter(range(first, first + 100))  # type: ignore[assignment]
        yield world


@pytest.fixture(scope="module")
def slug(portal: Portal) -> str:
    """A draft with two posted versions."""
    with arranging(portal, 700) as world:
        return revised(world, clock.now()).slug


@pytest.fixture(scope="module")
def long(portal: Portal) -> str:
    """A draft of 689 articles."""
    law = LAW.with_name("bo-luat-91-2015-qh13.docx")
    text = to_text(edition_of_outline(build(read_docx(law.read_bytes()))))
    at = clock.now() - timedelta(days=1)
    with arranging(portal, 800) as world:
        return world.consultation(text=text, opened_at=at).dossier.slug


def test_what_changed_can_be_read_on_a_phone_without_javascript(
    visitor: Callable[..., Visitor], slug: str
) -> None:
    reader = visitor(width=360, js=False)
    reader.go(f"/consultations/{slug}")
    reader.press("main a[href*='/compare?from=1']")
    page = reader.page
    assert page.locator("del", has_text="1.000.000").is_visible()
    assert page.locator("ins", has_text="2.000.000").is_visible()
    page.locator(".same > summary").first.click()
    assert page.locator(".same[open] p").first.is_visible()
    for view in ("columns", "list"):
        reader.press(f".tabs a[href*='view={view}']")
        assert page.locator("ins", has_text="2.000.000").first.is_visible()
    reader.press(".meta a >> nth=0")
    assert reader.path.endswith("/versions/1")


def test_each_half_stands_beside_the_other_where_there_is_room(
    visitor: Callable[..., Visitor], slug: str
) -> None:
    reader = visitor(width=1280)
    reader.go(f"/consultations/{slug}/compare?from=1&to=2&view=columns")
    left, right = reader.page.locator(".duet").first.locator("> div").all()
    one, other = left.bounding_box(), right.bounding_box()
    assert one is not None
    assert other is not None
    assert one["y"] == other["y"]
    assert one["x"] + one["width"] <= other["x"]


@pytest.mark.parametrize("js", [False, True])
def test_an_address_within_a_long_law_leads_there_and_nothing_jumps(
    visitor: Callable[..., Visitor], long: str, js: bool
) -> None:
    reader = visitor(width=360, js=js)
    page = reader.page
    if js:
        page.add_init_script(f"({SHIFTS})()")
    page.goto(f"{reader.url}/consultations/{long}#dieu-500")
    page.wait_for_timeout(300)
    box = page.locator("#dieu-500").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 400
    if js:
        for _ in range(8):
            page.mouse.wheel(0, 900)
            page.wait_for_timeout(60)
        assert page.evaluate("window.shifted") < 0.1
