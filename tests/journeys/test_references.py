"""Somebody who knows where it stands: types the place in a hurry and lands on the clause."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from itertools import count
from urllib.parse import quote

import pytest

from tests.factories import World
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

ARTICLES = "\n".join(
    f"Điều {n}. Việc thứ {n}\n1. Chủ bến làm việc này.\n2. Xã xem việc này.\n3. Sở lo hai việc:\n"
    "a) Ghi sổ;\nb) Báo lại."
    for n in range(1, 13)
)
SEARCH = "form[role=search]"
CLAUSE = "[id='dieu-12.khoan-3']"


@pytest.fixture(scope="module")
def ferries(portal: Portal) -> list[str]:
    """Two drafts about ferries that take comments, as the portal names them."""
    with portal.app.app_context():
        world = World()
        world.numbers = count(9_400)
        titles = ("Nghị quyết về bến phà Cửa Sông", "Nghị quyết về bến phà Thượng Nguồn")
        return [
            world.consultation(
                world.dossier(title=title), text=f"NGHỊ QUYẾT\n{title}\n{ARTICLES}"
            ).dossier.slug
            for title in titles
        ]


def on_screen(reader: Visitor, selector: str) -> bool:
    box = reader.page.locator(selector).bounding_box()
    return box is not None and 0 <= box["y"] < 800


def test_a_place_and_a_name_without_accents_lead_to_the_clause(
    visitor: Callable[..., Visitor], ferries: list[str]
) -> None:
    reader = visitor(width=360, js=False)
    reader.go("/")
    reader.send(SEARCH, q="d12 k3 ben pha cua song")
    assert reader.path == f"/consultations/{ferries[0]}/articles/dieu-12.khoan-3"
    assert reader.page.url.endswith("#dieu-12.khoan-3")
    assert on_screen(reader, CLAUSE)
    assert "Sở lo hai việc" in reader.page.locator(CLAUSE).inner_text()


def test_of_two_drafts_the_reader_chooses(
    visitor: Callable[..., Visitor], ferries: list[str]
) -> None:
    reader = visitor(width=360, js=False)
    reader.go("/en/")
    reader.send(SEARCH, q="Art. 12(3)(b) bến phà")
    box = reader.page.locator("#straight")
    assert box.locator("li").count() == 2
    reader.press(f"#straight a[href*='{ferries[1]}']")
    assert reader.path == f"/en/consultations/{ferries[1]}/articles/dieu-12.khoan-3.diem-b"
    assert on_screen(reader, "[id='dieu-12.khoan-3.diem-b']")


def test_whoever_narrowed_to_a_draft_stays_in_it(
    visitor: Callable[..., Visitor], ferries: list[str]
) -> None:
    reader = visitor(width=360, js=False)
    reader.until(
        f"/search?q=việc&draft={ferries[1]}",
        lambda page: page.locator(f"{SEARCH} [name=draft]").count() > 0,
    )
    reader.send(SEARCH, q="d12 k3")
    assert reader.path == f"/consultations/{ferries[1]}/articles/dieu-12.khoan-3"
    reader.go(f"/search?q=d12+k3&draft={ferries[1]}&stay=1")
    first = reader.page.locator("#straight li a").first.get_attribute("href") or ""
    assert first.startswith(f"/consultations/{ferries[1]}/")


def test_all_that_fits_the_search_box_fits_an_address(portal: Portal) -> None:
    with urllib.request.urlopen(f"{portal.url}/search?q={quote('nước ở ' * 140)}") as answer:
        assert answer.status == 200


def test_a_hundred_kilobytes_are_plainly_refused(portal: Portal) -> None:
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{portal.url}/search?q={quote('đường ' * 20_000)}")
    with refusal.value as answer:
        assert answer.code == 414
        assert b"Request Line is too large" in answer.read()
