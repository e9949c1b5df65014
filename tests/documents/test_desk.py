"""The doors of documents: dossiers begun, texts uploaded and checked, content written."""

from __future__ import annotations

import dataclasses
import io

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Role
from app.consultations.lifecycle import declare
from app.documents.importing import newest
from app.documents.models import Dossier, Stage
from app.extensions import db
from app.kit import clock
from tests.factories import DRAFT
from tests.word import docx

DOUBTFUL = DRAFT.replace("Điều 2. Đối", "Điều 4. Đối")


@pytest.fixture
def dossier(world):
    return world.dossier(filled=False)


@pytest.fixture
def drafter(client, world, dossier):
    officer = world.officer(dossier.agency, Role.DRAFTER)
    client.sign_in(officer.email)
    return officer


def upload(client, dossier, data, name="du-thao.docx"):
    path = f"/desk/dossiers/{dossier.id}/text"
    return client.submit(path, {"file": (io.BytesIO(data), name)})


def review_path(dossier):
    return f"/desk/dossiers/{dossier.id}/text/review"


class TestDossiers:
    def test_a_new_one_leads_to_its_steps(self, client, drafter):
        words = {
            "title": "Quyết định về cây xanh",
            "document_type": "provincial_committee_decision",
            "agency": str(drafter.agency_id),
            "stage": "drafting",
        }
        answer = client.submit("/desk/dossiers/new", words)
        made = db.session.scalar(select(Dossier).where(Dossier.slug == "quyet-dinh-ve-cay-xanh"))
        assert answer.location == f"/desk/dossiers/{made.id}"
        assert made.title in client.get("/desk/dossiers").get_data(as_text=True)

    def test_a_wrong_form_keeps_what_was_typed(self, client, drafter, world):
        words = {"title": "Tên còn lại", "document_type": "", "agency": str(world.agency().id)}
        answer = client.submit("/desk/dossiers/new", words)
        assert answer.status_code == 422
        assert "Tên còn lại" in answer.get_data(as_text=True)

    def test_the_list_holds_those_in_reach_by_stage(self, client, drafter, dossier, world):
        below = world.dossier(world.agency(parent=dossier.agency))
        beside = world.dossier()
        html = client.get("/desk/dossiers").get_data(as_text=True)
        assert dossier.title in html
        assert below.title in html
        assert beside.title not in html
        assert dossier.title not in client.get("/desk/dossiers?stage=adopted").get_data(True)

    def test_the_list_goes_on_page_by_page(self, client, drafter, dossier, monkeypatch, world):
        monkeypatch.setattr("app.documents.desk.PAGE", 2)
        newer = [world.dossier(dossier.agency) for _ in range(2)]
        first = client.get("/desk/dossiers").get_data(as_text=True)
        assert dossier.title not in first
        assert f"before={newer[0].id}" in first
        assert dossier.title in client.get(f"/desk/dossiers?before={newer[0].id}").get_data(True)

    @pytest.mark.parametrize("role", [Role.APPROVER, Role.OVERSIGHT])
    def test_readers_do_not_begin_dossiers(self, client, world, role):
        client.sign_in(world.officer(world.agency(), role).email)
        assert client.get("/desk/dossiers").status_code == 200
        assert client.get("/desk/dossiers/new").status_code == 403


class TestText:
    def test_a_file_becomes_a_tree_to_accept(self, client, drafter, dossier):
        assert upload(client, dossier, docx(DRAFT)).location == review_path(dossier)
        html = client.get(review_path(dossier)).get_data(as_text=True)
        assert 'id="dieu-2.khoan-2.diem-dd"' in html
        version = newest(dossier)
        client.submit(review_path(dossier), {"seen": version.digest})
        assert newest(dossier).accepted_at is not None

    def test_a_proposal_with_a_text_is_a_draft(self, client, drafter, dossier):
        dossier.stage = Stage.PROPOSAL.value
        db.session.commit()
        upload(client, dossier, docx(DRAFT))
        assert db.session.get(Dossier, dossier.id).stage == Stage.DRAFTING

    def test_a_doubt_links_to_its_unit(self, client, drafter, dossier):
        upload(client, dossier, docx(DOUBTFUL))
        html = client.get(review_path(dossier)).get_data(as_text=True)
        doubts = html.split('id="doubts"')[1].split("</section>")[0]
        assert 'href="#dieu-4"' in doubts
        assert 'id="dieu-4"' in html

    def test_a_text_without_articles_is_doubted(self, client, drafter, dossier):
        upload(client, dossier, docx("Một đoạn văn không có điều nào."))
        assert [found["code"] for found in newest(dossier).doubts] == ["no_article"]
        assert client.get(review_path(dossier)).status_code == 200

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            (b"", 422),
            (b"%PDF-1.7 a scan", 422),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", 415),
            (docx(DRAFT)[:2000], 422),
        ],
    )
    def test_a_file_that_is_refused_leaves_nothing(self, client, drafter, dossier, data, status):
        assert upload(client, dossier, data).status_code == status
        assert newest(dossier) is None

    def test_no_file_is_a_clear_error(self, client, drafter, dossier):
        answer = client.submit(f"/desk/dossiers/{dossier.id}/text", {})
        assert answer.status_code == 422
        assert 'href="#file"' in answer.get_data(as_text=True)

    @pytest.mark.parametrize("size", [50_001, 90_000])
    def test_too_large_is_413_whether_it_was_read_or_not(
        self, client, drafter, dossier, app, monkeypatch, size
    ):
        small = dataclasses.replace(app.extensions["settings"], upload_bytes=50_000)
        monkeypatch.setitem(app.extensions, "settings", small)
        monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 60_000)
        assert upload(client, dossier, b"PK\x03\x04".ljust(size, b" ")).status_code == 413
        assert newest(dossier) is None

    def test_a_new_file_takes_declarations_for_the_old_one_along(
        self, client, drafter, dossier, world
    ):
        old = world.version(dossier)
        declare(old.dossier, old, drafter, clock.now())
        db.session.commit()
        assert upload(client, dossier, docx(DOUBTFUL)).status_code == 303
        assert newest(dossier).accepted_at is None

    def test_what_was_replaced_meanwhile_is_not_accepted(self, client, drafter, dossier, world):
        seen = world.version(dossier, accepted=False).digest
        token = client.token(review_path(dossier))
        world.version(dossier, DOUBTFUL, accepted=False)
        answer = client.post(review_path(dossier), data={"csrf_token": token, "seen": seen})
        assert answer.status_code == 409
        assert newest(dossier).accepted_at is None

    def test_a_public_draft_stays_and_a_new_file_becomes_the_next(self, client, world):
        consultation = world.consultation()
        dossier = consultation.dossier
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        digest = consultation.version.digest
        token = client.token(review_path(dossier))
        assert client.post(review_path(dossier), data={"csrf_token": token}).status_code == 409
        assert upload(client, dossier, docx(DOUBTFUL), "khac.docx").status_code == 303
        assert newest(dossier).number == 2
        assert consultation.version.digest == digest
        with pytest.raises(DatabaseError):
            db.session.execute(text("UPDATE draft_version SET digest = 'khác' WHERE number = 1"))

    def test_after_its_end_a_dossier_takes_no_text(self, client, drafter, dossier):
        dossier.stage = Stage.WITHDRAWN.value
        db.session.commit()
        path = f"/desk/dossiers/{dossier.id}/text"
        assert client.get(path).status_code == 409
        token = client.token("/desk/dossiers/new")
        data = {"csrf_token": token, "file": (io.BytesIO(docx(DRAFT)), "khac.docx")}
        assert client.post(path, data=data).status_code == 409
        assert newest(dossier) is None


