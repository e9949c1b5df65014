"""The page of a posted version and its files."""

from __future__ import annotations

import hashlib
import io
import json

import docx
import pytest
from lxml import etree

from app.documents.exports import FORMATS
from app.documents.versions import posted
from app.kit import clock
from app.site import version as version_page
from tests.factories import DRAFT
from tests.site.posting import FIRST, MOVED, SECOND, post_again, revised

NOW = clock.now()


@pytest.fixture
def dossier(world, drain):
    found = revised(world, NOW)
    drain()
    return found


def path(dossier, rest: str = "", language: str = "/en") -> str:
    return f"{language}/consultations/{dossier.slug}{rest}"


def test_a_version_is_shown_word_for_word(client, dossier):
    page = client.get(path(dossier, "/versions/2"))
    version = posted(dossier.id)[1]
    for words in (MOVED, "Ngân sách tỉnh bảo đảm kinh phí.", version.digest, "Điều 5. Hiệu lực"):
        assert words in page.text
    assert 'id="dieu-2.khoan-2"' in page.text
    assert page.text.count('href="#dieu-4"') == 3, "both tables of contents and its heading"
    assert f'href="{path(dossier)}/files/' in page.text


def test_versions_lead_to_each_other(client, dossier):
    compare = path(dossier, "/compare?from=1&to=2").replace("&", "&amp;")
    first, second = (client.get(path(dossier, f"/versions/{n}")).text for n in (1, 2))
    assert compare in first
    assert compare in second
    assert f'href="{path(dossier, "/versions/2")}"' in first
    assert "A revised text, draft 2, was posted on" in first
    assert "A revised text" not in second


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999"])
def test_there_is_no_other_version(client, dossier, number):
    assert client.get(path(dossier, f"/versions/{number}")).status_code == 404
    assert client.get(path(dossier, f"/versions/{number}.pdf")).status_code == 404


def test_what_is_not_posted_cannot_be_taken_away(client, world, dossier, drain):
    world.version(dossier, DRAFT)
    drain()
    for form in FORMATS:
        assert client.get(path(dossier, f"/versions/3.{form}")).status_code == 404


@pytest.mark.parametrize("form", list(FORMATS))
def test_each_format_is_a_file_to_keep(client, dossier, form):
    address = path(dossier, f"/versions/2.{form}")
    sent = client.get(address)
    assert sent.status_code == 200
    assert sent.headers["Content-Type"] == FORMATS[form].media_type
    assert sent.headers["Content-Disposition"] == f"attachment; filename={dossier.slug}-2.{form}"
    assert sent.headers["ETag"] == f'"{hashlib.sha256(sent.data).hexdigest()}"'
    assert sent.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = client.get(address, headers={"If-None-Match": sent.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    page = client.get(path(dossier, "/versions/2"))
    assert f'href="{address}"' in page.text
    assert f"({form.upper()}, " in page.text, "its size is known once it was written"


def test_all_formats_hold_the_same_version(client, dossier):
    words = "Ngân sách tỉnh bảo đảm kinh phí."
    sent = {form: client.get(path(dossier, f"/versions/2.{form}")).data for form in FORMATS}
    assert words in "\n".join(p.text for p in docx.Document(io.BytesIO(sent["docx"])).paragraphs)
    assert words in sent["txt"].decode()
    assert words in "".join(etree.fromstring(sent["xml"]).itertext())
    told = json.loads(sent["json"])
    assert told["digest"] == posted(dossier.id)[1].digest
    assert told["address"] == f"http://127.0.0.1:8000/consultations/{dossier.slug}/versions/2"


def test_other_formats_are_no_page(client, dossier):
    assert client.get(path(dossier, "/versions/2.doc")).status_code == 404


def test_a_file_is_the_same_in_every_language(client, dossier):
    files = {client.get(path(dossier, "/versions/1.json", lang)).data for lang in ("", "/en")}
    assert len(files) == 1


def test_the_draft_tells_of_a_newer_text(client, dossier):
    for place in ("", "/articles/dieu-3"):
        page = client.get(path(dossier, place)).text
        assert "A revised text, draft 2, was posted on" in page
        assert f'href="{path(dossier, "/versions/2")}"' in page
        assert path(dossier, "/compare?from=1&amp;to=2") in page
    assert path(dossier, "/versions/1.docx") in client.get(path(dossier)).text


def test_the_newest_text_has_no_newer_one(client, world, drain):
    dossier = world.consultation().dossier
    drain()
    assert "A revised text" not in client.get(path(dossier)).text
    page = client.get(path(dossier, "/versions/1"))
    assert "This is the text that people comment on." in page.text
    assert "/compare" not in page.text


def test_which_two_are_compared(world):
    dossier = revised(world, NOW, FIRST, SECOND)
    post_again(world, dossier, FIRST, NOW)
    versions = posted(dossier.id)

    def chosen(older, newer):
        found = version_page.chosen(versions, older, newer)
        return found and tuple(version.number for version in found)

    assert chosen(None, None) == (2, 3)
    assert chosen(None, 2) == (1, 2)
    assert chosen(1, None) == (1, 3)
    assert chosen(3, None) == (3, 2)
    assert chosen(None, 1) == (3, 1)
    assert chosen(2, 2) is None
    assert chosen(1, 4) is None
    assert version_page.chosen(versions[:1], None, None) is None


def test_a_print_says_the_portal_s_own_address(client, dossier):
    for place in ("", "/versions/2", "/compare?from=1&to=2"):
        page = client.get(path(dossier, place), headers={"Host": "elsewhere.example"})
        own = f"http://127.0.0.1:8000{path(dossier, place)}".replace("&", "&amp;")
        assert own in page.text
        assert "elsewhere" not in page.text
