"""A passkey in a real browser: made on the account page, and then all that it takes to sign in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from app.accounts.models import Role
from tests.factories import PASSWORD
from tests.journeys.desks import SECOND_STEP, SIGN_IN, arranging
from tests.journeys.portal import ROOT, Portal, free_port
from tests.journeys.visitor import Visitor
from tests.second_factor import fresh_code

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named(portal: Portal) -> Iterator[str]:
    """The same portal under a name: browsers make passkeys for names only."""
    port = free_port()
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--threads", "4", "--log-level", "warning", "--no-control-socket"]
    environ = {**portal.environ, "PUBLIC_URL": url, "PORT": str(port)}
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        yield url
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_a_passkey_is_made_and_signs_in_by_itself(
    portal: Portal, browser: Browser, named: str
) -> None:
    with arranging(portal) as world:
        email = world.officer(world.agency(), Role.DRAFTER).email
    with Visitor(browser, named, width=360) as person:
        person.cdp.send("WebAuthn.enable")
        made = person.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        _arrive(person)
        person.pass_on(SIGN_IN, email=email, password=PASSWORD)
        person.pass_on(SECOND_STEP, code=fresh_code(portal.app, email))
        person.go("/desk/account")
        person.send("form[data-passkey=create]", name="Máy tính ở cơ quan")
        assert "Máy tính ở cơ quan" in person.page.locator("main").inner_text()
        kept = person.cdp.send("WebAuthn.getCredentials", made)["credentials"]
        assert [one["rpId"] for one in kept] == [urlsplit(named).hostname]

        person.page.locator("header details.menu summary").first.click()
        person.press("form[action='/desk/sign-out'] button")
        assert person.path == "/desk/sign-in"
        person.press("form[data-passkey=get] button")
        assert person.path == "/desk"

        person.go("/desk/account")
        person.press("form[action*=remove] button")
        person.page.locator("header details.menu summary").first.click()
        person.press("form[action='/desk/sign-out'] button")
        person.press("form[data-passkey=get] button")
        assert person.path == "/desk/sign-in", "removed here, whatever the device still keeps"


def test_without_javascript_the_door_has_no_button_that_does_nothing(
    browser: Browser, named: str
) -> None:
    with Visitor(browser, named, js=False) as person:
        _arrive(person)
        assert not person.page.locator("form[data-passkey]").is_visible()


def _arrive(person: Visitor) -> None:
    """The sign-in page is there, as soon as the portal is."""
    for _ in range(100):
        try:
            return person.go("/desk/sign-in", look=False)
        except Exception:
            person.page.wait_for_timeout(200)
    raise AssertionError("the portal did not start")
