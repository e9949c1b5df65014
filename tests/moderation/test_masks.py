"""Masks: what is covered cannot be read, what is not covered stands word for word."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from app.moderation.masks import (
    COVER,
    MOST,
    Asked,
    Field,
    Laid,
    MaskError,
    Problem,
    covered,
    lay,
    uncovered,
)
from app.moderation.reasons import LABELS, MASKABLE, TWO_PERSONS, Reason

PHONE = "0912 345 678"
BODY = f"Ông Trần Văn Bảy, số {PHONE}, đòi tiền."
ALONE = sorted(reason.value for reason in MASKABLE)

# what a reader sees as one letter each
LETTERS = (*"abđộưAB01 ,.\n-_█", "é\u0323", "👍🏽", "👩\u200d🌾", "a\u0323")
pieces = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=40)
fields = st.fixed_dictionaries({field: pieces for field in Field})


def mask(words: str, text: str = BODY, field: str = "body", reason: str = "personal_data") -> Asked:
    start = text.index(words)
    return Asked(field, start, start + len(words), reason)


def of(body: str = BODY, wording: str = "", name: str = "") -> dict[Field, str]:
    return {Field.BODY: body, Field.WORDING: wording, Field.NAME: name}


def shown(given_texts: dict[Field, str], asked: list[Asked]) -> dict[Field, str]:
    laid = lay(given_texts, asked)
    return {
        field: covered(text, [(one.start, one.end) for one in laid if one.field == field])
        for field, text in given_texts.items()
    }


def problem(given_texts: dict[Field, str], *asked: Asked) -> Problem:
    with pytest.raises(MaskError) as refused:
        lay(given_texts, asked)
    return refused.value.problem


def test_a_passage_is_covered_and_the_rest_stands():
    assert shown(of(), [mask(PHONE)])[Field.BODY] == f"Ông Trần Văn Bảy, số {COVER}, đòi tiền."


def test_a_cover_tells_nothing_of_the_length_of_what_it_covers():
    long, short = (
        shown(of(f"Gọi {words} ngay."), [mask(words, f"Gọi {words} ngay.")])
        for words in ("An", PHONE)
    )
    assert long == short


def test_the_same_words_are_covered_wherever_they_stand():
    name = "Trần Văn Bảy"
    words = of(f"{name} lấy. TRẦN VĂN BẢY nhận.", f"Giao cho {name}.", f"Cháu {name}")
    found = shown(words, [mask(name, words[Field.BODY])])
    assert found == {
        Field.BODY: f"{COVER} lấy. {COVER} nhận.",
        Field.WORDING: f"Giao cho {COVER}.",
        Field.NAME: f"Cháu {COVER}",
    }


def test_a_word_within_another_word_is_not_the_same_word():
    body = "Bà An nói: phần an ninh, bản in, Anh Anh."
    found = shown(of(body), [mask("An ", body)])
    assert found[Field.BODY] == f"Bà {COVER}nói: phần {COVER} ninh, bản in, Anh Anh."


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Asked("body", 3, 3, "insult"), Problem.EMPTY),
        (Asked("body", 3, 4, "insult"), Problem.EMPTY),  # a space
        (Asked("body", 5, 2, "insult"), Problem.EMPTY),
        (Asked("body", -1, 4, "insult"), Problem.OUTSIDE),
        (Asked("body", 0, len(BODY) + 1, "insult"), Problem.OUTSIDE),
        (Asked("name", 0, 1, "insult"), Problem.OUTSIDE),
        (Asked("quote", 0, 1, "insult"), Problem.OUTSIDE),
        (Asked("body", 0, 3, "opinion"), Problem.REASON),
        (Asked("body", 0, 3, "unlawful"), Problem.REASON),
        (Asked("body", 0, len(BODY), "insult"), Problem.NOTHING_LEFT),
    ],
)
def test_what_cannot_be_covered_is_refused_and_told_why(asked, why):
    assert problem(of(), asked) is why


@pytest.mark.parametrize("words", ["độ", "e\u0301t", "👍🏽", "👩‍🌾"])
def test_no_letter_is_cut_in_two(words):
    text = f"Ý {words}\u0323 hay"
    first = text.index(words)
    cut = [at for at in range(len(text) + 1) if problem_at(text, at) is Problem.SPLITS]
    marks = [
        n
        for n in range(first + 1, first + len(words) + 1)
        if not text[n].isalpha() and text[n] != " "
    ]
    assert set(marks) <= set(cut)
    assert first not in cut


def problem_at(text: str, at: int) -> Problem | None:
    try:
        lay(of(text), [Asked("body", at, len(text), "insult")])
    except MaskError as refused:
        return refused.problem
    return None


def test_two_masks_may_touch_but_not_overlap():
    one, other = mask("Trần Văn"), mask("Văn Bảy")
    assert problem(of(), one, other) is Problem.OVERLAP
    assert problem(of(), one, mask("Văn")) is Problem.OVERLAP
    assert shown(of(), [mask("Trần "), mask("Văn Bảy")])[Field.BODY].startswith(
        f"Ông {COVER}{COVER},"
    )


def test_a_text_is_not_covered_word_by_word():
    body = " ".join(f"a{n}" for n in range(MOST + 2))
    each = [mask(f"a{n}", body) for n in range(0, 9)]
    assert lay(of(body), each)
    every = [Asked("body", m.start(), m.end(), "spam") for m in re.finditer(r"\w+", body)][:-1]
    assert problem(of(body), *every) is Problem.TOO_MANY


def test_one_person_covers_for_no_reason_that_needs_two():
    assert MASKABLE
    assert not MASKABLE & TWO_PERSONS
    assert set(LABELS) == set(Reason)


@settings(deadline=None)
@given(st.data(), fields)
def test_covered_words_cannot_be_read_and_all_others_can(data, written):
    written[Field.BODY] += [" ", "t", "h", "ô", "i"]
    words = {field: "".join(letters) for field, letters in written.items()}
    asked = [one for field in Field for one in data.draw(_masks(field, written[field]))]
    try:
        laid = lay(words, asked)
    except MaskError as refused:
        # of passages made as these are nothing else can be wrong
        event(refused.problem.value)
        if refused.problem not in (Problem.EMPTY, Problem.NOTHING_LEFT):
            raise
        return
    assert {(a.field, a.start, a.end) for a in asked} <= {(o.field, o.start, o.end) for o in laid}
    for field, text in words.items():
        mine = [one for one in laid if one.field == field]
        after = covered(text, [(one.start, one.end) for one in mine])
        assert all(after[one.shown_start :].startswith(COVER) for one in mine)
        back = [(one.shown_start, text[one.start : one.end]) for one in mine]
        assert uncovered(after, back) == text
        left = _between(after, mine)
        kept = [c for n, c in enumerate(text) if not any(o.start <= n < o.end for o in mine)]
        assert "".join(left) == "".join(kept)
        for one in asked:
            passage = words[Field(one.field)][one.start : one.end].strip()
            if any(c.isalnum() for c in passage):
                assert not any(_reads(piece, passage) for piece in left)


@given(st.text(st.sampled_from("ab ,"), max_size=30), st.text(st.sampled_from("ab ,"), max_size=30))
def test_a_planted_secret_is_nowhere_in_what_is_shown(before, after):
    secret = "0912345678"
    body = f"{before} {secret} {after} {secret}. còn lại"
    for text in shown(of(body, f"x {secret}", secret), [mask(secret, body)]).values():
        assert secret not in text


@st.composite
def _masks(draw, field: Field, letters: list[str]) -> list[Asked]:
    """Passages of whole letters that do not overlap; they may touch."""
    edges = [sum(map(len, letters[:n])) for n in range(len(letters) + 1)]
    cuts = sorted(draw(st.sets(st.sampled_from(edges), max_size=6)))
    return [
        Asked(field.value, start, end, draw(st.sampled_from(ALONE)))
        for start, end in pairwise(cuts)
        if draw(st.booleans())
    ]


def _between(after: str, laid: list[Laid]) -> list[str]:
    """What stands between the covers."""
    edges = [0]
    for one in laid:
        edges += [one.shown_start, one.shown_start + len(COVER)]
    edges.append(len(after))
    return [after[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]


def _reads(piece: str, passage: str) -> bool:
    """Whether the passage stands there as whole words, told letter by letter."""
    low, wanted = piece.lower(), passage.lower()
    if len(low) != len(piece) or len(wanted) != len(passage):
        return False
    for at in range(len(low) - len(wanted) + 1):
        if low[at : at + len(wanted)] != wanted:
            continue
        end = at + len(wanted)
        before, behind = piece[at - 1 : at] if at else "", piece[end : end + 1]
        joined = (_word(before) and _word(passage[0])) or (_word(behind) and _word(passage[-1]))
        marked = behind in ("\u0323", "🏽", "\u200d") or before == "\u200d"
        if not joined and not marked:
            return True
    return False


def _word(character: str) -> bool:
    return bool(character) and (character.isalnum() or character == "_")
