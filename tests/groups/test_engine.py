"""Groups follow the comments, stay when they are made anew, and leave alone what people did."""

from __future__ import annotations

import subprocess
import sys
from array import array

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.cli.groups import groups as command
from app.comments.models import Comment
from app.comments.publish import withdraw
from app.extensions import db
from app.groups import engine
from app.groups.answer import Answer
from app.groups.keeping import keep
from app.groups.models import CommentGroup, CommentPrint, GroupSuggestion, PrintKey, Tier
from app.groups.steps import merge, split
from app.kit import clock
from tests.groups.made import ids

LETTER = (
    "Thu phí rác theo đầu người khiến nhà đông trẻ nhỏ trả nhiều hơn cả quán nhậu. "
    "Xin tính theo số túi đã phân loại, rồi dán bảng thu chi từng quý ở nhà văn hóa thôn."
)
REWORDED = (
    "Thu tiền rác theo đầu người làm nhà đông con nhỏ phải trả nhiều hơn cả quán nhậu. Mong "
    "tính theo số túi đã phân loại, sau đó dán bảng thu chi từng quý tại nhà văn hóa thôn."
)
UNACCENTED = (
    "Thu phi rac theo dau nguoi khien nha dong tre nho tra nhieu hon ca quan nhau. "
    "Xin tinh theo so tui da phan loai, roi dan bang thu chi tung quy o nha van hoa thon."
)
OTHER = (
    "Ca hai ở khu công nghiệp tan lúc nửa đêm mà chuyến buýt cuối chạy trước đó cả tiếng, "
    "công nhân nữ phải đi bộ bốn cây số qua đoạn tối."
)
OTHER_REWORDED = OTHER.replace("công nhân nữ phải", "chị em đành") + " Xin thêm đèn."


def standing(tier: Tier) -> dict[int, list[int]]:
    """The groups of a tier that have members."""
    query = select(CommentGroup.id).where(CommentGroup.tier == tier.value)
    found = {
        group_id: ids(group_id) for group_id in db.session.scalars(query.order_by(CommentGroup.id))
    }
    db.session.rollback()
    return {group_id: members for group_id, members in found.items() if members}


def number(comment) -> int:
    found = comment.id
    db.session.rollback()
    return found


@pytest.fixture
def said(world, drain):
    """Writes comments on one consultation, followed; returns their numbers."""
    consultation = world.consultation()

    def say(*bodies: str, **words: object) -> list[int]:
        made = [number(world.comment(consultation, body, **words)) for body in bodies]
        drain()
        return made

    say.consultation_id = consultation.id
    say.agency = consultation.dossier.agency
    db.session.rollback()
    return say


def test_each_comment_finds_its_like_as_it_comes(said):
    first, copy, *others = said(LETTER, LETTER.upper() + "!", REWORDED, UNACCENTED, OTHER)
    assert list(standing(Tier.EXACT).values()) == [[first, copy]]
    assert list(standing(Tier.NEAR).values()) == [[first, copy, *others[:2]]]


def test_copies_alone_are_no_reworded_campaign(said):
    first, copy = said(LETTER, LETTER)
    assert list(standing(Tier.EXACT).values()) == [[first, copy]]
    assert not standing(Tier.NEAR)


def test_short_equals_stand_together_but_are_no_campaign(said):
    first, second, _ = said("Tôi đồng ý.", "tôi đồng ý", "Tôi đồng ý với dự thảo")
    (group_id,) = standing(Tier.EXACT)
    assert ids(group_id) == [first, second]
    assert db.session.get(CommentGroup, group_id).formula
    assert not standing(Tier.NEAR)


def test_late_comments_are_grouped_too(said, world):
    (first,) = said(LETTER)
    late = clock.now().replace(year=clock.now().year + 2)
    (second,) = said(REWORDED, at=late)
    assert list(standing(Tier.NEAR).values()) == [[first, second]]


