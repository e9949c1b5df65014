"""Texts to export: a draft with everything in it, any tree at all, and words meant to break in."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from app.documents.exports.source import Cover, Edition, Unit, edition_of_outline
from app.documents.nodes import Kind
from app.documents.outline import build
from app.documents.parsers.plain import read_text

DRAFT = """\
HỘI ĐỒNG NHÂN DÂN
NGHỊ QUYẾT
Quy định hỗ trợ nước sạch nông thôn
Căn cứ Luật Tổ chức chính quyền địa phương;
Hội đồng nhân dân tỉnh ban hành Nghị quyết quy định hỗ trợ nước sạch nông thôn.
QUYẾT NGHỊ:
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
Nghị quyết này quy định mức hỗ trợ.
Điều 2. Đối tượng áp dụng
1. Hộ gia đình.
2. Cơ quan, tổ chức có liên quan:
a) Ủy ban nhân dân cấp xã;
đ) Tổ chức khác.
2a. Người được ủy quyền.
Điều 51a. Mức hỗ trợ
Mức hỗ trợ như sau:
| Vùng | Mức |
| Miền núi | 3.000.000 đồng |
Nơi nhận:
- Lưu: VT.
TM. HỘI ĐỒNG NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn Bình
QUY ĐỊNH
Mức hỗ trợ nước sạch trên địa bàn tỉnh
(Kèm theo Nghị quyết số 12/2026/NQ-HĐND)
Điều 1. Phạm vi
1. Văn bản này quy định mức hỗ trợ.
"""
COVER = Cover(
    title="Nghị quyết quy định hỗ trợ nước sạch nông thôn",
    kind_name="Nghị quyết của Hội đồng nhân dân cấp tỉnh",
    issuer="Sở Xây dựng",
    slug="ho-tro-nuoc-sach",
    version=2,
    posted_at=datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
    digest="ab" * 32,
    address="https://gopy.example.vn/consultations/ho-tro-nuoc-sach",
)
HOSTILE = (
    '#import "@preview/x:1.0.0": *',
    '#read("/etc/passwd") #eval("1+1")',
    "$x^2$ *b* _i_ `c` = h <dieu-1> @dieu-1",
    "\\ // /* */ ~ -- --- ... 'a' \"b\" https://x.vn",
    "<script>&amp;]]></script> {{ x }} {% y %}",
)


def draft() -> Edition:
    """A posted draft with chapters, inserted units, a table, a closing and an attached text."""
    outline = edition_of_outline(build(read_text(DRAFT.encode())))
    return Edition(COVER, outline.preamble, outline.closing, outline.units)


def of(*units: Unit) -> Edition:
    """Those units under a cover."""
    return Edition(COVER, "", "", units)


def article(text: str, heading: str = "Tên điều") -> Unit:
    return Unit(Kind.ARTICLE, "1", heading, text, "dieu-1", 0, label="Điều 1.")


words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=30),
    st.sampled_from(["", "Ế ộ ữ ỵ Ư Đ\nđiều", "\x00\x0b\ud800", "中文 😀", "a\n\n b "]),
)
numbers = st.sampled_from(["", "1", "1", "2a", "đ", "đ1", "II", "thứ nhất", "a b", "ồ", "%$"])
tables = st.lists(st.lists(words, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


@st.composite
def any_units(draw: st.DrawFn) -> list[Unit]:
    """Any tree: every kind under every other, numbers repeated, annexes before and in others."""
    units: list[Unit] = []
    for at in range(draw(st.integers(0, 8))):
        deepest = units[-1].depth + 1 if units else 0
        kind = draw(st.sampled_from(list(Kind)))
        units.append(
            Unit(
                kind=kind,
                number=draw(numbers),
                heading=draw(words),
                text=draw(words),
                anchor=f"x-{at}",
                depth=draw(st.integers(0, min(deepest, 7))),
                rows=draw(tables) if kind is Kind.TABLE else (),
                label=draw(st.sampled_from(["", "Điều 1.", "a)"])),
            )
        )
    return units


@st.composite
def any_editions(draw: st.DrawFn) -> Edition:
    """Any tree under any words."""
    cover = Cover(
        title=draw(words),
        kind_name=draw(words),
        number=draw(words),
        issuer=draw(words),
        issued=draw(st.sampled_from(["", "2015-11-24"])),
        slug=draw(st.sampled_from(["", "nuoc-sach"])),
        version=draw(st.sampled_from([None, 3])),
        posted_at=draw(st.sampled_from([None, COVER.posted_at])),
        digest=draw(st.sampled_from(["", "ab" * 32])),
        address=draw(st.sampled_from(["", COVER.address])),
    )
    return Edition(cover, draw(words), draw(words), draw(any_units()), draw(words))