class TestContent:
    def test_a_draft_with_blanks_is_kept(self, client, drafter, dossier):
        path = f"/desk/dossiers/{dossier.id}/content"
        answer = client.submit(path, {"necessity": "Vì thiếu nước.", "summary_en": "Water."})
        assert answer.location == f"/desk/dossiers/{dossier.id}"
        db.session.refresh(dossier)
        assert (dossier.necessity, dossier.purpose) == ("Vì thiếu nước.", "")
        assert "Vì thiếu nước." in client.get(path).get_data(as_text=True)

    def test_too_long_a_text_comes_back(self, client, drafter, dossier):
        path = f"/desk/dossiers/{dossier.id}/content"
        answer = client.submit(path, {"scope": "dài " * 6000, "purpose": "Giữ lại."})
        assert answer.status_code == 422
        assert "Giữ lại." in answer.get_data(as_text=True)

    def test_without_the_token_the_words_come_back(self, client, drafter, dossier):
        path = f"/desk/dossiers/{dossier.id}/content"
        answer = client.post(path, data={"purpose": "Giữ lại."})
        assert answer.status_code == 422
        assert "Giữ lại." in answer.get_data(as_text=True)
        assert db.session.get(Dossier, dossier.id).purpose == ""

    def test_the_slower_of_two_writers_is_told(self, client, drafter, dossier):
        path = f"/desk/dossiers/{dossier.id}/content"
        html = client.get(path).get_data(as_text=True)
        seen = html.split('name="seen"')[1].split('value="')[1].split('"')[0]
        client.submit(path, {"purpose": "Của người trước."})
        answer = client.submit(path, {"purpose": "Của người sau.", "seen": seen})
        assert answer.status_code == 409
        html = answer.get_data(as_text=True)
        assert "Của người sau." in html
        assert "Của người trước." in html
        assert db.session.get(Dossier, dossier.id).purpose == "Của người trước."

    def test_public_content_stays(self, client, world):
        dossier = world.consultation().dossier
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        path = f"/desk/dossiers/{dossier.id}/content"
        assert client.get(path).status_code == 409
        token = client.token(review_path(dossier))
        data = {"csrf_token": token, "purpose": "Khác."}
        assert client.post(path, data=data).status_code == 409
        assert db.session.get(Dossier, dossier.id).purpose != "Khác."


PLACES = ("text", "text/review", "content")


@pytest.mark.parametrize("place", PLACES)
def test_another_agency_finds_nothing(client, world, dossier, place):
    world.version(dossier)
    client.sign_in(world.officer(world.agency(), Role.DRAFTER).email)
    assert client.get(f"/desk/dossiers/{dossier.id}/{place}").status_code == 404


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("number", [0, 999, 10**30])
def test_a_number_that_is_no_dossier_is_no_page(client, drafter, place, number):
    assert client.get(f"/desk/dossiers/{number}/{place}").status_code == 404


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.ADMIN, None])
@pytest.mark.parametrize("place", PLACES)
def test_roles_that_do_not_draft_are_kept_out(client, world, dossier, place, role):
    client.sign_in(world.officer(dossier.agency, *([role] if role else [])).email)
    assert client.get(f"/desk/dossiers/{dossier.id}/{place}").status_code == 403


def test_an_approver_reads_the_outline_and_does_not_accept_it(client, world, dossier):
    world.version(dossier, accepted=False)
    client.sign_in(world.officer(dossier.agency, Role.APPROVER).email)
    page = client.get(review_path(dossier))
    assert page.status_code == 200
    token = client.token(review_path(dossier))
    answer = client.post(review_path(dossier), data={"csrf_token": token})
    assert answer.status_code == 404
    assert newest(dossier).accepted_at is None
