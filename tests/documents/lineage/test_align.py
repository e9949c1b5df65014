"""Alignment keeps lineages whatever is done to a text, and owns up to what it does not know."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.lineage.align import align, repaired
from app.documents.lineage.pairs import Fate, Pair, Unit
from app.documents.lineage.similarity import wording
from app.documents.nodes import Kind
from tests.documents.lineage.labelled import law, units

LAWS = ("luat-06-2003-qh11", "luat-104-2016-qh13", "luat-69-2014-qh13")
SLIGHTLY = settings(deadline=None, max_examples=8)


def clause(number: int | str, text: str, depth: int = 1) -> Unit:
    kind = Kind.CLAUSE if depth == 1 else Kind.POINT
    return Unit(kind, str(number), "", text, f"khoan-{number}", depth)


def article(number: int, heading: str, text: str = "") -> Unit:
    return Unit(Kind.ARTICLE, str(number), heading, text, f"dieu-{number}", 0)


def decided(
    pairs: list[Pair], old: list[Unit], new: list[Unit], one: int, other: int | None
) -> list[Pair]:
    """The pairs once a person has said what became of one unit."""
    return repaired(pairs, old, new, [(one, other, False)])


def fates(pairs: list[Pair]) -> dict[tuple[int | None, int | None], Fate]:
    return {(pair.old, pair.new): pair.fate for pair in pairs}


BUS = "Xe buýt chạy qua cổng trường phải giảm tốc độ và nhường đường cho học sinh."
FERRY = "Bến phà ngang sông ngừng hoạt động khi mực nước vượt báo động hai."
SMOKE = "Không đốt rơm rạ trong phạm vi năm trăm mét tính từ đường cao tốc."
WELL = "Giếng khoan hỏng được trám lấp theo hướng dẫn của cơ quan quản lý tài nguyên nước."
TREES = "Cây xanh đường phố bị chặt hạ phải được trồng bù trong vòng sáu tháng."


def sound(pairs: list[Pair], old: list[Unit], new: list[Unit]) -> None:
    """What holds of every answer: all units covered, one heir each, flags that agree."""
    assert {pair.old for pair in pairs} - {None} == set(range(len(old)))
    assert {pair.new for pair in pairs} - {None} == set(range(len(new)))
    links = [(pair.old, pair.new) for pair in pairs]
    assert len(set(links)) == len(links)
    for side in (0, 1):
        heirs = Counter(
            link[side] for link, pair in zip(links, pairs, strict=True) if pair.continues
        )
        assert not heirs or max(heirs.values()) == 1
    order = [
        (pair.new is None, pair.new or 0, -1 if pair.old is None else pair.old) for pair in pairs
    ]
    assert order == sorted(order)
    for pair in pairs:
        alone = pair.old is None or pair.new is None
        assert alone == (pair.fate in (Fate.REMOVED, Fate.ADDED))
        assert 0 <= pair.score <= 1
        if alone:
            assert (pair.score, pair.reworded, pair.continues) == (0, False, False)
        else:
            assert pair.reworded == (pair.score < 1)
        if pair.fate in (Fate.KEPT, Fate.REWORDED):
            assert pair.continues
            assert pair.reworded == (pair.fate is Fate.REWORDED)
    several = {Fate.SPLIT: 0, Fate.MERGED: 1}
    for pair, link in zip(pairs, links, strict=True):
        if pair.fate in several:
            side = several[pair.fate]
            group = [p for p, other in zip(pairs, links, strict=True) if other[side] == link[side]]
            assert len(group) > 1


@pytest.mark.parametrize("name", [*LAWS, "bo-luat-91-2015-qh13"])
def test_a_text_aligned_to_itself_is_kept_without_doubt(name: str) -> None:
    text = units(law(name))
    pairs = align(text, text)
    assert [(pair.old, pair.new) for pair in pairs] == [(n, n) for n in range(len(text))]
    assert {(pair.fate, pair.score, pair.doubtful) for pair in pairs} == {(Fate.KEPT, 1.0, False)}


def test_two_texts_that_have_nothing_in_common_share_nothing() -> None:
    old, new = [clause(1, BUS, 0), clause(2, FERRY, 0)], [clause(1, SMOKE, 0)]
    pairs = align(old, new)
    assert [(p.old, p.new, p.fate) for p in pairs] == [
        (None, 0, Fate.ADDED),
        (0, None, Fate.REMOVED),
        (1, None, Fate.REMOVED),
    ]


def test_nothing_at_all_is_aligned_too() -> None:
    assert align([], []) == []
    assert [pair.fate for pair in align([], [clause(1, BUS, 0)])] == [Fate.ADDED]
    assert [pair.fate for pair in align([clause(1, BUS, 0)], [])] == [Fate.REMOVED]


EDITS = st.tuples(st.sampled_from(LAWS), st.integers(0, 10_000), st.integers(0, 25))


def edited(name: str, seed: int, count: int) -> tuple[list[Unit], list[Unit]]:
    """A real law, and the same after units were deleted, moved anywhere, changed and put in."""
    old = list(units(law(name)))
    chance = Random(seed)
    new = list(old)
    for _ in range(count):
        at = chance.randrange(len(new))
        match chance.choice("dmri"):
            case "d":
                del new[at]
            case "m":
                new.insert(chance.randrange(len(new)), new.pop(at))
            case "r":
                words = new[at].text.split()
                chance.shuffle(words)
                new[at] = replace(new[at], text=" ".join(words[: len(words) // 2 + 1]))
            case _:
                new.insert(at, replace(new[at], text=f"{FERRY} {chance.random()}"))
    return old, new


@SLIGHTLY
@given(EDITS)
def test_what_survives_word_by_word_keeps_its_lineage(edits: tuple[str, int, int]) -> None:
    old, new = edited(*edits)
    pairs = align(old, new)
    sound(pairs, old, new)
    words = [[wording(unit).spelled for unit in side] for side in (old, new)]
    counts = [Counter(side) for side in words]
    heirs = {pair.old: pair.new for pair in pairs if pair.continues}
    places = {spelled: at for at, spelled in enumerate(words[1])}
    for at, spelled in enumerate(words[0]):
        if spelled and counts[0][spelled] == 1 == counts[1][spelled]:
            assert heirs.get(at) == places[spelled], old[at].anchor


@SLIGHTLY
@given(EDITS)
def test_kept_and_reworded_are_the_same_from_either_side(edits: tuple[str, int, int]) -> None:
    old, new = edited(*edits)
    alike = (Fate.KEPT, Fate.REWORDED)
    there = {(p.old, p.new, p.fate) for p in align(old, new) if p.fate in alike}
    back = {(p.new, p.old, p.fate) for p in align(new, old) if p.fate in alike}
    assert there == back


def test_an_insertion_renumbers_and_everything_behind_it_is_kept() -> None:
    old = [article(1, "Giao thông"), clause(1, BUS), clause(2, FERRY), article(2, "Đốt", SMOKE)]
    new = [
        article(1, "Nguồn nước", WELL),
        article(2, "Giao thông"),
        clause(1, TREES),
        clause(2, BUS),
        clause(3, FERRY),
        article(3, "Đốt", SMOKE),
    ]
    told = fates(align(old, new))
    kept = {(0, 1): Fate.KEPT, (1, 3): Fate.KEPT, (2, 4): Fate.KEPT, (3, 5): Fate.KEPT}
    assert told == kept | {(None, 0): Fate.ADDED, (None, 2): Fate.ADDED}


def test_case_spaces_tone_marks_and_the_last_stop_reword_nothing() -> None:
    old = [clause(1, "Hoà giải ở cơ sở;", 0)]
    new = [clause(1, "HÒA  giải\nở cơ sở.", 0)]
    (pair,) = align(old, new)
    assert (pair.fate, pair.score) == (Fate.KEPT, 1.0)
    (pair,) = align(old, [clause(1, "Hoà giải, ở cơ sở.", 0)])
    assert pair.fate is Fate.REWORDED
    assert pair.score < 1


def test_a_moved_article_takes_its_clauses_along() -> None:
    chapters = [Unit(Kind.CHAPTER, n, f"CHƯƠNG {n}", "", f"chuong-{n}", 0) for n in "III"[:2]]
    one, two = chapters[0], replace(chapters[1], number="II", heading="ĐIỀU KHOẢN THI HÀNH")
    inner = [replace(article(1, "Giao thông"), depth=1), clause(1, BUS, 2), clause(2, FERRY, 2)]
    rest = [replace(article(2, "Đốt", SMOKE), depth=1), replace(article(3, "Cây", TREES), depth=1)]
    old = [one, *inner, rest[0], two, rest[1]]
    new = [one, rest[0], two, *inner, rest[1]]
    told = {old[o].text or old[o].heading: fate for (o, _), fate in fates(align(old, new)).items()}
    assert told.pop("Giao thông") is Fate.MOVED
    assert set(told.values()) == {Fate.KEPT}


def test_of_siblings_in_another_order_the_longest_run_stays() -> None:
    texts = [BUS, FERRY, SMOKE, WELL, TREES]
    old = [clause(n, text, 0) for n, text in enumerate(texts)]
    new = [clause(n, text, 0) for n, text in enumerate([TREES, BUS, FERRY, SMOKE, WELL])]
    told = fates(align(old, new))
    assert told.pop((4, 0)) is Fate.MOVED
    assert set(told.values()) == {Fate.KEPT}


def test_a_split_and_a_merge_say_so_on_every_pair_and_one_continues() -> None:
    old = [article(1, "Chung"), clause(1, f"{BUS} {SMOKE}"), clause(2, WELL)]
    new = [article(1, "Chung"), clause(1, BUS), clause(2, SMOKE), clause(3, WELL)]
    pairs = align(old, new)
    split = [pair for pair in pairs if pair.fate is Fate.SPLIT]
    assert [(p.old, p.new, p.continues) for p in split] == [(1, 1, True), (1, 2, False)]
    merged = [pair for pair in align(new, old) if pair.fate is Fate.MERGED]
    assert [(p.old, p.new, p.continues) for p in merged] == [(1, 1, True), (2, 1, False)]


def test_what_is_weak_or_has_a_rival_is_doubtful() -> None:
    half = "Bến phà ngang sông chỉ chở khách đi bộ khi mực nước dâng cao trong mùa lũ."
    old = [clause(1, FERRY, 0), clause(2, SMOKE, 0)]
    pairs = align(old, [clause(1, half, 0), clause(2, SMOKE, 0)])
    assert [(p.fate, p.doubtful) for p in pairs] == [(Fate.REWORDED, True), (Fate.KEPT, False)]
    twins = [clause(4, f"{SMOKE} Phạt nặng.", 0), clause(5, f"{SMOKE} Xử nghiêm.", 0)]
    best = next(p for p in align([clause(2, SMOKE, 0)], twins) if p.continues)
    assert best.doubtful


OLD = [article(1, "Giao thông"), clause(1, BUS), clause(2, FERRY), article(2, "Đốt", SMOKE)]
NEW = [article(1, "Đường"), clause(1, TREES), clause(2, FERRY), article(2, "Nước", WELL)]


def test_a_person_attaches_removes_and_confirms() -> None:
    pairs = align(OLD, NEW)
    assert fates(pairs)[None, 3] is Fate.ADDED
    attached = decided(pairs, OLD, NEW, 3, 3)
    sound(attached, OLD, NEW)
    (said,) = [pair for pair in attached if pair.old == 3]
    assert (said.new, said.fate, said.continues, said.doubtful) == (3, Fate.REWORDED, True, False)
    untouched = [pair for pair in pairs if 3 not in (pair.old, pair.new)]
    assert [pair for pair in attached if 3 not in (pair.old, pair.new)] == untouched
    removed = decided(attached, OLD, NEW, 3, None)
    assert removed == pairs
    assert decided(attached, OLD, NEW, 3, 3) == attached


def test_what_was_confirmed_stays_so_whatever_is_said_next() -> None:
    old = [
        article(1, "Chung", BUS),
        article(2, "Riêng"),
        clause(1, "Tem thư.", 1),
        article(3, "Đốt", SMOKE),
    ]
    new = [
        article(1, "Chung", BUS),
        clause(1, "Tem thư."),
        article(2, "Riêng"),
        article(3, "Nước", WELL),
    ]
    pairs = align(old, new)
    (stamp,) = [pair for pair in pairs if pair.old == 2]
    assert (stamp.new, stamp.fate, stamp.doubtful) == (1, Fate.MOVED, True)
    confirmed = decided(pairs, old, new, 2, 1)
    later = decided(confirmed, old, new, 3, 3)
    assert replace(stamp, doubtful=False) in confirmed
    assert replace(stamp, doubtful=False) in later


def test_attaching_an_article_lets_its_children_find_each_other() -> None:
    old = [article(1, "Giao thông"), clause(1, BUS), clause(2, FERRY)]
    new = [
        article(1, "Nước", WELL),
        clause(1, TREES),
        article(2, "Đường"),
        clause(1, f"{BUS} Phạt nặng."),
    ]
    pairs = decided(align(old, new), old, new, 0, None)
    assert next(pair for pair in pairs if pair.old == 1).fate is Fate.MOVED
    told = fates(decided(pairs, old, new, 0, 2))
    assert told[0, 2] is Fate.REWORDED
    assert told[1, 3] is Fate.REWORDED
    assert told[2, None] is Fate.REMOVED


def test_two_that_a_person_puts_into_one_are_merged_and_one_continues() -> None:
    pairs = align(OLD, NEW)
    assert fates(pairs)[2, 2] is Fate.KEPT
    told = decided(pairs, OLD, NEW, 1, 2)
    sound(told, OLD, NEW)
    merged = {pair.old: pair.continues for pair in told if pair.fate is Fate.MERGED}
    assert merged == {1: False, 2: True}
    assert not any(pair.doubtful for pair in told if pair.old in merged)


@SLIGHTLY
@given(EDITS, st.integers(0), st.none() | st.integers(0))
def test_whatever_a_person_says_the_answer_is_sound_and_says_it(
    edits: tuple[str, int, int], one: int, other: int | None
) -> None:
    old, new = edited(*edits)
    pairs = align(old, new)
    one, other = one % len(old), None if other is None else other % len(new)
    told = decided(pairs, old, new, one, other)
    sound(told, old, new)
    said = [pair for pair in told if pair.old == one and pair.new == other]
    assert [pair.doubtful for pair in said] == [False]


def test_what_is_said_at_once_is_what_is_said_one_after_the_other() -> None:
    pairs = align(OLD, NEW)
    words = [(3, 3, False), (1, 1, False), (1, None, False), (2, 2, False)]
    single = pairs
    for one, other, _ in words:
        single = decided(single, OLD, NEW, one, other)
    assert repaired(pairs, OLD, NEW, words) == single


def test_an_heir_carries_the_lineage_on_whatever_else_its_words_are_like() -> None:
    old = [article(1, "Xe", BUS), article(2, "Đò", FERRY)]
    new = [article(1, "Xe", FERRY), article(2, "Cây", TREES)]
    pairs = align(old, new)
    assert [pair.new for pair in pairs if pair.old == 1 and pair.continues] == [0]
    for heir, lives_on in ((False, 1), (True, 0)):
        told = repaired(pairs, old, new, [(0, 0, heir)])
        assert [pair.old for pair in told if pair.new == 0 and pair.continues] == [lives_on]
