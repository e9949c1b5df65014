"""What people see of limits: a page that keeps everything, a line of text, a door that is closed."""

from __future__ import annotations

import html
import re
import sqlite3
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import request
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.comments.models import Comment, ContactAddress
from app.consultations.models import Consultation
from app.extensions import db
from app.moderation.models import Flag, FlagKind
from app.web import limits, pace
from app.web.guard import SAFE
from app.web.limits_count import FILE, Counters
from app.web.limits_table import BY_ENDPOINT, ROWS, Down, Over
from tests.comments.writing import TYPED, form_at, hidden, send
from tests.web.limits.conftest import counting
from tests.web.limits.test_crowd import work

# what costs more than a page: a search, a table made anew, a file of a version, a look-up
COSTLY = {
    *("search.page", "search.suggestions", "alerts.feed", "receipts.status", "site.compare"),
    *("site.withheld_data", "site.answering_data", "site.comments_data", "site.answers_table"),
    *("site.export", "site.changes", "comments.attachment"),
}
FIELDS = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
AREA = re.compile(r'<textarea[^>]*name="(\w+)"[^>]*>\n([^<]*)</textarea>')


def comments() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Comment)) or 0


def test_every_act_of_the_public_has_a_row(app):
    unsafe = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods - SAFE and app.view_functions[rule.endpoint].mark.act is None
    }
    counted = {name for name, row in BY_ENDPOINT.items() if not row.safe}
    assert unsafe == counted, "give each a row in app/web/limits_table.py"


def test_every_costly_question_has_a_row_and_every_row_is_of_a_door(app):
    assert {name for name, row in BY_ENDPOINT.items() if row.safe} >= COSTLY
    assert set(BY_ENDPOINT) <= set(app.view_functions)
    assert len(BY_ENDPOINT) == sum(len(row.endpoints) for row in ROWS)
    assert len({row.act for row in ROWS}) == len(ROWS)


def test_doors_that_keep_guesses_off_are_the_ones_that_close(app):
    closed = {name for name, row in BY_ENDPOINT.items() if row.down is Down.REFUSE}
    assert closed >= {"accounts.sign_in", "accounts.code", "accounts.invitation"}
    assert not closed & {
        "receipts.status",
        "comments.write",
        "comments.reply",
        "moderation.appeal",
        "alerts.stop",
    }


def paused(client, consultation: Consultation, **typed: str) -> tuple[str, dict[str, str]]:
    """The page that asks to wait, and all that its form would send."""
    for _ in range(30):
        client.post(form_at(consultation), data={**hidden(client, form_at(consultation))})
    answer = send(client, form_at(consultation), **typed)
    assert answer.status_code == 429
    page = answer.get_data(as_text=True)
    kept = {name: html.unescape(value) for name, value in FIELDS.findall(page)}
    kept |= {name: html.unescape(value) for name, value in AREA.findall(page)}
    assert int(answer.headers["Retry-After"]) > 0
    return page, kept


def test_nothing_typed_is_lost_and_the_same_form_goes_on_later(client, world, counted, at):
    consultation = world.consultation()
    body = "\nDòng một & <hai>\n\n  dòng ba"
    page, kept = paused(client, consultation, body=body, display_name='Bế "Văn" Thình')
    assert kept["body"] == body
    assert kept["display_name"] == 'Bế "Văn" Thình'
    assert kept["commenter_kind"] == TYPED["commenter_kind"]
    assert len(kept["key"]) == 22
    assert "10 phút" in page or "10 minutes" in page
    at.pass_by(600)
    answer = client.post(form_at(consultation), data=kept)
    assert answer.status_code == 303
    assert comments() == 1
    again = client.post(form_at(consultation), data=kept)
    assert again.status_code == 303
    assert comments() == 1


