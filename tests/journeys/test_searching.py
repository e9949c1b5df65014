"""Somebody looks for what concerns them: on a phone without scripts, with the keyboard, by guess."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from app.accounts.models import Role
from app.extensions import db
from tests.factories import World
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

TITLE = "Nghị quyết về bến đò ngang sông Chảy"
SAID = "Bến đò này cần đèn và áo phao"


@pytest.fixture(scope="module")
def ferry(portal: Portal) -> str:
    """A draft with comments, on words that no other journey uses; its slug."""
    with portal.app.app_context():
        world = World()
        world.numbers = iter(range(900, 990))  # type: ignore[assignment]
        consultation = world.consultation(world.dossier(title=TITLE))
        moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
        for n in range(4):
            world.publish(world.comment(consultation, f"{SAID} số {n}"), moderator)
        db.session.commit()
        return str(consultation.dossier.slug)


def _indexed(person: Visitor) -> None:
    person.until("/search?q=ben+do+ngang", lambda page: page.locator(".drafts > li").count() > 0)
    person.until("/search?q=ao+phao", lambda page: page.locator(".hits > li").count() >= 3)


def test_a_search_is_narrowed_on_a_phone_without_scripts(
    visitor: Callable[..., Visitor], ferry: str
) -> None:
    reader = visitor(width=360, js=False)
    _indexed(reader)
    reader.go("/")
    # without accents, as one types on a small screen
    reader.fill("main form[role=search]", q="ben do")
    reader.press("main form[role=search] >> button")
    assert reader.path == "/search"
    assert TITLE in reader.page.locator("#results").inner_text()
    reader.page.locator("details.facets > summary").click()
    reader.page.locator("details.facets input[value=comment]").check()
    reader.press(".apply button")
    assert "kind=comment" in reader.page.url
    expect(reader.page.locator("#found")).to_contain_text("4")
    reader.press(".more a")
    assert f"draft={ferry}" in reader.page.url
    assert reader.page.locator(".hits > li").count() == 4
    assert reader.page.locator("input[name=draft]").is_checked()
    reader.press(".chips a >> nth=0")
    assert "kind=comment" not in reader.page.url
    reader.press(".hits > li h3 a")
    assert reader.path.startswith(f"/consultations/{ferry}")


def test_a_draft_is_searched_by_itself(visitor: Callable[..., Visitor], ferry: str) -> None:
    reader = visitor(width=360)
    _indexed(reader)
    reader.go(f"/consultations/{ferry}")
    reader.fill("main form[role=search]", q="áo phao")
    reader.press("main form[role=search] >> button")
    assert f"draft={ferry}" in reader.page.url
    expect(reader.page.locator("mark").first).to_be_visible()


def test_a_suggestion_is_taken_with_the_keyboard(
    visitor: Callable[..., Visitor], ferry: str
) -> None:
    typist = visitor()
    _indexed(typist)
    typist.go("/en/search")
    box, keys = typist.page.locator("#q"), typist.page.keyboard
    box.focus()
    keys.type("ben do ng", delay=20)
    options = typist.page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(typist.page.locator(".combo [role=status]")).to_contain_text("suggestion")
    typist.look()
    keys.press("Escape")
    expect(options.first).to_be_hidden()
    assert box.input_value() == "ben do ng"
    keys.press("ArrowDown")
    expect(options.first).to_be_visible()
    keys.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    chosen = options.first.get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", chosen or "")
    with typist.page.expect_navigation():
        keys.press("Enter")
    assert typist.path == f"/en/consultations/{ferry}"


def test_enter_alone_sends_what_was_typed(visitor: Callable[..., Visitor], ferry: str) -> None:
    typist = visitor()
    _indexed(typist)
    typist.go("/search")
    typist.page.locator("#q").focus()
    typist.page.keyboard.type("bến đò ngang", delay=20)
    expect(typist.page.get_by_role("option").first).to_be_visible()
    with typist.page.expect_navigation():
        typist.page.keyboard.press("Enter")
    assert typist.path == "/search"


def test_the_keys_of_a_word_being_composed_are_left_to_the_input_method(
    visitor: Callable[..., Visitor], ferry: str
) -> None:
    """Telex and VNI write a syllable in several strokes, and Enter ends one."""
    typist = visitor()
    _indexed(typist)
    typist.go("/search")
    typist.page.locator("#q").focus()
    typist.page.keyboard.type("ben do", delay=20)
    expect(typist.page.get_by_role("option").first).to_be_visible()
    taken = typist.page.evaluate("""() => {
      const box = document.getElementById('q');
      const press = (key, isComposing) => !box.dispatchEvent(
        new KeyboardEvent('keydown', {key, isComposing, bubbles: true, cancelable: true}));
      return [press('ArrowDown', true), press('Enter', true), press('ArrowDown', false)];
    }""")
    assert taken == [False, False, True]


def test_an_answer_that_comes_too_late_is_not_shown(
    visitor: Callable[..., Visitor], ferry: str
) -> None:
    """On a slow line the answer to what was typed first arrives after the later one."""
    typist = visitor()
    typist.go("/search")
    waiting: list[Route] = []

    def answer(route: Route) -> None:
        if route.request.url.endswith("q=be"):
            waiting.append(route)
            return
        one = {"text": "Bến đò", "lang": "vi", "kind": "Draft", "url": "/"}
        route.fulfill(body=json.dumps([one]), content_type="application/json")

    typist.page.route("**/search/suggestions?*", answer)
    box = typist.page.locator("#q")
    box.focus()
    typist.page.keyboard.type("be")
    typist.page.wait_for_function("() => true")
    typist.page.wait_for_timeout(300)
    typist.page.keyboard.type("n", delay=20)
    expect(typist.page.get_by_role("option")).to_have_text(["Bến đò Draft"])
    assert len(waiting) == 1
    assert typist.page.evaluate("() => document.querySelectorAll('[role=option]').length") == 1
