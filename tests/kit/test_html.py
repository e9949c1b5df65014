import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.kit.html import NOTE, note, paragraphs, plain
from app.kit.text import clean

PIECES = """
    <p> </p> <b> <em> </em> <a_href='https://a.vn'> <a_href='javascript:x()'> </a> <script> </script>
    <img_src=x_onerror=x()> <svg/onload=x()> <ul><li> </ul> <!-- --> < > & &lt; ' " = / _a_<b_ c>_
    điều <style> <![CDATA[ <strong> javascript: <br> <a_href=https://a.vn_onclick=x()> <table> <math>
"""
pieces = st.sampled_from([piece.replace("_", " ") for piece in PIECES.split()])
markup = st.lists(pieces | st.text(max_size=4), max_size=12).map("".join)


class Reader(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, *attribute) for attribute in attrs}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p>Điều 1</p><p>Điều 2</p>", "Điều 1\n\nĐiều 2"),
        ("một<br>hai<BR />ba", "một\nhai\nba"),
        ('<a href="https://a.vn" title="Điều">xem</a> <b>đây</b >', "xem đây"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("a<!-- lời bình -->b", "ab"),
        ("AT&T &amp; <i>R&D</i>", "AT&T &amp; R&D"),
    ],
)
def test_plain_drops_tags_and_keeps_their_text(typed, kept):
    assert plain(typed) == kept


@pytest.mark.parametrize(
    "words",
    [
        "thu nhập <5 triệu",
        "x < y và y > z",
        "nếu a <b và c> d",
        "<đ> là điểm",
        "a <b",
        "<tên cơ quan>",
        "1 <= 2 => 3",
        "<3",
    ],
)
def test_words_that_resemble_tags_stay(words):
    assert plain(words) == words
    assert unescape(note(words)) == words


@given(markup)
def test_paragraphs_hold_no_tag_of_the_writer(text):
    shown = paragraphs(plain(text))
    assert Reader(shown).tags <= {"p", "br"}
    assert not Reader(shown).attributes


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("<>&\n"), max_size=60
    ).map(clean)
)
def test_paragraphs_lose_no_word(text):
    shown = unescape(re.sub(r"</?p>|<br>", " ", paragraphs(text)))
    assert shown.split() == text.split()


def test_blank_lines_part_paragraphs_and_line_ends_break_them():
    assert paragraphs("\nmột\nhai\n \n\n\n<ba> & https://a.vn\n") == Markup(
        "<p>một<br>\nhai</p>\n<p>&lt;ba&gt; &amp; https://a.vn</p>"
    )
    assert paragraphs("") == paragraphs(" \n ") == Markup("")


@given(markup)
def test_a_note_holds_only_what_it_may(html):
    found = Reader(note(html))
    assert found.tags <= NOTE.elements
    for tag, name, value in found.attributes:
        assert tag == "a"
        assert name in ("href", "rel")
        assert name == "href" or value == "nofollow noopener"
        assert "javascript" not in value


@given(markup)
def test_a_cleaned_note_is_clean(html):
    once = note(html)
    assert note(once) == clean(once)  # a tag taken out may leave a space at the end of a line


def test_a_note_keeps_its_elements_and_marks_its_links():
    html = "<p>Tiếp thu <strong>một</strong> <em>phần</em>.<br></p><ol><li>a</li></ol><ul><li>b</li></ul>"
    assert note(html) == html
    assert note(
        '<a href="https://a.vn/?x=1&amp;y=2" target="_blank" rel="opener" onclick="x()">A</a>'
    ) == ('<a href="https://a.vn/?x=1&amp;y=2" rel="nofollow noopener">A</a>')


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x()",
        "JaVaScRiPt:x()",
        "java\tscript:x()",
        "&#106;avascript:x()",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc",
    ],
)
def test_a_link_with_another_scheme_loses_its_address(address):
    assert "href" not in note(f'<a href="{address}">x</a>')


@pytest.mark.parametrize(
    "address", ["http://a.vn", "https://a.vn", "mailto:a@a.vn", "/consultations/a#dieu-5"]
)
def test_a_link_with_a_plain_scheme_keeps_its_address(address):
    assert f'href="{address}"' in note(f'<a href="{address}">x</a>')


def test_a_note_closes_what_was_left_open_and_links_nothing_by_itself():
    assert note("<p><em>a https://a.vn") == "<p><em>a https://a.vn</em></p>"


def test_a_note_too_long_or_too_deep_keeps_its_text():
    assert note("<ul>" * 2001 + "<b>a</b>\n\n<5") == "<p>a</p>\n<p>&lt;5</p>"
    assert note("<em>" + "a" * 100_000) == f"<p>{'a' * 100_000}</p>"


@pytest.mark.parametrize(
    "unit",
    [
        "Góp ý. ",
        "&",
        "<",
        "<a ",
        "<a =",
        "<ul>",
        "<p>a</p>",
        "<!--",
        "<br>&",
        "\n",
        " ",
        "<a" + " " * 99,
        "<p b='",
    ],
)
def test_a_long_text_of_one_sign_comes_through(unit):
    """Anything that took the square of the length would not come back for minutes."""
    text = unit * (100_000 // len(unit))
    paragraphs(plain(text))
    note(text)
