"""The sample province, made through the real verbs in the order in which it would have happened."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from app.accounts import factors, territories, totp
from app.accounts.invite import invite, take_up
from app.accounts.models import Agency, Officer
from app.demo.answered import answered
from app.demo.drafted import drafted
from app.demo.passed_on import passed_on
from app.demo.said import said
from app.demo.story import Event, Story
from app.demo.told import Province
from app.demo.translated import translated
from app.extensions import db
from app.kit import clock

# The second factor of the sample's officers. It is published here, as a sample guards nothing.
TOTP_SECRET = "GOPYSAMPLEONLYGOPYSAMPLEONLYGOPY"


def load(province: Province, progress: Callable[[int, int], None]) -> str:
    """The province stands in the database; returns the password of its officers.

    Nothing is committed: a sample is there as a whole or not at all.
    """
    now = clock.now()
    password = secrets.token_urlsafe(9)
    staff = _staff(province, password, now)
    events: list[Event] = []
    for dossier in province.dossiers:
        events += _events(Story.of(dossier, staff, now))
    events.sort(key=lambda event: event[0])
    for n, (_at, act) in enumerate(events, 1):
        act()
        db.session.flush()
        progress(n, len(events))
    return password


def _events(story: Story) -> list[Event]:
    events = drafted(story)
    for comment in story.told.comments:
        events += said(story, comment)
    return events + answered(story) + passed_on(story) + translated(story)


def _staff(province: Province, password: str, now: datetime) -> dict[str, Officer]:
    agencies = _agencies(province, now)
    staff = {}
    for person in province.officers:
        for role in person.roles:
            token = invite(
                email=person.email,
                name=person.name,
                job_title=person.title,
                role=role,
                agency=agencies[person.agency],
                scope=agencies[person.scope or person.agency],
                invited_by=None,
                now=now,
            )
            staff[person.email] = take_up(token, password, now)
    for officer in staff.values():
        _second_factor(officer, now - timedelta(minutes=2))
    db.session.flush()
    for officer in staff.values():
        db.session.refresh(officer, ["grants"])  # a second role came after the first was read
    return staff


def _second_factor(officer: Officer, at: datetime) -> None:
    """The officer has the telephone that all of the sample share; its next code is a fresh one."""
    factors.set_up(officer, TOTP_SECRET, totp.code_of(TOTP_SECRET, totp.step_at(at)), at)


def _agencies(province: Province, now: datetime) -> dict[str, Agency]:
    for place in province.territories:
        words = {"called": place.name, "called_en": place.name_en}
        territories.name(place.code, **words, parent=place.parent or None, now=now)
    agencies: dict[str, Agency] = {}
    for told in province.agencies:
        agencies[told.slug] = agency = Agency(
            slug=told.slug,
            name=told.name,
            name_en=told.name_en,
            postal_address=told.address,
            email=told.email,
            phone=told.phone,
        )
        db.session.add(agency)
    db.session.flush()
    for told in province.agencies:
        territories.place(agencies[told.slug], told.territory, now)
        if told.parent:
            agencies[told.slug].parent_id = agencies[told.parent].id
    return agencies
