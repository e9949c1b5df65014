"""The answering desk: a group answered once, a table filled in elsewhere, and a gate that holds."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from app.responses.tables import FORMATS
from app.responses.working_copy import COLUMNS
from app.web.uploads import XLSX
from tests.journeys.desks import Desks, link
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

ADDRESS = "giang.a.pao@example.vn"
SAME = "Đề nghị tăng mức hỗ trợ thêm cho hộ nghèo vì giá ống nước ở bản cao đã tăng gấp đôi."
ANSWER = "Tiếp thu: mức hỗ trợ thêm cho hộ nghèo được nâng theo giá vật liệu năm nay."
PLACE = "dieu-3.khoan-2"
NEW_WORDS = "Hộ nghèo được hỗ trợ thêm 2.000.000 đồng."
Visitors = Callable[..., Visitor]


@pytest.fixture
def desks(portal: Portal) -> Desks:
    return Desks.of(portal, days_ago=40)


def _main(person: Visitor) -> str:
    return person.page.locator("main").inner_text()


def _signed_and_published(head: Visitor, approver: Visitor, desks: Desks, many: int = 1) -> None:
    for _one in range(many):
        head.go(f"{desks.answers}?show=review", look=False)
        head.press("main th a")
        head.press("form[action$='/signature'] button", look=False)
    approver.go(f"{desks.answers}?show=signed")
    approver.press("form[action$='/publication'] button", look=False)


def _wants_letters(citizen: Visitor, desks: Desks, receipt: str) -> None:
    """The author left an address with the receipt, and it said yes."""
    citizen.go(f"/comments/{receipt}")
    citizen.pass_on("#letters form", email=ADDRESS)
    [asked] = desks.letters(ADDRESS, 1)
    citizen.go(link(asked, "confirm"), look=False)
    citizen.press("main form[method=post] button", look=False)


def _all_shown(reader: Visitor, desks: Desks, numbers: list[int]) -> None:
    """Nobody is hidden because others said the same."""
    groups = "main a[href*='/groups/']"
    reader.until(f"{desks.draft}/comments", lambda page: page.locator(groups).count() >= 3)
    reader.press(groups)
    assert {f"comment-{one}" for one in numbers} == {
        one.get_attribute("id") for one in reader.page.locator("article.said").all()
    }


def _split_and_joined_again(officer: Visitor, desks: Desks, numbers: list[int]) -> None:
    """What a person does to a group can be undone."""
    officer.go(f"/desk/groups/{desks.slug}?tier=exact")
    officer.press("main th a")
    whole = officer.path
    officer.page.locator(f"[name=comment][value='{numbers[-1]}']").check()
    officer.press("form[action*='/split'] button", look=False)
    officer.go(whole, look=False)
    assert officer.page.locator("[name=comment]").count() == len(numbers) - 1
    officer.go(f"/desk/groups/{desks.slug}/steps")
    officer.press("form[action*='/undo'] button", look=False)
    officer.go(whole, look=False)
    assert officer.page.locator("[name=comment]").count() == len(numbers)


def _answered_once(officer: Visitor, desks: Desks, many: int) -> None:
    """The group is somebody's, and its one answer goes no further before it names what changes."""
    officer.go(f"{desks.answers}/work?tier=exact")
    officer.page.locator("[name=group]").first.check()
    officer.page.locator("[name=officer]").select_option(index=0)
    officer.press("form:has([name=officer]) .bar button", look=False)
    officer.go(f"{desks.answers}/work?tier=exact", look=False)
    officer.press("main td a[href*='/new?'][href*='group=']")
    form = "form:has([name=explanation])"
    officer.fill(form, disposition="accepted", explanation=ANSWER)
    officer.press(f"{form} button[value=submit]")
    assert officer.page.locator("form[action$='/submission']").count() == 0
    officer.page.locator("label:has([name=change])", has_text="Hộ nghèo").click()
    officer.press(f"{form} button[value=submit]", look=False)
    assert f" {many} " in officer.page.locator("#comment").inner_text()


def _next_draft(officer: Visitor, approver: Visitor, desks: Desks) -> None:
    """The provision reads otherwise in the next draft, which is public."""
    officer.go(desks.desk, look=False)
    officer.press("form[action$='/begin'] button", look=False)
    officer.go(f"{desks.desk}/text/words?at={PLACE}", look=False)
    officer.pass_on("main form[method=post]", text=NEW_WORDS)
    officer.go(f"{desks.desk}/text/review", look=False)
    officer.press("#steps form[action$='/text/review'] button", look=False)
    for person in (officer, approver):
        person.go(f"{desks.desk}/declaration", look=False)
        person.pass_on(sure=True)
    approver.go(desks.desk, look=False)
    approver.press("form[action$='/revision'] button")


