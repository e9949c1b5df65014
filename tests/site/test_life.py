"""A dossier's whole life on its public pages: a proposal, its draft, the revised draft, the law."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.accounts.models import Role
from app.consultations import stages
from app.consultations.lifecycle import close_due, declare, open_consultation, post_revision
from app.documents.dossiers import describe
from app.documents.models import Stage
from app.documents.supporting import post_file
from app.extensions import db
from app.kit import clock
from app.responses import answering
from app.responses.models import Disposition
from tests.factories import DRAFT

NOW = clock.now()
TODAY = clock.vn_date(NOW)
DAY = timedelta(days=1)
ANSWER = "Góp ý đã được ghi nhận để xem xét khi soạn thảo."


class Story:
    """A dossier that was consulted on as a proposal, then as a draft."""

    def __init__(self, world, drain):
        self.world, self.drain = world, drain
        self.dossier = world.dossier(stage=Stage.PROPOSAL)
        agency = self.dossier.agency
        self.drafter, self.moderator = (
            world.officer(agency, role) for role in (Role.DRAFTER, Role.MODERATOR)
        )
        self.approver = world.officer(agency, Role.APPROVER, Role.HEAD)
        self.slug = self.dossier.slug

    @property
    def path(self) -> str:
        return f"/consultations/{self.slug}"

    def declared(self, version, at):
        for officer in (self.drafter, self.approver):
            declare(self.dossier, version, officer, at)

    def open(self, version, at):
        self.declared(version, at)
        found = open_consultation(self.dossier, version, 30, self.approver, at)
        db.session.commit()
        return found

    def say(self, consultation, words, anchor, at):
        comment = self.world.comment(consultation, words, anchor, at=at)
        self.world.publish(comment, self.moderator, at)
        db.session.commit()
        return comment


@pytest.fixture
def story(world, drain):
    return Story(world, drain)


@pytest.fixture
def proposal(story):
    story.first = story.open(None, NOW - 2 * DAY)
    story.comment = story.say(story.first, "Nên làm sớm.", "", NOW - DAY)
    story.drain()
    return story


@pytest.fixture
def drafted(story):
    """The proposal's period is over, and the draft is open."""
    story.first = story.open(None, NOW - 90 * DAY)
    story.comment = story.say(story.first, "Nên làm sớm.", "", NOW - 80 * DAY)
    close_due(NOW - 50 * DAY)
    db.session.commit()
    describe(story.dossier, {"necessity": "Lý do viết lại."}, story.drafter, NOW - 40 * DAY)
    story.version = story.world.version(story.dossier)
    story.world.file(story.dossier, "Báo cáo tổng kết")
    story.second = story.open(story.version, NOW - 5 * DAY)
    story.later = story.say(story.second, "Tăng mức.", "dieu-3.khoan-1", NOW - 4 * DAY)
    story.drain()
    return story


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


def test_documents_stand_in_one_order_and_counts_say_what_they_count(client, drafted):
    for name in ("Đề án", "Danh mục", "Ảnh"):
        file = drafted.world.file(drafted.dossier, name)
        post_file(file, drafted.approver, NOW, drafted.second.id)
    db.session.commit()
    drafted.drain()
    orders = []
    for place in ("", "/files"):
        html = page(client, f"/en{drafted.path}{place}")
        named = "Ảnh", "Danh mục", "Đề án", "Báo cáo tổng kết", "Tờ trình"
        begin = html.index('id="files"') if not place else html.index("Text of draft")
        orders.append(sorted(named, key=lambda name: html.index(name, begin)))
    assert orders == [list(named)] * 2
    html = page(client, f"/en{drafted.path}")
    assert "1 comment received" in html
    assert "1 published" in html


class TestProposal:
    def test_its_page_holds_all_but_a_text(self, client, proposal):
        html = page(client, "/en" + proposal.path)
        for words in (
            "days left to comment",
            "Comment on the proposal",
            "Nên làm sớm.",
            "Tờ trình",
        ):
            assert words in html
        assert 'class="sheet"' not in html
        assert f"{proposal.path}/comment" in html

    def test_every_page_under_it_is_there(self, client, proposal):
        for place in ("/comments", "/answers", "/files", "/comment"):
            page(client, proposal.path + place)
        assert client.get(f"{proposal.path}/articles/dieu-1").status_code == 404
        assert client.get(f"{proposal.path}/comparison").status_code == 404

    def test_its_documents_are_full_text_and_file(self, client, proposal):
        html = page(client, f"{proposal.path}/files")
        assert "Nội dung của Tờ trình." in html
        assert len(re.findall(r"\b[0-9a-f]{64}\b", html)) == 2
        with client.get(f"{proposal.path}/files/to-trinh.docx") as answer:
            assert answer.data.startswith(b"PK")

    def test_its_comment_has_a_receipt_and_a_moderator_s_page(self, client, app, proposal):
        page(client, f"/comments/{proposal.comment.receipt}")
        browser = app.test_client()
        browser.sign_in(proposal.moderator.email)
        page(browser, f"/desk/moderation/{proposal.comment.id}")

    def test_its_comments_are_answered(self, client, app, proposal):
        browser = app.test_client()
        browser.sign_in(proposal.drafter.email)
        assert f"/desk/answers/{proposal.slug}" in page(browser, "/desk")
        path = f"/desk/answers/{proposal.slug}"
        assert "Nên làm sớm." in page(browser, path)
        words = {"comment": proposal.comment.id, "disposition": "noted", "explanation": ANSWER}
        new = f"{path}/new?comment={proposal.comment.id}"
        assert browser.submit(new, words, to=f"{path}/new").status_code == 303

    def test_search_leads_to_its_comment(self, client, proposal):
        html = page(client, "/search?q=nên+làm+sớm")
        link = re.search(rf'href="({proposal.path}/comments[^"#]*)', html)
        assert link
        assert "Nên làm sớm." in page(client, link[1].replace("&amp;", "&"))

    def test_an_unposted_file_is_nowhere(self, client, proposal):
        proposal.world.file(proposal.dossier, "Bản nháp kín")
        db.session.commit()
        assert "kín" not in page(client, f"{proposal.path}/files")
        assert client.get(f"{proposal.path}/files/ban-nhap-kin.docx").status_code == 404


