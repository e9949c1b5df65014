"""A person planted everywhere: all of it is in the export, none of it is left after the erasure."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from app.alerts.models import Subscriber
from app.citizens.models import Citizen
from app.comments import attachments
from app.comments.models import Attachment, Comment, ContactAddress
from app.extensions import db
from app.kit import clock
from app.ledger import growing, summing
from app.ledger.models import Entry
from app.mail.models import Letter
from app.people.models import Consent, Erasure, Scope
from app.privacy import erase as erasing
from app.privacy import replay, sweep
from app.privacy.person import NobodyError, find
from tests.house.source import ROOT
from tests.privacy.person import EMAIL, NAME, PHONE, SIGNS, Planted, plant


@pytest.fixture
def planted(world, drain, office) -> Planted:
    made = plant(world)
    attachments.clean_waiting(clock.now())
    db.session.commit()
    drain()
    return made


@pytest.fixture
def run(app: Flask) -> Callable[..., str]:
    def call(*words: str) -> str:
        result = app.test_cli_runner().invoke(args=["privacy", *words])
        assert result.exit_code == 0, result.output
        return str(result.output)

    return call


def rows() -> dict[str, str]:
    """Every table as the database has it, without opening what is sealed."""
    found = {}
    with db.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            told = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            found[table] = repr(
                [[bytes(x) if isinstance(x, memoryview) else x for x in row] for row in told]
            )
    return found


def named_in_rows() -> set[str]:
    return {name for name, told in rows().items() if any(sign in told for sign in SIGNS)}


def named_in_files(directory: Path) -> list[str]:
    signs = [sign.encode() for sign in SIGNS]
    return [
        str(path) for path in directory.rglob("*") if path.is_file() and sweep.holds(path, signs)
    ]


def test_a_copied_database_names_nobody_by_an_address(planted, database, app):
    """Sealed: neither rows nor the file hold an address, though the portal writes to it."""
    told = rows()
    assert not [name for name, words in told.items() if EMAIL in words or "other@example" in words]
    assert "letter" in told
    assert db.session.scalar(select(func.count()).select_from(ContactAddress)) == 3
    if db.engine.dialect.name == "sqlite":
        db.session.remove()
        db.engine.dispose()
        for path in database.file.parent.glob("test.sqlite3*"):
            assert not sweep.holds(path, [EMAIL.encode()])


def test_the_export_has_everything(planted, run, tmp_path):
    before = {name for name, told in rows().items() if NAME in told}
    target = tmp_path / "person.zip"
    run("export", EMAIL.upper(), str(target))
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as packed:
        told = json.loads(packed.read("data.json"))
        photograph = [name for name in packed.namelist() if name.startswith("files/")]
    assert len(photograph) == 1
    said, withheld = told["comments"]
    assert {said["receipt"], withheld["receipt"]} == {
        planted.said.receipt,
        planted.withheld.receipt,
    }
    for table in ("question", "comment_translation", "attachment", "decision", "mask"):
        assert said[table], table
    assert said["contact_address"][0]["email"] == EMAIL
    assert NAME in withheld["appeal"][0]["words"]
    assert NAME in withheld["decision"][0]["sentence"]
    assert told["saved_searches"][0]["searches"][0]["words"] == NAME
    assert told["accounts"][0]["name"] == NAME
    assert [one["purpose"] for one in told["consents"]].count("comment_letters") == 2
    assert told["requests"][0]["words"]
    assert told["letters_waiting"]
    # each table that names the person is one of those told of above
    assert before <= {
        *("comment", "question", "appeal", "decision", "attachment", "comment_translation"),
        *("search_document", "search_told"),
    }
    assert "other@example.vn" not in json.dumps(told)


def test_after_the_erasure_nothing_names_the_person(planted, run, drain, client, app, database):
    pages = [
        client.get(f"/comments/{planted.said.receipt}").text,
        client.get(f"/consultations/{planted.said.consultation.dossier.slug}/comments").text,
    ]
    assert all(NAME in page for page in pages)
    assert named_in_rows()
    addresses = [
        f"/comments/{planted.said.receipt}",
        f"/consultations/{planted.said.consultation.dossier.slug}/comments",
    ]
    output = run("erase", EMAIL, "--text", "--yes")
    assert "still named" not in output
    drain()
    assert named_in_rows() == set()
    settings = app.extensions["settings"]
    assert named_in_files(settings.instance_dir) == []
    for address in addresses:
        page = client.get(address).text
        assert not any(sign in page for sign in SIGNS)
    if db.engine.dialect.name == "sqlite":
        db.session.remove()
        # beside it lie photographs of what other tests have made
        signs = [sign.encode() for sign in SIGNS]
        assert not [
            path for path in database.file.parent.glob("test.sqlite3*") if sweep.holds(path, signs)
        ]
    assert db.session.scalar(select(func.count()).select_from(Subscriber)) == 0
    assert db.session.scalar(select(func.count()).select_from(Citizen)) == 0
    waiting = select(Letter.recipient).where(Letter.settled_at.is_(None))
    assert EMAIL not in list(db.session.scalars(waiting))
    with pytest.raises(NobodyError):
        find([EMAIL])


def test_without_text_the_words_stay_and_the_author_goes(planted, run, drain, client):
    run("erase", planted.said.receipt, "--yes")
    drain()
    db.session.expire_all()
    said = db.session.get_one(Comment, planted.said.id)
    assert (said.display_name, said.erased, said.status) == ("", Scope.IDENTITY, "published")
    assert PHONE in said.body
    assert PHONE not in said.shown_body
    assert db.session.get(ContactAddress, said.id) is None
    # a receipt stands for its comment alone
    assert db.session.get(ContactAddress, planted.withheld.id) is not None
    assert db.session.scalar(select(func.count()).select_from(Subscriber)) == 1
    gone = db.session.scalars(select(Consent).where(Consent.subject == "")).all()
    assert {one.purpose for one in gone} == {"comment_letters", "public_name"}
    assert all(one.withdrawn_at is not None for one in gone)
    slug = said.consultation.dossier.slug
    for address in (f"/en/comments/{said.receipt}", f"/en/consultations/{slug}/comments"):
        page = client.get(address).text
        assert "has withdrawn their personal data" in page
        assert "Anonymous" in page or "anonymous" in page
    entry = db.session.scalars(select(Entry).where(Entry.verb == "comment.erased")).one()
    assert entry.facts == {"comment_id": said.id, "scope": "identity"}


def test_others_are_left_alone(planted, run, drain):
    before = db.session.execute(
        select(Comment.body, Comment.row_version).where(Comment.id == planted.other.id)
    ).one()
    run("erase", EMAIL, "--text", "--yes")
    drain()
    after = db.session.execute(
        select(Comment.body, Comment.row_version).where(Comment.id == planted.other.id)
    ).one()
    assert before == after
    assert db.session.get(ContactAddress, planted.other.id) is not None


def test_the_list_beside_the_database_erases_again(planted, app):
    """As after a restore: the rows are back, the list knows better."""
    number, consultation = planted.said.id, planted.said.consultation_id
    now = clock.now()
    subjects = [(subject, Scope.TEXT) for subject in find([EMAIL]).subjects]
    erasing.note(subjects, now)
    assert NAME not in erasing.journal().read_text()
    assert EMAIL not in erasing.journal().read_text()
    assert replay.replay() == len(subjects) == 4
    assert replay.replay() == 0
    db.session.expire_all()
    assert db.session.get_one(Comment, number).erased == Scope.TEXT
    assert db.session.get_one(Comment, number).consultation_id == consultation
    assert db.session.scalar(select(func.count()).select_from(Erasure)) == 4


def test_who_came_after_an_erasure_is_not_erased_by_its_number(planted, app):
    erasing.note([(f"comment:{planted.said.id}", Scope.TEXT)], clock.now() - timedelta(days=1))
    assert replay.replay() == 0


REFUSED = (
    "UPDATE comment SET display_name = '' WHERE id = :id",
    "UPDATE comment SET erased = 'identity', display_name = '', country = '', masked_name = NULL WHERE id = :id",
    "UPDATE comment SET erased = 'text', body = 'x' WHERE id = :id",
    "UPDATE comment SET body = '█████' WHERE id = :id",
    "UPDATE comment SET country = '' , display_name = 'x' WHERE id = :id",
    "UPDATE question SET text = '', reply = '' WHERE comment_id = :id",
    "UPDATE attachment SET name = '', sha256 = '', clean_sha256 = '', text = '' WHERE comment_id = :id",
    "DELETE FROM attachment WHERE comment_id = :id",
    "UPDATE comment_translation SET text = '', source_digest = '' WHERE comment_id = :id",
    "UPDATE decision SET sentence = '' WHERE comment_id = :id",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_the_record_is_emptied_by_an_erasure_alone(planted, statement):
    with pytest.raises(DatabaseError):
        db.session.execute(text(statement), {"id": planted.said.id})
    db.session.rollback()


AFTER_ERASURE = (
    "UPDATE comment SET erased = '' WHERE id = :id",
    "UPDATE comment SET erased = 'text', body = 'other words', display_name = '', country = '', "
    "masked_name = NULL, masked_body = NULL, masked_wording = NULL, proposed_wording = '', "
    "salt = '' WHERE id = :id",
    "UPDATE comment SET receipt = 'x', erased = 'text' WHERE id = :id",
    "UPDATE comment SET display_name = 'x' WHERE id = :id",
    "UPDATE question SET text = 'other words', reply = '' WHERE comment_id = :id",
    "UPDATE question SET asked_at = NULL, text = '', reply = '' WHERE comment_id = :id",
    "UPDATE attachment SET name = 'other' WHERE comment_id = :id",
    "DELETE FROM question WHERE comment_id = :id",
)


@pytest.mark.parametrize("statement", AFTER_ERASURE)
def test_an_erasure_lets_nothing_else_pass(planted, statement, run):
    run("erase", planted.said.receipt, "--yes")
    with pytest.raises(DatabaseError):
        db.session.execute(text(statement), {"id": planted.said.id})
    db.session.rollback()


def test_files_of_an_erased_comment_are_gone(planted, run, app):
    sent = db.session.scalars(select(Attachment)).one()
    kept = attachments.path(sent)
    assert kept.is_file()
    run("erase", planted.said.receipt, "--text", "--yes")
    assert not kept.exists()
    assert not (app.extensions["settings"].files_dir / "incoming" / str(sent.id)).exists()


def at_rest(drain: Callable[[], None]) -> None:
    """Everything has its digest, is sealed, and the head of the log is signed."""
    while True:
        drain()
        done = summing.sum_waiting(clock.now())
        db.session.commit()
        if not done:
            break
    growing.sign_due(clock.now(), at_once=True)
    db.session.commit()
    db.session.remove()
    db.engine.dispose()


@pytest.mark.sqlite
def test_who_verifies_the_record_finds_no_fault_with_an_erasure(
    planted, run, drain, app, database, tmp_path
):
    """Before and after; the auditor's tool knows of the one thing that may have changed, and why."""
    key = str(growing.signer(app.extensions["settings"]).verifier)
    for words in ((), ("erase", EMAIL, "--text", "--yes")):
        if words:
            run(*words)
        at_rest(drain)
        copy = tmp_path / "copy.sqlite3"
        copy.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(database.file)) as one,
            closing(sqlite3.connect(copy)) as other,
        ):
            one.backup(other)
        tool = [sys.executable, str(ROOT / "tools/verify_log.py"), "--key", key, "--settled"]
        told = subprocess.run([*tool, str(copy)], capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr
