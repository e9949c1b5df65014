"""Any search as a feed: valid, public, the same names for the same things, the newest first."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import Role
from app.alerts import public_feed
from app.alerts.feed import ATOM, ENTRIES
from app.comments.publish import withdraw
from app.extensions import db
from app.kit import clock
from app.search import entries
from app.search.engine import IndexUnavailable
from tests.alerts import atom
from tests.alerts.atom import texts
from tests.conftest import forget_pages

CANARY = ']]> <script>alert(1)</script> & "quotes" \' end'


@pytest.fixture
def said(world, drain):
    """A draft with published comments, one withheld and one waiting."""
    consultation = world.consultation(world.dossier(title=f"Nghị quyết {CANARY}"))
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    made = [world.comment(consultation, f"Giếng khoan {n} {CANARY}") for n in range(5)]
    for comment in made[:3]:
        world.publish(comment, moderator, clock.now())
    world.withhold(made[3], moderator, at=clock.now())
    db.session.commit()
    drain()
    entries.index().close()
    return consultation, made


def feed(client, path="/search/feed"):
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return atom.read(response.get_data())


def test_a_feed_of_everything_has_drafts_and_comments_and_no_flood_of_provisions(said, client):
    found = feed(client)
    kinds = [one.get("term") for one in found.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}category")]
    assert sorted(kinds)[:4] == ["comment", "comment", "comment", "consultation"]
    assert "provision" not in kinds
    assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == "vi"


def test_nothing_that_is_not_public_is_in_a_feed(said, client):
    _consultation, made = said
    names = [
        name.rpartition(":")[2] for name in texts(feed(client, "/search/feed?kind=comment"), "id")
    ]
    assert sorted(names) == sorted(str(comment.id) for comment in made[:3])


def test_people_and_texts_are_escaped_and_come_back_whole(said, client):
    found = feed(client, "/en/search/feed?kind=comment&q=gieng")
    assert all(CANARY in text for text in texts(found, "summary"))
    assert set(texts(found, "name")) == {"Anonymous"}
    assert "script" not in {element.tag for element in found.iter()}


def test_the_links_lead_to_pages_in_the_language_of_the_feed(said, client):
    found = feed(client, "/en/search/feed?kind=comment&q=gieng&sort=closing&page=3")
    links = {link.get("rel"): link.get("href") for link in found.findall(f"{{{ATOM}}}link")}
    asked = "q=gieng&kind=comment&sort=newest"
    assert links["self"] == f"http://127.0.0.1:8000/en/search/feed?{asked}"
    assert links["alternate"] == f"http://127.0.0.1:8000/en/search?{asked}"
    for link in found.iterfind(f"{{{ATOM}}}entry/{{{ATOM}}}link"):
        address = link.get("href")
        assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_names_of_things_never_change_and_the_order_of_values_makes_no_other_feed(said, client):
    orders = ("kind=comment&kind=answer", "kind=answer&kind=comment&nonsense=1")
    feeds = [feed(client, f"/search/feed?{order}") for order in orders]
    assert len({found.findtext(f"{{{ATOM}}}id") for found in feeds}) == 1
    assert texts(feeds[0], "id") == texts(feeds[1], "id")
    assert set(texts(feed(client, "/en/search/feed?kind=comment"), "id")) <= set(
        texts(feeds[0], "id")
    )


def test_a_feed_is_kept_until_a_fact_and_then_asked_with_its_tag(said, client, drain):
    _consultation, made = said
    first = client.get("/search/feed?kind=comment")
    again = client.get(
        "/search/feed?kind=comment", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert first.headers["Last-Modified"]
    assert "max-age=0" in first.headers["Cache-Control"]
    withdraw(made[0], clock.now())
    db.session.commit()
    drain()
    entries.index().close()
    later = client.get(
        "/search/feed?kind=comment", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert later.status_code == 200
    assert len(texts(atom.read(later.get_data()), "id")) == 2


def test_what_was_taken_back_this_instant_is_gone_though_the_index_has_it(said, client, app):
    _consultation, made = said
    withdraw(made[0], clock.now())
    db.session.commit()
    forget_pages(app)
    assert len(texts(feed(client, "/search/feed?kind=comment"), "id")) == 2


def test_a_feed_of_nothing_is_a_feed(said, client):
    found = feed(client, "/search/feed?q=xyzzy&topic=unheard-of&date=1999")
    assert texts(found, "id") == []


def test_thirty_at_most_and_the_newest_of_them(said, client, world, drain):
    consultation, _made = said
    moderator = world.officer(consultation.dossier.agency, Role.MODERATOR)
    newest = [world.comment(consultation, f"Giếng số {n}") for n in range(ENTRIES)]
    for comment in newest:
        world.publish(comment, moderator, clock.now())
    db.session.commit()
    drain()
    entries.index().close()
    names = texts(feed(client, "/search/feed?kind=comment"), "id")
    assert {int(name.rpartition(":")[2]) for name in names} == {comment.id for comment in newest}


def test_a_broken_index_says_when_to_come_again(client, monkeypatch):
    def broken(_wish):
        raise IndexUnavailable

    monkeypatch.setattr(public_feed, "feed", broken)
    response = client.get("/search/feed")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60), st.sampled_from(["q", "draft", "language", "date", "kind"]))
def test_any_address_makes_a_valid_feed(said, client, typed, name):
    response = client.get("/search/feed", query_string={name: typed})
    assert response.status_code == 200
    atom.read(response.get_data())
