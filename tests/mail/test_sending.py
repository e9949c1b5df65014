"""A letter reaches the server once, whatever becomes of server, line and worker."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from app.config import Tls
from app.extensions import db
from app.kit import clock
from app.mail import post, sending
from app.mail.envelope import UnsendableError, envelope
from app.mail.models import Letter
from app.mail.sending import RESTING, send_due
from app.work.postman import postman
from tests.mail.conftest import SENDER

STOP = "https://gopy.mot-ten-mien-rat-dai.tinh.example.gov.vn/contact/" + "a" * 22 + "/stop"
NOW = clock.now()
HEADERS = (
    *("To", "From", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
)


def write(key: str = "comment:1:published", to: str = "a@example.vn", **words: object) -> None:
    typed = {"subject": "Góp ý", "body": "Xin chào.\n", "stop_url": STOP, "now": NOW, **words}
    post.write(key, to, **typed)  # type: ignore[arg-type]
    db.session.commit()


def letters() -> list[Letter]:
    db.session.rollback()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def test_a_letter_is_sent_once_and_then_forgotten(office):
    write()
    write(body="Lần nữa.\n")
    assert [send_due(NOW), send_due(NOW)] == [1, 0]
    [message] = office.letters()
    assert message.get_content() == "Xin chào.\r\n"
    [letter] = letters()
    assert (letter.recipient, letter.subject, letter.body, letter.stop_url) == ("", "", "", "")
    assert (letter.settled_at, letter.problem) == (NOW, "")


def test_it_can_be_stopped_with_one_press_and_asks_for_no_answer(office):
    write()
    send_due(NOW)
    [message] = office.letters()
    # in one piece: a mail program does not decode an address
    assert b"List-Unsubscribe: <" + STOP.encode() + b">\r\n" in office.taken[0][1]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == f"Góp Ý <{SENDER}>"
    assert message["To"] == "a@example.vn"
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"


def test_without_a_server_no_letter_is_written(app):
    assert not post.is_on()
    write()
    assert letters() == []
    assert send_due(NOW) == 0


@given(
    subject=st.text(min_size=1, max_size=200),
    name=st.text(max_size=60),
    body=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=500),
)
def test_no_words_can_forge_a_header(subject, name, body):
    letter = Letter(key="k", recipient="a@example.vn", subject=subject, body=body, stop_url=STOP)
    raw = bytes(envelope(letter, SENDER, name, NOW))
    head = raw.partition(b"\r\n\r\n")[0]
    names = [
        line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"
    ]
    assert sorted(names) == sorted(HEADERS)
    assert raw.isascii()
    assert max(map(len, head.split(b"\r\n"))) < 998


@pytest.mark.parametrize("subject", ["x\r\nBcc: b@example.vn", "x\nBcc: b@example.vn", "x\u2028y"])
def test_a_subject_stays_one_line(office, subject):
    write(subject=subject)
    send_due(NOW)
    [message] = office.letters()
    assert message["Bcc"] is None
    assert message["Subject"].startswith("x ")


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@example.vn\r\nBcc: b@example.vn",
        "a@example.vn, b@example.vn",
        "nguyễn@example.vn",
    ],
)
def test_what_is_no_address_is_given_up(office, to):
    write(to=to)
    write("comment:2:published", "b@example.vn")
    send_due(NOW)
    assert [to for to, _ in office.taken] == ["b@example.vn"]
    first, second = letters()
    assert (first.problem != "", first.recipient, second.problem) == (True, "", "")


def test_a_domain_in_other_letters_is_written_in_ascii(office):
    write(to="a@bücher.example")
    send_due(NOW)
    assert [to for to, _ in office.taken] == ["a@xn--bcher-kva.example"]


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_letter_refused_for_good_is_given_up_and_others_go(office, stage):
    office.answers[stage, "a@example.vn"] = "550 no such mailbox"
    write()
    write("comment:2:published", "b@example.vn")
    assert send_due(NOW) == 1
    refused, gone = letters()
    assert refused.problem == "550 no such mailbox"
    assert (refused.settled_at, refused.recipient, gone.problem) == (NOW, "", "")


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_a_letter_refused_for_now_waits_longer_each_time(office, stage):
    office.answers[stage, "a@example.vn"] = "451 later"
    write()
    waits = []
    now = NOW
    for _ in range(10):
        assert send_due(now) == 0
        [letter] = letters()
        waits.append(letter.next_try_at - now)
        now = letter.next_try_at
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == timedelta(hours=6)
    office.answers.clear()
    assert send_due(now) == 1


def test_a_letter_is_given_up_after_three_days(office):
    office.answers["RCPT", "a@example.vn"] = "451 later"
    write()
    now = NOW
    for _ in range(50):
        send_due(now)
        [letter] = letters()
        if letter.settled_at is not None:
            break
        now = letter.next_try_at
    assert timedelta(days=3) < now - NOW < timedelta(days=3, hours=7)
    assert (letter.problem, letter.recipient) == ("451 later", "")


@pytest.mark.parametrize("answer", ["421 closing", ""])
@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT"])
def test_a_server_in_trouble_is_left_alone_for_a_minute(office, answer, stage):
    for to in ("", "a@example.vn"):
        office.answers[stage, to] = answer
    write()
    assert [send_due(NOW), send_due(NOW + timedelta(seconds=59))] == [0, 0]
    assert office.connections == 1
    office.answers.clear()
    assert send_due(NOW + timedelta(minutes=2)) == 1


def test_nobody_at_the_address_is_no_fault_of_the_letters(office):
    write()
    office.close()
    assert send_due(NOW) == 0
    [letter] = letters()
    assert (letter.settled_at, letter.tries) == (None, 0)
    office.__enter__()  # for the fixture to close


def test_a_line_that_breaks_after_the_letter_may_bring_it_twice_with_one_name(office):
    """The server had it and could not say so: sent again, and recognisable as the same."""
    office.answers["DATA", "a@example.vn"] = ""
    write()
    assert send_due(NOW) == 0
    office.answers.clear()
    assert send_due(NOW + timedelta(minutes=1)) == 1
    first, second = office.letters()
    assert first["Message-ID"] == second["Message-ID"]


def test_a_worker_that_ends_after_one_letter_repeats_that_one_only(office, monkeypatch):
    for n in range(3):
        write(f"comment:{n}:published", f"{n}@example.vn")
    kept = sending._note

    def die_at_the_second(letter, columns):
        if letter.recipient == "1@example.vn":
            raise KeyboardInterrupt
        kept(letter, columns)

    monkeypatch.setattr(sending, "_note", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        send_due(NOW)
    monkeypatch.setattr(sending, "_note", kept)
    assert send_due(NOW) == 2
    assert [to[0] for to, _ in office.taken] == ["0", "1", "1", "2"]


def test_nobody_waits_for_the_pen_while_a_letter_travels(office):
    """Between two commits the sender holds no transaction that writes."""
    begun: list[str] = []
    write()

    def note(connection, cursor, statement, *_):
        if office.taken == [] and statement.startswith(("BEGIN IMMEDIATE", "UPDATE", "INSERT")):
            begun.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        send_due(NOW)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert office.taken
    assert begun == []


def test_a_password_is_never_sent_for_all_to_read(app, office, monkeypatch):
    """The server offers no TLS: the letter waits."""
    place = replace(office.place, tls=Tls.STARTTLS, user="me", password="secret")
    settings = replace(app.extensions["settings"], mail=place)
    monkeypatch.setitem(app.extensions, "settings", settings)
    write()
    assert send_due(NOW) == 0
    assert (office.users, office.taken) == ([], [])


def test_a_user_signs_in(app, office, monkeypatch):
    place = replace(office.place, user="me", password="secret")
    settings = replace(app.extensions["settings"], mail=place)
    monkeypatch.setitem(app.extensions, "settings", settings)
    write()
    assert send_due(NOW) == 1
    assert len(office.users) == 1


def test_what_was_taken_back_is_not_sent(office):
    for about in ("comment:1", "comment:11", ""):
        write(f"{about}:published", about=about)
    post.take_back(post.waiting(["comment:1"]), NOW)
    db.session.commit()
    assert send_due(NOW) == 2
    back, *_others = letters()
    assert (back.problem, back.recipient, back.body) == (post.TAKEN_BACK, "", "")


def test_what_is_held_back_waits_for_its_hour(office):
    held = post.Written(
        "comment:1:published", "", "a@example.vn", "s", "b", STOP, NOW + timedelta(minutes=11)
    )
    post.write_all([held], NOW)
    db.session.commit()
    assert send_due(NOW + timedelta(minutes=10)) == 0
    assert send_due(NOW + timedelta(minutes=11)) == 1


def test_the_worker_brings_letters_beside_its_work(app, office):
    stop = threading.Event()
    write()
    with postman(stop):
        for _ in range(200):
            if office.taken:
                break
            stop.wait(0.05)
    assert len(office.taken) == 1
    assert app.extensions.get(RESTING) is None


def test_an_unsendable_letter_says_so():
    letter = Letter(key="k", recipient="a b", subject="s", body="b", stop_url="")
    with pytest.raises(UnsendableError):
        envelope(letter, SENDER, "", NOW)


@pytest.mark.parametrize(
    "subject",
    [
        "Đề nghị xác nhận: nhận thư về nội dung mới trên cổng lấy ý kiến",
        "Ý kiến " * 30 + "hết",
        "plain words " * 20 + "end",
        "a " * 60 + "ư",
    ],
)
def test_no_blank_of_a_subject_is_lost_where_its_line_ends(subject):
    letter = Letter(key="k", recipient="a@example.vn", subject=subject, body="x", stop_url="")
    sent = envelope(letter, SENDER, "Cổng lấy ý kiến", NOW).as_bytes()
    assert max(map(len, sent.splitlines())) <= 78
    assert message_from_bytes(sent, policy=default)["Subject"] == subject
