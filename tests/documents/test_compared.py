"""Two versions in one: every provision and every word of both is there, once, in its place."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.compared import Comparison, Entry, compare, cut
from app.documents.exports.source import Unit
from app.documents.grids import grid
from app.documents.lineage.align import align
from app.documents.lineage.pairs import Fate, Pair
from app.documents.nodes import Kind
from app.documents.redline import Op, Run, redline

WORDS = [
    "hộ",
    "gia",
    "đình",
    "được",
    "hỗ",
    "trợ",
    "nước",
    "sạch",
    "tại",
    "xã",
    "miền",
    "núi",
    "theo",
    "mức",
    "quy",
    "định",
    "của",
    "hội",
    "đồng",
    "nhân",
    "dân",
    "cơ",
    "quan",
    "đơn",
    "vị",
    "cấp",
    "nước",
    "có",
    "trách",
    "nhiệm",
    "công",
    "khai",
    "minh",
    "bạch",
    "kinh",
    "phí",
    "hằng",
    "năm",
]


def article(number: int, heading: str = "Tên điều", text: str = "") -> Unit:
    return Unit(
        Kind.ARTICLE, str(number), heading, text, f"dieu-{number}", 0, label=f"Điều {number}."
    )


def clause(at: str, number: int, text: str) -> Unit:
    return Unit(Kind.CLAUSE, str(number), "", text, f"{at}.khoan-{number}", 1, label=f"{number}.")


def before(runs: list[Run]) -> str:
    return "".join(run.text for run in runs if run.op is not Op.INS)


def after(runs: list[Run]) -> str:
    return "".join(run.text for run in runs if run.op is not Op.DEL)


def aligned(old: list[Unit], new: list[Unit]) -> Comparison:
    return compare(old, new, align(old, new))


def places(comparison: Comparison) -> list[tuple[str | None, str | None, Fate]]:
    return [
        (
            None if entry.old is None else comparison.old[entry.old].anchor,
            None if entry.new is None else comparison.new[entry.new].anchor,
            entry.fate,
        )
        for entry in comparison.entries()
    ]


@st.composite
def versions(draw: st.DrawFn) -> tuple[list[Unit], list[Unit]]:
    """A text and the same after somebody took out, put in, moved, changed and renumbered units."""
    chance = random.Random(draw(st.integers(0, 10**6)))

    def words(count: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(count))

    old = [
        (words(4), [words(chance.randint(3, 30)) for _ in range(chance.randint(0, 4))])
        for _ in range(draw(st.integers(0, 6)))
    ]
    new = [(heading, list(clauses)) for heading, clauses in old]
    for _ in range(draw(st.integers(0, 6))):
        if not new:
            break
        at = chance.randrange(len(new))
        clauses = new[at][1]
        match chance.randrange(6):
            case 0:
                del new[at]
            case 1:
                new.insert(at, (words(4), [words(12)]))
            case 2:
                new.insert(chance.randrange(len(new)), new.pop(at))
            case 3 if clauses:
                new[chance.randrange(len(new))][1].append(clauses.pop())
            case 4 if clauses:
                clauses[0] = clauses[0][: len(clauses[0]) // 2] + words(5)
            case 5 if clauses:
                first, *rest = clauses
                half = len(first.split()) // 2
                clauses[:] = [
                    " ".join(first.split()[:half]),
                    " ".join(first.split()[half:]),
                    *rest,
                ]
    return numbered(old), numbered(new)


def numbered(told: list[tuple[str, list[str]]]) -> list[Unit]:
    units = []
    for n, (heading, clauses) in enumerate(told, 1):
        units.append(article(n, heading))
        units += [clause(f"dieu-{n}", m, text) for m, text in enumerate(clauses, 1)]
    return units


@settings(deadline=None, max_examples=80)
@given(versions())
def test_every_provision_is_there_once(both: tuple[list[Unit], list[Unit]]) -> None:
    comparison = aligned(*both)
    entries = comparison.entries()
    news = [entry.new for entry in entries if entry.new is not None]
    assert news == list(range(len(both[1]))), "the newer text in its own order"
    # an older one stands where it was, as what carries it on or as what is left there
    stood = [entry.old for entry in entries if entry.old is not None and not entry.moved]
    assert stood_in_order(entries)
    assert sorted(stood) == list(range(len(both[0])))
    assert {entry.old for entry in entries if entry.moved} <= {
        entry.old for entry in entries if entry.gone_to
    }


def stood_in_order(entries: list[Entry]) -> bool:
    """Under one parent of the newer text what the older one had is in the older order."""
    return all(
        sorted(olds) == olds
        for entry in entries
        for olds in [[c.old for c in entry.children if c.old is not None and not c.moved]]
    )


@settings(deadline=None, max_examples=80)
@given(versions())
def test_every_word_of_both_is_there(both: tuple[list[Unit], list[Unit]]) -> None:
    comparison = aligned(*both)
    for entry in comparison.entries():
        if entry.new is None:
            continue
        assert after(entry.text) == both[1][entry.new].text
        assert after(entry.heading) == both[1][entry.new].heading
        if entry.old is not None and not entry.came_from and entry.fate is not Fate.SPLIT:
            assert before(entry.text) == both[0][entry.old].text
            assert before(entry.heading) == both[0][entry.old].heading


def test_what_is_removed_stands_after_the_sibling_that_stayed() -> None:
    old = numbered([("Phạm vi", ["Một điều gì đó rất riêng."]), ("Đối tượng", []), ("Mức", [])])
    new = numbered([("Phạm vi", ["Một điều gì đó rất riêng.", "Khoản thêm."]), ("Mức", [])])
    assert places(aligned(old, new)) == [
        ("dieu-1", "dieu-1", Fate.KEPT),
        ("dieu-1.khoan-1", "dieu-1.khoan-1", Fate.KEPT),
        (None, "dieu-1.khoan-2", Fate.ADDED),
        ("dieu-2", None, Fate.REMOVED),
        ("dieu-3", "dieu-2", Fate.KEPT),
    ]


def test_a_move_is_told_at_both_places() -> None:
    text = "Kinh phí hỗ trợ do ngân sách tỉnh bảo đảm theo phân cấp hiện hành."
    old = numbered([("Mức hỗ trợ", ["Ba triệu đồng mỗi hộ.", text]), ("Hiệu lực", ["Ngay."])])
    new = numbered([("Mức hỗ trợ", ["Ba triệu đồng mỗi hộ."]), ("Hiệu lực", ["Ngay.", text])])
    comparison = aligned(old, new)
    here = next(entry for entry in comparison.entries() if entry.moved)
    there = next(entry for entry in comparison.entries() if entry.gone_to)
    assert here.new is not None
    assert here.old == there.old
    assert there.gone_to == (here.new,)
    assert new[here.new].anchor == "dieu-2.khoan-2"
    assert here.text == [Run(Op.SAME, text)], "a move is no change of words"
    assert comparison.counts()[Fate.MOVED] == 1


def test_what_a_split_hands_on_is_not_shown_as_new() -> None:
    text = "Hộ nghèo được hỗ trợ ba triệu đồng. Hộ cận nghèo được hỗ trợ hai triệu đồng."
    first, second = text.split(". ")
    old = [article(1), clause("dieu-1", 1, text)]
    new = [article(1), clause("dieu-1", 1, first + "."), clause("dieu-1", 2, second)]
    pairs = [
        Pair(0, 0, Fate.KEPT, 1, False, True, False),
        Pair(1, 1, Fate.SPLIT, 0.6, True, True, False),
        Pair(1, 2, Fate.SPLIT, 0.6, True, False, False),
    ]
    _, one, other = compare(old, new, pairs).entries()
    assert (one.old, other.old, other.came_from) == (1, None, (1,))
    assert one.text == [Run(Op.SAME, first + ".")]
    assert other.text == [Run(Op.SAME, second)]


def test_what_was_moved_and_moved_back_did_not_move() -> None:
    units = [article(1), clause("dieu-1", 1, "Một."), clause("dieu-1", 2, "Hai.")]
    pairs = [
        Pair(0, 0, Fate.KEPT, 1, False, True, False),
        Pair(1, 1, Fate.KEPT, 1, False, True, False),
        Pair(2, 2, Fate.MOVED, 1, False, True, False),
    ]
    assert not any(entry.changed for entry in compare(units, units, pairs).entries())


def test_blocks_begin_at_headings() -> None:
    units = numbered([("Phạm vi", ["Một.", "Hai."]), ("Mức", ["Ba."])])
    blocks = aligned(units, units).blocks()
    assert [(block.head.new, len(block.entries)) for block in blocks] == [(0, 2), (3, 1)]


words = st.lists(st.sampled_from(["một", "hai", "ba", "bốn"]), max_size=6).map(" ".join)


@given(st.lists(words, min_size=1, max_size=4), st.lists(words, min_size=1, max_size=4))
def test_a_cut_loses_no_word(olds: list[str], news: list[str]) -> None:
    pieces = cut(redline("\n".join(olds), "\n".join(news)), [len(text) for text in news])
    assert [after(piece) for piece in pieces] == news
    kept = "".join(before(piece) for piece in pieces)
    assert "".join(kept.split()) == "".join("".join(olds).split())


tables = st.lists(st.tuples(words, words), max_size=5)


@given(tables, tables)
def test_a_table_holds_all_cells_of_both(old: list[tuple], new: list[tuple]) -> None:
    rows = grid(old, new)
    olds = [tuple(map(before, row.cells)) for row in rows if row.op is not Op.INS]
    news = [tuple(map(after, row.cells)) for row in rows if row.op is not Op.DEL]
    assert (olds, news) == (old, new)


def test_a_cell_that_changed_is_shown_within_its_row() -> None:
    old = [("Vùng", "Mức"), ("Miền núi", "3.000.000 đồng"), ("Hải đảo", "2.000.000 đồng")]
    new = [("Vùng", "Mức"), ("Miền núi", "4.000.000 đồng"), ("Hải đảo", "2.000.000 đồng")]
    changed = [row for row in grid(old, new) if any(len(cell) > 1 for cell in row.cells)]
    assert [[after(cell) for cell in row.cells] for row in changed] == [
        ["Miền núi", "4.000.000 đồng"]
    ]
    assert not any(row.op for row in grid(old, new))


def test_a_table_with_another_column_replaces_the_old_one() -> None:
    assert [row.op for row in grid([("a", "b")], [("a", "b", "c")])] == [Op.DEL, Op.INS]
