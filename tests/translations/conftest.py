"""Who stands at the translator's desk."""

from __future__ import annotations

import pytest

from app.accounts.models import Role
from app.web import translator
from tests.factories import World
from tests.page_client import PageClient
from tests.translations.desk import Desk


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
