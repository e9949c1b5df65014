"""A search is kept once its address says yes, until it says stop; nobody learns who keeps what."""

from __future__ import annotations

import re
from datetime import timedelta

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.alerts import keeping
from app.alerts.kept import next_letter
from app.alerts.models import Frequency, SavedSearch, Subscriber, Told
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.mail.sending import send_due
from tests.alerts.conftest import KEY, link

SAVE = "/search/save"
CANARY = "Mua-thuốc http://evil.example <script>"


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def asked(client, path: str = SAVE, **typed):
    """What the form answers to that."""
    fields = {"email": "reader@example.vn", "frequency": "daily", "letter_language": "vi", **typed}
    return client.submit(path, fields, to=SAVE)


def test_the_address_is_asked_by_one_letter_and_nothing_is_sent_before_it_says_yes(
    client, readers, office
):
    assert asked(client, q="nước sạch").headers["Location"].endswith("?sent=1")
    assert "Look into your mail" in client.get("/en/search/save?sent=1").get_data(as_text=True)
    [letter] = readers.waiting()
    assert letter.recipient == "reader@example.vn"
    readers.opened()
    assert readers.tell() == []
    send_due(clock.now())
    [message] = office.letters()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [stop] = re.findall(
        rf"<http://127\.0\.0\.1:8000(/alerts/{KEY}/stop)>", message["List-Unsubscribe"]
    )
    assert client.get(stop).status_code == 200


def test_what_the_page_asks_beside_the_search_is_no_part_of_it(client, readers):
    page = lxml.html.fromstring(client.get("/en/search/save").get_data(as_text=True))
    [form] = [form for form in page.forms if form.method == "POST"]
    fields = dict(form.form_values()) | {"email": "reader@example.vn"}
    assert client.post(SAVE, data=fields).status_code == 303
    [search] = db.session.scalars(select(SavedSearch))
    assert (search.words, search.chosen) == ("", {})


def test_looking_at_the_links_of_a_letter_changes_nothing(client, readers):
    search = readers.ask(q="nước sạch")
    whose = search.subscriber.key
    for path in ("", "/stop"):
        for address in (f"/alerts/{search.key}{path}", f"/alerts/of/{whose}{path}"):
            assert client.get(address).status_code == 200
    db.session.expire_all()
    assert readers.ask(q="nước sạch").confirmed_at is None


@pytest.mark.parametrize(
    "place", ["/alerts/{key}", "/alerts/{key}/stop", "/alerts/of/{whose}/stop"]
)
def test_a_press_without_a_token_does_nothing_and_the_page_comes_back(client, readers, place):
    search = readers.ask()
    address = place.format(key=search.key, whose=search.subscriber.key)
    answer = client.post(address, data={})
    assert answer.status_code == 400
    assert 'name="csrf_token"' in answer.get_data(as_text=True)
    db.session.expire_all()
    assert (count(SavedSearch), readers.ask().confirmed_at) == (1, None)


def test_one_press_confirms_a_second_changes_nothing_and_letters_speak_the_pages_language(
    client, readers
):
    readers.ask(q="nước", language="en")
    [letter] = readers.waiting()
    page = link(letter, f"/alerts/{KEY}")
    assert page.startswith("/en/")
    assert client.submit(page, {}).status_code == 303
    assert "Letters will come" in client.get(page).get_data(as_text=True)
    search = db.session.scalars(select(SavedSearch)).one()
    first = (search.confirmed_at, search.due_at, search.subscriber.language)
    keeping.confirm(search.key, keeping.Language("vi", "", "", "vi"), clock.now())
    assert (search.confirmed_at, search.due_at, search.subscriber.language) == first
    assert first[2] == "en"


def test_the_letter_that_asks_repeats_nothing_that_somebody_typed(readers):
    readers.ask(q=CANARY)
    [letter] = readers.waiting()
    assert not {"evil", "thuốc", "script"} & set(re.findall(r"\w+", letter.body + letter.subject))


def test_the_pages_show_what_was_typed_as_text(client, readers):
    search = readers.ask(q=CANARY)
    page = client.get(f"/alerts/{search.key}").get_data(as_text=True)
    assert "&lt;script&gt;" in page
    assert "<script> " not in page


