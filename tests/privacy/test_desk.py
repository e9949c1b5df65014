"""The desk of personal data: requests with the days of the law, two people to erase, the log."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.approvals.models import Proposal
from app.comments.models import Comment
from app.consultations.period import Calendar
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.people import reading
from app.people.models import Reading
from app.people.reading import For, Looked
from app.privacy import requests, retention
from app.privacy.models import RequestKind, RequestState, SubjectRequest
from tests.moderation.staff import enter
from tests.privacy.person import EMAIL, NAME, plant

TET = Calendar(off=frozenset(date(2027, 2, day) for day in range(4, 12)))
LIST = "/desk/privacy"


def asked(kind: RequestKind, on: date, **more: object) -> SubjectRequest:
    return SubjectRequest(kind=kind.value, received_on=on, state="open", **more)


@pytest.mark.parametrize(
    ("kind", "processor", "extended", "due"),
    [
        (RequestKind.SEE, False, False, date(2026, 11, 12)),
        (RequestKind.CORRECT, True, False, date(2026, 11, 17)),
        (RequestKind.WITHDRAW, False, False, date(2026, 11, 17)),
        (RequestKind.RESTRICT, True, False, date(2026, 11, 23)),
        (RequestKind.DELETE, False, False, date(2026, 11, 23)),
        (RequestKind.DELETE, True, False, date(2026, 12, 2)),
        (RequestKind.DELETE, False, True, date(2026, 12, 14)),
    ],
)
def test_days_of_the_law(kind, processor, extended, due):
    """Received on Monday 2 November 2026; a last day at a weekend gives way to Monday."""
    one = asked(kind, date(2026, 11, 2), processor=processor)
    one.extended_at = clock.now() if extended else None
    assert requests.due(one, Calendar()) == due


def test_two_working_days_to_say_that_it_came():
    friday = asked(RequestKind.SEE, date(2026, 11, 6))
    assert requests.acknowledge_by(friday, Calendar()) == date(2026, 11, 10)
    before_tet = asked(RequestKind.SEE, date(2027, 2, 3))
    assert requests.acknowledge_by(before_tet, TET) == date(2027, 2, 15)


@pytest.fixture
def office_of_two(world, app, office):
    planted = plant(world)
    db.session.query(SubjectRequest).delete()
    db.session.commit()
    agency = planted.said.consultation.dossier.agency
    first, second = (world.officer(agency, Role.ADMIN) for _ in range(2))
    return planted, enter(app, first), enter(app, second)


def test_a_request_from_its_coming_to_its_end(office_of_two):
    planted, client, colleague = office_of_two
    token = client.token(LIST)
    form = {"kind": "delete", "person": EMAIL, "words": NAME, "received_on": "2026-11-20"}
    answer = client.post(LIST, data={**form, "csrf_token": token})
    assert answer.status_code == 303
    item = answer.location
    one = db.session.scalars(select(SubjectRequest)).one()
    assert EMAIL in client.get(item).text
    client.post(f"{item}/acknowledgement", data={"csrf_token": token})
    packed = client.get(f"{item}/export")
    assert packed.data[:2] == b"PK"
    looks = db.session.scalars(select(Reading.subject).where(Reading.act == "exported")).all()
    assert f"comment:{planted.said.id}" in looks
    wish = {"scope": "text", "why": "Theo yêu cầu.", "csrf_token": token}
    assert client.post(f"{item}/erasure", data=wish).status_code == 303
    proposal = db.session.scalars(select(Proposal)).one()
    where = f"/desk/proposals/{proposal.id}"
    own = client.post(f"{where}/agreement", data={"csrf_token": token})
    assert own.status_code in (403, 409)
    db.session.expire_all()
    assert db.session.get_one(Comment, planted.said.id).erased == ""
    theirs = colleague.token(where)
    assert colleague.post(f"{where}/agreement", data={"csrf_token": theirs}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Comment, planted.said.id).erased == "text"
    end = {"state": "done", "outcome": "Đã xóa.", "csrf_token": token}
    assert client.post(f"{item}/result", data=end).status_code == 303
    db.session.expire_all()
    assert one.state == RequestState.DONE
    verbs = [
        (entry.verb, entry.facts)
        for entry in db.session.scalars(select(Entry).order_by(Entry.id))
        if entry.verb.startswith("subject_request")
    ]
    assert verbs == [
        ("subject_request.received", {"request_id": one.id, "kind": "delete"}),
        ("subject_request.settled", {"request_id": one.id, "state": "done"}),
    ]


def test_more_time_is_given_once(world):
    officer, now = world.officer(world.agency(), Role.ADMIN), clock.now()
    one = requests.receive(RequestKind.SEE, EMAIL, "", clock.vn_date(now), officer, now)
    requests.extend(one, "Nhiều.", officer, now)
    with pytest.raises(requests.SettledError):
        requests.extend(one, "Nữa.", officer, now)
    requests.settle(one, RequestState.DONE, "Xong.", officer, now)
    with pytest.raises(requests.SettledError):
        requests.settle(one, RequestState.REFUSED, "Không.", officer, now)


def test_names_in_a_settled_request_go_after_three_months(world):
    officer, now = world.officer(world.agency(), Role.ADMIN), clock.now()
    one = requests.receive(RequestKind.SEE, EMAIL, NAME, clock.vn_date(now), officer, now)
    requests.settle(one, RequestState.DONE, "Xong.", officer, now)
    db.session.commit()
    retention.keep_no_longer(now + timedelta(days=89))
    db.session.expire_all()
    assert one.person == EMAIL
    retention.keep_no_longer(now + timedelta(days=91))
    db.session.expire_all()
    assert (one.person, one.words, one.outcome) == ("", "", "Xong.")


def test_the_log_is_read_by_whom_it_concerns(world, app):
    province, other = world.agency("Tỉnh"), world.agency("Tỉnh khác")
    below = world.agency("Sở", province)
    moderator = world.officer(below, Role.MODERATOR, name="Trần Thị Đọc")
    stranger = world.officer(other, Role.MODERATOR, name="Lê Văn Xa")
    reading.comments(moderator, Looked.READ, [12], For.REVIEW)
    reading.comments(stranger, Looked.READ, [13], For.REVIEW)
    db.session.commit()
    client = enter(app, world.officer(province, Role.OVERSIGHT))
    page = client.get(f"{LIST}/log").text
    assert "Trần Thị Đọc" in page
    assert "Lê Văn Xa" not in page
    assert "Trần Thị Đọc" in client.get(f"{LIST}/log?subject=GY-12").text
    assert "Trần Thị Đọc" not in client.get(f"{LIST}/log?subject=13").text
    assert "GY-12" in client.get(f"{LIST}/log?officer={moderator.email}").text
    today = clock.vn_date(clock.now())
    assert "GY-12" in client.get(f"{LIST}/log?day={today}").text
    assert "GY-12" not in client.get(f"{LIST}/log?day={today - timedelta(days=1)}").text
    about = ["subject_request:7", "subscriber:8", "citizen:9", "attachment:10"]
    reading.note(moderator, Looked.READ, about, For.SUBJECT_REQUEST)
    db.session.commit()
    told = client.get(f"/en{LIST}/log").text
    assert "Request 7 about" in told
    assert not [one for one in about if one in told]
    assert enter(app, moderator).get(f"{LIST}/log").status_code == 403
    assert client.get(LIST).status_code == 403


def test_an_administrator_of_a_part_of_the_portal_sees_no_request(world, app):
    province = world.agency("Tỉnh")
    below = world.agency("Sở", province)
    assert enter(app, world.officer(below, Role.ADMIN)).get(LIST).status_code == 403
    assert enter(app, world.officer(province, Role.ADMIN)).get(LIST).status_code == 200
