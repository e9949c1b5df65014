"""Anyone can comment: no account, no script, nothing typed ever lost."""

from __future__ import annotations

import html
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import get_template_attribute
from sqlalchemy import func, select

from app.comments.models import Comment, CommenterKind, ContactAddress
from app.comments.submit import MAX_BODY
from app.documents.models import Provision
from app.documents.passage import passage
from app.extensions import db
from app.kit import clock
from tests.comments.writing import TYPED, form_at, hidden, send
from tests.page_client import TOKEN


def comments() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(select(Comment)))


def test_a_sent_comment_is_kept_and_leads_to_its_receipt(client, world):
    consultation = world.consultation()
    answer = send(
        client,
        form_at(consultation),
        body="  Tôi đề nghị\r\ntăng mức.\n",
        display_name=" Bế  Văn Thình ",
        email="thinh@example.vn",
    )
    [comment] = comments()
    assert answer.status_code == 303
    assert urlsplit(answer.location).path == f"/comments/{comment.receipt}"
    assert urlsplit(answer.location).query.startswith("new=")
    assert (comment.body, comment.display_name) == ("Tôi đề nghị\ntăng mức.", "Bế Văn Thình")
    assert (comment.anchor, comment.place) == ("dieu-3.khoan-1", "khoản 1 Điều 3")
    assert (comment.status, comment.language) == ("waiting", "vi")
    assert db.session.scalars(select(ContactAddress.email)).all() == ["thinh@example.vn"]


@pytest.mark.parametrize("kind", list(CommenterKind))
def test_every_kind_of_commenter_can_write_about_the_whole_draft(client, world, kind):
    consultation = world.consultation()
    assert send(client, form_at(consultation, ""), commenter_kind=kind.value).status_code == 303
    [comment] = comments()
    assert (comment.commenter_kind, comment.place, comment.lineage_id) == (kind.value, "", None)


def test_the_form_shows_the_part_it_is_about_and_nothing_else_of_the_draft(client, world):
    page = client.get(form_at(world.consultation(), "dieu-2.khoan-2")).get_data(as_text=True)
    assert "Đơn vị cấp nước" in page
    assert "Hộ gia đình cư trú" not in page
    assert "Mỗi hộ được hỗ trợ" not in page


@pytest.mark.parametrize(
    ("page", "body", "language"),
    [
        ("/en", "Please raise the amount.", "en"),
        ("/en", "Mức hỗ trợ quá thấp.", "vi"),
        ("", "이 조항은 유지해 주세요.", "ko"),
        ("/ko", "OK", "ko"),
        ("", "ไม่เห็นด้วยกับข้อนี้", "th"),
    ],
)
def test_a_comment_is_in_the_language_of_its_words_and_letters_in_that_of_the_page(
    client, world, page, body, language
):
    send(client, page + form_at(world.consultation()), body=body, email="a@example.vn")
    assert [comment.language for comment in comments()] == [language]
    assert db.session.scalars(select(ContactAddress.language)).all() == [page[1:] or "vi"]


@pytest.mark.parametrize(
    ("kind", "country", "kept"),
    [
        ("overseas_vietnamese", "KR", "KR"),
        ("resident_foreigner", "LA", "LA"),
        ("overseas_vietnamese", "", ""),
        ("resident_foreigner", "XX", ""),
        ("overseas_vietnamese", "VN", ""),
        ("individual", "KR", ""),
        ("business", "KR", ""),
    ],
)
def test_a_country_is_kept_of_those_from_abroad_and_no_fault_of_anybody(
    client, world, kind, country, kept
):
    path = form_at(world.consultation())
    assert send(client, path, commenter_kind=kind, country=country).status_code == 303
    assert [comment.country for comment in comments()] == [kept]


def test_a_form_without_a_country_at_all_is_whole(client, world):
    path = form_at(world.consultation())
    page = client.get("/ko" + path).get_data(as_text=True)
    assert '<option value="US">미국</option>' in page
    assert send(client, path, commenter_kind="overseas_vietnamese").status_code == 303
    assert [comment.country for comment in comments()] == [""]


