"""What was posted, said, decided and recorded stands, whichever SQL is tried on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.accounts.models import Role
from app.comments import asking, attachments
from app.comments.clerk import Source, take_in
from app.comments.models import Attachment, Channel, CommenterKind
from app.comments.submit import Place, Words
from app.comments.translated import translate
from app.consultations.lifecycle import close_due, declare, extend, post_revision
from app.documents.comparison import Comparison
from app.documents.importing import accept
from app.documents.models import ChangeKind
from app.documents.rewording import begin
from app.extensions import db
from app.groups.models import CommentGroup, GroupMember
from app.kit import clock, codes
from app.moderation import appeals
from app.moderation.masks import Asked
from app.operations import stops
from app.outreach import correcting, suggesting
from app.responses import adopting, answering
from app.responses.models import Disposition
from app.translations.keep import Written, keep
from app.translations.models import Standing
from app.translations.pieces import TITLE, Piece
from tests.approvals import made as made_proposals
from tests.web.test_strip import photograph

RECORD = (
    *("draft_version", "provision", "consultation", "extension", "declaration", "stage_step"),
    *("comment", "decision", "answer", "answer_comment", "ledger_entry"),
    *("dossier_file", "comparison_row", "alignment", "adoption", "mask"),
    *("comment_source", "attachment", "question", "appeal", "answer_edit"),
    *("answer_change", "answer_group", "correction", "reform_suggestion"),
    *("translation", "comment_translation", "proposal", "takedown", "planned_stop"),
)
# What moves on its own way: states by the verbs, the end of a period to a later day, the seal; what
# is shown instead of covered words, which themselves stay.
FREE = {
    "consultation": {"closes_at", "closed_at", "last_day"},
    "comment": {
        *("status", "decided_at", "row_version"),
        *("masked_body", "masked_wording", "masked_name"),
    },
    # shown or not is decided once, by the verb; what was sent and what is shown of it stands
    # decided once, by a second person, afterwards fixed: see test_two_persons
    "proposal": {"decided_by", "decided_at", "outcome", "reply"},
    "takedown": {"confirmed_at", "lifted_at", "lifted_as"},
    "attachment": {"status", "decided_by", "decided_at", "reason", "looked_at"},
}
OTHER = {"INTEGER": "%s + 100000", "BIGINT": "%s + 100000", "DATE": "'1990-01-01'"}


@pytest.fixture
def record(world, drain):
    """One row at least in every table of the record, all of it public and sealed."""
    dossier = world.dossier()
    world.file(dossier)
    row = Comparison(ChangeKind.AMENDED, "dieu-1", "Điều 1", "Như cũ.", "Cần rõ hơn.")
    consultation = world.consultation(dossier, compared=[row])
    agency = consultation.dossier.agency
    moderator, drafter, approver = (
        world.officer(agency, role) for role in (Role.MODERATOR, Role.DRAFTER, Role.HEAD)
    )
    now = clock.now()
    comment = world.comment(consultation, "Xin giữ nguyên.", "dieu-3.khoan-1")
    world.comment(consultation, "Ý kiến thứ hai.")
    world.publish(comment, moderator, now, [Asked("body", 0, 3, "insult")])
    answer = answering.draft(
        *(consultation, [], Disposition.ACCEPTED, "Đã tiếp thu.", drafter, now),
        groups=[grouped(consultation, comment, now)],
        changing=[comment.lineage_id],
    )
    answering.finish(answer, approver, now)
    loop(world, consultation, comment, moderator, drafter, now)
    last_day = consultation.last_day.replace(year=consultation.last_day.year + 1)
    extend(consultation, last_day, "Thêm thời gian.", approver, now)
    translated(dossier, comment, drafter, now)
    times = now + timedelta(days=1), now + timedelta(days=2)
    stop = stops.announce(times, "Bảo trì.", "", drafter, now, emergency="Gấp.")
    stops.cancel(stop, drafter, now)
    take_a_wording_over(world)
    first, second = (world.officer(agency, *Role) for _ in range(2))
    made_proposals.waiting(world, consultation, first, second, now)
    db.session.commit()
    drain()
    db.session.rollback()
    return consultation


def loop(world, consultation, comment, moderator, drafter, now) -> None:
    """What the loop adds to the record: a letter typed in, files, questions, appeals, corrections."""
    approver = world.officer(consultation.dossier.agency, Role.APPROVER)
    take_in(
        consultation,
        Words("Thư của xã.", CommenterKind.AGENCY, "vi", codes.new_key(), display_name="UBND xã"),
        Place(),
        Source(Channel.PAPER, clock.vn_date(now), reference="12/CV"),
        moderator,
        now,
    )
    attachments.add(
        comment.id, consultation.id, [attachments.looked_at(photograph(), "anh.jpg")], now
    )
    # as the worker leaves it
    db.session.execute(update(Attachment).values(clean_sha256="a" * 64, looked_at=now))
    asking.reply(asking.ask(comment, "Ở xã nào?", moderator, now), "Xã miền núi.", now)
    withheld = world.comment(consultation, "Nội dung bị giữ lại.")
    world.withhold(withheld, moderator, at=now)
    colleague = world.officer(consultation.dossier.agency, Role.MODERATOR)
    appeal = appeals.file(withheld, "Xin xem lại.", now)
    appeals.decide(appeal, appeals.AppealOutcome.UPHELD, "Đã xem lại.", colleague, now)
    correction = correcting.write(consultation.dossier, "Sai.", "Đúng.", "dieu-1", drafter, now)
    correcting.publish(correction, correcting.digest(correction), approver, now)
    correcting.withdraw(correction, "Nhầm.", approver, now)
    suggestion = suggesting.register(comment, "Luật A", "Bộ B", "Sửa.", drafter, now)
    settled = suggesting.Settlement.DECLINED
    suggesting.settle(suggestion, comment, settled, "Không sửa.", drafter, now)


def translated(dossier, comment, officer, now) -> None:
    """A title and a comment stand in another language."""
    piece = Piece(TITLE, "Tên", dossier.title, "dossier")
    keep(dossier.id, None, "en", [Written(piece, "A title")], Standing.UNOFFICIAL, officer, now)
    translate(comment, "en", "Keep it.", Standing.UNOFFICIAL, officer, now)


def grouped(consultation, comment, now) -> int:
    """A group that the comment is alone in."""
    group = CommentGroup(
        consultation_id=consultation.id, tier="exact", representative_id=comment.id, made_at=now
    )
    db.session.add(group)
    db.session.flush()
    member = GroupMember(comment_id=comment.id, tier="exact", group_id=group.id)
    db.session.add(member)
    db.session.flush()
    return group.id


def take_a_wording_over(world) -> None:
    """A second text is posted, aligned to the first, with words that somebody proposed."""
    now = clock.now()
    at = now - timedelta(days=40)
    consultation = world.consultation(opened_at=at)
    agency = consultation.dossier.agency
    moderator, drafter, approver = (
        world.officer(agency, role) for role in (Role.MODERATOR, Role.DRAFTER, Role.APPROVER)
    )
    comment = world.comment(consultation, at=at, proposed_wording="Mỗi hộ một lần.")
    world.publish(comment, moderator, at)
    close_due(now)
    revised = begin(consultation.dossier, drafter, now)
    adopting.adopt(comment, revised, comment.proposed_wording, drafter, now)
    accept(revised, drafter, now)
    for officer in (drafter, approver):
        declare(consultation.dossier, revised, officer, now)
    post_revision(consultation.dossier, revised, approver, now)


def refused(statement: str, **words: object) -> bool:
    """Whether the database refuses to do that to at least one row."""
    try:
        done = db.session.execute(text(statement), words)
        assert done.rowcount != 0, f"nothing to try it on: {statement}"
    except DatabaseError:
        return True
    finally:
        db.session.rollback()
    return False


def test_no_column_of_the_record_can_be_changed(record):
    soft = [f"{table}.{name}" for table in RECORD for name in changeable(table)]
    assert not soft


def changeable(table: str) -> Iterator[str]:
    """The columns that the database lets somebody change."""
    looked = inspect(db.session.connection())
    columns = {one["name"]: str(one["type"]).split("(")[0] for one in looked.get_columns(table)}
    db.session.rollback()
    for name, kind in columns.items():
        if name in FREE.get(table, ()):
            continue
        new = OTHER.get(kind, "'[\"other\"]'" if kind == "JSON" else "'1990-01-01 00:00:00+00:00'")
        new = new.replace("%s", f"coalesce({name}, 0)") if "%s" in new else new
        if kind in ("BYTEA", "BLOB"):
            new = "NULL"
        if not refused(f'UPDATE {table} SET "{name}" = {new}'):
            yield name


def test_no_row_of_the_record_can_be_taken_away(record):
    assert [table for table in RECORD if not refused(f"DELETE FROM {table}")] == []


def test_no_row_of_the_record_can_be_replaced(record, database):
    if db.engine.dialect.name == "postgresql":
        assert [table for table in RECORD if not refused(f"TRUNCATE {table} CASCADE")] == []
        return
    replace = "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"
    assert [table for table in RECORD if not refused(replace.format(table))] == []
    db.session.commit()
    # and on a connection that did not ask for the triggers of a deletion
    with closing(sqlite3.connect(database.file)) as bare:
        for table in RECORD:
            with pytest.raises(sqlite3.IntegrityError):
                bare.execute(replace.format(table))
            bare.rollback()


def test_text_cannot_be_moved_into_a_posted_version(record, world):
    draft = world.version(world.dossier())
    words = {"posted": record.version_id, "draft": draft.id}
    move = "UPDATE provision SET version_id = :{}, anchor = 'dieu-99' WHERE id = ({})"
    first = "SELECT min(id) FROM provision WHERE version_id = :{}"
    assert refused(move.format("posted", first.format("draft")), **words)
    assert refused(move.format("draft", first.format("posted")), **words)


def test_what_people_comment_on_cannot_be_described_anew(record):
    assert refused("UPDATE dossier SET main_content = 'khác' WHERE id = :id", id=record.dossier_id)
    assert not refused("UPDATE dossier SET stage = stage WHERE id = :id", id=record.dossier_id)


def test_a_period_never_ends_sooner_nor_begins_again(record):
    assert refused("UPDATE consultation SET last_day = '2020-01-01'")
    ends = "UPDATE consultation SET closed_at = closes_at WHERE id = :id"
    db.session.execute(text(ends), {"id": record.id})
    db.session.commit()
    assert refused("UPDATE consultation SET closed_at = NULL")
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE consultation SET closes_at = '2099-01-01 00:00:00+00:00'"))
    db.session.rollback()


def test_an_answer_speaks_to_the_comments_it_was_published_for(record):
    other = "(SELECT max(id) FROM comment)"
    assert refused(
        f"INSERT INTO answer_comment (answer_id, comment_id) SELECT min(id), {other} FROM answer"
    )
    assert refused(f"UPDATE answer_comment SET comment_id = {other}")
