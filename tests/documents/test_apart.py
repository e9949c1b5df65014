"""A file is read in a process that can harm nobody, and ends in words whatever happens there."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.documents import importing
from app.documents.parsers import apart, child, convert
from app.documents.parsers.blocks import UnreadableCode, UnreadableError
from app.web import processes
from app.web.refusals import RefusalCode, Refused
from app.web.uploads import DOC, OLE2, WORD_STREAM
from tests.documents.test_laws import LAWS
from tests.hostile.case import LAW
from tests.word import docx

OLD_WORD = OLE2 + bytes(504) + WORD_STREAM
READING = apart.START.replace("child.main(sys.argv[2], sys.argv[3])", "")


def run(code: str) -> str:
    """What the code prints in the process for reading, limits and all."""
    command = [sys.executable, "-I", "-c", READING + code, str(processes.PACKAGE)]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def doing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Reading a file comes to this instead."""
    monkeypatch.setattr(apart, "START", READING + code)


@pytest.mark.parametrize("law", ["bo-luat-91-2015-qh13", "luat-63-2020-qh14"])
def test_nothing_is_lost_on_the_way_back(law: str) -> None:
    data = (LAWS / f"{law}.docx").read_bytes()
    assert apart.tree(data, "a.docx") == child.tree(data, "a.docx")
    assert apart.blocks(data, "a.docx") == child.blocks(data, "a.docx")


def test_the_process_knows_nothing_of_the_portal() -> None:
    loaded = set(json.loads(run("import json; print(json.dumps(list(sys.modules)))")))
    assert "app.documents.outline" in loaded
    assert not loaded & {"flask", "sqlalchemy", "app.extensions", "app.config"}


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "import tempfile; f = tempfile.TemporaryFile(buffering=0); f.write(b'x')",
    ],
)
def test_the_process_reaches_nothing(code: str) -> None:
    kept = "\ntry:\n    {}\nexcept OSError as fault:\n    print('refused')"
    assert run("child.confine()" + kept.format(code)) == "refused\n"


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("child.confine(); bytearray(600 * 1024 ** 2)", UnreadableCode.DAMAGED),
        ("child.tree = lambda *_: bytearray(600 * 1024 ** 2); child.main('', '')", RefusalCode.TOO_HEAVY),
        ("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", RefusalCode.TOO_HEAVY),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", RefusalCode.TOO_SLOW),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", UnreadableCode.DAMAGED),
        ("sys.exit(3)", UnreadableCode.DAMAGED),
        ("child.tree = lambda *_: 1 / 0; child.main('', '')", UnreadableCode.DAMAGED),
        ("print('not what was asked for')", UnreadableCode.DAMAGED),
    ],
)  # fmt: skip
def test_whatever_happens_there_is_a_refusal_with_a_name(
    monkeypatch: pytest.MonkeyPatch, code: str, refused: str
) -> None:
    doing(monkeypatch, code)
    with pytest.raises((Refused, UnreadableError)) as error:
        apart.tree(docx(LAW), "a.docx")
    assert error.value.code == refused


@pytest.mark.parametrize("code", ["while True: pass", "import time; time.sleep(60)", "sys.stdin.read(); print(flush=True); import time; time.sleep(60)"])  # fmt: skip
def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(apart, "WALL_SECONDS", 0.5)
    doing(monkeypatch, code)
    with pytest.raises(Refused) as refused:
        apart.tree(b"x" * 1_000_000, "a.docx")
    assert refused.value.code is RefusalCode.TOO_SLOW


def test_nothing_is_left_of_what_was_stopped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(apart, "WALL_SECONDS", 0.2)
    doing(monkeypatch, "while True: pass")
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def starting(*command: Any, **facts: Any) -> subprocess.Popen[bytes]:
        started.append(begin(*command, **facts))
        return started[-1]

    monkeypatch.setattr(processes.subprocess, "Popen", starting)
    for _ in range(3):
        with pytest.raises(Refused):
            apart.tree(b"x" * 1_000_000, "a.docx")
    for child_process in started:
        with pytest.raises(ChildProcessError):  # it was waited for: no zombie
            os.waitpid(child_process.pid, os.WNOHANG)
        assert child_process.stdin.closed
        assert child_process.stdout.closed
    assert len(started) == 3
    assert list(tmp_path.iterdir()) == []


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "ANSWER_BYTES", 1000)
    doing(monkeypatch, "\nwhile True: print('x' * 1000)")
    with pytest.raises(Refused) as refused:
        apart.tree(docx(LAW), "a.docx")
    assert refused.value.code is RefusalCode.TOO_HEAVY