def test_a_country_typed_before_a_fault_is_still_chosen(client, world):
    answer = send(client, form_at(world.consultation()), body="", country="CZ")
    assert '<option selected value="CZ">Séc</option>' in answer.get_data(as_text=True)


@pytest.mark.parametrize("email", ["an@bücher.example", "an@việtnam.example", "an@例え.example"])
def test_addresses_abroad_and_names_in_any_script_are_taken(client, world, email):
    path = form_at(world.consultation())
    name = "김철수 ສົມສັກ 王小明 Řehoř"
    assert send(client, path, email=email, display_name=name).status_code == 303
    assert [comment.display_name for comment in comments()] == [name]
    assert db.session.scalars(select(ContactAddress.email)).all() == [email]


def test_an_unknown_part_is_a_page_that_leads_on(client, world):
    consultation = world.consultation()
    answer = client.get(form_at(consultation, "dieu-99"))
    assert answer.status_code == 404
    assert f'href="{form_at(consultation, "")}"' in answer.get_data(as_text=True)
    assert client.get(form_at(consultation, "%00")).status_code in (200, 404)


def test_there_is_no_form_before_a_draft_is_open(client, world):
    dossier = world.dossier()
    assert client.get(f"/consultations/{dossier.slug}/comment").status_code == 404
    assert client.get("/consultations/khong-co/comment").status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        {"body": " \u200b\n "},
        {"body": "<script></script>"},
        {"commenter_kind": ""},
        {"commenter_kind": "king"},
        {"display_name": "x" * 121},
        {"email": "khong phai thu"},
        {"email": "a@" + "b" * 250 + ".vn"},
        {"key": ""},
        {"key": "x" * 500},
    ],
)
def test_a_form_with_a_fault_keeps_everything_typed(client, world, bad):
    good = {"body": "Giữ lời tôi.", "display_name": "Vi Thị Duyên", "email": "duyen@example.vn"}
    answer = send(client, form_at(world.consultation()), **{**good, **bad})
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "error-summary" in page
    assert comments() == []
    for name, words in good.items():
        assert name in bad or words in page