def test_the_same_answer_whether_the_address_is_known_or_not(client, readers):
    known, other = readers.keep("known@example.vn", q="nước"), "other@example.vn"
    answers = [asked(client, email=email, q="nước") for email in (known.subscriber.email, other)]
    seen = [(a.status_code, a.headers["Location"], a.get_data()) for a in answers]
    assert seen[0] == seen[1]


def test_the_same_search_is_kept_once_whatever_the_order_and_the_case_of_the_address(readers):
    readers.ask("Reader@Example.vn", kind=["answer", "comment"], q="nước")
    readers.ask("reader@example.VN", kind=["comment", "answer"], q="nước")
    readers.ask("reader@example.vn", kind=["answer"], q="nước")
    assert (count(Subscriber), count(SavedSearch)) == (1, 2)


def test_an_address_is_asked_three_times_a_day_and_keeps_twenty_searches(readers):
    now = clock.now()
    for n in range(keeping.MOST + 2):
        readers.ask(q=f"từ {n}", now=now)
    assert len(readers.waiting()) == keeping.ASKED_A_DAY
    assert count(SavedSearch) == keeping.MOST
    readers.ask("other@example.vn", q="từ", now=now)
    assert len(readers.waiting()) == keeping.ASKED_A_DAY + 1
    readers.ask(q="từ 0", now=now + timedelta(days=1))
    assert len(readers.waiting()) == keeping.ASKED_A_DAY + 2


def test_wishes_in_another_s_name_take_no_room_from_the_owner(readers):
    now = clock.now()
    for n in range(keeping.MOST):
        readers.ask(q=f"từ {n}", now=now)
    readers.ask(q="mong muốn", now=now + timedelta(days=1))
    words = set(db.session.scalars(select(SavedSearch.words)))
    assert len(words) == keeping.MOST
    assert "mong muốn" in words
    assert len(readers.waiting()) == keeping.ASKED_A_DAY + 1


def test_what_nobody_confirms_is_forgotten_after_seven_days(readers):
    now = clock.now()
    readers.ask("silent@example.vn", q="nước", now=now)
    kept = readers.keep(q="đất")
    readers.ask(q="trường", now=now)
    keeping.forget(now + keeping.UNANSWERED)
    assert count(SavedSearch) == 3
    keeping.forget(now + keeping.UNANSWERED + timedelta(minutes=1))
    db.session.commit()
    assert list(db.session.scalars(select(SavedSearch.id))) == [kept.id]
    assert list(db.session.scalars(select(Subscriber.email))) == ["reader@example.vn"]


def test_a_mail_program_stops_all_letters_without_a_token(app, readers):
    """RFC 8058: one POST of two words, no cookie, no page to be sent on to; again is the same."""
    whose = readers.keep(q="nước").subscriber.key
    readers.keep(q="đất")
    stranger = app.test_client()
    for _ in range(2):
        answer = stranger.post(f"/alerts/of/{whose}/stop", data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.get_data()) == (204, b"")
    assert (count(Subscriber), count(SavedSearch), count(Told)) == (0, 0, 0)


def test_stopping_takes_the_row_and_the_address_with_the_last_one(client, readers):
    first, second = readers.keep(q="nước"), readers.keep(q="đất")
    pages = [f"/alerts/{search.key}/stop" for search in (first, second)]
    assert client.submit(pages[0], {}).status_code == 303
    assert (count(Subscriber), count(SavedSearch)) == (1, 1)
    assert client.submit(pages[1], {}).status_code == 303
    assert (count(Subscriber), count(SavedSearch)) == (0, 0)
    for page in pages:
        assert "Letters are stopped" in client.get(f"/en{page}").get_data(as_text=True)


def test_after_a_stop_nothing_is_sent_not_even_what_waited(readers, office):
    search = readers.keep()
    readers.ask(q="đất")
    readers.opened()
    assert len(readers.tell()) == 1
    keeping.stop_all(search.subscriber.key, clock.now())
    db.session.commit()
    assert readers.waiting() == []
    assert send_due(readers.morning(9)) == 0
    assert {letter.recipient for letter in readers.taken_back()} == {""}
    readers.opened()
    assert readers.tell(readers.morning(3)) == []


