"""What provinces and communes draft: decisions and resolutions, with what is attached to them.

The texts in `province` are made up for these tests; only their layout is that of real documents.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from app.documents.nodes import DoubtCode, Kind, Node, Outline
from app.documents.outline import build
from app.documents.parsers.docx import read_docx
from tests.documents.outlines import anchors, codes, flat, outline_of
from tests.word import docx

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("province/*.txt")}  # fmt: skip


def read(name: str) -> Outline:
    return build(read_docx(docx(TEXTS[name])))


def inside(node: Node) -> list[Node]:
    return [node, *(one for child in node.children for one in inside(child))]


def articles(*nodes: Node) -> list[str]:
    return [n.number for node in nodes for n in inside(node) if n.kind is Kind.ARTICLE]


def parts(outline: Outline) -> dict[str, int]:
    """How many articles the enacting text ("") and each annex has."""
    found = {"": len(articles(*(node for node in outline.nodes if node.kind is not Kind.ANNEX)))}
    annexes = [node for node in outline.nodes if node.kind is Kind.ANNEX]
    return found | {node.anchor: len(articles(node)) for node in annexes}


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_lost_and_every_text_counts_its_own_articles(name: str) -> None:
    outline = read(name)
    source = TEXTS[name].replace("| ", " ").replace(" |", " ").replace(" / ", " ")
    assert flat(outline.words()) == flat(source)
    assert max(Counter(anchors(outline)).values()) == 1
    body = [node for node in outline.nodes if node.kind is not Kind.ANNEX]
    for scope in (body, *([node] for node in outline.nodes if node.kind is Kind.ANNEX)):
        numbers = articles(*scope)
        assert numbers == [str(n) for n in range(1, len(numbers) + 1)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chi-thi", {"": 0}),
        ("ke-hoach", {"": 0, "phu-luc-1": 0}),
        ("nghi-quyet-muc-phi", {"": 4, "phu-luc-1": 0, "phu-luc-2": 0}),
        ("nghi-quyet-quy-dinh", {"": 4, "phu-luc-1": 5, "phu-luc-2": 0, "mau-1": 0}),
        ("nghi-quyet-xa", {"": 3}),
        ("quyet-dinh-bai-bo", {"": 3}),
        ("quyet-dinh-dieu-le", {"": 2, "phu-luc-1": 3}),
        ("quyet-dinh-ke-hoach", {"": 3, "phu-luc-1": 0, "phu-luc-1-2": 0}),
        ("quyet-dinh-mau-don", {"": 2, "phu-luc-1": 3, "mau-1": 0, "mau-2": 0}),
        ("quyet-dinh-muc-luc", {"": 4, "phu-luc-1": 0}),
        ("quyet-dinh-quy-che", {"": 3, "phu-luc-1": 6}),
        ("quyet-dinh-quy-che-khong-bang", {"": 3, "phu-luc-1": 4}),
        ("quyet-dinh-sua-doi", {"": 3, "phu-luc-1": 0}),
        ("quyet-dinh-truc-tiep", {"": 9}),
        ("to-trinh", {"": 0}),
    ],
)
def test_articles_stand_in_the_text_they_belong_to(name: str, expected: dict[str, int]) -> None:
    outline = read(name)
    assert parts(outline) == expected
    usual = {DoubtCode.CONTENTS_SKIPPED} if name == "quyet-dinh-muc-luc" else set()
    assert set(codes(outline)) == (usual if expected[""] else {DoubtCode.NO_ARTICLE})


def test_every_text_has_its_expectation() -> None:
    (marked,) = test_articles_stand_in_the_text_they_belong_to.pytestmark
    assert {name for name, _ in marked.args[1]} == set(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_whoever_signs_the_document_stands_in_its_closing(name: str) -> None:
    outline = read(name)
    assert "CHỦ TỊCH" in outline.closing
    assert "Nơi nhận:" in outline.closing
    assert not any("Nơi nhận" in node.text for node, _, _ in outline.walk())


@pytest.mark.parametrize(
    ("name", "signed"),
    [
        ("quyet-dinh-quy-che", "Trần Thị Bình"),
        ("quyet-dinh-quy-che-khong-bang", "Lê Văn Cường"),
        ("quyet-dinh-ke-hoach", "CHỦ TỊCH"),
        ("quyet-dinh-dieu-le", "Bùi Thị Lan"),
    ],
)
def test_whoever_signs_an_attached_text_stands_behind_its_last_unit(name: str, signed: str) -> None:
    annex = next(node for node in read(name).nodes if node.kind is Kind.ANNEX)
    last = annex.children[-1]
    assert (last.kind, last.anchor) == (Kind.TABLE, "phu-luc-1.bang-1")
    assert last.rows[-1][-1].splitlines()[-1] == signed
    assert not any("CHỦ TỊCH" in node.text for node in inside(annex))


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("quyet-dinh-quy-che", "QUY CHẾ Quản lý, vận hành và khai thác bản đồ số dùng chung tỉnh Minh Phong (Ban hành kèm theo Quyết định số /2026/QĐ-UBND ngày tháng năm 2026 của Ủy ban nhân dân tỉnh Minh Phong)"),
        ("quyet-dinh-dieu-le", "ĐIỀU LỆ (SỬA ĐỔI, BỔ SUNG) QUỸ BẢO TRỢ TRẺ EM TỈNH MINH PHONG (Được phê duyệt kèm theo Quyết định số /QĐ-UBND)"),
        ("quyet-dinh-muc-luc", "ĐƠN GIÁ BỒI THƯỜNG CÂY TRỒNG (Ban hành kèm theo Quyết định số /2026/QĐ-UBND)"),
    ],
)  # fmt: skip
def test_the_heading_of_an_annex_is_all_of_its_title(name: str, heading: str) -> None:
    assert next(node for node in read(name).nodes if node.kind is Kind.ANNEX).heading == heading


@pytest.mark.parametrize(
    ("name", "kind", "number", "issuer"),
    [
        ("quyet-dinh-bai-bo", "Quyết định", "52/2026/QĐ-UBND", "ỦY BAN NHÂN DÂN TỈNH MINH PHONG"),
        ("nghi-quyet-xa", "Nghị quyết", "02/2026/NQ-HĐND", "HỘI ĐỒNG NHÂN DÂN PHƯỜNG BẾN CẦU"),
        ("ke-hoach", "Kế hoạch", "17/KH-UBND", "ỦY BAN NHÂN DÂN XÃ AN LẠC"),
    ],
)
def test_the_heading_block_says_whose_document_it_is(
    name: str, kind: str, number: str, issuer: str
) -> None:
    outline = read(name)
    assert (outline.kind_name, outline.number, outline.issuer) == (kind, number, issuer)


def test_a_title_over_two_lines_is_one() -> None:
    whole = "QUYẾT ĐỊNH Ban hành Quy chế quản lý, vận hành và khai thác bản đồ số dùng chung tỉnh Minh Phong"
    assert read("quyet-dinh-quy-che").title == whole


def test_a_table_of_contents_behind_the_grounds_is_no_ground() -> None:
    outline = read("quyet-dinh-muc-luc")
    assert outline.preamble.splitlines()[-1].startswith("Ủy ban nhân dân ban hành")
    assert outline.contents.splitlines()[0] == "MỤC LỤC"
    assert len(outline.contents.splitlines()) == 5


def test_a_table_of_contents_in_an_attached_regulation_is_no_title_and_no_doubt() -> None:
    outline = outline_of(
        "QUYẾT ĐỊNH\nBan hành A\nĐiều 1. Ban hành.\nĐiều 2. Có.\nNơi nhận:\nCHỦ TỊCH\n"
        "QUY ĐỊNH\nVề A\n(Kèm theo Quyết định số 1)\nMỤC LỤC\nChương I QUY ĐỊNH CHUNG\t1\n"
        "Điều 1. Một\t1\nĐiều 2. Hai\t1\nĐiều 3. Ba\t2\n"
        "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Một\nA.\nĐiều 2. Hai\nB.\nĐiều 3. Ba\nC.\n"
    )
    assert parts(outline) == {"": 2, "phu-luc-1": 3}
    assert outline.nodes[-1].heading == "QUY ĐỊNH Về A (Kèm theo Quyết định số 1)"
    assert codes(outline) == [DoubtCode.CONTENTS_SKIPPED]