def test_a_fault_is_named_in_the_words_of_the_house_once(client, world):
    answer = send(client, form_at(world.consultation()), body="", commenter_kind="")
    page = answer.get_data(as_text=True)
    assert '<a href="#body">' in page
    assert '<a href="#commenter_kind-0">' in page
    assert 'aria-describedby="body-hint body-error"' in page


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_form_open_too_long_comes_back_whole_and_can_be_sent(client, world, token):
    path = form_at(world.consultation())
    fields = {**hidden(client, path), **TYPED, "csrf_token": token}
    answer = client.post(path, data=fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert TYPED["body"] in page
    assert comments() == []
    fields["csrf_token"] = TOKEN.search(page)[1]
    assert client.post(path, data=fields).status_code == 303


@pytest.mark.parametrize(("length", "status"), [(MAX_BODY, 303), (MAX_BODY + 1, 413)])
def test_a_comment_has_at_most_20000_characters(client, world, length, status):
    assert send(client, form_at(world.consultation()), body="ộ" * length).status_code == status


def test_a_megabyte_of_text_is_given_back(client, world):
    body = "mười chữ\n" * 100_000
    answer = send(client, form_at(world.consultation()), body=body)
    assert answer.status_code == 413
    assert body.strip() in answer.get_data(as_text=True)


def test_what_cannot_be_seen_is_not_kept(client, world):
    send(
        client,
        form_at(world.consultation()),
        body="a\x00b\u202ec\x07 d\u2066",
        display_name="x\x00y",
    )
    [comment] = comments()
    assert (comment.body, comment.display_name) == ("abc d", "xy")


def test_sent_twice_it_is_one_comment_with_one_receipt(client, world):
    path = form_at(world.consultation())
    fields = {**hidden(client, path), **TYPED}
    first, second = (client.post(path, data=fields) for _ in range(2))
    assert first.location == second.location
    assert len(comments()) == 1


def test_the_same_key_with_another_text_gives_the_text_back_with_a_new_key(client, world):
    path = form_at(world.consultation())
    fields = {**hidden(client, path), **TYPED}
    client.post(path, data=fields)
    answer = client.post(path, data={**fields, "body": "Một ý khác."})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Một ý khác." in page
    assert fields["key"] not in page
    assert len(comments()) == 1


def test_a_late_comment_is_kept_and_marked(client, world):
    opened = clock.now() - timedelta(days=60)
    consultation = world.consultation(opened_at=opened)
    path = form_at(consultation)
    assert "box-warn" in client.get(path).get_data(as_text=True)
    assert send(client, path).status_code == 303
    assert [comment.status for comment in comments()] == ["late"]


def test_the_page_is_for_one_reader(client, world):
    path = form_at(world.consultation())
    for answer in (client.get(path), send(client, path), send(client, path, body="")):
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_form_asks_little_of_the_database(client, world, app):
    path = form_at(world.consultation())
    client.get(path)
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    from_engine = db.engine
    db.event.listen(from_engine, "before_cursor_execute", note)
    try:
        client.get(path)
    finally:
        db.event.remove(from_engine, "before_cursor_execute", note)
    asked = [statement for statement in seen if statement.startswith("SELECT")]
    assert len(asked) <= 8, asked


def test_an_author_takes_a_comment_back_once_or_twice(client, world):
    consultation = world.consultation()
    receipt = world.comment(consultation).receipt
    token = client.token(form_at(consultation))
    for typed in (receipt, receipt.lower().replace("-", " ")):
        answer = client.post(f"/comments/{typed}/withdraw", data={"csrf_token": token})
        assert answer.status_code == 303
        assert urlsplit(answer.location).path == f"/comments/{receipt}"
    assert [comment.status for comment in comments()] == ["withdrawn"]


def test_a_comment_cannot_be_taken_back_once_comments_have_closed(client, world):
    opened = clock.now() - timedelta(days=60)
    over = world.consultation(opened_at=opened)
    comment = world.comment(over, at=opened + timedelta(days=1))
    token = client.token(form_at(world.consultation()))
    answer = client.post(f"/comments/{comment.receipt}/withdraw", data={"csrf_token": token})
    assert answer.status_code == 409
    assert comment.receipt in answer.get_data(as_text=True)
    assert [comment.status for comment in comments()] == ["waiting"]


def test_a_late_comment_cannot_be_taken_back_and_the_page_says_why(client, world):
    consultation = world.consultation()
    comment = world.comment(consultation, at=consultation.closes_at)
    token = client.token(form_at(consultation))
    answer = client.post(f"/comments/{comment.receipt}/withdraw", data={"csrf_token": token})
    assert answer.status_code == 409
    assert comment.receipt in answer.get_data(as_text=True)
    assert [comment.status for comment in comments()] == ["late"]


def test_nobody_takes_a_comment_back_without_its_receipt_or_a_token(client, world):
    consultation = world.consultation()
    comment = world.comment(consultation)
    token = client.token(form_at(consultation))
    for wrong in (comment.reference, "GY-222222-222222-222222", "x"):
        path = f"/comments/{wrong}/withdraw"
        assert client.post(path, data={"csrf_token": token}).status_code == 404
    assert client.post(f"/comments/{comment.receipt}/withdraw").status_code == 400
    count = select(func.count()).where(Comment.status == "waiting")
    assert db.session.scalar(count) == 1


def test_a_table_of_the_law_stays_a_table_in_the_passage(app, world):
    version = world.version(world.dossier())
    place = db.session.scalars(select(Provision).where(Provision.anchor == "dieu-3.khoan-2")).one()
    row = {"lineage_id": place.lineage_id, "position": 99, "depth": place.depth + 1, "number": ""}
    words = {
        "heading": "",
        "text": "Ghi chú.",
        "anchor": "bang-1",
        "rows": [["Loại"], ["Hộ <nghèo>"]],
    }
    db.session.add(Provision(version_id=version.id, kind="table", **row, **words))
    db.session.flush()
    with app.test_request_context():
        macro = get_template_attribute("components/passage.html", "passage")
        shown = macro(passage(version.id, "dieu-3"))
    assert '<th scope="col">Loại</th>' in shown
    assert "<td>Hộ &lt;nghèo&gt;</td>" in shown
    assert shown.index("Điều 3. Mức hỗ trợ") < shown.index("1.000.000") < shown.index("Ghi chú.")
