"""Each public thing as a document: what it is found by, how it is shown, where it leads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import Role
from app.comments.models import CommenterKind
from app.consultations.lifecycle import close_due, declare, open_consultation, post_revision
from app.documents.comparison import Comparison
from app.documents.dossiers import describe
from app.documents.models import ChangeKind, Stage
from app.extensions import db
from app.kit import clock
from app.search.document import Kind, SearchDocument
from app.search.sources import drafts
from app.search.sources.comments import comments
from app.search.sources.dossiers import dossiers
from app.search.sources.everything import everything, expected
from app.search.sources.files import files
from app.search.sources.texts import texts

ATTACHED = """\
ỦY BAN NHÂN DÂN
QUYẾT ĐỊNH
Ban hành quy chế cấp nước
Điều 1. Ban hành kèm theo Quyết định này Quy chế cấp nước.
Phụ lục I
BIỂU GIÁ NƯỚC
| Loại nước | Giá |
| Nước giếng | 5.000 đồng |
"""
PLAN = """\
KẾ HOẠCH
Cấp nước năm 2027
I. MỤC TIÊU
Mọi hộ có nước sạch.
II. NHIỆM VỤ
1. Khoan thêm giếng.
"""


def by_title(found) -> dict[str, SearchDocument]:
    return {document.title: document for document in found}


class TestTexts:
    def test_an_article_is_found_with_all_that_stands_under_and_above_it(self, world):
        consultation = world.consultation()
        found = by_title(texts([consultation.version_id]))
        article = found["Điều 2. Đối tượng áp dụng"]
        assert "Đơn vị cấp nước;" in article.body
        assert "QUY ĐỊNH CHUNG" in article.context
        assert consultation.dossier.title in article.context
        assert article.at == consultation.opened_at
        kept = {name: article.stored[name] for name in ("anchor", "place", "round", "version")}
        assert kept == {"anchor": "dieu-2", "place": "Điều 2", "round": 1, "version": 1}

    def test_tables_of_an_annex_are_found(self, world):
        consultation = world.consultation(text=ATTACHED)
        found = [one for one in texts([consultation.version_id]) if "Nước giếng" in one.body]
        assert [one.stored["anchor"] for one in found] == ["phu-luc-1"]

    def test_a_text_without_articles_is_found_by_its_divisions(self, world):
        consultation = world.consultation(text=PLAN)
        words = "\n".join(one.body for one in texts([consultation.version_id]))
        assert "Mọi hộ có nước sạch." in words
        assert "Khoan thêm giếng." in words

    def test_a_text_posted_without_a_period_has_its_number_and_no_round(self, world):
        first = world.consultation(opened_at=clock.now() - timedelta(days=40))
        close_due(clock.now())
        version = world.version(first.dossier)
        assert list(texts([version.id])) == []
        officers = [world.officer(first.dossier.agency, role) for role in Role][:2]
        for officer in officers:
            declare(first.dossier, version, officer, clock.now())
        post_revision(first.dossier, version, officers[0], clock.now())
        old, new = (by_title(texts([number])) for number in (first.version_id, version.id))
        article = new["Điều 3. Mức hỗ trợ"]
        assert (article.stored["round"], article.stored["version"]) == (0, 2)
        assert article.stored["lineage"] == old["Điều 3. Mức hỗ trợ"].stored["lineage"]

    def test_what_frames_a_text_is_found_and_the_comparison_leads_to_its_row(self, world):
        row = Comparison(ChangeKind.AMENDED, "dieu-3", "Luật Nước", "Không quy định.", "Vì hạn.")
        found = list(texts([world.consultation(compared=[row]).version_id]))
        assert [one.key.split(":")[0] for one in found].count("version") == 1
        compared = next(one for one in found if one.key.startswith("comparison:"))
        assert (compared.kind, compared.title) == (Kind.FILE, "Điều 3. Luật Nước")
        assert compared.body == "Không quy định.\nVì hạn."
        assert (compared.stored["what"], compared.stored["anchor"]) == ("comparison", "dieu-3")


class TestDossiers:
    def test_a_draft_reads_as_its_period_was_opened_with(self, world):
        proposal = world.dossier(stage=Stage.PROPOSAL)
        first = world.officer(proposal.agency, Role.DRAFTER)
        describe(proposal, {"purpose": "Để có nước."}, first, clock.now())
        second = world.officer(proposal.agency, Role.APPROVER)
        from_then = clock.now() - timedelta(days=40)
        for officer in (first, second):
            declare(proposal, None, officer, from_then)
        open_consultation(proposal, None, 30, second, from_then)
        close_due(clock.now())
        db.session.commit()
        describe(proposal, {"purpose": "Chưa ai được đọc."}, first, clock.now())
        (now,) = dossiers([proposal.id])
        assert "Để có nước." in now.body
        assert "Chưa ai được đọc." not in now.body
        assert now.at == from_then
        world.consultation(proposal)
        now, then = dossiers([proposal.id])
        assert "Chưa ai được đọc." in now.body
        assert (then.body, then.stored["round"]) == ("Để có nước.", 1)


class TestComments:
    @pytest.mark.parametrize(
        ("kind", "found"),
        [(CommenterKind.INDIVIDUAL, False), (CommenterKind.ORGANISATION, True)],
    )
    def test_bodies_are_found_by_name_and_people_are_not(self, world, kind, found):
        comment = world.comment(
            world.consultation(), commenter_kind=kind, display_name="Hội Nông dân"
        )
        world.publish(comment, world.officer(world.agency(), Role.MODERATOR))
        (document,) = comments([comment.id])
        assert document.stored["who"] == "Hội Nông dân"
        assert ("Hội Nông dân" in document.context) is found
        assert "Hội Nông dân" not in document.body

    def test_the_wording_proposed_is_found(self, world):
        comment = world.comment(world.consultation(), proposed_wording="Mỗi hộ 5.000.000 đồng.")
        assert list(comments([comment.id])) == []
        world.publish(comment, world.officer(world.agency(), Role.MODERATOR))
        (document,) = comments([comment.id])
        assert document.body.endswith("\nMỗi hộ 5.000.000 đồng.")
        assert document.commenter == "individual"


class TestLongTexts:
    @given(st.text(alphabet="ab \n", max_size=60_000))
    def test_nothing_is_lost_and_no_part_is_too_long(self, body):
        whole = SearchDocument("file:7", Kind.FILE, "", body, 1, clock.now())
        parts = list(drafts.parted(whole))
        assert "".join(part.body for part in parts) == body
        assert all(len(part.body) <= drafts.LONGEST for part in parts)
        assert {part.key for part in parts} <= set(drafts.part_keys("file:7", len(body)))
        assert len({part.key for part in parts}) == len(parts)

    def test_a_part_ends_between_words(self, world):
        dossier = world.dossier()
        file = world.file(dossier)
        file.text = "nghiệp " * 3000
        world.consultation(dossier)
        found = list(files([file.id]))
        assert [one.stored["part"] for one in found] == [1, 2, 3]
        assert {one.stored["name"] for one in found} == {file.name}
        assert all(one.body.endswith("nghiệp ") for one in found)


def test_the_bar_of_progress_knows_what_comes(world, drain):
    world.consultation(
        compared=[Comparison(ChangeKind.NEW, "dieu-1")],
    )
    comment = world.comment(world.consultation())
    world.publish(comment, world.officer(world.agency(), Role.MODERATOR))
    db.session.commit()
    assert expected() == len(list(everything()))
