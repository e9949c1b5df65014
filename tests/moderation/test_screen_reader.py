"""Flags follow the ledger: raised once for what waits, closed for what is decided, copies told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.accounts.models import Role
from app.comments.attachments import add, looked_at
from app.comments.models import Comment, Tally
from app.comments.publish import withdraw
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.moderation.flagging import READERS
from app.moderation.models import Flag, FlagKind
from app.work import loop
from tests.moderation.staff import enter
from tests.moderation.test_desk import QUEUE, path, take
from tests.word import docx

CAMPAIGN = (
    "Chúng tôi đề nghị tỉnh giữ nguyên mức hỗ trợ nước sạch cho hộ cận nghèo ở vùng cao, "
    "vì tiền công lắp đặt và tiền vận chuyển đồng hồ nước lên bản đã tăng gấp đôi."
)


@pytest.fixture
def consultation(world):
    return world.consultation()


@pytest.fixture
def moderator(world, consultation):
    return world.officer(consultation.dossier.agency, Role.MODERATOR)


def flags(comment: Comment) -> dict[FlagKind, bool]:
    """The flags of the comment and whether they are open."""
    db.session.rollback()
    rows = db.session.execute(
        select(Flag.kind, Flag.open).where(Flag.comment_id == comment.id).order_by(Flag.kind)
    )
    return {FlagKind(kind): open_ for kind, open_ in rows}


def again() -> None:
    """The reader is called once more with all it ever read."""
    (reader,) = READERS
    entries = db.session.scalars(
        select(Entry).where(Entry.verb.in_(list(reader.verbs))).order_by(Entry.seq)
    ).all()
    reader.handle(entries)
    db.session.commit()


def test_what_waits_is_flagged_once_however_often_it_is_read(world, consultation, drain):
    comment = world.comment(
        consultation, "Gọi 0912345678.", proposed_wording="thư a@example.com", display_name="An"
    )
    plain = world.comment(consultation)
    drain()
    again()
    assert flags(comment) == {FlagKind.PERSONAL_DATA: True}
    assert flags(plain) == {}
    kept = db.session.get_one(Flag, (comment.id, FlagKind.PERSONAL_DATA.value))
    assert kept.spans == [
        {"field": "body", "start": 4, "end": 14, "what": "phone"},
        {"field": "wording", "start": 4, "end": 17, "what": "email"},
    ]
    assert (kept.consultation_id, kept.submitted_at) == (consultation.id, comment.submitted_at)
    assert kept.article_lineage_id == comment.article_lineage_id


def test_what_was_decided_before_the_reader_came_is_flagged_as_done(
    world, consultation, moderator, drain
):
    comment = world.comment(consultation, "Gọi 0912345678.")
    world.publish(comment, moderator)
    db.session.commit()
    drain()
    assert flags(comment) == {FlagKind.PERSONAL_DATA: False}


def test_a_decision_closes_flags_and_reading_again_does_not_open_them(
    world, consultation, moderator, drain
):
    comment = world.comment(consultation, "Đề nghị gọi 0912345678 rồi vào https://a.vn để xem.")
    drain()
    assert flags(comment) == {FlagKind.LINK: True, FlagKind.PERSONAL_DATA: True}
    world.withhold(comment, moderator)
    db.session.commit()
    again()
    assert set(flags(comment).values()) == {False}


def test_who_takes_a_comment_back_leaves_no_open_flag(world, consultation, drain):
    comment = world.comment(consultation, "Gọi 0912345678.")
    drain()
    withdraw(comment, clock.now())
    db.session.commit()
    drain()
    assert flags(comment) == {FlagKind.PERSONAL_DATA: False}


def test_the_first_of_two_copies_is_flagged_when_the_second_comes(world, consultation, drain):
    first = world.comment(consultation, CAMPAIGN)
    drain()
    assert flags(first) == {}
    second = world.comment(consultation, CAMPAIGN.upper())
    drain()
    third = world.comment(consultation, CAMPAIGN + " Xin cảm ơn.")
    drain()
    assert [flags(one) for one in (first, second, third)] == [{FlagKind.COPY: True}] * 3


def test_short_honest_words_are_no_copies(world, consultation, drain):
    made = [world.comment(consultation, "Tôi hoàn toàn đồng ý với dự thảo.") for _ in range(3)]
    drain()
    assert [flags(one) for one in made] == [{}] * 3


def test_about_the_whole_draft_two_words_are_too_short(world, consultation, drain):
    whole = world.comment(consultation, "Đồng ý", anchor="")
    placed = world.comment(consultation, "Đồng ý", anchor="dieu-3")
    drain()
    assert (flags(whole), flags(placed)) == ({FlagKind.TOO_SHORT: True}, {})


def test_a_file_is_told_with_its_comment_and_after_it(world, consultation, drain):
    comment = world.comment(consultation)
    drain()
    file = looked_at(docx("Bản vẽ trạm nước."), "ban-ve.docx")
    add(comment.id, consultation.id, [file], clock.now())
    db.session.commit()
    drain()
    assert flags(comment) == {FlagKind.ATTACHMENT: True}


def test_the_reader_waits_for_the_groups(world, consultation, monkeypatch):
    """A copy is not missed because the groups were slow."""
    monkeypatch.setattr(loop, "READERS", tuple(one for one in loop.READERS if one.name != "groups"))
    made = [world.comment(consultation, f"{CAMPAIGN} gọi 0912345678") for _ in range(2)]
    loop.drain()
    assert [flags(one) for one in made] == [{}, {}]
    monkeypatch.undo()
    loop.drain()
    assert all(FlagKind.COPY in flags(one) for one in made)


def test_a_flood_is_flagged_in_a_few_statements(world, consultation, drain):
    now = clock.now()
    made = [
        world.comment(consultation, f"Gọi 09123456{n:02} xem", at=now - timedelta(seconds=n))
        for n in range(30)
    ]
    drain()
    statements = []

    def listen(*seen: object) -> None:
        statements.append(seen[2])

    event.listen(db.engine, "before_cursor_execute", listen)
    again()
    event.remove(db.engine, "before_cursor_execute", listen)
    assert len(statements) <= 8
    assert all(FlagKind.PERSONAL_DATA in flags(one) for one in made)


def test_what_was_noticed_is_marked_and_each_passage_can_be_covered(
    app, world, consultation, moderator, drain
):
    words = "Tôi ở số nhà 5, ngõ 7 phố Vọng; gọi không chín một hai ba bốn năm sáu bảy tám, đồ chó!"
    comment = world.comment(consultation, words, proposed_wording="Thư a@example.com.")
    drain()
    desk = enter(app, moderator)
    listed = desk.get(f"{QUEUE}?flag=personal_data").get_data(as_text=True)
    assert f">GY-{comment.id}<" in listed
    take(desk, comment)
    page = desk.get(path(comment)).get_data(as_text=True)
    offered = []
    for flag in db.session.scalars(select(Flag).where(Flag.comment_id == comment.id)):
        for span in flag.spans:
            text = {"body": words, "wording": "Thư a@example.com."}[span["field"]]
            passage = text[span["start"] : span["end"]]
            reason = "insult" if flag.kind == FlagKind.ABUSE else "personal_data"
            offered.append(f"{span['field']}:{span['start']}:{span['end']}:{reason}")
            assert f"<mark>{passage}</mark>" in page
            assert f'value="{offered[-1]}"' in page
    assert len(offered) == 4
    fields = {"outcome": "publish", "version": 1, "mask": offered}
    assert desk.submit(path(comment), fields).status_code == 303
    db.session.rollback()
    kept = db.session.get_one(Comment, comment.id)
    assert kept.shown_body == "Tôi ở █████; gọi █████, █████!"
    assert kept.shown_wording == "Thư █████."
    assert set(flags(comment).values()) == {False}


def test_a_screen_that_fails_holds_nobody_up(world, drain, monkeypatch):
    def broken(_words):
        raise IndexError("a fault in a screen")

    monkeypatch.setattr("app.moderation.flagging.screen", broken)
    consultation = world.consultation()
    world.comment(consultation, "Gọi 0912 345 678.")
    drain()
    tally = db.session.get(Tally, (consultation.id, 0))
    assert (tally.received, tally.waiting) == (1, 1)
