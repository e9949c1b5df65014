"""The documents beside a draft: required by law, added, corrected, posted, read as text."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import docx as python_docx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts.models import Role
from app.consultations.lifecycle import (
    Gap,
    NotReadyError,
    declare,
    gaps,
    open_consultation,
    words_of,
)
from app.documents import supporting
from app.documents.comparison import Comparison, replace
from app.documents.models import ChangeKind, DossierFile, Stage
from app.documents.required import Posted, required
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from tests.word import docx

NOW = clock.now()
TODAY = clock.vn_date(NOW)


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(b"\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


@pytest.fixture
def law(world):
    """A draft of a law, for which six documents are required beside its text."""
    dossier = world.dossier()
    dossier.document_type = "law"
    db.session.commit()
    return dossier


@pytest.fixture
def drafter(client, world, law):
    officer = world.officer(law.agency, Role.DRAFTER)
    client.sign_in(officer.email)
    return officer


def desk(dossier, place="files"):
    return f"/desk/dossiers/{dossier.id}/{place}"


def send(client, dossier, data, name, **words):
    return client.submit(desk(dossier), {"file": (io.BytesIO(data), name), **words})


class TestRequired:
    def test_a_law_needs_the_documents_of_article_33(self, app):
        rows = required("law", Posted.DRAFT, TODAY)
        assert [row.code for row in rows] == [
            "submission_report",
            "implementation_review",
            "legal_review",
            "procedure_assessment",
            "explanatory_memorandum",
            "comparison_table",
        ]
        assert {row.confidence for row in rows} == {"H"}
        assert all("33" in row.citation for row in rows)

    def test_rows_hold_from_their_day(self, app):
        assert not required("law", Posted.DRAFT, TODAY.replace(year=2024))

    @pytest.mark.parametrize(
        "kind", ["provincial_council_resolution", "commune_committee_decision"]
    )
    def test_what_is_not_verified_stops_no_draft(self, app, kind):
        assert not required(kind, Posted.DRAFT, TODAY)

    def test_a_proposal_of_a_provincial_resolution_needs_two(self, app):
        rows = required("provincial_council_resolution", Posted.PROPOSAL, TODAY)
        assert [row.code for row in rows] == ["submission_report", "impact_assessment"]

    def test_opening_without_one_is_refused(self, world, law):
        version = world.version(law)
        assert Gap.DOCUMENTS in gaps(law, version, NOW)
        with pytest.raises(NotReadyError):
            open_consultation(law, version, 30, world.officer(law.agency, Role.APPROVER), NOW)

    def test_with_all_of_them_it_opens(self, world, law):
        version = world.version(law)
        world.documents(law)
        officers = [world.officer(law.agency, role) for role in (Role.DRAFTER, Role.APPROVER)]
        for officer in officers:
            declare(law, version, officer, NOW)
        open_consultation(law, version, 30, officers[1], NOW)
        db.session.commit()
        assert all(file.posted_at == NOW for file in supporting.all_files(law.id))

    def test_rows_stand_for_the_comparison_table(self, world, law, drafter):
        version = world.version(law)
        replace(version, [Comparison(ChangeKind.NEW, "dieu-1")], drafter, NOW)
        missing = {row.code for row in supporting.missing(law, version, TODAY)}
        assert "comparison_table" not in missing
        assert "submission_report" in missing


class TestDesk:
    def test_what_is_missing_is_named_on_every_page_of_the_way(
        self, app, client, world, law, drafter
    ):
        world.version(law)
        for place in ("", "files"):
            html = client.get("/en" + desk(law, place).rstrip("/")).get_data(as_text=True)
            assert "Submission report" in html
        approving = app.test_client()
        approving.sign_in(world.officer(law.agency, Role.APPROVER).email)
        html = approving.get("/en" + desk(law, "opening")).get_data(as_text=True)
        assert "Review of how the law was implemented" in html.split('id="gaps"')[1]

    def test_a_file_is_read_and_called_by_its_kind(self, client, law, drafter):
        data = docx("TỜ TRÌNH\nKính gửi Quốc hội.")
        assert send(client, law, data, "x.docx", code="submission_report").status_code == 303
        file = db.session.scalar(select(DossierFile))
        assert (file.title, file.name) == ("Tờ trình", "to-trinh.docx")
        assert "Kính gửi Quốc hội." in file.text
        assert file.sha256 == hashlib.sha256(data).hexdigest()

    def test_two_of_a_name_have_two_addresses(self, client, law, drafter):
        for _ in range(2):
            send(client, law, docx("Một"), "x.docx", code="", title="Phụ lục số liệu")
        names = db.session.scalars(select(DossierFile.name).order_by(DossierFile.id)).all()
        assert names == ["phu-luc-so-lieu.docx", "phu-luc-so-lieu-2.docx"]

    def test_a_picture_is_taken_with_words_only(self, client, law, drafter):
        words = {"code": "", "title": "Bản đồ"}
        answer = send(client, law, png(), "ban-do.png", **words)
        assert answer.status_code == 422
        assert "Bản đồ" in answer.get_data(as_text=True)
        assert db.session.scalar(select(DossierFile)) is None
        send(client, law, png(), "ban-do.png", **words, text="Bản đồ các xã miền núi.")
        assert db.session.scalar(select(DossierFile.media_type)) == "image/png"

    @pytest.mark.parametrize(
        ("data", "name"), [(b"<html><script>1</script>", "a.html"), (b"MZ\0\0", "a.exe")]
    )
    def test_what_a_browser_would_run_is_refused(self, client, law, drafter, data, name):
        assert send(client, law, data, name, code="", title="Xấu").status_code == 415
        assert db.session.scalar(select(DossierFile)) is None

    def test_other_is_not_taken_without_a_name(self, client, law, drafter):
        assert send(client, law, docx("Một"), "x.docx", code="").status_code == 422

    def test_it_is_corrected_and_taken_out_before_it_is_public(self, client, world, law, drafter):
        file = world.file(law)
        db.session.commit()
        path = f"{desk(law)}/{file.id}"
        client.submit(path, {"title": "Tên mới", "text": "Lời mới."})
        db.session.refresh(file)
        assert (file.title, file.text) == ("Tên mới", "Lời mới.")
        client.submit(desk(law), {}, to=f"{path}/removal")
        assert db.session.scalar(select(DossierFile)) is None
        verbs = set(db.session.scalars(select(Entry.verb)))
        assert {"file.added", "file.changed", "file.removed"} <= verbs

    def test_after_the_posting_it_stays(self, client, world):
        dossier = world.dossier()
        file = world.file(dossier)
        world.consultation(dossier)
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        path = f"{desk(dossier)}/{file.id}"
        answer = client.submit(path, {"title": "Khác", "text": "Khác."})
        assert answer.status_code == 409
        with pytest.raises(DatabaseError):
            db.session.execute(text("UPDATE dossier_file SET text = 'khác'"))

    def test_another_dossier_s_file_is_no_page(self, client, world, law, drafter):
        file = world.file(world.dossier(law.agency))
        db.session.commit()
        assert client.get(f"{desk(law)}/{file.id}").status_code == 404

    def test_readers_change_nothing(self, client, world, law):
        client.sign_in(world.officer(law.agency, Role.OVERSIGHT).email)
        assert 'name="file"' not in client.get(desk(law)).get_data(as_text=True)
        token = client.token("/desk/dossiers")
        data = {
            "csrf_token": token,
            "code": "",
            "title": "A",
            "file": (io.BytesIO(docx("A")), "a.docx"),
        }
        assert client.post(desk(law), data=data).status_code == 404


class TestDeclared:
    def test_a_document_more_needs_another_declaration(self, world):
        dossier = world.dossier()
        version = world.version(dossier)
        before = words_of(dossier, version)
        world.file(dossier)
        assert words_of(dossier, version) != before

    def test_the_words_declared_are_the_words_posted(self, world, client):
        dossier = world.dossier()
        world.file(dossier)
        consultation = world.consultation(dossier)
        entry = db.session.scalar(select(Entry).where(Entry.verb == "consultation.opened"))
        assert entry.facts["digest"] == words_of(dossier, consultation.version)

    def test_of_a_proposal_too(self, world):
        dossier = world.dossier(stage=Stage.PROPOSAL)
        before = words_of(dossier, None)
        officers = [world.officer(dossier.agency, role) for role in (Role.DRAFTER, Role.APPROVER)]
        for officer in officers:
            declare(dossier, None, officer, NOW)
        open_consultation(dossier, None, 30, officers[1], NOW)
        db.session.commit()
        assert words_of(dossier, None) == before


def test_a_file_is_read_with_its_numbers_and_tables(app):
    document = python_docx.Document()
    document.add_paragraph("Bảng mức hỗ trợ")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ("Xã", "Mức", "Sơn La", "3"), strict=True):
        cell.text = words
    buffer = io.BytesIO()
    document.save(buffer)
    _upload, words = supporting.looked_at(buffer.getvalue(), "a.docx", 10**7)
    assert words == "Bảng mức hỗ trợ\nXã | Mức\nSơn La | 3"


class TestAtTheDesk:
    @pytest.fixture
    def files(self, world, law, drafter):
        world.version(law)
        return f"/en/desk/dossiers/{law.id}", world.file(law, "Tờ trình")

    def test_who_declares_reads_the_very_files(self, client, files):
        base, file = files
        db.session.commit()
        page = client.get(f"{base}/declaration").get_data(as_text=True)
        for path in (f"{base}/text/original", f"{base}/files/{file.id}/original"):
            assert f'href="{path}"' in page
            with client.get(path) as answer:
                assert answer.data.startswith(b"PK")
                assert answer.headers["Cache-Control"] == "no-store"
                assert "attachment" in answer.headers["Content-Disposition"]
        assert client.get(f"{base}/files/{file.id + 99}/original").status_code == 404

    def test_nobody_else_reads_them_before_they_are_public(self, app, world, files):
        base, file = files
        db.session.commit()
        stranger = app.test_client()
        stranger.sign_in(world.officer(world.agency("Sở Y tế"), Role.DRAFTER).email)
        assert stranger.get(f"{base}/files/{file.id}/original").status_code == 404
        assert stranger.get(f"{base}/text/original").status_code == 404

    def test_taking_out_is_asked_twice_and_what_it_costs_is_said_before(self, client, files):
        base, _file = files
        db.session.commit()
        page = client.get(f"{base}/files").get_data(as_text=True)
        assert "must declare anew" in page
        assert "<summary>Take out" in page
        assert "Yes, take it out" in page

    def test_a_refusal_speaks_of_what_was_asked(self, client, files):
        base, _file = files
        db.session.commit()
        sent = {
            "code": "",
            "title": "Tờ trình",
            "file": (io.BytesIO(b"MZ" + bytes(90)), "to-trinh.exe"),
        }
        answer = client.submit(f"{base}/files", sent)
        assert answer.status_code == 415
        page = answer.get_data(as_text=True)
        assert "Save it as .docx or .pdf" in page
        assert "the draft was written in" not in page
