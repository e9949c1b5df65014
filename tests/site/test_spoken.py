"""Comments in other languages in public: their own words first, then what staff made of them."""

from __future__ import annotations

import csv
import io
import json

import lxml.html
import pytest

from app.accounts.models import Role
from app.comments.coarse import FEWEST
from app.comments.models import CommenterKind
from app.comments.publish import withdraw
from app.comments.translated import translate
from app.extensions import db
from app.kit import clock
from app.translations.models import Standing
from tests.factories import World

LAO = "ຄ່າທຳນຽມສູງເກີນໄປສຳລັບຄອບຄົວທຸກຍາກ"
TOLD, ENGLISH = "Phí quá cao đối với gia đình nghèo.", "The fee is too high for poor families."
ABROAD = CommenterKind.OVERSEAS_VIETNAMESE


class Draft:
    """A draft with one public comment in Lao."""

    def __init__(self, world: World, drain) -> None:
        self.world, self.drain = world, drain
        self.consultation = world.consultation()
        self.path = f"/consultations/{self.consultation.dossier.slug}"
        agency = self.consultation.dossier.agency
        self.moderator = world.officer(agency, Role.MODERATOR)
        self.translator = world.officer(agency, Role.TRANSLATOR)

    def say(self, body=LAO, language="lo", **words):
        comment = self.world.comment(self.consultation, body, language=language, **words)
        self.world.publish(comment, self.moderator, clock.now())
        return comment

    def told(self, comment, text=TOLD, language="vi", standing=Standing.UNOFFICIAL) -> None:
        translate(comment, language, text, standing, self.translator, clock.now())

    def settle(self) -> None:
        db.session.commit()
        self.drain()


@pytest.fixture
def draft(world, drain) -> Draft:
    return Draft(world, drain)


def said(client, path, comment):
    """The article of that comment on that page."""
    page = lxml.html.fromstring(client.get(path).get_data(as_text=True))
    [article] = page.xpath(f"//article[@id='comment-{comment.id}']")
    return article


def translations(element) -> list[tuple[str, str | None, str]]:
    """Name, language and words of each translation within."""
    return [
        (box.findtext("summary"), box.find("div").get("lang"), box.find("div").text_content())
        for box in element.xpath(".//details[contains(@class, 'translated')]")
    ]


def test_on_each_page_stands_the_translation_that_helps_its_reader(client, draft):
    comment = draft.say()
    draft.told(comment)
    draft.told(comment, ENGLISH, "en")
    draft.settle()
    for page in ("", "/comments", "/articles/dieu-3"):
        for prefix, lang, words in (("", None, TOLD), ("/en", None, ENGLISH), ("/ko", "vi", TOLD)):
            article = said(client, f"{prefix}{draft.path}{page}", comment)
            [(_name, spoken, text)] = translations(article)
            assert (spoken, text) == (lang, words)
            [own] = article.xpath("./div[@lang='lo']")
            assert own.text_content() == LAO
        assert translations(said(client, f"/lo{draft.path}{page}", comment)) == []


def test_a_vietnamese_comment_is_translated_for_others_only(client, draft):
    comment = draft.say("Tôi đồng ý.", "vi")
    draft.told(comment, "I agree.", "en")
    draft.settle()
    assert translations(said(client, f"{draft.path}/comments", comment)) == []
    assert translations(said(client, f"/ko{draft.path}/comments", comment)) == []
    [(_name, _lang, text)] = translations(said(client, f"/en{draft.path}/comments", comment))
    assert text == "I agree."


def test_it_says_who_made_it_and_the_newest_counts(client, draft):
    comment = draft.say()
    draft.told(comment, standing=Standing.MACHINE)
    draft.settle()
    [(machine, _lang, _text)] = translations(said(client, f"/en{draft.path}/comments", comment))
    draft.told(comment, "Phí cao.")
    draft.settle()
    [(staff, _lang, text)] = translations(said(client, f"/en{draft.path}/comments", comment))
    assert "Machine translation" in machine
    assert (staff, text) == ("Translation by the agency’s staff (unofficial)", "Phí cao.")
    draft.told(comment, "")
    draft.settle()
    assert translations(said(client, f"/en{draft.path}/comments", comment)) == []


