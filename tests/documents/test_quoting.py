"""The words a comment means are found again after small edits, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.passage import Line, text
from app.documents.quoting import CONTEXT, NotQuotedError, Quote, found, quoted

TEXT = (
    "Mỗi hộ được hỗ trợ một lần 3.000.000 đồng. Hộ nghèo được hỗ trợ thêm 1.000.000 đồng.\n"
    "Ủy ban nhân dân cấp xã lập danh sách và niêm yết công khai trong bảy ngày làm việc."
)
WORDS = "niêm yết công khai trong bảy ngày làm việc"
# letters that never occur in the text, so that nothing put in can be the words
elsewhere = st.text(alphabet="qwzj .", max_size=60)


def there(quote: Quote, text: str) -> str | None:
    place = found(quote, text)
    return None if place is None else text[slice(*place)]


class TestMaking:
    def test_the_words_are_kept_as_they_stand_with_what_is_around_them(self):
        quote = quoted("Niêm  yết\ncông khai", TEXT)
        assert quote.exact == "niêm yết công khai"
        assert TEXT.count(quote.prefix + quote.exact + quote.suffix) == 1
        assert len(quote.prefix) == CONTEXT

    @pytest.mark.parametrize("words", ["", " ", "hỗ trợ hai lần", "niêm.yết", "(.*)", "niêm yêt"])
    def test_other_words_are_refused(self, words):
        with pytest.raises(NotQuotedError):
            quoted(words, TEXT)

    def test_a_table_is_quoted_as_it_is_copied_from_a_page(self):
        rows = [["In", "đồng"], ["A4", "1.000"]]
        table = Line("table", "", "", "Sở Tài chính hướng dẫn.", rows)
        quote = quoted("A4\t1.000\nSở Tài chính", text([table]))
        assert quote.exact == "A4 1.000\nSở Tài chính"

    def test_at_the_edges_there_is_nothing_around(self):
        assert quoted("Mỗi hộ", TEXT).prefix == ""
        assert quoted("làm việc.", TEXT).suffix == ""


class TestFinding:
    @settings(deadline=None, max_examples=40)
    @given(start=st.integers(0, len(TEXT.split()) - 1), length=st.integers(1, 12))
    def test_in_the_same_text_every_quotation_is_found_where_it_was(self, start, length):
        pieces = TEXT.split()[start : start + length]
        quote = quoted(" ".join(pieces), TEXT)
        assert there(quote, TEXT) == quote.exact

    @settings(deadline=None, max_examples=40)
    @given(before=elsewhere, after=elsewhere)
    def test_what_is_put_in_elsewhere_does_not_matter(self, before, after):
        text = f"{before} {TEXT} {after}"
        place = found(quoted(WORDS, TEXT), text)
        assert place is not None
        assert place[0] == len(before) + 1 + TEXT.index(WORDS)

    @settings(deadline=None, max_examples=40)
    @given(data=st.data())
    def test_what_is_taken_out_elsewhere_does_not_matter(self, data):
        at = TEXT.index(WORDS)
        cut = data.draw(st.integers(0, at))
        end = data.draw(st.integers(cut, at))
        text = TEXT[:cut] + TEXT[end:]
        assert there(quoted(WORDS, TEXT), text) == WORDS

    @pytest.mark.parametrize(
        ("old", "new", "now"),
        [
            ("bảy ngày", "mười ngày", "niêm yết công khai trong mười ngày làm việc"),
            ("công khai trong", "công khai ít nhất trong", None),
            ("niêm yết công khai", "công khai, niêm yết", None),
            ("ngày làm việc", "ngày, làm việc", "niêm yết công khai trong bảy ngày, làm việc"),
        ],
    )
    def test_small_edits_inside_are_followed(self, old, new, now):
        shown = there(quoted(WORDS, TEXT), TEXT.replace(old, new))
        assert shown is not None
        assert shown == now or (now is None and "trong bảy ngày làm việc" in shown)

    @settings(deadline=None, max_examples=40)
    @given(at=st.integers(0, len(WORDS) - 1), letter=st.sampled_from("aeo "))
    def test_one_letter_more_is_followed(self, at, letter):
        text = TEXT.replace(WORDS, WORDS[:at] + letter + WORDS[at:])
        shown = there(quoted(WORDS, TEXT), text)
        assert shown is not None
        assert abs(len(shown) - len(WORDS)) <= 8

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Nghị quyết này có hiệu lực từ ngày ký.",
            "Đơn vị cấp nước lắp đồng hồ miễn phí cho hộ nghèo trong ba tháng đầu năm.",
            "Kinh phí thực hiện do ngân sách tỉnh bảo đảm, phân bổ công bằng giữa các xã.",
        ],
    )
    def test_in_other_words_nothing_is_found(self, text):
        assert found(quoted(WORDS, TEXT), text) is None

    def test_a_short_quotation_is_found_word_for_word_or_not_at_all(self):
        quote = quoted("bảy ngày", TEXT)
        assert found(quote, TEXT.replace("bảy", "mười")) is None

    def test_of_like_places_it_is_the_one_with_the_same_surroundings(self):
        second = TEXT.index("hỗ trợ", TEXT.index("Hộ nghèo"))
        quote = Quote("hỗ trợ", TEXT[second - CONTEXT : second], TEXT[second + 6 : second + 46])
        moved = f"Nhà nước hỗ trợ mọi hộ. {TEXT}"
        place = found(quote, moved)
        assert place is not None
        assert place[0] == second + len("Nhà nước hỗ trợ mọi hộ. ")

    def test_signs_without_a_word_break_nothing(self):
        assert there(Quote("….….….….….….…"), "….….….….….…._.") is not None

    def test_only_whole_words_are_shown(self):
        shown = there(quoted(WORDS, TEXT), TEXT.replace("bảy", "mười bảy"))
        assert shown is not None
        assert shown.split()[0] == "niêm"
        assert shown.split()[-1] == "việc"
