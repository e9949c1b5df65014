"""The life of one comment, from the law that was posted to the answer that is found."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.accounts.models import Role
from app.documents.models import REQUIRED_CONTENT
from tests.journeys.conftest import Staff
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

TITLE = "Nghị quyết về bảo vệ đàn trâu bò vùng biên"
COMMENT = "Tôi đề nghị hỗ trợ chuồng trại cho hộ nuôi trâu bò ở vùng biên."
ANSWER = "Cơ quan soạn thảo giải trình: mức hỗ trợ chuồng trại đã có ở nghị quyết khác."


def _post(drafter: Visitor, law: Path) -> str:
    """The dossier holds the law, its content and the drafter's word; returns its desk address."""
    drafter.go("/desk/dossiers/new")
    drafter.send(title=TITLE, document_type="provincial_council_resolution", stage="drafting")
    desk = drafter.path
    assert re.fullmatch(r"/desk/dossiers/\d+", desk)
    drafter.go(f"{desk}/text")
    drafter.send(file=str(law))
    assert drafter.path == f"{desk}/text/review"
    drafter.send()
    drafter.go(f"{desk}/content")
    drafter.send(**{name: f"Nội dung của mục {name}." for name in REQUIRED_CONTENT})
    _declare(drafter, desk)
    return desk


def _declare(officer: Visitor, desk: str) -> None:
    officer.go(f"{desk}/declaration")
    officer.send(sure=True)
    assert officer.path == desk


def _comment(citizen: Visitor, draft: str) -> str:
    """The comment is sent; returns the address of its receipt."""
    citizen.go(draft)
    citizen.press("main a[href*='/comment?at=dieu-']")
    form = "main form:has([name=body])"
    citizen.send(form, body=COMMENT, commenter_kind="individual", display_name="Lò Thị Mây")
    assert citizen.path.startswith("/comments/GY-")
    return citizen.path


def _publish(moderator: Visitor) -> None:
    moderator.go("/desk/moderation")
    row = "main button[name=open]:visible >> nth=-1"
    moderator.press(row)
    assert COMMENT in moderator.page.locator("main").inner_text()
    moderator.press("button[name=outcome][value=publish]")


def _answer(drafter: Visitor, slug: str) -> None:
    drafter.go("/desk/answers")
    drafter.press(f"main a[href^='/desk/answers/{slug}']")
    drafter.page.locator("main input[name=comment]").first.check()
    drafter.press("main form[action$='/new'] >> button")
    drafter.send(disposition="not_accepted", explanation=ANSWER)
    drafter.press("form[action$='/submission'] button")


def _sign(head: Visitor, slug: str) -> None:
    head.go(f"/desk/answers/{slug}?show=review")
    head.press("main th a[href*='/desk/answers/']")
    head.press("form[action$='/signature'] button")


def _approve(approver: Visitor, slug: str) -> None:
    approver.go(f"/desk/answers/{slug}?show=signed")
    approver.press("form[action$='/publication'] button")


def test_the_whole_life_of_a_comment(
    visitor: Callable[..., Visitor], staff: Staff, law: Path
) -> None:
    drafter = staff.enter(visitor(), Role.DRAFTER)
    desk = _post(drafter, law)
    approver = staff.enter(visitor(), Role.APPROVER)
    _declare(approver, desk)
    approver.go(f"{desk}/opening")
    approver.press("form[method=post][action$='/opening'] button")
    draft = approver.page.locator("main a[href^='/consultations/']").first.get_attribute("href")
    assert draft
    slug = draft.rsplit("/", 1)[1]

    receipt = _comment(visitor(width=360, js=False), draft)
    moderator = staff.enter(visitor(), Role.MODERATOR)
    _publish(moderator)
    reader = visitor(width=360)
    reader.until(f"{draft}/comments", lambda page: COMMENT in page.locator("main").inner_text())
    _answer(drafter, slug)
    assert ANSWER not in _text(reader, f"{draft}/answers"), "a draft answer is nobody's to read"
    _sign(staff.enter(visitor(), Role.HEAD), slug)
    assert ANSWER not in _text(reader, f"{draft}/answers"), "signed is not published"
    _approve(approver, slug)

    reader.until(f"{draft}/answers", lambda page: ANSWER in page.locator("main").inner_text())
    reader.go("/search")
    reader.until(
        "/search?q=chuong+trai+trau+bo+vung+bien",
        lambda page: page.locator(f"main .hits a[href*='{slug}']").count() > 0,
    )
    reader.until(receipt, lambda page: ANSWER in page.locator("main").inner_text())


def _text(reader: Visitor, path: str) -> str:
    reader.go(path)
    return reader.page.locator("main").inner_text()
