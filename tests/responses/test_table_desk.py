"""The pages of the working table: out, back, looked over, and what is refused outright."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import lxml.html
import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.comments.models import Comment
from app.extensions import db
from app.kit import clock
from app.responses import answering, table_file
from app.responses.models import Answer, Disposition
from app.web.refusals import Refused
from tests.moderation.staff import enter
from tests.responses.many import say
from tests.responses.saved import MEGABYTES, answers, edited, exported

NOW = clock.now()
WORDS = "Cảm ơn bà con, mức hỗ trợ được giữ như dự thảo."
OTHER = "Mức hỗ trợ được tăng theo ý kiến của bà con."


@pytest.fixture
def consultation(world):
    return world.consultation(opened_at=NOW - timedelta(days=40))


@pytest.fixture
def officer(world, consultation):
    return world.officer(consultation.dossier.agency, Role.DRAFTER)


@pytest.fixture
def desk(app, officer):
    return enter(app, officer)


class TestDesk:
    def send(self, desk, consultation, data, name="bang.xlsx", **words):
        url = f"/desk/answers/{consultation.dossier.slug}/table"
        token = desk.token(url)
        return desk.post(
            url, data={"csrf_token": token, "table": (io.BytesIO(data), name), **words}
        )

    def test_out_and_back_and_nothing_before_it_is_confirmed(self, desk, consultation):
        ids = say(consultation, [{"body": "Tăng mức."}, {"body": "Giảm mức."}])
        db.session.commit()
        slug = consultation.dossier.slug
        out = desk.get(f"/desk/answers/{slug}/table/1.xlsx")
        data = edited(
            out.data,
            {2: {"disposition": "Ghi nhận", "explanation": WORDS}, 3: {"disposition": "gì đó"}},
        )
        answer = self.send(desk, consultation, data)
        assert answer.status_code == 303
        assert db.session.scalar(select(func.count()).select_from(Answer)) == 0
        where = answer.headers["Location"]
        page = desk.get(where).get_data(as_text=True)
        assert WORDS in page
        assert "gì đó" in page
        seen = page.split('name="seen" value="')[1].split('"')[0]
        token = desk.token(where)
        done = desk.post(where, data={"csrf_token": token, "seen": seen, "act": "take"})
        assert done.status_code == 303
        db.session.expire_all()
        assert answers() == [("noted", WORDS, [ids[0]])]
        assert desk.get(where).status_code == 404

    def test_put_away_nothing_is_left(self, desk, consultation):
        say(consultation, [{}])
        db.session.commit()
        where = self.send(desk, consultation, exported(consultation)).headers["Location"]
        done = desk.post(where, data={"csrf_token": desk.token(where), "act": "drop"})
        assert done.status_code == 303
        assert desk.get(where).status_code == 404

    def test_overtaken_it_is_shown_anew(self, desk, consultation, officer):
        (comment,) = say(consultation, [{}])
        db.session.commit()
        data = edited(exported(consultation), {2: {"disposition": "noted", "explanation": WORDS}})
        where = self.send(desk, consultation, data).headers["Location"]
        token = desk.token(where)
        answering.draft(
            db.session.merge(consultation), [comment], Disposition.NOTED, OTHER, officer, NOW
        )
        db.session.commit()
        done = desk.post(where, data={"csrf_token": token, "seen": "x", "act": "take"})
        assert done.status_code == 409
        assert answers() == [("noted", OTHER, [comment])]

    def test_a_colleague_of_another_agency_sees_nothing(self, app, world, consultation):
        other = enter(app, world.officer(world.agency(), Role.DRAFTER))
        assert other.get(f"/desk/answers/{consultation.dossier.slug}/table").status_code == 404
        assert (
            other.get(f"/desk/answers/{consultation.dossier.slug}/table/1.xlsx").status_code == 404
        )

    @pytest.mark.parametrize(
        ("data", "status"),
        [(b"", 422), (b"a,b\r\n1,2\r\n", 422), (b"%PDF-1.7\n", 415), (b"PK\x03\x04xx", 415)],
    )
    def test_what_is_no_table_is_refused_in_words(self, desk, consultation, data, status):
        answer = self.send(desk, consultation, data, "bang.csv")
        assert answer.status_code == status
        page = lxml.html.fromstring(answer.get_data(as_text=True))
        assert page.get_element_by_id("table-error").text_content().strip()


def repacked(data: bytes, named: dict[str, bytes]) -> bytes:
    """The workbook with parts added or exchanged."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, part in named.items():
            new.writestr(name, part)
    return file.getvalue()


def sheet(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


SHEET = "xl/worksheets/sheet1.xml"
HOSTILE = {
    "macro": ({"xl/vbaProject.bin": b"x"}, "macros"),
    "link to another file": ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "external_entities"),
    "connection": ({"xl/connections.xml": b"<x/>"}, "external_entities"),
    "entity": ({SHEET: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'}, "external_entities"),
    "bomb": ({"xl/media/zeros.bin": bytes(60_000_000)}, "unpacked_too_large"),
    "a million rows": ({SHEET: sheet("<row><c><v>1</v></c></row>" * 300_000)}, "too_many_entries"),
    "too many rows": ({SHEET: sheet("<row><c><v>1</v></c></row>" * 20_001)}, "too_many_entries"),
    "embedded file": ({"xl/embeddings/oleObject1.bin": b"x"}, "embedded_objects"),
    "no sheet": ({SHEET: b"<other/>"}, ""),
    "cut off": ({SHEET: sheet("<row>")[:-30]}, "truncated"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks_are_refused(app, consultation, name):
    parts, code = HOSTILE[name]
    with pytest.raises((Refused, table_file.NotTheTableError)) as caught:
        table_file.read(repacked(exported(consultation), parts), "bang.xlsx", MEGABYTES)
    assert getattr(caught.value, "code", "") == code
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
