"""Staff put comments in other languages; what is covered or withheld is never read that way."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments.publish import withdraw
from app.comments.translated import OvertakenError, seen, translate, translations
from app.comments.untranslated import PAGE, listed
from app.extensions import db
from app.kit import clock, codes
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from app.moderation.masks import Asked
from app.moderation.reasons import Reason
from app.translations.models import Standing
from app.translations.pieces import digest_of
from tests.factories import World
from tests.moderation.staff import enter

KOREAN = "수수료가 너무 비쌉니다. 전화 0912345678로 연락 주세요."
TOLD = "Phí quá cao. Xin gọi 0912345678."
LIST = "/desk/translations/comments"


class Desk:
    """A draft with a Korean comment, and one of each who may look at it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.consultation = world.consultation()
        self.agency = self.consultation.dossier.agency
        self.moderator = world.officer(self.agency, Role.MODERATOR)
        self.translator = world.officer(self.agency, Role.TRANSLATOR)
        self.comment = world.comment(self.consultation, KOREAN, language="ko")

    def publish(self, masks=()) -> None:
        self.world.publish(self.comment, self.moderator, clock.now(), masks)
        db.session.commit()

    def told(self, text=TOLD, language="vi", standing=Standing.UNOFFICIAL) -> None:
        translate(self.comment, language, text, standing, self.translator, clock.now())
        db.session.commit()

    @property
    def path(self) -> str:
        return f"{LIST}/{self.comment.id}"


@pytest.fixture
def desk(world) -> Desk:
    return Desk(world)


def fields(client, path) -> dict[str, str]:
    page = client.get(path).get_data(as_text=True)
    return dict(re.findall(r'name="(csrf_token|source)"[^>]*value="([^"]*)"', page))


def known(desk: Desk) -> dict[str, tuple[str, str]]:
    db.session.rollback()
    rows = translations({desk.comment.id: desk.comment.shown_body}).get(desk.comment.id, [])
    return {row.language: (row.text, row.standing) for row in rows}


class TestList:
    def test_public_comments_in_other_languages_wait_until_they_are_in_vietnamese(self, app, desk):
        client = enter(app, desk.translator)
        assert "GY-" not in client.get(LIST).get_data(as_text=True)
        desk.publish()
        page = client.get(LIST).get_data(as_text=True)
        assert f'href="{desk.path}"' in page
        assert 'lang="ko"' in page
        assert "Tiếng Hàn" in page
        desk.told("The fee is too high.", "en")
        assert f'href="{desk.path}"' in client.get(LIST).get_data(as_text=True)
        desk.told()
        assert f'href="{desk.path}"' not in client.get(LIST).get_data(as_text=True)
        desk.told("")
        assert f'href="{desk.path}"' in client.get(LIST).get_data(as_text=True)

    def test_what_was_covered_since_is_to_be_translated_anew(self, desk):
        desk.told()
        desk.publish([Asked("body", 18, 28, Reason.PERSONAL_DATA.value)])
        assert [row.id for row in listed([desk.agency.id]).rows] == [desk.comment.id]
        desk.told("Phí quá cao.")
        assert listed([desk.agency.id]).rows == []

    def test_a_long_list_goes_on_where_it_ended(self, desk):
        made = [
            desk.world.comment(desk.consultation, f"{KOREAN} {n}", language="ko")
            for n in range(PAGE + 3)
        ]
        for comment in made:
            desk.world.publish(comment, desk.moderator, clock.now())
        db.session.commit()
        first = listed([desk.agency.id])
        rest = listed([desk.agency.id], first.onward or 0)
        numbers = [row.id for row in (*first.rows, *rest.rows)]
        assert numbers == sorted((comment.id for comment in made), reverse=True)
        assert (len(first.rows), rest.onward) == (PAGE, None)
        assert listed([]).rows == []

    def test_translators_elsewhere_see_nothing_of_it(self, app, world, desk):
        desk.publish()
        stranger = enter(app, world.officer(world.agency(), Role.TRANSLATOR))
        assert "GY-" not in stranger.get(LIST).get_data(as_text=True)
        assert stranger.get(desk.path).status_code == 404


