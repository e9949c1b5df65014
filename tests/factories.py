"""What tests need, made through the real verbs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import count

from argon2 import PasswordHasher
from sqlalchemy import select

from app.accounts.door_models import Factor
from app.accounts.models import Agency, Grant, Officer, Role
from app.comments.models import Comment, CommenterKind
from app.comments.submit import Words, find_place, submit
from app.consultations.lifecycle import declare, open_consultation
from app.consultations.models import Consultation
from app.documents.comparison import Comparison, replace
from app.documents.dossiers import create, describe
from app.documents.importing import accept, keep_draft
from app.documents.models import (
    REQUIRED_CONTENT,
    DocumentType,
    Dossier,
    DossierFile,
    DraftVersion,
    Stage,
)
from app.documents.nodes import Outline
from app.documents.outline import build
from app.documents.parsers import read
from app.documents.required import Posted, required
from app.documents.supporting import add_file
from app.extensions import db
from app.kit import clock, codes
from app.moderation import decide, lease
from app.moderation.masks import Asked
from app.moderation.models import Outcome
from app.moderation.reasons import Reason
from app.web.uploads import Upload, inspect
from tests.second_factor import SECRET
from tests.word import docx

PASSWORD = "correct horse battery"
# as little work as there can be: a hash says itself how much it asks for
LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = LIGHT.hash(PASSWORD)

DRAFT = """\
HỘI ĐỒNG NHÂN DÂN
NGHỊ QUYẾT
Quy định hỗ trợ nước sạch nông thôn
Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
Nghị quyết này quy định mức hỗ trợ nước sạch cho hộ gia đình ở nông thôn.
Điều 2. Đối tượng áp dụng
1. Hộ gia đình cư trú ở xã miền núi.
2. Cơ quan, tổ chức có liên quan:
a) Ủy ban nhân dân cấp xã;
b) Đơn vị cấp nước;
đ) Tổ chức khác.
Chương II
MỨC HỖ TRỢ
Điều 3. Mức hỗ trợ
1. Mỗi hộ được hỗ trợ một lần 3.000.000 đồng.
2. Hộ nghèo được hỗ trợ thêm 1.000.000 đồng.
"""


@cache
def read_once(text: str) -> tuple[bytes, Upload, Outline]:
    """The text as a Word file and its tree; many tests use one text."""
    data = docx(text)
    upload = inspect(data, "du-thao.docx", 20 * 1024 * 1024)
    return data, upload, build(read(data, upload.name))


@cache
def file_once(title: str) -> tuple[bytes, Upload]:
    """A document beside a draft; every dossier has the same few."""
    data = docx(f"{title}\nNội dung của {title}.")
    return data, inspect(data, "tai-lieu.docx")


class World:
    """A small province; every maker has defaults, so a test names only what it is about."""

    def __init__(self) -> None:
        self.numbers = count(1)

    def agency(self, name: str = "Sở Xây dựng", parent: Agency | None = None) -> Agency:
        agency = self._agency(name, parent)
        db.session.commit()
        return agency

    def _agency(self, name: str = "Sở Xây dựng", parent: Agency | None = None) -> Agency:
        n = next(self.numbers)
        agency = Agency(
            slug=f"co-quan-{n}",
            name=f"{name} {n}",
            name_en=f"Department {n}",
            parent_id=parent.id if parent else None,
            postal_address="1 Đường Sông, phường Trung Tâm",
            email=f"agency{n}@example.vn",
        )
        db.session.add(agency)
        db.session.flush()
        return agency

    def officer(self, agency: Agency, *roles: Role, name: str = "Nguyễn Văn") -> Officer:
        officer = self._officer(agency, *roles, name=name)
        db.session.commit()
        return officer

    # A commit lets go of all that was read, to be read again: these leave it to who asked.

    def _officer(self, agency: Agency, *roles: Role, name: str = "Nguyễn Văn") -> Officer:
        n = next(self.numbers)
        officer = Officer(
            email=f"officer{n}@example.vn",
            name=f"{name} {n}",
            agency_id=agency.id,
            password_hash=HASH,
            session_key=codes.new_key(),
            created_at=clock.now(),
        )
        db.session.add(officer)
        db.session.flush()
        db.session.add(
            Factor(officer_id=officer.id, secret=SECRET, set_at=officer.created_at, last_step=0)
        )
        for role in roles:
            db.session.add(Grant(officer_id=officer.id, role=role.value, agency_id=agency.id))
        return officer

    def dossier(
        self,
        agency: Agency | None = None,
        title: str = "",
        filled: bool = True,
        stage: Stage = Stage.DRAFTING,
        kind_of: str = "provincial_council_resolution",
    ) -> Dossier:
        dossier = self._dossier(agency, title, filled, stage, kind_of)
        db.session.commit()
        return dossier

    def _dossier(
        self,
        agency: Agency | None = None,
        title: str = "",
        filled: bool = True,
        stage: Stage = Stage.DRAFTING,
        kind_of: str = "provincial_council_resolution",
    ) -> Dossier:
        agency = agency or self._agency()
        officer = self._officer(agency, Role.DRAFTER)
        kind = (
            db.session.get(DocumentType, kind_of)
            or db.session.scalars(select(DocumentType).order_by(DocumentType.position)).first()
        )
        assert kind is not None
        dossier = create(
            title=title or f"Nghị quyết hỗ trợ nước sạch {next(self.numbers)}",
            document_type=kind,
            agency=agency,
            officer=officer,
            now=clock.now(),
            stage=stage,
        )
        if filled:
            words = {name: f"Nội dung {name}." for name in REQUIRED_CONTENT}
            describe(dossier, words, officer, clock.now())
            self.documents(dossier)
        return dossier

    def documents(self, dossier: Dossier) -> None:
        """The dossier has every document that its proposal or draft must be posted with."""
        posted = Posted.PROPOSAL if dossier.stage == Stage.PROPOSAL else Posted.DRAFT
        for wanted in required(dossier.document_type, posted, clock.vn_date(clock.now())):
            self.file(dossier, wanted.name, wanted.code)

    def file(self, dossier: Dossier, title: str = "Bản thuyết minh", code: str = "") -> DossierFile:
        data, upload = file_once(title)
        return add_file(
            dossier,
            upload,
            data,
            title=title,
            text=f"{title}\nNội dung của {title}.",
            stage=(Posted.PROPOSAL if dossier.stage == Stage.PROPOSAL else Posted.DRAFT).value,
            code=code,
            officer=self._officer(dossier.agency, Role.DRAFTER),
            now=clock.now(),
        )

    def version(self, dossier: Dossier, text: str = DRAFT, accepted: bool = True) -> DraftVersion:
        version = self._version(dossier, text, accepted)
        db.session.commit()
        return version

    def _version(self, dossier: Dossier, text: str, accepted: bool = True) -> DraftVersion:
        officer = self._officer(dossier.agency, Role.DRAFTER)
        data, upload, tree = read_once(text)
        version = keep_draft(dossier, upload, data, tree, officer, clock.now())
        if accepted:
            accept(version, officer, clock.now())
        return version

    def consultation(
        self,
        dossier: Dossier | None = None,
        *,
        text: str = DRAFT,
        opened_at: datetime | None = None,
        days: int = 30,
        compared: Sequence[Comparison] = (),
    ) -> Consultation:
        dossier = dossier or self._dossier()
        version = self._version(dossier, text)
        at = opened_at or clock.now() - timedelta(days=1)
        first = self._officer(dossier.agency, Role.DRAFTER)
        second = self._officer(dossier.agency, Role.APPROVER)
        if compared:
            replace(version, compared, first, at)
        declare(dossier, version, first, at)
        declare(dossier, version, second, at)
        consultation = open_consultation(dossier, version, days, second, at)
        db.session.commit()
        return consultation

    def comment(
        self,
        consultation: Consultation,
        body: str = "Tôi đề nghị tăng mức hỗ trợ.",
        anchor: str = "dieu-3.khoan-1",
        *,
        at: datetime | None = None,
        **words: object,
    ) -> Comment:
        typed = {
            "commenter_kind": CommenterKind.INDIVIDUAL,
            "language": "vi",
            "key": codes.new_key(),
            **words,
        }
        place = find_place(consultation.version_id, anchor)
        receipt = submit(
            consultation,
            Words(body=body, anchor=anchor, **typed),  # type: ignore[arg-type]
            place,
            at or clock.now(),
        )
        db.session.commit()
        comment = db.session.scalar(select(Comment).where(Comment.receipt == receipt))
        assert comment is not None
        return comment

    def publish(
        self,
        comment: Comment,
        moderator: Officer,
        at: datetime | None = None,
        masks: Sequence[Asked] = (),
    ) -> None:
        """The moderator opened the comment and published it, these passages covered."""
        now = at or clock.now()
        lease.take(comment.id, moderator, now)
        decide.publish(comment, comment.row_version, moderator, now, masks)

    def withhold(
        self,
        comment: Comment,
        moderator: Officer,
        reason: Reason = Reason.SPAM,
        sentence: str = "Đây là quảng cáo.",
        at: datetime | None = None,
    ) -> None:
        """The moderator opened the comment and withheld it, alone or with a second person."""
        now = at or clock.now()
        lease.take(comment.id, moderator, now)
        outcome = decide.withhold(comment, comment.row_version, reason, sentence, moderator, now)
        if outcome is Outcome.PROPOSED:
            second = self.officer(moderator.agency, Role.MODERATOR)
            lease.take(comment.id, second, now)
            decide.confirm(comment, comment.row_version, second, now)
