"""The clerk's pages: a quick form, many at once from a spreadsheet, slips, and what the public sees."""

from __future__ import annotations

import html
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.comments.intake_file import COLUMNS, MOST_ROWS, NEEDED
from app.comments.models import Comment, CommentStatus, ContactAddress
from app.consultations.lifecycle import close_due
from app.consultations.models import Consultation
from app.documents.models import Stage
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


@pytest.fixture
def desk(client: PageClient, world: World) -> Desk:
    return Desk(client, world)


def comments() -> list[Comment]:
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


class TestForm:
    def test_what_is_typed_is_taken_in_and_the_next_begins_with_the_same_door(
        self, desk: Desk
    ) -> None:
        answer = desk.send(
            channel="meeting",
            event="forum",
            occasion="Diễn đàn tại Hạ Lam",
            reference="3/BB",
            part="d3 k1",
            then="next",
        )
        assert (answer.status_code, answer.location) == (303, desk.url)
        (comment,) = comments()
        assert (comment.anchor, comment.channel) == ("dieu-3.khoan-1", "meeting")
        page = desk.get()
        assert comment.receipt in page
        assert 'value="meeting" selected' in page or 'selected value="meeting"' in page
        assert "Diễn đàn tại Hạ Lam" in page
        assert 'name="reference" type="text" value=""' in page
        assert "Xin giữ." not in page

    def test_only_the_words_are_needed_for_the_second(self, desk: Desk) -> None:
        desk.send(channel="phone")
        page = desk.get()
        fields = dict(re.findall(r'name="([a-z_]+)"[^>]*value="([^"]*)"', page))
        assert fields["received_on"] == desk.today
        again = {k: fields[k] for k in ("csrf_token", "key", "received_on")}
        again |= {"channel": "phone", "commenter_kind": "individual", "language": "vi"}
        answer = desk.client.post(desk.url, data={**again, "body": "Lời khác."})
        assert answer.status_code == 303
        assert [comment.channel for comment in comments()] == ["phone", "phone"]

    def test_an_article_may_be_chosen_instead(self, desk: Desk) -> None:
        assert 'value="dieu-3"' in desk.get()
        desk.send(article="dieu-3")
        assert comments()[0].anchor == "dieu-3"

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"body": " "}, "body"),
            ({"received_on": "hôm qua"}, "received_on"),
            ({"received_on": "01/01/2020"}, "received_on"),
            ({"received_on": "01/01/2099"}, "received_on"),
            ({"part": "99.1"}, "part"),
            ({"part": "đâu đó"}, "part"),
            ({"channel": "portal"}, "channel"),
            ({"display_name": "Lò Thị Mai"}, "consent"),
            ({"email": "a@example.vn"}, "email_consent"),
            ({"email": "không phải"}, "email"),
            ({"members": "nhiều"}, "members"),
            ({"criticism": "written"}, "display_name"),
            ({"proposed_wording": "Chữ mới."}, "proposed_wording"),
            (
                {
                    "criticism": "written",
                    "display_name": "Ủy ban MTTQ",
                    "dossier_sent_on": "01/01/2099",
                },
                "dossier_sent_on",
            ),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
        self, desk: Desk, typed: dict[str, str], field: str
    ) -> None:
        kept = {"reference": "15/CV-HND", "body": "Lời của dân."} | typed
        answer = desk.send(**kept)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in page
        assert "15/CV-HND" in page
        assert all(value.strip() in page for name, value in kept.items() if name != "channel")
        assert not comments()

    def test_what_was_typed_before_is_told_and_saved_all_the_same(self, desk: Desk) -> None:
        desk.send(reference="15/CV", part="3")
        again = desk.send(reference="15/CV", part="3", body="Chữ khác.")
        page = again.get_data(as_text=True)
        assert again.status_code == 409
        assert 'id="doubles"' in page
        assert f"GY-{comments()[0].id}" in page
        assert "Chữ khác." in page
        assert len(comments()) == 1
        assert (
            desk.send(reference="15/CV", part="3", body="Chữ khác.", anyway="1").status_code == 303
        )
        assert len(comments()) == 2

    def test_sent_twice_it_is_one(self, desk: Desk) -> None:
        hidden = dict(HIDDEN.findall(desk.get()))
        data = {**hidden, **TYPED, "received_on": desk.today}
        assert [desk.client.post(desk.url, data=data).status_code for _ in range(2)] == [303, 303]
        assert len(comments()) == 1
        other = desk.client.post(desk.url, data={**data, "body": "Khác."})
        assert other.status_code == 409
        assert "Khác." in other.get_data(as_text=True)

    def test_the_front_had_the_dossier_too_shortly(self, desk: Desk) -> None:
        sent = (clock.vn_date(clock.now()) - timedelta(days=5)).strftime("%d/%m/%Y")
        answer = desk.send(
            criticism="conference", display_name="Ủy ban MTTQ tỉnh", dossier_sent_on=sent
        )
        assert answer.status_code == 303
        assert "toast-warn" in desk.get()
        assert comments()[0].commenter_kind == "organisation"

    def test_another_agency_s_clerk_finds_nothing(self, desk: Desk, world: World) -> None:
        other = world.consultation(world.dossier(world.agency()))
        assert desk.client.get(f"/desk/intake/{other.dossier_id}").status_code == 404
        assert other.dossier.title not in desk.client.get("/desk/intake").get_data(as_text=True)
        assert desk.dossier.title in desk.client.get("/desk/intake").get_data(as_text=True)

    def test_after_the_answers_it_is_over(self, desk: Desk) -> None:
        desk.dossier.stage = Stage.APPRAISAL.value
        db.session.commit()
        assert desk.client.get(desk.url).status_code == 409
        assert desk.client.get(f"{desk.url}/file").status_code == 409


