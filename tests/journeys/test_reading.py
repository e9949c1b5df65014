"""Somebody who sees or reads badly: sets the text large and wide, asks what a word means, listens."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.factories import World
from tests.journeys.portal import Portal
from tests.journeys.visitor import OVER, Visitor

pytestmark = pytest.mark.browser

TEXT = """\
HỘI ĐỒNG NHÂN DÂN
NGHỊ QUYẾT
Quy định hỗ trợ sửa nhà
Chương I
QUY ĐỊNH CHUNG
Điều 1. Đối tượng
1. Hộ nghèo được xét trước. Hộ cận nghèo được xét sau.
2. Ủy ban nhân dân xã lập danh sách.
Điều 2. Kinh phí
Ngân sách địa phương bảo đảm.
"""
# a browser with a Vietnamese voice that says what it is given when it is told to go on
VOICES = """
window.said = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, 'speechSynthesis', {value: {
  now: null, cancelled: 0,
  getVoices: () => [%s].map(lang => ({lang: lang, name: lang})),
  speak(one) { this.now = one; said.push([one.lang, one.voice && one.voice.lang, one.text]); },
  cancel() { this.now = null; this.cancelled += 1; },
  end() { const one = this.now; this.now = null; one.onend(); },
  addEventListener() {},
}});
"""
SPACED = """() => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet]; }"""
# what stands wider than its box and is hidden by it
CLIPPED = """() => [...document.querySelectorAll('main a, main p, main label, main summary, main dd, main h1,'
  + 'main h2, main h3, main button')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 2 && !e.closest('.vh, .scroll') && (box.right > innerWidth + 1
      || (getComputedStyle(e).overflow !== 'visible' && e.scrollWidth > e.clientWidth + 1));
  }).map(e => e.outerHTML.slice(0, 100))"""
SIZE = "e => parseFloat(getComputedStyle(e).fontSize)"
CLAUSE = "[id='dieu-1.khoan-1']"


@pytest.fixture(scope="module")
def draft(portal: Portal) -> str:
    with portal.app.app_context():
        world = World()
        world.numbers = count(9_700)
        return f"/consultations/{world.consultation(text=TEXT).dossier.slug}"


@pytest.mark.parametrize("rest", ["", "/articles/dieu-1"])
def test_size_and_spacing_are_set_by_keyboard_without_a_script(
    visitor: Callable[..., Visitor], draft: str, rest: str
) -> None:
    reader = visitor(width=360, js=False)
    reader.go(draft + rest)
    clause = reader.page.locator(CLAUSE)
    before = clause.evaluate(SIZE)
    reader.page.locator(".aids summary").press("Enter")
    reader.page.locator("#size-1").focus()
    for _ in range(3):
        reader.page.keyboard.press("ArrowDown")
    assert reader.focus()["name"] == "size"
    assert clause.evaluate(SIZE) == pytest.approx(before * 1.5)
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("ArrowUp")  # from the first to the widest
    assert reader.focus()["name"] == "space"
    line = clause.evaluate("e => parseFloat(getComputedStyle(e).lineHeight)")
    assert line > 2.3 * before * 1.5
    reader.look()
    assert reader.page.evaluate(CLIPPED) == []
    reader.page.evaluate(SPACED)  # as a reader's own style sheet would
    assert reader.page.evaluate(OVER) <= 1
    assert reader.page.evaluate(CLIPPED) == []


def test_what_was_chosen_holds_on_every_page_of_this_browser(
    visitor: Callable[..., Visitor], draft: str
) -> None:
    reader = visitor(width=360)
    reader.go(draft)
    root = reader.page.locator("html")
    before = root.evaluate(SIZE)
    reader.page.locator(".aids summary").click()
    reader.page.locator("label[for=size-4]").click()
    reader.page.locator("label[for=space-3]").click()
    for path in (draft, f"{draft}/articles/dieu-1", f"{draft}/comment?at=dieu-1", "/", "/en/terms"):
        reader.go(path)
        assert root.evaluate(SIZE) == before * 1.5
        assert reader.page.evaluate(CLIPPED) == []
    reader.go(draft)
    assert reader.page.locator("#size-4").is_checked()
    reader.page.locator(".aids summary").click()
    reader.page.locator("label[for=size-1]").click()
    reader.page.locator("label[for=space-1]").click()
    reader.go("/", look=False)
    assert root.evaluate(SIZE) == before


def test_a_word_of_the_law_is_explained_with_and_without_a_script(
    visitor: Callable[..., Visitor], draft: str
) -> None:
    reader = visitor(width=360, js=False)
    reader.go(draft, look=False)
    link = "#dieu-1 a[href='#term-ho-ngheo']"
    reader.page.locator(link).press("Enter")
    assert reader.page.url.endswith("#term-ho-ngheo")
    assert reader.page.locator("#term-ho-ngheo").evaluate(
        "e => { const y = e.getBoundingClientRect().top; return y >= 0 && y < innerHeight; }"
    )
    back = reader.page.locator(".terms > div:has(#term-ho-ngheo) dd a")
    assert back.get_attribute("href") == "#dieu-1"

    hearer = visitor(width=360)
    hearer.go(draft, look=False)
    hearer.page.locator(link).press("Enter")
    shown = hearer.page.get_by_role("dialog")
    assert "Gia đình có thu nhập dưới mức chuẩn" in shown.inner_text()
    assert hearer.focus()["tag"] == "BUTTON"
    hearer.look()
    hearer.page.keyboard.press("Escape")
    assert not shown.is_visible()
    assert hearer.page.evaluate("document.activeElement.hash") == "#term-ho-ngheo"
    assert "#term" not in hearer.page.url


def listener(visitor: Callable[..., Visitor], voices: str = "'en-US', 'vi-VN'") -> Visitor:
    person = visitor(width=360)
    person.page.add_init_script(VOICES % voices)
    return person


def test_the_text_is_read_aloud_paused_and_stopped(
    visitor: Callable[..., Visitor], draft: str
) -> None:
    hearer = listener(visitor)
    hearer.go(draft)
    page = hearer.page
    page.locator(".aids summary").click()
    aloud = page.locator(".aid[data-speech] button")
    assert aloud.get_attribute("aria-pressed") == "false"
    aloud.click()
    assert aloud.get_attribute("aria-pressed") == "true"
    for _ in range(5):
        page.evaluate("speechSynthesis.end()")
    said = page.evaluate("said")
    assert {(lang, voice) for lang, voice, _ in said} == {("vi", "vi-VN")}
    whole = " ".join(text for *_, text in said)
    assert "Điều 1. Đối tượng 1. Hộ nghèo được xét trước." in whole
    assert "khoản" not in whole  # hidden words stay unsaid
    assert page.locator(".spoken").count() == 1
    assert "solid" in page.locator(".spoken").evaluate("e => getComputedStyle(e).outlineStyle")
    hearer.look()
    pause, stop = page.locator(".player button").all()
    pause.click()
    assert pause.get_attribute("aria-pressed") == "true"
    assert page.evaluate("speechSynthesis.now") is None
    pause.click()
    assert page.evaluate("said.at(-1)[2] === said.at(-2)[2]"), "it begins its sentence again"
    stop.click()
    assert page.locator(".player, .spoken").count() == 0
    assert aloud.get_attribute("aria-pressed") == "false"


def test_one_article_is_read_to_its_end_and_no_further(
    visitor: Callable[..., Visitor], draft: str
) -> None:
    hearer = listener(visitor)
    hearer.go(draft, look=False)
    page = hearer.page
    page.locator("#dieu-2 .acts button").click()
    while page.evaluate("!!speechSynthesis.now"):
        page.evaluate("speechSynthesis.end()")
    whole = " ".join(text for *_, text in page.evaluate("said"))
    assert whole == "Điều 2. Kinh phí Ngân sách địa phương bảo đảm."
    assert page.locator(".player, .spoken").count() == 0


def test_leaving_the_page_ends_the_voice(visitor: Callable[..., Visitor], draft: str) -> None:
    hearer = listener(visitor)
    hearer.go(draft, look=False)
    hearer.page.locator("#dieu-1 .acts button").click()
    ended = hearer.page.evaluate(
        "() => { dispatchEvent(new Event('pagehide')); return speechSynthesis.now; }"
    )
    assert ended is None


def test_nobody_is_offered_a_voice_that_is_not_there(
    visitor: Callable[..., Visitor], draft: str
) -> None:
    hearer = listener(visitor, "'en-US', 'ko_KR'")
    hearer.go(draft, look=False)
    hearer.page.locator(".aids summary").click()
    assert not hearer.page.locator("[data-speech]").is_visible()
    assert hearer.page.locator(".acts button").count() == 0


def test_marked_words_are_quoted_with_the_rest(visitor: Callable[..., Visitor], draft: str) -> None:
    reader = visitor(width=360)
    reader.go(draft, look=False)
    reader.page.locator(CLAUSE).evaluate(
        "e => getSelection().selectAllChildren(e)"  # the number of the clause and its words
    )
    href = reader.page.locator("a.quote").get_attribute("href") or ""
    asked = parse_qs(urlsplit(href).query)
    assert asked["at"] == ["dieu-1.khoan-1"]
    assert asked["quote"] == ["Hộ nghèo được xét trước. Hộ cận nghèo được xét sau."]
    reader.press("a.quote", look=False)
    assert [reader.page.locator("[name=quote]").input_value()] == asked["quote"]


def test_each_passage_is_read_in_its_own_language(
    visitor: Callable[..., Visitor], draft: str
) -> None:
    hearer = listener(visitor, "'en-GB', 'vi-VN', 'zh-CN', 'zh-TW'")
    hearer.go(draft, look=False)
    page = hearer.page
    page.locator("[id='dieu-2'] .law p").evaluate(
        """e => {
            const said = (lang, text) => Object.assign(document.createElement('b'), {lang, textContent: text});
            e.replaceChildren('Ngân sách ', said('en', 'local budget'), ' ', said('zh-Hant', '預算'));
        }"""
    )
    page.locator("#dieu-2 .acts button").click()
    while page.evaluate("!!speechSynthesis.now"):
        page.evaluate("speechSynthesis.end()")
    assert page.evaluate("said")[1:] == [
        ["vi", "vi-VN", "Ngân sách"],
        ["en", "en-GB", "local budget"],
        ["zh-Hant", "zh-TW", "預算"],
    ]
