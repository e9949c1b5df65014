"""What is sealed opens with any key of the portal and with no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.sealing import SealBrokenError, Sealer, is_key, new_key

OLD, NEW = new_key(), new_key()
texts = st.text(st.characters(codec="utf-8"), max_size=300)


@given(texts)
def test_what_is_sealed_opens_and_is_never_the_same_twice(text: str) -> None:
    sealer = Sealer([OLD])
    sealed = sealer.seal(text)
    assert sealer.open(sealed) == text
    assert sealed != sealer.seal(text)
    assert len(text) < 5 or text not in sealed


@given(texts)
def test_a_key_is_changed_by_putting_one_in_front(text: str) -> None:
    before, both, after = Sealer([OLD]), Sealer([NEW, OLD]), Sealer([NEW])
    sealed = before.seal(text)
    with pytest.raises(SealBrokenError):
        after.open(sealed)
    assert after.open(both.reseal(sealed)) == text
    assert before.mark(text) in both.marks(text)
    assert both.mark(text) == after.mark(text) != before.mark(text)


def test_what_was_touched_does_not_open() -> None:
    sealer = Sealer([OLD])
    sealed = sealer.seal("hoa@example.vn")
    for touched in ("", "rubbish", sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1]):
        with pytest.raises(SealBrokenError):
            sealer.open(touched)
        with pytest.raises(SealBrokenError):
            sealer.reseal(touched)


def test_a_key_is_told_from_other_words() -> None:
    assert is_key(NEW)
    assert not any(map(is_key, ("", "secret", NEW[:-4], NEW + "AAAA", "ằ" * 44)))
