"""Comments, the address of their author kept apart, and the tallies."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, func, or_
from sqlalchemy import text as sql
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.consultations.models import Consultation
from app.extensions import Base, Instant, Sealed
from app.ledger.models import Id


class CommentStatus(StrEnum):
    WAITING = "waiting"
    PUBLISHED = "published"
    WITHHELD = "withheld"
    WITHDRAWN = "withdrawn"
    LATE = "late"


class CommenterKind(StrEnum):
    INDIVIDUAL = "individual"
    BUSINESS = "business"
    ORGANISATION = "organisation"
    AGENCY = "agency"
    EXPERT = "expert"
    OVERSEAS_VIETNAMESE = "overseas_vietnamese"
    RESIDENT_FOREIGNER = "resident_foreigner"


# Of whom it may be said from which country they write or come
ABROAD = frozenset({CommenterKind.OVERSEAS_VIETNAMESE, CommenterKind.RESIDENT_FOREIGNER})


class Channel(StrEnum):
    """The door a comment came in by; all but the portal's are typed in by a clerk (S30)."""

    PORTAL = "portal"
    PAPER = "paper"
    EMAIL = "email"
    PHONE = "phone"
    MEETING = "meeting"
    SOCIAL = "social"


class EventKind(StrEnum):
    """At what kind of gathering an opinion was given (S30)."""

    CONFERENCE = "conference"
    SEMINAR = "seminar"
    FORUM = "forum"
    INTERVIEW = "interview"
    DIALOGUE_IN_PERSON = "dialogue_in_person"
    DIALOGUE_ONLINE = "dialogue_online"
    PRESS_CONFERENCE = "press_conference"
    OTHER = "other"


class CriticismForm(StrEnum):
    """How the Fatherland Front gave its social criticism (S46)."""

    CONFERENCE = "conference"
    WRITTEN = "written"
    DIALOGUE = "dialogue"


