"""Every row on record is bound: what is done to a copy is found, erasing a person is no fault."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from app.accounts.models import Officer, Role
from app.documents.models import Dossier
from app.extensions import db
from app.groups import following
from app.groups.models import GroupMember
from app.kit import clock
from app.ledger import exporting, growing, plan, summing
from app.ledger.models import Entry, RowDigest, Waiting
from app.ledger.verbs import Verb
from app.people import consents
from app.people.models import Consent, Purpose
from app.privacy import retention
from app.work import loop
from bench import mutations
from tests.house import test_record as house
from tests.house.test_record import FREE, RECORD
from tests.ledger.test_log import run, vkey

record = house.record
OF_THE_LOG = {"ledger_entry"}  # bound by its leaves


def settled(file: Path) -> Path:
    loop.settle()
    db.session.rollback()
    exporting.write_record(file)
    return file


def verdict(app, file: Path, *more: object) -> str:
    """What the tool says of a copy, "" where all is as signed."""
    told = run("verify_log.py", "--key", vkey(app), "--settled", *more, file)
    assert told.stderr == ""
    return told.stdout if told.returncode else ""


def test_every_table_on_record_and_every_column_is_summed():
    kept = set(RECORD) - OF_THE_LOG
    assert {one.table for one in plan.sums().values()} == kept | set(plan.MOVING)
    assert not kept & set(plan.MOVING)
    for table in set(RECORD) - OF_THE_LOG:
        covered = {name for one in plan.of_table(table) for name in one.columns}
        assert covered == set(plan.table_of(table).columns.keys()), table
        assert set(plan.STATES.get(table, ())) == FREE.get(table, set()), table


def test_the_tool_is_short_and_knows_nothing_of_the_portal():
    source = (mutations.TOOL).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 200
    assert "import app" not in source
    assert "from app" not in source


def test_a_portal_at_rest_is_as_signed_and_mutations_of_it_are_found(app, record, tmp_path):
    """All that the thousand of bench.mutations try, fifty of them; the untouched copy is clean."""
    file = settled(tmp_path / "record.sqlite3")
    assert verdict(app, file) == ""
    done, missed = mutations.drill(file, vkey(app), 50, seed=3)
    assert len(done) == 50
    assert missed == []


def test_a_cut_log_is_found_by_who_kept_a_head(app, record, tmp_path):
    file = settled(tmp_path / "record.sqlite3")
    kept = tmp_path / "kept"
    newest = growing.newest()
    assert newest is not None
    kept.write_text(newest.note, encoding="utf-8")
    with closing(sqlite3.connect(file)) as db_:
        db_.execute("DELETE FROM checkpoint")
        db_.execute("DELETE FROM ledger_entry WHERE seq = ?", [newest.size])
        db_.commit()
    assert "not all are left" in verdict(app, file, "--since", kept)


def test_a_log_that_nobody_signed_proves_nothing(app, record, tmp_path):
    """Who has no key can write a whole log anew, but signs none of it."""
    file = settled(tmp_path / "record.sqlite3")
    with closing(sqlite3.connect(file)) as db_:
        for table in ("checkpoint", "cosignature", "log_node"):
            db_.execute(f"DELETE FROM {table}")
        db_.commit()
    told = run("verify_log.py", "--key", vkey(app), file)
    assert told.returncode == 1
    assert "entries are under no signed head" in told.stdout


def test_what_nobody_signed_yet_is_told_though_it_is_no_fault(app, record, tmp_path):
    """An entry without a place in the log could explain any change: the auditor hears of it."""
    file = settled(tmp_path / "record.sqlite3")
    with closing(sqlite3.connect(file)) as db_:
        number, facts = db_.execute(
            "SELECT id, facts FROM ledger_entry WHERE verb = 'comment.submitted'"
        ).fetchone()
        names = [row[1] for row in db_.execute("PRAGMA table_info(ledger_entry)")]
        own = {"id": "(SELECT max(id) + 1 FROM ledger_entry)", "seq": "NULL", "leaf": "NULL"}
        own |= {"verb": "'comment.withdrawn'"}
        values = ", ".join(own.get(name, name) for name in names)
        db_.execute(
            f"INSERT INTO ledger_entry SELECT {values} FROM ledger_entry WHERE id = ?", [number]
        )
        comment = json.loads(facts)["comment_id"]
        db_.execute("UPDATE comment SET status = 'withdrawn' WHERE id = ?", [comment])
        db_.execute("INSERT INTO record_waiting (name, key) VALUES ('comment', ?)", [str(comment)])
        db_.commit()
    told = run("verify_log.py", "--key", vkey(app), file)
    assert told.returncode == 0, told.stdout
    assert "comment.withdrawn of" in told.stdout
    assert "comment.withdrawn of" in verdict(app, file)


def test_a_status_changed_past_the_verbs_is_found_though_the_worker_sums_it(app, world, tmp_path):
    comment = world.comment(world.consultation())
    loop.settle()
    db.session.execute(text("UPDATE comment SET status = 'withdrawn'"))
    db.session.commit()
    told = verdict(app, settled(tmp_path / "record.sqlite3"))
    assert f"comment {comment.id}: the log tells another story" in told


def test_what_is_not_in_the_log_yet_is_no_fault_of_a_portal_at_work(app, world, tmp_path):
    world.comment(world.consultation())
    loop.settle()
    world.comment(world.consultation())
    exporting.write_record(tmp_path / "busy.sqlite3")
    told = run("verify_log.py", "--key", vkey(app), tmp_path / "busy.sqlite3")
    assert told.returncode == 0, told.stdout
    assert "waits for the log" in verdict(app, tmp_path / "busy.sqlite3")


def erase(comment, *, tell: bool) -> None:
    """As an erasure does, past the triggers that let only it through."""
    _silence()
    words = {"id": comment.id}
    db.session.execute(
        text("UPDATE comment SET body = '', display_name = '', salt = '' WHERE id = :id"), words
    )
    if tell:
        summing.forget("comment", [comment.id], f"comment:{comment.id}", at=clock.now())
    db.session.commit()


def _silence() -> None:
    kept = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'comment'"
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE comment DISABLE TRIGGER USER"))
        return
    for (name,) in db.session.execute(text(kept)).all():
        if "noted" not in name:
            db.session.execute(text(f"DROP TRIGGER {name}"))


@pytest.mark.sqlite
def test_erasing_a_person_leaves_the_proof_and_takes_every_way_to_confirm(app, world, tmp_path):
    comment = world.comment(world.consultation(), "Tôi là Lan.", display_name="Lan")
    before = settled(tmp_path / "before.sqlite3")
    assert verdict(app, before) == ""
    leaves = db.session.scalars(select(Entry.leaf).order_by(Entry.seq)).all()
    said = {"body": "Tôi là Lan.", "display_name": "Lan"}
    erase(comment, tell=True)
    assert verdict(app, settled(tmp_path / "after.sqlite3")) == ""
    after = db.session.scalars(select(Entry.leaf).order_by(Entry.seq)).all()
    assert after[: len(leaves)] == leaves
    assert said_can_be_confirmed(before, comment.id, said)
    assert not said_can_be_confirmed(tmp_path / "after.sqlite3", comment.id, said)


def said_can_be_confirmed(file: Path, comment_id: int, said: dict[str, str]) -> bool:
    """Whether somebody with the file can tell that exactly this was said."""
    with closing(sqlite3.connect(file)) as copy:
        copy.row_factory = sqlite3.Row
        row = dict(copy.execute("SELECT * FROM comment WHERE id = ?", [comment_id]).fetchone())
        asked = "SELECT salt, digest FROM row_digest WHERE name = 'comment' AND key = ?"
        digests = copy.execute(asked, [str(comment_id)]).fetchall()
    state = set(plan.STATES["comment"])
    guess = {name: value for name, value in {**row, **said}.items() if name not in state}
    guess["quote"] = json.loads(guess["quote"])
    salts = {bytes(one["salt"]) for one in digests if one["salt"]} | {b""}
    known = {bytes(one["digest"]) for one in digests}
    return any(summing.digest("comment", salt, guess) in known for salt in salts)


@pytest.mark.sqlite
def test_emptying_a_row_without_the_fact_of_it_is_found(app, world, tmp_path):
    comment = world.comment(world.consultation(), "Tôi là Lan.", display_name="Lan")
    settled(tmp_path / "before.sqlite3")
    erase(comment, tell=False)
    assert f"comment {comment.id}: not as" in verdict(app, settled(tmp_path / "after.sqlite3"))


@pytest.mark.sqlite
def test_a_salt_thrown_away_in_silence_is_found(app, world, tmp_path):
    world.comment(world.consultation())
    file = settled(tmp_path / "record.sqlite3")
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("UPDATE row_digest SET salt = NULL WHERE name = 'comment' AND key <> ''")
        copy.commit()
    assert "its salt is gone" in verdict(app, file)


# what an adversary with the file would change, past every guard, of what people are shown
SHOWN = (
    "UPDATE dossier SET title = title || '.' WHERE id = 1",
    "UPDATE dossier SET sealed = 1 - sealed WHERE id = 1",
    "UPDATE agency SET name = 'Sở khác' WHERE id = (SELECT agency_id FROM dossier WHERE id = 1)",
    "UPDATE officer SET name = 'Người khác' WHERE id = 1",
    "UPDATE holiday SET kind = 'working' WHERE day = (SELECT max(day) FROM holiday)",
    "INSERT INTO holiday SELECT '2031-03-03', kind, name, name_en, citation, NULL FROM holiday "
    "LIMIT 1",
    "DELETE FROM holiday WHERE day = (SELECT max(day) FROM holiday)",
    "UPDATE period_rule SET legal_min_days = 1 WHERE id = 1",
    "UPDATE comment_group SET published = published + 100",
    "DELETE FROM group_member",
    "UPDATE group_member SET group_id = group_id + 1",
    "UPDATE consent SET given_at = '2020-01-01 00:00:00.000000'",
    "DELETE FROM consent",
)


def test_what_stands_beside_the_record_is_bound_as_well(app, world, record, tmp_path):
    """Titles, agencies, signers, days off, rules of law, groups and consents."""
    world.comment(record, "Xin gửi thư cho tôi.", email="a@example.vn")
    file = settled(tmp_path / "record.sqlite3")
    assert verdict(app, file) == ""
    for statement in SHOWN:
        copy = tmp_path / "copy.sqlite3"
        shutil.copyfile(file, copy)
        with closing(sqlite3.connect(copy)) as db_:
            assert db_.execute(statement).rowcount > 0, statement
            db_.commit()
        assert verdict(app, copy) != "", statement


def test_what_changes_or_goes_by_the_verbs_is_no_fault_and_each_state_is_on_record(
    app, world, record, tmp_path
):
    settled(tmp_path / "before.sqlite3")
    dossier = world.dossier()
    loop.settle()
    before = digests("dossier_state", dossier.id)
    dossier.title = "Tên khác, khi còn soạn"
    comment = world.comment(record, "Gửi thư cho tôi.", email="a@example.vn")
    following.leave(record.id, db.session.scalars(select(GroupMember.comment_id)).first())
    db.session.commit()
    assert verdict(app, settled(tmp_path / "after.sqlite3")) == ""
    assert len(before) == 1
    assert digests("dossier_state", dossier.id)[:1] == before
    assert len(digests("dossier_state", dossier.id)) == 2
    long_ago = clock.now() - 2 * retention.YEAR
    consents.withdraw(Purpose.COMMENT_LETTERS, f"comment:{comment.id}", long_ago)
    retention.keep_no_longer(clock.now())
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 0
    assert verdict(app, settled(tmp_path / "gone.sqlite3")) == ""
    # but what is gone may not come back in silence
    with closing(sqlite3.connect(tmp_path / "gone.sqlite3")) as copy:
        copy.execute("ATTACH ? AS old", [str(tmp_path / "after.sqlite3")])
        copy.execute("INSERT INTO consent SELECT * FROM old.consent")
        copy.commit()
    assert "consent_state 1: not in the log" in verdict(app, tmp_path / "gone.sqlite3")


def digests(name: str, key: object) -> list[bytes]:
    of = RowDigest.name == name, RowDigest.key == str(key)
    return list(db.session.scalars(select(RowDigest.digest).where(*of).order_by(RowDigest.batch)))


def test_a_draft_hidden_past_the_verbs_is_found_though_the_worker_sums_it(app, world, tmp_path):
    dossier = world.consultation().dossier
    loop.settle()
    db.session.execute(update(Dossier).where(Dossier.id == dossier.id).values(sealed=True))
    db.session.commit()
    told = verdict(app, settled(tmp_path / "record.sqlite3"))
    assert told == f"dossier {dossier.id}: hidden or shown against its takedowns\n"


def test_signing_in_is_no_change_of_the_record(app, world):
    officer = world.officer(world.dossier().agency, Role.DRAFTER)
    loop.settle()
    officer.last_seen_at = clock.now()
    officer.failures = 1
    db.session.commit()
    assert db.session.execute(select(Waiting)).all() == []
    officer.name = "Tên Mới"
    db.session.commit()
    assert db.session.scalars(select(Waiting.key)).all() == [str(officer.id)]


def test_auditors_get_no_address_and_nothing_that_opens_an_account(app, record, tmp_path):
    file = settled(tmp_path / "record.sqlite3")
    with closing(sqlite3.connect(file)) as copy:
        named = [row[1] for row in copy.execute("PRAGMA table_info(officer)")]
        assert copy.execute("SELECT count(*) FROM officer").fetchone()[0] > 0
    assert named == ["id", "name", "job_title", "agency_id"]
    held = file.read_bytes()
    for officer in db.session.scalars(select(Officer)):
        assert officer.email.encode() not in held
        assert officer.session_key.encode() not in held


def test_whose_consent_it_was_cannot_be_confirmed_once_they_are_erased(app, world, tmp_path):
    comment = world.comment(world.consultation(), email="a@example.vn")
    subject = f"comment:{comment.id}"
    settled(tmp_path / "before.sqlite3")
    given = consents.given([subject])[0]
    said = {
        name: summing.plain(getattr(given, name)) for name in plan.sums()["consent_state"].columns
    }

    def confirmed() -> bool:
        rows = db.session.execute(
            select(RowDigest.salt, RowDigest.digest).where(RowDigest.name == "consent_state")
        )
        return any(
            summing.digest("consent_state", salt or b"", said) == told for salt, told in rows
        )

    assert confirmed()
    consents.forget([subject], clock.now())
    db.session.commit()
    assert verdict(app, settled(tmp_path / "after.sqlite3")) == ""
    assert not confirmed()


def test_sums_are_made_once_and_only_of_what_is_new(app, world):
    world.comment(world.consultation())
    now = clock.now()
    while summing.sum_waiting(now):
        pass
    before = db.session.execute(select(RowDigest.name, RowDigest.key, RowDigest.batch)).all()
    assert summing.sum_waiting(now) == 0
    assert db.session.execute(select(Waiting)).all() == []
    world.comment(world.consultation())
    summing.sum_waiting(now)
    after = db.session.execute(select(RowDigest.name, RowDigest.key, RowDigest.batch)).all()
    assert set(before) < set(after)
    told = db.session.scalars(select(Entry.facts).where(Entry.verb == Verb.RECORD_SUMMED.value))
    assert sum(fact["rows"] for fact in told) == len(after)


def test_a_batch_is_bound_by_the_digests_of_its_rows(app, world):
    world.comment(world.consultation())
    summing.sum_waiting(clock.now())
    facts = db.session.scalars(select(Entry.facts).where(Entry.verb == Verb.RECORD_SUMMED.value))
    for fact in facts.all():
        of = RowDigest.name == fact["sum"], RowDigest.batch == fact["batch"]
        digests = db.session.scalars(select(RowDigest.digest).where(*of).order_by(RowDigest.key))
        assert hashlib.sha256(b"".join(digests)).hexdigest() == fact["digest"]
