"""A full disk, an answer that got lost: nobody is told of a comment that is not kept, nor asked twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select, text

from app.comments import public
from app.comments.models import Comment
from app.extensions import db
from tests.comments.writing import TYPED, form_at, hidden

LONG = "Đề nghị giữ nguyên mức hỗ trợ. " * 300


@contextmanager
def full_disk(app) -> Iterator[None]:
    """SQLite finds no page more, as on a full disk; from the end on there is room again."""
    pages = db.session.scalar(text("PRAGMA page_count"))
    db.session.rollback()
    db.session.remove()
    db.engine.dispose()
    ask = db.engine.raw_connection

    def limit(size: int) -> None:
        line = ask()
        line.driver_connection.execute(f"PRAGMA max_page_count={size}")
        line.close()

    limit(pages)
    try:
        yield
    finally:
        db.session.remove()
        limit(4_000_000_000)


def kept() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment.body)))


@pytest.mark.sqlite
def test_a_full_disk_takes_no_comment_and_gives_every_word_back(app, client, world):
    """G04: drafts can still be read, nothing is acknowledged, and room again is enough."""
    path = form_at(world.consultation())
    fields = {**hidden(client, path), **TYPED, "body": LONG}
    with full_disk(app):
        refused = client.post(path, data=fields)
        assert refused.status_code == 503
        page = refused.get_data(as_text=True)
        assert LONG.strip() in page
        assert "Location" not in refused.headers
        assert client.get(path).status_code == 200
        assert client.get("/consultations").status_code == 200
        assert kept() == []
    assert client.post(path, data=fields).status_code == 303
    assert kept() == [LONG.strip()]


def test_an_answer_lost_after_the_commit_costs_nothing(app, client, world, monkeypatch):
    """G07: who presses again gets the receipt of the comment that was kept the first time."""
    path = form_at(world.consultation())
    fields = {**hidden(client, path), **TYPED}

    def lost(*_words, **_more):
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(public, "redirect", lost)
        assert client.post(path, data=fields).status_code == 500
    [receipt] = db.session.scalars(select(Comment.receipt)).all()
    again = client.post(path, data=fields)
    assert again.status_code == 303
    assert f"/comments/{receipt}" in again.headers["Location"]
    assert len(kept()) == 1
