"""Countries are named and ordered as each language of the portal has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.comments import countries
from app.comments.forms import CommentForm
from app.web import locale
from app.web.phrases import order


def listed(page: locale.Language, app) -> tuple[list[str], list[str]]:
    """The codes offered on a page in that language: the usual ones, and the others."""
    with app.test_request_context(), locale.speaking(page):
        empty, *found = countries.choices()
    assert empty.value == ""
    groups = list(dict.fromkeys(one.optgroup for one in found))
    often, others = ([one.value for one in found if one.optgroup == group] for group in groups)
    return often, others


@pytest.mark.parametrize("page", locale.LANGUAGES, ids=lambda one: one.code)
def test_every_country_is_offered_once_and_by_name(app, page):
    often, others = listed(page, app)
    assert set(often) == set(countries.OFTEN)
    assert len({*often, *others}) == len(often) + len(others) == 248  # of ISO 3166-1, without ours
    assert not {"VN", "EU", "UN", "XK", "ZZ"} & {*often, *others}
    with locale.speaking(page):
        names = [countries.named(code) for code in (*often, *others)]
    assert not [name for name in names if len(name) == 2 and name.isascii()]


@pytest.mark.parametrize(
    ("code", "first", "then"),
    [
        ("vi", "Áo", "Ba Lan"),  # as the Vietnamese alphabet has them, not as computers do
        ("vi", "Campuchia", "Đài Loan"),
        ("vi", "Đức", "Hàn Quốc"),
        ("zh-Hans", "阿根廷", "韩国"),  # by sound
        ("ko", "라오스", "미국"),
        ("cs", "Česko", "Francie"),
    ],
)
def test_the_order_is_that_of_the_language(app, code, first, then):
    page = locale.called(code)
    often, others = listed(page, app)
    with locale.speaking(page):
        usual, rest = ([countries.named(one) for one in part] for part in (often, others))
    for names in (usual, rest):
        if {first, then} <= set(names):
            assert names.index(first) < names.index(then)
            return
    everywhere = sorted((*usual, *rest), key=order(code))
    assert everywhere.index(first) < everywhere.index(then)


@given(st.text() | st.sampled_from(["KR", "kr", "VN", "EU", "", "K", "KOR"]))
def test_only_a_code_of_the_list_is_kept(typed):
    assert countries.code(typed) in {"", typed}
    assert countries.code(typed) == ("KR" if typed == "KR" else countries.code(typed))
    assert countries.code(None) == ""


def test_a_list_drawn_once_shows_what_each_reader_chose(app):
    with app.test_request_context("/"):
        chosen = [str(CommentForm(data={"country": code}).country()) for code in ("KR", "", "LA")]
        again = str(CommentForm(data={"country": "KR"}).country())
    assert len(set(chosen)) == 3
    assert again == chosen[0]
    assert chosen[0].count("selected") == 1
    with app.test_request_context("/"), locale.speaking(locale.called("lo")):
        assert str(CommentForm(data={"country": "KR"}).country()) != chosen[0]
