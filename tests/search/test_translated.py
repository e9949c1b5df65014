"""Who reads Korean finds what was translated into it, as long as it says what the original says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments import translated
from app.documents.dossiers import describe
from app.documents.models import Provision, Stage
from app.extensions import db
from app.kit import clock
from app.moderation.masks import Asked
from app.moderation.reasons import Reason
from app.responses import answering
from app.responses.models import Disposition
from app.search import entries
from app.search.document import Kind, Told
from app.search.facets import Facet
from app.search.finding import Hit
from app.search.postgres.index import PostgresIndex
from app.search.sources.drafts import LONGEST, parted
from app.search.sources.texts import texts
from app.translations import keep
from app.translations.models import Standing
from app.translations.pieces import (
    TITLE,
    Piece,
    of_answer,
    of_block,
    of_provision,
)
from app.web import locale
from tests.search.looking import document

KOREAN = "ko"


@pytest.fixture(autouse=True)
def kept_by(engine_kind, app) -> Iterator[None]:
    """The portal's index is kept by each engine in turn."""
    if engine_kind == "embedded":
        yield
        return
    app.extensions["search"] = PostgresIndex(app.extensions["settings"].database_url)
    yield
    app.extensions["search"].close()


class Desk:
    """A draft open for comments and somebody who translates it."""

    def __init__(self, world, drain) -> None:
        self.world, self.drain = world, drain
        self.consultation = world.consultation()
        self.dossier = self.consultation.dossier
        self.agency = self.dossier.agency
        self.translator = world.officer(self.agency, Role.TRANSLATOR)

    def tells(self, part: str, words: str, text: str, language: str = KOREAN) -> None:
        written = [keep.Written(Piece(part, "", words, ""), text)]
        keep.keep(
            self.dossier.id,
            self.consultation.id,
            language,
            written,
            Standing.UNOFFICIAL,
            self.translator,
            clock.now(),
        )
        db.session.commit()

    def article(self) -> Provision:
        version = Provision.version_id == self.consultation.version_id
        some = version, Provision.kind == "article", Provision.heading != ""
        return db.session.scalars(select(Provision).where(*some).order_by(Provision.id)).first()

    def finds(self, text: str) -> list[Hit]:
        self.drain()
        entries.index()._looked = float("-inf")
        with locale.speaking(locale.called(KOREAN)):
            results = entries.find(text)
        assert results.total == len(results.hits)
        return list(results.hits)

    def only(self, text: str) -> Hit:
        [hit] = self.finds(text)
        return hit


@pytest.fixture
def desk(world, drain) -> Desk:
    return Desk(world, drain)


def test_a_draft_is_found_by_its_translated_title_and_blocks(desk):
    desk.tells(TITLE, desk.dossier.title, "토지 보상 결의안")
    desk.tells(of_block("purpose"), desk.dossier.purpose, "농민을 보호하기 위하여")
    hit = desk.only("토지 보상")
    assert (hit.kind, hit.titled, hit.language) == (Kind.CONSULTATION, KOREAN, KOREAN)
    assert "<mark>토지 보상</mark>" in hit.title
    hit = desk.only("농민을")
    assert hit.is_translation
    assert "<mark>농민</mark>" in hit.passage
    hit = next(one for one in desk.finds(desk.dossier.title) if one.kind is Kind.CONSULTATION)
    assert hit.titled == "vi"


def test_an_article_is_found_by_its_translated_heading_and_words(desk):
    article = desk.article()
    desk.tells(of_provision(article.lineage_id, "heading"), article.heading, "적용 범위")
    hit = desk.only("적용 범위")
    assert (hit.kind, hit.stored["anchor"]) == (Kind.PROVISION, article.anchor)
    under = db.session.scalars(
        select(Provision)
        .where(Provision.version_id == article.version_id, Provision.text != "")
        .order_by(Provision.id)
    ).first()
    desk.tells(of_provision(under.lineage_id, "text"), under.text, "주민이 알아야 할 사항")
    hit = desk.only("주민이 알아야")
    assert (hit.kind, hit.language, hit.is_translation) == (Kind.PROVISION, KOREAN, True)


