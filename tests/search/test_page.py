"""The page of results: what it counts is what it shows, and every choice on it leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from app.accounts.models import Role
from app.comments.models import CommenterKind
from app.consultations.lifecycle import close_due
from app.consultations.models import Consultation
from app.extensions import db
from app.kit import clock
from app.responses import answering
from app.responses.models import Disposition
from app.search import public
from app.search.facets import Facet
from app.search.finding import NOTHING, Results
from app.search.public import DRAFTS, HITS
from tests.factories import DRAFT, World
from tests.page_client import PageClient
from tests.search.seen import Seen, pick

WELL = "Giếng khoan bị nhiễm phèn nặng"
STATEMENTS = 6  # of one page, with every sort of thing on it


@pytest.fixture
def see(client: PageClient) -> Callable[[str], Seen]:
    return lambda path: Seen.of(client.get(path))


@dataclass
class Province:
    """A draft on water, and a closed one on roads."""

    water: Consultation
    roads: Consultation


@pytest.fixture
def province(kept, world: World, drain: Callable[[], None]) -> dict[str, Consultation]:
    """Two drafts of two agencies, one closed; many voices on wells, one in English, one answered."""
    made = kept("wells", lambda: make_province(world, drain))
    return {"water": made.water, "roads": made.roads}


def make_province(world: World, drain: Callable[[], None]) -> Province:
    water = world.consultation(world.dossier(title="Nghị quyết về nước sạch"))
    past = clock.now() - timedelta(days=60)
    roads = world.consultation(world.dossier(title="Nghị quyết về đường làng"), opened_at=past)
    moderator = world.officer(water.dossier.agency, Role.MODERATOR)
    other = world.officer(roads.dossier.agency, Role.MODERATOR, Role.DRAFTER, Role.HEAD)
    said = [world.comment(water, f"{WELL} số {n}") for n in range(5)]
    said.append(
        world.comment(
            water,
            "The well (giếng khoan) is full of alum.",
            language="en",
            commenter_kind=CommenterKind.BUSINESS,
        )
    )
    for comment in said:
        world.publish(comment, moderator)
    old = world.comment(roads, f"{WELL} ở đường làng", at=past + timedelta(days=1))
    world.publish(old, other, past + timedelta(days=2))
    close_due(clock.now())
    head = world.officer(roads.dossier.agency, Role.HEAD)
    answer = answering.draft(
        roads, [old.id], Disposition.NOTED, "Giếng khoan sẽ được khảo sát.", other, clock.now()
    )
    answering.finish(answer, head, clock.now())
    db.session.commit()
    drain()
    return Province(water, roads)


def test_results_stand_under_their_drafts_with_the_rest_a_link_away(see, province):
    page = see("/search?q=gieng+khoan")
    assert page.count == 8
    titles = page.all(".drafts > li > h3")
    assert set(titles) == {c.dossier.title for c in province.values()}
    groups = page.some(".drafts > li")
    sizes = dict(zip(titles, [len(pick(g, ".hits > li")) for g in groups], strict=True))
    assert sizes == {"Nghị quyết về nước sạch": 3, "Nghị quyết về đường làng": 2}
    (more,) = page.links(".more a")
    assert more == f"/search?q=gieng+khoan&draft={province['water'].dossier.slug}"
    assert re.match(r"\b3\b", page.all(".more a")[0])
    rest = see(more)
    assert rest.count == 6
    assert len(rest.all(".hits > li")) == 6


def test_each_box_says_how_many_results_it_leads_to(see, province):
    boxes = see("/search?q=gieng+khoan").boxes
    assert {name for name, *_ in boxes} >= {
        "kind", "status", "agency", "stage", "date", "language", "commenter",
    }  # fmt: skip
    for name, value, count, ticked in boxes:
        assert not ticked
        assert see(f"/search?q=gieng+khoan&{name}={value}").count == count, (name, value)


def test_what_was_chosen_is_ticked_listed_and_can_be_undone(see, province):
    page = see("/search?q=gieng+khoan&kind=comment&language=en&language=vi&sort=newest")
    ticked = [(name, value) for name, value, _count, state in page.boxes if state]
    assert ticked == [("kind", "comment"), ("language", "vi"), ("language", "en")]
    assert page.links(".chips a") == [
        "/search?q=gieng+khoan&language=en&language=vi&sort=newest",
        "/search?q=gieng+khoan&kind=comment&language=vi&sort=newest",
        "/search?q=gieng+khoan&kind=comment&language=en&sort=newest",
        "/search?q=gieng+khoan&sort=newest",
    ]
    assert page.some("form[role=search] input[type=hidden][name=sort][value=newest]")


def test_a_facet_with_one_value_is_no_choice(see, province):
    page = see("/search?q=nhiem+phen")
    shown = {name for name, *_ in page.boxes}
    assert "kind" not in shown  # comments alone speak of alum
    assert "kind" in {name for name, *_ in see("/search?q=nhiem+phen&kind=comment").boxes}


def test_a_year_opens_into_its_months(see, province):
    years = {v for n, v, *_ in see("/search?q=gieng+khoan").boxes if n == "date"}
    chosen = max(v for v in years if len(v) == 4)
    opened = {v for n, v, *_ in see(f"/search?q=gieng+khoan&date={chosen}").boxes if n == "date"}
    months = {v for v in opened if v.startswith(f"{chosen}-")}
    assert months
    page = see(f"/search?q=gieng+khoan&date={min(months)}")
    assert {v for n, v, _, on in page.boxes if on} >= {chosen, min(months)}


def test_an_answered_comment_says_so_and_a_comment_its_language(see, province):
    page = see("/search?q=gieng+khoan&flat=1")
    by_text = {e.text_content(): e for e in page.some(".hits > li")}
    old = next(e for text, e in by_text.items() if "ở đường làng" in text)
    assert pick(old, ".tag-good")
    english = next(e for text, e in by_text.items() if "alum" in text)
    assert "Doanh nghiệp" in english.text_content()
    assert pick(english, "p[lang=en] mark")
    assert pick(english, "h3[lang=vi] a")


def test_an_english_page_says_what_is_vietnamese(see, province):
    page = see("/en/search?q=gieng+khoan")
    assert page.html.get("lang") == "en"
    assert page.all("#found")[0].startswith("8 results in 2 drafts")
    assert {e.get("lang") for e in page.some(".drafts > li > h3")} == {"vi"}
    links = [link for link in page.links("main a") if not link.startswith("#")]
    assert links
    assert all(link.startswith("/en/") for link in links)


def test_the_newest_come_first_as_one_list(see, province):
    page = see("/search?q=gieng+khoan&sort=newest")
    days = [e.get("datetime") for e in page.some(".hits > li time")]
    assert days == sorted(days, reverse=True)
    assert not page.all(".drafts")


def test_what_closes_soonest_comes_first(see, province):
    page = see("/search?q=gieng+khoan&sort=closing")
    assert page.all(".drafts > li > h3")[0] == "Nghị quyết về nước sạch"


def test_pages_follow_each_other_and_end(see, province, world, drain):
    moderator = world.officer(province["water"].dossier.agency, Role.MODERATOR)
    for n in range(HITS + 1):
        world.publish(world.comment(province["water"], f"Bể chứa số {n}"), moderator)
    db.session.commit()
    drain()
    first = see("/search?q=be+chua&kind=comment&flat=1")
    (older,) = first.links(".pager a[rel=next]")
    second = see(older)
    assert not second.links(".pager a[rel=next]")
    assert second.links(".pager a[rel=prev]") == ["/search?q=be+chua&kind=comment&flat=1"]
    shown = first.links(".hits h3 a") + second.links(".hits h3 a")
    assert len(set(shown)) == len(shown) == first.count
    beyond = see("/search?q=be+chua&kind=comment&flat=1&page=40")
    assert beyond.status == 200
    assert "/search?q=be+chua&kind=comment&flat=1" in beyond.links("#results p a")


def test_drafts_fill_pages_too(see, world, drain):
    for n in range(DRAFTS + 1):
        world.consultation(world.dossier(title=f"Nghị quyết về đò ngang số {n}"))
    drain()
    first = see("/search?q=do+ngang&kind=consultation")
    second = see(first.links(".pager a[rel=next]")[0])
    titles = first.all(".drafts > li > h3") + second.all(".drafts > li > h3")
    assert len(titles) == len(set(titles)) == DRAFTS + 1


def test_an_article_of_several_versions_is_shown_once_as_the_newest_has_it(see, world, drain):
    dossier = world.dossier(title="Nghị quyết về cầu treo")
    past = clock.now() - timedelta(days=60)
    world.consultation(dossier, opened_at=past)
    close_due(clock.now())
    db.session.commit()
    world.consultation(dossier, text=DRAFT.replace("3.000.000", "5.000.000"))
    drain()
    page = see(f"/search?q=muc+ho+tro+mot+lan&kind=provision&draft={dossier.slug}")
    (hit,) = [text for text in page.all(".hits > li") if "Điều 3" in text]
    assert "5.000.000" in hit
    assert "round=2" in next(url for url in page.links(".hits h3 a") if "dieu-3" in url)


def test_a_named_provision_is_shown_itself_and_otherwise_listed(client, see, province):
    slug = province["water"].dossier.slug
    answer = client.get(f"/search?q=Điều 3 khoản 1&draft={slug}")
    assert answer.status_code == 302
    assert answer.location.startswith(f"/consultations/{slug}/articles/dieu-3")
    several = see("/search?q=Điều 3 khoản 1")
    assert len(several.links("#straight li a")) == 2
    # who chose something wants results
    assert see(f"/search?q=Điều 3&draft={slug}&kind=comment").status == 200


def test_a_place_that_no_text_has_is_told_and_the_other_words_are_found(see, province):
    page = see("/search?q=gieng khoan dieu 99")
    assert page.all("#missing b") == ["Điều 99"]
    assert page.count == see("/search?q=gieng khoan").count
    assert not see("/search?q=gieng khoan&kind=comment").some("#missing")


def test_nothing_found_leads_on(see, province):
    page = see("/search?q=giếng&kind=file")
    assert page.count == 0
    assert "/search?q=gi%E1%BA%BFng" in page.links("#results li a")
    assert f"/consultations/{province['water'].dossier.slug}" in page.links("#results .links a")
    assert not see("/search?q=qxzqxz").links(".pager a")


def test_who_has_not_asked_yet_is_told_how_and_what_is_open(see, province):
    page = see("/search")
    assert not page.all("#results")
    assert page.links(".links a") == [f"/consultations/{province['water'].dossier.slug}"]
    assert page.some("input[type=search][name=q]")


def test_values_alone_are_a_question_too(see, province):
    page = see("/search?kind=comment")
    assert page.count == 7
    assert see("/search?kind=comment&status=closed").count == 1


def test_words_that_were_not_used_are_told(see, province):
    page = see("/search?q=" + "+".join(["giếng"] * 80))
    assert page.status == 200
    assert len(page.some("input[name=q]")[0].get("value").split()) == 64
    assert page.all(".box-warn")


def test_an_unknown_value_is_told_and_left_out(see, province):
    page = see("/search?q=gieng+khoan&agency=nobody&kind=<b>")
    assert page.count == 8
    assert "agency=nobody" in page.all(".box-warn")[0]
    assert "<b>" not in page.text


def test_a_reckoned_number_is_said_to_be_one(app, see, province, monkeypatch):
    def reckoned(*_: object, **__: object) -> Results:
        drafts = {n: 60_000 for n in (province["water"].dossier_id, province["roads"].dossier_id)}
        return replace(NOTHING, total=123_456, drafts=drafts, exact=False)

    monkeypatch.setattr(public, "search", reckoned)
    assert see("/en/search?q=a").all("#found") == ["about 120,000 results in 2 drafts"]


def test_a_broken_index_is_told_and_the_drafts_can_still_be_reached(see, province, app):
    if (index := app.extensions.pop("search", None)) is not None:
        index.close()
    settings = app.extensions["settings"]
    for path in settings.search_dir.rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    page = see("/search?q=gieng")
    assert page.status == 503
    assert page.all(".box-bad")
    assert f"/consultations/{province['water'].dossier.slug}" in page.links("main a")


def test_a_page_asks_the_database_a_few_times_however_much_it_shows(app, client, province):
    asked: list[str] = []
    client.get("/search?q=giếng khoan")  # what a process learns once

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        client.get("/search?q=nước sạch giếng")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert 0 < len(asked) <= STATEMENTS, "\n".join(asked)


odd = st.text(max_size=60) | st.sampled_from(
    [
        "9" * 400,
        "-1",
        "\x00",
        "\ud800",
        "😀" * 50,
        "' OR 1=1 --",
        "../..",
        "<script>",
        "%",
        "*",
        "((",
    ]
)
names = st.sampled_from([*Facet, "q", "sort", "flat", "page", "x"]).map(str)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(names, odd), max_size=8), st.sampled_from(["", "/suggestions"]))
def test_any_address_gets_an_answer(client, province, typed, page):
    query = [(name, value.encode("utf-8", "surrogatepass")) for name, value in typed]
    answer = client.get(f"/search{page}", query_string=query)
    assert answer.status_code in (200, 302)


def test_ten_thousand_letters_are_no_hindrance(client, province):
    for path in ("/search", "/search/suggestions"):
        assert client.get(path, query_string={"q": "giếng " * 2000}).status_code == 200


def test_a_slip_of_the_pen_is_asked_about_or_mended(see, province, monkeypatch):
    def meant(_engine: object, text: str, _results: Results) -> str:
        return {"qxiêng": "giếng khoan", "giếng": "giếng khoan"}.get(text, "")

    monkeypatch.setattr(public, "did_you_mean", meant)
    doubted = see("/search?q=giếng&kind=comment")
    assert doubted.links("#meant a") == ["/search?q=gi%E1%BA%BFng+khoan&kind=comment"]
    mended = see("/search?q=qxiêng")
    assert mended.count == 8
    assert "qxiêng" in mended.all("#meant")[0]
    assert mended.some("input[name=q]")[0].get("value") == "giếng khoan"
    # where what was typed is there but for a choice, that choice is spoken of first
    assert not see("/search?q=giếng khoan&kind=file").all("#meant")