def test_the_reader_bears_being_called_twice(said, drain):
    said(LETTER, LETTER, REWORDED)
    before = standing(Tier.EXACT), standing(Tier.NEAR)
    db.session.execute(db.text("DELETE FROM ledger_cursor WHERE name = 'groups'"))
    db.session.commit()
    drain()
    assert (standing(Tier.EXACT), standing(Tier.NEAR)) == before


def test_who_takes_back_leaves_and_the_rest_stays_together(said, drain, world):
    first, copy, reworded = said(LETTER, LETTER, REWORDED)
    take_back(first, drain)
    (near,) = standing(Tier.NEAR).values()
    assert near == [copy, reworded]
    assert not standing(Tier.EXACT)
    group = db.session.scalar(select(CommentGroup).where(CommentGroup.messages == 2))
    assert group.representative_id == copy
    db.session.rollback()
    (later,) = said(REWORDED + " Cảm ơn.")
    assert list(standing(Tier.NEAR).values()) == [[copy, reworded, later]]


def test_a_twin_that_has_keys_of_its_own_keeps_them_when_the_first_leaves(said, drain):
    first, copy = said(LETTER, LETTER)
    consultation_id = db.session.get_one(Comment, first).consultation_id
    keys = db.session.scalars(select(PrintKey.shingle).where(PrintKey.comment_id == first)).all()
    assert len(keys) > 1
    twins = {"consultation_id": consultation_id, "comment_id": copy}
    db.session.add(PrintKey(**twins, shingle=keys[0]))
    db.session.commit()
    take_back(first, drain)
    rows = db.session.execute(select(PrintKey.comment_id, PrintKey.shingle)).all()
    assert sorted(rows) == sorted((copy, key) for key in keys)


def test_nothing_is_kept_of_comments_that_were_all_taken_back_meanwhile(said, drain):
    late = said(LETTER, REWORDED)
    consultation_id = db.session.get_one(Comment, late[0]).consultation_id
    for comment in late:
        take_back(comment, drain)
    found = Answer(comments=array("q", late), prints=array("q", [1, 2]))
    keep(consultation_id, found, lambda _done, _of: None)
    assert not db.session.scalars(select(CommentPrint)).all()


def test_whoever_is_left_alone_is_in_no_group(said, drain):
    first, second = said(LETTER, REWORDED)
    take_back(second, drain)
    assert not standing(Tier.NEAR)
    assert db.session.scalars(select(CommentGroup.messages)).all() == [0]
    assert set(db.session.scalars(select(PrintKey.comment_id))) == {first}
    assert list(db.session.scalars(select(CommentPrint.comment_id))) == [first]


def take_back(comment_id: int, drain) -> None:
    comment = db.session.get_one(engine.sources.Comment, comment_id)
    withdraw(comment, clock.now())
    db.session.commit()
    drain()


def test_made_anew_the_same_groups_have_the_same_numbers(said):
    said(LETTER, LETTER, REWORDED, UNACCENTED, OTHER, OTHER_REWORDED, "Đồng ý", "đồng ý")
    before = standing(Tier.EXACT), standing(Tier.NEAR)
    keys = sorted(db.session.execute(select(PrintKey.shingle, PrintKey.comment_id)))
    db.session.rollback()
    steps: list[tuple[int, int]] = []
    engine.regroup(said.consultation_id, lambda done, of: steps.append((done, of)))
    assert (standing(Tier.EXACT), standing(Tier.NEAR)) == before
    assert len(before[1]) == 2
    assert steps == sorted(steps)
    assert steps[-1] == (100, 100)
    engine.regroup(said.consultation_id)
    again = sorted(db.session.execute(select(PrintKey.shingle, PrintKey.comment_id)))
    db.session.rollback()
    assert {one for _, one in again} == {one for _, one in keys}


