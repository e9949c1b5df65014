"""Dossiers, the versions of their drafts, and the provisions of each version."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
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
    outcome_number: Mapped[str] = mapped_column(String(80), default="")
    outcome_date: Mapped[date | None]
    outcome_gazette: Mapped[str] = mapped_column(String(200), default="")

    agency: Mapped[Agency] = relationship(lazy="joined")
    type: Mapped[DocumentType] = relationship(lazy="joined")
    coordinating: Mapped[list[Agency]] = relationship(secondary="dossier_coordinator")
    steps: Mapped[list[StageStep]] = relationship(order_by="StageStep.id")

    def missing_content(self) -> list[str]:
        """Names of the content fields that must be filled before posting and are not (S09–S11)."""
        return [name for name in REQUIRED_CONTENT if not getattr(self, name).strip()]


REQUIRED_CONTENT = (
    "necessity",
    "purpose",
    "viewpoint",
    "scope",
    "subjects",
    "main_content",
    "changes",
    "affected_parties",
)


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


def select_provisions(version_id: int) -> Select[Any]:
    """All provisions of a version in document order, as plain columns for the reading pages."""
    columns = [column for column in Provision.__table__.columns if column.name != "version_id"]
    return select(*columns).where(Provision.version_id == version_id).order_by(Provision.position)


def is_public() -> ColumnElement[bool]:
    """True of dossiers that the public may see: complete proposals, and everything once posted.

    What was proposed stays to be seen while its text is drafted; what was drafted unseen and
    given up was never public.
    """
    complete = and_(*(getattr(Dossier, name) != "" for name in REQUIRED_CONTENT))
    proposed = exists().where(
        StageStep.dossier_id == Dossier.id, StageStep.stage == Stage.PROPOSAL.value
    )
    posted = exists().where(
        StageStep.dossier_id == Dossier.id, StageStep.stage == Stage.CONSULTATION.value
    )
    return or_(
        Dossier.stage.not_in([Stage.PROPOSAL.value, Stage.DRAFTING.value, Stage.WITHDRAWN.value]),
        and_(proposed, complete),
        posted,
    )