class TestRounds:
    def test_the_newest_is_shown_with_ways_to_each(self, client, drafted):
        html = page(client, "/en" + drafted.path)
        assert "Tăng mức." in html
        assert "Nên làm sớm." not in html
        for place in ("", "/comments", "/answers"):
            assert f'{drafted.path}{place}?round=1"' in html

    def test_an_earlier_one_reads_as_it_was(self, client, drafted):
        html = page(client, f"/en{drafted.path}?round=1")
        assert "Nên làm sớm." in html
        assert "Nội dung necessity." in html
        assert "Lý do viết lại." not in html
        assert "Lý do viết lại." in page(client, drafted.path)

    def test_links_under_it_stay_with_it(self, client, drafted):
        for place in ("/comments", "/answers"):
            html = page(client, f"{drafted.path}{place}?round=1")
            tabs = html.split('class="tabs"')[1].split("</ul>")[0]
            assert tabs.count("round=1") == 3

    @pytest.mark.parametrize("number", ["3", "0", "x", "-1"])
    def test_a_round_that_never_was_is_no_page(self, client, drafted, number):
        assert client.get(f"{drafted.path}?round={number}").status_code == 404

    def test_its_comment_is_found_for_good(self, client, drafted):
        html = page(client, f"/comments/{drafted.comment.receipt}")
        link = re.search(r'href="([^"]*/comments\?[^"#]*)', html)
        assert link
        assert "Nên làm sớm." in page(client, link[1].replace("&amp;", "&"))

    def test_its_answers_are_written_and_shown_under_it(self, client, app, drafted):
        browser = app.test_client()
        browser.sign_in(drafted.drafter.email)
        path = f"/desk/answers/{drafted.slug}"
        assert f"{path}?round=1" in page(browser, "/desk/answers")
        assert f"{path}?round=1" in page(browser, "/desk")
        html = page(browser, f"{path}?round=1")
        assert "Nên làm sớm." in html
        words = {"comment": drafted.comment.id, "disposition": "noted", "explanation": ANSWER}
        new = f"{path}/new?round=1&comment={drafted.comment.id}"
        answer = browser.submit(new, words, to=f"{path}/new?round=1")
        assert re.fullmatch(re.escape(path) + r"/\d+\?round=1", answer.location)
        assert ANSWER in page(browser, answer.location)
        assert ANSWER in page(browser, f"{path}?round=1&show=drafts")


class TestOutcome:
    def test_one_click_leads_from_the_law_to_everything(self, client, drafted):
        close_due(drafted.second.closes_at)
        later = drafted.second.closes_at + DAY
        on = clock.vn_date(later)
        for period, comment in ((drafted.first, drafted.comment), (drafted.second, drafted.later)):
            answer = answering.draft(
                *(period, [comment.id], Disposition.ACCEPTED, "Nâng mức."),
                *(drafted.drafter, later),
                no_change_reason="Điều 3 đã nêu.",
            )
            answering.finish(answer, drafted.approver, later)
        revised = drafted.world.version(drafted.dossier, DRAFT.replace("3.000.000", "4.000.000"))
        drafted.declared(revised, later)
        post_revision(drafted.dossier, revised, drafted.approver, later)
        outcome = stages.Outcome("12/2026/NQ-HĐND", "https://congbao.example.vn/12", on + 10 * DAY)
        for stage in (Stage.APPRAISAL, Stage.VERIFICATION, Stage.ADOPTED):
            stages.move(
                drafted.dossier,
                stage,
                on=on,
                note=f"Ghi chú {stage}.",
                outcome=outcome if stage is Stage.ADOPTED else None,
                officer=drafted.approver,
                now=later,
            )
        db.session.commit()
        drafted.drain()
        html = page(client, "/en" + drafted.path)
        box = html.split('id="outcome"')[1].split("</section>")[0]
        assert "12/2026/NQ-HĐND" in box
        assert 'href="https://congbao.example.vn/12"' in box
        for place in ("/comments", "/answers", "/files"):
            assert f'{drafted.path}{place}"' in box
        life = html.split('id="life"')[1].split("</details>")[0]
        for words in ("Ghi chú appraisal.", "Ghi chú verification.", "Draft 2", "Báo cáo tổng kết"):
            assert words in life
        files = page(client, f"{drafted.path}/files")
        names = re.findall(r'/files/([\w.-]+)"', files)
        assert {"du-thao.docx", "du-thao-2.docx", "to-trinh.docx"} <= set(names)
        for name in names:
            with client.get(f"{drafted.path}/files/{name}") as answer:
                assert answer.status_code == 200