def test_a_fault_of_a_reader_is_written_to_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    doing(monkeypatch, "child.tree = lambda *_: 1 / 0; child.main(sys.argv[2], sys.argv[3])")
    with pytest.raises(UnreadableError):
        apart.tree(docx(LAW), "dự thảo.docx")
    assert "ZeroDivisionError" in caplog.text
    assert "dự thảo" not in caplog.text


def test_an_old_word_file_is_read_as_the_new_one_it_becomes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(convert, "old_word", lambda _: docx(LAW))
    assert [article.number for article in apart.tree(OLD_WORD, "a.doc").articles()] == ["1", "2"]
    monkeypatch.setattr(convert, "old_word", lambda _: None)
    with pytest.raises(Refused) as refused:
        apart.tree(OLD_WORD, "a.doc")
    assert refused.value.code is RefusalCode.OLD_WORD


@pytest.mark.parametrize(("found", "taken"), [("/usr/bin/soffice", True), (None, False)])
def test_old_word_files_are_taken_where_libreoffice_is(
    monkeypatch: pytest.MonkeyPatch, found: str | None, taken: bool
) -> None:
    monkeypatch.setattr(convert, "office", lambda: found)
    assert (DOC in importing.kinds()) is taken


SCAN = """
import json
if sys.argv[3] != "scan":
    print(json.dumps({"unreadable": "scanned", "facts": {"pages": "1"}}))
else:
    print(json.dumps(child.answer(sys.stdin.buffer.read(), "a.docx", "tree")))
"""


def test_a_scan_is_read_where_tesseract_is(monkeypatch: pytest.MonkeyPatch) -> None:
    doing(monkeypatch, SCAN)
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/tesseract")
    assert len(apart.tree(docx(LAW), "a.pdf").articles()) == 2
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UnreadableError) as error:
        apart.tree(docx(LAW), "a.pdf")
    assert error.value.code is UnreadableCode.SCANNED
    assert error.value.facts == {"pages": "1"}


def test_who_finds_too_many_waiting_is_asked_to_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "PATIENCE_SECONDS", 0.01)
    places = apart.AT_A_TIME + apart.IN_LINE
    taken = [apart._line.acquire(blocking=False) for _ in range(places)]
    try:
        with pytest.raises(Refused) as refused:
            apart.blocks(docx(LAW), "a.docx")
    finally:
        for _ in taken:
            apart._line.release()
    assert (all(taken), refused.value.code) == (True, RefusalCode.BUSY)
    assert apart.blocks(docx(LAW), "a.docx")


SLOW_SCAN = """
import json
if sys.argv[2] != "a.pdf":
    child.main(sys.argv[2], sys.argv[3])
elif sys.argv[3] != "scan":
    print(json.dumps({{"unreadable": "scanned", "facts": {{"pages": "1"}}}}))
else:
    with open({begun!r}, "wb") as begun:
        begun.write(b"x")
    with open({end!r}, "rb") as end:
        end.read(1)
    print(json.dumps(child.answer(sys.stdin.buffer.read(), "a.docx", "tree")))
"""
GIVEN_UP = 30  # seconds, where something is broken


def test_other_files_are_read_beside_a_scan_and_a_second_scan_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun, end = tmp_path / "begun", tmp_path / "end"
    for pipe in (begun, end):
        os.mkfifo(pipe)
    doing(monkeypatch, SLOW_SCAN.format(begun=str(begun), end=str(end)))
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/tesseract")
    # open at both ends, so that nothing waits here
    hears, says = (os.open(pipe, os.O_RDWR) for pipe in (begun, end))
    with ThreadPoolExecutor() as others:
        scan = others.submit(apart.tree, docx(LAW), "a.pdf")
        assert select.select([hears], [], [], GIVEN_UP)[0]
        try:
            files = [others.submit(apart.tree, docx(LAW), "a.docx") for _ in range(3)]
            assert [len(file.result(GIVEN_UP).articles()) for file in files] == [2, 2, 2]
            with pytest.raises(Refused) as refused:
                apart.tree(docx(LAW), "a.pdf")
            assert (refused.value.code, scan.done()) == (RefusalCode.BUSY, False)
        finally:
            os.write(says, b"x")
        assert len(scan.result(GIVEN_UP).articles()) == 2
    os.close(hears)
    os.close(says)


def test_a_scan_that_is_stopped_says_how_much_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    doing(monkeypatch, SCAN.rpartition("else:")[0] + "else:\n    import time; time.sleep(60)")
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/tesseract")
    monkeypatch.setattr(apart, "SCAN_SECONDS", 0.5)
    with pytest.raises(UnreadableError) as error:
        apart.tree(docx(LAW), "a.pdf")
    assert error.value.code is UnreadableCode.SCAN_TOO_LONG
    assert error.value.facts == {"limit": "10"}
