"""What the sample province is made of, as its data files tell it."""

from __future__ import annotations

from dataclasses import dataclass

from app.accounts.models import Role
from app.comments.models import Channel, CommenterKind, CommentStatus, CriticismForm, EventKind
from app.demo.rendered import CommentTranslation, Translation
from app.demo.voices import Voices
from app.documents.models import ChangeKind, Stage
from app.moderation.appeals import AppealOutcome
from app.moderation.reasons import Reason
from app.outreach.suggesting import Settlement
from app.responses.models import AnswerState, Disposition

HOURS = 24


@dataclass(frozen=True)
class Territory:
    """A place that bodies decide for; `parent` is the code of the one it lies in."""

    code: str
    name: str
    name_en: str
    parent: str = ""


@dataclass(frozen=True)
class Agency:
    """A public body; `parent` is the slug of the one above, empty at the top.

    `territory` is the code of the place it decides for.
    """

    slug: str
    name: str
    name_en: str
    address: str
    email: str
    phone: str
    territory: str
    parent: str = ""


@dataclass(frozen=True)
class Officer:
    """A member of staff with a role, held at `scope` and below it (the own agency if empty).

    `also` is a second role, as a director has who approves and signs.
    """

    email: str
    name: str
    title: str
    agency: str
    role: Role
    scope: str = ""
    also: Role | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The one or two roles, the main one first."""
        return (self.role, self.also) if self.also else (self.role,)


@dataclass(frozen=True)
class Content:
    """The four content blocks (S09–S12); `main_content` is a list of short lines."""

    necessity: str
    purpose: str
    viewpoint: str
    scope: str
    subjects: str
    main_content: tuple[str, ...]
    changes_vs_current_law: str
    other: str = ""


@dataclass(frozen=True)
class Criteria:
    """The four impact criteria (S02–S05)."""

    proposal_required: bool
    rights_obligations: bool
    contested: bool
    territory_wide: bool


@dataclass(frozen=True)
class ContestedIssue:
    """A question on which people differ, with the provisions it is about (S04)."""

    text: str
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One row of the comparison with the law in force (S11)."""

    kind: ChangeKind
    anchor: str
    current: str
    proposed: str
    reason: str
    source: str = ""


@dataclass(frozen=True)
class Document:
    """A document beside the draft; `code` names the required one it is, `text` is its file."""

    title: str
    text: str
    code: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a draft: the number and date of the document and its gazette (S16)."""

    number: str
    adopted_days_ago: int
    in_force_days_ago: int
    gazette: str


@dataclass(frozen=True)
class Source:
    """By which other door a comment came: it was typed in `days_later` than it was received.

    A social criticism has its form, and how many days before it the Front had the dossier.
    """

    channel: Channel
    days_later: int = 0
    reference: str = ""
    event: EventKind | None = None
    occasion: str = ""
    members: int = 0
    criticism: CriticismForm | None = None
    dossier_days_before: int = 0


@dataclass(frozen=True)
class Masked:
    """A passage that is covered where the comment is shown, with the reason."""

    passage: str
    reason: Reason


@dataclass(frozen=True)
class Question:
    """What the drafter asked the author; `reply` is empty while the author is silent."""

    text: str
    hours_ago: int
    reply: str = ""
    replied_hours_ago: int = 0


@dataclass(frozen=True)
class Appeal:
    """What the author says against a withholding; `reply` is empty while nobody decided."""

    words: str
    hours_ago: int
    outcome: AppealOutcome | None = None
    reply: str = ""
    decided_hours_ago: int = 0


@dataclass(frozen=True)
class Suggestion:
    """What a comment asks of another law (S72); `words` say what came of it, if anything did."""

    document: str
    addressee: str
    summary: str
    days_ago: int
    outcome: Settlement | None = None
    words: str = ""
    settled_days_ago: int = 0


@dataclass(frozen=True)
class Comment:
    """What one person says; an empty `anchor` means the whole draft, an empty `name` anonymous.

    A withheld one carries the reason code and `note`, the sentence its author is sent. `country`
    is that of somebody who lives abroad or comes from abroad.
    """

    key: str
    kind: CommenterKind
    body: str
    hours_ago: int
    anchor: str = ""
    name: str = ""
    email: str = ""
    language: str = "vi"
    country: str = ""
    quote: str = ""
    proposed_wording: str = ""
    outcome: CommentStatus = CommentStatus.PUBLISHED
    reason: Reason | None = None
    note: str = ""
    source: Source | None = None
    masked: tuple[Masked, ...] = ()
    question: Question | None = None
    appeal: Appeal | None = None
    suggestion: Suggestion | None = None
    translations: tuple[CommentTranslation, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the agency says to one or more comments; it came to its state `days_ago`.

    `changed` are anchors of the changed text.
    """

    key: str
    comments: tuple[str, ...]
    disposition: Disposition
    explanation: str
    state: AnswerState
    drafter: str
    days_ago: int
    approver: str = ""
    changed: tuple[str, ...] = ()
    no_change_reason: str = ""


@dataclass(frozen=True)
class Assignment:
    """Who is to answer what is said of an article."""

    anchor: str
    officer: str
    days_ago: int


@dataclass(frozen=True)
class Correction:
    """A claim that goes round and what the draft says instead, at `anchor` (S65)."""

    claim: str
    official: str
    anchor: str
    days_ago: int


@dataclass(frozen=True)
class Dossier:
    """One instrument through its life; `draft` and `revised_draft` are names of files.

    `draft_text` and `revised_text` are their content, empty where there is no such file.
    """

    slug: str
    title: str
    short_title: str
    short_title_en: str
    document_type: str
    topic: str
    stage: Stage
    lead_agency: str
    coordinating_agencies: tuple[str, ...]
    opened_days_ago: int
    period_days: int
    affected_parties: tuple[str, ...]
    summary_en: str
    content: Content
    criteria: Criteria
    contested_issues: tuple[ContestedIssue, ...] = ()
    changes: tuple[Change, ...] = ()
    documents: tuple[Document, ...] = ()
    outcome: Outcome | None = None
    draft: str = ""
    revised_draft: str = ""
    draft_text: str = ""
    revised_text: str = ""
    comments: tuple[Comment, ...] = ()
    answers: tuple[Answer, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    corrections: tuple[Correction, ...] = ()
    translations: tuple[Translation, ...] = ()

    @property
    def closed_hours_ago(self) -> int:
        """Hours since the comment period ended, negative while it runs, holidays aside."""
        return (self.opened_days_ago - self.period_days) * HOURS


@dataclass(frozen=True)
class Province:
    """Everything the sample province is made of."""

    name: str
    name_en: str
    domain: str
    territories: tuple[Territory, ...]
    agencies: tuple[Agency, ...]
    officers: tuple[Officer, ...]
    dossiers: tuple[Dossier, ...]
    voices: Voices
