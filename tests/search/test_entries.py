"""The index follows the ledger: everything public is found, nothing else."""

from __future__ import annotations

import shutil
import unicodedata

import pytest

from app.accounts.models import Role
from app.comments.publish import withdraw
from app.extensions import db
from app.kit import clock
from app.moderation.reasons import Reason
from app.responses import answering
from app.responses.models import Disposition
from app.search import entries
from app.search.document import Kind
from app.search.facets import Facet
from app.search.finding import Window
from app.work import loop


def found(text: str, kind: Kind | None = None) -> list[str]:
    """Keys of what the index finds, as the page would."""
    entries.index()._looked = float("-inf")
    chosen = {Facet.KIND: frozenset({kind})} if kind else {}
    results = entries.find(text, chosen=chosen, window=Window(50))
    return [hit.key for hit in results.hits]


@pytest.fixture
def said(world, drain):
    """A consultation with a published, a withheld and a waiting comment on the same words."""
    consultation = world.consultation()
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    published, withheld, waiting = (
        world.comment(consultation, "Giếng khoan bị nhiễm phèn nặng") for _ in range(3)
    )
    now = clock.now()
    world.publish(published, moderator, now)
    world.withhold(withheld, moderator, Reason.INSULT, "Lời lẽ xúc phạm.", now)
    db.session.commit()
    drain()
    return consultation, published, withheld, waiting


def test_only_the_published_comment_is_found(said):
    _, published, _, _ = said
    assert found("giếng khoan nhiễm phèn", Kind.COMMENT) == [f"comment:{published.id}"]


@pytest.mark.parametrize(
    "typed",
    [
        "giếng khoan",
        "gieng khoan",
        "GIENG KHOAN",
        unicodedata.normalize("NFD", "giếng khoan"),
    ],
)
def test_accents_are_optional(said, typed):
    assert f"comment:{said[1].id}" in found(typed)


def test_a_withdrawn_comment_is_gone_after_the_next_round(said, drain):
    _, published, _, _ = said
    withdraw(published, clock.now())
    db.session.commit()
    drain()
    assert found("giếng khoan") == []


def test_the_page_shows_no_comment_that_the_index_still_has(said, client):
    """Between the author's withdrawal and the worker's next round."""
    _, published, _, _ = said
    assert "nhiễm phèn" in unmarked(client.get("/search?q=gieng+khoan"))
    withdraw(published, clock.now())
    db.session.commit()
    assert "nhiễm phèn" not in unmarked(client.get("/search?q=gieng+khoan"))


def unmarked(response) -> str:
    return response.get_data(as_text=True).replace("<mark>", "").replace("</mark>", "")


def test_answers_are_found_once_published(said, world, drain):
    consultation, published, _, _ = said
    agency = consultation.dossier.agency
    drafter, approver = world.officer(agency, Role.DRAFTER), world.officer(agency, Role.HEAD)
    answer = answering.draft(
        consultation,
        [published.id],
        Disposition.NOTED,
        "Sẽ khảo sát tầng chứa nước cát kết.",
        drafter,
        clock.now(),
    )
    db.session.commit()
    drain()
    assert found("tầng chứa nước cát kết", Kind.ANSWER) == []
    answering.finish(answer, approver, clock.now())
    db.session.commit()
    drain()
    assert found("tang chua nuoc cat ket", Kind.ANSWER) == [f"answer:{answer.id}"]


def test_an_unopened_dossier_is_not_found_and_an_opened_one_is(world, drain):
    dossier = world.dossier(title="Nghị quyết về bến đò ngang")
    world.version(dossier)
    drain()
    assert found("bến đò ngang", Kind.CONSULTATION) == []
    world.consultation(world.dossier(title="Nghị quyết về cầu treo dân sinh"))
    drain()
    assert found("cau treo dan sinh", Kind.CONSULTATION)
    assert found("mức hỗ trợ một lần", Kind.PROVISION)


def test_a_lost_index_is_said_plainly_and_healed(said, client, app):
    shutil.rmtree(app.extensions["settings"].search_dir)
    app.extensions.pop("search")
    response = client.get("/search?q=gieng")
    assert response.status_code == 503
    loop.do_duties()
    assert f"comment:{said[1].id}" in found("giếng khoan")


@pytest.mark.parametrize(
    "typed", ["", " ", '"', "a" * 10_000, "😀", "' OR 1=1 --", "<script>", "\x00"]
)
def test_any_words_get_a_page(said, client, typed):
    assert client.get("/search", query_string={"q": typed}).status_code == 200
