import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit import codes
from app.kit.codes import ALPHABET, new_key, new_receipt, parse_receipt, qr_svg, salted_digest

receipts = st.builds(new_receipt)
places = st.integers(0, codes.LENGTH - 1)
SVG = "{http://www.w3.org/2000/svg}"


def signs_of(receipt):
    return receipt.removeprefix("GY-").replace("-", "")


def test_the_alphabet_has_no_look_alikes_and_a_prime_number_of_signs():
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert not set("0O1IL") & set(ALPHABET)
    assert ALPHABET.isupper()


def test_a_receipt_cannot_be_guessed():
    assert (codes.LENGTH - 1) * math.log2(len(ALPHABET)) > 80
    assert len({new_receipt() for _ in range(1000)}) == 1000


def test_a_receipt_shows_three_groups_of_six():
    assert re.fullmatch(f"GY(-[{ALPHABET}]{{6}}){{3}}", new_receipt())


@given(receipts)
def test_a_receipt_is_read_back_as_it_is(receipt):
    assert parse_receipt(receipt) == receipt


@given(
    receipts, st.sampled_from(["", " ", "-", " - ", "\u2013", "\u2011", "\u00a0", "\u200b", "\n"])
)
def test_how_a_receipt_is_typed_does_not_matter(receipt, gap):
    signs = signs_of(receipt)
    for typed in (signs, "GY" + signs, "gy" + signs.lower()):
        assert parse_receipt(f" {gap.join(typed)} ") == receipt


def test_a_receipt_typed_in_full_width_signs_is_read():
    receipt = new_receipt()
    assert parse_receipt(receipt.translate({ord(c): ord(c) + 0xFEE0 for c in ALPHABET})) == receipt


def test_signs_that_look_like_the_prefix_are_kept():
    typed = ("GY" + "2" * 15 + check for check in ALPHABET)
    (receipt,) = filter(None, map(parse_receipt, typed))
    assert receipt.startswith("GY-GY2222-222222-22222")


@given(receipts, places, st.sampled_from(ALPHABET))
def test_one_wrong_sign_is_found(receipt, place, sign):
    signs = signs_of(receipt)
    wrong = signs[:place] + sign + signs[place + 1 :]
    assert (parse_receipt(wrong) is None) == (wrong != signs)


@given(receipts, places, places)
def test_two_swapped_signs_are_found(receipt, one, other):
    signs = list(signs_of(receipt))
    signs[one], signs[other] = signs[other], signs[one]
    wrong = "".join(signs)
    assert (parse_receipt(wrong) is None) == (wrong != signs_of(receipt))


def test_every_single_slip_in_a_receipt_is_found():
    signs = signs_of(new_receipt())
    wrong = {signs[:n] + sign + signs[n + 1 :] for n in range(18) for sign in ALPHABET}
    wrong |= {signs[:n] + signs[n + 1] + signs[n] + signs[n + 2 :] for n in range(17)}
    assert not any(map(parse_receipt, wrong - {signs}))


@given(st.text(max_size=60))
def test_what_is_no_receipt_is_none_or_canonical(text):
    code = parse_receipt(text)
    assert code is None or parse_receipt(code) == code


@pytest.mark.parametrize(
    "text", ["", "GY", "GY-ABCDEF", "A" * 17, "0" * 18, "đ" * 18, " " * 1_000_000]
)
def test_what_is_far_from_a_receipt_is_refused(text):
    assert parse_receipt(text) is None


def test_a_key_has_128_bits_and_needs_no_quoting():
    keys = {new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", key) for key in keys)


def test_a_digest_depends_on_text_and_salt_and_is_the_standard_one():
    assert salted_digest("what do ya want for nothing?", "Jefe") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"  # RFC 4231, case 2
    )
    assert len({salted_digest(t, s) for t in ("góp", "ý") for s in ("a", "b")}) == 4
    with pytest.raises(ValueError, match="salt"):
        salted_digest("text", "")


def test_a_qr_code_is_an_image_with_a_name_and_a_quiet_zone():
    svg = qr_svg("https://gopy.example/comments/GY-ABCDEF", 'Mã QR: "<b>" & góp ý')
    root = ElementTree.fromstring(svg)
    title, ground, modules = root
    assert (root.get("role"), title.tag.removeprefix(SVG)) == ("img", "title")
    assert title.text == 'Mã QR: "<b>" & góp ý'
    assert (ground.get("fill"), modules.get("stroke")) == ("#fff", "#18231f")
    assert modules.get("d").startswith("M4 4.5h7")  # the finder, four modules from the edge
    assert (int(root.get("viewBox").split()[2]) - 8) % 4 == 1  # a side is 17 + 4 x version


def test_a_qr_code_brings_no_style_script_or_inherited_colour():
    svg = qr_svg("https://gopy.example/", "QR")
    assert not re.search(r"style|class|script|currentColor|\son\w+=", svg)


def test_a_qr_code_says_what_it_was_given():
    assert qr_svg("a", "t") == qr_svg("a", "t") != qr_svg("b", "t")
