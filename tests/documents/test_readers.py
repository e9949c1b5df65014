"""OpenDocument, web pages, text and Markdown: what a reader sees is read, in order, once."""

from __future__ import annotations

import io

import docx
import pytest

from app.documents.parsers.blocks import Block
from app.documents.parsers.docx import read_docx
from app.documents.parsers.html import read_html
from app.documents.parsers.odt import read_odt
from app.documents.parsers.plain import read_text
from tests.kit.legacy_letters import to_tcvn3, to_vni
from tests.odt import LEVELS, odt

ARTICLE = "Điều 1. Phạm vi điều chỉnh của Luật Đất đai"


def texts(blocks: list[Block]) -> list[str]:
    return [f"{block.number} {block.text}".strip() for block in blocks]


def page(body: str) -> list[str]:
    return texts(read_html(f"<meta charset=utf-8>{body}".encode()))


def written(body: str) -> list[str]:
    return texts(read_text(body.encode()))


def item(inside: str, more: str = "") -> str:
    return f"<text:list-item{more}><text:p>{inside}</text:p></text:list-item>"


# OpenDocument


def test_a_list_goes_on_by_order_by_name_or_begins_anew():
    def part(name: str, how: str, inside: str) -> str:
        return f'<text:list xml:id="{name}" text:style-name="L1"{how}>{item(inside)}</text:list>'

    body = (
        part("a", "", "một")
        + part("b", ' text:continue-numbering="true"', "hai")
        + part("c", "", "anew")
        + part("d", ' text:continue-list="b"', "ba")
    )
    assert texts(read_odt(odt(body))) == [
        "Điều 1. một",
        "Điều 2. hai",
        "Điều 1. anew",
        "Điều 3. ba",
    ]


def test_levels_restart_and_items_hold_more_than_one_paragraph():
    inner = f"<text:list>{item('x')}{item('y')}</text:list>"
    body = (
        '<text:list text:style-name="L1"><text:list-item><text:p>a</text:p><text:p>more</text:p>'
        f'{inner}</text:list-item><text:list-item text:start-value="7"><text:p>b</text:p>{inner}'
        "</text:list-item><text:list-header><text:p>head</text:p></text:list-header></text:list>"
    )
    assert texts(read_odt(odt(body))) == [
        "Điều 1. a", "more", "1. x", "2. y", "Điều 7. b", "1. x", "2. y", "head",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        ('style:num-format="I" style:num-suffix="."', "IV."),
        ('style:num-format="a" style:num-suffix=")"', "d)"),
        ('style:num-format="A" style:num-prefix="(" style:num-suffix=")"', "(D)"),
        ('style:num-format="i"', "iv"),
        ('style:num-format=""', ""),
        ('style:num-format="1" style:num-list-format="Mục %1%:"', "Mục 4:"),
    ],
)
def test_numbers_are_written_as_their_level_says(level, shown):
    style = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
        f'text:start-value="4" {level}/></text:list-style>'
    )
    body = f'<text:list text:style-name="L">{item("x")}</text:list>'
    assert read_odt(odt(body, styles=style))[0].number == shown


def test_headings_are_counted_by_the_outline_with_the_levels_above():
    outline = (
        '<text:outline-style style:name="Outline">'
        '<text:outline-level-style text:level="1" style:num-prefix="Chương " style:num-format="I"/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/>'
        "</text:outline-style>"
    )
    body = "".join(
        f'<text:h text:outline-level="{level}"{more}>x</text:h>'
        for level, more in ((1, ""), (2, ""), (2, ""), (1, ""), (2, ' text:is-list-header="true"'))
    )
    numbers = [block.number for block in read_odt(odt(body, styles=outline))]
    assert numbers == ["Chương I", "I.1", "I.2", "Chương II", ""]


def test_only_what_is_visible_is_read():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>deleted</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        '<text:section text:display="none"><text:p>hidden</text:p></text:section>'
        "<text:p>a<text:s text:c='2'/>b<text:tab/>c<text:line-break/>d"
        "<office:annotation><text:p>remark</text:p></office:annotation>"
        '<text:hidden-text text:is-hidden="true">no</text:hidden-text>'
        '<text:span text:style-name="T1">unseen</text:span>'
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>chú thích"
        "</text:p></text:note-body></text:note></text:p>"
    )
    hidden = (
        '<style:style style:name="T1" style:family="text">'
        '<style:text-properties text:display="none"/></style:style>'
    )
    first, note = read_odt(odt(body, hidden))
    assert first.text == "a  b\tc\nd[1]"
    assert (note.number, note.text, note.style) == ("[1]", "chú thích", "footnote")


