"""An address gets one letter until its owner says yes, and none after its owner says stop."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.comments import contact
from app.comments.contact import Standing
from app.comments.models import ContactAddress
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.mail import post
from app.mail.models import Letter
from app.mail.sending import send_due
from tests.comments.writing import form_at, send


def verbs(comment) -> list[str]:
    rows = db.session.scalars(select(Entry.verb).where(Entry.subject == f"comment:{comment.id}"))
    return [verb for verb in rows if verb.startswith("contact.")]


def test_a_new_address_gets_one_letter_that_asks(client, room, office):
    send(client, form_at(room.consultation), email="thinh@example.vn")
    [letter] = room.letters()
    assert letter.recipient == "thinh@example.vn"
    send_due(clock.now())
    [message] = office.letters()
    [address] = re.findall(
        r"http://127\.0\.0\.1:8000(/contact/[\w-]{22}/confirm)", message.get_content()
    )
    assert client.get(address).status_code == 200
    assert room.letters() == []


def test_nothing_else_is_sent_before_the_address_says_yes(room):
    comment = room.comment(confirmed=False)
    room.world.publish(comment, room.moderator)
    assert [letter.key.split(":")[2] for letter in room.letters()] == ["confirm"]


def test_looking_at_a_link_confirms_and_stops_nothing(client, room):
    """Mail programs and scanners open every link in a letter."""
    comment = room.comment(confirmed=False)
    for step in ("confirm", "stop"):
        for _ in range(2):
            assert client.get(f"/contact/{room.key(comment)}/{step}").status_code == 200
    assert contact.standing(comment.id) is Standing.ASKED
    assert verbs(comment) == []


def test_one_press_confirms_and_a_second_changes_nothing(client, room):
    comment = room.comment(confirmed=False)
    page = f"/contact/{room.key(comment)}/confirm"
    assert client.submit(page, {}).status_code == 303
    assert client.get(page).status_code == 200
    assert contact.standing(comment.id) is Standing.CONFIRMED
    contact.confirm(comment, clock.now())
    assert verbs(comment) == ["contact.confirmed"]


@pytest.mark.parametrize("step", ["confirm", "stop"])
def test_a_press_without_a_token_does_nothing_and_the_page_comes_back(client, room, step):
    comment = room.comment(confirmed=False)
    answer = client.post(f"/contact/{room.key(comment)}/{step}", data={})
    assert answer.status_code == 400
    assert 'name="csrf_token"' in answer.get_data(as_text=True)
    assert contact.standing(comment.id) is Standing.ASKED


def test_a_mail_program_stops_letters_without_a_token(app, room):
    """RFC 8058: one POST of two words, no cookie, no page to be sent on to."""
    comment = room.comment()
    stranger = app.test_client()
    address = f"/contact/{room.key(comment)}/stop"
    for _ in range(2):
        answer = stranger.post(address, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.get_data()) == (204, b"")
    assert contact.standing(comment.id) is Standing.STOPPED
    assert verbs(comment) == ["contact.confirmed", "contact.stopped"]


def test_after_a_stop_nothing_is_sent_not_even_what_waited(client, room, office):
    comment = room.comment()
    room.world.publish(comment, room.moderator)
    assert len(room.letters()) == 1
    client.submit(f"/contact/{room.key(comment)}/stop", {})
    room.world.comment(room.consultation)
    assert room.letters() == []
    assert send_due(clock.now() + 2 * (clock.now() - comment.submitted_at)) == 0
    [letter] = db.session.scalars(select(Letter))
    assert (letter.problem, letter.recipient) == (post.TAKEN_BACK, "")


def test_who_said_stop_is_not_confirmed_by_an_old_link(client, room):
    comment = room.comment(confirmed=False)
    key = room.key(comment)
    contact.stop(comment, clock.now())
    db.session.commit()
    page = client.get(f"/en/contact/{key}/confirm")
    assert "Letters were stopped" in page.get_data(as_text=True)
    form = {"csrf_token": client.token("/desk/sign-in")}
    assert client.post(f"/contact/{key}/confirm", data=form).status_code == 409
    assert contact.standing(comment.id) is Standing.STOPPED


@pytest.mark.parametrize("step", ["confirm", "stop"])
@pytest.mark.parametrize("key", ["x", "a" * 22, "%00"])
def test_a_key_that_opens_nothing_is_a_404(client, room, step, key):
    room.world.comment(room.consultation)
    assert client.get(f"/contact/{key}/{step}").status_code == 404


def test_an_empty_key_opens_nobody(room, office, app):
    comment = room.comment(confirmed=False)
    db.session.get_one(ContactAddress, comment.id).key = ""
    db.session.commit()
    assert contact.find("") is None
    assert contact.standing(comment.id) is Standing.NONE


def test_the_receipt_opens_stopping_and_never_confirming(client, room):
    """Who typed somebody else's address holds the receipt; the key comes by letter alone."""
    comment = room.comment(confirmed=False)
    page = client.get(f"/comments/{comment.receipt}").get_data(as_text=True)
    assert room.key(comment) not in page
    assert (
        client.submit(
            f"/comments/{comment.receipt}", {}, to=f"/comments/{comment.receipt}/no-letters"
        ).status_code
        == 303
    )
    assert contact.standing(comment.id) is Standing.STOPPED


def test_an_address_can_be_left_later_and_is_asked(client, room):
    comment = room.world.comment(room.consultation)
    page = f"/comments/{comment.receipt}/letters"
    assert client.submit(page, {"email": "later@example.vn"}).status_code == 303
    [letter] = room.letters()
    assert letter.recipient == "later@example.vn"
    assert contact.standing(comment.id) is Standing.ASKED
    assert verbs(comment) == ["contact.added"]


def test_a_mistyped_address_gives_way_to_another_three_times_in_all(client, room):
    comment = room.comment("first@example.vn", confirmed=False)
    page = f"/comments/{comment.receipt}/letters"
    for n in (2, 3):
        room.letters()
        assert client.submit(page, {"email": f"{n}@example.vn"}).status_code == 303
        assert [letter.recipient for letter in room.letters()] == [f"{n}@example.vn"]
    answer = client.submit(page, {"email": "4@example.vn"})
    assert answer.status_code == 409
    assert "4@example.vn" in answer.get_data(as_text=True)


def test_a_confirmed_address_is_not_replaced(client, room):
    comment = room.comment("mine@example.vn")
    answer = client.submit(f"/comments/{comment.receipt}/letters", {"email": "other@example.vn"})
    assert answer.status_code == 409
    assert db.session.get_one(ContactAddress, comment.id).email == "mine@example.vn"


@pytest.mark.parametrize("typed", ["", "nobody", "a b@example.vn", "nguyễn@example.vn"])
def test_what_is_no_address_comes_back(client, room, typed):
    comment = room.world.comment(room.consultation)
    answer = client.submit(f"/comments/{comment.receipt}/letters", {"email": typed})
    assert answer.status_code == 422
    assert contact.standing(comment.id) is Standing.NONE


def test_without_a_server_no_page_asks_for_an_address(client, world, drain):
    """No office: the settings of the tests name no mail server."""
    consultation = world.consultation()
    assert 'name="email"' not in client.get(form_at(consultation)).get_data(as_text=True)
    comment = world.comment(consultation, email="a@example.vn")
    drain()
    assert db.session.scalars(select(Letter)).all() == []
    assert db.session.get_one(ContactAddress, comment.id).key == ""
    assert client.get(f"/comments/{comment.receipt}/letters").status_code == 404
    receipt = client.get(f"/en/comments/{comment.receipt}").get_data(as_text=True)
    assert "letter" not in receipt.lower()
