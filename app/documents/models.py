"""Dossiers, the versions of their drafts, and the provisions of each version."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Agency
from app.extensions import Base, Instant


class Stage(StrEnum):
    PROPOSAL = "proposal"
    DRAFTING = "drafting"
    CONSULTATION = "consultation"
    RESPONDING = "responding"
    APPRAISAL = "appraisal"
    VERIFICATION = "verification"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


class DocumentType(Base):
    """A kind of legal document; which ones exist is data."""

    __tablename__ = "document_type"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(200))
    issuer_en: Mapped[str] = mapped_column(String(200))
    # whether a committee of the body that votes examines the draft before the vote
    verified: Mapped[bool] = mapped_column(default=True)
    # of a proposal: the draft that is written later is of another type
    proposes: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]


class Topic(Base):
    """A field of life that drafts are about: land, schools, health; which ones exist is data."""

    __tablename__ = "topic"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]


class Dossier(Base):
    """One legal instrument through its life, with exactly one lead agency."""

    __tablename__ = "dossier"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(90), unique=True)
    title: Mapped[str] = mapped_column(String(400))
    title_en: Mapped[str] = mapped_column(String(400), default="")
    document_type: Mapped[str] = mapped_column(ForeignKey("document_type.code"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    topic: Mapped[str | None] = mapped_column(ForeignKey("topic.code"), index=True)
    stage: Mapped[str] = mapped_column(String(20), default=Stage.DRAFTING.value, index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # content block 1 (S09)
    necessity: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    viewpoint: Mapped[str] = mapped_column(Text, default="")
    scope: Mapped[str] = mapped_column(Text, default="")
    subjects: Mapped[str] = mapped_column(Text, default="")
    # content blocks 2 to 4 (S10, S11, S12)
    main_content: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[str] = mapped_column(Text, default="")
    other: Mapped[str] = mapped_column(Text, default="")
    affected_parties: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    # raised while a comment period runs: what people comment on stays as it is
    taking_comments: Mapped[bool] = mapped_column(default=False)
    outcome_number: Mapped[str] = mapped_column(String(80), default="")
    outcome_date: Mapped[date | None]
    outcome_effective: Mapped[date | None]
    outcome_gazette: Mapped[str] = mapped_column(String(200), default="")
    # when the gazette or the day of effect was added, which are known later than the adoption
    outcome_completed_at: Mapped[datetime | None] = mapped_column(Instant)
    # taken from the public's eyes, whole: see approvals.takedown
    sealed: Mapped[bool] = mapped_column(default=False)

    agency: Mapped[Agency] = relationship(lazy="joined")
    type: Mapped[DocumentType] = relationship(lazy="joined")
    label: Mapped[Topic | None] = relationship()
    coordinating: Mapped[list[Agency]] = relationship(secondary="dossier_coordinator")
    steps: Mapped[list[StageStep]] = relationship(order_by="StageStep.id")

    def missing_content(self) -> list[str]:
        """Names of the content fields that must be filled before posting and are not (S09–S11)."""
        return [name for name in REQUIRED_CONTENT if not getattr(self, name).strip()]


# the content of a dossier in reading order; of all but `other` something has to be said
BLOCKS = (
    "necessity",
    "purpose",
    "viewpoint",
    "scope",
    "subjects",
    "main_content",
    "changes",
    "other",
    "affected_parties",
)
REQUIRED_CONTENT = tuple(name for name in BLOCKS if name != "other")


class DossierCoordinator(Base):
    __tablename__ = "dossier_coordinator"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)


class StageStep(Base):
    """The day a dossier reached a stage; the public timeline."""

    __tablename__ = "stage_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(String(400), default="")


class DraftVersion(Base):
    """One version of a draft; once posted, the database itself refuses to change it."""

    __tablename__ = "draft_version"
    __table_args__ = (UniqueConstraint("dossier_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    number: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text, default="")
    preamble: Mapped[str] = mapped_column(Text, default="")
    closing: Mapped[str] = mapped_column(Text, default="")
    doubts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # what this version is, in the agency's words: "after the comments of round 1"
    note: Mapped[str] = mapped_column(String(400), default="")
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    posted_at: Mapped[datetime | None] = mapped_column(Instant)

    dossier: Mapped[Dossier] = relationship(lazy="joined")


class Lineage(Base):
    """The identity of a provision across the versions of its dossier."""

    __tablename__ = "lineage"

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)


class Provision(Base):
    """One unit of a version's text, in document order."""

    __tablename__ = "provision"
    __table_args__ = (
        UniqueConstraint("version_id", "anchor"),
        Index("ix_provision_order", "version_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("draft_version.id"))
    lineage_id: Mapped[int] = mapped_column(ForeignKey("lineage.id"), index=True)
    # the lineage of the article (or annex) this unit belongs to, its own when it is one
    article_lineage_id: Mapped[int | None]
    position: Mapped[int]
    depth: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    anchor: Mapped[str] = mapped_column(String(120))
    rows: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    # how the file writes the number ("Điều 5.", "a)"), and the 1-based line it begins on
    label: Mapped[str] = mapped_column(String(80), default="")
    line: Mapped[int] = mapped_column(default=0)


class DraftEdit(Base):
    """One repair of an unposted version's tree, with the units it replaced, so it can be undone."""

    __tablename__ = "draft_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("draft_version.id", ondelete="CASCADE"), index=True
    )
    operation: Mapped[str] = mapped_column(String(20))
    # what was done where, for the list of edits
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # the slice of units as it was: where it begins, how many stand there now, and the old ones
    position: Mapped[int]
    count: Mapped[int]
    before: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Alignment(Base):
    """What a provision of the version posted before became in this one; see `lineage.pairs`."""

    __tablename__ = "alignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("draft_version.id", ondelete="CASCADE"), index=True
    )
    old_provision_id: Mapped[int | None] = mapped_column(ForeignKey("provision.id"), index=True)
    new_provision_id: Mapped[int | None] = mapped_column(ForeignKey("provision.id"), index=True)
    fate: Mapped[str] = mapped_column(String(12))
    score: Mapped[float] = mapped_column(Float)
    reworded: Mapped[bool]
    continues: Mapped[bool]
    doubtful: Mapped[bool]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)


