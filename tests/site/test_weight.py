"""What a first visit loads, in each language: page, styles, scripts and fonts, as they are sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml.html import fromstring
from werkzeug.test import Client

from app.consultations.models import Consultation
from app.documents.terms import terms
from app.web.locale import LANGUAGES

FORM_OR_LIST, LAW = 60_000, 100_000
SAMPLE = Path(__file__).parents[2] / "app/demo/data/drafts/tru-nuoc-mua-tai-dinh-cu-an-toan.txt"
# what a browser loads at once for a page: styles, scripts, its icon, and what is named beforehand
NAMED = '//script/@src | //link[@rel="stylesheet" or @rel="preload" or @type="image/svg+xml"]/@href'
FONT = re.compile(r"src: url\(([^)]+)\)")
OWN_FONTS = frozenset({"vi", "en", "fr", "de", "cs"})
PAGES = (
    ("/", FORM_OR_LIST),
    ("/consultations", FORM_OR_LIST),
    ("/search", FORM_OR_LIST),
    ("{draft}/comment?at=dieu-3", FORM_OR_LIST),
    ("/terms", FORM_OR_LIST),
    ("{draft}/articles/dieu-3", LAW),
    ("{draft}", LAW),
)


@dataclass(frozen=True)
class Posted:
    consultation: Consultation
    slug: str


@pytest.fixture
def posted(kept, world, drain) -> Posted:
    """A draft as long as the longest of the sample province, open for comments."""

    def make() -> Posted:
        consultation = world.consultation(text=SAMPLE.read_text(encoding="utf-8"))
        drain()
        return Posted(consultation, consultation.dossier.slug)

    return kept("sample-sized draft", make)


def sent(client, address: str) -> bytes:
    """The body as it crosses the wire to a browser that takes brotli."""
    # the client of the house reads each page, and packed ones it cannot
    response = Client(client.application).get(address, headers={"Accept-Encoding": "br"})
    assert response.status_code == 200, address
    return response.data


def resources(client, path: str) -> set[str]:
    """Addresses of all that the page loads at once, fonts of the style sheet included."""
    page = fromstring(client.get(path).text)
    named = set(page.xpath(NAMED))
    if page.get("lang") in OWN_FONTS:
        style = next(one for one in named if one.startswith("/static/app.css"))
        named |= {f"/static/{font}" for font in FONT.findall(client.get(style).text)}
    return named


def weight(client, path: str) -> int:
    return len(sent(client, path)) + sum(len(sent(client, one)) for one in resources(client, path))


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_every_page_is_light_in_every_language(client, posted, language):
    draft = f"/consultations/{posted.slug}"
    heavy = {}
    for path, most in PAGES:
        address = language.prefix + path.format(draft=draft)
        address = "/?lang=vi" if address == "/" else address
        found = weight(client, address)
        if found > most:
            heavy[address] = found
    assert not heavy


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_only_pages_in_our_own_letters_ask_for_our_fonts(client, language):
    named = resources(client, language.prefix + "/consultations")
    fonts = {one for one in named if "/font/" in one}
    assert bool(fonts) == (language.code in OWN_FONTS)


def test_a_law_of_a_hundred_articles_stays_light_with_its_marks(client, world, drain):
    # nearly every paragraph uses another word of the law, as no law does
    names = [term.name for term in terms().values()]
    lines = ["HỘI ĐỒNG NHÂN DÂN", "NGHỊ QUYẾT", "Quy định nhiều việc"]
    source = SAMPLE.read_text(encoding="utf-8").split("Điều 1.", 1)[1].splitlines()
    prose = [line.split(" ", 1)[-1] for line in source if len(line) > 60]
    for n in range(1, 101):
        lines.append(f"Điều {n}. Việc thứ {n}")
        for clause in range(1, 5):
            at = 4 * n + clause
            words = f"{prose[at % len(prose)]} {names[at % len(names)]} {n}."
            lines.append(f"{clause}. {words}")
    consultation = world.consultation(text="\n".join(lines))
    drain()
    address = f"/consultations/{consultation.dossier.slug}"
    html = client.get(address).text
    assert html.count('href="#term-') >= len(names)
    assert weight(client, address) < LAW


def test_reading_aids_cost_little(client, posted):
    (script,) = (
        one for one in resources(client, f"/consultations/{posted.slug}") if "reading.js" in one
    )
    assert len(sent(client, script)) < 3_000
