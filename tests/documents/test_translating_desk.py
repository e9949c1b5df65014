"""The translator's desk: source beside target, kept piece by piece, approved by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import event, select

from app.accounts.models import Officer, Role
from app.accounts.policy import Act, may
from app.consultations.models import Consultation
from app.documents import translating
from app.documents.models import Dossier
from app.extensions import db
from app.kit import clock
from app.ledger.models import Entry
from app.ledger.verbs import Verb
from app.translations import keep, progress
from app.translations.keep import Written
from app.translations.models import Standing, Translation
from app.translations.pieces import TITLE, Piece
from app.translations.progress import State
from app.web import translator
from app.web.translator import Fault, TranslatorError
from tests.factories import DRAFT, World
from tests.page_client import PageClient


@dataclass
class Desk:
    """A dossier whose text is public, and who works on its translation."""

    world: World
    consultation: Consultation
    translator: Officer
    approver: Officer

    @property
    def dossier(self) -> Dossier:
        return self.consultation.dossier

    @property
    def at(self) -> str:
        return f"/desk/dossiers/{self.consultation.dossier_id}/translations"

    def pieces(self) -> dict[str, Piece]:
        return {piece.part: piece for piece in translating.pieces(self.dossier)}

    def states(self, language: str = "en") -> dict[str, State]:
        rows = progress.rows([self.dossier.id], language)
        found = rows.get((self.dossier.id, language), [])
        return {
            one.piece.part: one.state
            for one in progress.places(translating.pieces(self.dossier), found)
        }

    def write(
        self,
        *parts: str,
        text: str = "English words",
        standing: Standing = Standing.UNOFFICIAL,
        by: Officer | None = None,
    ) -> None:
        known = self.pieces()
        written = [Written(known[part], text) for part in parts]
        about = self.dossier.id, self.consultation.id, "en"
        keep.keep(*about, written, standing, by or self.translator, clock.now())
        db.session.commit()

    def approve(self, *parts: str) -> None:
        known = self.pieces()
        query = select(Translation).order_by(Translation.id)
        newest = {row.part: row for row in db.session.scalars(query)}
        chosen = [(known[part], newest[part]) for part in parts]
        about = self.dossier.id, self.consultation.id, "en"
        keep.approve(*about, chosen, self.approver, clock.now())
        db.session.commit()


@pytest.fixture
def desk(world: World) -> Desk:
    consultation = world.consultation()
    agency = consultation.dossier.agency
    translator_ = world.officer(agency, Role.TRANSLATOR)
    return Desk(world, consultation, translator_, world.officer(agency, Role.APPROVER))


@pytest.fixture
def signed_in(client: PageClient, desk: Desk) -> PageClient:
    client.sign_in(desk.translator.email)
    return client


def form_at(client: PageClient, path: str, mark: str = "translations") -> dict[str, Any]:
    """What the form of the page would send, nothing touched."""
    page = lxml.html.fromstring(client.get(path).get_data(as_text=True))
    form = next(one for one in page.forms if mark in (one.get("action") or ""))
    return dict(form.form_values())


def texts() -> list[tuple[str, str, str]]:
    query = select(Translation.part, Translation.text, Translation.standing)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Translation.id))]


def part_of(desk: Desk, words: str) -> str:
    return next(piece.part for piece in desk.pieces().values() if words in piece.words)


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


def test_only_who_did_not_write_it_makes_it_official(desk: Desk, client: PageClient) -> None:
    other = part_of(desk, "Nội dung purpose")
    desk.write(TITLE)
    desk.write(other, by=desk.approver)
    client.sign_in(desk.approver.email)
    at = f"{desk.at}/en/approval"
    assert client.submit(at, {"act": "chosen"}).status_code == 422
    page = lxml.html.fromstring(client.get(at).get_data(as_text=True))
    (choice,) = [one.get("value") for one in page.iter("input") if one.get("name") == "chosen"]
    assert client.submit(at, {"act": "chosen", "chosen": [choice]}).status_code == 303
    assert desk.states()[TITLE] is State.OFFICIAL
    assert desk.states()[other] is State.UNOFFICIAL
    row = db.session.scalars(select(Translation).order_by(Translation.id.desc())).first()
    assert row is not None
    assert (row.translator_id, row.approved_by) == (desk.translator.id, desk.approver.id)
    # their own they cannot choose
    own = db.session.scalar(select(Translation.id).where(Translation.part == other))
    desk.write(TITLE, text="Other words")
    assert client.submit(at, {"act": "chosen", "chosen": [str(own)]}).status_code == 409
    assert desk.states()[other] is State.UNOFFICIAL


def test_all_means_those_that_were_there_to_be_read(desk: Desk, client: PageClient) -> None:
    first, second = TITLE, part_of(desk, "Nội dung purpose")
    desk.write(first)
    client.sign_in(desk.approver.email)
    at = f"{desk.at}/en/approval"
    sent = form_at(client, at)
    desk.write(second)
    client.post(at, data=sent | {"act": "all"})
    assert desk.states()[first] is State.OFFICIAL
    assert desk.states()[second] is State.UNOFFICIAL


def test_an_official_translation_can_be_taken_back(desk: Desk, client: PageClient) -> None:
    desk.write(TITLE)
    desk.approve(TITLE)
    client.sign_in(desk.approver.email)
    at = f"{desk.at}/en/approval"
    page = lxml.html.fromstring(client.get(f"{at}?show=official").get_data(as_text=True))
    (choice,) = [one.get("value") for one in page.iter("input") if one.get("name") == "chosen"]
    answer = client.submit(f"{at}?show=official", {"act": "back", "chosen": [choice]}, to=at)
    assert answer.status_code == 303
    assert desk.states()[TITLE] is State.MISSING
    assert len(texts()) == 3


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_writes_and_approves_as_the_policy_says(
    app: Flask, desk: Desk, role: Role
) -> None:
    desk.write(TITLE)
    agency = desk.dossier.agency
    own = desk.world.officer(agency, role)
    elsewhere = desk.world.officer(desk.world.agency(), role)
    paths = {
        desk.at: Act.READ_TRANSLATIONS,
        f"{desk.at}/en": Act.READ_TRANSLATIONS,
        f"{desk.at}/en/file.xlf": Act.READ_TRANSLATIONS,
        f"{desk.at}/en/file": Act.TRANSLATE,
        f"{desk.at}/en/approval": Act.APPROVE_TRANSLATION,
    }
    for officer in (own, elsewhere):
        client = app.test_client()
        client.sign_in(officer.email)
        for path, act in paths.items():
            allowed, anywhere = may(officer, act, agency), may(officer, act)
            right = 200 if allowed else 404 if anywhere else 403
            assert client.get(path).status_code == right, (role, path)
        listed = client.get("/desk/translations")
        seen = listed.status_code == 200 and desk.dossier.title in listed.get_data(as_text=True)
        assert seen == may(officer, Act.READ_TRANSLATIONS, agency)
    before = len(texts())
    stranger = app.test_client()
    stranger.sign_in(elsewhere.email)
    token = {"csrf_token": stranger.token("/desk")}
    for path in ("en", "en/machine", "en/file", "en/approval"):
        sent = {f"text:{TITLE}": "x", "act": "all", "changes": "[]", **token}
        assert stranger.post(f"{desk.at}/{path}", data=sent).status_code in (403, 404)
    assert len(texts()) == before


@pytest.mark.parametrize("language", ["vi", "xx", "EN", "en-US"])
def test_there_is_no_desk_for_other_languages(
    desk: Desk, signed_in: PageClient, language: str
) -> None:
    assert signed_in.get(f"{desk.at}/{language}").status_code == 404


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A portal whose translation service writes in capitals; what it was asked."""
    asked: list[list[str]] = []

    def translate(texts: list[str], source: str, target: str) -> list[str]:
        assert (source, target) == ("vi", "en")
        asked.append(texts)
        return [text.upper() for text in texts]

    monkeypatch.setattr(translator, "available", lambda: True)
    monkeypatch.setattr(translator, "translate", translate)
    return asked


