"""A portal in which everything has happened at least once, for walks over all its pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import update

from app.accounts import delegating, invite
from app.accounts.models import Officer, Role
from app.comments import asking, attachments, contact
from app.comments import publish as outcomes
from app.comments.clerk import Source, take_in
from app.comments.models import Attachment, Channel, Comment, CommenterKind, ContactAddress
from app.comments.submit import Place, Words
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
from app.privacy import requests
from app.privacy.models import RequestKind
from app.privacy.models import Source as RequestSource
from app.responses import answering, table_import
from app.responses.models import Disposition
from app.responses.table_file import Sent
from app.responses.working_copy import standing
from tests.accounts import lived_in as door
from tests.alerts import made as made_searches
from tests.approvals import made as made_proposals
from tests.citizens import made as citizens
from tests.factories import DRAFT, World
from tests.groups import made as made_of
from tests.ledger.signing import sworn_head
from tests.page_client import PageClient
from tests.translations import desk
from tests.web.test_strip import photograph

# so few words are left that a person has to say whether it is the same provision
DOUBTFUL = (
    "Nghị quyết này quy định mức hỗ trợ nước sạch cho hộ gia đình ở nông thôn.",
    "Nghị quyết này áp dụng cho việc lắp đặt đường ống và bể chứa nước.",
)


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
        made_proposals.waiting(world, self.open, self.colleague, self.everyone, self.now)
        desk.lived_in(self.open, self.colleague, self.everyone, self.now)
        past = self.now - timedelta(days=60)
        self.closed = world.consultation(world.dossier(self.agency), opened_at=past, days=30)
        self._next_texts(past)
        self._revise(self.closed)
        again = world.consultation(world.dossier(self.agency), opened_at=past, days=30)
        post_revision(again.dossier, self._revise(again), self.everyone, self.now)
        world.version(again.dossier, DRAFT.replace("3.000.000", "5.000.000"), accepted=False)
        self._adopt(past)
        door.lived_in(world, self.agency, self.everyone, self.now)
        self.letters.append(door.way_to_a_password(world, self.agency, self.now))
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
        sworn_head(self.now)

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
        about = made[0].receipt, "Xin xóa.", clock.vn_date(self.now)
        requests.receive(RequestKind.DELETE, *about, self.everyone, self.now)
        told = requests.Told("somebody@example.vn", "", "An", "")
        requests.take_in(RequestKind.SEE, told, RequestSource.WEB, self.now)
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

    def published_answers(self) -> str:
        """Of many links to one page with other filters the walk follows a few, and not this one."""
        return f"/desk/answers/{self.open.dossier.slug}?show=published"

    def on_the_way_in(self, app: Flask) -> list[tuple[PageClient, str]]:
        return door.on_the_way_in(app, self.world, self.agency)

    def sign_in(self, app: Flask, officer: Officer) -> PageClient:
        client = app.test_client()
        assert isinstance(client, PageClient)
        assert client.sign_in(officer.email).status_code == 303
        return client
