"""Twelve laws as the National Assembly's offices published them, 1957 to 2023."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from app.documents.nodes import DoubtCode, Kind, Outline
from app.documents.outline import build
from app.documents.parsers import read
from app.documents.parsers.blocks import Block, composed

LAWS = Path(__file__).parent / "laws"
ARTICLE = re.compile(r"^Điều \d+\.", re.MULTILINE)

# file, title, number, articles, three deep places with the first words found there by reading
EXPECTED = [
    (
        "bo-luat-91-2015-qh13",
        "Bộ luật dân sự",
        "91/2015/QH13",
        689,
        {
            "dieu-3.khoan-2": "Cá nhân, pháp nhân xác lập, thực hiện, chấm dứt",
            "dieu-651.khoan-1.diem-a": "Hàng thừa kế thứ nhất gồm: vợ, chồng, cha đẻ",
            "dieu-688.khoan-1.diem-d": "Thời hiệu được áp dụng theo quy định của Bộ luật này.",
        },
    ),
    (
        "luat-06-2003-qh11",
        "LUẬT BIÊN GIỚI QUỐC GIA",
        "06/2003/QH11",
        41,
        {
            "dieu-1": "Biên giới quốc gia của nước Cộng hoà xã hội chủ nghĩa Việt Nam là",
            "dieu-4.khoan-1": "Đường cơ sở là đường gẫy khúc nối liền",
            "dieu-5.khoan-3": "Biên giới quốc gia trên biển được hoạch định",
        },
    ),
    (
        "luat-102-sl-l.004",
        "Luật quy định quyền lập hội",
        "102-SL/L-004",
        12,
        {
            "dieu-1": "Quyền lập hội của nhân dân được tôn trọng",
            "dieu-2": "Mọi người đều có quyền lập hội, trừ những người mất quyền công dân",
            "dieu-12": "Chính phủ quy định những chi tiết thi hành luật này.",
        },
    ),
    (
        "luat-104-2016-qh13",
        "Luật tiếp cận thông tin",
        "104/2016/QH13",
        37,
        {
            "dieu-3.khoan-1": "Mọi công dân đều bình đẳng, không bị phân biệt đối xử",
            "dieu-17.khoan-1.diem-a": "Văn bản quy phạm pháp luật; văn bản hành chính",
            "chuong-iii.muc-2": "TRÌNH TỰ, THỦ TỤC CUNG CẤP THÔNG TIN THEO YÊU CẦU",
        },
    ),
    (
        "luat-24-2012-qh13",
        "Luật sửa đổi, bổ sung một số điều của Luật điện lực",
        "24/2012/QH13",
        3,
        {
            "dieu-1.khoan-4": "Bổ sung Điều 8a vào sau Điều 8 như sau:\n“Điều 8a. Nội dung quy hoạch",
            "dieu-1.khoan-24": "Điều 67 được sửa đổi, bổ sung như sau:\n“Điều 67. Thanh tra",
            "dieu-2.khoan-1.diem-dd": "Thay cụm từ “quy phạm kỹ thuật” bằng cụm từ",
        },
    ),
    (
        "luat-28-2023-qh15",
        "Luật Tài nguyên nước",
        "28/2023/QH15",
        86,
        {
            "dieu-84.khoan-2.diem-a": "Sửa đổi, bổ sung điểm d khoản 1 Điều 27 như sau:\n“d) Khi xảy ra",
            "dieu-86.khoan-8": "Tổ chức, cá nhân thuộc trường hợp quy định tại điểm e và điểm g",
            "chuong-vi": "CÔNG CỤ KINH TẾ, CHÍNH SÁCH VÀ NGUỒN LỰC CHO TÀI NGUYÊN NƯỚC",
        },
    ),
    (
        "luat-32-2009-qh12",
        "Luật sửa đổi, bổ sung một số điều của Luật di sản văn hóa",
        "32/2009/QH12",
        4,
        {
            "dieu-1.khoan-4": "Điều 17 được sửa đổi, bổ sung như sau:\n“Điều 17\nNhà nước bảo vệ",
            "dieu-3": "Điều 65 của Luật thi đua, khen thưởng được sửa đổi, bổ sung như sau:\n“Điều 65",
            "dieu-4.khoan-2": "Chính phủ quy định chi tiết và hướng dẫn thi hành",
        },
    ),
    (
        "luat-63-2020-qh14",
        "Luật sửa đổi, bổ sung một số điều của Luật Ban hành văn bản quy phạm pháp luật",
        "63/2020/QH14",
        2,
        {
            "dieu-1.khoan-1.diem-a": "Sửa đổi, bổ sung khoản 3 như sau:\n“3. Pháp lệnh, nghị quyết",
            "dieu-1.khoan-53.diem-i": "Bỏ cụm từ “dự thảo nghị quyết” tại khoản 5 Điều 115.",
            "dieu-2": "Luật này có hiệu lực thi hành từ ngày 01 tháng 01 năm 2021.",
        },
    ),
    (
        "luat-66-2006-qh11",
        "LUẬT HÀNG KHÔNG DÂN DỤNG VIỆT NAM",
        "66/2006/QH11",
        202,
        {
            "dieu-10.khoan-1": "Thanh tra hàng không thuộc Thanh tra Bộ Giao thông vận tải",
            "dieu-202.khoan-2": "Luật này thay thế Luật hàng không dân dụng Việt Nam ngày 26 tháng 12",
            "chuong-ii.muc-1": "QUỐC TỊCH TÀU BAY",
        },
    ),
    (
        "luat-69-2014-qh13",
        "Luật quản lý, sử dụng vốn nhà nước đầu tư vào sản xuất, kinh doanh tại doanh nghiệp",
        "69/2014/QH13",
        66,
        {
            "dieu-2.khoan-2.diem-b": "Công ty trách nhiệm hữu hạn một thành viên độc lập",
            "dieu-10.khoan-1": "Đầu tư vốn nhà nước để thành lập doanh nghiệp thuộc phạm vi sau đây:",
            "dieu-66": "Chính phủ, cơ quan có thẩm quyền quy định chi tiết",
        },
    ),
    (
        "luat-80-2015-qh13",
        "Luật ban hành văn bản quy phạm pháp luật",
        "80/2015/QH13",
        173,
        {
            "dieu-12.khoan-1": "Văn bản quy phạm pháp luật chỉ được sửa đổi, bổ sung, thay thế",
            "dieu-71.khoan-1": "Tuỳ theo tính chất và nội dung của dự án luật",
            "dieu-172.khoan-4": "Những quy định về thủ tục hành chính trong văn bản quy phạm pháp luật",
        },
    ),
    (
        "luat-84-2015-qh13",
        "Luật an toàn, vệ sinh lao động",
        "84/2015/QH13",
        93,
        {
            "dieu-3.khoan-10": "Quan trắc môi trường lao động là hoạt động thu thập",
            "dieu-38.khoan-10": "Tiền lương để làm cơ sở thực hiện các chế độ bồi thường",
            "dieu-93": "Chính phủ, cơ quan nhà nước có thẩm quyền quy định chi tiết",
        },
    ),
]
NAMES = [expected[0] for expected in EXPECTED]


@cache
def blocks(name: str) -> list[Block]:
    path = LAWS / f"{name}.docx"
    return read(path.read_bytes(), path.name)


@cache
def law(name: str) -> Outline:
    return build(blocks(name))


def flat(*pieces: str) -> str:
    return "".join(composed("\n".join(pieces)).split())


@pytest.mark.parametrize(("name", "title", "number", "articles", "places"), EXPECTED, ids=NAMES)
def test_articles_and_deep_places(
    name: str, title: str, number: str, articles: int, places: dict[str, str]
) -> None:
    outline = law(name)
    assert (outline.title, outline.number) == (title, number)
    assert [node.number for node in outline.articles()] == [str(n + 1) for n in range(articles)]
    by_anchor = {node.anchor: node for node, _, _ in outline.walk()}
    for anchor, beginning in places.items():
        node = by_anchor[anchor]
        assert (node.text or node.heading).startswith(beginning), anchor


@pytest.mark.parametrize("name", NAMES)
def test_no_character_is_lost(name: str) -> None:
    source = [
        piece
        for block in blocks(name)
        for piece in (block.number, block.text, *(cell for row in block.rows for cell in row))
    ]
    words, whole = law(name).words(), "\n".join(source)
    if name == "luat-84-2015-qh13":  # whose articles Word numbers, one of them not
        words, whole = ARTICLE.sub("", words), ARTICLE.sub("", whole)
    assert flat(words) == flat(whole)


@pytest.mark.parametrize("name", NAMES)
def test_signatures_are_in_the_closing_and_not_in_the_last_article(name: str) -> None:
    outline = law(name)
    last = [node for node, _, _ in outline.walk()][-1]
    assert "CHỦ TỊCH" in outline.closing or "(Đã ký)" in outline.closing
    assert "thông qua ngày" not in last.text
    assert "CHỦ TỊCH" not in last.text


@pytest.mark.parametrize("name", [name for name in NAMES if name != "luat-84-2015-qh13"])
def test_a_sound_law_raises_no_doubt(name: str) -> None:
    assert law(name).doubts == ()


def test_an_article_whose_number_the_file_lost_is_numbered_as_the_law_cites_itself() -> None:
    """The third heading is in no list, so that Word shows 92 articles of a law that has 93."""
    outline = law("luat-84-2015-qh13")
    assert [(doubt.code, doubt.line, doubt.facts["number"]) for doubt in outline.doubts] == [
        (DoubtCode.SUPPLIED_NUMBER, 26, "3"),
        (DoubtCode.NUMBERS_RAISED, 38, "4"),
    ]
    headings = {node.number: node.heading for node in outline.articles()}
    # Each place names what the law itself says elsewhere stands in that article.
    assert headings["3"] == "Giải thích từ ngữ"
    assert headings["88"].startswith("Hội đồng quốc gia về an toàn, vệ sinh lao động")
    assert headings["34"].startswith("Khai báo tai nạn lao động")
    assert headings["43"].startswith("Đối tượng áp dụng chế độ bảo hiểm")


def test_the_civil_code_has_its_whole_hierarchy() -> None:
    data = (LAWS / "bo-luat-91-2015-qh13.docx").read_bytes()
    outline = build(read(data, "bo-luat.docx"))
    kinds = [node.kind for node, _, _ in outline.walk()]
    assert kinds.count(Kind.PART) == 6
    assert kinds.count(Kind.CHAPTER) == 27
    subsection = next(n for n, _, _ in outline.walk() if n.anchor == "chuong-xv.muc-7.tieu-muc-1")
    assert subsection.heading == "GIAO KẾT HỢP ĐỒNG"
    assert outline.issued == "2015-11-24"


def test_a_table_belongs_to_the_clause_it_follows() -> None:
    tables = [node for node, _, _ in law("luat-28-2023-qh15").walk() if node.kind is Kind.TABLE]
    assert [node.anchor for node in tables] == [
        "dieu-84.khoan-1.bang-1",
        "dieu-84.khoan-3.diem-b.bang-1",
    ]
    assert tables[0].rows[0][1] == "Quy hoạch tổng hợp lưu vực sông liên tỉnh"