class TestForm:
    def test_what_was_typed_is_kept_and_shown_with_the_comment(self, app, desk):
        desk.publish()
        client = enter(app, desk.translator)
        sent = {**fields(client, desk.path), "language": "vi", "text": " Phí  quá cao.\r\n"}
        answer = client.post(desk.path, data=sent)
        assert (answer.status_code, answer.location) == (303, LIST)
        assert known(desk) == {"vi": ("Phí  quá cao.", "unofficial")}
        page = client.get(desk.path).get_data(as_text=True)
        assert page.count("Phí  quá cao.") == 2  # as it stands, and in the form to be changed

    def test_words_that_changed_meanwhile_are_not_told(self, app, desk):
        desk.publish()
        client = enter(app, desk.translator)
        sent = {**fields(client, desk.path), "language": "vi", "text": TOLD, "source": "0" * 64}
        answer = client.post(desk.path, data=sent)
        assert answer.status_code == 409
        assert TOLD in answer.get_data(as_text=True)
        assert known(desk) == {}
        again = dict(re.findall(r'name="(csrf_token|source)"[^>]*value="([^"]*)"', answer.text))
        assert client.post(desk.path, data={**sent, **again}).status_code == 303

    def test_a_comment_is_not_put_in_its_own_language(self, app, desk):
        desk.publish()
        client = enter(app, desk.translator)
        sent = {**fields(client, desk.path), "language": "ko", "text": "수수료"}
        assert client.post(desk.path, data=sent).status_code == 422
        assert known(desk) == {}

    def test_it_leads_back_to_the_page_of_the_desk_it_stood_on_and_nowhere_else(self, app, desk):
        desk.publish()
        client = enter(app, desk.translator)
        sent = {**fields(client, desk.path), "language": "vi", "text": "Một"}
        inside = client.post(desk.path, data={**sent, "back": "/desk/moderation/1"})
        outside = client.post(desk.path, data={**sent, "back": "//evil.example/"})
        assert (inside.location, outside.location) == ("/desk/moderation/1", LIST)

    def test_without_a_service_nothing_is_suggested(self, app, desk):
        desk.publish()
        client = enter(app, desk.translator)
        assert 'value="suggest"' not in client.get(desk.path).get_data(as_text=True)
        sent = {**fields(client, desk.path), "language": "vi", "text": "Giữ", "then": "suggest"}
        answer = client.post(desk.path, data=sent)
        assert answer.status_code == 503
        assert "Giữ" in answer.get_data(as_text=True)

    @pytest.mark.parametrize(
        ("more", "standing"),
        [
            ({}, "machine"),
            ({"read": "y"}, "unofficial"),
            ({"text": "Phí cao lắm."}, "unofficial"),
        ],
    )
    def test_a_machines_words_are_its_own_until_a_person_says_otherwise(
        self, app, desk, monkeypatch, more, standing
    ):
        monkeypatch.setattr(
            "app.web.translator.translate",
            lambda texts, _from, to: [f"Máy dịch {to}."] * len(texts),
        )
        desk.publish()
        client = enter(app, desk.translator)
        sent = {**fields(client, desk.path), "language": "vi"}
        offered = client.post(desk.path, data={**sent, "then": "suggest"})
        assert offered.status_code == 200
        assert offered.text.count("Máy dịch vi.") == 2
        assert known(desk) == {}
        typed = {**sent, "text": "Máy dịch vi.", "suggested": "Máy dịch vi.", **more}
        assert client.post(desk.path, data=typed).status_code == 303
        assert known(desk)["vi"] == (typed["text"], standing)


