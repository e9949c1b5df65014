"""A Korean reader in Los Angeles, with a phone and no JavaScript, takes part to the end."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

WRITE = "main form:has([name=body])"
READER = "reader.in.la@example.com"
WORDS = "외국인 주민도 이 조항의 지원을 받을 수 있는지 분명히 적어 주시기 바랍니다."
HANGUL = re.compile("[\uac00-\ud7a3]")
# words of the interface that no Korean page has any more
FOREIGN = re.compile(r"Biên nhận|Góp ý của|Chờ rà soát|Receipt|Waiting for review")


def letter(portal: Portal) -> EmailMessage:
    """The first letter to the reader, brought by the worker."""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        for one in portal.office.letters():
            if one["To"] == READER:
                return one
        time.sleep(0.2)
    raise AssertionError(f"no letter came:\n{portal.said()}")


def test_a_comment_in_korean_from_los_angeles(
    visitor: Callable[..., Visitor], portal: Portal, slug: str
) -> None:
    reader = visitor(width=360, js=False, locale="ko-KR", zone="America/Los_Angeles")
    draft = f"/ko/consultations/{slug}"
    # only the bare root asks which language the reader wishes
    reader.until("/", lambda page: page.locator(f"main a[href='{draft}']").count() > 0)
    assert reader.path == "/ko/"
    reader.press(f"main a[href='{draft}']")
    assert reader.page.locator("html").get_attribute("lang") == "ko"

    # the deadline on the clock of Los Angeles, chosen by hand
    reader.press("main a[href*='/deadline']")
    reader.send("main form[method=get]", zone="America/Los_Angeles")
    assert (
        "zone=America%2FLos_Angeles" in reader.page.url or "America/Los_Angeles" in reader.page.url
    )
    shown = reader.page.locator("main").inner_text()
    assert "UTC+7" in shown
    assert re.search(r"UTC[-\u2212]0?[78]", shown), shown

    reader.go(f"{draft}/articles/dieu-3")
    reader.press("main a[href*='/comment?at=dieu-3']")
    reader.send(
        WRITE,
        body=WORDS,
        commenter_kind="resident_foreigner",
        country="KR",
        email=READER,
    )
    receipt = re.search(r"^/ko/comments/(GY-[0-9A-Z-]+)$", reader.path)
    assert receipt, f"no receipt at {reader.page.url}: {reader.page.locator('main').inner_text()}"
    said = reader.page.locator("main").inner_text()
    assert receipt[1] in said
    assert WORDS in said
    assert len(HANGUL.findall(said.replace(WORDS, ""))) > 100
    assert not FOREIGN.search(said)

    asks = letter(portal)
    assert HANGUL.search(asks["Subject"])
    text = asks.get_content()
    assert len(HANGUL.findall(text)) > 80
    assert not FOREIGN.search(text)
    assert re.search(rf"{re.escape(portal.url)}/ko/", text), text
