"""A citizen reads and comments: without JavaScript on a phone, in English, with the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

RECEIPT = re.compile(r"/comments/(GY-[0-9A-Z]{6}-[0-9A-Z]{6}-[0-9A-Z]{6})$")
WRITE = "main form:has([name=body])"
LANGUAGES = "header details:has(a[hreflang]) > summary"


def test_from_the_first_page_to_the_receipt_without_javascript(
    visitor: Callable[..., Visitor], slug: str
) -> None:
    citizen = visitor(width=360, js=False)
    draft = f"/consultations/{slug}"
    citizen.until("/", lambda page: page.locator(f"main a[href='{draft}']").count() > 0)
    citizen.press(f"main a[href='{draft}']")
    citizen.go(f"{draft}/articles/dieu-3")

    steps = [lambda: citizen.press("main a[href*='/comment?at=dieu-3']")]
    steps.append(
        lambda: citizen.send(WRITE, body="Đề nghị tăng mức hỗ trợ.", commenter_kind="individual")
    )
    for step in steps:
        step()
    assert len(steps) <= 3
    found = RECEIPT.search(citizen.path)
    assert found, f"no receipt at {citizen.page.url}"

    citizen.go("/comments")
    # as somebody copies it from paper: lower case, no hyphens
    citizen.fill("main form", code=found[1].lower().replace("-", " "))
    citizen.press("main form >> button")
    assert citizen.path == f"/comments/{found[1]}"
    assert found[1] in citizen.page.locator("main").inner_text()


def test_what_was_typed_stays_when_something_is_missing(
    visitor: Callable[..., Visitor], slug: str
) -> None:
    citizen = visitor(width=360, js=False)
    citizen.go(f"/consultations/{slug}/comment?at=dieu-1")
    words = 'Mức 2 < 3 & "rõ ràng"\n\nĐoạn sau'
    citizen.send(WRITE, body=words)
    assert RECEIPT.search(citizen.path) is None
    assert citizen.page.locator("[name=body]").input_value() == words
    assert citizen.page.locator("[aria-invalid=true]").count()
    citizen.send(WRITE, commenter_kind="business")
    assert RECEIPT.search(citizen.path)


def test_the_other_language_is_the_same_page(visitor: Callable[..., Visitor], slug: str) -> None:
    reader = visitor()
    here = f"/consultations/{slug}/comments?at=dieu-3"
    reader.go(here)
    assert reader.page.locator("html").get_attribute("lang") == "vi"
    reader.page.click(LANGUAGES)
    reader.press("a[hreflang=en]")
    assert reader.page.url == f"{reader.url}/en{here}"
    assert reader.page.locator("html").get_attribute("lang") == "en"
    ours = reader.page.locator("main a[href^='/']").all()
    hrefs = {link.get_attribute("href") or "" for link in ours}
    assert all(href.startswith("/en") for href in hrefs), "a link leads out of the language"
    reader.page.click(LANGUAGES)
    reader.press("a[hreflang=vi]")
    assert reader.page.url == f"{reader.url}{here}"


def test_a_comment_with_the_keyboard_alone(visitor: Callable[..., Visitor], slug: str) -> None:
    writer = visitor()
    writer.go(f"/consultations/{slug}/comment?at=dieu-2")
    keys = writer.page.keyboard

    def reach(wanted: Callable[[dict[str, str]], bool]) -> None:
        for _ in range(40):
            keys.press("Tab")
            on = writer.focus()
            if on and wanted(on):
                return
        raise AssertionError("forty times Tab do not lead there")

    keys.press("Tab")
    assert "skip" in writer.focus()["html"], "the first stop is the way past the navigation"
    keys.press("Enter")
    reach(lambda on: on["name"] == "body")
    keys.type("Gõ bằng bàn phím, không chạm chuột.")
    reach(lambda on: on["name"] == "commenter_kind")
    keys.press("Space")
    reach(lambda on: on["tag"] == "BUTTON" and on["type"] == "submit")
    with writer.page.expect_navigation(wait_until="load"):
        keys.press("Enter")
    writer.look()
    assert RECEIPT.search(writer.path), writer.path


MARK = """([selector, from, to]) => {
  const text = document.querySelector(selector).lastElementChild.firstChild, range = document.createRange();
  range.setStart(text, from); range.setEnd(text, to);
  getSelection().removeAllRanges(); getSelection().addRange(range);
}"""


def test_marked_words_lead_to_a_comment_on_them(visitor: Callable[..., Visitor], slug: str) -> None:
    reader = visitor(width=360)
    reader.go(f"/consultations/{slug}/articles/dieu-3")
    clause = "[id='dieu-3.khoan-1']"
    words = reader.page.locator(f"{clause} > span").last.inner_text()[:12]
    reader.page.evaluate(MARK, [clause, 0, 12])
    reader.page.locator("a.quote").wait_for()
    reader.page.evaluate("getSelection().removeAllRanges()")
    reader.page.locator("a.quote").wait_for(state="detached")
    reader.page.evaluate(MARK, [clause, 0, 12])
    reader.press("a.quote")
    assert reader.page.locator("[name=quote]").input_value() == words.strip()
    assert "at=dieu-3.khoan-1" in reader.page.url
