"""Suggestions while typing: titles that have the words, with or without accents, and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.documents.dossiers import describe
from app.extensions import db
from app.kit import clock
from app.search import entries
from app.search.suggesting import suggestions
from tests.factories import World

SCHOOLS = "Nghị quyết về học phí năm học 2026"


@pytest.fixture
def offered(client) -> Callable[..., list[dict[str, Any]]]:
    def ask(typed: str, language: str = "") -> list[dict[str, Any]]:
        answer = client.get(f"{language}/search/suggestions", query_string={"q": typed})
        assert answer.status_code == 200
        assert answer.mimetype == "application/json"
        found: list[dict[str, Any]] = answer.get_json()
        return found

    return ask


@pytest.fixture
def schools(world: World, drain: Callable[[], None]):
    consultation = world.consultation(world.dossier(title=SCHOOLS))
    world.consultation(world.dossier(title="Nghị quyết về nuôi ong lấy mật"))
    drain()
    return consultation


@pytest.mark.parametrize(
    "typed", ["học ph", "hoc ph", "HỌC PHÍ", "hoc", "nam hoc", "phi hoc", "nghị quyết về họ"]
)
def test_a_draft_is_offered_by_its_title_with_the_last_word_begun(schools, offered, typed):
    first = offered(typed)[0]
    assert first["text"] == SCHOOLS
    assert first["url"] == f"/consultations/{schools.dossier.slug}"
    assert first["lang"] == "vi"


@pytest.mark.parametrize("typed", ["học đường", "hocphi", "xyz học", "ọc ph", "h", "", " ", "?!"])
def test_what_no_title_says_is_not_offered(schools, offered, typed):
    assert SCHOOLS not in [one["text"] for one in offered(typed)]


def test_the_accents_that_were_typed_come_first(world, drain, offered):
    for title in ("Nghị quyết về mía đường", "Nghị quyết về mìa núi", "Nghị quyết về mia tía"):
        world.consultation(world.dossier(title=title))
    drain()
    assert offered("mìa")[0]["text"] == "Nghị quyết về mìa núi"
    assert len(offered("mia")) == 3


def test_articles_are_offered_by_their_heading_with_their_draft(schools, offered):
    found = [one for one in offered("doi tuong ap") if "where" in one]
    assert found
    assert {one["text"] for one in found} == {"Điều 2. Đối tượng áp dụng"}
    assert {one["where"] for one in found} >= {SCHOOLS}
    assert all(one["url"].endswith("/articles/dieu-2") for one in found)


def test_what_a_text_says_below_its_heading_is_not_offered(schools, offered):
    assert offered("cấp nước") == []


def test_agencies_are_offered_in_both_languages(schools, offered):
    agency = schools.dossier.agency
    assert f"/agencies/{agency.slug}" in [one["url"] for one in offered("so xay d")]
    english = offered("departm", "/en")
    assert {"text": agency.name_en, "lang": "en"}.items() <= english[0].items()
    assert english[0]["url"] == f"/en/agencies/{agency.slug}"


def test_english_titles_are_offered_on_english_pages(world, drain, offered):
    dossier = world.dossier(title="Nghị quyết về bến đò")
    officer = world.officer(dossier.agency)
    describe(dossier, {"title_en": "Resolution on ferry landings"}, officer, clock.now())
    db.session.commit()
    world.consultation(dossier)
    drain()
    assert offered("ferry la", "/en")[0]["text"] == "Resolution on ferry landings"


def test_few_are_offered_and_each_place_once(world, drain, offered):
    for n in range(12):
        world.consultation(world.dossier(title=f"Nghị quyết về giá đất số {n}"))
    drain()
    found = offered("gia dat")
    assert len(found) == 8
    assert len({one["url"] for one in found}) == 8


def test_an_unopened_draft_is_not_offered(world, drain, offered):
    world.version(world.dossier(title="Nghị quyết về chợ nổi"))
    drain()
    assert offered("cho noi") == []


def test_they_are_kept_for_seconds_only(client, schools):
    kept = client.get("/search/suggestions?q=hoc").headers["Cache-Control"]
    assert kept == "public, max-age=5"


def test_without_an_index_nothing_is_offered(app, schools, offered):
    app.extensions.pop("search").close()
    for path in app.extensions["settings"].search_dir.rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    assert offered("hoc phi") == []


def test_a_limit_is_one(app, schools):
    with app.test_request_context():
        assert len(suggestions(entries.index(), "nghị quyết", 1)) == 1