def test_spanned_cells_stand_empty_and_covered_ones_are_none():
    body = (
        '<table:table><table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>a'
        '</text:p></table:table-cell><table:table-cell table:number-columns-spanned="2"><text:p>b'
        "</text:p></table:table-cell><table:covered-table-cell/></table:table-row>"
        "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>c</text:p>"
        "</table:table-cell><table:table-cell><text:p>d</text:p></table:table-cell>"
        "</table:table-row></table:table><text:p>sau</text:p>"
    )
    table, after = read_odt(odt(body))
    assert table.rows == (("a", "b"), ("", "c", "d"))
    assert (table.line, after.line) == (1, 2)


# Web pages


def test_menus_scripts_and_hidden_words_are_left_out():
    body = (
        "<title>t</title><style>.gone{display:none}</style><script>var a='<p>no';</script>"
        "<nav><p>menu</p></nav><header>site</header><ul><li><a href='/x'>Home</a></li></ul>"
        f"<!-- remark --><p class=gone>hidden</p><p hidden>x</p><h1>Luật</h1><p>{ARTICLE}"
        "<del>cũ</del><span style='display:none'>ẩn</span></p><aside>ad</aside><footer>c</footer>"
    )
    assert page(body) == ["Luật", ARTICLE]


def test_a_page_with_a_main_part_is_that_part():
    assert page(f"<div>other news</div><main><p>{ARTICLE}</p></main><div>more</div>") == [ARTICLE]


def test_a_table_of_contents_is_not_said_twice():
    body = f"<p><a href='#d1'>{ARTICLE}</a></p><p id=d1>{ARTICLE}</p><p><a href='#e'>Điều 2</a></p>"
    assert page(body) == [ARTICLE, "Điều 2"]


def test_numbers_of_lists_are_made_visible():
    body = (
        "<ol start=3><li>a<li value=9><p>b</p><p>more</p><ol type=a><li>x</li><li>y</ol></ol>"
        "<ol reversed><li>p<li>q</ol><ul><li>u</ul><ol style='list-style-type:upper-roman'><li>r</ol>"
    )
    assert page(body) == ["3. a", "9. b", "more", "a. x", "b. y", "2. p", "1. q", "• u", "I. r"]


def test_google_docs_keeps_its_numbers_in_the_style_sheet():
    body = (
        '<style>.lst-k-0>li:before{content:"Điều " counter(lst-ctn-k-0,decimal) ". "}'
        '.lst-k-1>li:before{content:"" counter(lst-ctn-k-1,lower-latin) ") "}'
        ".b{font-weight:700}.m{text-align:center}</style>"
        '<ol class="c1 lst-k-0 start" start="1"><li><span class=b>Một</span></li></ol>'
        '<ol class="lst-k-1 start" start="1"><li>x</li><li>y</li></ol>'
        '<ol class="c1 lst-k-0" start="2"><li>Hai</li></ol><p class=m>giữa</p>'
    )
    assert page(body) == ["Điều 1. Một", "a) x", "b) y", "Điều 2. Hai", "giữa"]
    blocks = read_html(f"<meta charset=utf-8>{body}".encode())
    assert (blocks[0].bold, blocks[1].bold, blocks[-1].centered) == (True, False, True)


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td>menu</td><td><p>{}</p><p>Nội dung</p><p>Điều 2. Hết</p></td></tr></table>",
        "<table><tr><td><table><tr><td>{}</td></tr></table>Nội dung</td></tr></table>",
        "<table><tr><td>{}</td></tr><tr><td>Nội dung</td></tr></table>",
    ],
)
def test_a_table_that_holds_the_page_is_no_table(body):
    blocks = read_html(("<meta charset=utf-8>" + body.format(ARTICLE)).encode())
    assert not any(block.rows for block in blocks)
    assert {ARTICLE, "Nội dung"} <= set(texts(blocks))


def test_a_table_of_figures_stays_one_with_its_spans():
    body = (
        "<table><tr><th rowspan=2>a<th colspan=2>b<tr><td>c<br>d<td>e</table>"
        "<table><tr><td>Điều 1. cũ<td>Điều 1. mới<tr><td>Điều 2. cũ<td>Điều 2. mới</table>"
    )
    first, second = read_html(f"<meta charset=utf-8>{body}".encode())
    assert first.rows == (("a", "b"), ("", "c\nd", "e"))
    assert len(second.rows) == 2


def test_breaks_stay_soft_unless_they_part_units():
    assert page("<p>Chương I<br>NHỮNG QUY ĐỊNH CHUNG</p>") == ["Chương I\nNHỮNG QUY ĐỊNH CHUNG"]
    assert page("<div>Mở đầu<br>Điều 1. Một<br>1. Hai<br><br>Ba</div>") == [
        "Mở đầu", "Điều 1. Một", "1. Hai", "Ba",
    ]  # fmt: skip


