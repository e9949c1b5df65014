"""Every public address there is, found by links and by what machines ask for."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

from flask import Flask
from sqlalchemy import select

from app.comments.models import Attachment, Comment
from app.extensions import db
from tests.house.walk import walk
from tests.page_client import PageClient
from tests.search.walking import TONGUE, Walk, rounds

TABLES = ("/moderation.csv", "/answering.csv", "/moderation/withheld", "/takedowns", "/suggestions")
FORMS = ("docx", "pdf", "txt", "json", "xml")


def addresses(client: PageClient, scene: Walk) -> list[str]:
    """All addresses that anybody could have known while everything was public."""
    receipts = [f"/comments/{one}" for one in db.session.scalars(select(Comment.receipt))]
    # of a proposal that was emptied after people spoke to it there is no page
    receipts = [one for one in receipts if client.get(one).status_code == 200]
    found = walk(client, ["/", "/search", "/comments", *TABLES, *receipts]).pages
    for one in db.session.scalars(select(Attachment)):
        found.append(f"/comments/attachments/{one.id}/{quote(one.name)}")
    for slug, number, version_id in rounds():
        at = f"/consultations/{slug}"
        found += [f"{at}{part}?round={number}" for part in ("", "/comments", "/answers")]
        found += [f"{at}/comments.csv", f"{at}/comment", f"{at}/deadline.ics", f"{at}/files"]
        found += [f"{at}/answers.{form}" for form in FORMS]
        found += [f"{at}/versions/1.{form}" for form in FORMS if version_id]
    for word in scene.minted[::4]:
        found += [
            f"/search?q={word}",
            f"/search/feed?q={word}",
            f"/search/suggestions?q={word[:4]}",
        ]
    pages = list(dict.fromkeys(found))
    spoken = [page for page in pages if page.startswith("/consultations")]
    return [*pages, *(f"/{TONGUE}{page}" for page in spoken)]


def said(app: Flask, url: str) -> tuple[int, str]:
    """The status at an address and all its words, without those of the address itself."""
    client = app.test_client()
    client.__class__ = PageClient
    with client.get(url) as response:
        body = response.get_data()
    words = body.decode("utf-8", "replace")
    parts = urlsplit(url)
    for own in (url, parts.path, quote(parts.path), parts.path.removeprefix(f"/{TONGUE}")):
        words = words.replace(own, "")
    for _name, asked in parse_qsl(parts.query):
        words = words.replace(asked, "")
    return response.status_code, words
