"""What a clerk types in: the same receipt, the same review, late only by the day it came."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.models import Officer, Role
from app.comments import clerk
from app.comments.clerk import (
    DayError,
    NoBodyError,
    NoConsentError,
    NotTakingError,
    SentLaterError,
    Source,
    take_in,
)
from app.comments.models import (
    Channel,
    Comment,
    CommenterKind,
    CommentSource,
    CommentStatus,
    ContactAddress,
    CriticismForm,
    EventKind,
)
from app.comments.submit import KeyReusedError, Words, find_place
from app.consultations.lifecycle import close_due
from app.consultations.models import Consultation
from app.documents.models import Stage
from app.documents.shorthand import typed_anchor
from app.extensions import db
from app.kit import clock, codes
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from tests.factories import World

WORDS = Words("Đề nghị giữ mức cũ.", CommenterKind.INDIVIDUAL, "vi", "k" * 22)


@dataclass
class Counter:
    """A clerk at the counter, with a draft that takes comments."""

    world: World
    consultation: Consultation
    officer: Officer
    now: datetime

    def source(self, **words: Any) -> Source:
        return Source(**{"channel": Channel.PAPER, "received_on": clock.vn_date(self.now), **words})

    def take(self, anchor: str = "", source: Source | None = None, **said: Any) -> Comment:
        words = replace(WORDS, **{"key": codes.new_key(), "anchor": anchor, **said})
        place = find_place(self.consultation.version_id, anchor)
        source = source or self.source()
        receipt = take_in(self.consultation, words, place, source, self.officer, self.now)
        db.session.commit()
        return db.session.scalars(select(Comment).where(Comment.receipt == receipt)).one()


@pytest.fixture
def counter(world: World) -> Counter:
    consultation = world.consultation(opened_at=clock.now() - timedelta(days=10))
    officer = world.officer(consultation.dossier.agency, Role.CLERK)
    return Counter(world, consultation, officer, clock.now())


@pytest.fixture
def closed(world: World) -> Counter:
    """The draft closed ten days ago, and its answers are being written."""
    consultation = world.consultation(opened_at=clock.now() - timedelta(days=60))
    officer = world.officer(consultation.dossier.agency, Role.CLERK)
    close_due(clock.now())
    db.session.commit()
    assert consultation.dossier.stage == Stage.RESPONDING
    return Counter(world, consultation, officer, clock.now())


def test_it_is_a_comment_like_any_other_and_says_where_it_came_from(counter: Counter) -> None:
    source = counter.source(
        channel=Channel.MEETING,
        event=EventKind.SEMINAR,
        occasion="Tọa đàm tại xã Nậm Khao",
        reference="12/BB-HN",
    )
    comment = counter.take("dieu-3.khoan-1", source)
    assert comment.status == CommentStatus.WAITING
    assert (comment.channel, comment.criticism, comment.members) == ("meeting", "", 0)
    assert comment.place == "khoản 1 Điều 3"
    assert codes.parse_receipt(comment.receipt) == comment.receipt
    kept = db.session.get_one(CommentSource, comment.id)
    assert (kept.officer_id, kept.received_on) == (counter.officer.id, source.received_on)
    assert (kept.reference, kept.event, kept.occasion) == (
        "12/BB-HN",
        "seminar",
        "Tọa đàm tại xã Nậm Khao",
    )


def test_a_letter_was_written_at_no_meeting(counter: Counter) -> None:
    """The form keeps the meeting of the comment before, for the next one."""
    left = counter.source(event=EventKind.FORUM, occasion="Diễn đàn Hạ Lam")
    kept = db.session.get_one(CommentSource, counter.take(source=left).id)
    assert (kept.event, kept.occasion) == ("", "")


def test_the_ledger_names_the_clerk_twice(counter: Counter) -> None:
    comment = counter.take()
    query = select(Entry).where(Entry.subject == f"comment:{comment.id}").order_by(Entry.id)
    first, second = db.session.scalars(query)
    assert (first.verb, first.actor_id) == (Verb.COMMENT_SUBMITTED, counter.officer.id)
    assert first.facts["digest"] == comment.digest
    assert (second.verb, second.actor_id) == (Verb.COMMENT_TAKEN_IN, counter.officer.id)
    assert second.facts == {"comment_id": comment.id, "channel": "paper", "criticism": ""}


def test_the_tally_counts_it(counter: Counter, drain) -> None:
    counter.take("dieu-3")
    drain()
    total = db.session.execute(
        db.text("SELECT received, waiting FROM tally WHERE article_lineage_id = 0")
    ).one()
    assert tuple(total) == (1, 1)


def test_the_same_key_is_the_same_comment(counter: Counter) -> None:
    first = counter.take(key="a" * 22)
    assert counter.take(key="a" * 22).id == first.id
    with pytest.raises(KeyReusedError):
        counter.take(key="a" * 22, body="Khác hẳn.")
    assert db.session.scalar(select(func.count(CommentSource.comment_id))) == 1


def test_the_day_it_was_received_decides_and_not_the_day_it_is_typed(closed: Counter) -> None:
    last = closed.consultation.ended_on
    in_time = closed.take(source=closed.source(received_on=last))
    late = closed.take(source=closed.source(received_on=last + timedelta(days=1)))
    assert in_time.status == CommentStatus.WAITING
    assert late.status == CommentStatus.LATE


def test_no_day_before_the_opening_and_none_to_come(counter: Counter) -> None:
    opened = clock.vn_date(counter.consultation.opened_at)
    today = clock.vn_date(counter.now)
    assert counter.take(source=counter.source(received_on=opened)).id
    for day in (opened - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(DayError) as refused:
            counter.take(source=counter.source(received_on=day))
        assert (refused.value.first, refused.value.last) == (opened, today)


@pytest.mark.parametrize("stage", [Stage.APPRAISAL, Stage.VERIFICATION, Stage.WITHDRAWN])
def test_nothing_is_taken_in_once_the_dossier_passed_on(closed: Counter, stage: Stage) -> None:
    closed.consultation.dossier.stage = stage.value
    with pytest.raises(NotTakingError):
        closed.take(source=closed.source(received_on=closed.consultation.ended_on))
    assert clerk.taking(closed.consultation.dossier) is None


def test_a_person_is_named_only_who_agreed_to_it(counter: Counter) -> None:
    with pytest.raises(NoConsentError):
        counter.take(display_name="Lò Thị Mai")
    named = counter.take(source=counter.source(consent=True), display_name="Lò Thị Mai")
    assert named.display_name == "Lò Thị Mai"
    body = CommenterKind.ORGANISATION
    assert counter.take(display_name="Hội Nông dân", commenter_kind=body).display_name


def test_members_are_counted_for_organisations_alone(counter: Counter) -> None:
    many = counter.source(members=1200)
    body = CommenterKind.BUSINESS
    assert counter.take(source=many, display_name="Hiệp hội", commenter_kind=body).members == 1200
    assert counter.take(source=many).members == 0


def test_an_address_is_kept_apart_as_it_always_is(counter: Counter) -> None:
    comment = counter.take(email="mai@example.vn")
    assert db.session.get_one(ContactAddress, comment.id).email == "mai@example.vn"


def test_the_portal_itself_needs_no_clerk(counter: Counter) -> None:
    with pytest.raises(ValueError, match="needs no clerk"):
        counter.take(source=counter.source(channel=Channel.PORTAL))


class TestCriticism:
    def given(self, counter: Counter, sent: int | None = None, **said: Any) -> Comment:
        day = clock.vn_date(counter.now) - timedelta(days=sent) if sent is not None else None
        source = counter.source(criticism=CriticismForm.WRITTEN, dossier_sent_on=day)
        named = {"display_name": "Ủy ban MTTQ tỉnh", "commenter_kind": CommenterKind.ORGANISATION}
        return counter.take(source=source, **{**named, **said})

    def test_it_names_the_body_and_says_when_the_dossier_was_sent(self, counter: Counter) -> None:
        comment = self.given(counter, sent=20)
        assert (comment.criticism, comment.commenter_kind) == ("written", "organisation")
        kept = db.session.get_one(CommentSource, comment.id)
        assert kept.dossier_sent_on == kept.received_on - timedelta(days=20)

    @pytest.mark.parametrize(
        "said", [{"display_name": ""}, {"commenter_kind": CommenterKind.BUSINESS}]
    )
    def test_without_a_body_of_the_front_it_is_none(
        self, counter: Counter, said: dict[str, Any]
    ) -> None:
        with pytest.raises(NoBodyError):
            self.given(counter, **said)

    def test_the_dossier_was_sent_before(self, counter: Counter) -> None:
        assert self.given(counter, sent=0)
        with pytest.raises(SentLaterError):
            self.given(counter, sent=-1)

    def test_fifteen_days_are_enough_and_fourteen_are_told(self, counter: Counter) -> None:
        today = clock.vn_date(counter.now)
        told = {
            days: counter.source(dossier_sent_on=today - timedelta(days=days)).sent_late
            for days in (14, 15, 16)
        }
        assert told == {14: True, 15: False, 16: False}
        assert not counter.source().sent_late

    def test_those_owed_an_answer_are_listed(self, counter: Counter) -> None:
        owed, published, withheld = (self.given(counter, body=words) for words in "abc")
        counter.take(body="Không phải phản biện.")
        published.status = CommentStatus.PUBLISHED.value
        withheld.status = CommentStatus.WITHHELD.value
        db.session.commit()
        rows = clerk.criticisms(counter.consultation.id)
        assert [row.id for row in rows] == [owed.id, published.id]
        assert {row.shown_name for row in rows} == {"Ủy ban MTTQ tỉnh"}

    def test_they_are_found_without_reading_every_comment(self, counter: Counter) -> None:
        query = select(Comment.id).where(
            Comment.consultation_id == counter.consultation.id, clerk.IS_CRITICISM
        )
        if db.engine.dialect.name == "sqlite":
            sql = query.compile(db.engine, compile_kwargs={"literal_binds": True})
            plan = db.session.execute(db.text(f"EXPLAIN QUERY PLAN {sql}")).all()
            assert "ix_comment_criticism" in str(plan)


class TestDoubles:
    def again(self, counter: Counter, anchor: str = "", body: str = WORDS.body, **how: Any) -> int:
        words = replace(WORDS, key=codes.new_key(), body=body, anchor=anchor)
        return len(clerk.doubles(counter.consultation.id, words, counter.source(**how)))

    def test_the_same_words_are_known_however_they_are_typed(self, counter: Counter) -> None:
        counter.take()
        assert self.again(counter, body="  đề nghị  GIỮ mức cũ") == 1
        assert self.again(counter, body="Đề nghị bỏ mức cũ.") == 0
        assert self.again(counter, "dieu-3") == 1, "perhaps only the part was mistyped"

    def test_the_same_letter_on_the_same_part_is_known(self, counter: Counter) -> None:
        counter.take("dieu-3", counter.source(reference="15/CV"))
        assert self.again(counter, "dieu-3", "Chữ khác.", reference="15/CV") == 1
        assert self.again(counter, "dieu-2", "Chữ khác.", reference="15/CV") == 0
        assert self.again(counter, "dieu-3", "Chữ khác.", reference="16/CV") == 0

    def test_minutes_hold_many_opinions_under_one_number(self, counter: Counter) -> None:
        meeting = {"channel": Channel.MEETING, "reference": "3/BB"}
        counter.take("dieu-3", counter.source(**meeting))
        assert self.again(counter, "dieu-3", "Người khác nói.", **meeting) == 0

    def test_another_draft_is_another_matter(self, counter: Counter, world: World) -> None:
        counter.take()
        counter.consultation = world.consultation()
        assert self.again(counter) == 0


@pytest.mark.parametrize(
    ("typed", "anchor"),
    [
        ("d12 k3", "dieu-12.khoan-3"),
        ("Đ12 K3 điểm đ", "dieu-12.khoan-3.diem-dd"),
        ("12.3.b", "dieu-12.khoan-3.diem-b"),
        ("12/3", "dieu-12.khoan-3"),
        ("12", "dieu-12"),
        ("51a.2", "dieu-51a.khoan-2"),
        ("12 b", "dieu-12.diem-b"),
        ("điểm b khoản 3 Điều 12", "dieu-12.khoan-3.diem-b"),
        ("dieu 12 khoan 3 diem b", "dieu-12.khoan-3.diem-b"),
        ("k3 d12", "dieu-12.khoan-3"),
        ("dieu-3.khoan-1", "dieu-3.khoan-1"),
        ("PL II", "phu-luc-2"),
        ("mẫu 1", "mau-1"),
        ("", ""),
        ("b", ""),
        ("12.3.4", ""),
        ("Điều 1 và Điều 2", ""),
        ("xin chào", ""),
    ],
)
def test_a_part_is_typed_in_short(typed: str, anchor: str) -> None:
    assert typed_anchor(typed) == anchor


@given(st.text(max_size=40))
@example("¹")
@example("Điều ½")
def test_whatever_is_typed_is_a_part_or_none(typed: str) -> None:
    assert re.fullmatch(r"|[a-z]+(-[a-z]+)*-[a-z0-9.-]+", typed_anchor(typed))


@given(st.integers(1, 999), st.integers(1, 99), st.sampled_from("abcdđeghik"))
def test_numbers_in_order_are_article_clause_and_point(n: int, k: int, p: str) -> None:
    anchor = f"dieu-{n}.khoan-{k}.diem-{p.replace('đ', 'dd')}"
    for typed in (f"{n}.{k}.{p}", f"d{n} k{k} {p}", f"điểm {p} khoản {k} Điều {n}", anchor):
        assert typed_anchor(typed) == anchor