def test_a_campaign_is_answered_once_and_the_words_change_because_of_it(
    visitor: Visitors, desks: Desks
) -> None:
    names = ("Giàng A Páo", "Sùng Thị Mỷ", "Vàng A Lử")
    sent = [desks.comment(SAME, published=True, anchor=PLACE, display_name=name) for name in names]
    numbers, receipt = [number for number, _receipt in sent], sent[0][1]
    citizen, reader = visitor(width=360, js=False), visitor(width=360, js=False)
    _wants_letters(citizen, desks, receipt)
    _all_shown(reader, desks, numbers)
    officer = desks.enter(visitor(js=False), "officer")
    head, approver = desks.enter(visitor(), "head"), desks.enter(visitor(js=False), "approver")

    _split_and_joined_again(officer, desks, numbers)
    _answered_once(officer, desks, len(names))
    _signed_and_published(head, approver, desks)
    citizen.until(f"/comments/{receipt}", lambda page: ANSWER in page.inner_text("main"))
    assert "khoản 2 Điều 3" in citizen.page.inner_text("li.now"), "the words are still to change"
    _next_draft(officer, approver, desks)

    because = f".taken a[href*='{desks.slug}/answers']"
    compare = f"{desks.draft}/compare?from=1&to=2"
    reader.until(compare, lambda page: page.locator(because).count() > 0)
    reader.press(because)
    assert "2.000.000" in reader.page.locator(".changes ins").first.inner_text()
    citizen.until(f"/comments/{receipt}", lambda page: page.locator("#answer ins").count() > 0)
    told = citizen.page.locator("ol.line > li.done")
    assert told.count() == 5, "received, published, grouped, answered, changed"
    # who was told had said yes; who had not was never written to
    letters = desks.letters(ADDRESS, 3)
    assert ANSWER in letters[1]
    assert desks.occasions(numbers[0]) == ["confirm", "answered", "changed"]
    assert desks.occasions(numbers[1]) == []
    citizen.go(link(letters[2], "stop"))
    citizen.press("main form[method=post] button")


def _filled_in(data: bytes, answers: Mapping[int, tuple[str, str]]) -> bytes:
    """The workbook with these words for these comments."""
    book = load_workbook(io.BytesIO(data))
    sheet, columns = book.worksheets[0], [*COLUMNS]
    for row in sheet.iter_rows(min_row=2):
        number = int(str(row[0].value).removeprefix("GY-"))
        disposition, explanation = answers[number]
        row[columns.index("disposition")].value = disposition
        row[columns.index("explanation")].value = explanation
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _by_table(officer: Visitor, desks: Desks, answers: Mapping[int, tuple[str, str]]) -> None:
    """The table went out, was filled in, and its preview is on the screen."""
    officer.go(f"{desks.answers}/table", look=False)
    href = officer.page.locator(".takeaway a").first.get_attribute("href")
    data = officer.page.request.get(officer.url + str(href)).body()
    file = {"name": "bang.xlsx", "mimeType": XLSX, "buffer": _filled_in(data, answers)}
    officer.send("form[enctype]", table=file)


def _answered_by_table(officer: Visitor, desks: Desks, first: int, other: int) -> None:
    """A row nobody can understand is left, the others are taken; then the rest is."""
    no = "Mức hỗ trợ đã cân đối với ngân sách tỉnh năm nay nên giữ như dự thảo."
    yes = "Cảm ơn góp ý; nội dung này không yêu cầu sửa dự thảo."
    _by_table(officer, desks, {first: ("not_accepted", no), other: ("tiếp thu hết", yes)})
    assert officer.page.locator("tbody .tag-bad").count() == 1
    assert officer.page.locator("tbody .tag-good").count() == 1
    officer.press("button[value=take]", look=False)
    _by_table(officer, desks, {first: ("not_accepted", no), other: ("noted", yes)})
    assert officer.page.locator("tbody tr").count() == 1, "what was taken over is recognised"
    officer.press("button[value=take]")
    for _one in (first, other):
        officer.go(f"{desks.answers}?show=drafts", look=False)
        officer.press("main th a", look=False)
        officer.press("form[action$='/submission'] button", look=False)


