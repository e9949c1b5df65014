"""A place typed in a hurry is told from the words beside it, and from other numbers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.documents.citation import citation
from app.documents.shorthand import READ, Typed, named_place, typed_anchor
from app.kit.text import fold

PLACES = [
    ("Điều 12 khoản 3 điểm b", "dieu-12.khoan-3.diem-b"),
    ("d12 k3", "dieu-12.khoan-3"),
    ("d12k3", "dieu-12.khoan-3"),
    ("d12k3pb", "dieu-12.khoan-3.diem-b"),
    ("d 12 k 3", "dieu-12.khoan-3"),
    ("k3 đ12", "dieu-12.khoan-3"),
    ("k2đ đ12", "dieu-12.khoan-2dd"),
    ("đ.12", "dieu-12"),
    ("12.3.b", "dieu-12.khoan-3.diem-b"),
    ("12.3", "dieu-12.khoan-3"),
    ("12(3)(b)", "dieu-12.khoan-3.diem-b"),
    ("Điều 12.3 b", "dieu-12.khoan-3.diem-b"),
    ("Art. 12(3)(b)", "dieu-12.khoan-3.diem-b"),
    ("article 12 clause 3 point b", "dieu-12.khoan-3.diem-b"),
    ("Clause 3 of Article 12", "dieu-12.khoan-3"),
    ("khoản 3 của Điều 12", "dieu-12.khoan-3"),
    ("Điều 05", "dieu-5"),
    ("điều mười hai", "dieu-12"),
    ("dieu muoi hai khoan ba", "dieu-12.khoan-3"),
    ("điều chín mươi lăm", "dieu-95"),
    ("điều 51a", "dieu-51a"),
    ("khoản 2đ điều 3", "dieu-3.khoan-2dd"),
    ("khoan 3 dieu 12 diem dd", "dieu-12.khoan-3.diem-dd"),
    ("phụ lục II", "phu-luc-2"),
    ("phụ lục số 01", "phu-luc-1"),
    ("pl 2", "phu-luc-2"),
    ("Annex A", "phu-luc-a"),
    ("mẫu 3", "mau-3"),
    ("bảng 2 phụ lục I", "phu-luc-1.bang-2"),
    ("khoản 2 Điều 3 Phụ lục I", "phu-luc-1.dieu-3.khoan-2"),
    ("chương III", "chuong-iii"),
    ("chương thứ ba", "chuong-3"),
    ("mục 2 chương III", "chuong-iii.muc-2"),
    ("section 2 chapter III", "chuong-iii.muc-2"),
    ("phần thứ nhất", "phan-1"),
    ("Điều 3 mục 2 chương I", "dieu-3"),
    ("dieu-12.khoan-3", "dieu-12.khoan-3"),
]


def spellings(typed: str) -> list[str]:
    """The same as keyboards write it."""
    return [typed, typed.upper(), unicodedata.normalize("NFD", typed), f"  {typed}, "]


@pytest.mark.parametrize(("typed", "anchor"), PLACES)
def test_a_place_alone(typed: str, anchor: str) -> None:
    for spelling in spellings(typed):
        assert named_place(spelling) == Typed(anchor)
        assert typed_anchor(spelling) == anchor


@pytest.mark.parametrize(("typed", "anchor"), [p for p in PLACES if "đ " not in p[0]])
def test_marks_are_optional(typed: str, anchor: str) -> None:
    assert named_place(fold(typed)).anchor == anchor


@pytest.mark.parametrize(
    ("typed", "anchor", "rest"),
    [
        ("khoản 3 điều 12 luật đất đai", "dieu-12.khoan-3", "luật đất đai"),
        ("luật đất đai, khoản 3 điều 12", "dieu-12.khoan-3", "luật đất đai"),
        ("d12k3 quy dinh giao dat", "dieu-12.khoan-3", "quy dinh giao dat"),
        ("dat dai 12.3.b", "dieu-12.khoan-3.diem-b", "dat dai"),
        ("art 12(3)(b) of the Land Law", "dieu-12.khoan-3.diem-b", "of the land law"),
        ("Điều 12 khoản 3 b luật đất đai", "dieu-12.khoan-3.diem-b", "luật đất đai"),
        ("PL II luật đất đai", "phu-luc-2", "luật đất đai"),
        ("điều 12 nghị định 15/2020/NĐ-CP", "dieu-12", "nghị định 15/2020/nđ-cp"),
        ("15/NQ-HĐND điều 5", "dieu-5", "15/nq-hđnd"),
        ("điều 12 luật đất đai 2024", "dieu-12", "luật đất đai 2024"),
        ("điều 12 năm 2024", "dieu-12", "năm 2024"),
        ("ngày 12.3.2026 điều 5", "dieu-5", "ngày 12.3.2026"),
        ("điều 12 5 ha đất", "dieu-12", "5 ha đất"),
        ("điều 12 y tế dự phòng", "dieu-12", "y tế dự phòng"),
        ("điều 5 giảm 50%", "dieu-5", "giảm 50%"),
    ],
)
def test_a_place_among_other_words(typed: str, anchor: str, rest: str) -> None:
    for spelling in spellings(typed):
        assert named_place(spelling) == Typed(anchor, rest)
    assert typed_anchor(typed) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12",
        "b",
        "khoản 3",
        "điểm b khoản 3",
        "nghị định 15/2020/NĐ-CP",
        "15/NQ-HĐND",
        "12/2024",
        "năm 2024",
        "giá 12.300.000 đồng",
        "12.300.000",
        "12.300",
        "12.5 ha",
        "thửa đất 12.3",
        "12.3.2026",
        "ngày 12/3/2026",
        "12-3-2026",
        "12,5%",
        "phí 12.000đ 12 tháng",
        "phí d 12 tháng",
        "quốc lộ 12.3.4",
        "mục lục 2",
        "điều sau đây",
        "dieu sau day",
        "dieu nam 2024",
        "điều năm 2024",
        "phan bon",
        "khoản vay ba năm",
        "Điều 1 và Điều 2",
        "điều kiện 5 sao",
    ],
)
def test_what_is_no_place(typed: str) -> None:
    for spelling in spellings(typed):
        assert named_place(spelling).anchor == ""


def test_a_clerk_may_type_the_number_of_an_article_alone() -> None:
    assert typed_anchor("12") == "dieu-12"


numbers = st.builds("{}{}".format, st.integers(1, 999), st.sampled_from(["", "a", "b", "dd"]))
clauses = st.builds("{}{}".format, st.integers(1, 99), st.sampled_from(["", "a", "dd"]))
points = st.builds(
    "{}{}".format,
    st.sampled_from(["a", "b", "c", "d", "dd", "e", "k", "p", "y"]),
    st.sampled_from(["", "1"]),
)
roman = st.integers(1, 39).map(lambda n: citation(f"chuong-{n}").removeprefix("Chương ").lower())


def under(above: st.SearchStrategy[str], name: str, n: st.SearchStrategy) -> st.SearchStrategy[str]:
    below = n.map(lambda number: f".{name}-{number}")
    return st.builds(str.__add__, above, st.one_of(st.just(""), below))


few = st.integers(1, 30)
annexes = few.map(lambda n: f"phu-luc-{n}")
articles = st.builds(
    str.__add__,
    st.one_of(st.just(""), annexes.map(lambda annex: f"{annex}.")),
    under(under(numbers.map(lambda n: f"dieu-{n}"), "khoan", clauses), "diem", points),
)
chapters = under(under(roman.map(lambda n: f"chuong-{n}"), "muc", few), "tieu-muc", few)
anchors = st.one_of(
    articles,
    chapters.filter(lambda anchor: "tieu-muc" not in anchor or ".muc" in anchor),
    few.map(lambda n: f"phan-{n}"),
    under(annexes, "bang", few),
    under(under(annexes, "khoan", few), "diem", points),
    under(annexes, "mau", few),
)


@given(anchors)
def test_a_citation_leads_back_to_its_place(anchor: str) -> None:
    # one number has two spellings: "chuong-iii" and "phan-3" are both cited with "III"
    assert named_place(citation(anchor)) == Typed(anchor)
    assert named_place(citation(anchor).upper()) == Typed(anchor)


@given(anchors, st.sampled_from(["luật đất đai", "nuoc sach nong thon", "giao thông đô thị"]))
def test_words_beside_a_citation_stay_words(anchor: str, words: str) -> None:
    assert named_place(f"{citation(anchor)} {words}") == Typed(anchor, words)
    assert named_place(f"{words}, {citation(anchor)}") == Typed(anchor, words)


pieces = st.sampled_from(
    ["điều", "d", "khoản", "12", "3", "b", ".", "(", ")", " ", "/", "%", "2026", "đ", "phụ lục"]
)


@given(st.one_of(st.text(), st.lists(pieces).map("".join), st.lists(pieces).map(" ".join)))
@example("PHULUCAD0")
def test_any_text_is_read_and_nothing_is_made_up(typed: str) -> None:
    found = named_place(typed)
    assert found.anchor or found.rest or not typed.strip()
    known = {c for letter in unicodedata.normalize("NFC", typed[:READ]) for c in letter.lower()}
    known |= {c for letter in typed[:READ] for c in letter}
    assert set(found.rest.replace(" ", "")) <= known
    typed_anchor(typed)


@given(st.lists(pieces, min_size=300).map(" ".join), st.text())
def test_what_follows_a_thousand_characters_is_not_read(typed: str, more: str) -> None:
    long = typed.ljust(READ, "x")
    assert named_place(long + more) == named_place(long[:READ])
