"""People ask about their own data at a form: queued with its days, and nothing told about anybody."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.models import Role
from app.extensions import db
from app.kit import clock, codes
from app.ledger.models import Entry
from app.mail.models import Letter
from app.people.models import Reading
from app.privacy import requests, retention
from app.privacy.models import RequestKind, RequestState, Source, SubjectRequest
from app.web import pace
from app.web.pace import TRAP
from tests.citizens.people import statements
from tests.moderation.staff import enter
from tests.privacy.person import EMAIL, NAME, PHONE, plant
from tests.web.limits.conftest import counted  # noqa: F401 - a fixture

FORM = "/privacy/request"
TYPED = {"kind": "see", "email": "ba.con@example.vn", "words": "Xin cho biết.", "name": NAME}

pytestmark = pytest.mark.usefixtures("office")


def queue() -> list[SubjectRequest]:
    db.session.expire_all()
    return list(db.session.scalars(select(SubjectRequest).order_by(SubjectRequest.id)))


def letters() -> list[Letter]:
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).where(Letter.about.like("subject_request:%"))))


def test_a_request_is_in_the_queue_with_its_days_and_gets_a_number(client):
    answer = client.submit(FORM, TYPED)
    assert (answer.status_code, answer.location) == (303, f"{FORM}?sent=1")
    (one,) = queue()
    assert (one.kind, one.source, one.state) == ("see", "web", "open")
    assert (one.person, one.name, one.words) == (TYPED["email"], NAME, "Xin cho biết.")
    assert (one.received_on, one.shown_at) == (clock.vn_date(clock.now()), None)
    page = client.get(f"{FORM}?sent=1").text
    assert f'<b class="num">{one.id}</b>' in page
    (letter,) = letters()
    assert (letter.recipient, letter.subject.split()[-1]) == (TYPED["email"], str(one.id))
    # a letter to whoever was named carries nothing that somebody else wrote
    assert not [word for word in (NAME, "Xin cho biết.") if word in letter.body]
    entry = db.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert (entry.verb, entry.actor_id) == ("subject_request.received", None)
    assert entry.facts == {"request_id": one.id, "kind": "see"}


def test_the_number_is_shown_to_whom_it_was_given_and_nobody_else(app, client):
    client.submit(FORM, TYPED)
    assert 'name="kind"' in app.test_client().get(f"{FORM}?sent=1").text


def test_the_form_is_linked_from_the_page_about_personal_data(client):
    assert f'href="{FORM}"' in client.get("/privacy").text


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"email": "a@example.vn"}, "kind"),
        ({"kind": "delete"}, "answer_to"),
        ({"kind": "delete", "email": "nowhere"}, "email"),
        ({"kind": "delete", "answer_to": PHONE, "receipts": "GY-1"}, "receipts"),
        ({"kind": "delete", "answer_to": PHONE, "words": "a" * 5001}, "words"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_is_kept(client, typed, wrong):
    kept = {"name": "Zebulon", **typed}
    page = client.submit(FORM, kept)
    assert page.status_code == 422
    assert f'id="{wrong}-error"' in page.text
    assert not [value for name, value in kept.items() if name != "kind" and value not in page.text]
    assert queue() == []


def test_an_expired_form_keeps_what_was_typed(client):
    page = client.post(FORM, data={**TYPED, "csrf_token": "old"})
    assert page.status_code == 400
    assert "Xin cho biết." in page.text


def test_nobody_learns_whose_address_or_receipt_the_portal_knows(world, app):
    planted, browser = plant(world), app.test_client()
    browser.get(FORM)

    def sent(email: str, receipt: str) -> tuple[int, str, list[str]]:
        typed = {**TYPED, "email": email, "receipts": receipt}
        with statements() as made:
            answer = browser.submit(FORM, typed)
        own = [one for one in made if "page_revision" not in one and one != "BEGIN"]
        return answer.status_code, answer.location, own

    known = sent(EMAIL, planted.said.receipt)
    assert known[:2] == (303, f"{FORM}?sent=1")
    assert sent("nobody@example.vn", codes.new_receipt()) == known


def test_a_way_without_email_gets_no_letter_and_no_less_of_a_request(client):
    client.submit(FORM, {"kind": "object", "answer_to": "12 Trần Phú, Đà Nẵng"})
    (one,) = queue()
    assert (one.person, one.answer_to) == ("", "12 Trần Phú, Đà Nẵng")
    assert letters() == []


def test_what_a_program_sends_is_taken_in_said_so_and_written_to_nobody(client, counted):  # noqa: F811
    client.submit(FORM, {**TYPED, TRAP: "casino"})
    assert [one.source for one in queue()] == [Source.PROGRAM]
    assert letters() == []


def test_one_browser_sends_ten_an_hour_and_one_address_gets_six_letters(
    client,
    counted,  # noqa: F811
    monkeypatch,
):
    monkeypatch.setattr(pace, "SOONEST", 0)
    answers = [client.submit(FORM, TYPED).status_code for _ in range(11)]
    assert answers == [303] * 10 + [429]
    assert (len(queue()), len(letters())) == (10, 6)
    refused = client.submit(FORM, TYPED).text
    assert "Xin cho biết." in refused


def test_nothing_is_given_out_before_the_person_has_proven_it_is_theirs(world, app, client):
    planted = plant(world)
    admin = world.officer(planted.said.consultation.dossier.agency, Role.ADMIN)
    db.session.commit()
    typed = {"kind": "see", "email": EMAIL, "answer_to": "kẻ lạ, 0123"}
    client.submit(FORM, typed)
    one, desk = queue()[-1], enter(app, admin)
    item = f"/desk/privacy/{one.id}"
    wish = {"scope": "text", "why": "Theo yêu cầu."}
    assert desk.get(f"{item}/export").status_code == 404
    assert desk.submit(item, wish, to=f"{item}/erasure").status_code == 404
    assert "/export" not in desk.get(item).text
    looked = db.session.scalars(select(Reading.subject)).all()
    assert f"comment:{planted.said.id}" not in looked
    desk.submit(item, {}, to=f"{item}/identity")
    assert queue()[-1].shown_by == admin.id
    assert desk.get(f"{item}/export").data[:2] == b"PK"
    assert desk.submit(item, wish, to=f"{item}/erasure").status_code == 303


def test_the_export_of_a_person_has_no_request_of_somebody_who_named_them(world, client, app):
    planted = plant(world)
    client.submit(FORM, {"kind": "see", "email": EMAIL, "answer_to": "kẻ lạ, 0123"})
    admin = enter(app, world.officer(planted.said.consultation.dossier.agency, Role.ADMIN))
    first = queue()[0]
    packed = admin.get(f"/desk/privacy/{first.id}/export")
    assert packed.status_code == 200
    assert "kẻ lạ" not in ZipFile(BytesIO(packed.data)).read("data.json").decode()


def test_all_that_names_the_person_goes_three_months_after_the_end(world, client):
    client.submit(FORM, {"kind": "provide", "answer_to": PHONE, "name": NAME})
    (one,) = queue()
    now, admin = clock.now(), world.officer(world.agency(), Role.ADMIN)
    requests.settle(one, RequestState.DONE, "Xong.", admin, now)
    db.session.commit()
    retention.keep_no_longer(now + timedelta(days=91))
    (one,) = queue()
    assert (one.person, one.name, one.answer_to, one.words) == ("", "", "", "")


def test_every_right_of_the_law_can_be_asked_for(client):
    page = client.get(FORM).text
    assert not [kind for kind in RequestKind if f'value="{kind.value}"' not in page]
    assert set(requests.TERMS) == set(RequestKind)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.dictionaries(st.sampled_from([*TYPED, "receipts", "answer_to"]), st.text(max_size=30)))
def test_whatever_is_sent_is_taken_in_or_given_back(client, typed):
    before = db.session.scalar(select(func.count()).select_from(SubjectRequest))
    answer = client.submit(FORM, typed)
    after = db.session.scalar(select(func.count()).select_from(SubjectRequest))
    assert (answer.status_code, after - before) in {(303, 1), (422, 0)}
