"""A file that goes out to a translator's tool and comes back, shown before it is kept."""

from __future__ import annotations

import io

import lxml.html
import pytest
from lxml import etree
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.documents import desk_translation_file
from app.translations import pieces
from app.translations.models import Standing
from app.translations.pieces import TITLE
from app.translations.progress import State
from tests.factories import DRAFT
from tests.page_client import PageClient
from tests.translations.desk import Desk, part_of, texts

X = "{urn:oasis:names:tc:xliff:document:2.0}"


def translated(data: bytes, said: dict[str, str]) -> bytes:
    """The file with these targets, by part."""
    root = etree.fromstring(data)
    for unit in root.iter(f"{X}unit"):
        if unit.get("id") in said:
            segment = unit.find(f"{X}segment")
            target = segment.find(f"{X}target")
            if target is None:
                target = etree.SubElement(segment, f"{X}target")
            target.text = said[unit.get("id")]
    told: bytes = etree.tostring(root)
    return told


def fetched(client: PageClient, desk: Desk) -> bytes:
    answer = client.get(f"{desk.at}/en/file.xlf")
    assert answer.mimetype == "application/xliff+xml"
    assert desk.dossier.slug in answer.headers["Content-Disposition"]
    return answer.data


def send(client: PageClient, desk: Desk, data: bytes) -> TestResponse:
    return client.submit(f"{desk.at}/en/file", {"xliff": (io.BytesIO(data), "dich.xlf")})


def confirmed(client: PageClient, desk: Desk, page: TestResponse) -> TestResponse:
    """The second form, sent as it came."""
    forms = lxml.html.fromstring(page.get_data(as_text=True)).forms
    fields = dict(next(form for form in forms if "changes" in form.fields).form_values())
    return client.post(f"{desk.at}/en/file", data=fields)


def test_a_file_is_shown_first_and_then_kept(desk: Desk, signed_in: PageClient) -> None:
    purpose = part_of(desk, "Nội dung purpose")
    desk.write(TITLE, text="Old title")
    data = translated(fetched(signed_in, desk), {TITLE: "New & <title>", purpose: "The purpose"})
    page = send(signed_in, desk, data)
    assert page.status_code == 200
    assert "Old title" in page.get_data(as_text=True)
    assert "New &amp; &lt;title&gt;" in page.get_data(as_text=True)
    assert len(texts()) == 1
    assert confirmed(signed_in, desk, page).status_code == 303
    assert texts()[1:] == [
        (TITLE, "New & <title>", Standing.UNOFFICIAL),
        (purpose, "The purpose", Standing.UNOFFICIAL),
    ]
    # sent once more it says what is there already
    again = send(signed_in, desk, data)
    assert confirmed(signed_in, desk, again).status_code == 303
    assert len(texts()) == 3


def test_what_no_longer_fits_is_listed_and_the_rest_is_kept(
    desk: Desk, signed_in: PageClient
) -> None:
    part = part_of(desk, "3.000.000")
    data = translated(fetched(signed_in, desk), {TITLE: "A title", part: "Three million"})
    desk.world.version(desk.dossier, DRAFT.replace("3.000.000", "4.000.000"))
    page = send(signed_in, desk, data)
    assert "3.000.000" in page.get_data(as_text=True)
    confirmed(signed_in, desk, page)
    assert [row[:2] for row in texts()] == [(TITLE, "A title")]
    assert desk.states()[part] is State.MISSING


def test_what_changes_between_look_and_save_is_shown_again(
    desk: Desk, signed_in: PageClient
) -> None:
    part = part_of(desk, "3.000.000")
    data = translated(fetched(signed_in, desk), {TITLE: "Mine", part: "Three million"})
    page = send(signed_in, desk, data)
    desk.write(TITLE, text="Theirs", by=desk.world.officer(desk.dossier.agency, Role.TRANSLATOR))
    desk.world.version(desk.dossier, DRAFT.replace("3.000.000", "4.000.000"))
    second = confirmed(signed_in, desk, page)
    assert second.status_code == 409
    assert "Theirs" in second.get_data(as_text=True)
    assert "Three million" in second.get_data(as_text=True)
    assert len(texts()) == 1
    assert confirmed(signed_in, desk, second).status_code == 303
    assert [row[1] for row in texts()] == ["Theirs", "Mine"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'trgLang="en"', b'trgLang="ko"'),
        (b'trgLang="en"', b""),
        (b'srcLang="vi"', b'srcLang="ko"'),
        (b'original="dossier:', b'original="other:'),
        (b"<xliff", b"<!DOCTYPE a><xliff"),
        (b"</xliff>", b""),
    ],
)
def test_a_file_that_is_not_of_this_is_refused_in_words(
    desk: Desk, signed_in: PageClient, old: bytes, new: bytes
) -> None:
    data = fetched(signed_in, desk)
    assert old in data
    page = send(signed_in, desk, data.replace(old, new))
    assert page.status_code == 422
    assert "error-summary" in page.get_data(as_text=True)