class TestSlip:
    def test_it_says_what_was_taken_in_and_how_to_look_it_up(self, desk: Desk) -> None:
        answer = desk.send(part="3.1", reference="15/CV", then="slip")
        (comment,) = comments()
        assert answer.location == f"/desk/intake/slips/{comment.receipt}"
        page = desk.client.get(answer.location).get_data(as_text=True)
        assert comment.receipt in page
        assert "Xin giữ." in page
        assert "khoản 1 Điều 3" in page
        assert "15/CV" in page
        assert "<svg" in page
        assert "http://127.0.0.1:8000/comments" in page

    def test_its_address_opens_the_story_for_anybody(self, desk: Desk, client: PageClient) -> None:
        desk.send()
        receipt = comments()[0].receipt
        page = client.get(f"/en/comments/{receipt}").get_data(as_text=True)
        assert "By letter" in page

    def test_of_another_agency_or_of_the_portal_there_is_none(
        self, desk: Desk, world: World
    ) -> None:
        own = world.comment(desk.consultation)
        other = world.comment(world.consultation(world.dossier(world.agency())))
        for comment in (own, other):
            assert desk.client.get(f"/desk/intake/slips/{comment.receipt}").status_code == 404


class TestFile:
    def row(self, desk: Desk, **other: Any) -> dict[str, Any]:
        return {**ROW, "received_on": desk.today, **other}

    def test_the_template_names_every_column_and_offers_every_code(self, desk: Desk) -> None:
        data = desk.client.get(f"{desk.url}/template.xlsx").get_data()
        book = load_workbook(io.BytesIO(data))
        heads = [cell.value for cell in book.worksheets[0][1]]
        assert [head.split(".")[0] for head in heads] == [
            str(n) for n in range(1, len(COLUMNS) + 1)
        ]
        assert sum(head.endswith("*") for head in heads) == len(NEEDED)
        offered = {
            str(v.sqref): v.formula1 for v in book.worksheets[0].data_validations.dataValidation
        }
        coded = [column for column in COLUMNS if column.codes]
        assert len(offered) == len(coded)
        codes = [cell.value for cell in book.worksheets[1]["A"][1:] if cell.value]
        assert [code.split(" · ")[0] for code in codes] == [str(c) for c in coded[0].codes]
        assert book.worksheets[2].max_row > 5

    def test_the_template_filled_in_with_its_own_words_is_read(self, desk: Desk) -> None:
        book = load_workbook(io.BytesIO(desk.client.get(f"{desk.url}/template.xlsx").get_data()))
        codes = {
            column.name: str(next(iter(cells)))
            for column, cells in zip(
                [one for one in COLUMNS if one.codes],
                ([c.value for c in col[1:]] for col in book.worksheets[1].iter_cols()),
                strict=True,
            )
        }
        row = {**self.row(desk), "channel": codes["channel"], "event": codes["event"]}
        for n, column in enumerate(COLUMNS, 1):
            book.worksheets[0].cell(2, n, row.get(column.name))
        file = io.BytesIO()
        book.save(file)
        preview = desk.post_file(file.getvalue()).get_data(as_text=True)
        assert desk.confirm(preview).status_code == 303
        assert (comments()[0].channel, comments()[0].anchor) == ("paper", "dieu-3.khoan-1")

    def test_nothing_is_kept_before_it_was_seen_and_wrong_rows_stay_out(self, desk: Desk) -> None:
        answer = desk.upload(
            self.row(desk),
            self.row(desk, part="99", body="Sai chỗ."),
            self.row(desk, body="Của Hội.", commenter_kind="organisation", display_name="Hội A"),
            self.row(desk, channel="bồ câu", body="Sai cửa."),
            self.row(desk, email="a@example.vn", email_consent="x", body="Có thư."),
        )
        preview = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert not comments()
        assert preview.count("tag-bad") == 2
        done = desk.confirm(preview)
        assert done.status_code == 303
        assert [c.body for c in comments()] == [ROW["body"], "Của Hội.", "Có thư."]
        slips = desk.client.get(done.location).get_data(as_text=True)
        assert slips.count('class="slip"') == 3
        assert all(comment.receipt in slips for comment in comments())
        assert db.session.scalar(select(func.count(ContactAddress.comment_id))) == 1

    def test_confirmed_twice_it_is_taken_in_once(self, desk: Desk) -> None:
        preview = desk.upload(self.row(desk)).get_data(as_text=True)
        places = {desk.confirm(preview).location for _ in range(2)}
        assert len(places) == 1
        assert len(comments()) == 1

    def test_the_same_file_again_brings_only_what_is_new(self, desk: Desk) -> None:
        desk.confirm(desk.upload(self.row(desk)).get_data(as_text=True))
        second = desk.upload(self.row(desk), self.row(desk, body="Mới."))
        preview = second.get_data(as_text=True)
        assert f"GY-{comments()[0].id}" in preview
        desk.confirm(preview)
        assert [c.body for c in comments()] == [ROW["body"], "Mới."]
        desk.confirm(desk.upload(self.row(desk)).get_data(as_text=True), repeat="1")
        assert [c.body for c in comments()] == [ROW["body"], "Mới.", ROW["body"]]

    def test_two_who_say_the_same_in_one_file_are_asked_about(self, desk: Desk) -> None:
        preview = desk.upload(self.row(desk), self.row(desk)).get_data(as_text=True)
        assert preview.count("tag-warn") == 1
        desk.confirm(preview, repeat="1")
        assert len(comments()) == 2

    def test_another_table_is_refused_with_words(self, desk: Desk) -> None:
        answer = desk.upload(self.row(desk), heads=["Kênh", "Ngày"])
        assert answer.status_code == 422
        assert 'id="file-error"' in answer.get_data(as_text=True)

    def test_too_many_rows_are_refused(self, desk: Desk) -> None:
        answer = desk.upload(*[self.row(desk, body=f"Số {n}") for n in range(MOST_ROWS + 1)])
        assert answer.status_code == 413

    def test_what_is_no_workbook_is_refused(self, desk: Desk) -> None:
        answer = desk.post_file(b"%PDF-1.7 not a workbook")
        assert answer.status_code == 415
        assert 'id="file-error"' in answer.get_data(as_text=True)

    def test_forged_rows_are_no_rows(self, desk: Desk) -> None:
        preview = desk.upload(self.row(desk)).get_data(as_text=True)
        token = dict(HIDDEN.findall(preview))["csrf_token"]
        for rows in ("", "[", "{}", "[[1]]", '[["x", {}]]', "[[1, []]]", "[[1, {}]]"):
            data = {"csrf_token": token, "rows": rows}
            assert desk.client.post(f"{desk.url}/file", data=data).status_code == 303
        assert not comments()


