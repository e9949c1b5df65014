"""Inputs sent through the portal's own forms: each is kept in its normal form, or given back whole."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
from sqlalchemy import select
from werkzeug.routing import MapAdapter
from werkzeug.test import TestResponse

from app.comments.models import Comment
from app.extensions import db
from app.kit import codes
from app.kit.html import plain
from app.kit.text import clean, clean_line
from tests.hostile.inputs import sendable
from tests.house.walk import Sendable, endpoint_of, read_form
from tests.page_client import BadPageError, PageClient

TYPES = {"text", "search", "email", "tel", "url", "date", "time", "number"}
REFUSED = (400, 403, 404, 409, 413, 422)
# what no page shows again, and what only programs fill in
SECRET = {"password", "code", "again", "proof", "remark"}


@dataclass(frozen=True)
class Typing:
    """A form, and the names of the fields in it that words are typed into."""

    endpoint: str
    form: Sendable
    names: tuple[str, ...]


def normal(text: str) -> set[str]:
    """What the kit may make of a text: some lines, one line, and either without elements."""
    made = {clean(text), clean_line(text), plain(text), clean_line(plain(text))}
    return {one.strip() for one in made}


def unbroken(text: str) -> str:
    """The text without its ends of lines and blanks: a page may keep them differently."""
    return "".join(clean(text).split())


class Reading:
    """A client that keeps the forms of the pages it reads, one of each endpoint."""

    def __init__(self, client: PageClient, adapter: MapAdapter) -> None:
        self.client, self.adapter, self.found = client, adapter, dict[str, Typing]()

    def get(self, path: str) -> TestResponse:
        answer = self.client.get(path)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            for form in lxml.html.fromstring(answer.get_data(as_text=True)).forms:
                if form.method == "POST":
                    self._keep(read_form(path, form), form)
        return answer

    def _keep(self, form: Sendable, read: lxml.html.FormElement) -> None:
        name = endpoint_of(self.adapter, form.action, "POST")
        fields = tuple(dict.fromkeys(control.name for control in read.inputs if _typed(control)))
        if fields or form.file:
            self.found.setdefault(name, Typing(name, form, fields))


def _typed(control: Any) -> bool:
    """Whether words are typed into it that the page may show again."""
    words = control.tag == "textarea" or (
        control.tag == "input" and control.get("type", "text") in TYPES
    )
    return bool(words and control.name and control.name not in SECRET)


def faults(answer: TestResponse, typed: dict[str, str], *, lenient: bool = False) -> Iterator[str]:
    """What is wrong with an answer to what was typed, by field, unless it was taken."""
    status = answer.status_code
    if status >= 500:
        yield f"{status}"
    if status not in REFUSED or answer.mimetype != "text/html":
        return
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    if page.xpath("//*[@hit or @HIT]"):
        yield "made an element"
    back = defaultdict[str, set[str]](set)  # another form of the page may have a field of that name
    for one in page.forms:
        for control in one.inputs:
            if control.name in typed and control.tag in ("input", "textarea"):
                back[control.name].add(unbroken(control.value or ""))
    if not back and lenient:
        return  # not this form, but a page that says why there is none any more
    summary = page.xpath("//*[@id='error-summary']")
    if not summary:
        yield f"{status} names no field"
    for name, text in typed.items():
        if not back[name] & {unbroken(one) for one in normal(text)}:
            yield f"{status} lost {name}: {back[name]!r:.80}"


def comment(client: PageClient, path: str, token: str, text: str, field: str) -> Iterator[str]:
    """What is wrong with how the form of a comment took the text in that field."""
    text = sendable(text)
    typed = {"body": "Nước sạch cho xã miền núi.", "display_name": "", field: text}
    hidden = {"csrf_token": token, "key": codes.new_key(), "commenter_kind": "individual"}
    answer = client.post(path, data={**typed, **hidden})
    if answer.status_code != 303:
        yield from faults(answer, typed)
        if answer.status_code not in REFUSED:
            yield str(answer.status_code)
        elif f'href="#{field}"' not in answer.get_data(as_text=True):
            yield f"refused, but not for {field}"
        return
    receipt = answer.headers["Location"].split("?")[0].rpartition("/")[2]
    row = db.session.scalars(select(Comment).where(Comment.receipt == receipt)).one()
    wanted = {
        "body": plain(typed["body"]).strip(),
        "display_name": clean_line(typed["display_name"]),
        "proposed_wording": plain(typed.get("proposed_wording", "")).strip(),
    }
    for name, words in wanted.items():
        if getattr(row, name) != words and not (name == "proposed_wording" and not words):
            yield f"{name} kept as {getattr(row, name)!r}"


def search(client: PageClient, text: str) -> Iterator[str]:
    """What is wrong with the page that answers a search for the text."""
    answer = client.get("/search", query_string={"q": sendable(text), "stay": "1"})
    if answer.status_code != 200:
        yield f"{answer.status_code}"
        return
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    asked = {control.value or "" for control in page.xpath("//input[@name='q']")}
    if any(unbroken(text[:60]) and not one for one in asked) and clean_line(text):
        yield f"the question was lost: {asked}"
    if page.xpath("//*[@hit or @HIT]"):
        yield "made an element"


def send(
    client: PageClient, one: Typing, text: str, names: Collection[str], number: int
) -> Iterator[str]:
    """What is wrong with how any form took the text in these fields."""
    words = sendable(text) + f" §{number}§"
    data = {**one.form.data(token=True), **{name: words for name in names}}
    if one.form.file and (sent := data.get(one.form.file)):
        ending = sent[1].rpartition(".")[2]
        data[one.form.file] = (io.BytesIO(sent[0].read()), f"{words[:150]}.{ending}")
    try:
        answer = client.post(one.form.action, data=data)
    except BadPageError as error:
        yield f"a page with {error}"
        return
    yield from faults(answer, dict.fromkeys(names, words), lenient=True)
    answer.close()
