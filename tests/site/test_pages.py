"""What holds for every public page, and for the pages that are lists or words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.documents import files
from app.documents.models import Stage
from app.extensions import db
from app.kit import clock
from app.ledger.record import record
from app.ledger.verbs import Verb
from app.moderation.reasons import LABELS

WORDS = ("/about", "/moderation", "/accessibility", "/privacy")
LISTS = ("/", "/consultations", "/consultations?state=open", "/consultations?state=proposals")


@pytest.mark.parametrize("path", [*WORDS, *LISTS, "/comments"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_public_pages_are_whole_cacheable_and_set_no_cookie(client, scene, prefix, path):
    response = client.get(prefix + path)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "public" in response.headers["Cache-Control"]
    again = client.get(prefix + path, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("tail", ["", "/articles/dieu-3", "/comments", "/answers"])
def test_pages_of_a_draft_are_cacheable_and_set_no_cookie(client, scene, tail):
    response = client.get(scene.path + tail)
    assert "Set-Cookie" not in response.headers
    again = client.get(scene.path + tail, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_the_english_prefix_keeps_the_page_and_the_query(client, scene):
    html = client.get(f"{scene.path}/comments?at=dieu-3").get_data(as_text=True)
    assert f'href="/en{scene.path}/comments?at=dieu-3"' in html
    html = client.get(f"/en{scene.path}").get_data(as_text=True)
    assert '<html lang="en">' in html
    assert f'href="/en{scene.path}/articles/dieu-3"' in html
    assert f'href="{scene.path}"' in html


def test_the_front_page_counts_by_tally_and_shows_the_soonest_first(client, world, scene, drain):
    world.consultation(world.dossier(title="Dự thảo sắp hết hạn"), opened_at=days_ago(25))
    drain()
    html = client.get("/en/").get_data(as_text=True)
    figures = [int(n) for n in re.findall(r"<dd>(\d+)</dd>", html)]
    assert figures == [2, 0, 6, 2]
    assert html.index("Dự thảo sắp hết hạn") < html.index(scene.consultation.dossier.title)


def days_ago(n: int):
    return clock.now() - timedelta(days=n)


def test_the_list_is_paged_by_key_and_misses_nobody(client, world, drain, monkeypatch):
    monkeypatch.setattr("app.site.lists.PAGE", 2)
    titles = {f"Đề nghị số {n}" for n in range(5)}
    for title in sorted(titles):
        world.dossier(title=title, stage=Stage.PROPOSAL)
    drain()
    seen, path = [], "/consultations?state=proposals"
    while path:
        html = client.get(path).get_data(as_text=True)
        seen += re.findall(r"Đề nghị số \d", re.sub(r"<head>.*</head>", "", html, flags=re.S))
        found = re.search(r'rel="next" href="([^"]+)"', html)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == 5
    assert set(seen) == titles


def test_open_drafts_are_paged_in_the_order_of_their_end(client, world, drain, monkeypatch):
    monkeypatch.setattr("app.site.lists.PAGE", 1)
    for age in (3, 20, 10):
        world.consultation(world.dossier(title=f"Mở {age} ngày"), opened_at=days_ago(age))
    drain()
    seen, path = [], "/consultations?state=open"
    while path:
        html = client.get(path).get_data(as_text=True)
        seen += re.findall(r"Mở (\d+) ngày", html)
        found = re.search(r'rel="next" href="([^"]+)"', html)
        path = found[1].replace("&amp;", "&") if found else ""
    assert seen == ["20", "10", "3"]


@pytest.mark.parametrize("query", ["state=nope", "after=x", "state=open&after=1-2", "after=1%00"])
def test_a_list_that_does_not_exist_is_no_page(client, query):
    assert client.get(f"/consultations?{query}").status_code == 404


def test_comments_are_paged_by_key(client, scene, monkeypatch):
    monkeypatch.setattr("app.site.article.PAGE", 1)
    first = client.get(f"{scene.path}/comments").get_data(as_text=True)
    assert "Lời góp ý answered." in first
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = client.get(older[1]).get_data(as_text=True)
    assert "Lời góp ý published." in second
    assert 'rel="next"' not in second


def test_a_comment_keeps_its_address(client, scene):
    html = client.get(f"{scene.path}/comments").get_data(as_text=True)
    link = f"{scene.path}/comments?round=1&amp;before={scene.published.id + 1}#comment-{scene.published.id}"
    assert f'href="{link}"' in html
    there = client.get(link.partition("#")[0].replace("&amp;", "&")).get_data(as_text=True)
    assert f'id="comment-{scene.published.id}"' in there


def test_comments_of_one_article_include_those_on_its_clauses(client, scene):
    html = client.get(f"{scene.path}/comments?at=dieu-3").get_data(as_text=True)
    assert "Lời góp ý answered." in html
    assert "Lời góp ý published." not in html


def test_the_page_of_a_point_shows_its_article_and_marks_the_point(client, scene):
    html = client.get(f"/en{scene.path}/articles/dieu-2.khoan-2.diem-dd").get_data(as_text=True)
    assert 'id="dieu-2.khoan-2.diem-dd" aria-current="true"' in html
    assert "Lời góp ý published." in html
    assert f'href="/en{scene.path}/comment?at=dieu-2.khoan-2.diem-dd"' in html
    assert f'href="/en{scene.path}/articles/dieu-1"' in html
    assert f'href="/en{scene.path}/articles/dieu-3"' in html


def test_a_chapter_leads_to_its_articles(client, scene):
    html = client.get(f"{scene.path}/articles/chuong-i").get_data(as_text=True)
    for anchor in ("dieu-1", "dieu-2"):
        assert f'href="{scene.path}/articles/{anchor}"' in html


def test_answers_show_outcome_reason_and_comment(client, scene):
    html = client.get(f"/en{scene.path}/answers").get_data(as_text=True)
    for words in ("Accepted 1", "Nâng mức.", "Lời góp ý answered.", scene.answered.place):
        assert words in html
    assert client.get(f"{scene.path}/answers?kind=noted").status_code == 200
    assert client.get(f"{scene.path}/answers?kind=nope").status_code == 404


def test_an_agency_shows_its_address_and_its_drafts(client, scene):
    agency = scene.consultation.dossier.agency
    html = client.get(f"/agencies/{agency.slug}").get_data(as_text=True)
    assert agency.postal_address in html
    assert scene.consultation.dossier.title in html
    assert client.get("/agencies/nobody").status_code == 404


def test_the_original_comes_back_byte_for_byte(client, scene):
    version = scene.consultation.version
    path = f"{scene.path}/files/{version.file_name}"
    with client.get(path) as response:
        assert response.data == files.path(version.sha256).read_bytes()
        assert response.headers["Content-Disposition"].startswith("attachment")
        etag = response.headers["ETag"]
    with client.get(path, headers={"If-None-Match": etag}) as again:
        assert again.status_code == 304
    assert client.get(f"{scene.path}/files/other.docx").status_code == 404


def test_the_rules_name_every_reason(client):
    html = client.get("/en/moderation").get_data(as_text=True)
    assert re.findall(r'<h3 id="(\w+)">', html) == [code.value for code in LABELS]


def test_an_unknown_address_offers_ways_on(client):
    response = client.get("/en/nowhere")
    html = response.get_data(as_text=True)
    assert response.status_code == 404
    for way in ('href="/en/consultations"', 'href="/en/"', 'href="/en/comments"', 'role="search"'):
        assert way in html


def test_health_tells_versions_migration_and_lag(client, scene):
    response = client.get("/health")
    words = response.get_json()
    assert response.headers["Cache-Control"] == "no-store"
    assert words["status"] == "ok"
    assert words["migration"] == words["newest_migration"]
    assert words["database"] == db.engine.dialect.name
    assert words["lag_seconds"] == 0


def test_health_counts_the_age_of_what_the_worker_has_not_read(client):
    record(Verb.OFFICER_LOCKED, "officer:1", at=days_ago(1), officer_id=1, failures=5)
    db.session.commit()
    assert client.get("/health").get_json()["lag_seconds"] >= 86_400


def test_health_is_503_without_a_database(client, monkeypatch):
    def broken(*_args, **_kwargs):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "scalar", broken)
    response = client.get("/health")
    assert response.status_code == 503
    assert response.get_json()["database"] == "unreachable"
