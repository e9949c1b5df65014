"""Lists on a page stand in the order of the language that their names are in."""

from __future__ import annotations

import pytest

from app.web.locale import called, speaking
from app.web.phrases import Phrase, in_order

ORDERS = {
    "vi": ["Sở Công Thương", "Sở Dân tộc và Tôn giáo", "Sở Du lịch", "Sở Địa chính", "Sở Y tế"],
    "en": ["Air", "Éducation", "farming", "Group 9", "Group 10", "Zones"],
    "cs": ["Doprava", "Životní prostředí"],
    "zh-Hans": ["安徽", "北京", "成都", "广东"],  # by sound: An, Bei, Cheng, Guang
    "zh-Hant": ["上海", "北京", "臺北"],  # by strokes: 3, 5, 14
    "ko": ["가평", "나주", "서울", "하남"],
}


@pytest.mark.parametrize("code", ORDERS)
def test_names_stand_where_their_readers_look(app, code):
    names = [Phrase(name, code) for name in ORDERS[code]]
    with app.test_request_context("/"), speaking(called(code)):
        assert in_order(reversed(names), lambda one: one) == names


def test_names_in_the_language_of_the_page_come_first(app):
    rows = [("b", Phrase("An ninh", "vi")), ("c", Phrase("Air", "en")), ("a", Phrase("하늘", "ko"))]
    for code, order in (("vi", "bca"), ("en", "cab"), ("ko", "acb")):
        with app.test_request_context("/"), speaking(called(code)):
            assert "".join(key for key, _name in in_order(rows, lambda row: row[1])) == order
