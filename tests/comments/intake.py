"""A clerk signed in before a draft that takes comments."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.comments.intake_file import COLUMNS
from app.comments.models import Comment
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from tests.factories import World
from tests.page_client import PageClient

HIDDEN = re.compile(r'<input[^>]*name="(csrf_token|key)"[^>]*value="([^"]*)"')
TYPED = {"channel": "paper", "commenter_kind": "individual", "language": "vi", "body": "Xin giữ."}


class Desk:
    """A clerk signed in, before a draft that takes comments."""

    def __init__(self, client: PageClient, world: World) -> None:
        self.client, self.world = client, world
        opened = clock.now() - timedelta(days=10)
        self.consultation: Consultation = world.consultation(opened_at=opened)
        self.dossier = self.consultation.dossier
        self.officer = world.officer(self.dossier.agency, Role.CLERK)
        assert client.sign_in(self.officer.email).status_code == 303
        self.url = f"/desk/intake/{self.dossier.id}"
        self.today = clock.vn_date(clock.now()).strftime("%d/%m/%Y")

    def get(self, path: str = "") -> str:
        return self.client.get(self.url + path).get_data(as_text=True)

    def send(self, **typed: Any) -> TestResponse:
        hidden = dict(HIDDEN.findall(self.get()))
        return self.client.post(
            self.url, data={**hidden, **TYPED, "received_on": self.today, **typed}
        )

    def upload(self, *rows: dict[str, Any], heads: list[str] | None = None) -> TestResponse:
        book = Workbook()
        heads = heads or [f"{n}. bất kỳ" for n in range(1, len(COLUMNS) + 1)]
        book.active.append(heads)
        for row in rows:
            book.active.append([row.get(column.name) for column in COLUMNS])
        file = io.BytesIO()
        book.save(file)
        return self.post_file(file.getvalue())

    def post_file(self, data: bytes) -> TestResponse:
        token = dict(HIDDEN.findall(self.get("/file")))["csrf_token"]
        fields = {"csrf_token": token, "file": (io.BytesIO(data), "y-kien.xlsx")}
        return self.client.post(f"{self.url}/file", data=fields)

    def confirm(self, preview: str, **ticked: str) -> TestResponse:
        rows = re.search(r'name="rows" value="([^"]*)"', preview)
        assert rows is not None
        token = dict(HIDDEN.findall(preview))["csrf_token"]
        fields = {"csrf_token": token, "rows": html.unescape(rows[1]), **ticked}
        return self.client.post(f"{self.url}/file", data=fields)


ROW = {
    "channel": "paper",
    "received_on": "",
    "commenter_kind": "individual",
    "body": "Đề nghị tăng mức hỗ trợ.",
    "part": "3.1",
}


def comments() -> list[Comment]:
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))
