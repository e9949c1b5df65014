"""Nothing of a person is in a line of the log, whatever happens; and a line is one line."""

from __future__ import annotations

import io
import json
import logging
import smtplib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Role
from app.config import LogFormat
from app.extensions import db
from app.site import lists
from app.web import logs
from app.web.observed import HEADER

FORMS = tuple(LogFormat)
EMAIL, NAME, WORDS = "lan.tran@example.vn", "Trần Thị Lan Hương", "Nhà tôi ở số 7 hẻm 12"
ADDRESS = "203.0.113.77"


@pytest.fixture(params=FORMS)
def written(request):
    """What is written from now on, in that form, by every logger and at every level."""
    made, root = logs.handler(request.param), logging.getLogger()
    stream = io.StringIO()
    made.setStream(stream)
    loud, quiet = logging.getLogger(logs.REQUESTS), root.level
    before = loud.level
    root.addHandler(made)
    loud.setLevel(logging.INFO)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(made)
    loud.setLevel(before)
    root.setLevel(quiet)


def line(form, message, *args, name="x", error=None):
    stream = io.StringIO()
    made = logs.handler(form)
    made.setStream(stream)
    info = (type(error), error, error.__traceback__) if error else None
    made.handle(logging.LogRecord(name, logging.ERROR, "f", 1, message, args, info))
    return stream.getvalue()


def raised(error):
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_journey_with_every_kind_of_fault_leaves_no_trace_of_a_person(
    client, world, drain, written, monkeypatch
):
    consultation = world.consultation()
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    comment = world.comment(consultation, WORDS, email=EMAIL, display_name=NAME)
    db.session.commit()
    drain()
    receipt, slug = comment.receipt, consultation.dossier.slug
    here = {"environ_base": {"REMOTE_ADDR": ADDRESS}}
    form = {"body": WORDS, "display_name": NAME, "email": EMAIL, "kind": "individual"}
    client.get(f"/comments/{receipt}", **here)
    client.get(f"/comments?code={receipt}", **here)
    client.get(f"/search?q={NAME}", **here)
    client.submit(f"/consultations/{slug}/comment", form, **here)
    client.post(f"/consultations/{slug}/comment", data=form, **here)
    client.post("/desk/sign-in", data={"email": EMAIL, "password": WORDS}, **here)
    client.sign_in(moderator.email)
    client.get(f"/nothing/{EMAIL}?{NAME}", **here)

    def fail(*_words, **_more):
        row = {"email": EMAIL, "name": NAME}
        try:
            raise ValueError(f"{EMAIL} {receipt} {WORDS}")
        except ValueError:
            # as PostgreSQL says it, with the row in its words
            raise IntegrityError("INSERT …", row, Exception(f"Key ({EMAIL}) exists")) from None

    monkeypatch.setattr(lists, "front_page", fail)
    assert client.get(f"/?lang=vi&q={EMAIL}", **here).status_code == 500
    text = written.getvalue()
    assert "unexpected error at site.home" in text
    assert "IntegrityError" in text
    found = [one for one in (EMAIL, NAME, WORDS, receipt, ADDRESS, moderator.email) if one in text]
    escaped = [one for one in (NAME, WORDS) if json.dumps(one)[1:-1] in text]
    assert not found + escaped


def test_each_request_has_a_number_that_its_lines_and_its_error_page_name(
    client, written, monkeypatch
):
    answer = client.get("/about")
    assert answer.headers[HEADER] in written.getvalue()
    assert client.get("/about").headers[HEADER] != answer.headers[HEADER]

    def fail(*_words):
        raise RuntimeError

    monkeypatch.setattr(lists, "front_page", fail)
    broken = client.get("/?lang=vi")
    assert broken.status_code == 500
    assert broken.headers[HEADER] in broken.get_data(as_text=True)
    assert written.getvalue().count(broken.headers[HEADER]) >= 2


def test_a_request_that_no_layer_answers_is_answered_all_the_same(
    app, client, monkeypatch, written
):
    def fail(*_words):
        raise ValueError(EMAIL)

    monkeypatch.setattr(app.extensions["pages"], "wsgi", fail)
    answer = app.test_client().get("/nothing")
    assert answer.status_code == 500
    assert EMAIL not in answer.get_data(as_text=True) + written.getvalue()


def test_a_line_of_a_request_says_which_view_answered_and_not_which_address(app, client, written):
    client.get("/about")
    client.get("/about")  # now from memory
    client.get("/consultations/nothing-there")
    if written.getvalue().startswith("{"):
        told = [json.loads(one) for one in written.getvalue().splitlines()]
        asked = [one for one in told if one["logger"] == logs.REQUESTS]
        assert [(one["endpoint"], one["status"]) for one in asked] == [
            ("site.about", 200),
            ("site.about", 200),
            ("site.draft", 404),
        ]
        assert all(one["ms"] >= 0 and one["method"] == "GET" for one in asked)
    assert "nothing-there" not in written.getvalue()


@pytest.mark.parametrize("form", FORMS)
@given(st.text(max_size=60))
def test_no_text_makes_a_second_line_or_hides_one(form, text):
    told = line(form, "name %s", text)
    assert len(told.splitlines()) == 1
    assert all(sign.isprintable() or sign == "\n" for sign in told)
    if form is LogFormat.JSON:
        assert json.loads(told)["message"].startswith("name ")


@pytest.mark.parametrize("form", FORMS)
def test_of_a_fault_its_kinds_codes_and_places_are_told(form):
    fault = raised(smtplib.SMTPRecipientsRefused({EMAIL: (550, b"no such")}))
    outer = raised(FileNotFoundError(2, EMAIL))
    outer.__cause__ = fault
    told = line(form, "lost: %s", fault, error=outer)
    assert "SMTPRecipientsRefused" in told
    assert "FileNotFoundError (ENOENT)" in told
    assert "tests/operations/test_logs.py:" in told
    assert EMAIL not in told


@pytest.mark.parametrize("form", FORMS)
def test_what_gunicorn_says_of_a_bad_request_names_nobody(form):
    bad = line(form, f"Invalid request from ip={ADDRESS}: {EMAIL}", name="gunicorn.error")
    broken = line(form, "Error handling request %s", f"/comments/{EMAIL}", name="gunicorn.error")
    assert "Invalid request" in bad
    assert ADDRESS not in bad
    assert EMAIL not in bad + broken


def test_programs_read_known_fields_only():
    stream = io.StringIO()
    made = logs.handler(LogFormat.JSON)
    made.setStream(stream)
    record = logging.LogRecord("x", logging.INFO, "f", 1, "said", (), None)
    record.email = EMAIL
    made.handle(record)
    told = json.loads(stream.getvalue())
    assert set(told) <= logs.KNOWN
    assert (told["level"], told["logger"], told["message"]) == ("INFO", "x", "said")