def test_no_file_and_a_file_far_too_large(
    desk: Desk, signed_in: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert signed_in.submit(f"{desk.at}/en/file", {}).status_code == 422
    monkeypatch.setattr("app.translations.xliff_reading.FILE_BYTES", 100)
    assert send(signed_in, desk, b" " * 200).status_code == 413


@pytest.mark.parametrize(
    "changes",
    [
        *("", "{}", "[1]", "[[1]]", '[["a","b","c","d"]]', "[" * 5000),
        '[["a","b",Infinity,"d"]]',
        '[["a","b",-1e999,"d"]]',
    ],
)
def test_changes_that_no_page_of_ours_wrote_are_refused(
    desk: Desk, signed_in: PageClient, changes: str
) -> None:
    before = texts()
    answer = signed_in.submit(f"{desk.at}/en/file", {"changes": changes})
    assert answer.status_code in (303, 400)
    assert texts() == before


def test_halves_of_characters_in_a_file_or_its_answer_break_no_page(
    desk: Desk, signed_in: PageClient
) -> None:
    data = fetched(signed_in, desk).replace(
        b"</file>",
        b'<unit id="gone"><segment><source><cp hex="D800"/>Other words</source>'
        b"<target>Words</target></segment></unit></file>",
    )
    page = send(signed_in, desk, data)
    assert page.status_code == 200
    assert "Other words" in page.get_data(as_text=True)
    changes = '[["\\ud800gone", "0", 0, "Words\\udfff"]]'
    answer = signed_in.submit(f"{desk.at}/en/file", {"changes": changes})
    assert answer.status_code == 409
    assert texts() == []


def test_a_title_that_a_file_broke_into_lines_is_kept_on_one(
    desk: Desk, signed_in: PageClient
) -> None:
    data = translated(fetched(signed_in, desk), {TITLE: " Two\n\nlines\u202e "})
    confirmed(signed_in, desk, send(signed_in, desk, data))
    assert texts() == [(TITLE, "Two lines", Standing.UNOFFICIAL)]
    # the same file says what is there already
    assert b'value="[]"' in send(signed_in, desk, data).data


def test_a_title_too_long_for_the_field_is_not_taken_from_a_file_either(
    desk: Desk, signed_in: PageClient
) -> None:
    data = translated(fetched(signed_in, desk), {TITLE: "a" * (pieces.LONGEST_TITLE + 1)})
    page = send(signed_in, desk, data)
    assert b'value="[]"' in page.data
    assert confirmed(signed_in, desk, page).status_code == 303
    assert texts() == []


def test_a_file_of_thousands_of_strange_units_lists_the_first_and_counts_all(
    desk: Desk, signed_in: PageClient
) -> None:
    many = desk_translation_file.PREVIEWED + 7
    units = "".join(
        f'<unit id="gone{n}"><segment><source>a</source><target>b</target></segment></unit>'
        for n in range(many)
    )
    data = fetched(signed_in, desk).replace(b"</file>", f"{units}</file>".encode())
    page = send(signed_in, desk, data).get_data(as_text=True)
    assert str(many) in page
    assert f"gone{desk_translation_file.PREVIEWED - 1}<" in page
    assert f"gone{desk_translation_file.PREVIEWED}<" not in page


def test_who_sends_the_same_words_once_more_takes_no_approval_back(
    desk: Desk, signed_in: PageClient
) -> None:
    data = translated(fetched(signed_in, desk), {TITLE: "A title"})
    page = send(signed_in, desk, data)
    assert confirmed(signed_in, desk, page).status_code == 303
    desk.approve(TITLE)
    assert confirmed(signed_in, desk, page).status_code == 303
    assert desk.states()[TITLE] is State.OFFICIAL
    assert len(texts()) == 2
