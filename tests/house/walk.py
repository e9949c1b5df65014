"""Walks every page that links lead to, and collects the forms that change something."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html
from werkzeug.routing import MapAdapter

from app.web.locale import LANGUAGES
from app.web.sheet_writer import Table, write
from tests.factories import DRAFT, PASSWORD
from tests.page_client import PageClient
from tests.second_factor import code
from tests.word import docx

TOKEN = "csrf_token"
# Lists link to many combinations of filters; a few of each page are enough
PER_PATH = 4
LIMIT = 1500
ELSEWHERE = {"static", *(language.prefix[1:] for language in LANGUAGES[1:])}
DESK = re.compile(r"/desk/dossiers/\d+/translations/([^/]+)")
TELEPHONE = "what the telephone shows when the form is sent"
TYPED = {
    "password": PASSWORD,
    "code": TELEPHONE,
    "again": PASSWORD,
    "proof": PASSWORD,
    "email": "somebody.new@example.vn",
    "days": "30",
    "provision": "Điều 1",
    "other": "2",  # the group that was made second
    "part": "Điều 1",
    "passages": " ",  # nothing is covered: the words a comment has are not known here
    "members": "12",
    "dossier_sent_on": (date.today() - timedelta(days=20)).isoformat(),
    "effective": (date.today() + timedelta(days=90)).isoformat(),
    "in_force_from": (date.today() + timedelta(days=90)).isoformat(),
    "day_off": (date.today() + timedelta(days=91)).isoformat(),
    "moved_from": "2027-01-01",
    "first_day": (date.today() + timedelta(days=90)).isoformat(),
    "from_time": "22:00",
    "last_day": (date.today() + timedelta(days=90)).isoformat(),
    "until_time": "23:00",
}
# every file that is sent would also do as a comparison with the law in force
COMPARED = """\
| Quy định hiện hành | Dự thảo | Lý do |
| Chưa quy định | Điều 1 | Cần có |
"""


def typed_in() -> bytes:
    """A spreadsheet with one comment, as a clerk fills in the template."""
    cells = {1: "paper", 2: date.today().isoformat(), 6: "individual", 11: "Một ý kiến trên giấy."}
    heads = [f"{n}." for n in range(1, 17)]
    row = [cells.get(n, "") for n in range(1, 17)]
    return write([Table("Góp ý", heads, [row], [9] * 16)])


def answered() -> bytes:
    """A table of answers as officers send it back, with a row for nobody."""
    heads = ["number", "mark", "disposition", "explanation"]
    row = ["GY-0", "", "noted", "Cảm ơn ý kiến của bà con."]
    return write([Table("Trả lời", heads, [row], [9] * 4)])


@dataclass(frozen=True)
class Sendable:
    """A form that posts, filled in the way a person in a hurry would."""

    page: str
    action: str
    fields: tuple[tuple[str, str], ...]
    file: str = ""
    sheet: bool = False  # the file is to be a spreadsheet
    content: bytes = b""  # what was fetched from beside the form, to be sent back

    def asked(self) -> str:
        """The address that a form asks for when it only reads."""
        return f"{self.action.split('?')[0]}?{urlencode(self.fields)}"

    def data(self, *, token: bool) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for name, value in self.fields:
            if token or name != TOKEN:
                data.setdefault(name, []).append(code() if value == TELEPHONE else value)
        if self.file == "table":
            data[self.file] = (io.BytesIO(answered()), "tra-loi.xlsx")
        elif self.file == "xliff":
            told = self.content.replace(b"</source>", b"</source><target>Words</target>", 1)
            data[self.file] = (io.BytesIO(told), "dich.xlf")
        elif self.file and self.sheet:
            data[self.file] = (io.BytesIO(typed_in()), "y-kien.xlsx")
        elif self.file:
            data[self.file] = (io.BytesIO(docx(DRAFT + COMPARED)), "du-thao.docx")
        return data


@dataclass
class Walk:
    """What was seen: addresses of pages, and forms."""

    pages: list[str] = field(default_factory=list)
    forms: list[Sendable] = field(default_factory=list)


def endpoint_of(adapter: MapAdapter, url: str, method: str = "GET") -> str:
    """The endpoint that answers at an address of ours."""
    return str(adapter.match(urlsplit(url).path, method=method)[0])


def walk(client: PageClient, starts: Iterable[str], within: str = "") -> Walk:
    """Every page that links and questions lead to from `starts`; none of them may be missing.

    Only addresses that begin with `within` are gone to.
    """
    seen, queue, times = Walk(), list(starts), Counter[str]()
    known, asked, broken = set(queue), set[str](), []
    while queue and len(seen.pages) < LIMIT:
        url = queue.pop(0)
        response = client.get(url)
        # to a question "there is no such thing" is an answer; a link has to lead somewhere
        if response.status_code >= 400 and not (url in asked and response.status_code == 404):
            broken.append(f"{url} answers {response.status_code}")
        seen.pages.append(url)
        targets: Iterable[str] = [response.headers.get("Location", "")]
        if response.mimetype == "text/html" and response.status_code == 200:
            page = lxml.html.fromstring(response.get_data(as_text=True))
            targets = [link.get("href") for link in page.iter("a") if link.get("href")]
            sendable = [(form.method, fetched(client, read_form(url, form))) for form in page.forms]
            seen.forms += [form for method, form in sendable if method == "POST"]
            asked |= {form.asked() for method, form in sendable if method == "GET"}
            targets += asked
        response.close()
        for target in targets:
            address = urljoin(url, target or url).split("#")[0]
            path = urlsplit(address).path
            ours = _ours(address) and path.startswith(within)
            if address not in known and ours and times[path] < PER_PATH:
                times[path] += 1
                known.add(address)
                queue.append(address)
    assert not broken, "\n".join(broken)
    assert len(seen.pages) < LIMIT, "the walk found no end"
    return seen


def fetched(client: PageClient, form: Sendable) -> Sendable:
    """The form with what can be had from beside it, where that is what it takes."""
    if form.file != "xliff":
        return form
    return replace(form, content=client.get(f"{form.action}.xlf").data)


def _ours(address: str) -> bool:
    parts = urlsplit(address)
    # other languages are the same views; a walk in one is enough
    if parts.scheme or parts.netloc or parts.path.split("/")[1] in ELSEWHERE:
        return False
    # so is the translator's desk of each
    spoken = DESK.match(parts.path)
    return spoken is None or spoken[1] == "en"


def read_form(page: str, form: lxml.html.FormElement) -> Sendable:
    """The form as a browser would send it."""
    file = next((i for i in form.inputs if i.get("type") == "file"), None)
    buttons = [b for b in form.iter("button") if b.get("name") and b.get("type") != "button"]
    # a machine is not there to be asked
    buttons = [b for b in buttons if b.get("value") != "suggest"]
    pressed = [(b.get("name"), b.get("value") or "") for b in buttons[:1]]
    action = urljoin(page, form.get("action") or page)
    fields = (*_filled(form), *pressed)
    if file is None:
        return Sendable(page, action, fields)
    return Sendable(page, action, fields, file.name or "", file.get("accept") == ".xlsx")


def _filled(form: lxml.html.FormElement) -> Iterator[tuple[str, str]]:
    chosen: set[str] = set()
    ticked = {i.name for i in form.inputs if i.get("type") == "checkbox" and i.checked}
    for control in form.inputs:
        name, kind = control.name, (control.get("type") or "text").lower()
        if not name or kind in ("file", "submit", "button", "image") or control.tag == "button":
            continue
        if control.tag == "select":
            yield name, next((option for option in control.value_options if option), "")
        elif kind == "radio":
            if name not in chosen:
                chosen.add(name)
                yield name, control.get("value") or "on"
        elif kind == "checkbox":
            # what the page has ticked stays as it is; where nothing is, everything gets a tick
            if control.checked or name not in ticked:
                yield name, control.get("value") or "on"
        elif kind == "hidden":
            yield name, control.get("value") or ""
        else:
            yield (
                name,
                TYPED.get(name) or (control.value or "").strip() or "Nội dung đầy đủ, rõ ràng.",
            )
