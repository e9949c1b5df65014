"""What leaves the portal, seen as the programs of readers may come to show it: letters, feeds, files.

A page has a policy that stands between an input and its running; a letter, a saved file and what a
proxy served under another name have none.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import PurePosixPath

from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from app.alerts import digest
from app.alerts.models import SavedSearch, Told
from app.comments.models import Comment, ContactAddress
from app.extensions import db
from app.ledger.models import Cursor
from app.mail.envelope import envelope
from app.mail.models import Letter
from app.work import loop
from tests.hostile.oracles import Watched

HTML = "text/html; charset=utf-8"
MARKED_UP = {".xml", ".rels", ".xlf", ".svg", ".html", ".xhtml", ".rdf"}
LETTER = {
    "to", "from", "subject", "date", "message-id", "auto-submitted", "list-unsubscribe",
    "list-unsubscribe-post", "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip
ACTS = re.compile(
    rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|EmbeddedFile|RichMedia|GoToR)\b"
    rb"|/URI\s*\(\s*(?:javascript|data|vbscript|file):",
    re.IGNORECASE,
)
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


@dataclass(frozen=True)
class View:
    """One way to come to see a file; in what is `raw`, an input may stand as it was written."""

    way: str
    body: bytes
    headers: Mapping[str, str]
    raw: bool = False


def views(answer: TestResponse) -> Iterator[View]:
    """In its place instead of saved; under a wrong name; saved and opened, it and all its parts."""
    body, kind = answer.get_data(), answer.mimetype or ""
    own = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
    own.pop("Content-Disposition", None)
    yield View("in its place", body, own)
    if kind == "text/html":
        return
    mistaken = {**own, "Content-Type": HTML}
    del mistaken["X-Content-Type-Options"]
    yield View("taken for a page", body, mistaken, raw=True)
    parts = {"": body} if kind.endswith("xml") else _parts(body)
    for name, part in parts.items():
        yield View(f"saved {name}", part, {"Content-Type": "application/xml; charset=utf-8"})
        yield View(f"saved {name} as a page", part, {"Content-Type": HTML})
    if kind == "application/pdf":
        yield View("saved", body, {"Content-Type": HTML})
    if kind.startswith("text/"):
        yield View("saved", body, {"Content-Type": "text/plain; charset=utf-8"})


def _parts(body: bytes) -> dict[str, bytes]:
    """What is marked up and holds an input inside a package: nothing of what is none."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return {}
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    return {
        name: part
        for name, part in parts.items()
        if PurePosixPath(name).suffix in MARKED_UP and b"hit" in part
    }


def look(window: Watched, name: str, answer: TestResponse) -> int:
    """The answer is shown in every way there is; returns in how many the browser showed it."""
    answer.get_data()
    answer.close()
    shown = 0
    for view in views(answer):
        shown += window.show(f"{name}, {view.way}", view.body, view.headers, raw=view.raw)
    if answer.mimetype == "application/pdf" and (found := ACTS.search(_unpacked(answer.data))):
        window.told.append(f"{name}: acts: {found[0]!r}")
    return shown


def _unpacked(pdf: bytes) -> bytes:
    """The file and whatever of it was packed."""
    inside = [pdf]
    for stream in STREAM.finditer(pdf):
        try:
            inside.append(zlib.decompressobj().decompress(stream[1]))
        except zlib.error:
            continue  # a picture, or a font in another packing
    return b"\n".join(inside)


def letters(now: datetime) -> list[Letter]:
    """Every step of every comment and every kept search is written about anew, to an address each."""
    db.session.execute(delete(Letter))
    db.session.execute(delete(Told))
    told = set(db.session.scalars(select(ContactAddress.comment_id)))
    for number in db.session.scalars(select(Comment.id).order_by(Comment.id)):
        if number not in told:
            here = {"mark": f"mark {number}", "language": "vi" if number % 2 else "en"}
            to = {"email": f"a{number}@example.vn", "key": f"key-{number:018d}", **here}
            db.session.add(ContactAddress(comment_id=number, confirmed_at=now, **to))
    db.session.execute(update(ContactAddress).values(confirmed_at=now, stopped_at=None))
    long_ago = now - timedelta(days=9)
    due = {"confirmed_at": long_ago, "consented_at": long_ago, "told_until": long_ago}
    db.session.execute(update(SavedSearch).values(**due, due_at=now))
    db.session.execute(update(Cursor).where(Cursor.name == "letters").values(seq=0))
    db.session.commit()
    loop.drain()
    digest.tell(now)
    return [*db.session.scalars(select(Letter).order_by(Letter.id))]


def look_at_letter(window: Watched, letter: Letter, sender_name: str, now: datetime) -> None:
    """The letter is one plain text with no header but ours, and is shown as that: it, its subject
    and the message as it went over the wire. There is no part in HTML to be shown as a page."""
    sent = envelope(letter, "no-reply@example.vn", sender_name, now).as_bytes()
    message = message_from_bytes(sent, policy=policy.default)
    name = f"letter {letter.key.split(':')[-2:][0]}"
    strange = {header.lower() for header in message} - LETTER
    if strange or message.is_multipart() or message.get_content_type() != "text/plain":
        window.told.append(f"{name}: not our own: {strange} {message.get_content_type()}")
    if message["To"] != letter.recipient or message.defects:
        window.told.append(f"{name}: to {message['To']}, {message.defects}")
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    text = f"{message['Subject']}\n{message['From']}\n\n{message.get_content()}"
    for way, body in (("", text.encode()), (" on the wire", sent)):
        window.show(name + way, body, plain)
