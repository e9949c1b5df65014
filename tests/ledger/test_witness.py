"""A witness in a process of its own, over HTTP: it cosigns what grew, and finds a fork."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from app.extensions import db
from app.kit import clock
from app.ledger import growing, witness
from tests.ledger.test_log import entries, exporting_other, run, signed, vkey


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nobody reads it."""


class SilentFiles(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@contextmanager
def serving(server: Any) -> Iterator[str]:
    """The address at which it answers, from a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/log"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def place(app) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    with serving(server) as address:
        yield address


def grown(more: int) -> int:
    """The size of a signed log of so many entries more; nobody holds the pen."""
    entries(more)
    size = signed().size
    db.session.rollback()
    return size


def test_a_witness_cosigns_over_http_and_finds_the_fork_it_is_served(
    app, client, place, tmp_path: Path
):
    key, state, log = tmp_path / "key", tmp_path / "head", ["--key", vkey(app)]
    made = run("witness.py", "new", "truong.example.vn/w", key)
    witness.register("Trường Đại học", made.stdout.strip(), clock.now())
    grown(300)
    words = ["check", place, *log, "--state", state, "--witness", key]
    first = run("witness.py", *words)
    assert (first.returncode, first.stderr) == (0, "")
    size = grown(300)
    again = run("witness.py", *words)
    assert (again.returncode, again.stderr) == (0, "")
    assert "600" in again.stdout
    assert [one.size for one in witness.seen()] == [size] == [600]
    shown = client.get("/log").text
    assert "Trường Đại học" in shown
    assert "truong.example.vn/w" in client.get("/log/cosigned").text
    db.session.rollback()
    assert run("witness.py", "audit", place, *log).returncode == 0
    # somebody else serves another history of as many entries, signed by the portal as well
    forked = tmp_path / "forked" / "log"
    exporting_other(
        forked,
        [growing.tree.leaf_hash(b"other %d" % n) for n in range(600)],
        growing.signer(app.extensions["settings"]),
    )
    files = partial(SilentFiles, directory=str(forked.parent))
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), files)) as elsewhere:
        kept = state.read_text("utf-8")
        told = run("witness.py", "check", elsewhere, *log, "--state", state, "--witness", key)
    assert told.returncode == 1
    assert "not one log" in told.stderr
    # both signed heads are kept: they are the evidence; and nothing of the fork was cosigned
    assert state.read_text("utf-8") == kept
    assert kept.split("\n")[1] == "600"
    assert state.with_suffix(".fork").read_text("utf-8").split("\n")[1] == "600"


def test_a_portal_that_is_not_there_is_no_fork(app, tmp_path: Path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), SilentFiles)
    with serving(server) as address:
        pass
    told = run("witness.py", "check", address, "--key", vkey(app), "--state", tmp_path / "head")
    assert told.returncode == 2
    assert not (tmp_path / "head").exists()
