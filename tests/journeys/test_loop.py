"""The loop: what people send is reviewed, grouped, answered, and changes the words they meant."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from app.comments.intake_file import COLUMNS
from app.kit import clock
from app.web.uploads import XLSX
from tests.journeys.desks import Desks, link
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor
from tests.word import docx

pytestmark = pytest.mark.browser

QUEUE = "/desk/moderation"
WRITE = "main form:has([name=body])"
ADDRESS = "lo.thi.may@example.vn"
PHONE = "0912 345 678"
Visitors = Callable[..., Visitor]


@pytest.fixture
def desks(portal: Portal) -> Desks:
    return Desks.of(portal)


def _sent_by_a_citizen(citizen: Visitor, desks: Desks) -> str:
    """The comment came with a file and an address, which said yes; returns its receipt."""
    citizen.go(f"{desks.draft}/comment?at=dieu-3")
    file = {"name": "don-kien-nghi.docx", "mimeType": "", "buffer": docx("Chuồng trại ở bản tôi.")}
    body = f"Đề nghị tăng mức hỗ trợ cho hộ ở bản xa. Gọi {PHONE} để hỏi thêm."
    who = {"commenter_kind": "individual", "display_name": "Lò Thị Mây", "email": ADDRESS}
    citizen.send(WRITE, body=body, files=file, **who)
    receipt = citizen.path.rsplit("/", 1)[1]
    [asked] = desks.letters(ADDRESS, 1)
    citizen.go(link(asked, "confirm"))
    citizen.press("main form[method=post] button")
    return receipt


def _typed_by_a_clerk(clerk: Visitor, desks: Desks) -> int:
    """A letter on paper is in, and its slip can be printed."""
    clerk.go("/desk/intake")
    clerk.press("main table a")
    typed = {"channel": "paper", "reference": "45/CV-HND", "commenter_kind": "organisation"}
    body = "Hội Nông dân đề nghị chi trả một lần trong quý I."
    clerk.fill("form[data-quick]", body=body, part="3.1", display_name="Hội Nông dân", **typed)
    clerk.press("form[data-quick] button[value=slip]")
    assert clerk.page.locator(".slip svg").count() == 1
    return desks.number(clerk.page.locator(".slip .code").inner_text())


def _criticised_by_the_front(clerk: Visitor, desks: Desks) -> int:
    """What stays the same from one paper to the next is filled in already."""
    clerk.press("main .no-paper a.btn", look=False)
    assert clerk.page.locator("[name=channel]").input_value() == "paper"
    clerk.page.locator("#criticism-of-the-front summary").click()
    body = "Ban Thường trực đề nghị quy định rõ mức hỗ trợ cho hộ ở bản xa."
    front = "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"
    clerk.fill("form[data-quick]", body=body, criticism="written", display_name=front)
    clerk.press("form[data-quick] button[value=slip]", look=False)
    return desks.number(clerk.page.locator(".slip .code").inner_text())


def _withheld_by_keyboard(moderator: Visitor, advert: int) -> None:
    """The first of the queue is withheld, undone, and withheld again."""
    keys, row = moderator.page.keyboard, moderator.page.locator(f"#c{advert}")
    moderator.go(QUEUE)
    keys.press("j")
    for again in (True, False):
        keys.press("r")
        moderator.page.locator("dialog[open]").wait_for()
        keys.press("Space")
        keys.press("Tab")
        keys.type("Đây là quảng cáo máy bơm, không phải góp ý.")
        keys.press("Tab")
        keys.press("Tab")
        keys.press("Enter")
        row.wait_for(state="detached")
        if again:
            keys.press("u")
            row.wait_for()


def _withheld_by_two(proposer: Visitor, confirmer: Visitor, number: int) -> None:
    proposer.go(QUEUE, look=False)
    proposer.press(f"#c{number} [name=withhold]")
    proposer.fill("#withhold", reason="off_topic", sentence="Góp ý này nói về một dự thảo khác.")
    proposer.press("#withhold button")
    proposer.go(f"{QUEUE}/{number}", look=False)
    proposer.press("form[data-take] button", look=False)
    assert proposer.page.locator("#confirm").count() == 0, "nobody confirms what they proposed"
    proposer.press("form.bar button", look=False)
    confirmer.go(f"{QUEUE}/{number}")
    confirmer.press("form[data-take] button")
    confirmer.press("#confirm button")
    confirmer.go("/desk", look=False)  # the script opened the next one: leaving it frees it


def _asked_and_covered(moderator: Visitor, citizen: Visitor, desks: Desks, number: int) -> None:
    """The author was asked and replied; the comment is public with its file, but not the number."""
    moderator.go(QUEUE, look=False)
    moderator.press(f"#c{number} button.go")
    question = "Bản của bà cách trung tâm xã bao nhiêu cây số?"
    moderator.send("form[action$='/questions']", text=question)
    *_others, letter = desks.letters(ADDRESS, 2)
    assert question in letter
    citizen.go(link(letter, "/questions/"))
    citizen.send(reply="Mười hai cây số đường núi.")
    assert "Mười hai cây số" in citizen.page.locator("main").inner_text()
    item = f"{QUEUE}/{number}"
    moderator.until(item, lambda page: page.locator(".attached button[value=publish]").count() > 0)
    moderator.press(".attached button[value=publish]", look=False)
    moderator.page.locator("#publish summary").click()
    moderator.fill("#publish", passages=PHONE)
    moderator.press("#publish [name=outcome]")


def _published_together(moderator: Visitor, numbers: list[int]) -> None:
    moderator.go(QUEUE, look=False)
    for number in numbers:
        moderator.page.locator(f"#c{number} [name=comment]").check()
    moderator.press("[name=bulk][value=publish]")
    listed = moderator.page.locator("main tbody th").all_inner_texts()
    assert listed == [f"GY-{number}" for number in sorted(numbers)]
    moderator.press("form:has([name=seen]) >> button")
    moderator.go(QUEUE, look=False)
    assert moderator.page.locator("main tbody tr").count() == 0


def _appealed(author: Visitor, moderator: Visitor, second: Visitor, receipt: str) -> None:
    """Who withheld it cannot answer the appeal; another person finds for the author."""
    author.go(f"/comments/{receipt}")
    author.press("main a[href$='/appeal']")
    author.send(words="Tôi bán máy bơm, nhưng góp ý về mức hỗ trợ nước sạch.")
    moderator.go("/desk/appeals")
    moderator.press("main th a")
    assert moderator.page.locator("[name=outcome]").count() == 0
    second.go("/desk/appeals", look=False)
    second.press("main th a", look=False)
    reply = "Đoạn sau nói về Điều 3 của dự thảo, nên góp ý được công khai."
    second.send("form:has([name=reply])", outcome="overturned", reply=reply)
    author.go(f"/comments/{receipt}")
    assert reply in author.page.locator("main").inner_text()


def _told_in_public(reader: Visitor, desks: Desks, numbers: dict[str, int]) -> None:
    """The register has both withholdings, one of them lifted, and its table has the same."""
    shown = f"{desks.draft}/comments"

    def there(page: object) -> bool:
        text = reader.page.locator("main").inner_text()
        return "█████" in text and "máy bơm" in text

    reader.until(shown, there)
    assert PHONE not in reader.page.locator("main").inner_text()
    assert reader.page.locator("#social-criticism article").count() == 1
    file = reader.page.locator("main a[href*='/comments/attachments/']").first
    assert reader.page.request.get(reader.url + str(file.get_attribute("href"))).ok
    reader.go("/moderation")
    reader.go("/moderation/withheld")
    rows = csv.DictReader(
        io.StringIO(reader.page.request.get(f"{reader.url}/moderation.csv").text())
    )
    by_number = {row["comment"]: row for row in rows if row["draft"] == desks.slug}
    assert set(by_number) == {f"GY-{numbers['advert']}", f"GY-{numbers['elsewhere']}"}
    assert by_number[f"GY-{numbers['advert']}"]["lifted_at"]
    assert not by_number[f"GY-{numbers['elsewhere']}"]["lifted_at"]
    leaves = reader.page.locator("code.hash").all_inner_texts()
    assert {row["leaf"] for row in by_number.values()} <= set(leaves)


def test_what_comes_in_by_any_door_is_reviewed_and_its_author_told(
    visitor: Visitors, desks: Desks
) -> None:
    advert, advert_receipt = desks.comment("Bán máy bơm giá rẻ. Điều 3 nên tính cả máy bơm.")
    elsewhere, _receipt = desks.comment("Dự thảo Luật Đất đai cần sửa trước đã.")
    copies = [desks.comment("Tôi đồng ý với Điều 3 của dự thảo.")[0] for _ in range(3)]
    citizen = visitor(width=360, js=False)
    receipt = _sent_by_a_citizen(citizen, desks)
    clerk = desks.enter(visitor(js=False), "clerk")
    typed = [_typed_by_a_clerk(clerk, desks), _criticised_by_the_front(clerk, desks)]
    moderator = desks.enter(visitor(), "moderator")
    second = desks.enter(visitor(width=360, js=False), "second")

    _withheld_by_keyboard(moderator, advert)
    _withheld_by_two(second, moderator, elsewhere)
    number = desks.number(receipt)
    _asked_and_covered(second, citizen, desks, number)
    _published_together(second, [*copies, *typed])
    _appealed(visitor(js=False), moderator, second, advert_receipt)

    _told_in_public(visitor(js=False), desks, {"advert": advert, "elsewhere": elsewhere})
    citizen.go(f"/comments/{receipt}")
    story = citizen.page.locator("ol.line").inner_text()
    assert "Mười hai cây số" in story
    # what was decided waits until nobody can undo it, and each step has one letter
    assert desks.occasions(number) == ["confirm", "question", "published"]
    assert len(desks.letters(ADDRESS, 2)) == 2


def _minutes(data: bytes, said: list[dict[str, str]]) -> bytes:
    """The template with a row for each who spoke."""
    book = load_workbook(io.BytesIO(data))
    for row in said:
        book.worksheets[0].append([row.get(one.name, "") for one in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_minutes_of_a_meeting_come_in_as_a_spreadsheet(visitor: Visitors, desks: Desks) -> None:
    clerk = desks.enter(visitor(), "clerk")
    clerk.go("/desk/intake", look=False)
    clerk.press("main table a", look=False)
    clerk.press("main a[href$='/file']")
    template = clerk.page.locator("a[href$='/template.xlsx']").get_attribute("href")
    data = clerk.page.request.get(clerk.url + str(template)).body()
    today = clock.vn_date(clock.now()).strftime("%d/%m/%Y")
    meeting = {"channel": "meeting", "received_on": today, "event": "conference"}
    meeting |= {"occasion": "Hội nghị tại xã Mường Lói", "commenter_kind": "individual"}
    said = [
        meeting | {"body": "Nên hỗ trợ cả ống dẫn nước.", "part": "3.1"},
        meeting | {"body": "Mức hỗ trợ thêm còn thấp.", "part": "khoản 2 Điều 3"},
        meeting | {"body": "Điều này không có.", "part": "99.9"},
    ]
    file = {"name": "bien-ban.xlsx", "mimeType": XLSX, "buffer": _minutes(data, said)}
    clerk.send("form[enctype]", file=file)
    assert clerk.page.locator("tbody .tag-bad").count() == 1
    assert clerk.page.locator("tbody .tag-good").count() == 2
    clerk.press("form:has([name=rows]) >> button")
    assert clerk.page.locator(".slip svg").count() == 2
    codes = clerk.page.locator(".slip .code").all_inner_texts()
    # whoever spoke has the same receipt as who writes here
    author = visitor(width=360, js=False)
    author.go(f"/comments/{codes[0]}")
    assert "Mường Lói" in author.page.inner_text("main")
