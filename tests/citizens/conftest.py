"""A provider of identities, a portal that trusts it, and people who come by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.config import THIS_MACHINE
from app.extensions import db
from app.kit.provider import read
from tests.citizens.provider import Provider
from tests.factories import World
from tests.mail.conftest import office  # noqa: F401 - a fixture
from tests.page_client import PageClient

NAME = "VNeID"


@pytest.fixture
def provider(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider of citizens, which proves identities at level 2."""
    with Provider() as provider:
        known = read(provider.setting(name=NAME, identity="level2"), THIS_MACHINE)
        settings = replace(app.extensions["settings"], oidc_citizens=known)
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield provider
        app.extensions.pop("oidc", None)


@dataclass
class Traveller:
    """A browser on its way to a provider and back."""

    client: PageClient
    provider: Provider
    start: str = "/account/provider"

    def leaves(self) -> str:
        """The provider's address that the portal sends the browser to."""
        answer = self.client.get(self.start)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return answer.headers["Location"]

    def returns(self, address: str) -> TestResponse:
        """What the portal says to who comes back by that address."""
        return self.client.get(address.removeprefix(f"http://{urlsplit(address).netloc}"))

    def goes(self) -> TestResponse:
        """The whole way there and back."""
        return self.returns(self.provider.consents(self.leaves()))


@pytest.fixture
def traveller(client: PageClient, provider: Provider) -> Traveller:
    return Traveller(client, provider)


@pytest.fixture
def slug(world: World) -> str:
    """A draft that takes comments."""
    consultation = world.consultation()
    db.session.commit()
    return consultation.dossier.slug
