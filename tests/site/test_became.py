"""A second version: every comment stays, says what became of its part, and is attached to no other."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments.models import Comment
from app.documents.confirming import Decision, confirm
from app.documents.importing import accept
from app.documents.models import Provision
from app.documents.paired import paired
from app.documents.passage import passage, text
from app.documents.quoting import quoted
from app.documents.rewording import begin
from app.documents.versions import newest
from app.extensions import db
from app.kit import clock
from app.responses.adopting import adopt
from tests.site.posting import closed, post

MOVED = (
    "Ủy ban nhân dân cấp xã niêm yết công khai danh sách hộ được hỗ trợ trong bảy ngày làm việc."
)
HALVES = (
    "Hộ gia đình nộp hồ sơ tại bộ phận một cửa của Ủy ban nhân dân cấp xã nơi cư trú.",
    "Trong mười ngày kể từ ngày nhận hồ sơ, đơn vị cấp nước kiểm tra việc lắp đặt đồng hồ.",
)
PARTS = (
    "Ngân sách tỉnh bảo đảm bảy mươi phần trăm kinh phí thực hiện nghị quyết này.",
    "Phần còn lại do ngân sách xã và nguồn xã hội hóa hợp pháp khác chi trả.",
)
FIRST = f"""\
NGHỊ QUYẾT
Quy định hỗ trợ nước sạch nông thôn
Điều 1. Phạm vi điều chỉnh
Nghị quyết này quy định mức hỗ trợ nước sạch cho hộ gia đình ở nông thôn.
Điều 2. Nguyên tắc
1. Mỗi hộ gia đình chỉ được hỗ trợ một lần trong thời gian năm năm.
2. {MOVED}
3. Không hỗ trợ công trình đã dùng vốn vay ưu đãi của ngân hàng chính sách.
Điều 3. Hồ sơ
1. {HALVES[0]} {HALVES[1]}
2. Hồ sơ gồm đơn đề nghị và bản sao giấy tờ về nhà ở.
Điều 4. Kinh phí
1. {PARTS[0]}
2. {PARTS[1]}
Điều 5. Hiệu lực
Nghị quyết này có hiệu lực từ ngày ký.
"""
SECOND = f"""\
NGHỊ QUYẾT
Quy định hỗ trợ nước sạch nông thôn
Điều 1. Phạm vi điều chỉnh
Nghị quyết này quy định mức hỗ trợ nước sạch cho hộ gia đình ở nông thôn.
Điều 2. Nguyên tắc
1. Mỗi hộ gia đình chỉ được hỗ trợ một lần trong thời gian ba năm.
Điều 3. Hồ sơ
1. {HALVES[0]}
2. {HALVES[1]}
3. Hồ sơ gồm đơn đề nghị và bản sao giấy tờ về nhà ở.
4. {MOVED}
Điều 4. Kinh phí
{PARTS[0]} {PARTS[1]}
Điều 5. Hiệu lực
Nghị quyết này có hiệu lực từ ngày ký.
"""
# what a person says became of each: the words on the page, and where they are now
BECAME = {
    "dieu-1": ("kept as it was", {"dieu-1"}),
    "dieu-2": ("changed in some of its parts", {"dieu-2"}),
    "dieu-2.khoan-1": ("reworded", {"dieu-2.khoan-1"}),
    "dieu-2.khoan-2": ("moved", {"dieu-3.khoan-4"}),
    "dieu-2.khoan-3": ("removed", set()),
    "dieu-3.khoan-1": ("split into several", {"dieu-3.khoan-1", "dieu-3.khoan-2"}),
    "dieu-3.khoan-2": ("kept as it was", {"dieu-3.khoan-3"}),
    "dieu-3": ("changed in some of its parts", {"dieu-3"}),
    "dieu-4.khoan-1": ("merged with others", {"dieu-4"}),
    "dieu-4.khoan-2": ("merged with others", {"dieu-4"}),
}


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def card(page: str, comment: Comment) -> str:
    return page.split(f'id="comment-{comment.id}"')[1].split("</article>")[0]


def publish(world, comment: Comment) -> Comment:
    moderator = world.officer(comment.consultation.dossier.agency, Role.MODERATOR)
    world.publish(comment, moderator)
    db.session.commit()
    return comment


def post_second(world, consultation) -> None:
    """The second text is posted once the drafter has confirmed what was doubtful."""
    version = world.version(consultation.dossier, SECOND)
    post_confirmed(world, version)


def post_confirmed(world, version) -> None:
    decisions = [Decision(tie.old.id, tie.new.anchor) for tie in paired(version).doubtful]
    confirm(version, decisions, world.officer(version.dossier.agency, Role.DRAFTER), clock.now())
    post(world, version, clock.now())


@pytest.fixture
def consultation(world):
    return closed(world, clock.now(), FIRST)


@pytest.fixture
def said(world, consultation):
    """A published comment on each provision."""
    at = clock.now() - timedelta(days=30)
    return {
        anchor: publish(world, world.comment(consultation, f"Về {anchor}.", anchor, at=at))
        for anchor in BECAME
    }


class TestEveryComment:
    @pytest.fixture
    def pages(self, client, world, consultation, said, drain):
        post_second(world, consultation)
        drain()
        listed = client.get(f"/en/consultations/{consultation.dossier.slug}/comments")
        assert listed.status_code == 200
        return listed.get_data(as_text=True)

    def test_says_what_became_of_its_part_and_leads_there(self, pages, said, client, consultation):
        there = f"/en/consultations/{consultation.dossier.slug}/versions/2"
        version = client.get(there).get_data(as_text=True)
        for anchor, (fate, places) in BECAME.items():
            receipt = client.get(f"/en/comments/{said[anchor].receipt}").get_data(as_text=True)
            for shown in (card(pages, said[anchor]), receipt):
                assert f"In draft 2: {fate}" in words(shown), anchor
                assert set(re.findall(rf'href="{there}#([^"]+)"', shown)) == places, anchor
        for _, places in BECAME.values():
            assert all(f'id="{place}"' in version for place in places)

    def test_keeps_its_own_part_as_it_was_written_on(self, pages, said, client, consultation):
        for anchor, comment in said.items():
            shown = card(pages, comment)
            assert f'/articles/{anchor}"' in shown
            assert f">{comment.place}<" in shown
            article = client.get(re.search(r'href="([^"]+/articles/[^"]+)"', shown)[1])
            assert article.status_code == 200
            first = db.session.scalar(
                select(Provision.text).where(
                    Provision.version_id == consultation.version_id, Provision.anchor == anchor
                )
            )
            assert words(first) in words(article.get_data(as_text=True)), anchor

    def test_is_attached_to_no_other_words(self, pages, said, consultation):
        """The lineage lives on only where the page says that the words do."""
        version = newest(consultation.dossier)
        for anchor, comment in said.items():
            lives_on = db.session.scalars(
                select(Provision.anchor).where(
                    Provision.version_id == version.id, Provision.lineage_id == comment.lineage_id
                )
            ).all()
            assert set(lives_on) <= BECAME[anchor][1]


class TestQuotedWords:
    @pytest.mark.parametrize(
        ("anchor", "quote", "told"),
        [
            ("dieu-2.khoan-1", "chỉ được hỗ trợ một lần", "The words quoted are still there."),
            (
                "dieu-2.khoan-1",
                "hỗ trợ một lần trong thời gian năm năm",
                "The words quoted now read: “hỗ trợ một lần trong thời gian ba năm”.",
            ),
            ("dieu-2.khoan-1", "năm năm", "The words quoted are no longer there."),
            ("dieu-3.khoan-1", "kiểm tra việc lắp đặt", "The words quoted are still there."),
            ("dieu-2.khoan-3", "vốn vay ưu đãi", None),
        ],
    )
    def test_are_found_again_where_the_provision_lives_on(
        self, client, world, consultation, drain, anchor, quote, told
    ):
        selector = quoted(quote, text(passage(consultation.version_id, anchor)))
        at = clock.now() - timedelta(days=30)
        comment = world.comment(consultation, anchor=anchor, at=at, quote=selector)
        publish(world, comment)
        post_second(world, consultation)
        drain()
        path = f"/en/consultations/{consultation.dossier.slug}/comments"
        for page in (path, f"/en/comments/{comment.receipt}"):
            shown = words(client.get(page).get_data(as_text=True))
            assert (told in shown) if told else "words quoted" not in shown


class TestWording:
    WORDING = "Mỗi hộ gia đình được hỗ trợ một lần trong thời gian hai năm."

    def next_version(self, world, comment, wording):
        dossier = comment.consultation.dossier
        officer = world.officer(dossier.agency, Role.DRAFTER)
        version = begin(dossier, officer, clock.now())
        adopt(comment, version, wording, officer, clock.now())
        accept(version, officer, clock.now())
        db.session.commit()
        return version

    def test_beside_it_who_proposes_nothing_strikes_nothing_out(self, client, world, consultation):
        at = clock.now() - timedelta(days=30)
        comments = [
            world.comment(consultation, anchor="dieu-2.khoan-1", at=at, proposed_wording=wording)
            for wording in (self.WORDING, "")
        ]
        for comment in comments:
            publish(world, comment)
        page = client.get(f"/consultations/{consultation.dossier.slug}/comments")
        proposing, silent = (card(page.get_data(as_text=True), one) for one in comments)
        assert "<ins" in proposing
        assert "<del" not in silent

    def test_goes_from_the_comment_into_the_draft_and_both_say_so(
        self, client, world, consultation, drain
    ):
        at = clock.now() - timedelta(days=30)
        words_of = {"proposed_wording": self.WORDING, "display_name": "Lò Thị Mai"}
        comment = world.comment(consultation, anchor="dieu-2.khoan-1", at=at, **words_of)
        publish(world, comment)
        version = self.next_version(world, comment, self.WORDING)
        drain()
        base = f"/en/consultations/{version.dossier.slug}"
        assert "Taken over" not in client.get(f"{base}/comments").get_data(as_text=True)
        post_confirmed(world, version)
        drain()

        shown = card(client.get(f"{base}/comments").get_data(as_text=True), comment)
        receipt = client.get(f"/en/comments/{comment.receipt}").get_data(as_text=True)
        assert "Taken over: khoản 1 Điều 2 (draft 2)" in words(shown)
        there = f"{base}/versions/2#dieu-2.khoan-1"
        assert f'href="{there}"' in shown
        assert f'href="{there}"' in receipt

        page = client.get(f"{base}/versions/2").get_data(as_text=True)
        assert self.WORDING in html.unescape(page)
        part = page.split('id="dieu-2.khoan-1"')[1].split('id="')[0]
        back = html.unescape(re.search(r'href="([^"]+#comment-\d+)"', part)[1])
        assert back.endswith(f"#comment-{comment.id}")
        assert f'id="comment-{comment.id}"' in client.get(back.split("#")[0]).get_data(as_text=True)
        with client.get(f"{base}/files/{version.file_name}") as original:
            assert original.status_code == 200

    def test_changed_again_before_it_is_posted_is_not_called_taken_over(
        self, client, world, consultation, drain
    ):
        at = clock.now() - timedelta(days=30)
        comments = [
            publish(
                world,
                world.comment(consultation, anchor="dieu-2.khoan-1", at=at, proposed_wording=one),
            )
            for one in (self.WORDING, "Mỗi hộ được hỗ trợ hai lần.")
        ]
        for comment in comments:
            version = self.next_version(world, comment, comment.proposed_wording)
        post_confirmed(world, version)
        drain()
        page = client.get(f"/en/consultations/{version.dossier.slug}/comments")
        first, second = (card(page.get_data(as_text=True), comment) for comment in comments)
        assert "Taken over" not in first
        assert "Taken over" in second
