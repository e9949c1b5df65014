"""Names stand in the order in which a Vietnamese reader looks for them."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.collation import loosely, person, vietnamese
from app.kit.text import clean_line

PLACES = [
    "An Giang",
    "Bà Rịa",
    "Bắc Giang",
    "Bắc Kạn",
    "Bạc Liêu",
    "Bến Tre",
    "Cà Mau",
    "Cao Bằng",
    "Cần Thơ",
    "Đà Nẵng",
    "Đắk Lắk",
    "Điện Biên",
    "Đồng Nai",
    "Đồng Tháp",
    "Gia Lai",
    "Hà Giang",
    "Hà Nội",
    "Hải Phòng",
    "Hậu Giang",
    "Hoà Bình",
    "Hưng Yên",
    "Kon Tum",
    "Lạng Sơn",
    "Lâm Đồng",
    "Ninh Bình",
    "Phú Thọ",
    "Quảng Bình",
    "Quảng Nam",
    "Sơn La",
    "Thái Nguyên",
    "Thừa Thiên Huế",
    "Yên Bái",
]
# the same letters, the tones in the order of a dictionary
TONES = ["ma", "mà", "mả", "mã", "má", "mạ"]
ALPHABET = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")


@pytest.mark.parametrize("names", [TONES, ALPHABET])
def test_letters_and_tones_stand_as_in_a_dictionary(names):
    mixed = random.Random(7).sample(names, len(names))
    assert sorted(mixed, key=vietnamese) == names


def test_provinces_stand_as_in_an_atlas():
    mixed = random.Random(7).sample(PLACES, len(PLACES))
    # ă comes after a and before â, whatever the tone: Bạc Liêu before Bắc Giang
    in_order = sorted(PLACES, key=lambda name: PLACES.index(name) if "Bạc" not in name else 1.5)
    assert sorted(mixed, key=vietnamese) == in_order


def test_numbers_count_by_their_size_and_short_names_come_first():
    names = ["Phường 1", "Phường 2", "Phường 10", "Phường An Hội", "Phường An Hội Đông"]
    assert sorted(reversed(names), key=vietnamese) == names
    assert sorted(reversed(names), key=loosely) == names


def test_a_tone_is_weighed_only_where_all_letters_are_alike():
    assert sorted(["Hà Tây", "Ha Nam", "Hạ Long"], key=vietnamese) == [
        "Hạ Long",
        "Ha Nam",
        "Hà Tây",
    ]


NAMES = st.text(st.sampled_from("aàăằâầđdeéêểioóôốơờuúưừyý AĐÊ10é한ß字."), max_size=12)


@given(NAMES)
def test_the_way_marks_are_coded_makes_no_difference(name):
    for form in ("NFC", "NFD"):
        assert vietnamese(unicodedata.normalize(form, name)) == vietnamese(name)


@given(st.lists(NAMES, max_size=8))
def test_every_list_has_one_order(names):
    for key in (vietnamese, loosely):
        in_order = [key(name) for name in sorted(names, key=key)]
        assert [key(name) for name in sorted(reversed(names), key=key)] == in_order


@given(NAMES, NAMES)
def test_only_what_reads_alike_stands_in_one_place(one, other):
    for key in (vietnamese, loosely):
        assert (key(one) == key(other)) == (clean_line(one) == clean_line(other))


def test_people_stand_by_their_given_names_as_in_a_class_register():
    people = ["Trần Ân", "Nguyễn Thị Bình", "Lê Văn Dũng", "Phạm Đức", "An Thị Hoa", "Lê Hoà"]
    mixed = random.Random(7).sample(people, len(people))
    assert sorted(mixed, key=person) == people
    assert person("") < person("An")


@given(NAMES, NAMES)
def test_a_name_stands_before_the_longer_one_that_begins_with_it(name, more):
    if name.split() and more.strip() and not (name[-1].isdigit() and more[0].isdigit()):
        whole = f"{name.strip()} {more.strip()}"
        assert vietnamese(name) < vietnamese(whole)


@pytest.mark.parametrize("name", ["m²", "Tổ ①", "\u0e50", "9" * 5000, "a" + "1" * 5000 + "b"])
def test_signs_that_only_look_like_numbers_and_numbers_without_end_stand_somewhere(name):
    for key in (vietnamese, loosely):
        assert sorted([name, "An"], key=key) == sorted(["An", name], key=key)