class RequiredDocument(Base):
    """A document that a dossier must hold before it is posted, from a day on (L09, S20)."""

    __tablename__ = "required_document"
    __table_args__ = (UniqueConstraint("document_type", "stage", "code", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_type: Mapped[str] = mapped_column(ForeignKey("document_type.code"))
    # what is posted: a proposal or a draft
    stage: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    citation: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class DossierFile(Base):
    """A document of a dossier beside its draft; once posted it stays, word for word."""

    __tablename__ = "dossier_file"
    __table_args__ = (UniqueConstraint("dossier_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    # the code of the required document it is, or "" for any other
    code: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(300))
    stage: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    # what the file says, for those who cannot open or see it
    text: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    posted_at: Mapped[datetime | None] = mapped_column(Instant)


class ChangeKind(StrEnum):
    """What a provision of a draft does to the law in force (S11)."""

    NEW = "new"
    AMENDED = "amended"
    SUPPLEMENTED = "supplemented"
    ANNULLED = "annulled"
    REPEALED = "repealed"


class ComparisonRow(Base):
    """One row of a version's comparison with the law in force (S11); frozen with the version."""

    __tablename__ = "comparison_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(
        ForeignKey("draft_version.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    # which provision of which law, and its words; both empty where all is new
    source: Mapped[str] = mapped_column(String(300), default="")
    current: Mapped[str] = mapped_column(Text, default="")
    # the provision of the draft; its words are read there. Empty where the draft has none
    anchor: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


def select_provisions(version_id: int) -> Select[Any]:
    """All provisions of a version in document order, as plain columns for the reading pages."""
    columns = [column for column in Provision.__table__.columns if column.name != "version_id"]
    return select(*columns).where(Provision.version_id == version_id).order_by(Provision.position)


@cache
def is_public() -> ColumnElement[bool]:
    """True of dossiers that the public may see: complete proposals, and everything once posted.

    What was proposed stays to be seen while its text is drafted; what was drafted unseen and
    given up was never public. What was taken down is public no longer (S08).
    """
    complete = and_(*(getattr(Dossier, name) != "" for name in REQUIRED_CONTENT))
    proposed = exists().where(
        StageStep.dossier_id == Dossier.id, StageStep.stage == Stage.PROPOSAL.value
    )
    posted = exists().where(
        StageStep.dossier_id == Dossier.id, StageStep.stage == Stage.CONSULTATION.value
    )
    known = or_(
        Dossier.stage.not_in([Stage.PROPOSAL.value, Stage.DRAFTING.value, Stage.WITHDRAWN.value]),
        and_(proposed, complete),
        posted,
    )
    return and_(Dossier.sealed.is_(False), known)