def test_an_answer_is_found_by_its_translation(desk):
    comment = desk.world.comment(desk.consultation, "Nên giảm phí.")
    desk.world.publish(comment, desk.world.officer(desk.agency, Role.MODERATOR))
    drafter, head = (desk.world.officer(desk.agency, role) for role in (Role.DRAFTER, Role.HEAD))
    answer = answering.draft(
        desk.consultation,
        [comment.id],
        Disposition.ACCEPTED,
        "Cơ quan tiếp thu ý kiến.",
        drafter,
        clock.now(),
        no_change_reason="Đã có.",
    )
    answering.finish(answer, head, clock.now())
    desk.tells(of_answer(answer.id), answer.explanation, "의견을 받아들입니다")
    hit = desk.only("받아들입니다")
    assert (hit.key, hit.language) == (f"answer:{answer.id}", KOREAN)


@pytest.mark.parametrize("gone", ["superseded", "taken back", "stale"])
def test_what_no_page_shows_any_longer_is_found_no_more(desk, gone):
    words = desk.dossier.purpose
    desk.tells(of_block("purpose"), words, "농민을 보호하기 위하여")
    assert desk.only("농민")
    if gone == "stale":  # the period keeps the words it was opened with: a proposal has none
        proposal = desk.dossier = desk.world.dossier(
            desk.agency, stage=Stage.PROPOSAL, title="Đề nghị"
        )
        desk.tells(of_block("purpose"), proposal.purpose, "어민을 보호하기 위하여")
        assert desk.only("어민")
        drafter = desk.world.officer(desk.agency, Role.DRAFTER)
        describe(proposal, {"purpose": "Mục đích khác."}, drafter, clock.now())
        db.session.commit()
        assert desk.finds("어민") == []
        return
    desk.tells(of_block("purpose"), words, "" if gone == "taken back" else "시민을 위하여")
    assert desk.finds("농민") == []
    assert len(desk.finds("시민")) == (gone == "superseded")


def test_a_comment_is_found_in_both_languages_until_other_words_of_it_are_shown(desk):
    moderator = desk.world.officer(desk.agency, Role.MODERATOR)
    comment = desk.world.comment(
        desk.consultation, "토지를 팔지 마세요, 010-1234.", language=KOREAN
    )
    desk.world.publish(comment, moderator)
    translated.translate(
        comment, "vi", "Đừng bán ruộng.", Standing.UNOFFICIAL, moderator, clock.now()
    )
    db.session.commit()
    assert desk.only("토지").language == KOREAN
    hit = desk.only("bán ruộng")
    assert (hit.key, hit.language, hit.is_translation) == (f"comment:{comment.id}", "vi", True)
    values = entries.find("bán ruộng").values[Facet.LANGUAGE]
    assert values == {KOREAN: 1}  # that of the comment itself
    again = desk.world.comment(desk.consultation, "토지를 팔지 마세요, 010-1234.", language=KOREAN)
    translated.translate(
        again, "vi", "Xin giữ vườn xoài.", Standing.UNOFFICIAL, moderator, clock.now()
    )
    start = again.body.index("010")
    covered = Asked("body", start, start + 8, Reason.PERSONAL_DATA.value)
    desk.world.publish(again, moderator, masks=[covered])
    db.session.commit()
    assert desk.finds("xoài") == []


def test_the_index_made_anew_has_the_same_translations(desk):
    desk.tells(TITLE, desk.dossier.title, "토지 보상 결의안")
    article = desk.article()
    desk.tells(of_provision(article.lineage_id, "heading"), article.heading, "적용 범위")
    hits = desk.finds("토지"), desk.finds("범위")
    assert all(hits)
    entries.rebuild()
    assert (desk.finds("토지"), desk.finds("범위")) == hits
    of_version = texts([article.version_id])
    assert [one.key for one in of_version if one.told] == [f"provision:{article.id}"]


def test_a_long_text_has_as_many_parts_however_long_its_translation_is(engine_kind):
    del engine_kind
    whole = document("provision:1", "Điều 1", "đất " * (LONGEST // 2))
    many = [*parted(whole)]
    told = [Told(KOREAN, "제목", "토지 " * LONGEST), Told("en", "Title", "land")]
    cut = [*parted(replace(whole, told=told))]
    assert [one.key for one in cut] == [one.key for one in many]
    for number, one in enumerate(told):
        assert "".join(part.told[number].body for part in cut) == one.body
