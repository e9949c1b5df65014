"""What is broken, hostile or random is read as far as it goes, or refused by name."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.parsers.blocks import MAX_LINES, UnreadableCode, UnreadableError
from app.documents.parsers.decoding import MOST_LETTERS
from app.documents.parsers.html import DEEPEST, MARKS, MOST_BLOCKS, read_html
from app.documents.parsers.odt import read_odt
from app.documents.parsers.plain import read_text
from tests.odt import odt, package

PIECES = [
    r"<p>",
    r"</p>",
    r"<b>",
    r"</i>",
    r"<table>",
    r"<tr>",
    r"<td>",
    r"</table>",
    r"<ol>",
    r"<li>",
    r"</ol>",
    r"<br>",
    r"<style>",
    r"</style>",
    r".a{}",
    r"/*",
    r"<!--",
    r"-->",
    r"<![if",
    r"<pre>",
    r"</a>",
    r"**",
    r"_",
    r"`",
    r"#",
    r">",
    r"|",
    r"---",
    r"1.",
    r"a)",
    r"[^1]:",
    r"\\",
    r"&amp;",
    r"&#xD800;",
    r"<text:p>",
    r"ế",
    r"50%",
    r"Điều",
    r"<text:list>",
]
SPACES = [" ", "\n", "\n\n", "\t", "\0", "\ud800", "\u0301", "<a href='#x'>", "<td rowspan=9>"]
markup = st.lists(st.sampled_from(PIECES + SPACES)).map("".join)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04", UnreadableCode.DAMAGED),
        (package({}), UnreadableCode.NOT_A_DOCUMENT),
        (package({"content.xml": b"<a"}), UnreadableCode.DAMAGED),
        (package({"content.xml": b"<other/>"}), UnreadableCode.NOT_A_DOCUMENT),
        (odt("<text:p>" * 300 + "</text:p>" * 300), UnreadableCode.DAMAGED),
        (
            package({"META-INF/manifest.xml": b"<m:encryption-data/>", "content.xml": b"?"}),
            UnreadableCode.ENCRYPTED,
        ),
        (package({"content.xml": b" " * (31 << 20)}), UnreadableCode.TOO_LONG),
    ],
)
def test_a_broken_package_is_said_to_be_one(data, code):
    with pytest.raises(UnreadableError) as refused:
        read_odt(data)
    assert refused.value.code is code


def test_no_entity_is_resolved():
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(io.BytesIO(odt("<text:p>x|y</text:p>"))) as parts:
        content = laughs + parts.read("content.xml").replace(b"x|y", b"x&b;y")
    (block,) = read_odt(package({"content.xml": content}))
    assert block.text == "xy"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<div>" * (DEEPEST + 10), UnreadableCode.DAMAGED),
        (b"<" * (MARKS + 1), UnreadableCode.TOO_LONG),
        (b"<table><tr><td>" + b"<p>x" * (MOST_BLOCKS + 1), UnreadableCode.TOO_LONG),
    ],
)
def test_a_page_too_deep_or_too_full_is_refused(data, code):
    with pytest.raises(UnreadableError) as refused:
        read_html(data)
    assert refused.value.code is code


def test_a_text_too_long_for_any_law_is_refused():
    with pytest.raises(UnreadableError) as refused:
        read_text(b"a" * (MOST_LETTERS + 1))
    assert refused.value.code is UnreadableCode.TOO_LONG


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_reading_stops_behind_the_last_line_a_law_has_room_for(between):
    lines = ["# a", *["a"] * (MAX_LINES + 9)]
    assert len(read_text(between.join(["a", *lines[1:]]).encode())) == MAX_LINES + 1
    assert len(read_html("<p>".join(lines).encode())) == MAX_LINES + 1
    assert len(read_text("\n\n".join(lines).encode())) == MAX_LINES + 1


@settings(deadline=None, max_examples=150)
@given(markup.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=400))
def test_every_reader_gives_blocks_or_says_why_not(data):
    for read in (read_html, read_text, read_odt):
        with suppress(UnreadableError):
            for block in read(data):
                f"{block.number}{block.text}{block.rows}".encode()
                assert block.text.strip() or block.rows or block.number


@settings(deadline=None, max_examples=60)
@given(markup)
def test_any_body_of_an_open_document_is_read_or_refused(body):
    inside = "".join(c for c in body if c.isprintable() and not "\ud800" <= c < "\ue000")
    for text in (inside, inside.replace("&", "&amp;").replace("<", "&lt;")):
        with suppress(UnreadableError):
            assert isinstance(read_odt(odt(f"<text:p>{text}</text:p>")), list)
