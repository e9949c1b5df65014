"""Every endpoint says who may enter; what changes something needs a token; reading changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import totp
from app.accounts.policy import RULES, Act
from app.approvals.kinds import kinds
from app.config import MailServer, Tls, TranslationServer
from app.extensions import db
from app.web.guard import SAFE, Mark
from tests.citizens import made as citizens
from tests.factories import World
from tests.house.lived_in import LivedIn
from tests.house.walk import TYPED, Sendable, Walk, endpoint_of, read_form, walk
from tests.page_client import PageClient
from tests.second_factor import SECRET

SEGMENT = re.compile(r"(\.well-known|[a-z0-9]+(-[a-z0-9]+)*|<[^/>]+>)(\.([a-z]+|<[^/>]+>))?")
REFUSED = {400, 403, 422}
DONE = {303, 307}
# These end the visit, so the proof that their forms work comes last
LAST = (
    *("accounts.close", "accounts.end_other_sessions", "accounts.sign_out"),
    *("citizens.forget", "citizens.sign_out"),
)
# a revised text may instead be opened for comments, and then is no revision any more; who edits a
# correction can no longer publish it; who answers a group anew takes its newcomers; what is taken from
# public view is answered no more
FIRST = (
    *("accounts.send_typed", "consultations.revise", "outreach.publish"),
    *("responses.answer_newcomers", "responses.adopt", "responses.draft"),
)
# where redirects lead, and no link: what came too late, the question who sits there, what is
# shown once
# of many links to one page with other filters the walk follows a few: what was withheld is one
DESK = (
    *("/desk", "/desk/typed", "/desk/account/prove", "/desk/account/recovery-codes"),
    "/desk/moderation?state=withheld",
)
OF_A_KIND = 12  # forms of one endpoint tried on one page


def test_each_endpoint_has_one_mark(app: Flask) -> None:
    bare = [
        name
        for name, view in app.view_functions.items()
        if not isinstance(getattr(view, "mark", None), Mark)
    ]
    assert not bare, f"say @public, @public_form or @allow(Act.X): {bare}"


def test_each_act_is_ruled_and_each_rule_is_used(app: Flask) -> None:
    assert set(RULES) == set(Act)
    assert all(RULES.values()), "an act that no role may do is no act"
    used = {view.mark.act for view in app.view_functions.values()} - {None}
    # who may agree to what is asked of each proposal, not of the view that shows any
    used |= {act for kind in kinds().values() for act in (kind.agreeing, kind.reading)}
    assert used <= set(Act)
    assert not set(Act) - used, "no view asks for these acts"


def test_addresses_are_kebab_case_and_permanent(app: Flask) -> None:
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule != "/"
        and not all(SEGMENT.fullmatch(part) for part in rule.rule[1:].split("/"))
    ]
    assert not odd, f"lower case, words joined by hyphens, no slash at the end: {odd}"


def digest() -> str:
    """One number for everything the database holds but who read what: a look is what it writes."""
    with db.engine.connect() as connection:
        words = [
            (table.name, sorted(repr(row) for row in connection.execute(select(table))))
            for table in db.metadata.sorted_tables
            if table.name != "access_log"
        ]
    return hashlib.sha256(repr(words).encode()).hexdigest()


@pytest.fixture
def lived_in(
    app: Flask, world: World, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> LivedIn:
    sending = replace(
        app.extensions["settings"],
        mail=MailServer("127.0.0.1", 9, Tls.OFF),
        mail_from="no-reply@example.vn",
        translator=TranslationServer("http://127.0.0.1:9"),
        public_url="http://localhost:8000",  # passkeys are for names
    )
    monkeypatch.setitem(app.extensions, "settings", citizens.trusting(sending))
    monkeypatch.setitem(app.extensions, "oidc", {})
    citizens.discovered(app)
    monkeypatch.setattr(totp, "new_secret", lambda: SECRET)  # every telephone has read it
    lived = LivedIn(world, drain)
    for name in ("receipt", "receipts"):
        monkeypatch.setitem(TYPED, name, lived.receipts[0])
    return lived


def _walks(app: Flask, lived_in: LivedIn) -> list[tuple[PageClient, Walk]]:
    stranger = app.test_client()
    officer = lived_in.sign_in(app, lived_in.everyone)
    return [
        (stranger, walk(stranger, [*lived_in.starts(), "/desk/sign-in"])),
        (officer, walk(officer, [*lived_in.starts(), *DESK, lived_in.published_answers()])),
        *((client, walk(client, [at])) for client, at in lived_in.on_the_way_in(app)),
        *((one, walk(one, starts, "/account")) for one, starts in lived_in.citizens),
    ]


def test_reading_changes_nothing_and_every_page_is_linked(app: Flask, lived_in: LivedIn) -> None:
    adapter = app.url_map.bind("localhost")
    lived_in.sign_in(app, lived_in.everyone)  # itself a fact worth a record
    officer = lived_in.sign_in(app, lived_in.everyone)
    coming = lived_in.on_the_way_in(app)
    before = digest()
    seen = walk(app.test_client(), lived_in.starts()).pages
    seen += walk(officer, [*lived_in.starts(), *DESK, lived_in.published_answers()]).pages
    seen += [page for client, at in coming for page in walk(client, [at]).pages]
    for citizen, starts in lived_in.citizens:
        seen += walk(citizen, starts, "/account").pages
    assert digest() == before, "a page that is read must not write"
    readable = {
        rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())
    }
    unseen = readable - {endpoint_of(adapter, url) for url in seen} - {"static"}
    # machines ask for their health; a script for what somebody may be typing; the look is shown to
    # those who know its address; a provider of identities leads back, from a way that began here; who loads the answer to a repair once more is led back to the text
    known = {
        "site.health",
        "operations.security_txt",
        "search.suggestions",
        "site.style",
        "documents.repair",
        "accounts.callback",
        "citizens.callback",
    }
    assert unseen <= known, f"no link leads to {unseen - known}"


def test_what_changes_something_needs_its_token(app: Flask, lived_in: LivedIn) -> None:
    """Each unsafe endpoint has a form on some page; without its token it does nothing, with it it works."""
    adapter = app.url_map.bind("localhost")
    forms: dict[str, list[tuple[PageClient, Sendable]]] = defaultdict(list)
    alike: Counter[tuple[str, str]] = Counter()
    for client, found in _walks(app, lived_in):
        for form in found.forms:
            name = endpoint_of(adapter, form.action, "POST")
            # the page of a law has the same few forms for each of its units
            alike[name, urlsplit(form.page).path] += 1
            if alike[name, urlsplit(form.page).path] <= OF_A_KIND:
                forms[name].append((client, form))
    unsafe = {r.endpoint for r in app.url_map.iter_rules() if (r.methods or set()) - SAFE}
    unsafe -= {"log.cosign"}  # a witness's program posts what only its key can sign
    assert unsafe == set(forms), f"no page holds the form of {unsafe - set(forms)}"

    before = digest()
    for name, sendable in forms.items():
        for client, form in sendable:
            status = client.post(form.action, data=form.data(token=False)).status_code
            assert status in REFUSED, f"{name} from {form.page} without a token: {status}"
    assert digest() == before, "refused, and yet something was written"

    broken = {}
    for name in sorted(forms, key=lambda name: (name in LAST, name not in FIRST, name)):
        answers = {}
        for client, form in forms[name]:
            before = digest()
            answer = client.post(form.action, data=form.data(token=True))
            status = answer.status_code
            if status == 200:
                # what was sent is shown first, and kept by a second form; or what was done to each
                shown = lxml.html.fromstring(answer.get_data(as_text=True))
                again = [
                    one
                    for one in (read_form(form.page, f) for f in shown.forms if f.method == "POST")
                    if endpoint_of(adapter, one.action, "POST") == name
                ]
                if again:
                    sent = again[0].data(token=True)
                    status = client.post(again[0].action, data=sent).status_code
                elif digest() != before:
                    status = 303
            answers[form.page] = status
            if status in DONE:
                break
        if not DONE & set(answers.values()):
            broken[name] = answers
    assert not broken, f"these work from none of their pages: {broken}"