class Comment(Base):
    """What one person said of one draft; kept for good, public only after a decision."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_queue", "status", "id"),
        Index("ix_comment_public", "consultation_id", "status", "id"),
        Index("ix_comment_article", "article_lineage_id", "status", "id"),
        Index(
            "ix_comment_criticism",
            "consultation_id",
            "id",
            sqlite_where=sql("criticism <> ''"),
            postgresql_where=sql("criticism <> ''"),
        ),
        # how many of one country speak to a draft, and which comments a translator looks for
        Index(
            "ix_comment_country",
            "consultation_id",
            "status",
            "commenter_kind",
            "country",
            sqlite_where=sql("country <> ''"),
            postgresql_where=sql("country <> ''"),
        ),
        Index(
            "ix_comment_foreign",
            "status",
            "id",
            sqlite_where=sql("language <> 'vi'"),
            postgresql_where=sql("language <> 'vi'"),
        ),
        # the queue of review in the order of waiting: of all, of a consultation, of a part
        Index("ix_comment_waited", "status", "submitted_at", "id"),
        Index("ix_comment_review", "consultation_id", "status", "submitted_at", "id"),
        Index(
            "ix_comment_part",
            "consultation_id",
            "article_lineage_id",
            "status",
            "submitted_at",
            "id",
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    lineage_id: Mapped[int | None] = mapped_column(ForeignKey("lineage.id"))
    article_lineage_id: Mapped[int | None]
    # where the author stood in the version that was open, for labels and links
    anchor: Mapped[str] = mapped_column(String(120), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    # the words it is about, as a W3C TextQuoteSelector: exact, prefix, suffix; or nothing
    quote: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    body: Mapped[str] = mapped_column(Text)
    # how the author would write the provision; "" where nothing was proposed
    proposed_wording: Mapped[str] = mapped_column(Text, default="")
    commenter_kind: Mapped[str] = mapped_column(String(24))
    display_name: Mapped[str] = mapped_column(String(120), default="")
    # BCP 47: what the words are in, told from the words themselves where that can be told
    language: Mapped[str] = mapped_column(String(12))
    # ISO 3166-1 alpha-2, of those who live abroad or come from abroad; "" where it was not said
    country: Mapped[str] = mapped_column(String(2), default="")
    # how the author showed who they are (citizens.models.Level); it only ever rises
    identity: Mapped[str] = mapped_column(String(8), default="")
    channel: Mapped[str] = mapped_column(String(12), default=Channel.PORTAL.value)
    # the form of the Front's social criticism, "" for every other comment
    criticism: Mapped[str] = mapped_column(String(12), default="")
    # for how many members an organisation speaks; it is one comment all the same (S48)
    members: Mapped[int] = mapped_column(default=0)
    # what is shown instead where a moderator masked passages; the words above stay, sealed
    masked_body: Mapped[str | None] = mapped_column(Text)
    masked_wording: Mapped[str | None] = mapped_column(Text)
    masked_name: Mapped[str | None] = mapped_column(String(600))
    status: Mapped[str] = mapped_column(String(12))
    receipt: Mapped[str] = mapped_column(String(24), unique=True)
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    salt: Mapped[str] = mapped_column(String(43))
    digest: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    # "identity" or "text" once its author was erased: who it was, or the words as well
    erased: Mapped[str] = mapped_column(String(8), default="")
    # raised by each decision: two moderators cannot decide the same state twice
    row_version: Mapped[int] = mapped_column(default=1)

    consultation: Mapped[Consultation] = relationship()

    @property
    def reference(self) -> str:
        """The public number; unlike the receipt it opens nothing."""
        return f"GY-{self.id}"

    @hybrid_property
    def masked(self) -> bool:
        """Whether a passage is covered."""
        return (self.masked_body, self.masked_wording, self.masked_name) != (None, None, None)

    @masked.inplace.expression
    @classmethod
    def _masked(cls) -> ColumnElement[bool]:
        fields = (cls.masked_body, cls.masked_wording, cls.masked_name)
        return or_(*(field.is_not(None) for field in fields)).label("masked")

    # Whoever shows a comment, to the public or at another desk, asks for these three.

    @hybrid_property
    def shown_body(self) -> str:
        """The words with the masked passages covered."""
        return self.body if self.masked_body is None else self.masked_body

    @shown_body.inplace.expression
    @classmethod
    def _shown_body(cls) -> ColumnElement[str]:
        return func.coalesce(cls.masked_body, cls.body)

    @hybrid_property
    def shown_wording(self) -> str:
        """The proposed wording with the masked passages covered."""
        return self.proposed_wording if self.masked_wording is None else self.masked_wording

    @shown_wording.inplace.expression
    @classmethod
    def _shown_wording(cls) -> ColumnElement[str]:
        return func.coalesce(cls.masked_wording, cls.proposed_wording)

    @hybrid_property
    def shown_name(self) -> str:
        """The name to be shown, covered where it was masked."""
        return self.display_name if self.masked_name is None else self.masked_name

    @shown_name.inplace.expression
    @classmethod
    def _shown_name(cls) -> ColumnElement[str]:
        return func.coalesce(cls.masked_name, cls.display_name)


class CommentTranslation(Base):
    """A comment in another language, as staff or a machine wrote it; the original is the record.

    The newest row in a language counts, and only while the words shown are those it was made of.
    """

    __tablename__ = "comment_translation"
    __table_args__ = (Index("ix_comment_translation_told", "comment_id", "language"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"))
    language: Mapped[str] = mapped_column(String(12))
    # "unofficial" by a person, "machine"; "" as text takes the one before back
    standing: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    # of the words with their covers: once a passage is covered, none of it may be read here
    source_digest: Mapped[str] = mapped_column(String(64))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    translated_at: Mapped[datetime] = mapped_column(Instant)


class CommentSource(Base):
    """Where a comment that a clerk typed in came from: the letter, the call, the meeting."""

    __tablename__ = "comment_source"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    # the day it reached the agency decides whether it was in time, not the day it was typed in
    received_on: Mapped[date]
    # the number of the letter or minutes, so that the original can be found
    reference: Mapped[str] = mapped_column(String(120), default="", index=True)
    # at what kind of gathering it was given, "" where at none; and which one, where
    event: Mapped[str] = mapped_column(String(24), default="")
    occasion: Mapped[str] = mapped_column(String(300), default="")
    # of the folded words, to find the same ones typed in twice
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    # when the dossier was sent to the Front, for a social criticism (L29)
    dossier_sent_on: Mapped[date | None]


class Attachment(Base):
    """A file sent with a comment: stripped of what it tells of its maker, public after review."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    # of the file as it was sent: its author can check what was received
    sha256: Mapped[str] = mapped_column(String(64))
    # waiting, published or withheld, like the comment it belongs to
    status: Mapped[str] = mapped_column(String(12))
    # of the file without what it told of its maker, which alone is ever shown; "" until the
    # worker has made it, and what it says, for search
    clean_sha256: Mapped[str] = mapped_column(String(64), default="")
    clean_size: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text, default="")
    # why it can never be shown: unreadable, too heavy, infected; "" for none
    problem: Mapped[str] = mapped_column(String(20), default="")
    looked_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(40), default="")


class Question(Base):
    """What an officer asks the author of a comment, and what the author says, once each (S45)."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_open", "replied_at", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    reply: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime | None] = mapped_column(Instant)


class ContactAddress(Base):
    """An author's e-mail, apart from the comment: no desk and no public page reads this table."""

    __tablename__ = "contact_address"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id"), primary_key=True)
    email: Mapped[str] = mapped_column(Sealed)
    # finds the comments of an address; tells nothing without the portal's key
    mark: Mapped[str] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(12), default="vi")
    # opens confirming and stopping, and nothing else; empty where no mail was ever asked for
    key: Mapped[str] = mapped_column(String(22), default="", index=True)
    # nothing but the question whether to write is sent before the address says yes
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)


class Tally(Base):
    """How many comments are in which state; lineage 0 is the consultation as a whole."""

    __tablename__ = "tally"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), primary_key=True)
    article_lineage_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    received: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    published: Mapped[int] = mapped_column(default=0)
    withheld: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    # those among the published ones whose answer is public
    answered: Mapped[int] = mapped_column(default=0)
