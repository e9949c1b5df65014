"""What of a dossier is translated stands on its pages in the reader's language, the rest marked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from lxml.html import HtmlElement, fromstring
from sqlalchemy import event

from app.documents.called import called, cited
from app.extensions import db
from app.kit import clock
from app.translations import known
from app.translations.keep import Written
from app.translations.models import Standing
from app.translations.pieces import TITLE, Piece, of_answer, of_block
from app.web.locale import called as language
from app.web.locale import speaking
from tests.factories import DRAFT
from tests.site.speaking import WORDS, pieces, write


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def tongue(element: HtmlElement) -> str:
    """The language a browser takes the words of the element to be in."""
    return element.xpath("ancestor-or-self::*[@lang][1]/@lang")[0]


def where(html: str, words: str) -> list[str]:
    """The languages in which the words stand in the body of the page."""
    found = fromstring(html).xpath("//body//*[text()[contains(., $words)]]", words=words)
    return [tongue(one) for one in found]


@pytest.fixture
def spoken(scene, world, drain):
    """The scene with an article, half of its clauses and a chapter's name in English."""
    write(world, scene.consultation, pieces(scene.consultation, WORDS))
    drain()
    return scene


def block(scene, name: str, text: str) -> Written:
    words = getattr(scene.consultation.dossier, name)
    return Written(Piece(of_block(name), name, words, "dossier"), text)


def titled(scene, text: str) -> Written:
    return Written(Piece(TITLE, "title", scene.consultation.dossier.title, "dossier"), text)


def test_what_is_translated_is_in_the_page_s_language_and_the_rest_is_marked(client, spoken):
    html = page(client, "/en" + spoken.path)
    assert where(html, "Each household is given") == ["en"]
    assert where(html, "Đơn vị cấp nước") == ["vi"]
    assert set(where(html, "Article 3. Amount of support")) == {"en"}
    assert set(where(html, "Điều 2. Đối tượng áp dụng")) == {"vi"}
    assert "Chapter I. GENERAL PROVISIONS" in html
    assert "Điều 3. Mức hỗ trợ" not in html


def test_the_vietnamese_page_says_nothing_of_translations(client, spoken):
    html = page(client, spoken.path)
    assert "Điều 3. Mức hỗ trợ" in html
    assert 'id="translated"' not in html
    assert "Each household" not in html


def test_other_languages_have_what_was_written_in_them_alone(client, spoken):
    html = page(client, "/ko" + spoken.path)
    assert where(html, "Mỗi hộ được hỗ trợ") == ["vi"]
    assert "Each household" not in html


def test_a_box_says_how_much_is_translated_and_that_only_vietnamese_binds(client, spoken):
    box = fromstring(page(client, "/en" + spoken.path)).get_element_by_id("translated")
    said = " ".join(box.text_content().split())
    # the title of the text, two chapters, three articles, four clauses and three points
    assert "Translated: 3 of 13 parts of the text." in said
    assert "Unofficial translation: 3" in said
    assert "Only the Vietnamese text is binding." in said
    link = box.find(".//a")
    assert (link.get("href"), link.get("hreflang")) == (spoken.path, "vi")


def test_a_text_that_nobody_translated_says_so(client, scene):
    html = page(client, "/en" + scene.path)
    box = fromstring(html).get_element_by_id("translated")
    assert "not translated yet" in box.text_content()
    assert 'class="law" lang="vi"' in html


@pytest.mark.parametrize(
    ("standing", "name", "marked"),
    [
        (Standing.OFFICIAL, "Official translation", False),
        (Standing.UNOFFICIAL, "Unofficial translation", False),
        (Standing.MACHINE, "Machine translation", True),
    ],
)
def test_who_vouches_is_told_and_a_machine_is_marked_where_it_wrote(
    client, scene, world, drain, standing, name, marked
):
    write(world, scene.consultation, pieces(scene.consultation, WORDS), standing=standing)
    drain()
    tree = fromstring(page(client, "/en" + scene.path))
    assert name in tree.get_element_by_id("translated").text_content()
    mark = tree.get_element_by_id("dieu-3").xpath(".//p[contains(@class, 'machine')]")
    assert bool(mark) is marked
    article = tree = fromstring(page(client, f"/en{scene.path}/articles/dieu-3"))
    assert name in article.get_element_by_id("main").text_content()


