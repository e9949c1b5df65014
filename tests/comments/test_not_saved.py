"""While nothing can be saved, nothing that was typed is lost."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.comments import public
from app.comments.models import Comment
from app.extensions import db
from tests.comments.writing import HIDDEN, TYPED, form_at, hidden


@pytest.mark.parametrize("name", ["_consultation", "submit"])
def test_what_was_typed_comes_back_and_can_be_sent_again(client, world, monkeypatch, name):
    path = form_at(world.consultation())
    typed = {**TYPED, "body": "Dòng một.\nDòng <hai>.", "display_name": "Bà Tư"}
    fields = hidden(client, path)

    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    with monkeypatch.context() as away:
        away.setattr(public, name, gone)
        page = client.post(path, data={**fields, **typed})
    text = page.get_data(as_text=True)
    assert page.status_code == 503
    assert page.headers["Cache-Control"] == "no-store"
    assert typed["body"] in html.unescape(text)
    assert "Bà Tư" in text
    assert re.search(r'checked[^>]*value="individual"', text)
    again = client.post(path, data={**typed, **dict(HIDDEN.findall(text))})
    assert again.status_code == 303
    assert db.session.scalars(select(Comment.body)).all() == [typed["body"]]


def test_taking_back_while_nothing_can_be_saved_is_told_as_anywhere(client, world, monkeypatch):
    comment = world.comment(world.consultation())
    address = f"/comments/{comment.receipt}"
    token = client.token(address)

    def gone(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("gone"))

    monkeypatch.setattr(public.publish, "withdraw", gone)
    answer = client.post(f"{address}/withdraw", data={"csrf_token": token})
    assert answer.status_code == 503
