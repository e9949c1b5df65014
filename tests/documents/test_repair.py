"""Repairs of units: nothing is lost, everything can be taken back, numbers are numbers."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.nodes import Kind
from app.documents.numbers import bare
from app.documents.outline import build
from app.documents.parsers.plain import read_text
from app.documents.repair import (
    Change,
    Edit,
    Fault,
    Operation,
    WrongRepairError,
    applied,
    change,
    settle,
)
from app.documents.standing import standing
from app.documents.versions import Row, name_anew, rows_of

LAW = """\
NGHỊ QUYẾT
Về cây xanh
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
1. Khoản này nói về cây trồng.
2. Khoản này nói về hai việc:
a) Việc thứ nhất;
b) Việc thứ hai. Việc đó có hai phần.
Điều 2. Người trồng cây
Người trồng cây gồm:
Hộ gia đình.
Điều này không có khoản.
Chương II
TỔ CHỨC
Điều 3. Hiệu lực
Nghị quyết có hiệu lực từ ngày ký.
PHỤ LỤC I
DANH SÁCH CÂY
Cây bàng
Cây phượng
"""


def rows(text: str = LAW) -> list[Row]:
    return rows_of(build(read_text(text.encode())))


def table() -> Row:
    return Row(
        Kind.TABLE, "", "", "Ghi chú dưới bảng.", 1, line=30, rows=[["Cây", "Số"], ["Sấu", "5"]]
    )


def said(units: list[Row], *, labels: bool = True) -> str:
    """All characters in reading order, blanks aside."""
    pieces = []
    for row in units:
        cells = [cell for cells in row.rows for cell in cells]
        pieces += [row.label if labels else "", row.heading, *cells, row.text]
    return "".join("".join(pieces).split())


def done(units: list[Row], operation: Operation, anchor: str, **asked: object) -> list[Row]:
    return applied(units, change(units, Edit(operation, anchor, **asked)))  # type: ignore[arg-type]


def tree(units: list[Row]) -> list[tuple[int, str, str]]:
    return [(row.depth, row.anchor, row.heading or row.text) for row in units]


def at(units: list[Row], anchor: str) -> Row:
    return next(row for row in units if row.anchor == anchor)


class TestJoin:
    def test_an_article_that_is_content_becomes_text_and_leaves_its_clauses_in_order(self):
        text = "Điều 1. Một\n1. A.\nĐiều 2. Hai\n1. B.\n2. C.\n"
        after = done(rows(text), Operation.JOIN, "dieu-2")
        assert [row.anchor for row in after] == [
            *("dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-1-2", "dieu-1.khoan-2"),
        ]
        assert at(after, "dieu-1.khoan-1").text == "A.\nĐiều 2. Hai"

    def test_a_clause_keeps_its_number_as_words(self):
        after = done(rows(), Operation.JOIN, "dieu-1.khoan-2")
        assert at(after, "dieu-1.khoan-1").text.endswith("\n2. Khoản này nói về hai việc:")
        assert at(after, "dieu-1.khoan-1.diem-a").depth == 3

    @pytest.mark.parametrize(("anchor", "fault"), [("chuong-i", "first"), ("dieu-9", "no_unit")])
    def test_what_cannot_be_joined(self, anchor, fault):
        with pytest.raises(WrongRepairError, match=fault):
            done(rows(), Operation.JOIN, anchor)

    def test_a_table_stays_a_table(self):
        units = applied(rows(), Change(3, 3, (table(),)))
        with pytest.raises(WrongRepairError, match="table"):
            done(units, Operation.JOIN, units[3].anchor)
        with pytest.raises(WrongRepairError, match="table"):
            done(units, Operation.RETYPE, units[3].anchor, kind=Kind.CLAUSE, number="1")


class TestSplit:
    def test_an_article_that_lost_its_number_takes_the_clauses_that_follow(self):
        text = "Điều 1. Một\n1. A.\nHai\n1. B.\n2. C.\nĐiều 3. Ba\nC.\n"
        units = rows(text)
        assert at(units, "dieu-1.khoan-1").text == "A.\nHai"
        after = done(
            units, Operation.SPLIT, "dieu-1.khoan-1", kind=Kind.ARTICLE, number="2", paragraph=1
        )
        assert tree(after)[2:5] == [
            (0, "dieu-2", "Hai"),
            (1, "dieu-2.khoan-1", "B."),
            (1, "dieu-2.khoan-2", "C."),
        ]
        assert at(after, "dieu-2").label == ""

    def test_a_number_that_the_words_begin_with_is_the_label(self):
        units = [replace(row) for row in rows()]
        at(units, "dieu-2").text = "Lời dẫn.\n1.Khoản dính liền.\n2. Khoản sau."
        after = done(units, Operation.SPLIT, "dieu-2", kind=Kind.CLAUSE, number="1", paragraph=1)
        new = at(after, "dieu-2.khoan-1")
        assert (new.label, new.text) == ("1.", "Khoản dính liền.\n2. Khoản sau.")

    def test_it_can_begin_inside_a_paragraph(self):
        after = done(
            rows(),
            Operation.SPLIT,
            "dieu-1.khoan-2.diem-b",
            kind=Kind.POINT,
            number="c",
            words="Việc đó",
        )
        assert at(after, "dieu-1.khoan-2.diem-b").text == "Việc thứ hai."
        assert at(after, "dieu-1.khoan-2.diem-c").text == "Việc đó có hai phần."

    def test_words_say_the_paragraph_where_they_stand_in_one_only(self):
        units = [replace(row) for row in rows()]
        at(units, "dieu-2").text = "Đoạn một. 1. Khoản một.\nĐoạn hai."
        words = {"kind": Kind.CLAUSE, "number": "1", "words": "1. Khoản"}
        after = done(units, Operation.SPLIT, "dieu-2", paragraph=1, **words)
        assert at(after, "dieu-2").text == "Đoạn một."
        assert at(after, "dieu-2.khoan-1").text == "Khoản một.\nĐoạn hai."

    @pytest.mark.parametrize(
        ("asked", "fault"),
        [
            ({"paragraph": 9}, Fault.NO_SUCH_PARAGRAPH),
            ({"words": "không có ở đây"}, Fault.NO_SUCH_WORDS),
            ({"words": "iệc"}, Fault.NO_SUCH_WORDS),
            ({"words": "hai"}, Fault.WORDS_REPEATED),
            ({"number": "j"}, Fault.NUMBER),
            ({"kind": Kind.TABLE}, Fault.TABLE),
        ],
    )
    def test_a_place_that_is_not_there(self, asked, fault):
        words = {"kind": Kind.POINT, "number": "c", **asked}
        with pytest.raises(WrongRepairError, match=fault):
            done(rows(), Operation.SPLIT, "dieu-1.khoan-2.diem-b", **words)


class TestKindAndNumber:
    def test_a_number_is_put_into_the_label_as_the_file_writes_it(self):
        units = rows("Điều 1-\nMột.\nĐiều 3-\nHai.\n")
        assert (
            at(done(units, Operation.RENUMBER, "dieu-3", number="1a"), "dieu-1a").label
            == "Điều 1a-"
        )

    def test_the_same_number_is_no_repair(self):
        with pytest.raises(WrongRepairError, match="same"):
            done(rows(), Operation.RENUMBER, "dieu-2", number="Điều 2.")

    def test_a_clause_that_is_an_article_takes_its_first_paragraph_as_heading(self):
        text = "Điều 1. Một\n1. Phạm vi\n2. Khoản hai.\na) Điểm a.\n"
        after = done(rows(text), Operation.RETYPE, "dieu-1.khoan-1", kind=Kind.ARTICLE, number="2")
        assert (at(after, "dieu-2").heading, at(after, "dieu-2").label) == ("Phạm vi", "Điều 2.")
        assert [row.anchor for row in after][2:] == ["dieu-2.khoan-2", "dieu-2.khoan-2.diem-a"]

    def test_an_article_that_is_a_clause_has_its_heading_as_words(self):
        after = done(rows(), Operation.RETYPE, "dieu-2", kind=Kind.CLAUSE, number="3")
        assert at(after, "dieu-1.khoan-3").heading == ""
        assert at(after, "dieu-1.khoan-3").text.startswith("Người trồng cây\nNgười trồng cây gồm:")

    @pytest.mark.parametrize(
        ("kind", "typed", "kept"),
        [
            (Kind.ARTICLE, "51a", "51a"),
            (Kind.ARTICLE, " Điều 51A. ", "51a"),
            (Kind.ARTICLE, "0", None),
            (Kind.ARTICLE, "V", None),
            (Kind.ARTICLE, "12345", None),
            (Kind.ARTICLE, "1a1", None),
            (Kind.CLAUSE, "2a", "2a"),
            (Kind.CLAUSE, "2a1", None),
            (Kind.CLAUSE, "1.2", None),
            (Kind.CLAUSE, "", None),
            (Kind.POINT, "Đ)", "đ"),
            (Kind.POINT, "a1", "a1"),
            (Kind.POINT, "aa", "aa"),
            (Kind.POINT, "ab", None),
            *((Kind.POINT, letter, None) for letter in "fjwz"),
            (Kind.CHAPTER, "Chương iv", "IV"),
            (Kind.CHAPTER, "IVa", "IVa"),
            (Kind.CHAPTER, "IIX", None),
            (Kind.PART, "Phần thứ nhất", "thứ nhất"),
            (Kind.PART, "b", "B"),
            (Kind.SECTION, "Mục 2", "2"),
            (Kind.ANNEX, "", ""),
            (Kind.ANNEX, "phụ lục ii", "II"),
            (Kind.TABLE, "1", None),
        ],
    )
    def test_numbers(self, kind, typed, kept):
        assert bare(kind, typed) == kept


class TestHeading:
    def test_the_first_paragraph_becomes_heading_and_goes_back(self):
        units = rows()
        raised = done(units, Operation.RAISE, "dieu-2")
        assert at(raised, "dieu-2").heading == "Người trồng cây Người trồng cây gồm:"
        lowered = done(raised, Operation.LOWER, "dieu-2", words="Người trồng cây gồm")
        assert lowered == units

    def test_a_clause_has_none(self):
        with pytest.raises(WrongRepairError, match="no_heading"):
            done(rows(), Operation.RAISE, "dieu-1.khoan-1")
        with pytest.raises(WrongRepairError, match="no_heading"):
            done(rows(), Operation.LOWER, "dieu-1.khoan-1")


def fits(units: list[Row]) -> bool:
    """No unit is deeper than one step below the unit before it, and none is named twice."""
    depths = [row.depth for row in units]
    steps = all(b <= a + 1 for a, b in pairwise(depths))
    names = {row.anchor for row in units}
    return depths[:1] == [0] and steps and len(names) == len(units) and "" not in names


NUMBERS = st.sampled_from(["1", "2", "51a", "a", "đ", "II", "thứ nhất", "", "f"])
EDITS = st.tuples(
    st.sampled_from(Operation),
    st.integers(0, 40),
    st.sampled_from(Kind),
    NUMBERS,
    st.integers(0, 3),
    st.sampled_from(["", "có", "nói về", "hai", "Cây", "gồm:"]),
)


@settings(max_examples=150, deadline=None)
@given(edits=st.lists(EDITS, min_size=1, max_size=12))
def test_whatever_is_repaired_nothing_is_lost_and_all_can_be_undone(edits):
    units = applied(rows(), Change(10, 10, (table(),)))
    begun, history = units, []
    for operation, n, kind, number, paragraph, words in edits:
        edit = Edit(operation, units[n % len(units)].anchor, kind, number, paragraph, words)
        try:
            made = change(units, edit)
        except WrongRepairError:
            continue
        after = applied(units, made)
        named_anew = operation in (Operation.RENUMBER, Operation.RETYPE)
        assert said(after, labels=not named_anew) == said(units, labels=not named_anew)
        assert fits(after)
        back = tuple(units[made.start : made.stop])
        history.append((units, Change(made.start, made.start + len(made.rows), back)))
        units = after
    for before, back in reversed(history):
        units = applied(units, back)
        assert [asdict(row) for row in units] == [asdict(row) for row in before]
    assert units == begun


def test_depths_and_names_follow_from_the_units_alone():
    units = rows()
    again = [replace(row, depth=0, anchor="") for row in units]
    settle(again)
    name_anew(again)
    assert again == units


class TestDoubts:
    LOST = {"code": "lost_number", "line": 3, "anchor": "", "facts": {"text": "Hai"}}
    TEXT = "Điều 1. Một\n1. A.\nHai\n1. B.\n2. C.\nĐiều 3. Ba\nC.\n"

    def codes(self, doubts):
        return [doubt["code"] for doubt in doubts]

    def test_a_lost_number_stands_until_its_words_are_a_unit(self):
        units = rows(self.TEXT)
        doubts, over = standing(units, [self.LOST])
        assert self.codes(doubts) == ["lost_number", "number_repeated", "number_gap"]
        assert doubts[0]["anchor"] == "dieu-1.khoan-1"
        after = done(
            units, Operation.SPLIT, "dieu-1.khoan-1", kind=Kind.ARTICLE, number="2", paragraph=1
        )
        left, over = standing(after, doubts)
        assert (left, self.codes(over)) == ([], ["lost_number"])

    def test_what_concerns_the_whole_file_stays(self):
        told = [
            {"code": "converted", "line": 1, "anchor": "", "facts": {"text": "TCVN3"}},
            {"code": "contents_skipped", "line": 1, "anchor": "", "facts": {"count": 4}},
        ]
        assert standing(rows(), told)[1] == []

    def test_text_outside_articles_is_doubted_until_it_is_inside(self):
        units = rows("Chương I\nCHUNG\nLời nói ngoài điều, rất dài.\nĐiều 1. Một\nA.\n")
        told = [
            {"code": "unplaced_text", "line": 3, "anchor": "", "facts": {"text": "Lời nói ngoài"}}
        ]
        assert standing(units, told)[1] == []
        after = done(units, Operation.SPLIT, "chuong-i", kind=Kind.ARTICLE, number="1a")
        assert self.codes(standing(after, told)[1]) == ["unplaced_text"]

    def test_a_supplied_number_is_settled_by_another(self):
        told = [
            {
                "code": "supplied_number",
                "line": at(rows(), "dieu-2").line,
                "anchor": "dieu-2",
                "facts": {"kind": "article", "number": "2", "text": "Người trồng cây"},
            }
        ]
        assert standing(rows(), told)[1] == []
        after = done(rows(), Operation.RENUMBER, "dieu-2", number="1a")
        assert standing(after, told)[1] == told

    def test_an_open_quotation_has_been_looked_at_once_its_lines_are_repaired(self):
        told = [{"code": "unclosed_quote", "line": 5, "anchor": "", "facts": {"text": "“"}}]
        assert standing(rows(), told, range(7, 9))[1] == []
        assert standing(rows(), told, range(4, 6))[1] == told

    def test_no_article_is_over_with_the_first(self):
        units = rows("I. Mục đích\nLàm cho sạch.\n")
        told = [{"code": "no_article", "line": 1, "anchor": "", "facts": {}}]
        assert standing(units, told)[1] == []
        after = done(units, Operation.RETYPE, units[0].anchor, kind=Kind.ARTICLE, number="1")
        assert standing(after, told)[1] == told

    def test_lost_numbers_are_one_doubt_until_there_is_an_article(self):
        units = rows("1. Phạm vi\n1. Một.\n1. Hai.\n")
        told = [{"code": "numbers_lost", "line": 1, "anchor": "", "facts": {}}]
        assert [doubt["code"] for doubt in standing(units, told)[0]] == ["numbers_lost"]
        after = done(units, Operation.RETYPE, units[0].anchor, kind=Kind.ARTICLE, number="1")
        assert standing(after, told)[1] == told