def test_the_article_keeps_its_vietnamese_beside_it(client, spoken):
    tree = fromstring(page(client, f"/en{spoken.path}/articles/dieu-3"))
    assert tree.find(".//h1").text_content() == "Article 3. Amount of support"
    original = tree.get_element_by_id("original")
    assert original.tag == "details"
    words = original.xpath(".//*[@lang='vi']")[0].text_content()
    assert "Điều 3. Mức hỗ trợ" in words
    assert "1.Mỗi hộ được hỗ trợ một lần 3.000.000 đồng." in " ".join(words.split())
    assert "Comment on Article 3" in tree.text_content()


def test_an_article_without_a_translation_says_so(client, spoken):
    tree = fromstring(page(client, f"/en{spoken.path}/articles/dieu-2"))
    assert "Not translated yet" in tree.text_content()
    assert tree.xpath("//*[@id='original']") == []


def test_a_clause_is_named_as_the_reader_s_lawyers_would(client, spoken):
    html = page(client, f"/en{spoken.path}/articles/dieu-3.khoan-1")
    assert "Comment on Article 3(1)" in html


def test_title_and_content_come_in_the_reader_s_language(client, scene, world, drain):
    words = [
        titled(scene, "Clean water for villages"),
        block(scene, "main_content", "Each household gets help.\nPoor ones get more."),
    ]
    write(world, scene.consultation, words, standing=Standing.MACHINE)
    drain()
    tree = fromstring(page(client, "/en" + scene.path))
    assert tree.find(".//h1").text_content() == "Clean water for villages"
    changes = tree.get_element_by_id("changes")
    assert [tongue(one) for one in changes.iter("li")] == ["en", "en"]
    assert "Machine translation" in changes.text_content()
    affected = tree.get_element_by_id("affected")
    assert [tongue(one) for one in affected.iter("li")] == ["vi"]
    assert "Not translated yet" in affected.text_content()


def test_every_page_of_a_draft_has_its_title_in_the_reader_s_language(client, scene, world, drain):
    write(world, scene.consultation, [titled(scene, "마을의 깨끗한 물")], "ko")
    drain()
    for tail in ("", "/comments", "/answers", "/files", "/articles/dieu-1", "/versions/1"):
        assert where(page(client, f"/ko{scene.path}{tail}"), "마을의 깨끗한 물"), tail
    for list_page in ("/ko/", "/ko/consultations"):
        assert "마을의 깨끗한 물" in page(client, list_page), list_page


def test_other_words_are_another_text_and_fall_back_to_vietnamese(client, world, drain):
    consultation = world.consultation()
    write(world, consultation, pieces(consultation, WORDS))
    changed = DRAFT.replace("một lần 3.000.000", "một lần 5.000.000")
    newer = world.version(consultation.dossier, changed)
    newer.posted_at = newer.accepted_at
    db.session.commit()
    drain()
    html = page(client, f"/en/consultations/{consultation.dossier.slug}/versions/2")
    assert where(html, "5.000.000") == ["vi"]
    assert "Each household" not in html
    assert "Article 3. Amount of support" in html, "what kept its words keeps its translation"


def test_a_page_is_made_anew_when_a_translation_is_written_and_taken_back(
    client, spoken, world, drain
):
    path = "/en" + spoken.path
    assert "Each household" in page(client, path)
    for text in ("Every household gets it.", ""):
        words = {"dieu-3.khoan-1": {"text": text}}
        write(world, spoken.consultation, pieces(spoken.consultation, words))
        drain()
        html = page(client, path)
        assert "Each household" not in html
        assert ("Every household gets it." in html) is bool(text)
    assert where(html, "Mỗi hộ được hỗ trợ") == ["vi"]


def test_an_answer_is_read_in_the_reader_s_language_with_the_words_that_were_signed(
    client, scene, world, drain
):
    html = page(client, f"/en{scene.path}/answers")
    assert where(html, "Nâng mức.") == ["vi"]
    answer = int(re.findall(r'id="answer-(\d+)"', html)[0])
    piece = Piece(of_answer(answer), "answer", "Nâng mức.", "answers")
    write(world, scene.consultation, [Written(piece, "The amount is raised.")])
    drain()
    for tail in ("", "/answers", "/comments", "/articles/dieu-3"):
        html = page(client, f"/en{scene.path}{tail}")
        assert set(where(html, "The amount is raised.")) == {"en"}, tail
        assert set(where(html, "Nâng mức.")) == {"vi"}, tail