def crowded(client, consultation: Consultation, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page that a form gets from an address beyond what is honest."""
    monkeypatch.setattr(pace, "ROUNDS", 2)
    row = BY_ENDPOINT["comments.write"]
    monkeypatch.setattr(row.buckets[1].item, "amount", 0.5)
    answer = send(client, form_at(consultation))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(pace.WAIT)
    return answer.get_data(as_text=True)


def test_a_rush_costs_a_moment_of_work_and_no_word(client, world, counted, monkeypatch):
    consultation = world.consultation()
    page = crowded(client, consultation, monkeypatch)
    kept = dict(FIELDS.findall(page)) | dict(AREA.findall(page))
    bits = int(re.search(r'data-bits="(\d+)"', page)[1])
    assert "pace.js" in page
    assert comments() == 0
    kept |= {"body": TYPED["body"], pace.WORK: work(kept[pace.FIELD], bits)}
    assert client.post(form_at(consultation), data=kept).status_code == 303
    assert comments() == 1


def test_in_a_rush_the_form_itself_brings_the_work_along(client, world, counted, at, monkeypatch):
    consultation = world.consultation()
    calm = client.get(form_at(consultation)).get_data(as_text=True)
    assert "pace.js" not in calm
    crowded(client, consultation, monkeypatch)
    page = client.get(form_at(consultation)).get_data(as_text=True)
    assert "pace.js" in page
    assert "data-send" not in page
    fields = dict(FIELDS.findall(page)) | hidden(client, form_at(consultation)) | TYPED
    at.pass_by(pace.WAIT)  # who takes ten seconds to write has waited already
    assert client.post(form_at(consultation), data=fields).status_code == 303


@pytest.mark.parametrize("chosen", ["", "bản vẽ.pdf"])
def test_files_are_asked_for_again_where_some_were_chosen(
    client, world, counted, monkeypatch, chosen
):
    """A browser sends a nameless file of a field in which nobody chose one."""
    consultation = world.consultation()
    row = BY_ENDPOINT["comments.write"]
    monkeypatch.setattr(row.buckets[1].item, "amount", 0.5)
    sent = {**hidden(client, form_at(consultation)), **TYPED, "files": (BytesIO(b"x"), chosen)}
    page = client.post(form_at(consultation), data=sent).get_data(as_text=True)
    assert ('type="file"' in page) == ("multipart" in page) == bool(chosen)
    assert ("data-send" in page) is not bool(chosen)


def test_programs_are_told_in_a_line_of_text(client, counted, monkeypatch):
    for name in ("alerts.feed", "search.suggestions"):
        monkeypatch.setattr(BY_ENDPOINT[name].buckets[0].item, "amount", 0)
    for path in ("/search/feed?q=nước", "/search/suggestions?q=nước"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (429, "text/plain")
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.get_data()


def test_wrong_codes_put_off_wrong_codes_and_never_a_right_one(client, world, counted, monkeypatch):
    """Whoever shares the address with a program that guesses still reads of their comment."""
    receipt = world.comment(world.consultation()).receipt
    db.session.commit()
    monkeypatch.setattr(BY_ENDPOINT["receipts.status"].buckets[0].item, "amount", 5)
    said = [client.get("/comments/GY-222222-222222-222222") for _ in range(7)]
    assert [one.status_code for one in said] == [404] * 5 + [429] * 2
    assert int(said[-1].headers["Retry-After"]) > 0
    assert said[-1].headers["Cache-Control"] == said[0].headers["Cache-Control"]
    assert client.get(f"/comments/{receipt}").status_code == 200


def at_the_desk(client, n: int, address: str = "192.0.2.1", **brought: str) -> TestResponse:
    """What is said to the n-th officer of an office, each in a browser of their own."""
    client.delete_cookie("session")
    data = {"email": f"officer{n}@example.vn", "password": "x", **brought}
    return client.submit("/desk/sign-in", data, environ_base={"REMOTE_ADDR": address})


def test_an_office_of_five_hundred_comes_in_at_once(client, counted, at, monkeypatch):
    monkeypatch.setattr("app.accounts.sign_in.verify", lambda _hash, _password: False)
    assert {at_the_desk(client, n).status_code for n in range(500)} == {303}


def test_beside_a_program_officers_work_a_moment_and_come_in(client, counted, at, monkeypatch):
    """No password is given back; the form, asked for again, brings the work along."""
    monkeypatch.setattr(pace, "ROUNDS", 2)
    bucket = next(one for one in BY_ENDPOINT["accounts.sign_in"].buckets if one.over is Over.SLOW)
    monkeypatch.setattr(bucket.item, "amount", 1)
    assert at_the_desk(client, 1, "127.0.0.1").status_code == 303
    put_off = client.post("/desk/sign-in", data={"email": "a@b.vn", "password": "secret words"})
    assert put_off.status_code == 429
    page = put_off.get_data(as_text=True)
    assert "secret words" not in page
    assert 'href="/desk/sign-in"' in page
    form = client.get("/desk/sign-in").get_data(as_text=True)
    challenge = dict(FIELDS.findall(form))[pace.FIELD]
    bits = int(re.search(r'data-bits="(\d+)"', form)[1])
    sent = {pace.FIELD: challenge, pace.WORK: work(challenge, bits), "email": "a@b.vn"}
    sent |= {"password": "secret words", "csrf_token": client.token("/desk/sign-in")}
    assert client.post("/desk/sign-in", data=sent).status_code == 303
    assert client.post("/desk/sign-in", data=sent).status_code == 429, "one work, one guess"


def test_a_letterbox_is_guessed_at_twenty_times_from_one_place(client, counted):
    def guess(n: int, email: str, address: str = "192.0.2.1") -> TestResponse:
        data = {"email": email, "password": f"wrong {n}"}
        return client.submit("/desk/sign-in", data, environ_base={"REMOTE_ADDR": address})

    said = [guess(n, "a@example.vn") for n in range(21)]
    assert [one.status_code == 429 for one in said] == [False] * 20 + [True]
    page = said[-1].get_data(as_text=True)
    assert "wrong" not in page
    assert "a@example.vn" not in page
    assert guess(0, "b@example.vn").status_code != 429
    assert guess(0, "A@example.vn ", "198.51.100.1").status_code != 429
    said = [guess(n, "a@example.vn", f"198.51.{n}.1") for n in range(30)]
    assert said[-1].status_code == 429, "nor from many places"


def take_away(counted: Counters) -> None:
    """Every counter is out of reach."""
    storage = counted.limiter.storage
    storage.close()
    for file in storage.file.parent.glob(f"{FILE}*"):
        file.unlink()
    storage.file.mkdir()  # no right of a file stops the superuser; this does


def test_staff_are_told_of_a_rush_in_plain_words(client, world, counted, monkeypatch, app):
    consultation = world.consultation()
    assert limits.slowed_lately() == 0
    crowded(client, consultation, monkeypatch)
    assert limits.slowed_lately() == 1
    said = app.test_cli_runner().invoke(args=["limits", "status"]).output
    assert "Counted in: embedded. In these 10 minutes: 1 slowed, 0 refused." in said
    assert "comment: 30 in 10 minutes by session, then refuse" in said
    assert "cosign: 60 in 1 minute by address" in said
    take_away(counted)
    assert limits.slowed_lately() == 0
    said = app.test_cli_runner().invoke(args=["limits", "status"]).output
    assert "embedded, which does not answer" in said


def test_without_counters_comments_pass_and_guesses_do_not(client, world, counted):
    consultation = world.consultation()
    take_away(counted)
    answer = send(client, form_at(consultation))
    assert answer.status_code == 303
    assert comments() == 1
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get("/comments/GY-222222-222222-222222").status_code == 404
    assert counted.passed > 0
    data = {"email": "a@example.vn", "password": "x"}
    assert client.submit("/desk/sign-in", data).status_code == 503


def test_when_redis_is_stopped_comments_pass_and_guesses_do_not(
    client, world, app, redis, tmp_path
):
    consultation = world.consultation()
    with counting(app, tmp_path, redis_url=f"unix://{redis.socket_file}") as counted:
        assert send(client, form_at(consultation)).status_code == 303
        assert counted.passed == 0
        redis.shutdown()
        assert send(client, form_at(consultation)).status_code == 303
        assert comments() == 2
        data = {"email": "a@example.vn", "password": "x"}
        assert client.submit("/desk/sign-in", data).status_code == 503


def test_what_looks_like_a_program_is_taken_in_and_said_to_a_moderator(client, world, counted, at):
    path = form_at(world.consultation())

    def flags() -> list[str]:
        db.session.rollback()
        return list(db.session.scalars(select(Flag.kind)))

    fields = hidden(client, path) | TYPED
    at.pass_by(60)
    assert client.post(path, data=fields).status_code == 303
    assert flags() == []
    assert send(client, path, remark="http://example.com").status_code == 303
    assert comments() == 2
    assert flags() == [FlagKind.UNUSUAL.value]
    assert 'aria-hidden="true"' in client.get(path).get_data(as_text=True)


def test_a_form_that_comes_back_at_once_is_flagged(client, world, counted):
    assert send(client, form_at(world.consultation())).status_code == 303
    assert db.session.scalars(select(Flag.kind)).all() == [FlagKind.UNUSUAL.value]


def test_one_letterbox_is_asked_six_times_a_day_from_one_place(client, world, counted, at):
    path = form_at(world.consultation())
    said = [send(client, path, email="An@example.vn").status_code for _ in range(3)]
    at.pass_by(600)
    said += [send(client, path, email="an@example.vn").status_code for _ in range(4)]
    assert said == [303] * 6 + [422]
    assert comments() == 6
    assert db.session.scalar(select(func.count()).select_from(ContactAddress)) == 6
    assert send(client, path, email="").status_code == 303
    at_home = {"environ_base": {"REMOTE_ADDR": "198.51.100.1"}}
    fields = {**hidden(client, path), **TYPED, "email": "an@example.vn"}
    assert client.post(path, data=fields, **at_home).status_code == 303, "its owner is elsewhere"


def test_no_address_is_kept(client, world, counted, caplog, tmp_path: Path):
    data = {"email": "an@example.vn", "password": "x"}
    for _ in range(22):
        client.submit("/desk/sign-in", data, environ_base={"REMOTE_ADDR": "203.0.113.77"})
    with sqlite3.connect(tmp_path / FILE) as line:
        keys = " ".join(row[0] for row in line.execute("SELECT key FROM bucket"))
    line.close()
    assert "enter" in keys
    assert "203.0" not in keys
    assert "example" not in keys
    assert "203.0" not in caplog.text
    assert keys.split("/")[2] not in caplog.text


@pytest.mark.parametrize(
    ("proxies", "seen"), [(0, "192.0.2.1"), (1, "198.51.100.2"), (2, "203.0.113.3")]
)
def test_only_proxies_of_our_own_are_believed(app, another_portal, tmp_path, proxies, seen):
    settings = replace(app.extensions["settings"], instance_dir=tmp_path, trusted_proxies=proxies)
    portal, found = another_portal(settings), []
    portal.before_request_funcs.setdefault(None, []).insert(
        0, lambda: found.append(request.remote_addr)
    )
    claimed = {"X-Forwarded-For": "1.1.1.1, 203.0.113.3, 198.51.100.2"}
    portal.test_client().get("/nowhere", headers=claimed, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert found == [seen]
