"""The sample province as it stands in its data files, read, typed and checked for sense."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.accounts.models import Role
from app.comments.models import CommenterKind, CommentStatus
from app.demo.typed import ContentError, read
from app.demo.voices import Voices
from app.documents.models import ChangeKind, Stage
from app.moderation.reasons import Reason
from app.responses.models import Disposition

DATA = Path(__file__).parent / "data"
HOURS = 24


class AnswerState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Agency:
    """A public body; `parent` is the slug of the one above, empty at the top."""

    slug: str
    name: str
    name_en: str
    address: str
    email: str
    phone: str
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
class Comment:
    """What one person says; an empty `anchor` means the whole draft, an empty `name` anonymous.

    A withheld one carries the reason code and `note`, the sentence its author is sent.
    """

    key: str
    kind: CommenterKind
    body: str
    hours_ago: int
    anchor: str = ""
    name: str = ""
    email: str = ""
    language: str = "vi"
    quote: str = ""
    proposed_wording: str = ""
    outcome: CommentStatus = CommentStatus.PUBLISHED
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """What the agency says to one or more comments; `changed` are anchors of the changed text."""

    key: str
    comments: tuple[str, ...]
    disposition: Disposition
    explanation: str
    state: AnswerState
    drafter: str
    approver: str = ""
    published_days_ago: int = 0
    changed: tuple[str, ...] = ()


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
    agencies: tuple[Agency, ...]
    officers: tuple[Officer, ...]
    dossiers: tuple[Dossier, ...]
    voices: Voices


def load_content(root: Path = DATA) -> Province:
    """The sample province in `root`; raises ContentError where its files contradict each other."""
    table = _toml(root / "province.toml")
    slugs = table.get("dossiers", [])
    for folder in ("dossiers", "comments", "answers"):
        for path in sorted((root / folder).glob("*.toml")):
            if path.stem not in slugs:
                raise ContentError(f"{folder}/{path.name}: unknown dossier {path.stem!r}")
    dossiers = [_dossier(root, slug) for slug in slugs]
    province: Province = read(
        Province,
        table | {"dossiers": dossiers, "voices": _toml(root / "load_voices.toml")},
        "province.toml",
    )
    for fault in _faults(province):
        raise ContentError(fault)
    return province


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise ContentError(f"{path.name}: {fault}") from fault


def _dossier(root: Path, slug: str) -> dict[str, Any]:
    table = _toml(root / "dossiers" / f"{slug}.toml")
    for key, target in (("draft", "draft_text"), ("revised_draft", "revised_text")):
        if name := table.get(key):
            try:
                table[target] = (root / "drafts" / name).read_text(encoding="utf-8")
            except OSError as fault:
                raise ContentError(f"dossiers/{slug}.toml: {fault}") from fault
    for folder in ("comments", "answers"):
        path = root / folder / f"{slug}.toml"
        table[folder] = _toml(path).get(folder, []) if path.exists() else []
    return table


def _faults(province: Province) -> Iterator[str]:
    agencies = {agency.slug for agency in province.agencies}
    for agency in province.agencies:
        if agency.parent and agency.parent not in agencies - {agency.slug}:
            yield f"agency {agency.slug}: unknown parent {agency.parent!r}"
    for officer in province.officers:
        if officer.agency not in agencies:
            yield f"officer {officer.email}: unknown agency {officer.agency!r}"
        if officer.scope and officer.scope not in agencies:
            yield f"officer {officer.email}: unknown scope {officer.scope!r}"
    names = [
        *(agency.slug for agency in province.agencies),
        *(officer.email for officer in province.officers),
        *(dossier.slug for dossier in province.dossiers),
        *(comment.key for dossier in province.dossiers for comment in dossier.comments),
        *(answer.key for dossier in province.dossiers for answer in dossier.answers),
    ]
    yield from (f"{name!r} is used twice" for name, times in Counter(names).items() if times > 1)
    for dossier in province.dossiers:
        yield from _dossier_faults(dossier, agencies)
        yield from (fault for c in dossier.comments for fault in _comment_faults(c, dossier))
        yield from _answer_faults(dossier, province.officers)


def _dossier_faults(dossier: Dossier, agencies: set[str]) -> Iterator[str]:
    where = f"dossier {dossier.slug}"
    for slug in (dossier.lead_agency, *dossier.coordinating_agencies):
        if slug not in agencies:
            yield f"{where}: unknown agency {slug!r}"
    if dossier.lead_agency in dossier.coordinating_agencies:
        yield f"{where}: the lead agency cannot coordinate with itself"
    if (dossier.stage is Stage.PROPOSAL) == bool(dossier.draft):
        yield f"{where}: a proposal has no draft, every other stage has one"
    if (dossier.stage is Stage.ADOPTED) != (dossier.outcome is not None):
        yield f"{where}: an outcome belongs to an adopted dossier and to no other"


def _comment_faults(comment: Comment, dossier: Dossier) -> Iterator[str]:
    where = f"comment {comment.key}"
    late = comment.hours_ago < dossier.closed_hours_ago
    if comment.hours_ago > dossier.opened_days_ago * HOURS:
        yield f"{where}: written before the consultation opened"
    if late != (comment.outcome is CommentStatus.LATE):
        yield f"{where}: late is what comes after the end, and nothing else"
    withheld = comment.outcome is CommentStatus.WITHHELD
    if withheld != (comment.reason is not None) or withheld != bool(comment.note):
        yield f"{where}: a reason and a note belong to a withheld comment and to no other"


def _answer_faults(dossier: Dossier, officers: tuple[Officer, ...]) -> Iterator[str]:
    comments = {comment.key: comment for comment in dossier.comments}
    staff = {
        (officer.email, officer.role)
        for officer in officers
        if officer.agency == dossier.lead_agency
    }
    answered: Counter[str] = Counter()
    for answer in dossier.answers:
        where = f"answer {answer.key}"
        published = answer.state is AnswerState.PUBLISHED
        if (answer.drafter, Role.DRAFTER) not in staff:
            yield f"{where}: {answer.drafter!r} does not draft for the lead agency"
        if published and (answer.approver, Role.APPROVER) not in staff:
            yield f"{where}: {answer.approver!r} does not approve for the lead agency"
        if published != bool(answer.approver) or published != bool(answer.published_days_ago):
            yield f"{where}: an approver and a day belong to a published answer and to no other"
        for key in answer.comments:
            if key not in comments:
                yield f"{where}: unknown comment {key!r}"
            elif comments[key].outcome is not CommentStatus.PUBLISHED:
                yield f"{where}: comment {key!r} is not published"
            answered[key] += published
        if not answer.comments:
            yield f"{where}: answers nobody"
    every = Counter(key for answer in dossier.answers for key in answer.comments)
    yield from (f"comment {key}: answered twice" for key, times in every.items() if times > 1)
    if dossier.stage is Stage.ADOPTED:
        for comment in dossier.comments:
            if comment.outcome is CommentStatus.PUBLISHED and not answered[comment.key]:
                yield f"comment {comment.key}: adopted without an answer to it"
