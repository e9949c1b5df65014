"""Trees from text: layouts of drafts, doubts, and properties that hold for any input."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.doubts import LETTERS
from app.documents.exports.source import edition_of_outline
from app.documents.exports.text import to_text
from app.documents.nodes import DoubtCode, Kind, Node, Outline
from app.documents.outline import build
from app.documents.parsers.blocks import Block
from tests.documents.outlines import anchors, codes, flat, outline_of


def test_a_decree_with_annexes_and_a_form() -> None:
    outline = outline_of(
        "CHÍNH PHỦ\nSố:     /2025/NĐ-CP\nHà Nội, ngày    tháng    năm 2025\nNGHỊ ĐỊNH\n"
        "Quy định chi tiết một số điều của Luật Tài nguyên nước\n"
        "Căn cứ Luật Tổ chức Chính phủ;\n"
        "Chính phủ ban hành Nghị định quy định chi tiết một số điều của Luật Tài nguyên nước.\n"
        "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Phạm vi điều chỉnh\nNghị định này quy định:\n"
        "1. Một;\n2. Hai:\na) A;\nb) B.\nMục 1 TÊN MỤC\nĐiều 2. Hiệu lực\n1. Theo Phụ lục I.\n"
        "Nơi nhận:\n- Lưu: VT.\nTM. CHÍNH PHỦ\n"
        "Phụ lục I\nDANH MỤC NGUỒN NƯỚC\n(Kèm theo Nghị định số /2025/NĐ-CP)\nGhi chú.\n"
        "| STT | Tên |\n| 1 | Sông A |\nSau bảng.\nMẫu số 01\nKính gửi: …\n"
    )
    assert outline.title == "Nghị định quy định chi tiết một số điều của Luật Tài nguyên nước"
    assert (outline.kind_name, outline.issuer, outline.issued) == ("Nghị định", "CHÍNH PHỦ", "")
    assert anchors(outline) == [
        "chuong-i",
        "dieu-1",
        "dieu-1.khoan-1",
        "dieu-1.khoan-2",
        "dieu-1.khoan-2.diem-a",
        "dieu-1.khoan-2.diem-b",
        "chuong-i.muc-1",
        "dieu-2",
        "dieu-2.khoan-1",
        "phu-luc-1",
        "phu-luc-1.bang-1",
        "mau-1",
    ]
    assert outline.closing == "Nơi nhận:\n- Lưu: VT.\nTM. CHÍNH PHỦ"
    assert outline.nodes[1].heading.startswith("DANH MỤC NGUỒN NƯỚC (Kèm theo")
    assert outline.nodes[1].children[0].text == "Sau bảng."
    assert outline.doubts == ()


def test_an_attached_regulation_numbers_its_articles_anew() -> None:
    outline = outline_of(
        "HỘI ĐỒNG NHÂN DÂN\nTỈNH BẮC NINH\nNGHỊ QUYẾT\nBan hành Quy định mức hỗ trợ\n"
        "Căn cứ Luật Tổ chức chính quyền địa phương;\nQUYẾT NGHỊ:\n"
        "Điều 1. Ban hành kèm theo Nghị quyết này Quy định mức hỗ trợ.\nĐiều 2. Tổ chức thực hiện\n"
        "1. Giao Ủy ban nhân dân tỉnh.\nCHỦ TỊCH\nNguyễn Văn B\n"
        "QUY ĐỊNH\nMức hỗ trợ trên địa bàn tỉnh\n(Kèm theo Nghị quyết số 12/2025/NQ-HĐND)\n"
        "Điều 1. Phạm vi\nVăn bản này.\nĐiều 2. Đối tượng\n1. Người dân.\n"
    )
    assert outline.issuer == "HỘI ĐỒNG NHÂN DÂN TỈNH BẮC NINH"
    assert outline.nodes[0].text == "Ban hành kèm theo Nghị quyết này Quy định mức hỗ trợ."
    assert anchors(outline)[3:] == [
        "phu-luc-1",
        "phu-luc-1.dieu-1",
        "phu-luc-1.dieu-2",
        "phu-luc-1.dieu-2.khoan-1",
    ]
    assert outline.doubts == ()


def test_a_plan_without_articles_has_sections_clauses_and_points() -> None:
    outline = outline_of(
        "ỦY BAN NHÂN DÂN\nTỈNH A\nKẾ HOẠCH\nChuyển đổi số\nThực hiện Nghị quyết số 57;\n"
        "I. MỤC ĐÍCH\n1. Một\n- Ý phụ\nII. NỘI DUNG\n1. Hạ tầng\na) Cáp quang\nNơi nhận:\n- VT.\n"
    )
    assert anchors(outline) == [
        "muc-i",
        "muc-i.khoan-1",
        "muc-ii",
        "muc-ii.khoan-1",
        "muc-ii.khoan-1.diem-a",
    ]
    assert codes(outline) == [DoubtCode.NO_ARTICLE]


def test_quoted_articles_are_content_whatever_marks_are_typed() -> None:
    outline = outline_of(
        "LUẬT\nSỬA ĐỔI LUẬT A\nĐiều 1. Sửa đổi Luật A\n1. Sửa đổi Điều 2 như sau:\n"
        '"Điều 2. Tên\n1. Một.\n2. Hai.".\n2. Sửa đổi khoản 3 như sau: “3. Ba\na) Bốn”.\n'
        "3. Bổ sung:\n«Điều 5a. Năm»;\nĐiều 2. Hiệu lực\nTừ năm sau.\n"
    )
    assert [node.number for node in outline.articles()] == ["1", "2"]
    assert anchors(outline)[1:4] == ["dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-1.khoan-3"]
    assert outline.articles()[0].children[0].text.endswith('"Điều 2. Tên\n1. Một.\n2. Hai.".')
    assert outline.doubts == ()


def test_a_quotation_that_never_ends_does_not_swallow_the_law() -> None:
    outline = outline_of(
        "Điều 1. Sửa đổi Luật A\n1. Bổ sung Điều 5a như sau:\n“Điều 5a. Quên đóng\n1. Một.\n"
        "2. Bãi bỏ Điều 7.\nĐiều 2. Hiệu lực\nTừ năm sau.\n"
    )
    assert anchors(outline) == ["dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-2"]
    assert codes(outline) == [DoubtCode.UNCLOSED_QUOTE]


def test_inserted_units_and_the_letter_dd_have_readable_anchors() -> None:
    outline = outline_of(
        "Điều 51. Cũ\n1. Một:\na) A;\na1) Chèn;\nb) B;\nc) C;\nd) D;\nđ) Đ.\n2. Hai.\n2a. Chèn.\n"
        "3. Ba.\nĐiều 51a. Chèn\nNội dung.\nĐiều 52. Mới\nNội dung.\n"
    )
    assert "dieu-51.khoan-1.diem-dd" in anchors(outline)
    assert "dieu-51.khoan-1.diem-a1" in anchors(outline)
    assert {"dieu-51.khoan-2a", "dieu-51a", "dieu-52"} <= set(anchors(outline))
    assert [doubt.facts["expected"] for doubt in outline.doubts] == ["1"]


def test_gaps_repeats_and_empty_units_are_doubted_where_they_stand() -> None:
    outline = outline_of(
        "Điều 1. Đầu\n1. Một.\n3. Ba.\n3. Lại ba.\nĐiều 3. Cuối\nCó:\na) A;\nc) C;\n1.\n"
    )
    assert [(doubt.line, doubt.code) for doubt in outline.doubts] == [
        (3, DoubtCode.NUMBER_GAP),
        (4, DoubtCode.NUMBER_REPEATED),
        (5, DoubtCode.NUMBER_GAP),
        (8, DoubtCode.LETTER_GAP),
        (9, DoubtCode.EMPTY_UNIT),
    ]
    assert "dieu-1.khoan-3-2" in anchors(outline)


def test_sentences_that_only_mention_a_unit_do_not_open_one() -> None:
    outline = outline_of(
        "Điều 1. Áp dụng\nĐiều 5 của Luật này được áp dụng.\nChương II của Luật này không áp dụng.\n"
        "1.500 đồng là mức thấp nhất.\nĐiều 2. Khác\nNội dung.\n"
    )
    assert anchors(outline) == ["dieu-1", "dieu-2"]
    assert outline.nodes[0].text.count("\n") == 2


def test_the_marks_of_older_laws_are_known() -> None:
    outline = outline_of(
        "LUẬT\nTHỬ NGHIỆM\nCHƯƠNG MỘT\nNHỮNG NGUYÊN TẮC\nĐiều 1-\n1- Công dân có quyền:\na- Một;\n"
        "b- Hai.\n2- Nhà nước bảo đảm.\nĐiều 2.- Tên điều\nNội dung.\nĐiều thứ 3\nNội dung.\n"
    )
    assert anchors(outline) == [
        "chuong-1",
        "dieu-1",
        "dieu-1.khoan-1",
        "dieu-1.khoan-1.diem-a",
        "dieu-1.khoan-1.diem-b",
        "dieu-1.khoan-2",
        "dieu-2",
        "dieu-3",
    ]
    assert outline.articles()[1].heading == "Tên điều"
    assert outline.doubts == ()


WORDS = [
    "cơ quan",
    "tổ chức",
    "nguồn nước",
    "quyền",
    "nghĩa vụ",
    "giấy phép",
    "người dân",
    "đất đai",
]
phrase = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(
    lambda words: " ".join(words).capitalize()
)
sentence = phrase.map(lambda words: f"{words}.")
paragraphs = st.lists(sentence, min_size=1, max_size=3).map("\n".join)


def bare(kind: Kind, number: str, label: str, heading: str, text: str, *children: Node) -> Node:
    return Node(kind, number, heading, text, "", 0, children, label=label)


def counted(draw: st.DrawFn, most: int) -> list[str]:
    """1, 2, 3 …, here and there with a unit put in behind: 2a."""
    numbers = [str(n) for n in range(1, draw(st.integers(0, most)) + 1)]
    return [n for number in numbers for n in (number, f"{number}a")[: draw(st.integers(1, 2))]]


@st.composite
def clauses(draw: st.DrawFn) -> tuple[Node, ...]:
    found = []
    for number in counted(draw, 2):
        letters = [*LETTERS, "aa", "bb"][: draw(st.sampled_from([0, 0, 3, 25]))]
        if letters and draw(st.booleans()):
            letters.insert(1, "a1")
        points = [bare(Kind.POINT, c, f"{c})", "", draw(sentence)) for c in letters]
        found.append(bare(Kind.CLAUSE, number, f"{number}.", "", draw(paragraphs), *points))
    return tuple(found)


@st.composite
def units(draw: st.DrawFn) -> tuple[Node, ...]:
    """The articles of one text, in chapters and sections or not."""
    numbers = ["1", *counted(draw, 4)[1:]]
    articles = []
    for number in numbers:
        inner = draw(clauses())
        text = draw(paragraphs) if draw(st.booleans()) or not inner else ""
        articles.append(bare(Kind.ARTICLE, number, f"Điều {number}.", draw(phrase), text, *inner))
    if draw(st.booleans()):
        return tuple(articles)
    cut = draw(st.integers(1, len(articles)))
    title = draw(phrase).upper()
    section = bare(Kind.SECTION, "1", "Mục 1", draw(phrase).upper(), "", *articles[:cut])
    inner = (section,) if draw(st.booleans()) else tuple(articles[:cut])
    chapters = [bare(Kind.CHAPTER, "I", "Chương I", title, "", *inner)]
    if articles[cut:]:
        chapters.append(bare(Kind.CHAPTER, "II", "Chương II", title, "", *articles[cut:]))
    return tuple(chapters)


@st.composite
def annexes(draw: st.DrawFn) -> tuple[Node, ...]:
    found = []
    for number in ["I", "II", "III"][: draw(st.integers(0, 3))]:
        row = st.tuples(phrase, phrase)
        rows = tuple(draw(st.lists(row, min_size=1, max_size=3)))
        table = Node(Kind.TABLE, "", "", draw(paragraphs), "", 0, rows=rows)
        title = draw(phrase).upper()
        label = f"Phụ lục {number}"
        found.append(bare(Kind.ANNEX, number, label, title, draw(paragraphs), table))
    if draw(st.booleans()):
        enclosed = "QUY CHẾ HOẠT ĐỘNG (Kèm theo Quyết định này)"
        found.append(bare(Kind.ANNEX, "", "", enclosed, "", *draw(units())))
    return tuple(found)


@st.composite
def trees(draw: st.DrawFn) -> Outline:
    grounds, closing = "Căn cứ Hiến pháp;", "Nơi nhận:\n- Lưu."
    nodes = draw(units()) + draw(annexes())
    return Outline("", "", "", "", "", grounds, nodes, closing, (), "LUẬT\nTHỬ NGHIỆM")


def shape(node: Node) -> tuple[object, ...]:
    inner = tuple(shape(child) for child in node.children)
    return (node.kind, node.number, node.label, node.heading, node.text, node.rows, inner)


@settings(deadline=None, max_examples=40)
@given(trees())
def test_a_tree_written_as_text_is_read_back_the_same(tree: Outline) -> None:
    again = outline_of(to_text(edition_of_outline(tree)))
    assert [shape(node) for node in again.nodes] == [shape(node) for node in tree.nodes]
    assert (again.masthead, again.preamble, again.closing) == (
        tree.masthead,
        tree.preamble,
        tree.closing,
    )
    assert again.doubts == ()


pieces = st.sampled_from(
    [
        "Điều 1. ", "ĐIỀU 2", "Điều 3 ", "1. ", "2a. ", "a) ", "đ) ", "Chương I\n", "CHƯƠNG II ",
        "Mục 1. ", "Phần thứ nhất", "Phụ lục I\n", "PHỤ LỤC", "“", "”.", '"', "như sau:", "LUẬT",
        "QUY ĐỊNH", "(Kèm theo", "Nơi nhận:", "CHỦ TỊCH", "Căn cứ", "I. ", "A. ", "\n", "-----",
        "Luật này đã được Quốc hội thông qua ngày 31 tháng 12 năm 2025.", "Số: 1/2025/NĐ-CP",
    ]
)  # fmt: skip
garbage = st.lists(st.one_of(pieces, st.text(max_size=20)), max_size=4).map("".join)
cells = st.lists(st.lists(garbage, max_size=3).map(tuple), max_size=3).map(tuple)
any_block = st.one_of(
    st.builds(
        Block,
        text=garbage,
        number=st.sampled_from(["", "Điều 7.", "1.", "a)", "•"]),
        style=st.sampled_from(["", "Heading 1", "toc 1", "footnote"]),
        bold=st.booleans(),
        centered=st.booleans(),
        line=st.integers(1, 99),
    ),
    st.builds(Block, text=st.just(""), rows=cells, line=st.integers(1, 99)),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(any_block, max_size=14))
def test_garbage_never_raises_loses_nothing_and_has_unique_anchors(blocks: list[Block]) -> None:
    outline = build(blocks)
    texts = [b for b in blocks if b.style != "footnote"]
    notes = [b for b in blocks if b.style == "footnote"]
    source = [
        part
        for b in [*texts, *notes]
        for part in ((cell for row in b.rows for cell in row) if b.rows else (b.number, b.text))
    ]
    # Footnotes stand behind everything else; only the order differs where annexes follow.
    assert sorted(flat(outline.words())) == sorted(flat(*source))
    if not notes:
        assert flat(outline.words()) == flat(*source)
    names = anchors(outline)
    assert len(names) == len(set(names))


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    outline_of(text.replace("\0", ""))
