"""What stands in front of the portal says who asks, and nothing else (deploy/gunicorn.conf.py)."""

from __future__ import annotations

import runpy

from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from app.config import ROOT

ASKED = (
    b"GET /log/consultations HTTP/1.1\r\nHost: gopy.example.vn\r\n"
    b"SCRIPT_NAME: /log\r\nPATH_INFO: /takedowns\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n"
)


def test_no_header_moves_the_portal_to_another_path():
    """gunicorn believes SCRIPT_NAME of who asks from this machine, as a proxy on it does: every
    link of the answer would begin with what a visitor chose."""
    config = Config()
    ours = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))
    config.set("forwarder_headers", ours["forwarder_headers"])
    request = next(RequestParser(config, iter([ASKED]), ("127.0.0.1", 40000)))
    assert [name for name, _ in request.headers] == ["HOST", "X-FORWARDED-FOR"]
