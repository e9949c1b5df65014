"""Who vouches for a translation, and who may do what at the desk."""

from __future__ import annotations

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Role
from app.accounts.policy import Act, may
from app.extensions import db
from app.translations.models import Standing, Translation
from app.translations.pieces import TITLE
from app.translations.progress import State
from tests.page_client import PageClient
from tests.translations.desk import Desk, form_at, part_of, texts


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


@pytest.mark.parametrize("seen", ["9" * 5000, "-1", "٣", "2147483648", ""])
def test_a_number_that_no_page_of_ours_wrote_approves_nothing(
    desk: Desk, client: PageClient, seen: str
) -> None:
    desk.write(TITLE)
    client.sign_in(desk.approver.email)
    answer = client.submit(f"{desk.at}/en/approval", {"act": "all", "seen": seen})
    assert answer.status_code == 303
    assert [standing for *_, standing in texts()] == [Standing.UNOFFICIAL]