def test_entities_and_spaces_are_what_they_stand_for():
    assert page("<p>a&nbsp;&amp;\n   b &#7879;&lt;c <b> d</b></p>") == ["a\xa0& b ệ<c d"]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=utf-8>", "utf-8"),
        ("", "utf-8"),
        ("", "utf-16"),
        ('<?xml version="1.0" encoding="windows-1258"?>', "cp1258"),
    ],
)
def test_a_page_says_its_encoding_or_shows_it(head, encoding):
    # decomposed, as Windows-1258 needs it
    text = "Luâ\u0323t đâ\u0301t đai"
    (block,) = read_html(f"{head}<p>{text}</p>".encode(encoding))
    assert block.text == "Luật đất đai"


def test_fonts_of_old_are_read_run_by_run():
    old = to_tcvn3("Điều 1. Phạm vi ")
    body = f"<p><font face='.VnTime'>{old}</font><font face=Arial>điều chỉnh</font></p>"
    (block,) = read_html(f"<meta charset=utf-8>{body}".encode())
    assert (block.text, block.legacy) == ("Điều 1. Phạm vi điều chỉnh", "tcvn3")


# Word


def test_word_runs_in_fonts_of_old_become_unicode():
    document = docx.Document()
    heading = document.add_paragraph()
    heading.add_run(to_tcvn3("chương i ")).font.name = ".VnTimeH"
    heading.add_run("và ").font.name = "Arial"
    heading.add_run(to_vni("Điều lệ")).font.name = "VNI-Times"
    document.add_paragraph().add_run("Đã là Unicode: tên").font.name = ".VnTime"
    document.add_table(1, 1).cell(0, 0).paragraphs[0].add_run(
        to_tcvn3("được")
    ).font.name = ".VnTime"
    buffer = io.BytesIO()
    document.save(buffer)
    mixed, modern, table = read_docx(buffer.getvalue())
    assert (mixed.text, mixed.legacy) == ("CHƯƠNG I và Điều lệ", "tcvn3")
    assert (modern.text, modern.legacy) == ("Đã là Unicode: tên", "")
    assert (table.rows, table.legacy) == ((("được",),), "tcvn3")


def test_open_document_runs_in_fonts_of_old_become_unicode():
    font = (
        '<style:style style:name="T1" style:family="text">'
        '<style:text-properties style:font-name="F1"/></style:style>'
    )
    face = '<style:font-face style:name="F1" svg:font-family="\'VNI-Times\'"/>'
    body = f'<text:p><text:span text:style-name="T1">{to_vni(ARTICLE)}</text:span></text:p>'
    (block,) = read_odt(odt(body, font, LEVELS + face))
    assert (block.text, block.legacy) == (ARTICLE, "vni")


# Text and Markdown


def test_agency_and_motto_side_by_side_are_the_table_they_stand_for():
    table, after = read_text(
        "QUỐC HỘI            CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "Số: 1/2026/QH16     Độc lập - Tự do - Hạnh phúc\n\nLUẬT\n".encode()
    )
    assert table.rows == (
        (
            "QUỐC HỘI\nSố: 1/2026/QH16",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc",
        ),
    )
    assert (after.text, after.line) == ("LUẬT", 4)


def test_text_of_old_says_what_it_was():
    text = "Điều 1. Quyền và nghĩa vụ của người sử dụng đất\n"
    (block,) = read_text(to_vni(text).encode("cp1252"))
    assert (block.text, block.legacy) == (text.strip(), "vni")


def test_marks_are_taken_off_and_everything_else_stays():
    body = (
        "---\ntitle: x\n---\n# Luật *Đất đai* #\n\n<!-- remark -->\n**Điều 1.** **Phạm vi**\n\n"
        "1\\. Một `hai` [ba](http://x) \\*bốn\\* năm_sáu_bảy &amp; 2 * 3\n\n> a) Trích\n> tiếp\n\n"
        "- gạch[^1]\n\n[^1]: Chú thích\n"
    )
    assert written(body) == [
        "Luật Đất đai", "Điều 1. Phạm vi", "1. Một hai ba *bốn* năm_sáu_bảy & 2 * 3",
        "a) Trích tiếp", "- gạch[1]", "[1] Chú thích",
    ]  # fmt: skip
    blocks = read_text(body.encode())
    assert (blocks[0].style, blocks[1].bold, blocks[2].bold) == ("heading 1", True, False)


def test_a_list_that_repeats_its_number_counts_on():
    assert written("# Điều 1\n\n1. a\n1. b\n   1. x\n   1. y\n1. c\n\nhết\n\n4. d\n") == [
        "Điều 1", "1. a", "2. b", "1. x", "2. y", "3. c", "hết", "4. d",
    ]  # fmt: skip


def test_a_table_with_its_rule_is_a_table():
    (table,) = read_text(b"| a | b\\|c |\n|---|:-:|\n| **d** | e<br>f |\n")
    assert table.rows == (("a", "b|c"), ("d", "e\nf"))


def test_tables_within_tables_are_read_however_deep():
    body = "<table><tr><td>" * 30 + ARTICLE + "</td></tr></table>" * 30 + "<p>sau</p>"
    assert page(body) == [ARTICLE, "sau"]
