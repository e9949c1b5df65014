"""The list of drafts by topic, territory and agency: nobody missing, nothing made up."""

from __future__ import annotations

import re
from datetime import timedelta

import lxml.html
import pytest

from app.accounts import territories
from app.documents.models import Stage, Topic
from app.documents.topics import label
from app.extensions import db
from app.kit import clock
from app.site import narrowing

LIST = "/consultations"


@pytest.fixture
def place(app):
    """A territory, named on the spot."""

    def make(code, parent=None, called=""):
        words = {"called": called or f"Nơi {code}", "called_en": f"Place {code}"}
        territories.name(code, **words, parent=parent, now=clock.now())

    return make


@pytest.fixture
def proposal(world, place):
    """A public proposal of that title, by a body of that territory, under that topic."""
    agencies = {}

    def make(title, territory=None, topic=None):
        if territory not in agencies:
            agencies[territory] = world.agency()
            territories.place(agencies[territory], territory, clock.now())
        dossier = world.dossier(agencies[territory], title=title, stage=Stage.PROPOSAL)
        chosen = db.session.get(Topic, topic) if topic else None
        label(dossier, chosen, world.officer(dossier.agency), clock.now())
        db.session.commit()
        return dossier

    return make


def find(page: str, path: str) -> list:
    return lxml.html.fromstring(page).xpath(path)


def cards(page: str) -> list[str]:
    return [link.text_content() for link in find(page, "//ul[@class='cards']//a")]


def options(page: str, name: str) -> list[str]:
    return find(page, f"//select[@name='{name}']/option/@value")


