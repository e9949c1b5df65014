"""A portal as it runs for people: gunicorn and the worker as processes, an instance of its own,
and a mail server that takes its letters."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import IO

from flask import Flask

from app import create_app
from app.config import IDENTITY_FILE, LOG_FILE, Settings, kept
from app.kit.sealing import new_key
from tests.citizens.provider import Provider
from tests.mail.post_office import PostOffice

ROOT = Path(__file__).resolve().parent.parent.parent
READY_IN = 60
SENDER = "no-reply@gopy.example.vn"
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Portal:
    """Web and worker over one SQLite file; `app` sees the same data, for arranging what a
    journey starts from."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.secret = secrets.token_urlsafe(48)
        self.environ = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self.office = PostOffice().__enter__()
        self.provider = Provider().__enter__()
        self.environ |= {
            "MAIL_URL": f"smtp://127.0.0.1:{self.office.place.port}?tls=off",
            "MAIL_FROM": SENDER,
            "OIDC_CITIZENS": self.provider.setting(name="VNeID", identity="level2"),
            "SECRET_KEY": self.secret,
            "INSTANCE_DIR": str(directory),
            "PUBLIC_URL": self.url,
            "PORT": str(self.port),
            # journeys of many people from one address, faster than people are
            "LIMITS": "off",
        }
        self.children: list[subprocess.Popen[bytes]] = []
        self.log: IO[bytes] = (directory / "portal.log").open("wb")

    def start(self) -> None:
        """The portal answers, empty but for the rules of law."""
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        subprocess.run(
            [*flask, "prepare", "--no-sample"],
            cwd=ROOT,
            env=self.environ,
            check=True,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        gunicorn = [
            sys.executable,
            "-m",
            "gunicorn",
            "wsgi:app",
            "--bind",
            f"127.0.0.1:{self.port}",
        ]
        gunicorn += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        gunicorn += ["--log-level", "warning", "--no-control-socket"]
        gunicorn += ["--limit-request-line", "8190"]
        for command in (gunicorn, [*flask, "work"]):
            self.children.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=self.environ,
                    stdout=self.log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        self._wait()
        self.app: Flask = create_app(
            Settings(
                secret_key=self.secret,
                database_url=f"sqlite:///{self.directory / 'gopy.sqlite3'}",
                instance_dir=self.directory,
                identity_keys=(kept(self.directory, IDENTITY_FILE, new_key),),
                log_key=kept(self.directory, LOG_FILE, new_key),
                public_url=self.url,
                mail=self.office.place,
                mail_from=SENDER,
            )
        )

    def _wait(self) -> None:
        until = time.monotonic() + READY_IN
        while time.monotonic() < until and all(child.poll() is None for child in self.children):
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"the portal did not start:\n{self.said()}")

    def said(self) -> str:
        """The last lines both processes wrote."""
        self.log.flush()
        text = (self.directory / "portal.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-40:])

    def stop(self) -> list[int]:
        """Both processes have ended; returns their exit statuses, 0 for an orderly end."""
        statuses = []
        for child in self.children:
            if child.poll() is None:
                child.terminate()
        for child in self.children:
            try:
                statuses.append(child.wait(timeout=20))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                statuses.append(child.wait())
        self.office.close()
        self.provider.close()
        self.log.close()
        return statuses
