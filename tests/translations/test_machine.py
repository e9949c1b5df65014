"""The machine fills in what is missing, a little at a press, and never for a person."""

from __future__ import annotations

import pytest

from app.translations.pieces import TITLE
from app.translations.progress import State
from app.web import translator
from app.web.translator import Fault, TranslatorError
from tests.page_client import PageClient
from tests.translations.desk import Desk, texts


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
