"""One portal and one browser for all journeys; each journey brings its own people."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.accounts.models import Role
from app.extensions import reads_only
from tests.databases import quick_directory
from tests.factories import PASSWORD, World
from tests.journeys.chromium import find_chromium, why_not
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor
from tests.second_factor import fresh_code

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LAW = Path(__file__).resolve().parent.parent / "documents" / "laws" / "luat-06-2003-qh11.docx"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium; without one the journeys are skipped, but never where CI asks for all."""
    chromium = find_chromium()
    if chromium is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why_not())
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(chromium), args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module", autouse=True)
def may_write() -> None:
    """What a module makes by itself is written, whatever a request in this very process only read."""
    reads_only.set(False)


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    with quick_directory("portal") as directory:
        made = Portal(directory)
        try:
            made.start()
            yield made
            said = made.said()
        finally:
            statuses = made.stop()
    assert statuses == [0, 0], f"web and worker ended with {statuses}:\n{said}"
    assert "Traceback" not in said, said


@pytest.fixture
def visitor(portal: Portal, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes people: `visitor(width=360, js=False)`."""
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(Visitor(browser, portal.url, **how))


class Staff:
    """An agency and the e-mails of one officer for each role."""

    def __init__(self, portal: Portal) -> None:
        with portal.app.app_context():
            world = World()
            agency = world.agency()
            self.agency = agency.slug
            self.app = portal.app
            self.emails = {role: world.officer(agency, role).email for role in Role}

    def enter(self, person: Visitor, role: Role) -> Visitor:
        """The person is at the desk as the officer with that role."""
        person.go("/desk/sign-in")
        form = "form:has(input[name=password])"
        person.send(form, email=self.emails[role], password=PASSWORD)
        code = fresh_code(self.app, self.emails[role])
        person.send("form:has(input[name=code])", code=code)
        assert person.path.startswith("/desk"), person.path
        assert "/sign-in" not in person.path
        return person


@pytest.fixture(scope="session")
def staff(portal: Portal) -> Staff:
    return Staff(portal)


@pytest.fixture(scope="session")
def slug(portal: Portal) -> str:
    """A draft that takes comments."""
    with portal.app.app_context():
        world = World()
        world.numbers = iter(range(500, 600))  # type: ignore[assignment]
        return world.consultation().dossier.slug


@pytest.fixture(scope="session")
def law() -> Path:
    """A law in force, as a Word file."""
    return LAW
