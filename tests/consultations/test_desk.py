"""The doors of consultations: the steps of a dossier, declared, opened, extended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.accounts.models import Role
from app.approvals import propose
from app.approvals.models import Proposal
from app.consultations.models import Consultation, Extension, PeriodRule
from app.consultations.period import end_of
from app.consultations.progress import passed_over
from app.documents.models import Dossier, Stage
from app.extensions import db
from app.kit import clock
from tests.factories import DRAFT
from tests.moderation.staff import enter


@pytest.fixture
def dossier(world):
    return world.dossier()


@pytest.fixture
def drafter(world, dossier):
    return world.officer(dossier.agency, Role.DRAFTER, name="Lê Thị Thảo")


@pytest.fixture
def approver(world, dossier):
    return world.officer(dossier.agency, Role.APPROVER, name="Phạm Văn Duyệt")


def at(dossier, place=""):
    return f"/desk/dossiers/{dossier.id}" + (f"/{place}" if place else "")


def declare(app, dossier, officer):
    browser = app.test_client()
    browser.sign_in(officer.email)
    return browser.submit(at(dossier, "declaration"), {"sure": "y"})


@pytest.fixture
def ready(app, world, dossier, drafter, approver):
    """A dossier with everything done but the opening."""
    world.version(dossier)
    declare(app, dossier, drafter)
    declare(app, dossier, approver)
    return dossier


class TestOverview:
    def test_it_names_what_is_missing(self, client, world):
        dossier = world.dossier(filled=False)
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        html = client.get("/en" + at(dossier)).get_data(as_text=True)
        for words in ("No text yet", "Why it is needed; Purpose", "0 of 2 officers"):
            assert words in html
        assert at(dossier, "text") in html
        assert at(dossier, "opening") not in html

    def test_each_step_is_offered_to_those_who_may(self, client, ready, approver):
        client.sign_in(approver.email)
        html = client.get(at(ready)).get_data(as_text=True)
        assert at(ready, "opening") in html
        assert at(ready, "declaration") in html
        assert at(ready, "content") not in html

    def test_after_the_opening_it_shows_deadline_and_extensions(self, client, world):
        consultation = world.consultation()
        dossier = consultation.dossier
        client.sign_in(world.officer(dossier.agency, Role.APPROVER).email)
        later = consultation.last_day + timedelta(days=20)
        client.submit(at(dossier, "extension"), {"last_day": later.isoformat(), "reason": "Mưa lũ"})
        agreed(world, dossier)
        html = client.get(at(dossier)).get_data(as_text=True)
        assert f"/consultations/{dossier.slug}" in html
        assert "Mưa lũ" in html
        assert at(dossier, "text/review") in html
        assert at(dossier, "content") not in html


class TestDeclaration:
    def test_two_officers_declare_each_once(self, app, world, dossier, drafter, approver):
        world.version(dossier)
        assert declare(app, dossier, drafter).status_code == 303
        browser = app.test_client()
        browser.sign_in(drafter.email)
        again = browser.get(at(dossier, "declaration")).get_data(as_text=True)
        assert drafter.name in again
        assert 'name="sure"' not in again
        declare(app, dossier, approver)
        page = browser.get(at(dossier)).get_data(as_text=True)
        assert drafter.name in page
        assert approver.name in page

    def test_the_box_must_be_ticked(self, client, world, dossier, drafter):
        world.version(dossier)
        client.sign_in(drafter.email)
        answer = client.submit(at(dossier, "declaration"), {})
        assert answer.status_code == 422
        assert 'href="#sure"' in answer.get_data(as_text=True)

    def test_nothing_is_declared_on_a_text_not_seen(self, client, world, dossier, drafter):
        seen = world.version(dossier).sha256
        client.sign_in(drafter.email)
        token = client.token(at(dossier, "declaration"))
        world.version(dossier, DRAFT + "Điều 4. Hiệu lực\nTừ ngày ký.")
        data = {"csrf_token": token, "sure": "y", "seen": seen}
        answer = client.post(at(dossier, "declaration"), data=data)
        assert answer.status_code == 409
        assert drafter.name not in client.get(at(dossier)).get_data(as_text=True).split("<main")[1]

    def test_without_a_text_there_is_nothing_to_declare(self, client, dossier, drafter):
        client.sign_in(drafter.email)
        assert client.get(at(dossier, "declaration")).status_code == 409


class TestOpening:
    def test_the_days_asked_are_opened(self, client, ready, approver):
        client.sign_in(approver.email)
        answer = client.submit(at(ready, "opening"), {"days": "45"})
        assert answer.location == at(ready)
        made = db.session.scalar(select(Consultation).where(Consultation.dossier_id == ready.id))
        assert made.days == 45
        assert made.closes_at == end_of(made.last_day)
        assert db.session.get(Dossier, ready.id).stage == Stage.CONSULTATION

    def test_29_days_are_refused_with_the_rule(self, client, ready, approver):
        client.sign_in(approver.email)
        token = client.token(at(ready, "opening"))
        path = "/en" + at(ready, "opening")
        answer = client.post(path, data={"csrf_token": token, "days": "29"})
        html = answer.get_data(as_text=True)
        rule = db.session.scalar(
            select(PeriodRule).where(
                PeriodRule.document_type == ready.document_type, PeriodRule.valid_to.is_(None)
            )
        )
        assert answer.status_code == 422
        assert "29 days are not enough. At least 30 days are needed" in html
        assert rule.citation in html
        assert 'value="29"' in html
        assert db.session.scalar(select(Consultation.id)) is None

    @pytest.mark.parametrize("days", ["", "0", "-3", "abc", "366", "9" * 30])
    def test_what_is_no_number_of_days_comes_back(self, client, ready, approver, days):
        client.sign_in(approver.email)
        answer = client.submit(at(ready, "opening"), {"days": days})
        assert answer.status_code == 422
        assert client.get(at(ready, "opening"), query_string={"days": days}).status_code == 422

    def test_the_preview_is_what_the_opening_does(self, client, ready, approver):
        client.sign_in(approver.email)
        first = client.get(at(ready, "opening"))
        assert first.status_code == 200
        assert 'name="days" value="30"' in first.get_data(as_text=True)
        html = client.get(at(ready, "opening") + "?days=40").get_data(as_text=True)
        client.submit(at(ready, "opening"), {"days": "40"})
        made = db.session.scalar(select(Consultation))
        assert made.last_day.strftime("%d/%m/%Y") in html

    def test_a_gap_is_named_and_nothing_opens(self, client, world, dossier, approver):
        world.version(dossier)
        client.sign_in(approver.email)
        token = client.token(at(dossier, "declaration"))
        answer = client.post(at(dossier, "opening"), data={"csrf_token": token, "days": "30"})
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert at(dossier, "declaration") in html.split('id="gaps"')[1]
        assert db.session.scalar(select(Consultation.id)) is None

    def test_what_was_given_up_is_not_opened(self, client, ready, approver):
        ready.stage = Stage.WITHDRAWN.value
        db.session.commit()
        client.sign_in(approver.email)
        assert client.submit(at(ready, "opening"), {"days": "30"}).status_code == 409
        assert db.session.scalar(select(Consultation.id)) is None

    def test_the_second_tab_is_told(self, client, ready, approver):
        client.sign_in(approver.email)
        token = client.token(at(ready, "opening"))
        data = {"csrf_token": token, "days": "30"}
        assert client.post(at(ready, "opening"), data=data).status_code == 303
        assert client.post(at(ready, "opening"), data=data).status_code == 409

    def test_without_a_rule_nobody_guesses(self, client, ready, approver):
        db.session.execute(delete(PeriodRule))
        db.session.commit()
        client.sign_in(approver.email)
        assert client.get(at(ready)).status_code == 200
        assert client.submit(at(ready, "opening"), {"days": "30"}).status_code == 422
        assert db.session.scalar(select(Consultation.id)) is None

    def test_days_off_are_explained(self, app):
        day = clock.now().date().replace(year=2026, month=4, day=30)
        passed = passed_over(day, day + timedelta(days=4))
        assert [name is not None for _, name in passed] == [True, True, False, False]


def agreed(world, dossier) -> None:
    """The head of the agency agrees to what waits for a second officer."""
    proposal = db.session.scalars(select(Proposal)).one()
    propose.agree(proposal, world.officer(dossier.agency, Role.HEAD), clock.now())
    db.session.commit()


class TestExtension:
    @pytest.fixture
    def consultation(self, client, world):
        made = world.consultation()
        client.sign_in(world.officer(made.dossier.agency, Role.APPROVER).email)
        return made

    def extend(self, client, consultation, days, reason="Nhiều nơi bị lũ."):
        day = consultation.last_day + timedelta(days=days)
        path = at(consultation.dossier, "extension")
        return client.submit(path, {"last_day": day.isoformat(), "reason": reason})

    def test_a_later_day_holds_with_its_reason_once_a_second_officer_agreed(
        self, client, consultation, world
    ):
        before = consultation.closes_at
        assert self.extend(client, consultation, 14).status_code == 303
        db.session.refresh(consultation)
        assert consultation.closes_at == before
        assert self.extend(client, consultation, 21).status_code == 422  # one waits already
        agreed(world, consultation.dossier)
        db.session.refresh(consultation)
        assert consultation.closes_at >= before + timedelta(days=14)
        assert db.session.scalar(select(Extension.reason)) == "Nhiều nơi bị lũ."

    @pytest.mark.parametrize("days", [0, -1, -400, 367, 4_000])
    def test_no_other_day_does(self, client, consultation, days):
        before = consultation.closes_at
        answer = self.extend(client, consultation, days)
        assert answer.status_code == 422
        assert "Nhiều nơi bị lũ." in answer.get_data(as_text=True)
        db.session.refresh(consultation)
        assert consultation.closes_at == before

    @pytest.mark.parametrize("typed", ["", "31/12", "2026-02-30", "9999-12-31"])
    def test_what_is_no_day_comes_back(self, client, consultation, typed):
        data = {"last_day": typed, "reason": "Vì lũ."}
        path = at(consultation.dossier, "extension")
        assert client.submit(path, data).status_code == 422

    def test_a_day_may_be_typed_as_people_write_it(self, client, consultation):
        day = consultation.last_day + timedelta(days=20)
        data = {"last_day": day.strftime("%d/%m/%Y"), "reason": "Vì lũ."}
        assert client.submit(at(consultation.dossier, "extension"), data).status_code == 303

    def test_a_reason_is_due(self, client, consultation):
        assert self.extend(client, consultation, 14, "  ").status_code == 422

    def test_what_is_over_is_over(self, app, world, consultation, monkeypatch):
        after = consultation.closes_at
        monkeypatch.setattr(clock, "now", lambda: after)
        client = enter(app, world.officer(consultation.dossier.agency, Role.APPROVER))
        token = client.token("/desk")
        path = at(consultation.dossier, "extension")
        assert client.get(path).status_code == 409
        day = consultation.last_day + timedelta(days=14)
        data = {"csrf_token": token, "last_day": day.isoformat(), "reason": "Vì lũ."}
        assert client.post(path, data=data).status_code == 409

    def test_before_the_opening_there_is_nothing_to_extend(self, client, world, consultation):
        other = world.dossier(consultation.dossier.agency)
        assert client.get(at(other, "extension")).status_code == 404


ROLES = {
    "": {Role.DRAFTER, Role.APPROVER, Role.OVERSIGHT, Role.HEAD},
    "declaration": {Role.DRAFTER, Role.APPROVER},
    "opening": {Role.APPROVER},
    "extension": {Role.APPROVER, Role.HEAD},
}


@pytest.mark.parametrize("place", ROLES)
@pytest.mark.parametrize("role", [*Role, None])
def test_each_door_opens_to_its_roles_alone(client, world, place, role):
    dossier = world.consultation().dossier
    client.sign_in(world.officer(dossier.agency, *([role] if role else [])).email)
    allowed = role in ROLES[place]
    assert (client.get(at(dossier, place)).status_code == 403) is not allowed


@pytest.mark.parametrize("place", ROLES)
def test_another_agency_finds_nothing(client, world, place):
    dossier = world.consultation().dossier
    roles = (Role.DRAFTER, Role.APPROVER, Role.OVERSIGHT)
    client.sign_in(world.officer(world.agency(), *roles).email)
    assert client.get(at(dossier, place)).status_code == 404
    token = client.token("/desk/dossiers")
    data = {"csrf_token": token, "days": "40", "sure": "y", "reason": "x", "last_day": "2027-12-31"}
    if place:
        assert client.post(at(dossier, place), data=data).status_code == 404


@pytest.mark.parametrize("place", ROLES)
def test_strangers_are_asked_to_sign_in(client, world, place):
    dossier = world.dossier()
    answer = client.get(at(dossier, place))
    assert answer.status_code == 303
    assert answer.location.startswith("/desk/sign-in?next=")
