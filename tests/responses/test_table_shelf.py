"""The table is written once for each state of the consultation, and then only sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts.models import Role
from app.consultations.lifecycle import close_due
from app.extensions import db
from app.kit import clock
from app.responses.tables import FORMATS, shelf
from tests.responses.many import answer, say

NOW = clock.now()
ADDRESS = "https://gopy.example.vn/consultations/nuoc-sach/answers"


@pytest.fixture
def consultation(world):
    found = world.consultation(opened_at=NOW - timedelta(days=40))
    say(found, [{"body": "Tăng mức hỗ trợ."}])
    close_due(NOW)
    db.session.commit()
    return found


@pytest.fixture
def page(consultation):
    return f"/consultations/{consultation.dossier.slug}/answers"


@pytest.mark.parametrize("form", FORMATS)
def test_everybody_may_have_it_in_each_format(client, drain, page, form):
    drain()
    assert f'href="{page}.{form}"' in client.get(page).text
    answer = client.get(f"{page}.{form}", buffered=True)
    assert (answer.status_code, len(answer.data) > 100) == (200, True)
    assert answer.headers["Content-Type"] == FORMATS[form].media_type
    assert answer.headers["Content-Disposition"].startswith("attachment")
    again = client.get(f"{page}.{form}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_not_there_is_not_found(client, page):
    for address in (f"{page}.pdf", f"{page}.csv?round=7", f"{page}.csv?round=x", "/consultations/x/answers.csv"):  # fmt: skip
        assert client.get(address).status_code == 404


def test_a_file_is_written_once_and_anew_when_something_happened(
    world, drain, consultation, monkeypatch
):
    drain()
    first = shelf.kept(consultation, "csv", ADDRESS, NOW)
    monkeypatch.setattr(shelf, "FORMATS", {})
    assert shelf.kept(consultation, "csv", ADDRESS, NOW) == first
    monkeypatch.undo()
    world.comment(consultation, at=consultation.opened_at)
    drain()
    second = shelf.kept(consultation, "csv", ADDRESS, NOW)
    assert second != first
    world.comment(consultation, at=consultation.opened_at)
    drain()
    third = shelf.kept(consultation, "csv", ADDRESS, NOW)
    assert {path.name for path in third.parent.iterdir()} == {second.name, third.name}


def test_a_table_that_could_not_be_finished_leaves_nothing(consultation, monkeypatch):
    def broken(_table, file):
        file.write(b"half")
        raise OSError

    monkeypatch.setitem(shelf.FORMATS, "csv", shelf.FORMATS["csv"].__class__("text/csv", broken))
    with pytest.raises(OSError):  # noqa: PT011 - it is the very error that was raised
        shelf.kept(consultation, "csv", ADDRESS, NOW)
    assert list(shelf.place(consultation, "csv", ADDRESS, NOW).parent.iterdir()) == []
    monkeypatch.undo()
    assert shelf.kept(consultation, "csv", ADDRESS, NOW).is_file()


def test_while_another_is_written_one_is_asked_to_come_back(client, page, monkeypatch):
    monkeypatch.setattr(shelf, "PATIENCE_SECONDS", 0)
    with shelf._turn:
        answer = client.get(f"{page}.docx")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_an_earlier_period_has_a_table_of_its_own(world, client, drain, consultation, page):
    officer = world.officer(consultation.dossier.agency, Role.APPROVER)
    (comment,) = say(consultation, [{"body": "Của lần đầu."}])
    answer(consultation, officer, [comment], NOW)
    db.session.commit()
    drain()
    assert "Của lần đầu." in client.get(f"{page}.csv?round=1", buffered=True).text
