"""The page of a draft: its text, its links, its figures, its state."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from lxml.html import fromstring
from sqlalchemy import event, select

from app.consultations.lifecycle import close_due, extend
from app.documents.dossiers import advance
from app.documents.models import Provision, Stage
from app.extensions import db
from app.kit import clock
from tests.factories import DRAFT

HIDDEN = ("waiting", "withheld", "withdrawn", "late")


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_every_provision_has_its_permanent_anchor(client, scene):
    html = page(client, scene.path)
    anchors = db.session.scalars(select(Provision.anchor)).all()
    assert "dieu-2.khoan-2.diem-dd" in anchors
    for anchor in anchors:
        assert f'id="{anchor}"' in html


def test_every_clause_leads_to_a_page_of_its_own(client, scene):
    html = page(client, scene.path)
    assert f'href="{scene.path}/articles/dieu-2.khoan-2.diem-dd"' in html


def test_the_whole_text_stands_on_the_page(client, scene):
    text = fromstring(page(client, scene.path)).text_content()
    for line in DRAFT.splitlines()[7:]:
        words = re.sub(r"^(Điều \d+\.|\d+\.|[a-zđ]\)) ", "", line)
        assert words in text


def test_law_text_is_marked_vietnamese_and_never_markup(client, world, drain):
    consultation = world.consultation(text=DRAFT.replace("Mỗi hộ", "<b>Mỗi</b> hộ & nhà"))
    drain()
    html = page(client, f"/en/consultations/{consultation.dossier.slug}")
    assert "&lt;b&gt;Mỗi&lt;/b&gt; hộ &amp; nhà" in html
    assert 'class="law" lang="vi"' in html


def test_only_published_comments_are_seen(client, scene):
    for path in ("", "/comments", "/answers", "/articles/dieu-3", "/articles/dieu-1"):
        html = page(client, scene.path + path)
        for name in HIDDEN:
            assert f"Lời góp ý {name}." not in html
    assert "Lời góp ý published." in page(client, scene.path)


def test_the_answer_stands_under_its_comment(client, scene):
    html = page(client, scene.path)
    comment = html.index("Lời góp ý answered.")
    assert comment < html.index("Nâng mức.") < html.index("</article>", comment)


def test_the_counters_add_up(client, scene):
    html = page(client, "/en" + scene.path)
    stats = html[html.index('<dl class="stats">') :]
    numbers = [int(n) for n in re.findall(r"<dd>(\d+)", stats[: stats.index("</dl>")])]
    assert numbers == [6, 2, 1, 1, 1, 1]
    assert numbers[0] == sum(numbers[1:])


def test_the_contents_count_published_comments_by_article(client, scene):
    html = page(client, "/en" + scene.path)
    toc = html[html.index("toc-side") :]
    toc = toc[: toc.index("</nav>")]
    counts = dict(re.findall(r'href="#(dieu-\d)".*?<span class="n">(\d+)', toc, re.S))
    assert counts == {"dieu-1": "0", "dieu-2": "1", "dieu-3": "1"}


def test_an_open_draft_invites_comments_on_each_article(client, scene):
    html = page(client, scene.path)
    for number in (1, 2, 3):
        assert f'href="{scene.path}/comment?at=dieu-{number}"' in html


def test_after_the_end_nothing_invites_and_the_page_says_what_follows(client, world, drain):
    consultation = world.consultation(opened_at=clock.now() - timedelta(days=60))
    close_due(clock.now())
    db.session.commit()
    drain()
    path = f"/en/consultations/{consultation.dossier.slug}"
    for tail in ("", "/articles/dieu-3"):
        assert "/comment?" not in page(client, path + tail)
    html = page(client, path)
    assert "Comments are closed" in html
    assert "What happens next" in html


def test_an_extension_is_told_with_its_reason(client, scene, drain):
    consultation = scene.consultation
    extend(
        consultation,
        consultation.last_day + timedelta(days=9),
        "Lũ lụt.",
        scene.approver,
        clock.now(),
    )
    db.session.commit()
    drain()
    html = page(client, "/en" + scene.path)
    assert "The period was extended" in html
    assert "Lũ lụt." in html


def test_an_adopted_document_shows_its_number(client, world, drain):
    consultation = world.consultation(opened_at=clock.now() - timedelta(days=60))
    close_due(clock.now())
    dossier = consultation.dossier
    for stage in (Stage.APPRAISAL, Stage.VERIFICATION, Stage.ADOPTED):
        advance(dossier, stage, clock.now(), officer=None, consultation_id=consultation.id)
    dossier.outcome_number = "12/2026/NQ-HĐND"
    dossier.outcome_date = date(2026, 12, 9)
    db.session.commit()
    drain()
    assert "12/2026/NQ-HĐND" in page(client, f"/consultations/{dossier.slug}")


def test_a_proposal_shows_its_content_and_no_text(client, world, drain):
    dossier = world.dossier(title="Đề nghị xây dựng nghị quyết", stage=Stage.PROPOSAL)
    drain()
    html = page(client, f"/consultations/{dossier.slug}")
    assert "Nội dung main_content." in html
    assert 'class="sheet"' not in html
    assert client.get(f"/consultations/{dossier.slug}/comments").status_code == 404


def test_the_contents_are_marked_as_vietnamese_on_a_page_in_another_language(client, scene):
    entry = re.compile(r'<li><a href="?#dieu-1"?><span>(.*?)</span>', re.S)
    for path, mark in ((scene.path, ""), (f"/en{scene.path}", '<span lang="vi">')):
        found = entry.search(page(client, path))
        assert found, path
        assert found[1].startswith(mark + "Điều 1"), path


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("PHỤ LỤC\nCÁC KHU VỰC\n", "Phụ lục. CÁC KHU VỰC"),
        ("PHỤ LỤC II\nCÁC KHU VỰC\n", "Phụ lục II. CÁC KHU VỰC"),
        ("Mẫu số 01\nĐƠN ĐỀ NGHỊ\n", "Mẫu 01. ĐƠN ĐỀ NGHỊ"),
        ("QUY CHẾ HOẠT ĐỘNG\n(Kèm theo Quyết định số /2026)\n", "QUY CHẾ HOẠT ĐỘNG"),
    ],
)
def test_an_annex_is_called_what_the_text_calls_it(client, world, drain, heading, title):
    consultation = world.consultation(text=f"{DRAFT}\n{heading}Nội dung của phụ lục.")
    drain()
    html = page(client, f"/consultations/{consultation.dossier.slug}")
    found = re.findall(r'<h2 id="?[\w-]+"? lang="?vi"?>(.*?)</h2>', html)
    assert found[-1].startswith(title)


def test_a_draft_is_nowhere_to_be_seen_before_its_opening(client, world, drain):
    dossier = world.dossier(title="Chưa ai được biết")
    agency = dossier.agency.slug
    world.version(dossier)
    drain()
    assert client.get(f"/consultations/{dossier.slug}").status_code == 404
    for path in ("/", "/consultations", "/consultations?state=proposals", f"/agencies/{agency}"):
        assert dossier.title not in page(client, path), path


def test_a_proposal_stays_to_be_seen_while_its_text_is_drafted(client, world, drain):
    dossier = world.dossier(title="Đã đề nghị", stage=Stage.PROPOSAL)
    world.version(dossier)
    drain()
    assert dossier.stage == Stage.DRAFTING
    assert 'class="sheet"' not in page(client, f"/consultations/{dossier.slug}")
    assert dossier.title in page(client, "/consultations?state=proposals")


@pytest.mark.parametrize(("seen", "status"), [(Stage.PROPOSAL, 200), (Stage.DRAFTING, 404)])
def test_what_was_given_up_stays_as_public_as_it_was(client, world, drain, seen, status):
    dossier = world.dossier(stage=seen)
    advance(dossier, Stage.WITHDRAWN, clock.now(), officer=None)
    db.session.commit()
    drain()
    assert client.get(f"/consultations/{dossier.slug}").status_code == status


def test_a_new_publication_shows_once_it_is_sealed(client, world, scene, drain):
    before = client.get(scene.path)
    assert "Lời góp ý waiting." not in before.get_data(as_text=True)
    world.publish(scene.waiting, scene.moderator)
    db.session.commit()
    drain()
    after = client.get(scene.path)
    assert "Lời góp ý waiting." in after.get_data(as_text=True)
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_warm_process_asks_the_database_at_most_ten_times(client, scene, app):
    client.get(scene.path)
    asked: list[str] = []
    engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        client.get(scene.path + "?cold=1")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    selects = [statement for statement in asked if statement.startswith("SELECT")]
    assert 0 < len(selects) <= 10


@pytest.mark.parametrize("path", ["/consultations/nope", "/consultations/nope/comments"])
def test_an_unknown_draft_is_no_page(client, path):
    assert client.get(path).status_code == 404


def test_an_unknown_anchor_is_no_page(client, scene):
    assert client.get(f"{scene.path}/articles/dieu-99").status_code == 404
    assert client.get(f"{scene.path}/comments?at=dieu-99").status_code == 404


@pytest.mark.parametrize("key", ["x", "-1", "1e9", "9" * 40])
def test_a_forged_key_is_no_page(client, scene, key):
    assert client.get(f"{scene.path}/comments?before={key}").status_code == 404