def test_the_machine_fills_what_is_missing_and_says_so(
    desk: Desk, signed_in: PageClient, service: list[list[str]]
) -> None:
    desk.write(TITLE)
    assert signed_in.submit(desk.at, {}, to=f"{desk.at}/en/machine").status_code == 303
    states = desk.states()
    assert states[TITLE] is State.UNOFFICIAL
    others = {state for part, state in states.items() if part != TITLE}
    assert others == {State.MACHINE}
    assert desk.dossier.title not in service[0]
    page = signed_in.get(f"{desk.at}/en?show=machine").get_data(as_text=True)
    assert "NỘI DUNG PURPOSE" in page


def test_one_press_asks_for_no_more_than_the_service_takes(
    desk: Desk, signed_in: PageClient, service: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.documents.desk_translation.MOST_TEXTS", 4)
    signed_in.submit(desk.at, {}, to=f"{desk.at}/en/machine")
    assert len(service[0]) == 4
    assert list(desk.states().values()).count(State.MACHINE) == 4


def test_somebody_faster_than_the_machine_is_not_overwritten(
    desk: Desk, signed_in: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(asked: list[str], _source: str, _target: str) -> list[str]:
        desk.write(TITLE, text="By hand")
        return ["by machine"] * len(asked)

    monkeypatch.setattr(translator, "available", lambda: True)
    monkeypatch.setattr(translator, "translate", slow)
    signed_in.submit(desk.at, {}, to=f"{desk.at}/en/machine")
    assert desk.states()[TITLE] is State.UNOFFICIAL
    assert [row for row in texts() if row[0] == TITLE] == [(TITLE, "By hand", "unofficial")]


def test_a_service_that_fails_is_said_and_nothing_is_written(
    desk: Desk, signed_in: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_asked: object) -> list[str]:
        raise TranslatorError(Fault.TOO_SLOW)

    monkeypatch.setattr(translator, "available", lambda: True)
    monkeypatch.setattr(translator, "translate", broken)
    answer = signed_in.submit(desk.at, {}, to=f"{desk.at}/en/machine", follow_redirects=True)
    assert str(TranslatorError(Fault.TOO_SLOW).words) in answer.get_data(as_text=True)
    assert texts() == []


def test_without_a_service_there_is_no_button(desk: Desk, signed_in: PageClient) -> None:
    assert "/machine" not in signed_in.get(desk.at).get_data(as_text=True)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What the database was asked since the test began."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_list_of_many_dossiers_asks_as_little_as_one_of_few(
    desk: Desk, signed_in: PageClient, statements: list[str]
) -> None:
    signed_in.get("/desk/translations")
    before = len(statements)
    signed_in.get("/desk/translations")
    few = len(statements) - before
    for _ in range(4):
        desk.world.consultation(desk.world.dossier(desk.dossier.agency))
    before = len(statements)
    signed_in.get("/desk/translations")
    assert len(statements) - before <= few
