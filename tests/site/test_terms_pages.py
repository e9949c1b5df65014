"""Words of the law on a page: marked once an article, explained behind the text, never changed."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement, fromstring
from markupsafe import Markup

from app.documents.terms import terms
from app.site.cut import Line
from app.site.terms import LONG, mark
from app.web.phrases import Phrase

MARKED = re.compile(r'<a href="#term-[a-z-]+">([^<]*)</a>')
TEXT = """\
HỘI ĐỒNG NHÂN DÂN
NGHỊ QUYẾT
Quy định hỗ trợ nước sạch
Điều 1. Đối tượng
1. Hộ nghèo, hộ cận nghèo và hộ nghèo <b>miền núi</b>.
2. Ủy ban nhân dân xã xét hộ nghèo.
Điều 2. Hộ nghèo
Hộ nghèo nộp hồ sơ bằng văn bản & nhận kinh phí.
"""


def line(*paragraphs: str, lang: str = "vi") -> Line:
    said = tuple(Phrase(one, lang) for one in paragraphs)
    return Line("text", "", "", Phrase("", "vi"), said)


def part(*lines: Line, level: int = 3) -> SimpleNamespace:
    return SimpleNamespace(lines=list(lines), level=level)


def links(element: HtmlElement) -> list[tuple[str, str]]:
    return [
        (one.get("href"), one.text) for one in element.xpath('.//a[starts-with(@href, "#term-")]')
    ]


@pytest.fixture
def draft(world, drain):
    consultation = world.consultation(text=TEXT)
    drain()
    return f"/consultations/{consultation.dossier.slug}"


def test_each_article_marks_a_term_once_and_all_are_explained_behind(client, draft):
    page = fromstring(client.get(draft).text)
    first, second = page.get_element_by_id("dieu-1"), page.get_element_by_id("dieu-2")
    assert links(first) == [
        ("#term-ho-ngheo", "Hộ nghèo"),
        ("#term-ho-can-ngheo", "hộ cận nghèo"),
        ("#term-uy-ban-nhan-dan", "Ủy ban nhân dân"),
    ]
    assert [code for code, _ in links(second)] == [
        "#term-ho-ngheo",
        "#term-tra-loi-bang-van-ban",
        "#term-kinh-phi",
    ]
    told = page.xpath('//dl[@class="terms"]//dfn')
    assert [one.text for one in told] == [
        "hộ cận nghèo",
        "hộ nghèo",
        "kinh phí thực hiện",
        "trả lời bằng văn bản",
        "ủy ban nhân dân",
    ]
    for href, _ in links(page):
        assert page.get_element_by_id(href[1:]).tag == "dfn"
    poor = page.get_element_by_id("term-ho-ngheo").getparent().getparent()
    assert poor.xpath(".//dd//a/@href") == ["#dieu-1", "#dieu-2"]
    assert terms()["ho-ngheo"].vi in poor.text_content()


def test_the_words_of_the_law_stay_what_they_are(client, draft):
    html = client.get(draft).text
    assert "hộ nghèo &lt;b&gt;miền núi&lt;/b&gt;." in html
    text = fromstring(html).text_content()
    assert "Hộ nghèo, hộ cận nghèo và hộ nghèo <b>miền núi</b>." in text
    assert "Hộ nghèo nộp hồ sơ bằng văn bản & nhận kinh phí." in text


def test_an_article_alone_explains_its_own_terms(client, draft):
    page = fromstring(client.get(f"{draft}/articles/dieu-2").text)
    assert len(links(page)) == 3
    assert len(page.xpath('//dl[@class="terms"]//dfn')) == 3
    assert set(page.xpath('//dl[@class="terms"]//dd//a/@href')) == {"#main"}


@pytest.mark.parametrize("language", ["/en", "/ko", "/km"])
def test_others_read_the_name_in_their_language_and_the_explanation_in_english(
    client, draft, language
):
    page = fromstring(client.get(language + draft).text)
    poor = page.get_element_by_id("term-ho-ngheo").getparent().getparent()
    assert poor.xpath(".//dfn/@lang") == ["vi"]
    assert terms()["ho-ngheo"].en in poor.text_content()
    tongues = [one.get("lang") for one in poor.xpath('.//span[@lang="en"]')]
    assert tongues == ([] if language == "/en" else ["en"])
    name = poor.xpath("string(./dt)")
    assert (terms()["ho-ngheo"].name_en in name) == (language == "/en")


def test_what_is_shown_as_a_record_has_no_marks(client, draft):
    assert not links(fromstring(client.get(f"{draft}/versions/1").text))


def test_every_term_has_a_place_on_one_page_that_is_linked(client):
    page = fromstring(client.get("/en/terms").text)
    assert len(page.xpath("//dfn")) == len(terms())
    assert 'href="/en/terms"' in client.get("/en/about").text


def test_a_translated_line_gets_no_marks():
    unit = part(line("hộ nghèo", lang="en"), line("hộ nghèo"))
    assert mark([unit]) == {"ho-ngheo": [unit]}
    first, second = (one.paragraphs[0].text for one in unit.lines)
    assert first == "hộ nghèo"
    assert second == Markup('<a href="#term-ho-ngheo">hộ nghèo</a>')


def test_a_long_law_marks_a_term_anew_with_each_chapter_only():
    units = [part(line("hộ nghèo"), level=2 if n % 40 == 0 else 3) for n in range(LONG + 20)]
    assert mark(units) == {"ho-ngheo": [units[0], units[40]]}


@given(
    st.lists(st.sampled_from([*"<>&\"'", "hộ nghèo", "nghị quyết", "của", "\u0301"]) | st.text())
)
def test_taking_the_marks_away_leaves_the_text(words):
    text = " ".join(words)
    unit = part(line(text))
    mark([unit])
    shown = unit.lines[0].paragraphs[0].text
    if isinstance(shown, Markup):
        assert Markup(MARKED.sub(r"\1", shown)).unescape() == text
    else:
        assert shown == text
