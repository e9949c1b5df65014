"""The log as everybody sees it: a signed head, tiles, the proof of a receipt, witnesses."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from app.comments.models import Comment
from app.extensions import db
from app.kit import clock
from app.kit.sealing import new_key
from app.ledger import checkpoint, exporting, growing, seal, tiles, tree, witness
from app.ledger.models import Checkpoint, Entry, Node
from app.operations import checks
from app.work import loop
from tests.house.source import ROOT
from tests.ledger.signing import cosigner

TOOLS = ROOT / "tools"


def vkey(app) -> str:
    return str(growing.signer(app.extensions["settings"]).verifier)


def run(name: str, *words: object) -> subprocess.CompletedProcess[str]:
    """A tool as an auditor runs it: nothing of the portal is on its path."""
    asked = [sys.executable, "-I", str(TOOLS / name), *map(str, words)]
    return subprocess.run(asked, capture_output=True, text=True)


def entries(number: int) -> None:
    """So many sealed entries more, as a rush would leave them."""
    begin = growing.head()
    rows = [
        {
            **{"at": clock.now(), "verb": "officer.signed_in", "subject": "officer:1"},
            **{"facts": {"officer_id": 1}, "seq": begin + n, "leaf": tree.leaf_hash(b"%d" % n)},
        }
        for n in range(1, number + 1)
    ]
    db.session.execute(insert(Entry), rows)
    db.session.commit()


def signed(at=None) -> Checkpoint:
    growing.sign_due(at or clock.now(), at_once=True)
    db.session.commit()
    newest = growing.newest()
    assert newest is not None
    return newest


def test_the_head_is_that_of_the_plain_tree_however_it_grew(app):
    for more in (1, 255, 1, 300, 66_000):
        entries(more)
        head = signed()
    leaves = db.session.scalars(select(Entry.leaf).order_by(Entry.seq)).all()
    assert head.size == len(leaves) == 66_557
    assert head.root == tree.root(len(leaves), tree.of_leaves(leaves))
    assert checkpoint.verify(head.note, growing.signer(app.extensions["settings"]).verifier)
    counted = select(func.count()).where(Node.level == 1)
    assert db.session.scalar(counted) == head.size // 256
    assert db.session.scalar(select(func.count()).where(Node.level == 2)) == 1
    subtree = growing.Stored().subtree
    for index in (0, 255, 256, 65_535, 65_536, head.size - 1):
        path = tree.inclusion(index, head.size, subtree)
        tree.check_inclusion(leaves[index], index, head.size, path, head.root)


def test_a_head_is_signed_only_now_and_then_and_of_a_log_that_grew(app):
    now = clock.now()
    entries(3)
    signed(now)
    growing.sign_due(now + timedelta(minutes=1))
    assert db.session.scalar(select(func.count()).select_from(Checkpoint)) == 1
    entries(1)
    growing.sign_due(now + timedelta(seconds=3))
    assert db.session.scalar(select(func.count()).select_from(Checkpoint)) == 1
    growing.sign_due(now + timedelta(seconds=12))
    assert db.session.scalar(select(func.count()).select_from(Checkpoint)) == 2


@pytest.mark.sqlite
def test_a_cut_or_rewritten_log_is_never_signed(app):
    entries(300)
    signed()
    db.session.connection().exec_driver_sql("DROP TRIGGER entry_kept")
    db.session.connection().exec_driver_sql("DROP TRIGGER entry_stays")
    db.session.connection().exec_driver_sql("DELETE FROM ledger_entry WHERE seq > 290")
    db.session.commit()
    with pytest.raises(growing.ForkError):
        signed()
    entries(20)
    with pytest.raises(growing.ForkError):
        signed()


def test_the_log_keeps_its_name_when_the_portal_moves(app, client):
    """The origin is an identifier, not a location (C2SP tlog-checkpoint): old heads stay signed."""
    here = app.extensions["settings"]
    before = growing.signer(here).verifier
    assert before.name == checkpoint.origin_of(here.public_url)
    moved = replace(here, public_url="https://gopy.moi.example.vn")
    assert growing.signer(moved).verifier.name == "gopy.moi.example.vn/log"  # it has not begun yet
    entries(2)
    old = signed()
    app.extensions["settings"] = moved
    try:
        entries(2)
        new = signed()
        shown = client.get("/log").text
        words = " ".join(one.words for one in checks.log(moved, clock.now()))
    finally:
        app.extensions["settings"] = here
    assert growing.signer(moved).verifier == before
    for note in (old.note, new.note):
        assert checkpoint.verify(note, before).size in (2, 4)
    assert str(before) in shown.replace("&#43;", "+")
    assert "https://gopy.moi.example.vn/log" in shown  # where it is found now
    assert before.name in words
    assert "no address" in words


def test_another_key_is_told_for_old_heads_look_unsigned(app):
    entries(2)
    signed()
    here = app.extensions["settings"]
    assert not [one for one in checks.log(here, clock.now()) if "LOG_KEY" in one.advice]
    other = replace(here, log_key=new_key())
    bad = [one for one in checks.log(other, clock.now()) if "LOG_KEY" in one.advice]
    assert [one.level for one in bad] == [checks.Level.BAD]


def test_of_old_days_the_first_and_last_head_stay_and_cosigned_ones(app):
    now = clock.now()
    then = clock.vn_midnight(clock.vn_date(now) - timedelta(days=9))
    sworn = cosigner("w")
    witness.register("W", sworn.vkey, now)
    sizes = []
    for hour in range(5):
        entries(1)
        sizes.append(signed(then + timedelta(hours=hour)).size)
    note = db.session.get_one(Checkpoint, sizes[2]).note
    witness.hand_in(sworn.cosign(note, now), now)
    entries(1)
    signed(now)
    left = db.session.scalars(select(Checkpoint.size).order_by(Checkpoint.size)).all()
    assert left == [sizes[0], sizes[2], sizes[4], sizes[4] + 1]


def test_every_tile_of_the_head_is_served_and_never_changes(app, client):
    entries(600)
    head = signed()
    for level, number, width in ((0, 0, 256), (0, 1, 256), (0, 2, 88), (1, 0, 2)):
        answer = client.get(f"/log/{tiles.path(level, number, width)}")
        assert answer.status_code == 200
        assert len(answer.data) == 32 * width
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    assert client.get("/log/checkpoint").text == head.note
    entries(3)  # not under a signed head yet
    for path in ("0/002.p/89", "0/002", "1/000.p/3", "2/000", "9/000", "0/x", "0/x000/000"):
        assert client.get(f"/log/tile/{path}").status_code == 404


def test_a_receipt_has_its_proof_as_soon_as_a_head_is_signed(app, client, world, drain, tmp_path):
    comment = world.comment(world.consultation(), "Xin giữ nguyên khoản này.")
    page = f"/comments/{comment.receipt}"
    assert client.get(f"{page}/proof").status_code == 404
    assert f"{page}/proof" not in client.get(page).text
    loop.settle()
    assert f"{page}/proof" in client.get(page).text
    answer = client.get(f"{page}/proof")
    file = tmp_path / "a.tlog-proof"
    file.write_bytes(answer.data)
    told = run("verify_receipt.py", "--key", vkey(app), file)
    assert told.returncode == 0, told.stderr
    assert f'"subject":"comment:{comment.id}"' in told.stdout
    assert comment.digest in told.stdout
    lines = answer.text.split("\n")
    for number in (1, 2, 3):  # what is recorded, where, and how it is proven
        other = [*lines]
        kind, _, value = other[number].rpartition(" ")
        raw = bytearray(base64.b64decode(value)) if kind != "index" else bytearray(b"\0")
        raw[-1] ^= 1
        changed = base64.b64encode(raw).decode() if kind != "index" else str(int(value) - 1)
        other[number] = f"{kind} {changed}".strip()
        file.write_text("\n".join(other), encoding="utf-8")
        assert run("verify_receipt.py", "--key", vkey(app), file).returncode == 1


def test_proof_is_found_by_an_index_however_long_the_log(app):
    if db.engine.dialect.name != "sqlite":
        plan = "EXPLAIN (FORMAT JSON) "
        db.session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
    else:
        plan = "EXPLAIN QUERY PLAN "
    asked = (
        "SELECT id FROM ledger_entry WHERE verb = 'comment.submitted' "
        "AND subject = 'comment:1' AND seq IS NOT NULL LIMIT 1"
    )
    told = db.session.connection().exec_driver_sql(plan + asked).all()
    assert any("ix_ledger_entry_submitted" in str(value) for row in told for value in row)


def test_a_witness_hands_in_and_everybody_sees_it(app, client):
    entries(10)
    head = signed()
    now = clock.now()
    sworn, stranger = cosigner("truong.example.vn/w"), cosigner("khac.example.vn/w")
    witness.register("Trường Đại học", sworn.vkey, now)
    db.session.commit()

    def post(note: str) -> int:
        return client.post("/log/cosignatures", data=note, content_type="text/plain").status_code

    assert post("nothing") == 422
    assert post(stranger.cosign(head.note, now)) == 403
    assert post(sworn.cosign(head.note.replace("\n10\n", "\n11\n"), now)) == 409
    assert post(sworn.cosign(head.note, now + timedelta(hours=1))) == 422
    forged = sworn.cosign(head.note, now).replace("\u2014 truong", "\u2014 khac", 1)
    assert post(forged) == 403
    assert client.get("/log/cosigned").status_code == 404
    assert post(sworn.cosign(head.note, now)) == 200
    assert post(sworn.cosign(head.note, now)) == 200
    served = client.get("/log/cosigned").text
    assert served == client.get("/log/checkpoint").text
    line = served.splitlines()[-1]
    assert sworn.verifier.signed_at(checkpoint.text_of(served), line) is not None
    assert "Trường Đại học" in client.get("/log").text
    witness.stop(sworn.vkey, now)
    db.session.commit()
    assert post(sworn.cosign(head.note, now)) == 403


def test_a_witness_of_its_own_sees_the_log_grow_and_two_histories(app, tmp_path):
    log, state, other = tmp_path / "log", tmp_path / "state", tmp_path / "other"
    entries(300)
    signed()
    exporting.write_tiles(log)
    words = ("check", log, "--key", vkey(app), "--state", state)
    assert run("witness.py", *words).returncode == 0
    entries(300)
    signed()
    exporting.write_tiles(log)
    told = run("witness.py", *words)
    assert told.returncode == 0, told.stderr
    assert "600" in told.stdout
    assert run("witness.py", "audit", log, "--key", vkey(app)).returncode == 0
    (log / "tile/0/001").write_bytes(bytes(256 * 32))
    assert run("witness.py", "audit", log, "--key", vkey(app)).returncode == 1
    # the portal signs another history of as many entries for somebody else
    signer = growing.signer(app.extensions["settings"])
    leaves = [tree.leaf_hash(b"other %d" % n) for n in range(600)]
    exporting_other(other, leaves, signer)
    told = run("witness.py", "check", other, "--key", vkey(app), "--state", state)
    assert told.returncode == 1
    assert "not one log" in told.stderr
    assert state.with_suffix(".fork").exists()


def exporting_other(directory: Path, leaves: list[bytes], signer: checkpoint.Signer) -> None:
    (directory / "tile/0/002.p").mkdir(parents=True)
    (directory / "tile/1/000.p").mkdir(parents=True)
    for number, width in ((0, 256), (1, 256), (2, 88)):
        some = leaves[256 * number : 256 * number + width]
        (directory / tiles.path(0, number, width)).write_bytes(b"".join(some))
    heads = b"".join(tiles.head(leaves[n : n + 256]) for n in (0, 256))
    (directory / tiles.path(1, 0, 2)).write_bytes(heads)
    root = tree.root(600, tree.of_leaves(leaves))
    (directory / "checkpoint").write_text(signer.sign(600, root), encoding="utf-8")


def test_a_witness_makes_a_key_that_the_portal_takes(app, tmp_path):
    made = run("witness.py", "new", "truong.example.vn/w", tmp_path / "key")
    assert made.returncode == 0, made.stderr
    witness.register("Trường", made.stdout.strip(), clock.now())
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(checkpoint.NoteError):
        witness.register("Log", vkey(app), clock.now())


def test_the_foot_of_each_page_shows_a_head_of_today(app, client):
    entries(1234)
    head = signed()
    app.extensions["log_head"].forget()
    app.extensions["revisions"].asked = float("-inf")
    foot = client.get("/about").text.partition("<footer")[2]
    assert "1.234" in foot
    assert head.root.hex()[:8] in foot


def test_leaves_from_before_the_log_keep_their_form(app, world, drain):
    """What was sealed without salt hashes as it did: no leaf ever changes."""
    world.consultation()
    drain()
    entry = db.session.scalars(select(Entry)).first()
    packed = seal.canonical(entry.seq, entry, salted=False)
    assert "id" not in json.loads(packed)
    assert seal.leaf_input(entry.seq, entry, None) == packed
    assert entry.leaf == tree.leaf_hash(seal.leaf_input(entry.seq, entry, entry.salt))
    assert len(entry.salt) == seal.SALT


def test_nothing_said_or_told_is_in_what_the_log_shows(app, client, world, tmp_path):
    """G17: planted words, names and addresses are in no tile, head, page or export of the log."""
    planted = ["Lê Thị Hoài Thương", "bi-mat@example.vn", "0912345678", "Ý kiến hết sức riêng"]
    comment = world.comment(
        world.consultation(),
        f"{planted[3]}, gọi {planted[2]}.",
        display_name=planted[0],
        email=planted[1],
    )
    loop.settle()
    exporting.write_tiles(tmp_path)
    shown = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    shown += [client.get(path).data for path in ("/log", "/log/checkpoint")]
    shown.append(client.get(f"/comments/{comment.receipt}/proof").data)
    proof = shown[-1].decode().split("\n")
    shown.append(base64.b64decode(proof[1].removeprefix("extra ")))
    facts = db.session.scalars(select(Entry.facts)).all()
    shown.append(json.dumps(facts, ensure_ascii=False).encode())
    assert len(shown) > 5
    assert not [word for word in planted for one in shown if word.encode() in one]
    assert db.session.scalar(select(Comment.body)) not in json.dumps(facts, ensure_ascii=False)