def test_the_vietnamese_page_asks_nothing_of_translations(client, spoken):
    asked = []

    def note(conn, cursor, statement, *_):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for path in ("/", "/consultations", spoken.path, f"{spoken.path}/answers"):
            page(client, path + "?x=1")
        assert asked
        assert not [one for one in asked if "FROM translation" in one]
        del asked[:]
        page(client, "/en" + spoken.path)
        # which is the newest, and then, as it is not known yet, all of them
        assert len([one for one in asked if "FROM translation" in one]) == 2
        del asked[:]
        page(client, f"/en{spoken.path}/answers")
        assert len([one for one in asked if "FROM translation" in one]) == 1
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_memory_for_translations_is_bounded(client, app, world, drain, monkeypatch):
    monkeypatch.setattr(known, "KEPT", 2)
    for _ in range(3):
        slug = world.consultation(opened_at=clock.now() - timedelta(days=1)).dossier.slug
        drain()
        page(client, f"/en/consultations/{slug}")
    assert len(app.extensions["translated"]) == 2


@pytest.mark.parametrize(
    ("anchor", "told"),
    [
        ("dieu-6", "Article 6"),
        ("dieu-6.khoan-2", "Article 6(2)"),
        ("dieu-6.khoan-2.diem-dd", "Article 6(2)(đ)"),
        ("phu-luc-2.khoan-1", "Annex II(1)"),
        ("phu-luc", "Annex"),
        ("chuong-4", "Chapter IV"),
        ("chuong-4.muc-1", "Chapter IV, Section 1"),
        ("chuong-4.muc-1.tieu-muc-2", "Chapter IV, Section 1, Subsection 2"),
        ("mau-3", "Form 3"),
        ("phu-luc-1.bang-2", "Annex I, Table 2"),
        ("", ""),
    ],
)
def test_places_are_cited_so_that_readers_abroad_know_them(app, anchor, told):
    with app.test_request_context(), speaking(language("en")):
        assert cited(anchor) == told


def test_what_has_no_name_of_its_own_is_called_nothing(app):
    with app.test_request_context(), speaking(language("en")):
        assert called("khoan-2", "2") == ""


def test_the_form_of_a_comment_shows_the_passage_in_both_languages(client, spoken):
    tree = fromstring(page(client, f"/en{spoken.path}/comment?at=dieu-3"))
    said = tree.xpath("//main//details[1]//p")
    shown = {" ".join(one.text_content().split()): tongue(one) for one in said}
    assert shown["Article 3. Amount of support"] == "en"
    assert shown["1.Each household is given 3,000,000 dong once."] == "en"
    assert shown["Điều 3. Mức hỗ trợ"] == "vi"
    assert shown["2.Hộ nghèo được hỗ trợ thêm 1.000.000 đồng."] == "vi"
    assert "Please write in Vietnamese here" in tree.text_content()
    assert tree.find(".//h1").text_content().split() == ["Your", "comment", "on", "Article", "3"]
    assert "Please write in Vietnamese" not in page(client, f"{spoken.path}/comment?at=dieu-3")


def test_pages_about_one_comment_have_the_title_in_the_reader_s_language(
    client, scene, world, drain
):
    write(world, scene.consultation, [titled(scene, "Вода для сёл")], "ru")
    drain()
    for path in (f"/comments/{scene.published.receipt}", f"{scene.path}/comment"):
        assert set(where(page(client, "/ru" + path), "Вода для сёл")) == {"ru"}, path
    missing = client.get(f"/ru{scene.path}/comment?at=dieu-99").get_data(as_text=True)
    assert where(missing, "Вода для сёл") == ["ru"]


def test_comments_name_their_place_as_the_reader_s_text_does(client, scene, world, drain):
    tails = ("", "/comments", "/answers")
    paths = [f"/en/comments/{scene.answered.receipt}", *(f"/en{scene.path}{t}" for t in tails)]
    for path in paths:
        assert "hoản 1 Điều 3" in page(client, path), path
    write(world, scene.consultation, pieces(scene.consultation, WORDS))
    drain()
    for path in paths:
        html = page(client, path)
        assert set(where(html, "Article 3(1)")) == {"en"}, path
        assert set(where(html, "khoản 1 Điều 3")) <= {"vi"}, path
