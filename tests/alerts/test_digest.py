"""The letter of the morning: all that is new, each thing once, nothing that is not public."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Role, Territory
from app.alerts import digest, letters
from app.alerts.models import Frequency, SavedSearch, Told
from app.comments.publish import withdraw
from app.consultations.lifecycle import extend
from app.documents.models import Topic
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.mail.models import Letter
from app.mail.sending import send_due
from app.responses import answering
from app.responses.models import Disposition
from app.search import entries
from app.search.engine import IndexUnavailable
from tests.alerts.conftest import KEY, link
from tests.days import long_in_english

WATER = """\
NGHỊ QUYẾT
Quy định về giếng khoan
Điều 1. Phạm vi điều chỉnh
Nghị quyết này quy định việc trám lấp giếng khoan hư hỏng.
"""


@pytest.fixture
def staff(world):
    """An agency with somebody for every step."""
    agency = world.agency()
    return agency, world.officer(agency, Role.MODERATOR), world.officer(agency, Role.HEAD)


def ago(**how_long):
    return clock.now() - timedelta(**how_long)


def publish(world, consultation, moderator, body="Giếng khoan nhiễm phèn.", **words):
    comment = world.comment(consultation, body, at=clock.now(), **words)
    world.publish(comment, moderator, clock.now())
    db.session.commit()
    return comment


def answer(world, consultation, comment, head, text="Sẽ khảo sát nguồn nước."):
    drafter = world.officer(consultation.dossier.agency, Role.DRAFTER)
    made = answering.draft(
        consultation, [comment.id], Disposition.NOTED, text, drafter, clock.now()
    )
    answering.finish(made, head, clock.now())
    db.session.commit()
    return made


def test_an_opening_is_told_once_with_where_it_is_and_until_when(readers):
    readers.keep(language="en")
    consultation = readers.opened()
    [letter] = readers.tell()
    assert f"New draft: {consultation.dossier.title}" in letter.body
    last = clock.vn_date(consultation.closes_at - timedelta.resolution)
    assert f"until 23:59, {long_in_english(last)} (Viet Nam time, UTC+7)." in letter.body
    slug = consultation.dossier.slug
    assert f"http://127.0.0.1:8000/en/consultations/{slug}?round=1\n" in letter.body
    assert letter.body.count(consultation.dossier.title) == 1
    assert readers.tell(readers.morning(2)) == []


def test_what_was_open_before_the_search_was_kept_is_no_news(readers, world):
    world.consultation()
    readers.keep()
    assert readers.tell() == []
    [search] = db.session.scalars(select(SavedSearch))
    assert search.due_at > readers.morning()


def test_nothing_is_told_before_its_morning(readers):
    readers.keep()
    readers.opened()
    assert readers.tell(readers.morning() - timedelta(minutes=2)) == []
    assert len(readers.tell()) == 1


def test_one_letter_a_day_however_many_searches_and_each_thing_once_in_it(readers):
    for words in ("giếng khoan", "trám lấp", ""):
        readers.keep(q=words)
    consultation = readers.opened(text=WATER)
    [letter] = readers.tell()
    assert letter.body.count(consultation.dossier.title) == 1
    assert "“giếng khoan”" in letter.body
    assert "“trám lấp”" not in letter.body


def test_a_weekly_letter_tells_of_all_the_week_on_its_day(readers):
    readers.keep(frequency=Frequency.WEEKLY)
    readers.opened()
    assert readers.tell() == []
    assert readers.tell(readers.morning(6)) == []
    assert len(readers.tell(readers.morning(7))) == 1


def test_words_choose_the_drafts(readers):
    readers.keep("wells@example.vn", q="gieng khoan hu hong")
    readers.keep("roads@example.vn", q="lắp đặt biển báo")
    readers.opened(text=WATER)
    assert [letter.recipient for letter in readers.tell()] == ["wells@example.vn"]


def test_a_topic_an_agency_and_a_territory_choose_the_drafts(readers, world):
    topic, other = db.session.scalars(select(Topic.code).limit(2)).all()
    db.session.add(Territory(code="tinh", name="Tỉnh", name_en="Province", position=1))
    db.session.add(Territory(code="xa", name="Xã", name_en="", parent_code="tinh", position=2))
    mine, theirs = world.agency("Sở Y tế"), world.agency("Sở Xây dựng")
    mine.territory = "tinh"
    db.session.commit()
    wishes = {
        "topic": {"topic": topic},
        "other-topic": {"topic": other},
        "mine": {"agency": mine.slug},
        "theirs": {"agency": theirs.slug},
        "commune": {"territory": "xa"},
        "both": {"agency": [mine.slug, theirs.slug], "topic": topic},
    }
    for name, wanted in wishes.items():
        readers.keep(f"{name}@example.vn", **wanted)
    dossier = world.dossier(mine)
    dossier.topic = topic
    readers.opened(dossier)
    told = {letter.recipient.split("@")[0] for letter in readers.tell()}
    assert told == {"topic", "mine", "commune", "both"}


def test_closing_is_told_once_when_fewer_than_three_days_are_left(readers, world):
    consultation = world.consultation()
    readers.keep()
    left = (clock.vn_date(consultation.closes_at) - clock.vn_date(clock.now())).days
    told = {days: len(readers.tell(readers.morning(days))) for days in range(1, left + 1)}
    assert [days for days, many in told.items() if many] == [left - 3]


def test_a_weekly_reader_hears_of_a_closing_in_time(readers, world):
    consultation = world.consultation()
    readers.keep(frequency=Frequency.WEEKLY)
    left = (clock.vn_date(consultation.closes_at) - clock.vn_date(clock.now())).days
    told = [days for days in range(1, left + 1) if readers.tell(readers.morning(days))]
    assert len(told) == 1
    assert left - told[0] >= 3


def test_an_extended_period_is_not_told_of_as_closing_again(readers, world):
    consultation = world.consultation()
    readers.keep()
    left = (clock.vn_date(consultation.closes_at) - clock.vn_date(clock.now())).days
    assert len(readers.tell(readers.morning(left - 3))) == 1
    officer = world.officer(consultation.dossier.agency, Role.APPROVER)
    last = consultation.last_day + timedelta(days=20)
    extend(consultation, last, "Nhiều người hỏi.", officer, clock.now())
    assert readers.tell(readers.morning(left + 17)) == []


def test_answers_are_told_of_once_as_a_whole_and_each_for_itself(readers, world, staff):
    agency, moderator, head = staff
    consultation = world.consultation(world.dossier(agency), opened_at=ago(days=3))
    said = [publish(world, consultation, moderator, f"Ý kiến {n}") for n in range(3)]
    readers.keep("drafts@example.vn", kind="consultation", now=ago(days=2))
    readers.keep(now=ago(days=2))
    answer(world, consultation, said[0], head, "Câu trả lời thứ nhất.")
    [letter] = readers.tell(clock.now())
    assert letter.recipient == "reader@example.vn"
    assert letter.body.count(f"/{consultation.dossier.slug}/answers?round=1\n") == 1
    assert "Câu trả lời thứ nhất." in letter.body
    answer(world, consultation, said[1], head, "Câu trả lời thứ hai.")
    [letter] = readers.tell()
    assert f"/{consultation.dossier.slug}/answers?round=1\n" not in letter.body
    assert "Câu trả lời thứ hai." in letter.body
    assert "thứ nhất" not in letter.body


def test_comments_are_told_of_to_who_chose_them(readers, world, staff):
    agency, moderator, _head = staff
    consultation = world.consultation(world.dossier(agency))
    readers.keep("usual@example.vn", q="giếng khoan")
    readers.keep("comments@example.vn", q="giếng khoan", kind="comment")
    readers.keep("business@example.vn", commenter="business")
    publish(world, consultation, moderator)
    [letter] = readers.tell()
    assert letter.recipient == "comments@example.vn"
    assert "Giếng khoan nhiễm phèn." in letter.body
    assert "new draft" not in letter.body.lower()


def test_of_many_results_ten_are_told_and_the_page_has_the_others(readers, world, staff):
    agency, moderator, _head = staff
    consultation = world.consultation(world.dossier(agency))
    readers.keep(q="giếng khoan", kind="comment", language="en", now=ago(days=2))
    for n in range(13):
        publish(world, consultation, moderator, f"Giếng khoan số {n} nhiễm phèn.")
    [letter] = readers.tell(clock.now())
    assert len(re.findall(r"số \d+ nhiễm", letter.body)) == 10
    assert (
        "And 3 more results:\nhttp://127.0.0.1:8000/en/search?q=gi%E1%BA%BFng+khoan" in letter.body
    )
    publish(world, consultation, moderator, "Giếng khoan số 99 nhiễm phèn.")
    [letter] = readers.tell()
    assert re.findall(r"số (\d+) nhiễm", letter.body) == ["99"]


@pytest.mark.parametrize("how", ["withheld", "waiting", "withdrawn"])
def test_what_is_not_public_is_in_no_letter(readers, world, staff, how):
    agency, moderator, _head = staff
    consultation = world.consultation(world.dossier(agency))
    readers.keep(kind="comment")
    comment = world.comment(consultation, "Điều này không ai được đọc.", at=clock.now())
    if how == "withheld":
        world.withhold(comment, moderator, at=clock.now())
    if how == "withdrawn":
        world.publish(comment, moderator, clock.now())
        db.session.commit()
        readers.drain()
        # the index still has it
        withdraw(comment, clock.now())
        db.session.commit()
        digest.tell(readers.morning())
        assert readers.letters() == []
    assert readers.tell(readers.morning(2)) == []


def test_a_draft_nobody_opened_is_in_no_letter(readers, world):
    readers.keep()
    world.version(world.dossier())
    assert readers.tell() == []


def test_letters_speak_the_language_of_the_address_and_hold_no_other_address(readers):
    readers.keep("vi@example.vn", language="vi")
    readers.keep("en@example.vn", language="en")
    readers.opened()
    found = {letter.recipient: letter for letter in readers.tell()}
    assert "/en/consultations/" in found["en@example.vn"].body
    assert "/en/" not in found["vi@example.vn"].body
    assert found["en@example.vn"].subject.startswith("New on the consultation portal, ")
    assert not any("@" in letter.body for letter in found.values())


def test_a_title_with_breaks_and_headers_stays_one_line(readers, world):
    readers.keep()
    readers.opened(world.dossier(title="Bcc: x@example.vn\r\nBcc: y@example.vn <b>&"))
    [letter] = readers.tell()
    assert "\nBcc" not in letter.body
    assert "<b>&" in letter.body
    assert "\n" not in letter.subject


def test_the_letter_stops_with_one_press_and_leads_to_its_searches(readers, office, client):
    readers.keep(language="en")
    readers.opened()
    [letter] = readers.tell()
    manage, one = link(letter, f"/alerts/of/{KEY}"), link(letter, f"/alerts/{KEY}/stop")
    for page in (manage, one):
        assert client.get(page).status_code == 200
    assert send_due(readers.morning()) == 1
    [message] = office.letters()
    assert message["List-Unsubscribe"] == f"<http://127.0.0.1:8000{manage}/stop>"
    assert client.post(f"{manage}/stop", data={"List-Unsubscribe": "One-Click"}).status_code == 204
    assert db.session.scalars(select(SavedSearch)).all() == []


def test_where_no_letters_are_sent_searches_wait(readers, app, monkeypatch):
    readers.keep()
    readers.opened()
    with monkeypatch.context() as quiet:
        quiet.setattr(digest.post, "is_on", lambda: False)
        assert readers.tell() == []
    assert len(readers.tell()) == 1


def test_a_broken_index_and_one_that_lags_keep_letters_waiting(readers, monkeypatch):
    readers.keep()
    readers.opened()

    def broken(*_args, **_kwargs):
        raise IndexUnavailable

    with monkeypatch.context() as fault:
        fault.setattr(digest.news, "events", broken)
        assert readers.tell() == []
    with monkeypatch.context() as lag:
        lag.setattr(digest, "position", lambda name: 0)
        assert readers.tell() == []
    assert len(readers.tell()) == 1


def test_one_address_with_a_fault_keeps_nobody_else_waiting(readers, monkeypatch, caplog):
    for name in ("a", "b", "c"):
        readers.keep(f"{name}@example.vn")
    readers.opened()
    written = letters.what_is_new

    def faulty(to, *rest):
        if to.email.startswith("b@"):
            raise ValueError(to.email)
        return written(to, *rest)

    with monkeypatch.context() as fault:
        fault.setattr(digest.letters, "what_is_new", faulty)
        assert [x.recipient for x in readers.tell()] == ["a@example.vn", "c@example.vn"]
    assert "b@example.vn" not in caplog.text
    assert readers.tell() == []
    later = readers.morning() + digest.LATER
    assert [letter.recipient for letter in readers.tell(later)] == ["b@example.vn"]


def test_a_worker_that_ends_before_the_commit_tells_it_all_again(readers, monkeypatch):
    readers.keep()
    readers.opened()

    class EndError(BaseException):
        pass

    def ends(*_args):
        raise EndError

    with monkeypatch.context() as fault:
        fault.setattr(digest.post, "write_all", ends)
        with pytest.raises(EndError):
            readers.tell()
    db.session.rollback()
    assert db.session.scalars(select(Told)).all() == []
    assert len(readers.tell()) == 1


def test_who_stops_while_the_letter_is_composed_gets_none(readers, monkeypatch):
    search = readers.keep()
    readers.opened()
    written = letters.what_is_new

    def slow(*args):
        made = written(*args)
        with db.engine.connect() as other:
            other.execute(SavedSearch.__table__.delete().where(SavedSearch.id == search.id))
            other.commit()
        return made

    db.session.commit()
    readers.drain()
    readers.look()
    monkeypatch.setattr(digest.letters, "what_is_new", slow)
    digest.tell(readers.morning())
    assert readers.letters() == []


def test_what_was_told_long_ago_is_forgotten(readers):
    readers.keep()
    readers.opened()
    readers.tell()
    assert len(db.session.scalars(select(Told)).all()) == 1
    long_ago = clock.now() - timedelta(days=400)
    db.session.execute(update(Told).values(at=long_ago))
    db.session.execute(update(SavedSearch).values(told_until=readers.morning()))
    db.session.commit()
    assert readers.tell(readers.morning(2)) == []
    assert db.session.scalars(select(Told)).all() == []


def test_no_fact_and_no_index_holds_an_address(readers):
    readers.keep("nobody.knows@example.vn", q="giếng")
    readers.opened(text=WATER)
    readers.tell()
    facts = [repr(entry.facts) + entry.subject for entry in db.session.scalars(select(Entry))]
    assert not any("nobody" in fact for fact in facts)
    assert entries.find("nobody.knows@example.vn").total == 0
    send_due(readers.morning())
    assert {letter.recipient for letter in db.session.scalars(select(Letter))} == {""}
