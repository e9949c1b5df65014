"""A mail server of our own on this machine, which answers as a test wants it to."""

from __future__ import annotations

import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType

from app.config import MailServer, Tls


@dataclass
class PostOffice:
    """Takes letters over real SMTP; `answers` has, for a stage and a recipient, another answer.

    Stages are "EHLO", "RCPT" and "DATA" (at its end); the answer "" hangs up.
    """

    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0
    users: list[str] = field(default_factory=list)

    def __enter__(self) -> PostOffice:
        self.server = _Server(("127.0.0.1", 0), _Clerk)
        self.server.office = self
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nobody answers at its address any more."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def place(self) -> MailServer:
        return MailServer("127.0.0.1", self.server.server_address[1], Tls.OFF)

    def letters(self) -> list[EmailMessage]:
        """What was taken, read as a mail program reads it."""
        found = [message_from_bytes(raw, policy=SMTP) for _, raw in self.taken]
        assert all(isinstance(one, EmailMessage) for one in found)
        return found


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    office: PostOffice


class _Clerk(socketserver.StreamRequestHandler):
    server: _Server

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self) -> None:
        office = self.server.office
        office.connections += 1
        recipient = ""
        self.say("220 post office")
        for raw in iter(self.rfile.readline, b""):
            line = raw.decode().strip()
            verb = line[:4].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            answer = office.answers.get((verb, recipient))
            if verb == "DATA":
                self.say("354 go on")
                letter = self.body()
                answer = office.answers.get(("DATA", recipient))
                if answer is None or answer.startswith("2") or answer == "":
                    office.taken.append((recipient, letter))
            if verb == "AUTH":
                office.users.append(line)
            if answer == "":
                return
            self.say(
                answer
                or {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "235 come in"}.get(
                    verb, "250 yes"
                )
            )
            if verb == "QUIT" or (answer or "").startswith("421"):
                return

    def body(self) -> bytes:
        lines = []
        for raw in iter(self.rfile.readline, b".\r\n"):
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        return b"".join(lines)
