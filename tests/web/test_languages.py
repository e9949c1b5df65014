"""The language is in the address: chosen at the root alone, kept by every link, told to machines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring

from app.web import locale
from app.web.locale import LANGUAGES, LanguagePath, best_for

OTHERS = LANGUAGES[1:]
ABROAD = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}
CODES = {language.code for language in LANGUAGES}


def tree(response):
    return fromstring(response.get_data(as_text=True))


def told(response) -> dict[str, str]:
    """What the page says of itself to search engines: language → address."""
    links = tree(response).xpath("//link[@rel='alternate'][@hreflang]")
    return {link.get("hreflang"): link.get("href") for link in links}


def menu(response) -> dict[str, str]:
    links = tree(response).xpath("//header//a[@hreflang]")
    assert all(link.get("lang") == link.get("hreflang") for link in links)
    return {link.get("hreflang"): link.get("href") for link in links}


# What a header wishes for


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-US", "en"),
        ("en;q=0.3,de-AT;q=0.9", "de"),
        ("pt-BR,pt;q=0.9,fr;q=0.2", "fr"),
        ("vi-VN,en;q=0.9", "vi"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK,zh;q=0.9", "zh-Hant"),
        ("zh-Hant-SG", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("EN-gb", "en"),
        ("en;q=0", "vi"),
        ("en;q=0, cs", "cs"),
        ("km-KH", "km"),
        ("*", "vi"),
        ("", "vi"),
        ("tlh,x-nobody,??,;;;=,", "vi"),
        ("sw,zu", "vi"),
        (",".join(f"q{letter}" for letter in "abcdefghijklmnopqrstuvwxyz") + ",en", "vi"),
    ],
)
def test_the_best_of_our_languages_is_chosen(accepted, code):
    assert best_for(accepted).code == code


@given(st.text(max_size=200))
def test_no_header_breaks_the_choice(accepted):
    assert best_for(accepted) in LANGUAGES


@given(st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True))
def test_the_first_wish_wins_whatever_the_others_are(wishes):
    header = ",".join(f"{one.code};q={1 - n / 20:.2f}" for n, one in enumerate(wishes))
    assert best_for(header) is wishes[0]


def test_only_languages_of_the_portal_are_chosen(monkeypatch):
    monkeypatch.setattr(locale, "LANGUAGES", LANGUAGES[:2])
    assert best_for("zh-TW,ko").code == "vi"
    assert best_for("zh-TW,en;q=0.1").code == "en"


# The root


@pytest.mark.parametrize("method", ["get", "head"])
def test_who_comes_to_the_root_from_elsewhere_is_led_to_their_language(client, method):
    answer = getattr(client, method)("/", headers=ABROAD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ko/")
    assert answer.headers["Vary"] == "Accept-Language, Sec-Fetch-Site"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.get_data() == b""


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_root_is_vietnamese_for_all_others_and_says_it_may_vary(client, method):
    for headers in ({}, {"Accept-Language": "vi"}, {"Accept-Language": "sw"}):
        answer = getattr(client, method)("/", headers=headers)
        assert answer.status_code == 200
        assert "Accept-Language" in ",".join(answer.headers.getlist("Vary"))
        assert "Accept-Encoding" in ",".join(answer.headers.getlist("Vary"))


@pytest.mark.parametrize("site", ["same-origin", "same-site"])
def test_who_moves_within_the_portal_is_never_led_away(client, site):
    answer = client.get("/", headers={**ABROAD, "Sec-Fetch-Site": site})
    assert answer.status_code == 200
    assert tree(answer).get("lang") == "vi"


def test_who_was_sent_by_another_site_is_asked_like_who_typed_it(client):
    for site in ("cross-site", "none"):
        assert client.get("/", headers={**ABROAD, "Sec-Fetch-Site": site}).status_code == 302


def test_who_chose_vietnamese_stays_there(client):
    answer = client.get("/ko/")
    chosen = menu(answer)["vi"]
    assert chosen == "/?lang=vi"
    answer = client.get(chosen, headers=ABROAD)
    assert answer.status_code == 200
    assert tree(answer).get("lang") == "vi"


def test_a_form_sent_to_the_root_is_not_redirected(client):
    assert client.post("/", headers=ABROAD).status_code == 405


def test_under_a_folder_the_choice_stays_in_it():
    said = []
    path = LanguagePath(lambda environ, start: [])
    asked = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SCRIPT_NAME": "/gop-y",
        "HTTP_ACCEPT_LANGUAGE": "ja",
    }
    path(asked, lambda status, headers: said.append(dict(headers)["Location"]))
    assert said == ["/gop-y/ja/"]


# Everything below the root


def test_no_deep_link_is_redirected_by_language(client, world, drain):
    slug = world.consultation().dossier.slug
    drain()
    for path in ("/consultations", f"/consultations/{slug}", "/about", "/search", "/en/", "/en"):
        answer = client.get(path, headers=ABROAD)
        assert answer.status_code == 200, path
        assert "Accept-Language" not in ",".join(answer.headers.getlist("Vary")), path


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_each_language_says_so_on_pages_and_errors(client, language):
    for path, status in (("/about", 200), ("/no-such-page", 404), ("/comments?code=1", 404)):
        answer = client.get(language.prefix + path)
        assert (answer.status_code, tree(answer).get("lang")) == (status, language.code), path
    answer = client.post(language.prefix + "/about")
    assert (answer.status_code, tree(answer).get("lang")) == (405, language.code)


@pytest.mark.parametrize("path", ["/xx", "/xx/about", "/EN/about", "/english", "/zh/about"])
def test_an_unknown_prefix_is_no_page(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("language", OTHERS, ids=lambda one: one.code)
def test_links_stay_in_the_language(client, world, drain, language):
    slug = world.consultation().dossier.slug
    drain()
    html = client.get(f"{language.prefix}/consultations/{slug}").get_data(as_text=True)
    leading = fromstring(html).xpath("//body//a[not(@hreflang)]/@href")
    ours = [href for href in leading if href.startswith("/")]
    assert ours
    assert [href for href in ours if not href.startswith(language.prefix + "/")] == []


@pytest.mark.parametrize("path", ["/health", "/static/app.css", "/static/mark.svg"])
def test_files_and_health_answer_with_and_without_a_prefix(client, path):
    plain = client.get(path)
    assert plain.status_code == 200
    answer = client.get("/ko" + path)
    assert answer.status_code == 200
    if path.startswith("/static"):
        assert answer.get_data() == plain.get_data()


def test_pages_ask_for_the_same_files_in_every_language(client):
    """Nobody fetches the style sheet and the fonts again for having pressed another language."""
    asked = {
        tuple(tree(client.get(one.prefix + "/about")).xpath("//link[@rel='stylesheet']/@href"))
        for one in LANGUAGES
    }
    assert len(asked) == 1


def test_kept_pages_of_two_languages_are_two_pages(client):
    for _ in range(2):
        for one in LANGUAGES:
            assert tree(client.get(one.prefix + "/about")).get("lang") == one.code


# The menu and what machines are told


def test_the_menu_keeps_page_and_query_and_names_languages_in_their_own_script(
    client, world, drain
):
    slug = world.consultation().dossier.slug
    drain()
    here = f"/consultations/{slug}/comments?at=dieu-3"
    for one in LANGUAGES:
        answer = client.get(one.prefix + here)
        assert menu(answer) == {other.code: other.prefix + here for other in LANGUAGES}
        current = tree(answer).xpath("//header//a[@hreflang][@aria-current]")
        assert [link.text for link in current] == [one.name]


def test_the_menu_opens_without_a_script(client):
    details = tree(client.get("/en/about")).xpath("//header//details[.//a[@hreflang]]")
    assert [one.find("summary").text_content() for one in details] == ["Language: English"]


@pytest.mark.parametrize("prefix", ["", "/en", "/zh-hant"])
def test_a_public_page_names_itself_in_every_language(client, prefix):
    found = told(client.get(f"{prefix}/consultations?state=open"))
    host = "http://127.0.0.1:8000"
    tail = "/consultations?state=open"
    wanted = {one.code: host + one.prefix + tail for one in LANGUAGES}
    assert found == {**wanted, "x-default": host + tail}


def test_the_host_of_a_request_is_in_no_page(client):
    html = client.get("/about", headers={"Host": "elsewhere.example"}).get_data(as_text=True)
    assert "elsewhere.example" not in html


def test_pages_for_one_reader_are_told_to_no_machine(client, world, drain):
    consultation = world.consultation()
    comment = world.comment(consultation, "Một ý kiến.")
    officer = world.officer(consultation.dossier.agency)
    drain()
    slug = consultation.dossier.slug
    for path in (f"/comments/{comment.receipt}", f"/consultations/{slug}/comment", "/no-such"):
        answer = client.get(path)
        assert told(answer) == {}, path
        assert menu(answer).keys() == CODES, path
    assert told(client.get("/desk/sign-in")) == {}
    client.sign_in(officer.email)
    assert told(client.get("/en/desk")) == {}


def test_every_language_has_a_prefix_that_no_page_has(app):
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    for one in OTHERS:
        assert re.fullmatch(r"/[a-z]{2}(-[a-z]{4})?", one.prefix)
        assert one.prefix == f"/{one.code.lower()}"
        assert one.prefix[1:] not in first