def test_stopping_one_search_takes_back_the_letter_that_asked_about_it(readers):
    kept, asking = readers.keep(q="nước"), readers.ask(q="đất")
    keeping.stop(asking.key, clock.now())
    db.session.commit()
    assert readers.waiting() == []
    assert list(db.session.scalars(select(SavedSearch.id))) == [kept.id]


@pytest.mark.parametrize("key", ["x", "a" * 22, "%F0%9F%98%80"])
def test_a_key_that_opens_nothing_frightens_nobody(client, readers, key):
    for place in (f"/en/alerts/{key}/stop", f"/en/alerts/of/{key}/stop"):
        page = client.get(place)
        assert (page.status_code, "Letters are stopped" in page.get_data(as_text=True)) == (
            200,
            True,
        )
    for place in (f"/en/alerts/{key}", f"/en/alerts/of/{key}"):
        page = client.get(place)
        assert page.status_code == 404
        assert "Nothing is kept here" in page.get_data(as_text=True)


def test_an_old_link_confirms_nothing_that_was_stopped(client, readers):
    search = readers.ask()
    key = search.key
    keeping.stop(key, clock.now())
    db.session.commit()
    answer = client.post(f"/alerts/{key}", data={"csrf_token": client.token("/desk/sign-in")})
    assert (answer.status_code, count(SavedSearch)) == (404, 0)


def test_how_often_and_the_language_are_changed_on_one_page(client, readers):
    first, second = readers.keep(q="nước"), readers.keep(q="đất")
    page = f"/alerts/of/{first.subscriber.key}"
    changed = {f"frequency-{first.id}": "weekly", "letter_language": "en"}
    assert client.submit(page, changed).status_code == 303
    db.session.expire_all()
    assert (first.frequency, second.frequency) == ("weekly", "daily")
    assert first.subscriber.language == "en"
    wanted = next_letter(Frequency.WEEKLY, first.confirmed_at, clock.now())
    assert first.due_at == wanted > second.due_at
    client.submit(page, {f"frequency-{first.id}": "hourly"})
    db.session.expire_all()
    assert first.frequency == "weekly"


@pytest.mark.parametrize("typed", ["", "nobody", "a b@example.vn", "nguyễn@example.vn"])
def test_what_is_no_address_comes_back_with_all_that_was_typed(client, readers, typed):
    answer = asked(client, email=typed, frequency="weekly", q="nước", kind="answer")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'name="kind" value="answer"' in page
    assert 'value="nước"' in page
    assert count(Subscriber) == 0


def test_more_words_than_are_kept_come_back(client, readers):
    assert asked(client, q="từ " * 101).status_code == 422
    assert count(Subscriber) == 0


def test_without_a_mail_server_the_page_offers_the_feed(client, world):
    """No office: the settings of the tests name no mail server."""
    world.consultation()
    page = client.get("/en/search/save?q=nước").get_data(as_text=True)
    assert "sends no letters" in page
    assert 'name="email"' not in page
    assert "/en/search/feed?q=n%C6%B0%E1%BB%9Bc" in page
    form = {
        "email": "a@example.vn",
        "frequency": "daily",
        "csrf_token": client.token("/desk/sign-in"),
    }
    client.post(SAVE, data=form)
    assert count(Subscriber) == 0


def test_the_ledger_knows_nothing_of_who_keeps_what(readers):
    before = count(Entry)
    search = readers.keep(q="nước")
    keeping.stop(search.key, clock.now())
    db.session.commit()
    assert count(Entry) == before


INSTANTS = st.datetimes(
    min_value=clock.now().replace(tzinfo=None, year=2025),
    max_value=clock.now().replace(tzinfo=None, year=2031),
).map(lambda naive: naive.replace(tzinfo=clock.now().tzinfo))


@settings(max_examples=200)
@given(st.sampled_from(list(Frequency)), INSTANTS, INSTANTS)
def test_a_letter_comes_on_a_later_morning_at_seven_and_weekly_on_its_day(often, confirmed, now):
    at = next_letter(often, confirmed, now)
    local = at.astimezone(clock.VN)
    days = (local.date() - clock.vn_date(now)).days
    assert (local.hour, local.minute) == (7, 0)
    if often is Frequency.DAILY:
        assert days == 1
    else:
        assert 1 <= days <= 7
        assert local.weekday() == clock.vn_date(confirmed).weekday()
