"""The commands other people rely on."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from app.accounts import territories
from app.accounts.models import Agency, Invitation, Role
from app.consultations.models import Consultation
from app.documents.models import Dossier, DossierFile
from app.documents.required import Posted, required
from app.extensions import db
from app.kit import clock
from tests.factories import DRAFT
from tests.word import docx

XA_B = ("--name", "Xã B", "--parent", "tinh-a")


@pytest.fixture
def run(app):
    """A command of `flask --app wsgi`, run in this process."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=list(words))


@pytest.fixture
def law(tmp_path):
    path = tmp_path / "luat.docx"
    path.write_bytes(docx(DRAFT))
    return str(path)


@pytest.mark.parametrize("form", ["json", "akn", "text"])
def test_parse_prints_the_tree_and_writes_nothing(run, law, form):
    result = run("documents", "parse", law, "--format", form)
    assert result.exit_code == 0, result.output
    assert "Mức hỗ trợ" in result.output
    if form == "json":
        json.loads(result.stdout)


def test_parse_refuses_what_is_no_document(run, tmp_path):
    path = tmp_path / "x.docx"
    path.write_bytes(b"%PDF-1.7")
    result = run("documents", "parse", str(path))
    assert result.exit_code == 1
    assert "is refused: damaged" in result.output


def test_post_opens_a_consultation_in_one_go(run, law, world):
    agency = world.agency()
    world.officer(agency, Role.DRAFTER)
    world.officer(agency, Role.APPROVER)
    result = run("documents", "post", law, "--agency", agency.slug, "--title", "Nước sạch")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "nuoc-sach"
    consultation = db.session.scalar(select(Consultation))
    assert consultation.days == 30


def test_post_refuses_29_days_and_names_the_rule(run, law, world):
    agency = world.agency()
    world.officer(agency, Role.DRAFTER)
    world.officer(agency, Role.APPROVER)
    words = ("documents", "post", law, "--agency", agency.slug, "--title", "Nước", "--days", "29")
    result = run(*words)
    assert result.exit_code == 1
    assert "29" in result.output
    assert "30" in result.output
    db.session.rollback()
    assert db.session.scalar(select(Consultation)) is None


def test_post_names_the_documents_that_are_missing_and_takes_them(run, law, world, tmp_path):
    agency = world.agency()
    world.officer(agency, Role.DRAFTER)
    world.officer(agency, Role.APPROVER)
    words = ("documents", "post", law, "--agency", agency.slug, "--title", "Luật", "--type", "law")
    refused = run(*words)
    assert refused.exit_code == 1
    assert "Tờ trình (submission_report)" in refused.output
    day = clock.vn_date(clock.now())
    given = [("--document", f"{row.code}={law}") for row in required("law", Posted.DRAFT, day)]
    assert run(*words, *(word for pair in given for word in pair)).exit_code == 0
    posted = select(func.count()).where(DossierFile.posted_at.is_not(None))
    assert db.session.scalar(posted) == len(given)
    assert run(*words, "--document", f"poem={law}").exit_code == 1


def test_an_empty_portal_gets_its_first_body_and_officer(run):
    top = run("accounts", "agency", "ubnd-tinh", "--name", "Ủy ban nhân dân tỉnh")
    assert top.exit_code == 0, top.output
    words = ("accounts", "agency", "so-y-te", "--name", "Sở Y tế", "--parent", "ubnd-tinh")
    assert run(*words).exit_code == 0
    assert run(*words).exit_code == 1
    invited = run(
        *("accounts", "invite", "a@example.vn", "--name", "A"),
        *("--role", "admin", "--agency", "ubnd-tinh"),
    )
    assert invited.exit_code == 0, invited.output


def test_bodies_get_the_territories_they_decide_for(run):
    province = ("accounts", "territory", "tinh-a", "--name", "Tỉnh A", "--name-en", "A Province")
    for words in (province, province, ("accounts", "territory", "xa-b", *XA_B)):
        done = run(*words)
        assert done.exit_code == 0, done.output
    agency = ("accounts", "agency", "ubnd-xa-b")
    assert run(*agency, "--name", "Ủy ban nhân dân xã B", "--territory", "xa-b").exit_code == 0
    found = select(Agency.territory).where(Agency.slug == "ubnd-xa-b")
    assert db.session.scalar(found) == "xa-b"
    for _ in range(2):
        assert run(*agency, "--territory", "tinh-a").exit_code == 0
        assert db.session.scalar(found) == "tinh-a"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("agency", "so-moi", "--territory", "tinh-a"), "To add it, give its --name."),
        (("agency", "so-moi", "--name", "Sở", "--territory", "nope"), "no territory 'nope'"),
        (("territory", "xa-b", "--name", "Xã B", "--parent", "nope"), "no territory 'nope'"),
        (
            ("territory", "tinh-a", "--name", "Tỉnh A", "--parent", "xa-b"),
            "no place lies in itself",
        ),
        (("territory", "Tỉnh A", "--name", "Tỉnh A"), "at most 40: tinh-a"),
        (("territory", "x" * 41, "--name", "Tỉnh A"), "at most 40"),
        (("territory", "tinh-c", "--name", " "), "Give the territory a name."),
    ],
)
def test_what_a_place_cannot_be_is_said_in_words_and_leaves_nothing(run, words, said):
    run("accounts", "territory", "tinh-a", "--name", "Tỉnh A")
    run("accounts", "territory", "xa-b", *XA_B)
    before = (db.session.scalar(select(func.count()).select_from(Agency)), territories.lines())
    refused = run("accounts", *words)
    db.session.rollback()
    assert refused.exit_code == 1
    assert said in refused.output
    after = (db.session.scalar(select(func.count()).select_from(Agency)), territories.lines())
    assert after == before


def test_a_draft_is_posted_under_its_topic(run, law, world):
    agency = world.agency()
    world.officer(agency, Role.DRAFTER)
    world.officer(agency, Role.APPROVER)
    words = ("documents", "post", law, "--agency", agency.slug, "--title", "Nước sạch")
    refused = run(*words, "--topic", "nope")
    assert refused.exit_code == 1
    assert "land, environment" in refused.output
    assert run(*words, "--topic", "land").exit_code == 0
    assert db.session.scalar(select(Dossier.topic)) == "land"


def test_invite_prints_the_link_once(run, world):
    agency = world.agency()
    words = ("a@example.vn", "--name", "A", "--role", "moderator", "--agency", agency.slug)
    result = run("accounts", "invite", *words)
    assert result.exit_code == 0, result.output
    token = result.output.strip().rsplit("/", 1)[1]
    assert token not in db.session.scalar(select(Invitation.token_digest))


def test_work_once_then_search_finds_it(run, world):
    world.consultation(world.dossier(title="Nghị quyết về nước sinh hoạt"))
    assert run("work", "--once").exit_code == 0
    found = json.loads(run("search", "query", "nuoc sinh hoat", "--json").stdout)
    assert found["hits"][0]["draft"] == "Nghị quyết về nước sinh hoạt"
    assert "0 entries, 0.0 s" in run("search", "status").output
    assert run("search", "rebuild").exit_code == 0
    assert json.loads(run("search", "query", "nuoc sinh hoat", "--json").stdout) == found
