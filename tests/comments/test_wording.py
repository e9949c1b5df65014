"""The words a comment means, and the wording it proposes: optional, plain text, never lost."""

from __future__ import annotations

import html
import json
import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.accounts.models import Role
from app.comments import public
from app.comments.models import Comment
from app.comments.submit import MAX_BODY
from app.extensions import db
from app.kit.codes import salted_digest
from tests.comments.writing import HIDDEN, TYPED, form_at, hidden, send

PRESENT = "Mỗi hộ được hỗ trợ một lần 3.000.000 đồng."
WORDING = "Mỗi hộ được hỗ trợ hằng năm 5.000.000 đồng."


def page_of(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def comments() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


@pytest.fixture
def path(world) -> str:
    return form_at(world.consultation())


def test_both_are_kept_with_the_comment(client, path):
    answer = send(client, path, quote="một lần\n3.000.000  đồng", proposed_wording=WORDING)
    [comment] = comments()
    assert answer.status_code == 303
    assert comment.quote == {
        "exact": "một lần 3.000.000 đồng",
        "prefix": "Mỗi hộ được hỗ trợ ",
        "suffix": ".",
    }
    assert comment.proposed_wording == WORDING


def test_neither_has_to_be_there(client, path):
    send(client, path)
    [comment] = comments()
    assert (comment.quote, comment.proposed_wording) == ({}, "")


def test_words_that_do_not_stand_there_are_said_and_everything_is_kept(client, path):
    typed = {"quote": "Hộ nghèo", "proposed_wording": WORDING, "display_name": "Bà Tư"}
    answer = send(client, path, **typed)
    shown = page_of(answer)
    assert answer.status_code == 422
    assert 'href="#quote"' in shown
    assert all(words in shown for words in (*typed.values(), TYPED["body"]))
    assert shown.count("<details") == shown.count("<details ") == 5  # with that of languages
    assert len(re.findall(r"<details[^>]* open>", shown)) == 2, "both folds show what was typed"
    assert comments() == []


def test_words_of_a_clause_may_be_named_from_its_article(client, world):
    consultation = world.consultation()
    answer = send(client, form_at(consultation, "dieu-3"), quote="Hộ nghèo được hỗ trợ thêm")
    assert answer.status_code == 303


@pytest.mark.parametrize("wording", [PRESENT, f"  {PRESENT}\r\n", PRESENT.replace(" ", "  ")])
def test_the_present_wording_is_no_proposal(client, path, wording):
    assert send(client, path, proposed_wording=wording).status_code == 303
    assert comments()[0].proposed_wording == ""


@pytest.mark.parametrize("anchor", ["", "chuong-ii", "dieu-3"])
def test_where_there_are_no_words_of_its_own_none_can_be_proposed(client, world, anchor):
    form = form_at(world.consultation(), anchor)
    assert 'name="proposed_wording"' not in page_of(client.get(form))
    answer = send(client, form, proposed_wording=WORDING)
    assert answer.status_code == 422
    assert WORDING in page_of(answer)
    assert 'href="#proposed_wording"' in page_of(answer)
    assert comments() == []


def test_the_form_can_begin_with_the_present_wording_and_the_marked_words(client, path):
    assert f">{PRESENT}</textarea>" not in re.sub(r"\s*\n", "", page_of(client.get(path)))
    shown = re.sub(r"\s*\n", "", page_of(client.get(f"{path}&propose=1&quote=một lần")))
    assert f">{PRESENT}</textarea>" in shown
    assert ">một lần</textarea>" in shown


@pytest.mark.parametrize(
    ("name", "length", "status"),
    [
        ("proposed_wording", MAX_BODY, 303),
        ("proposed_wording", MAX_BODY + 1, 422),
        ("quote", 2_001, 422),
    ],
)
def test_both_have_an_end(client, path, name, length, status):
    answer = send(client, path, **{name: "ộ" * length})
    assert answer.status_code == status
    assert status == 303 or "ộ" * length in page_of(answer)


@pytest.mark.parametrize("name", ["quote", "proposed_wording"])
def test_the_same_key_with_another_wording_is_another_comment(client, path, name):
    first = {"quote": "một lần", "proposed_wording": WORDING}
    fields = {**hidden(client, path), **TYPED, **first}
    assert client.post(path, data=fields).status_code == 303
    other = {"quote": "Mỗi hộ", "proposed_wording": "Khác."}[name]
    answer = client.post(path, data={**fields, name: other})
    assert answer.status_code == 409
    assert other in page_of(answer)
    assert client.post(path, data=fields).status_code == 303
    assert len(comments()) == 1


def test_the_digest_speaks_for_all_that_was_said(client, path):
    send(client, path)
    send(client, path, quote="một lần", proposed_wording=WORDING)
    plain, full = comments()
    assert plain.digest == salted_digest(TYPED["body"], plain.salt)
    said = {"body": full.body, "proposed_wording": WORDING, "quote": full.quote}
    words = json.dumps(said, ensure_ascii=False, sort_keys=True)
    assert full.digest == salted_digest(words, full.salt)


def test_while_nothing_can_be_saved_both_come_back(client, path, monkeypatch):
    fields = {**hidden(client, path), **TYPED, "quote": "một lần", "proposed_wording": WORDING}

    def gone(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    with monkeypatch.context() as away:
        away.setattr(public, "submit", gone)
        answer = client.post(path, data=fields)
    assert answer.status_code == 503
    shown = page_of(answer)
    assert WORDING in shown
    again = client.post(path, data={**fields, **dict(HIDDEN.findall(shown))})
    assert again.status_code == 303
    assert comments()[0].quote["exact"] == "một lần"


def test_what_is_no_plain_text_stays_harmless(client, world, drain):
    consultation = world.consultation()
    wording = "Cấp <b>5</b> < 6 triệu & thêm <script>alert(1)</script>.\n\n<img src=x onerror=1>"
    send(client, form_at(consultation), proposed_wording=wording)
    [comment] = comments()
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    world.publish(comment, moderator)
    db.session.commit()
    drain()
    listed = client.get(f"/consultations/{consultation.dossier.slug}/comments")
    for answer in (listed, client.get(f"/comments/{comment.receipt}")):
        shown = answer.get_data(as_text=True)
        assert "triệu &amp; thêm" in shown
        for tag in ("<b>5", "alert(1)</script>", "<img src=x"):
            assert tag not in shown


def test_everybody_sees_it_as_what_it_would_change(client, world, drain):
    consultation = world.consultation()
    send(client, form_at(consultation), quote="một lần", proposed_wording=WORDING)
    [comment] = comments()
    slug, receipt = consultation.dossier.slug, comment.receipt
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    world.publish(comment, moderator)
    db.session.commit()
    drain()
    for page in (f"/consultations/{slug}/articles/dieu-3", f"/comments/{receipt}"):
        shown = client.get(f"/en{page}").get_data(as_text=True)
        assert '<del><span class="vh">[removed: </span>một lần 3.000.000' in shown
        assert '<ins><span class="vh">[added: </span>hằng năm 5.000.000' in shown
