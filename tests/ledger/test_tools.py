"""The programs for those who doubt, given what is no proof, no key, no database: never a traceback."""

from __future__ import annotations

import contextlib
import io
import runpy
import sqlite3
import sys
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.ledger import exporting
from app.work import loop
from tests.ledger.test_log import TOOLS, vkey

RECEIPT, LOG = (str(TOOLS / name) for name in ("verify_receipt.py", "verify_log.py"))
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def told(tool: str, *words: object) -> tuple[int, str, str]:
    """Status, answer and complaint of a tool, in this process: thousands of starts are slow."""
    said, blamed = io.StringIO(), io.StringIO()
    status: object = 0
    with (
        mock.patch.object(sys, "argv", [tool, *map(str, words)]),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(blamed),
    ):
        try:
            runpy.run_path(tool, run_name="__main__")
        except SystemExit as ended:
            status = ended.code
    if isinstance(status, str):
        return 1, said.getvalue(), f"{status}\n"
    return int(status or 0), said.getvalue(), blamed.getvalue()


@pytest.fixture
def proof(app, client, world, tmp_path) -> Path:
    comment = world.comment(world.consultation(), "Xin giữ nguyên khoản này.")
    loop.settle()
    file = tmp_path / "a.tlog-proof"
    file.write_bytes(client.get(f"/comments/{comment.receipt}/proof").data)
    return file


@st.composite
def mangled(draw: st.DrawFn, text: str) -> str:
    """The text with one thing done to it: a sign changed, a piece gone, twice or moved, or noise."""
    begin, end = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    noise = draw(st.text(max_size=8))
    ways = (
        text[:begin] + noise + text[begin + 1 :],
        text[:begin] + text[end:],
        text[:end] + text[begin:],
        text[:begin] + noise + text[end:],
        noise,
    )
    return draw(st.sampled_from(ways))


def clear(status: int, said: str, blamed: str) -> None:
    """What is not proven is told in one sentence, and nothing else is said."""
    assert status in (1, 2)
    assert said == ""
    assert blamed.endswith(".\n")
    assert blamed[:-1].isprintable() or "\n" not in blamed[:-1]
    assert "Error(" not in blamed


def test_a_mangled_proof_proves_nothing_else_and_is_told_in_a_sentence(app, proof):
    key, whole = vkey(app), proof.read_text("utf-8")
    _, entry, _ = sound = told(RECEIPT, "--key", key, proof)
    assert sound == (0, entry, "")
    other = proof.with_name("b.tlog-proof")

    @quick
    @given(mangled(whole))
    def mangle(text: str) -> None:
        other.write_text(text, encoding="utf-8", newline="", errors="replace")
        status, said, blamed = told(RECEIPT, "--key", key, other)
        if status == 0:
            assert (said, blamed) == (entry, "")
        else:
            clear(status, said, blamed)

    mangle()


def test_a_mangled_key_is_told_by_both_programs(app, proof, tmp_path):
    loop.settle()
    db.session.rollback()
    record = tmp_path / "record.sqlite3"
    exporting.write_record(record)
    key = vkey(app)

    @quick
    @given(mangled(key))
    def mangle(text: str) -> None:
        word = f"--key={text}"
        receipt, log = told(RECEIPT, word, proof), told(LOG, word, record)
        if text == key:
            assert (receipt[0], log[0]) == (0, 0)
            return
        for status, said, blamed in (receipt, log):
            clear(status, said, blamed)
            assert status == 2

    mangle()


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"{}", b'{"a": [', b"no proof\n\n"])
def test_what_is_no_proof_at_all_is_told(app, tmp_path, content):
    file = tmp_path / "x"
    if content is not None:
        file.write_bytes(content)
    for told_ in (
        told(RECEIPT, "--key", vkey(app), file),
        told(LOG, "--key", vkey(app), file),
        told(LOG, "--key", vkey(app), "--since", file, ":memory:"),
    ):
        clear(*told_)
        assert told_[0] == 2
        assert told_[2].startswith("Nothing was checked")


def test_a_key_of_another_log_proves_nothing(app, proof, tmp_path):
    words = vkey(app).replace("/log+", "/other+").split("+", 2)
    status, said, blamed = told(RECEIPT, "--key", "+".join(words), proof)
    assert status == 2  # its id is of another name
    clear(status, said, blamed)


def test_a_copy_whose_facts_are_no_json_is_a_fault_and_no_mishap(app, world, tmp_path):
    """Somebody changed the copy: that is what the program is to find, not a file it cannot read."""
    world.comment(world.consultation())
    loop.settle()
    db.session.rollback()
    file = tmp_path / "record.sqlite3"
    exporting.write_record(file)
    assert told(LOG, "--key", vkey(app), "--settled", file)[0] == 0
    for number, damage in enumerate(
        (
            "UPDATE ledger_entry SET facts = '{' WHERE seq = 3",
            "UPDATE row_digest SET digest = NULL",
            "DROP TABLE row_digest",
            "DROP TABLE comment",
        )
    ):
        copy = tmp_path / f"{number}.sqlite3"
        copy.write_bytes(file.read_bytes())
        with contextlib.closing(sqlite3.connect(copy)) as db_:
            db_.execute(damage)
            db_.commit()
        status, said, blamed = told(LOG, "--key", vkey(app), copy)
        assert (status, blamed) == (1, ""), damage
        assert said, damage
