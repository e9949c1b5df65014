"""What people with an account do: ask for a link, come in by it, comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, select

from app.comments.models import Comment
from app.extensions import db
from app.mail.models import Letter
from tests.page_client import PageClient

MINE = "nguoi.dan@example.vn"
LINK = re.compile(r"http://127\.0\.0\.1:8000((?:/en)?/account/sign-in/[\w-]{43})\s")


def ask(client: PageClient, email: str = MINE) -> str:
    """What the portal says to who asks for a link."""
    answer = client.submit("/account/sign-in", {"email": email})
    assert answer.status_code == 303
    return client.get(answer.headers["Location"]).get_data(as_text=True)


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def link() -> str:
    """The address in the newest letter."""
    found = LINK.search(letters()[-1].body)
    assert found, letters()[-1].body
    return found[1]


def come_in(client: PageClient, email: str = MINE) -> None:
    ask(client, email)
    assert client.submit(link(), {}).headers["Location"] == "/account"


def signed_in(client: PageClient) -> bool:
    return client.get("/account").status_code == 200


def write(client: PageClient, slug: str, **typed: str) -> Comment:
    """The comment that was sent by the form, filled in as a person does."""
    address = f"/consultations/{slug}/comment"
    html = client.get(address).get_data(as_text=True)
    token, key = (
        re.search(rf'name="{n}"[^>]*value="([^"]+)"', html)[1] for n in ("csrf_token", "key")
    )
    data = {"csrf_token": token, "key": key, "body": "Xin giữ.", "commenter_kind": "individual"}
    answer = client.post(address, data={**data, **typed})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return db.session.scalars(select(Comment).order_by(Comment.id.desc())).first()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def tell(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", tell)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", tell)
