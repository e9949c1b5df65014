"""A citizen comes by a provider of identities, comments, and finds it all; another comes by letter,
without JavaScript, and leaves nothing behind."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.comments.models import Comment
from app.extensions import db
from app.kit import clock
from tests.factories import World
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

READER = "keeper.of.receipts@example.vn"
WORDS = "Đề nghị giữ mức hỗ trợ cho hộ ở xã vùng cao."


def link(portal: Portal, seconds: float = 40) -> str:
    """The path of the link in the letter that the worker brings."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for one in portal.office.letters():
            found = re.search(r"^\S+(/account/sign-in/[\w-]{43})\s", one.get_content(), re.M)
            if one["To"] == READER and found:
                return found[1]
        time.sleep(0.2)
    raise AssertionError(f"no letter came:\n{portal.said()}")


def publish(portal: Portal, receipt: str) -> None:
    with portal.app.app_context():
        world = World()
        world.numbers = iter(range(2000, 2100))  # type: ignore[assignment]
        comment = db.session.scalars(select(Comment).where(Comment.receipt == receipt)).one()
        agency = comment.consultation.dossier.agency
        world.publish(comment, world.officer(agency, Role.MODERATOR), clock.now())
        db.session.commit()


def test_by_a_provider_with_an_identity_that_is_shown(
    visitor: Callable[..., Visitor], portal: Portal, slug: str
) -> None:
    citizen = visitor(width=360)
    citizen.go(f"/consultations/{slug}/comment?at=dieu-3")
    citizen.press("main a[href*='/account/sign-in']")
    citizen.press("main a[href$='/account/provider']", look=False)
    assert citizen.page.url.startswith(portal.provider.issuer)
    citizen.press("button", look=False)
    # the provider is another host, and a citizen goes there because they want to
    host = portal.provider.issuer.removesuffix("/realm")
    citizen.faults = [one for one in citizen.faults if host not in one]
    citizen.look()
    assert citizen.path == f"/consultations/{slug}/comment"

    assert citizen.page.locator("input[name=gather]").is_checked()
    citizen.send(
        "main form[enctype]", body=WORDS, commenter_kind="individual", display_name="Lò Văn Pá"
    )
    receipt = citizen.path.rsplit("/", 1)[1]
    citizen.go("/account")
    assert citizen.page.locator(f"a[href$='{receipt}']").count() == 1
    assert citizen.page.locator("main a.proven").count() == 1

    publish(portal, receipt)
    stranger = visitor(js=False)
    shown = ".said:has-text('Lò Văn Pá') a.proven"
    stranger.until(f"/consultations/{slug}/comments", lambda page: page.locator(shown).count() > 0)
    stranger.press(shown)
    assert stranger.path == "/about"


def test_by_letter_there_and_gone(
    visitor: Callable[..., Visitor], portal: Portal, slug: str
) -> None:
    reader = visitor(width=360, js=False)
    reader.go(f"/consultations/{slug}/comment")
    reader.send("main form[enctype]", body=WORDS, commenter_kind="individual")
    receipt = reader.path.rsplit("/", 1)[1]
    reader.press("footer a[href$='/account']")
    reader.send("main form", email="nobody")
    assert reader.page.locator("[aria-invalid=true]").count()
    reader.send("main form", email=READER)
    assert "sent=1" in reader.page.url

    reader.go(link(portal))
    reader.send("main form")
    assert reader.path == "/account"
    reader.send("main form[action$='/account']", receipt=receipt)
    assert reader.page.locator(f"main a[href$='{receipt}']").count() == 1
    reader.press("main a[href$='/account/settings']")
    reader.send("main form[action$='/settings']", name="Lò Thị Mai")
    reader.press("main a[href$='/account/forget']")
    reader.send("main form")
    reader.go("/account")
    assert reader.path == "/account/sign-in"
    reader.go(f"/comments/{receipt}")
