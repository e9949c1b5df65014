"""All comments of a consultation grouped anew, in a process of its own."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import IO

from flask import current_app

from app.consultations.models import Consultation
from app.extensions import db
from app.groups import sources
from app.groups.answer import Answer, read
from app.groups.keeping import keep

Progress = Callable[[int, int], None]

PACKAGE = Path(__file__).parents[1]
# The package without its factory: that would load every room, and take five times as long.
START = """
import sys, types
app = sys.modules["app"] = types.ModuleType("app")
app.__path__ = [sys.argv[1]]
from app.groups import child
child.main()
"""
# what the process has done when it is told all the draft and comments, and when it answers
COMPARED = 80
WHOLE = 100


class AnotherRunError(Exception):
    """Raised when comments are being grouped on this machine already."""


class GroupingFailedError(Exception):
    """Raised when the process ended without an answer; has what it said last."""


def regroup(consultation_id: int, progress: Progress = lambda done, of: None) -> None:
    """The groups that machines make are those of the texts as they stand; people's stay theirs.

    `progress` is told how much of how much is done. Reads and commits in short transactions, so
    that people can comment meanwhile; what comes meanwhile finds its group by itself. Raises
    AnotherRunError, GroupingFailedError.
    """
    with only_run():
        answer = _answer(consultation_id, progress)
        keep(consultation_id, answer, lambda done, of: progress(_from(done, of, COMPARED), WHOLE))
    progress(WHOLE, WHOLE)


def _from(done: int, of: int, start: int, end: int = WHOLE) -> int:
    return start + (end - start) * done // max(of, 1)


def _answer(consultation_id: int, progress: Progress) -> Answer:
    version_id = db.session.get_one(Consultation, consultation_id).version_id
    words = sources.draft(version_id)
    db.session.rollback()
    command = [sys.executable, "-I", "-X", "utf8", "-c", START, str(PACKAGE)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env={}) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        complaints: list[bytes] = []
        listening = Thread(target=_listen, args=(child.stderr, complaints), daemon=True)
        listening.start()
        try:
            _tell(child.stdin, words, consultation_id)
            for done, of in _steps(child.stdout):
                progress(_from(done, of, 0, COMPARED), WHOLE)
            answer = read(child.stdout)
        except (BrokenPipeError, ValueError) as error:
            child.kill()
            listening.join()
            said = b"".join(complaints).decode(errors="replace")[-2000:]
            raise GroupingFailedError(said or f"ended with {child.wait()}") from error
        except BaseException:
            child.kill()
            raise
    return answer


def _tell(pipe: IO[bytes], words: list[str], consultation_id: int) -> None:
    with pipe:
        pipe.write(json.dumps(words).encode() + b"\n")
        seen: set[int] = set()
        for page in sources.texts(consultation_id):
            new = [one for one in page if one[0] not in seen]
            seen.update(one[0] for one in new)
            pipe.writelines(json.dumps(one).encode() + b"\n" for one in new)


def _steps(pipe: IO[bytes]) -> Iterator[tuple[int, int]]:
    """How far it is; raises ValueError where it ended before it was done."""
    while line := pipe.readline().strip():
        done, of = line.split()
        yield int(done), int(of)


def _listen(pipe: IO[bytes], heard: list[bytes]) -> None:
    heard.extend(pipe)


@contextmanager
def only_run() -> Iterator[None]:
    """No second run goes on inside, on this machine; raises AnotherRunError."""
    path = current_app.extensions["settings"].instance_dir / "groups.lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherRunError from error
        yield