def get(client, **address) -> str:
    answer = client.get(LIST, query_string=address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_what_a_province_decides_binds_its_communes(client, place, proposal):
    for code, parent in (("tinh", None), ("xa-a", "tinh"), ("xa-b", "tinh"), ("tinh-khac", None)):
        place(code, parent)
    for code in ("tinh", "xa-a", "xa-b", "tinh-khac"):
        proposal(f"Của {code}", code)
    proposal("Không rõ nơi nào")
    assert cards(get(client, territory="xa-a")) == ["Của xa-a", "Của tinh"]
    assert cards(get(client, territory="tinh")) == ["Của tinh"]
    assert len(cards(get(client))) == 5
    assert "Nơi tinh" in find(get(client, territory="xa-a"), "string(//p[@class='small muted'])")


def test_topic_agency_and_state_narrow_together_and_links_keep_them(client, place, proposal):
    place("tinh")
    wanted = proposal("Đất và nước", "tinh", "land")
    proposal("Nước", "tinh", "disasters")
    proposal("Đất ở nơi khác", None, "land")
    address = {"topic": "land", "territory": "tinh", "agency": wanted.agency.slug}
    page = get(client, **address, state="proposals")
    assert cards(page) == ["Đất và nước"]
    tabs = find(page, "//ul[@class='tabs']//a/@href")
    assert all(f"{name}={value}" in tab for name, value in address.items() for tab in tabs)
    assert 'name="state" value="proposals"' in page
    assert cards(get(client, **address, state="open")) == []


def test_the_form_leads_to_what_it_shows(client, place, proposal):
    place("tinh")
    proposal("Đất và nước", "tinh", "land")
    page = get(client, topic="", territory="", agency="")
    assert cards(page) == ["Đất và nước"]
    assert options(page, "topic") == ["", "land"]  # no topic that has nothing
    assert options(page, "territory") == ["", "tinh"]
    (form,) = find(page, "//form[@class='bar']")
    assert (form.get("method"), form.get("action")) == ("get", LIST)


def test_a_narrowed_list_is_paged_by_key(client, proposal, monkeypatch):
    monkeypatch.setattr("app.site.lists.PAGE", 2)
    for n in range(5):
        proposal(f"Đất {n}", None, "land")
        proposal(f"Nước {n}", None, "disasters")
    seen, path = [], f"{LIST}?topic=land"
    while path:
        page = client.get(path).get_data(as_text=True)
        seen += cards(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found[1].replace("&amp;", "&") if found else ""
    assert seen == [f"Đất {n}" for n in (4, 3, 2, 1, 0)]


def test_open_drafts_are_narrowed_in_the_order_of_their_end(client, world, drain, monkeypatch):
    monkeypatch.setattr("app.site.lists.PAGE", 1)
    for age, topic in ((3, "land"), (20, "health"), (10, "land")):
        opened = clock.now() - timedelta(days=age)
        consultation = world.consultation(world.dossier(title=f"Mở {age}"), opened_at=opened)
        officer = world.officer(consultation.dossier.agency)
        label(consultation.dossier, db.session.get(Topic, topic), officer, clock.now())
    db.session.commit()
    drain()
    first = get(client, state="open", topic="land")
    assert cards(first) == ["Mở 10"]
    older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert cards(client.get(older).get_data(as_text=True)) == ["Mở 3"]


@pytest.mark.parametrize("name", ["topic", "territory", "agency"])
@pytest.mark.parametrize("value", ["nope", "%00", "x%00", "LAND", "' or 1=1", "x" * 3000])
def test_what_does_not_exist_is_no_page(client, name, value):
    assert client.get(f"{LIST}?{name}={value}").status_code == 404


def test_a_topic_without_drafts_says_so_and_stays_chosen(client):
    page = get(client, topic="land")
    assert cards(page) == []
    assert options(page, "topic") == ["", "land"]
    assert "Đất đai" in find(page, "string(//h1)")


def test_of_many_territories_the_way_down_is_offered(client, place, monkeypatch):
    monkeypatch.setattr(narrowing, "MOST", 4)
    for code, parent in (("a", None), ("b", None), ("a-1", "a"), ("a-2", "a"), ("b-1", "b")):
        place(code, parent)
    db.session.commit()
    assert options(get(client), "territory") == ["", "a", "b"]
    assert options(get(client, territory="a-1"), "territory") == ["", "a", "a-1", "a-2", "b"]
    assert options(get(client, territory="b"), "territory") == ["", "a", "b", "b-1"]


def test_the_front_page_counts_drafts_by_topic(client, world, proposal):
    for title, topic in (("Một", "land"), ("Hai", "land"), ("Ba", "health"), ("Bốn", None)):
        proposal(title, None, topic)
    unseen = world.dossier(title="Chưa ai thấy")  # a draft before its opening
    label(unseen, db.session.get(Topic, "land"), world.officer(unseen.agency), clock.now())
    db.session.commit()
    links = find(client.get("/en/").get_data(as_text=True), "//ul[@class='topics']/li")
    assert [" ".join(link.text_content().split()) for link in links] == [
        "Land drafts: 2",
        "Health and food safety drafts: 1",
    ]
    assert links[0].find("a").get("href") == "/en/consultations?topic=land"


def test_a_draft_and_its_agency_lead_to_their_like(client, world, place, proposal, drain):
    place("tinh", called="Tỉnh Lam Xuyên")
    dossier = proposal("Đất và nước", "tinh", "land")
    drain()
    page = client.get(f"{LIST}/{dossier.slug}").get_data(as_text=True)
    assert f'href="{LIST}?topic=land"' in page
    assert f'href="{LIST}?territory=tinh"' in page
    assert f'href="{LIST}?territory=tinh"' in client.get(
        f"/agencies/{dossier.agency.slug}"
    ).get_data(as_text=True)


def test_a_renamed_territory_is_renamed_on_pages_already_kept(client, world, place, drain):
    place("tinh", called="Tỉnh Cũ")
    consultation = world.consultation()
    territories.place(consultation.dossier.agency, "tinh", clock.now())
    db.session.commit()
    drain()
    path = f"{LIST}/{consultation.dossier.slug}"
    assert "Tỉnh Cũ" in client.get(path).get_data(as_text=True)
    place("tinh", called="Tỉnh Mới")
    db.session.commit()
    drain()
    assert "Tỉnh Mới" in client.get(path).get_data(as_text=True)
