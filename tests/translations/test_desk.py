"""The translator's desk: source beside target, piece by piece, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import event, select

from app.accounts.models import Role
from app.documents import translating
from app.extensions import db
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from app.translations.models import Standing
from app.translations.pieces import TITLE
from app.translations.progress import State
from tests.factories import DRAFT, World
from tests.page_client import PageClient
from tests.translations.desk import Desk, form_at, part_of, texts


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What the database was asked since the test began."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_pieces_come_in_reading_order_as_the_law_names_them(desk: Desk) -> None:
    found = translating.pieces(desk.dossier)
    assert found[0].part == TITLE
    labels = [piece.label for piece in found if piece.section == "text"]
    assert labels[-3:] == ["Điều 3", "khoản 1 Điều 3", "khoản 2 Điều 3"]
    assert "điểm đ khoản 2 Điều 2" in labels
    sections = [piece.section for piece in found]
    assert sections == sorted(sections, key=["dossier", "text", "answers"].index)
    assert len({piece.part for piece in found}) == len(found)
    assert {piece.version_number for piece in found} == {None, 1}


def test_blank_blocks_and_bare_figures_are_no_pieces(world: World) -> None:
    text = DRAFT + "| Năm | Mức |\n| 2026 | 1.000 |\n"
    dossier = world.dossier(filled=False)
    world.version(dossier, text)
    words = [piece.words for piece in translating.pieces(dossier)]
    assert "Năm" in words
    assert "2026" not in words
    assert all(translating.has_words(word) for word in words)


def test_a_text_that_nobody_accepted_is_not_translated_yet(world: World) -> None:
    dossier = world.dossier()
    world.version(dossier, accepted=False)
    assert {piece.section for piece in translating.pieces(dossier)} == {"dossier"}


def test_what_was_typed_is_kept_and_the_rest_is_not_written(
    desk: Desk, signed_in: PageClient
) -> None:
    sent = form_at(signed_in, f"{desk.at}/en")
    sent[f"text:{TITLE}"] = "  Clean\nwater  support "
    answer = signed_in.post(f"{desk.at}/en", data=sent)
    assert answer.status_code == 303
    assert texts() == [(TITLE, "Clean water support", Standing.UNOFFICIAL)]
    entry = db.session.scalars(select(Entry).where(Entry.verb == Verb.TRANSLATION_WRITTEN)).one()
    assert (entry.actor_id, entry.consultation_id) == (desk.translator.id, desk.consultation.id)
    # sent once more as the page now stands, nothing is written
    signed_in.post(f"{desk.at}/en", data=form_at(signed_in, f"{desk.at}/en"))
    assert len(texts()) == 1


def test_an_emptied_field_takes_its_translation_back(desk: Desk, signed_in: PageClient) -> None:
    desk.write(TITLE)
    sent = form_at(signed_in, f"{desk.at}/en")
    assert sent[f"text:{TITLE}"] == "English words"
    signed_in.post(f"{desk.at}/en", data=sent | {f"text:{TITLE}": ""})
    assert texts()[-1] == (TITLE, "", Standing.UNOFFICIAL)
    assert desk.states()[TITLE] is State.MISSING


def test_who_comes_second_sees_both_and_loses_nothing(desk: Desk, signed_in: PageClient) -> None:
    other = part_of(desk, "Nội dung purpose")
    sent = form_at(signed_in, f"{desk.at}/en")
    desk.write(TITLE, text="Theirs", by=desk.world.officer(desk.dossier.agency, Role.TRANSLATOR))
    mine = {f"text:{TITLE}": "Mine <b>", f"text:{other}": "The purpose"}
    answer = signed_in.post(f"{desk.at}/en", data=sent | mine)
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Theirs" in page
    assert "Mine &lt;b&gt;" in page
    assert "The purpose" in page
    assert len(texts()) == 1
    # sent again from there, both are kept
    again = dict(lxml.html.fromstring(page).forms[-1].form_values())
    assert signed_in.post(f"{desk.at}/en", data=again).status_code == 303
    assert [row[1] for row in texts()] == ["Theirs", "Mine <b>", "The purpose"]


def test_the_same_words_typed_by_two_are_no_conflict(desk: Desk, signed_in: PageClient) -> None:
    sent = form_at(signed_in, f"{desk.at}/en")
    desk.write(TITLE, text="Clean water")
    answer = signed_in.post(f"{desk.at}/en", data=sent | {f"text:{TITLE}": "Clean water"})
    assert answer.status_code == 303
    assert len(texts()) == 1


def test_words_that_changed_meanwhile_are_shown_anew(desk: Desk, signed_in: PageClient) -> None:
    part = part_of(desk, "3.000.000")
    at = f"{desk.at}/en?at={part}"
    sent = form_at(signed_in, at)
    desk.world.version(desk.dossier, DRAFT.replace("3.000.000", "4.000.000"))
    answer = signed_in.post(f"{desk.at}/en", data=sent | {f"text:{part}": "Three million"})
    assert answer.status_code == 409
    assert "Three million" in answer.get_data(as_text=True)
    assert "4.000.000" in answer.get_data(as_text=True)
    assert texts() == []


def test_what_was_typed_for_a_part_that_is_gone_is_given_back(
    desk: Desk, signed_in: PageClient
) -> None:
    part = part_of(desk, "1.000.000")
    sent = form_at(signed_in, f"{desk.at}/en?at={part}")
    desk.world.version(desk.dossier, DRAFT[: DRAFT.index("2. Hộ nghèo")])
    answer = signed_in.post(f"{desk.at}/en", data=sent | {f"text:{part}": "Poor households"})
    assert answer.status_code == 409
    assert "Poor households" in answer.get_data(as_text=True)
    assert texts() == []


def test_too_long_and_an_old_token_give_everything_back(desk: Desk, signed_in: PageClient) -> None:
    sent = form_at(signed_in, f"{desk.at}/en")
    long = signed_in.post(f"{desk.at}/en", data=sent | {f"text:{TITLE}": "a" * 1001})
    assert long.status_code == 422
    assert "a" * 1001 in long.get_data(as_text=True)
    typed = {f"text:{TITLE}": "Typed all afternoon", "csrf_token": "old"}
    over = signed_in.post(f"{desk.at}/en", data=sent | typed)
    assert over.status_code == 400
    assert "Typed all afternoon" in over.get_data(as_text=True)
    assert texts() == []


def test_after_a_new_version_the_old_words_and_their_translation_stand_ready(
    desk: Desk, signed_in: PageClient
) -> None:
    part, kept = part_of(desk, "3.000.000"), part_of(desk, "1.000.000")
    desk.write(part, text="Three million once")
    desk.write(kept, text="One million more")
    desk.world.version(desk.dossier, DRAFT.replace("3.000.000", "4.000.000"))
    assert desk.states()[part] is State.STALE
    assert desk.states()[kept] is State.UNOFFICIAL
    page = signed_in.get(f"{desk.at}/en?show=stale").get_data(as_text=True)
    assert "<del>" in page
    sent = form_at(signed_in, f"{desk.at}/en?show=stale")
    assert sent[f"text:{part}"] == "Three million once"
    # untouched, it stays outdated; somebody has to say that it holds, or write it anew
    signed_in.post(f"{desk.at}/en", data=sent)
    assert desk.states()[part] is State.STALE
    signed_in.post(f"{desk.at}/en", data=sent | {f"holds:{part}": "1"})
    assert desk.states()[part] is State.UNOFFICIAL


def test_who_read_a_machines_words_makes_them_their_own(desk: Desk, signed_in: PageClient) -> None:
    desk.write(TITLE, standing=Standing.MACHINE)
    sent = form_at(signed_in, f"{desk.at}/en?show=machine")
    signed_in.post(f"{desk.at}/en", data=sent | {f"holds:{TITLE}": "1"})
    assert texts()[-1] == (TITLE, "English words", Standing.UNOFFICIAL)


def test_pages_hold_whole_articles_and_every_piece_once(desk: Desk, signed_in: PageClient) -> None:
    long = "\n".join(
        f"Điều {n}. Tên điều {n}\n" + "".join(f"{k}. Nội dung {n} {k}.\n" for k in range(1, 8))
        for n in range(1, 13)
    )
    dossier = desk.world.dossier(desk.dossier.agency)
    desk.world.version(dossier, long)
    path, seen, pages = f"/desk/dossiers/{dossier.id}/translations/en", [], 0
    at: str | None = path
    while at and pages < 40:
        page = lxml.html.fromstring(signed_in.get(at).get_data(as_text=True))
        fields = [one.get("name").removeprefix("text:") for one in page.iter("textarea")]
        assert 0 < len(fields) <= 24
        seen += fields
        onward = page.xpath('//a[@rel="next"]/@href')
        at, pages = (onward[0] if onward else None), pages + 1
    assert seen == [piece.part for piece in translating.pieces(dossier)]
    assert pages > 2
    homes = translating.homes(dossier)
    first = [homes[int(part.split(":")[1])] for part in seen if part.startswith("unit")]
    assert len(first) == 12 * 8


def test_a_list_of_many_dossiers_asks_as_little_as_one_of_few(
    desk: Desk, signed_in: PageClient, statements: list[str]
) -> None:
    asked = []
    for more in (1, 4):
        for _ in range(more):
            desk.world.consultation(desk.world.dossier(desk.dossier.agency))
        before = len(statements)
        signed_in.get("/desk/translations")
        # what the page cache asks depends on the clock
        own = [one for one in statements[before:] if "page_revision" not in one]
        asked.append(len([one for one in own if one.startswith("SELECT")]))
    assert asked[0] == asked[1] > 3