def test_made_from_nothing_they_are_those_made_one_by_one(said):
    said(LETTER, LETTER, REWORDED, UNACCENTED, OTHER, OTHER_REWORDED, "Đồng ý", "đồng ý")
    before = standing(Tier.EXACT), standing(Tier.NEAR)
    for table in ("group_member", "comment_group", "comment_print", "print_key"):
        db.session.execute(db.text(f"DELETE FROM {table}"))
    db.session.commit()
    engine.regroup(said.consultation_id)
    assert [[*found.values()] for found in (standing(Tier.EXACT), standing(Tier.NEAR))] == [
        [*found.values()] for found in before
    ]


def test_what_a_person_joined_stays_joined_and_new_copies_follow(said, world):
    one, two, three, four = said(LETTER, REWORDED, OTHER, OTHER_REWORDED)
    officer = world.officer(said.agency, Role.DRAFTER)
    groups = [db.session.get_one(CommentGroup, group_id) for group_id in standing(Tier.NEAR)]
    kept, gone = (group.id for group in groups)
    merge(groups, groups[0], {}, officer, clock.now())
    db.session.commit()
    engine.regroup(said.consultation_id)
    assert standing(Tier.NEAR) == {kept: [one, two, three, four]}
    (copy,) = said(OTHER + " Xin cảm ơn các anh chị.")
    assert standing(Tier.NEAR) == {kept: [one, two, three, four, copy]}
    engine.regroup(said.consultation_id)
    assert standing(Tier.NEAR) == {kept: [one, two, three, four, copy]}
    assert db.session.get_one(CommentGroup, gone).merged_into == kept


def test_what_a_person_split_stays_apart(said, world):
    one, two, three = said(LETTER, REWORDED, UNACCENTED)
    officer = world.officer(said.agency, Role.DRAFTER)
    (group_id,) = standing(Tier.NEAR)
    made = split(db.session.get_one(CommentGroup, group_id), [three], 0, officer, clock.now()).id
    db.session.commit()
    engine.regroup(said.consultation_id)
    assert standing(Tier.NEAR) == {group_id: [one, two], made: [three]}


def test_only_what_nobody_has_spoken_on_is_asked_again(said):
    said(
        "Bến đò ngang ở xóm Gò Đình cần phao cứu sinh và người trực ban đêm khi nước lên.",
        "Nước lên thì bến đò ngang xóm Gò Đình nguy hiểm, chủ đò say rượu vẫn chở học sinh.",
        OTHER,
    )
    engine.regroup(said.consultation_id)
    (asked,) = db.session.scalars(select(GroupSuggestion)).all()
    asked.said = "refused"
    db.session.commit()
    engine.regroup(said.consultation_id)
    assert [one.said for one in db.session.scalars(select(GroupSuggestion))] == ["refused"]


def test_the_process_loads_nothing_of_the_portal_and_no_number_library():
    program = engine.START.replace("child.main()", "print(*sys.modules)")
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, str(engine.PACKAGE)], capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert "app.groups.clusters" in loaded
    assert not loaded & {"flask", "sqlalchemy", "app.extensions", "numpy"}


def test_a_process_that_fails_says_why_and_nothing_is_changed(said, monkeypatch):
    said(LETTER, REWORDED)
    before = standing(Tier.NEAR)
    monkeypatch.setattr(engine, "START", "raise SystemExit('no room')")
    with pytest.raises(engine.GroupingFailedError, match="no room"):
        engine.regroup(said.consultation_id)
    assert standing(Tier.NEAR) == before


def test_two_runs_at_a_time_are_one_too_many(said):
    with engine.only_run(), pytest.raises(engine.AnotherRunError):
        engine.regroup(said.consultation_id)


def test_the_command_groups_all_or_one_draft(said, app):
    said(LETTER, REWORDED)
    runner = app.test_cli_runner()
    done = runner.invoke(command, ["rebuild"])
    assert done.exit_code == 0, done.output
    assert len(standing(Tier.NEAR)) == 1
    none = runner.invoke(command, ["rebuild", "--consultation", "nowhere"])
    assert none.exit_code == 1
    assert "no consultation at nowhere" in none.output
