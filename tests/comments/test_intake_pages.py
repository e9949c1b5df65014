"""The clerk's pages: a quick form, many at once from a spreadsheet, slips, and what the public sees."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from app.accounts.models import Role
from app.comments.models import CommentStatus
from app.consultations.lifecycle import close_due
from app.documents.models import Stage
from app.extensions import db
from app.kit import clock
from tests.comments.intake import HIDDEN, TYPED, Desk, comments
from tests.factories import World
from tests.page_client import PageClient


@pytest.fixture
def desk(client: PageClient, world: World) -> Desk:
    return Desk(client, world)


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
