"""Every endpoint says who may enter; what changes something needs a token; reading changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts import delegating, invite
from app.accounts.models import Officer, Role
from app.accounts.policy import RULES, Act
from app.comments import asking, attachments, contact
from app.comments import publish as outcomes
from app.comments.clerk import Source, take_in
from app.comments.models import Attachment, Channel, Comment, CommenterKind, ContactAddress
from app.comments.submit import Place, Words
from app.config import MailServer, Tls, TranslationServer
from app.consultations import stages
from app.consultations.lifecycle import close_due, declare, post_revision
from app.consultations.models import Consultation
from app.documents import comparison, files
from app.documents.comparison import Comparison
from app.documents.models import ChangeKind, DraftVersion, Stage
from app.extensions import db
from app.groups import steps
from app.groups.models import Tier
from app.kit import clock, codes
from app.moderation import appeals, lease
from app.operations import stops
from app.outreach import correcting, suggesting
from app.responses import answering, table_import
from app.responses.models import Disposition
from app.responses.table_file import Sent
from app.responses.working_copy import standing
from app.web.guard import SAFE, Mark
from tests.alerts import made as made_searches
from tests.citizens import made as citizens
from tests.factories import DRAFT, World
from tests.groups import made as made_of
from tests.house.walk import Sendable, Walk, endpoint_of, read_form, walk
from tests.page_client import PageClient
from tests.translations import desk
from tests.web.test_strip import photograph

SEGMENT = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*|<[^/>]+>)(\.([a-z]+|<[^/>]+>))?")
REFUSED = {400, 403, 422}
# so few words are left that a person has to say whether it is the same provision
DOUBTFUL = (
    "Nghị quyết này quy định mức hỗ trợ nước sạch cho hộ gia đình ở nông thôn.",
    "Nghị quyết này áp dụng cho việc lắp đặt đường ống và bể chứa nước.",
)
# These end the visit, so the proof that their forms work comes last
LAST = ("accounts.sign_out", "citizens.forget", "citizens.sign_out")
# a revised text may instead be opened for comments, and then is no revision any more; who edits a
# correction can no longer publish it; who answers a group anew takes its newcomers
FIRST = ("consultations.revise", "outreach.publish", "responses.answer_newcomers")
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
    """One number for everything the database holds."""
    with db.engine.connect() as connection:
        words = [
            (table.name, sorted(repr(row) for row in connection.execute(select(table))))
            for table in db.metadata.sorted_tables
        ]
    return hashlib.sha256(repr(words).encode()).hexdigest()


class LivedIn:
    """A portal in which everything has happened at least once, and something waits at each desk."""

    def __init__(self, world: World, drain: Callable[[], None]) -> None:
        self.agency = world.agency()
        self.everyone = world.officer(self.agency, *Role)
        self.world, self.now = world, clock.now()
        self.colleague = world.officer(self.agency, *Role)
        self._dossiers()
        row = Comparison(ChangeKind.NEW, "dieu-1")
        self.open = world.consultation(world.dossier(self.agency), compared=[row])
        self._comments()
        desk.lived_in(self.open, self.colleague, self.everyone, self.now)
        past = self.now - timedelta(days=60)
        self.closed = world.consultation(world.dossier(self.agency), opened_at=past, days=30)
        self._next_texts(past)
        self._revise(self.closed)
        again = world.consultation(world.dossier(self.agency), opened_at=past, days=30)
        post_revision(again.dossier, self._revise(again), self.everyone, self.now)
        world.version(again.dossier, DRAFT.replace("3.000.000", "5.000.000"), accepted=False)
        self._adopt(past)
        self.invitation = invite.invite(
            email="invited@example.vn",
            name="Trần Thị",
            job_title="",
            role=Role.DRAFTER,
            agency=self.agency,
            invited_by=None,
            now=self.now,
        )
        db.session.commit()
        drain()

    def _dossiers(self) -> None:
        self.world.dossier(self.agency, filled=False)
        self.world.version(self.world.dossier(self.agency), accepted=False)
        self.world.version(self.world.dossier(self.agency))
        self.world.version(self.world.dossier(self.agency, kind_of="policy_dossier"))
        compared = self.world.version(self.world.dossier(self.agency))
        rows = [Comparison(ChangeKind.NEW, anchor) for anchor in ("dieu-1", "dieu-2")]
        comparison.add(compared, rows, self.everyone, self.now)
        self.world.file(compared.dossier)
        ready = self.world.version(self.world.dossier(self.agency))
        for officer in (self.colleague, self.world.officer(self.agency, Role.APPROVER)):
            declare(ready.dossier, ready, officer, self.now)
        db.session.commit()

    def _adopt(self, past: datetime) -> None:
        """A document whose gazette is not out yet."""
        dossier = self.world.dossier(self.agency, kind_of="provincial_committee_decision")
        self.world.consultation(dossier, opened_at=past, days=30)
        close_due(self.now)
        today = clock.vn_date(self.now)
        ways = {"on": today, "officer": self.everyone, "now": self.now}
        stages.move(dossier, Stage.APPRAISAL, **ways)
        stages.move(dossier, Stage.ADOPTED, **ways, outcome=stages.Outcome("1/2026/QĐ-UBND"))

    def _revise(self, closed: Consultation) -> DraftVersion:
        """A revised draft that only has to be posted."""
        close_due(self.now)
        dossier = closed.dossier
        revised = self.world.version(dossier, DRAFT.replace("3.000.000", "4.000.000"))
        for officer in (self.everyone, self.colleague):
            declare(dossier, revised, officer, self.now)
        db.session.commit()
        return revised

    def _next_texts(self, past: datetime) -> None:
        """A wording to be taken over, and a next text with a doubtful pair."""
        wordy, before = (
            self.world.consultation(self.world.dossier(self.agency), opened_at=past, days=30)
            for _ in range(2)
        )
        at = past + timedelta(days=1)
        comment = self.world.comment(wordy, at=at, proposed_wording="Mỗi hộ một lần.")
        self.world.publish(comment, self.everyone, self.now)
        self.world.version(before.dossier, DRAFT.replace(*DOUBTFUL))

    def _comments(self) -> None:
        made = [self.world.comment(self.open, f"Góp ý số {n}") for n in range(8)]
        for comment in made[:4]:
            self.world.publish(comment, self.everyone, self.now)
        self.world.withhold(made[4], self.everyone, at=self.now)
        outcomes.withdraw(made[5], self.now)
        answered, *_drafts = (
            answering.draft(
                self.open,
                [chosen.id],
                Disposition.ACCEPTED,
                "Mức hỗ trợ được tăng như góp ý.",
                self.colleague,
                self.now,
                no_change_reason="Khoản này đã viết như vậy.",
            )
            for chosen in made[:3]
        )
        answering.finish(answered, self.everyone, self.now)
        lease.take(made[7].id, self.everyone, self.now)
        self._on_paper()
        self._from_abroad()
        self._on_their_way()
        self._table(made[3])
        self._groups(made)
        self._reached_out(made[0], made[7])
        made += self._asked()
        at = self.now + timedelta(days=14)
        times = at, at + timedelta(hours=2)
        stops.announce(times, "Bảo trì.", "", self.everyone, self.now, emergency="Gấp.")
        self.letters += made_searches.addresses_in_letters(self.now)
        self.citizens = list(citizens.visitors([one.id for one in made], self.now))
        db.session.commit()
        self.receipts = [comment.receipt for comment in made]

    def _on_their_way(self) -> None:
        """An answer to be signed, one to be published, two whose groups have grown; a delegation."""
        made = [self.world.comment(self.open, f"Như nhau {n}") for n in range(9)]
        for comment in (*made[:6], made[7]):
            self.world.publish(comment, self.everyone, self.now)
        groups = [made_of.group(made[n : n + 2], by_hand=True) for n in (5, 7)]
        ways = Disposition.NOTED, "Cảm ơn, xin ghi nhận.", self.colleague, self.now
        # one to edit, one to send back, one to sign; one to publish; one to hand in
        *handed_in, _draft = (answering.draft(self.open, [one.id], *ways) for one in made[:5])
        for group in groups:
            answering.draft(self.open, [], *ways, groups=[group.id])
        for answer in handed_in:
            answering.submit(answer, answer.row_version, self.colleague, self.now)
        answering.sign(handed_in[-1], handed_in[-1].row_version, self.everyone, self.now)
        for comment in (made[6], made[8]):
            self.world.publish(comment, self.everyone, self.now + timedelta(seconds=1))
        today = clock.vn_date(self.now)
        delegating.give(self.agency, self.colleague, self.everyone, today, today, self.now)

    def _groups(self, made: Sequence[Comment]) -> None:
        """Groups to join, one to split of which a comment was taken back, pairs to decide on."""
        for part in (made[:3], [made[3], made[6]]):
            made_of.group(part, by_hand=True)
        made_of.group(made[:6], Tier.EXACT, by_hand=True)
        for part in (made[:2], made[2:4]):
            made_of.group(part, Tier.ARGUMENT, by_hand=True)
        made_of.suggestion(made[6], made[7])
        steps.refuse(made_of.suggestion(made[0], made[7]), self.colleague, self.now)

    def _table(self, comment: Comment) -> None:
        """A table of answers that its sender has not confirmed yet."""
        mark = standing(self.open.id, [comment.id])[comment.id].mark
        row = Sent(2, comment.reference, mark, "noted", "Cảm ơn ý kiến của bà con.", "")
        about = {"name": "tra-loi.xlsx", "sha256": "0" * 64}
        table_import.keep(self.open, self.everyone, [row], self.now, clear=False, **about)

    def _asked(self) -> list[Comment]:
        """An address that has not said yes, and one that has; a question, and one with a reply."""
        silent, willing = (
            self.world.comment(self.open, f"Hỏi {name}", email=f"{name}@example.vn")
            for name in ("silent", "willing")
        )
        contact.confirm(willing, self.now)
        key = db.session.get_one(ContactAddress, silent.id).key
        self.letters = [f"/contact/{key}/{step}" for step in ("confirm", "stop")]
        asking.ask(silent, "Ý bạn là hộ nghèo?", self.everyone, self.now)
        question = asking.ask(willing, "Ý bạn là xã nào?", self.everyone, self.now)
        asking.reply(question, "Xã miền núi.", self.now)
        return [silent, willing]

    def _reached_out(self, said: Comment, waiting: Comment) -> None:
        """Corrections to publish and to take back, a suggestion, an appeal, a file to decide on."""
        dossier = self.open.dossier
        for n in range(3):
            words = f"Sai {n}.", f"Đúng {n}.", "dieu-1"
            one = correcting.write(dossier, *words, self.colleague, self.now)
            if n == 2:
                correcting.publish(one, correcting.digest(one), self.everyone, self.now)
        suggesting.register(said, "Luật A", "Bộ B", "Sửa.", self.colleague, self.now)
        withheld = self.world.comment(self.open, "Bị giữ lại.")
        self.world.withhold(withheld, self.world.officer(self.agency, Role.MODERATOR), at=self.now)
        appeals.file(withheld, "Xin xem lại.", self.now)
        file = attachments.looked_at(photograph(), "anh.jpg")
        attachments.add(waiting.id, self.open.id, [file], self.now)
        files.keep(file.data, file.upload.sha256)
        clean = {"clean_sha256": file.upload.sha256, "looked_at": self.now}
        db.session.execute(update(Attachment).values(**clean))
        shown = Attachment(
            comment_id=said.id, name="b.jpg", media_type="image/jpeg", size=1, sha256="0" * 64,
            status="published", **clean,
        )  # fmt: skip
        db.session.add(shown)

    def _on_paper(self) -> None:
        """A letter that a clerk typed in."""
        words = Words("Ý kiến trên giấy.", CommenterKind.INDIVIDUAL, "vi", codes.new_key())
        source = Source(Channel.PAPER, clock.vn_date(self.now), "15/CV")
        take_in(self.open, words, Place(), source, self.everyone, self.now)

    def _from_abroad(self) -> None:
        """Comments to be put in Vietnamese: one to be reviewed, one that is public."""
        made = [self.world.comment(self.open, f"{n}. 반대합니다.", language="ko") for n in (1, 2)]
        self.world.publish(made[0], self.everyone, self.now)

    def starts(self) -> list[str]:
        """Where people come in from outside: nothing links to a receipt, a letter's address or an
        invitation."""
        found = ["/", "/search", "/comments", f"/desk/invitations/{self.invitation}"]
        return found + self.letters + [f"/comments/{receipt}" for receipt in self.receipts]

    def sign_in(self, app: Flask, officer: Officer) -> PageClient:
        client = app.test_client()
        assert isinstance(client, PageClient)
        assert client.sign_in(officer.email).status_code == 303
        return client


@pytest.fixture
def lived_in(
    app: Flask, world: World, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> LivedIn:
    sending = replace(
        app.extensions["settings"],
        mail=MailServer("127.0.0.1", 9, Tls.OFF),
        mail_from="no-reply@example.vn",
        translator=TranslationServer("http://127.0.0.1:9"),
    )
    monkeypatch.setitem(app.extensions, "settings", citizens.trusting(sending))
    monkeypatch.setitem(app.extensions, "oidc", {})
    citizens.discovered(app)
    return LivedIn(world, drain)


def _walks(app: Flask, lived_in: LivedIn) -> list[tuple[PageClient, Walk]]:
    stranger = app.test_client()
    officer = lived_in.sign_in(app, lived_in.everyone)
    return [
        (stranger, walk(stranger, [*lived_in.starts(), "/desk/sign-in"])),
        (officer, walk(officer, [*lived_in.starts(), "/desk"])),
        *((one, walk(one, starts, "/account")) for one, starts in lived_in.citizens),
    ]


def test_reading_changes_nothing_and_every_page_is_linked(app: Flask, lived_in: LivedIn) -> None:
    adapter = app.url_map.bind("localhost")
    lived_in.sign_in(app, lived_in.everyone)  # itself a fact worth a record
    officer = lived_in.sign_in(app, lived_in.everyone)
    before = digest()
    seen = walk(app.test_client(), lived_in.starts()).pages
    seen += walk(officer, [*lived_in.starts(), "/desk"]).pages
    for citizen, starts in lived_in.citizens:
        seen += walk(citizen, starts, "/account").pages
    assert digest() == before, "a page that is read must not write"
    readable = {
        rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())
    }
    unseen = readable - {endpoint_of(adapter, url) for url in seen} - {"static"}
    # machines ask for their health; a script for what somebody may be typing; the look is shown to
    # those who know its address; a provider of identities leads back, from a way that began here; who loads the answer to a repair once more is led back to the text
    known = {"site.health", "search.suggestions", "site.style", "documents.repair", "citizens.callback"}
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
            if status == 303:
                break
        if 303 not in answers.values():
            broken[name] = answers
    assert not broken, f"these work from none of their pages: {broken}"