def test_receipts_have_it_while_the_comment_is_public(client, draft):
    comment = draft.say()
    draft.told(comment)
    draft.settle()
    receipt = f"/comments/{comment.receipt}"
    page = lxml.html.fromstring(client.get(receipt).get_data(as_text=True))
    assert [text for _name, _lang, text in translations(page)] == [TOLD]
    withdraw(comment, clock.now())
    draft.settle()
    assert TOLD not in client.get(receipt).get_data(as_text=True)


def test_what_is_withheld_later_shows_no_translation(client, draft):
    comment = draft.world.comment(draft.consultation, LAO, language="lo")
    draft.told(comment)
    draft.world.withhold(comment, draft.moderator, at=clock.now())
    draft.settle()
    for path in (f"{draft.path}/comments", f"/comments/{comment.receipt}"):
        assert TOLD not in client.get(path).get_data(as_text=True)


def test_the_official_table_has_the_original_and_its_vietnamese(client, draft):
    comment = draft.say()
    draft.told(comment, standing=Standing.MACHINE)
    draft.settle()
    table = json.loads(
        client.get(f"{draft.path}/answers.json", buffered=True).get_data(as_text=True)
    )
    [one] = table["rows"][0]["comments"]
    assert (one["body"], one["language"]) == (LAO, "lo")
    assert one["translation"] == {"language": "vi", "standing": "machine", "text": TOLD}
    flat = client.get(f"{draft.path}/answers.csv", buffered=True).get_data(as_text=True)
    assert flat.index(LAO) < flat.index(f"[Bản dịch máy, chưa ai đọc lại: {TOLD}]")


class TestCountry:
    def figures(self, client, draft) -> list[str]:
        page = client.get(f"{draft.path}/comments.csv").get_data(as_text=True)
        return [row["country"] for row in csv.DictReader(io.StringIO(page))]

    def test_it_is_public_where_enough_share_it(self, client, draft):
        from_korea = [
            draft.say(f"{LAO} {n}", commenter_kind=ABROAD, country="KR") for n in range(FEWEST - 1)
        ]
        draft.say("Một mình.", "vi", commenter_kind=CommenterKind.RESIDENT_FOREIGNER, country="KR")
        draft.settle()
        assert "Hàn Quốc" not in client.get(f"{draft.path}/comments").get_data(as_text=True)
        assert self.figures(client, draft) == [""] * FEWEST
        receipt = client.get(f"/comments/{from_korea[0].receipt}").get_data(as_text=True)
        assert "Người Việt Nam ở nước ngoài, Hàn Quốc" in receipt
        fifth = draft.say(f"{LAO} 9", commenter_kind=ABROAD, country="KR")
        draft.settle()
        page = client.get(f"{draft.path}/comments").get_data(as_text=True)
        assert page.count("Hàn Quốc") == FEWEST
        assert self.figures(client, draft).count("KR") == FEWEST
        assert "대한민국" in client.get(f"/ko{draft.path}/comments").get_data(as_text=True)
        withdraw(fifth, clock.now())
        draft.settle()
        assert "Hàn Quốc" not in client.get(f"{draft.path}/comments").get_data(as_text=True)
        assert self.figures(client, draft) == [""] * FEWEST

    def test_those_in_other_drafts_do_not_count(self, client, world, drain, draft):
        other = Draft(world, drain)
        for n in range(FEWEST - 1):
            draft.say(f"{LAO} {n}", commenter_kind=ABROAD, country="KR")
            other.say(f"{LAO} {n}", commenter_kind=ABROAD, country="KR")
        draft.settle()
        assert "Hàn Quốc" not in client.get(f"{draft.path}/comments").get_data(as_text=True)
