"""Moderators at work: twenty comments by keyboard alone, and everything without JavaScript."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.comments.models import Comment
from app.extensions import db
from app.kit import clock
from app.moderation import lease
from app.moderation.models import Flag, FlagKind
from tests.factories import PASSWORD, World
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor
from tests.second_factor import fresh_code

pytestmark = pytest.mark.browser
QUEUE = "/desk/moderation"
PHONE = "0912345678"


@dataclass
class Review:
    """An agency of its own with two moderators and comments that wait."""

    portal: Portal
    emails: list[str]
    ids: list[int]

    def enter(self, person: Visitor, which: int = 0) -> Visitor:
        person.go("/desk/sign-in")
        form = "form:has(input[name=password])"
        person.send(form, email=self.emails[which], password=PASSWORD)
        code = fresh_code(self.portal.app, self.emails[which])
        person.send("form:has(input[name=code])", code=code)
        return person

    def statuses(self) -> list[str]:
        with self.portal.app.app_context():
            found = select(Comment.status).where(Comment.id.in_(self.ids)).order_by(Comment.id)
            return list(db.session.scalars(found))

    def comment(self, n: int) -> Comment:
        with self.portal.app.app_context():
            return db.session.get_one(Comment, self.ids[n])

    def holder(self, n: int) -> str:
        with self.portal.app.app_context():
            found = lease.holders([self.ids[n]], clock.now()).get(self.ids[n])
            return found.name if found else ""

    def until(self, there: Callable[[], bool]) -> None:
        """What the page said to the portal has arrived."""
        end = time.monotonic() + 10
        while not there():
            assert time.monotonic() < end
            time.sleep(0.05)


@pytest.fixture
def review(portal: Portal) -> Callable[[int], Review]:
    def make(many: int) -> Review:
        with portal.app.app_context():
            world = World()
            world.numbers = iter(range(time.time_ns() % 10**9, 10**10))  # type: ignore[assignment]
            agency = world.agency()
            emails = [world.officer(agency, Role.MODERATOR).email for _ in range(2)]
            draft = world.consultation(world.dossier(agency))
            made = [world.comment(draft, f"Gọi {PHONE} để góp ý số {n}.") for n in range(many)]
            ids = [one.id for one in made]
            noticed = select(func.count()).where(
                Flag.comment_id.in_(ids), Flag.kind == FlagKind.PERSONAL_DATA.value
            )
            # the portal's own worker screens them
            for _wait in range(300):
                if db.session.scalar(noticed) == many:
                    break
                db.session.rollback()
                time.sleep(0.1)
            db.session.rollback()
            return Review(portal, emails, ids)

    return make


def test_twenty_comments_by_keyboard_alone(
    visitor: Callable[..., Visitor], review: Callable[[int], Review]
) -> None:
    work = review(20)
    person = work.enter(visitor())
    person.go(QUEUE)
    keys, said = person.page.keyboard, person.page.locator(".toast-live")
    keys.press("j")
    for n, number in enumerate(work.ids):
        row = person.page.locator(f"#c{number}")
        assert row.get_attribute("aria-current") == "true", n
        assert f"GY-{number}" in person.focus()["html"]
        if n == 5:
            keys.press("r")
            person.page.locator("dialog[open]").wait_for()
            person.look()
            keys.press("Space")
            keys.press("Tab")
            keys.type("Đây là quảng cáo, không phải góp ý.")
            keys.press("Tab")
            keys.press("Tab")
            keys.press("Enter")
        else:
            keys.press("a")
        row.wait_for(state="detached")
        assert f"GY-{number}" in said.inner_text()
        if n == 2:
            keys.press("u")
            row.wait_for()
            keys.press("a")
            row.wait_for(state="detached")
    assert work.statuses() == ["withheld" if n == 5 else "published" for n in range(20)]
    assert not person.faults


def test_single_keys_can_be_switched_off_and_stay_off(
    visitor: Callable[..., Visitor], review: Callable[[int], Review]
) -> None:
    work = review(2)
    person = work.enter(visitor())
    person.go(QUEUE)
    keys = person.page.keyboard
    keys.press("?")
    person.page.locator("[data-keys]").click()
    for _ in range(2):
        keys.press("j")
        assert person.page.locator("tr[aria-current]").count() == 0
        person.go(QUEUE)
    person.page.locator("#keys summary").click()
    person.page.locator("[data-keys]").click()
    keys.press("j")
    assert person.page.locator("tr[aria-current]").count() == 1


MARK = """() => {
  const text = document.querySelector('[data-words=body]'), range = document.createRange();
  const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT); let last;
  while (walk.nextNode()) last = walk.currentNode;
  range.setStart(last, 1); range.setEnd(last, 7);
  getSelection().removeAllRanges(); getSelection().addRange(range);
}"""


def test_words_that_are_marked_are_covered_and_the_next_comment_is_there_at_once(
    visitor: Callable[..., Visitor], review: Callable[[int], Review]
) -> None:
    work = review(3)
    person = work.enter(visitor())
    person.go(QUEUE)
    person.press("button.go")
    assert person.path == f"{QUEUE}/{work.ids[0]}"
    assert work.holder(0)
    person.page.evaluate(MARK)
    person.page.keyboard.press("m")
    person.page.locator("[data-covers] [name=mask]").first.check()
    person.look()
    # nobody holds the next one while it is only kept ready
    assert not work.holder(1)
    person.page.keyboard.press("a")
    person.page.wait_for_url(f"**{QUEUE}/{work.ids[1]}")
    person.page.locator("main[aria-busy=false] #publish").wait_for()
    person.look()
    assert person.focus()["tag"] == "H1"
    shown = work.comment(0)
    assert shown.shown_body == "Gọi █████ █████ ý số 0."
    assert work.holder(1)
    # leaving it, whatever way, frees it
    person.page.goto(person.url + "/")
    work.until(lambda: not work.holder(1))


def test_without_javascript_on_a_phone(
    visitor: Callable[..., Visitor], review: Callable[[int], Review]
) -> None:
    work = review(4)
    person, colleague = work.enter(visitor(width=360, js=False)), work.enter(visitor(), 1)
    colleague.go(QUEUE)
    colleague.press(f"#c{work.ids[1]} button.go")
    person.go(f"{QUEUE}?flag=personal_data")
    person.press(f"#c{work.ids[0]} [name=withhold]")
    # its reason is forgotten: everything else stays as it was typed
    sentence = "Số điện thoại này là của người khác."
    person.fill("#withhold", sentence=sentence)
    person.press("#withhold button")
    assert person.page.locator("#sentence").input_value() == sentence
    person.fill("#withhold", reason="personal_data")
    person.press("#withhold button")
    # the second is the colleague's, so the third comes
    assert person.path == f"{QUEUE}/{work.ids[2]}"
    person.page.locator("[name=mask]").check()
    person.press("#publish [name=outcome]")
    assert person.path == f"{QUEUE}/{work.ids[3]}"
    assert work.statuses() == ["withheld", "waiting", "published", "waiting"]
    assert work.comment(2).shown_body == "Gọi █████ để góp ý số 2."
    person.press(".toast-undo button")
    assert work.statuses() == ["withheld", "waiting", "waiting", "waiting"]
    person.go(f"{QUEUE}/{work.ids[1]}")
    person.press("main form:has([name=over]) >> button")
    person.press("#publish [name=outcome]")
    assert work.statuses()[1] == "published"
    person.go(f"{QUEUE}/lately")
    person.go(QUEUE)
    for number in work.ids[2:]:
        person.page.locator(f"#c{number} [name=comment]").check()
    person.press("[name=bulk][value=publish]")
    person.press("form:has([name=seen]) >> button")
    assert work.statuses() == ["withheld", "published", "published", "published"]