class TestWhoReads:
    def test_what_waits_is_read_by_those_who_review(self, app, desk):
        assert enter(app, desk.translator).get(desk.path).status_code == 404
        assert enter(app, desk.moderator).get(desk.path).status_code == 200
        drafter = desk.world.officer(desk.agency, Role.DRAFTER)
        assert enter(app, drafter).get(desk.path).status_code == 404
        clerk = desk.world.officer(desk.agency, Role.CLERK)
        assert enter(app, clerk).get(desk.path).status_code == 403

    def test_what_is_withheld_is_no_translators_and_what_was_taken_back_is_nobodys(self, app, desk):
        desk.world.withhold(desk.comment, desk.moderator, at=clock.now())
        db.session.commit()
        assert enter(app, desk.translator).get(desk.path).status_code == 404
        taken = desk.world.comment(desk.consultation, KOREAN, language="ko")
        withdraw(taken, clock.now())
        db.session.commit()
        for officer in (desk.translator, desk.moderator):
            assert enter(app, officer).get(f"{LIST}/{taken.id}").status_code == 404

    def test_the_review_desk_translates_on_the_page_of_the_comment(self, app, desk):
        client = enter(app, desk.moderator)
        item = f"/desk/moderation/{desk.comment.id}"
        page = client.get(item).get_data(as_text=True)
        assert f'action="{desk.path}"' in page
        sent = {**fields(client, item), "language": "vi", "text": TOLD, "back": item}
        assert client.post(desk.path, data=sent).location == item
        assert TOLD in client.get(item).get_data(as_text=True)

    def test_the_answering_desk_reads_it_under_the_comment(self, app, desk, drain):
        desk.publish()
        desk.told()
        drain()
        drafter = enter(app, desk.world.officer(desk.agency, Role.DRAFTER))
        slug = desk.consultation.dossier.slug
        page = drafter.get(f"/desk/answers/{slug}").get_data(as_text=True)
        assert page.index(KOREAN) < page.index(TOLD)
        new = drafter.get(f"/desk/answers/{slug}/new?comment={desk.comment.id}")
        assert TOLD in new.get_data(as_text=True)


class TestCovers:
    def test_a_translation_from_before_a_cover_is_shown_nowhere(self, app, desk, drain):
        desk.told()
        desk.told("Call 0912345678.", "en")
        desk.publish([Asked("body", 18, 28, Reason.PERSONAL_DATA.value)])
        drain()
        assert known(desk) == {}
        drafter = desk.world.officer(desk.agency, Role.DRAFTER)
        slug = desk.consultation.dossier.slug
        pages = [
            *(
                (app.test_client(), f"{lang}/consultations/{slug}{page}")
                for lang in ("", "/en", "/ko")
                for page in ("", "/comments", "/articles/dieu-3", "/answers.json", "/answers.csv")
            ),
            (app.test_client(), f"/comments/{desk.comment.receipt}"),
            (enter(app, drafter), f"/desk/answers/{slug}"),
            (enter(app, desk.translator), desk.path),
            (enter(app, desk.translator), LIST),
        ]
        for client, path in pages:
            answer = client.get(path, buffered=True)
            assert answer.status_code == 200, path
            assert "0912345678" not in answer.get_data(as_text=True), path

    def test_who_saw_the_words_before_the_cover_cannot_tell_them_after_it(self, desk):
        before = seen(desk.comment)
        desk.publish([Asked("body", 18, 28, Reason.PERSONAL_DATA.value)])
        with pytest.raises(OvertakenError):
            translate(
                desk.comment, "vi", TOLD, Standing.UNOFFICIAL, desk.translator, clock.now(), before
            )


def test_the_ledger_says_of_a_translation_only_what_nobody_can_guess(desk):
    desk.publish()
    desk.told()
    facts = (
        db.session.scalars(select(Entry).where(Entry.verb == Verb.COMMENT_TRANSLATED)).one().facts
    )
    said = f"{digest_of(KOREAN)}\0{TOLD}"
    assert facts["digest"] == codes.salted_digest(said, desk.comment.salt)


def test_of_two_who_translate_at_once_the_second_sees_what_the_first_wrote(app, desk):
    desk.publish()
    client = enter(app, desk.translator)
    sent = fields(client, desk.path) | {"language": "vi", "text": "Mine"}
    desk.told("Another language is nobody's rival", language="en")
    desk.told("Theirs")
    answer = client.post(desk.path, data=sent)
    assert answer.status_code == 409
    assert all(words in answer.get_data(as_text=True) for words in ("Mine", "Theirs"))
    assert known(desk)["vi"][0] == "Theirs"
    # who has seen it may replace it
    again = dict(re.findall(r'name="(source)"[^>]*value="([^"]*)"', answer.get_data(as_text=True)))
    assert client.post(desk.path, data=sent | again).status_code == 303
    assert known(desk)["vi"][0] == "Mine"
    # and a number that no page of ours wrote has seen nothing
    for strange in ("9" * 5000, "x", "-1", ""):
        forged = sent | {"source": f"{digest_of(KOREAN)}.{strange}", "text": "Forged"}
        assert client.post(desk.path, data=forged).status_code == 409
