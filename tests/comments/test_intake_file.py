"""Many comments at once: the template, what is read from it, and what is kept."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.comments.intake_file import COLUMNS, MOST_ROWS, NEEDED
from app.comments.models import ContactAddress
from app.extensions import db
from tests.comments.intake import HIDDEN, ROW, Desk, comments
from tests.factories import World
from tests.page_client import PageClient


@pytest.fixture
def desk(client: PageClient, world: World) -> Desk:
    return Desk(client, world)


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

    def test_an_empty_template_shows_no_empty_table(self, desk: Desk) -> None:
        assert "<table" not in desk.upload().get_data(as_text=True)
        assert "<table" in desk.upload(self.row(desk)).get_data(as_text=True)

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
