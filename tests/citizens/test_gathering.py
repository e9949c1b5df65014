"""What an account gathers, and what a comment then says of its author."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.citizens import receipts
from app.citizens.models import CitizenReceipt, Level
from app.comments import contact
from app.comments.models import ContactAddress
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from tests.citizens.people import (
    MINE,
    come_in,
    statements,
    write,
)

pytestmark = pytest.mark.usefixtures("office")


def test_what_is_sent_while_signed_in_is_gathered_and_says_so(client, slug):
    come_in(client)
    comment = write(client, slug, gather="y")
    assert comment.identity == Level.EMAIL
    page = client.get("/account").get_data(as_text=True)
    assert comment.receipt in page
    fact = db.session.scalars(select(Entry).where(Entry.verb == Verb.COMMENT_IDENTIFIED)).one()
    assert fact.facts == {"comment_id": comment.id, "identity": "email"}


def test_without_the_tick_nothing_connects_the_comment_with_the_account(client, slug):
    come_in(client)
    comment = write(client, slug)
    assert comment.identity == Level.NONE
    assert not db.session.scalars(select(CitizenReceipt)).all()


def test_the_tick_of_who_has_no_account_says_nothing(client, slug):
    comment = write(client, slug, gather="y")
    assert comment.identity == Level.NONE


def test_a_comment_sent_twice_is_gathered_once(client, slug):
    come_in(client)
    key = "k" * 22
    first, again = (write(client, slug, gather="y", key=key) for _ in range(2))
    assert first.id == again.id
    assert len(db.session.scalars(select(CitizenReceipt)).all()) == 1


def test_an_identity_proven_at_the_provider_is_said_of_the_comment(traveller, slug):
    traveller.goes()
    comment = write(traveller.client, slug, gather="y")
    assert comment.identity == Level.IDENTITY


def test_a_confirmed_address_of_letters_proves_an_e_mail(world):
    consultation = world.consultation()
    comment = world.comment(consultation, email=MINE)
    db.session.flush()
    assert comment.identity == Level.NONE
    contact.confirm(comment, clock.now())
    assert comment.identity == Level.EMAIL
    contact.stop(comment, clock.now())
    assert comment.identity == Level.EMAIL
    assert db.session.get_one(ContactAddress, comment.id).stopped_at


RISES = {("", "email"), ("", "identity"), ("email", "identity")}
FALLS = {("email", ""), ("identity", "email"), ("identity", ""), ("", "other")}


@pytest.mark.parametrize(("old", "new"), sorted(RISES | FALLS))
def test_what_a_comment_says_of_its_author_only_rises(old, new, world):
    comment = world.comment(world.consultation())
    comment.identity = old
    db.session.commit()
    change = text("UPDATE comment SET identity = :new").bindparams(new=new)
    if (old, new) in RISES:
        db.session.execute(change)
        return
    with pytest.raises(IntegrityError, match="comment_identity_rises"):
        db.session.execute(change)
    db.session.rollback()


def test_a_receipt_can_be_added_and_taken_off(client, slug):
    comment = write(client, slug)
    come_in(client)
    wrong = client.submit("/account", {"receipt": "GY-222222-222222-222222"})
    assert wrong.status_code == 422
    client.submit("/account", {"receipt": comment.receipt.lower().replace("-", " ")})
    assert comment.receipt in client.get("/account").get_data(as_text=True)
    client.submit("/account", {"receipt": comment.receipt}, to="/account/receipts/remove")
    assert comment.receipt not in client.get("/account").get_data(as_text=True)
    assert client.get(f"/comments/{comment.receipt}").status_code == 200


def test_an_account_holds_so_many_receipts_and_no_more(client, slug, monkeypatch):
    monkeypatch.setattr(receipts, "MOST", 1)
    comments = [write(client, slug) for _ in range(2)]
    come_in(client)
    codes = [comment.receipt for comment in comments]
    assert [client.submit("/account", {"receipt": one}).status_code for one in codes] == [303, 422]
    # what is sent is taken all the same
    assert write(client, slug, gather="y").identity == Level.EMAIL


def test_nobody_sees_the_receipts_of_another(app, client, slug):
    come_in(client)
    comment = write(client, slug, gather="y")
    other = app.test_client()
    come_in(other, "other@example.vn")
    assert comment.receipt not in other.get("/account").get_data(as_text=True)
    token = other.token("/account/settings")
    data = {"csrf_token": token, "receipt": comment.receipt}
    other.post("/account/receipts/remove", data=data)
    assert len(db.session.scalars(select(CitizenReceipt)).all()) == 1


def test_the_name_of_the_account_begins_the_form_and_no_other(app, client, slug):
    come_in(client)
    client.submit("/account/settings", {"name": "Trần Thị Bình"})
    address = f"/consultations/{slug}/comment"
    assert "Trần Thị Bình" in client.get(address).get_data(as_text=True)
    assert "Trần Thị Bình" not in app.test_client().get(address).get_data(as_text=True)


def test_who_has_no_account_costs_no_statement(client, slug):
    """The form of a comment asks the database what it asked before there were accounts."""
    with statements() as asked:
        write(client, slug)
    assert asked
    assert not [one for one in asked if "citizen" in one]
