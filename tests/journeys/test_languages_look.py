"""Somebody on a narrow phone reads the main pages in each language: nothing is cut, nothing slides."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page

from app.web.locale import LANGUAGES
from tests.factories import World
from tests.journeys.portal import Portal
from tests.journeys.visitor import OVER, WIDE, Visitor

pytestmark = pytest.mark.browser

# narrower than any phone sold today: also what 400 % zoom leaves of a screen
WIDTHS = (320, 360)
PAGES = (
    "/",
    "/search?q=nước",
    "{draft}",
    "{draft}/comment?at=dieu-3",
    "/comments/{receipt}",
)
# words that stand out of the screen or of the button they name; what scrolls in a frame may
CUT = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const own = node.parentElement;
    if (!node.data.trim() || own.closest('.vh, .scroll, script') || !own.checkVisibility()) continue;
    const control = own.closest('.btn, button, summary, .tag, option, .choice');
    const frame = control && control.getBoundingClientRect(), range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 2) continue;
      const off = box.left < -1 || box.right > innerWidth + 1;
      const out = frame && (box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 3 || box.bottom > frame.bottom + 3);
      if (off || out) { found.push(own.outerHTML.slice(0, 120)); break; }
    }
  }
  return found;
}"""
FONTS = "() => [...document.fonts].filter(f => f.status !== 'unloaded').map(f => f.family)"
OWN_FONTS = frozenset({"vi", "en", "fr", "de", "cs"})


@pytest.fixture(scope="module")
def places(portal: Portal) -> dict[str, str]:
    with portal.app.app_context():
        world = World()
        world.numbers = count(9_900)
        consultation = world.consultation()
        comment = world.comment(consultation, "Lời góp ý về mức hỗ trợ.", "dieu-3")
        draft = f"/consultations/{consultation.dossier.slug}"
        return {"draft": draft, "receipt": comment.receipt}


def faults(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 780})
    page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    found = [f"{width} px, cut: {one}" for one in page.evaluate(CUT)]
    if page.evaluate(OVER) > 0:
        found.append(f"{width} px, slides: {page.evaluate(WIDE)}")
    return found


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_every_main_page_fits_a_narrow_phone(
    visitor: Callable[..., Visitor], places: dict[str, str], language
) -> None:
    reader = visitor(width=360)
    found: dict[str, list[str]] = {}
    for path in PAGES:
        address = language.prefix + path.format(**places)
        reader.go("/?lang=vi" if address == "/" else address, look=False)
        wrong = [one for width in WIDTHS for one in faults(reader.page, width)]
        if wrong:
            found[address] = wrong
    assert not found
    fonts = reader.page.evaluate(FONTS)
    assert bool(fonts) == (language.code in OWN_FONTS), fonts
    assert not reader.faults