class TestInPublic:
    def publish(self, drain) -> None:
        for comment in comments():
            comment.status = CommentStatus.PUBLISHED.value
            comment.row_version += 1
        db.session.commit()
        drain()

    def page(self, desk: Desk, part: str) -> str:
        address = f"/en/consultations/{desk.dossier.slug}/{part}"
        return desk.client.get(address).get_data(as_text=True)

    def test_the_door_stands_under_the_comment(self, desk: Desk, drain) -> None:
        desk.send(channel="email", reference="secret-7")
        desk.send(channel="meeting", event="forum", occasion="Diễn đàn Hạ Lam", body="Nói ở đó.")
        self.publish(drain)
        page = self.page(desk, "comments")
        assert "By e-mail" in page
        assert re.search(r"Forum: <bdi lang=\"vi\">Diễn đàn Hạ Lam</bdi>", page)
        assert "secret-7" not in page
        assert 'id="social-criticism"' not in page

    def test_social_criticism_comes_first_and_once(self, desk: Desk, drain) -> None:
        desk.send(
            criticism="conference",
            display_name="Ủy ban MTTQ tỉnh",
            body="Phản biện.",
            commenter_kind="organisation",
            members="300",
        )
        desk.send(body="Người khác nói sau.")
        self.publish(drain)
        page = self.page(desk, "comments")
        assert page.index('id="social-criticism"') < page.index("Người khác nói sau.")
        assert page.count("Phản biện.") == 1
        assert "at a conference" in page
        assert "speaks for 300 members" in page
        assert "No answer yet" in page
        answers = self.page(desk, "answers")
        assert "Phản biện." in answers
        # its own address, which leads into the list, shows it as well
        first = comments()[0]
        listed = self.page(desk, f"comments?before={first.id + 1}")
        assert f'id="comment-{first.id}"' in listed


def test_a_clerk_finds_the_way_from_the_desk(desk: Desk) -> None:
    assert 'href="/desk/intake"' in desk.client.get("/desk").get_data(as_text=True)


def test_what_was_in_time_is_taken_in_after_the_end(client: PageClient, world: World) -> None:
    opened: datetime = clock.now() - timedelta(days=60)
    consultation = world.consultation(opened_at=opened)
    close_due(clock.now())
    db.session.commit()
    client.sign_in(world.officer(consultation.dossier.agency, Role.CLERK).email)
    url = f"/desk/intake/{consultation.dossier_id}"
    for day, body in ((consultation.ended_on, "Kịp."), (clock.vn_date(clock.now()), "Trễ.")):
        hidden = dict(HIDDEN.findall(client.get(url).get_data(as_text=True)))
        data = {**hidden, **TYPED, "body": body, "received_on": day.strftime("%d/%m/%Y")}
        assert client.post(url, data=data).status_code == 303
    assert {c.body: c.status for c in comments()} == {"Kịp.": "waiting", "Trễ.": "late"}
