"""What people type comes in through forms: each takes an input in its normal form or gives it back."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import count, cycle
from typing import Any

import pytest
from flask import Flask
from wtforms import DateField

from app.accounts import officer_sessions
from app.accounts.models import Role
from app.extensions import db
from app.web.forms import Form
from tests import page_client
from tests.comments.writing import form_at, send
from tests.factories import World
from tests.hostile import sending
from tests.hostile.inputs import every
from tests.hostile.places import places
from tests.hostile.sending import Reading
from tests.house.lived_in import LivedIn
from tests.house.test_doors import DESK, lived_in
from tests.page_client import PageClient

alive = lived_in  # a portal in which everything has happened


@pytest.fixture
def path(kept: Callable[..., Any], world: World, drain: Callable[[], None]) -> str:
    """The address of a form for comments."""
    consultation = world.consultation()
    world.officer(consultation.dossier.agency, Role.MODERATOR)
    db.session.commit()
    drain()
    return form_at(consultation)


@pytest.mark.parametrize("field", ["body", "display_name", "proposed_wording", "quote", "email"])
def test_the_form_of_a_comment(client: PageClient, path: str, field: str) -> None:
    token = client.token(path)
    for one in every(211):
        wrong = [*sending.comment(client, path, token, one.text, field)]
        assert not wrong, (one, wrong)


def test_a_search_for_any_input(client: PageClient, path: str) -> None:
    for one in every(211):
        assert not [*sending.search(client, one.text)], one


def test_what_is_no_date_is_given_back_without_what_nobody_can_see(app: Flask) -> None:
    class Asked(Form):
        day = DateField()

    with app.test_request_context("/", method="POST", data={"day": "\x01\u202e31.2.2026"}):
        form = Asked()
        assert not form.validate()
        assert form.day._value() == "31.2.2026"


def test_a_file_is_refused_by_a_name_that_can_be_shown(client: PageClient, path: str) -> None:
    sent = (io.BytesIO(b"MZ"), "\x01\u202e<img hit src=x onerror=hit(1)>.exe")
    answer = send(client, path, files=[sent])
    assert answer.status_code == 422
    assert "&lt;img hit src=x onerror=hit(1)&gt;.exe: " in answer.get_data(as_text=True)


def test_every_other_form(app: Flask, alive: LivedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form that words are typed into, as a stranger, an officer and citizens have it: an
    input in all its fields at once, and in each alone."""
    monkeypatch.setattr(officer_sessions, "IDLE_ADMIN", officer_sessions.ABSOLUTE)
    texts = cycle(one.text for one in every(61) if len(one.text) < 3_000)
    adapter, stranger = app.url_map.bind("localhost"), app.test_client()
    officer = alive.sign_in(app, alive.everyone)
    people: list[tuple[Any, list[str]]] = [
        (officer, [*alive.starts(), *DESK]),
        (stranger, [*alive.starts(), "/desk/sign-in"]),
        *((client, [at]) for client, at in alive.on_the_way_in(app)),
        *alive.citizens,
    ]
    wrong, sent, reached = [], count(1), set[str]()
    for client, starts in people:
        reading = Reading(client, adapter)
        with monkeypatch.context() as patch:
            patch.setattr(page_client, "check_page", lambda html: None)  # seen by other tests
            [*places(reading, adapter, starts, each=1)]  # type: ignore[arg-type]
        for name, one in reading.found.items():
            if name not in reached:
                for names in dict.fromkeys([one.names, *((field,) for field in one.names)]):
                    text = next(texts)
                    told = sending.send(client, one, text, names, next(sent))
                    wrong += [f"{name} {names}: {what} <- {text[:60]!r}" for what in told]
        reached |= set(reading.found)
    assert not wrong, "\n".join(wrong)
    assert len(reached) > 40