def _sent_back(head: Visitor, officer: Visitor, desks: Desks) -> None:
    """The head wants other words, reads them in the history of the answer, and gets it again."""
    head.go(f"{desks.answers}?show=review", look=False)
    head.press("main th a")
    note = "Nêu rõ mức chi của ngân sách tỉnh."
    head.send("form[action$='/return']", note=note)
    officer.go(head.path)
    assert note in _main(officer)
    officer.press("form:has([name=explanation]) button[value=submit]", look=False)


def _sent_on(approver: Visitor, desks: Desks) -> bool:
    """Whether the dossier passed on to its appraisal."""
    approver.go(f"{desks.desk}/stages")
    approver.pass_on("main form[method=post]", stage="appraisal")
    return approver.path == desks.desk


def _owed(reader: Visitor, desks: Desks, many: int) -> None:
    def there(page: Page) -> bool:
        row = page.locator("li", has=page.locator(f"a[href*='{desks.slug}']"))
        return f" {many} " in row.inner_text() if row.count() else not many

    reader.until("/answering", there)


def _taken_away(reader: Visitor, desks: Desks, many: int) -> None:
    """The official table in every format, its totals those of the database."""
    reader.go(f"{desks.draft}/answers")
    assert len(FORMATS) == 5
    for form in FORMATS:
        found = reader.page.locator(f"main #downloads a[href*='answers.{form}']").first
        answer = reader.page.request.get(reader.url + str(found.get_attribute("href")))
        assert answer.ok, form
        assert answer.headers["content-disposition"].startswith("attachment"), form
        if form == "json":
            totals = json.loads(answer.body())["totals"]
            assert (totals["comments"], totals["answered"]) == (many, many)


def test_a_dossier_waits_until_every_comment_is_answered(visitor: Visitors, desks: Desks) -> None:
    first, _receipt = desks.comment("Mức 3.000.000 đồng quá thấp so với giá thợ.", published=True)
    other, _receipt = desks.comment("Tôi ủng hộ việc hỗ trợ nước sạch.", published=True)
    reader = visitor(js=False)
    officer = desks.enter(visitor(js=False), "officer")
    head, approver = desks.enter(visitor(), "head"), desks.enter(visitor(), "approver")
    head.go("/desk/delegations")
    head.send("form:has([name=valid_to])", officer=str(desks.officer_id("clerk")))
    delegate = desks.enter(visitor(), "clerk")
    _owed(reader, desks, 2)
    assert not _sent_on(approver, desks)
    assert approver.page.locator(f"main .box-warn a[href*='{desks.slug}']").count() == 1

    _answered_by_table(officer, desks, first, other)
    _sent_back(head, officer, desks)
    _signed_and_published(delegate, approver, desks, 2)
    assert _sent_on(approver, desks)
    _owed(reader, desks, 0)
    _taken_away(reader, desks, 2)


def test_what_is_wrongly_said_and_what_other_laws_lack_is_told_in_public(
    visitor: Visitors, desks: Desks
) -> None:
    number, _receipt = desks.comment("Đề nghị Quốc hội sửa Luật Tài nguyên nước.", published=True)
    officer = desks.enter(visitor(width=360, js=False), "officer")
    approver, reader = desks.enter(visitor(), "approver"), visitor(js=False)
    claim = "Hộ nghèo phải trả lại tiền hỗ trợ."
    officer.go(f"/desk/corrections/{desks.slug}")
    said = "Dự thảo không buộc hộ nào trả lại tiền."
    officer.send("form:has([name=claim])", claim=claim, official=said, anchor=PLACE)
    officer.press("main li a")
    assert officer.page.locator("form[action$='/publish']").count() == 0, "who wrote it waits"
    approver.go(officer.path)
    approver.press("form[action$='/publish'] button", look=False)
    officer.go(f"/desk/comments/{number}/suggestion")
    law = "Luật Tài nguyên nước"
    summary = "Cho phép xã quản lý nguồn nước nhỏ."
    officer.send("form:has([name=document])", document=law, addressee="Quốc hội", summary=summary)
    officer.press(f"main a:has-text('{law}')")
    sent = {"outcome": "passed_on", "words": "Đã gửi Đoàn đại biểu Quốc hội tỉnh."}
    officer.send("form:has([name=words])", **sent)

    reader.until(f"{desks.draft}/corrections", lambda page: claim in page.inner_text("main"))
    reader.until("/suggestions", lambda page: sent["words"] in page.inner_text("main"))
