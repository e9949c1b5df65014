"""Twenty at once at one desk: whoever comes later is told so, and nobody's words are lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.accounts.models import Role
from app.extensions import db
from app.translations import known
from app.translations.models import Standing
from app.translations.pieces import TITLE
from app.web import locale
from tests.page_client import PageClient
from tests.translations.desk import Desk, form_at, texts

MANY = 20

pytestmark = pytest.mark.usefixtures("patient")


def clients(app: Flask, desk: Desk) -> list[PageClient]:
    """As many translators, each signed in."""
    found = []
    for _ in range(MANY):
        officer = desk.world.officer(desk.dossier.agency, Role.TRANSLATOR)
        client = PageClient(app)
        client.sign_in(officer.email)
        found.append(client)
    return found


def together(work: list[Callable[[], int]]) -> list[int]:
    start = threading.Barrier(len(work))

    def one(does: Callable[[], int]) -> int:
        start.wait(30)
        return does()

    with ThreadPoolExecutor(len(work)) as pool:
        return sorted(pool.map(one, work))


def test_of_many_who_translate_one_piece_one_is_first_and_the_others_are_told(
    app: Flask, desk: Desk
) -> None:
    at = f"{desk.at}/en"
    people = clients(app, desk)
    forms = [form_at(one, at) | {f"text:{TITLE}": f"Title {n}"} for n, one in enumerate(people)]
    db.session.rollback()

    def save(n: int) -> Callable[[], int]:
        return lambda: people[n].post(at, data=forms[n]).status_code

    assert together([save(n) for n in range(MANY)]) == [303] + [409] * (MANY - 1)
    assert len(texts()) == 1


def test_many_who_translate_a_piece_each_are_all_heard(app: Flask, desk: Desk) -> None:
    at = f"{desk.at}/en"
    parts = list(desk.pieces())[:MANY]
    people = clients(app, desk)[: len(parts)]
    shown = form_at(people[0], at)
    token = [form_at(one, at)["csrf_token"] for one in people]
    dossier_id = desk.dossier.id
    db.session.rollback()

    def save(n: int) -> Callable[[], int]:
        sent = {f"text:{parts[n]}": f"Words {n}", f"seen:{parts[n]}": shown[f"seen:{parts[n]}"]}

        def does() -> int:
            status = people[n].post(at, data=sent | {"csrf_token": token[n]}).status_code
            # a page is made meanwhile
            with app.app_context(), locale.speaking(locale.called("en")):
                known._kept(dossier_id, locale.current())
            return status

        return does

    assert together([save(n) for n in range(len(parts))]) == [303] * len(parts)
    assert sorted(texts()) == sorted(
        (part, f"Words {n}", Standing.UNOFFICIAL) for n, part in enumerate(parts)
    )
    with locale.speaking(locale.called("en")):
        told = known._kept(dossier_id, locale.current())
    assert all(told.told(part, desk.pieces()[part].words) for part in parts)
