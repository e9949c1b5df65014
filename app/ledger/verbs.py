"""The vocabulary of the ledger: what can happen, and the facts that each happening carries."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    OFFICER_INVITED = "officer.invited"
    OFFICER_JOINED = "officer.joined"
    OFFICER_SIGNED_IN = "officer.signed_in"
    OFFICER_LOCKED = "officer.locked"
    OFFICER_CLOSED = "officer.closed"
    DOSSIER_CREATED = "dossier.created"
    DOSSIER_DESCRIBED = "dossier.described"
    DOSSIER_TYPED = "dossier.typed"
    DOSSIER_ADVANCED = "dossier.advanced"
    OUTCOME_COMPLETED = "outcome.completed"
    DRAFT_IMPORTED = "draft.imported"
    DRAFT_CONTINUED = "draft.continued"
    DRAFT_REPAIRED = "draft.repaired"
    ALIGNMENT_CONFIRMED = "alignment.confirmed"
    DRAFT_ACCEPTED = "draft.accepted"
    DRAFT_POSTED = "draft.posted"
    FILE_ADDED = "file.added"
    FILE_CHANGED = "file.changed"
    FILE_REMOVED = "file.removed"
    FILE_POSTED = "file.posted"
    COMPARISON_CHANGED = "comparison.changed"
    SECRECY_DECLARED = "secrecy.declared"
    CONSULTATION_OPENED = "consultation.opened"
    CONSULTATION_EXTENDED = "consultation.extended"
    CONSULTATION_CLOSED = "consultation.closed"
    COMMENT_SUBMITTED = "comment.submitted"
    COMMENT_PUBLISHED = "comment.published"
    COMMENT_WITHHELD = "comment.withheld"
    COMMENT_WITHDRAWN = "comment.withdrawn"
    ANSWER_DRAFTED = "answer.drafted"
    ANSWER_PUBLISHED = "answer.published"
    WORDING_ADOPTED = "wording.adopted"


# Ids, counts and salted digests only: a person can be erased without breaking the record.
FACTS: dict[Verb, frozenset[str]] = {
    Verb.OFFICER_INVITED: frozenset({"invitation_id", "role", "agency_id"}),
    Verb.OFFICER_JOINED: frozenset({"officer_id", "invitation_id"}),
    Verb.OFFICER_SIGNED_IN: frozenset({"officer_id"}),
    Verb.OFFICER_LOCKED: frozenset({"officer_id", "failures"}),
    Verb.OFFICER_CLOSED: frozenset({"officer_id"}),
    Verb.DOSSIER_CREATED: frozenset({"dossier_id", "agency_id"}),
    Verb.DOSSIER_DESCRIBED: frozenset({"dossier_id", "digest"}),
    Verb.DOSSIER_TYPED: frozenset({"dossier_id", "document_type"}),
    Verb.DOSSIER_ADVANCED: frozenset({"dossier_id", "stage"}),
    Verb.OUTCOME_COMPLETED: frozenset({"dossier_id", "digest"}),
    Verb.DRAFT_IMPORTED: frozenset({"version_id", "sha256", "provisions", "doubts"}),
    Verb.DRAFT_CONTINUED: frozenset({"version_id", "continues", "digest"}),
    Verb.DRAFT_REPAIRED: frozenset({"version_id", "operation", "digest"}),
    Verb.ALIGNMENT_CONFIRMED: frozenset({"version_id", "pairs", "digest"}),
    Verb.DRAFT_ACCEPTED: frozenset({"version_id", "digest"}),
    Verb.DRAFT_POSTED: frozenset({"dossier_id", "version_id", "number", "digest"}),
    Verb.FILE_ADDED: frozenset({"dossier_id", "file_id", "sha256"}),
    Verb.FILE_CHANGED: frozenset({"dossier_id", "file_id", "sha256"}),
    Verb.FILE_REMOVED: frozenset({"dossier_id", "file_id", "sha256"}),
    Verb.FILE_POSTED: frozenset({"dossier_id", "file_id", "sha256", "digest"}),
    Verb.COMPARISON_CHANGED: frozenset({"version_id", "rows", "digest"}),
    Verb.SECRECY_DECLARED: frozenset({"dossier_id", "digest", "officer_id"}),
    Verb.CONSULTATION_OPENED: frozenset(
        {"dossier_id", "version_id", "digest", "days", "closes_at", "citation"}
    ),
    Verb.CONSULTATION_EXTENDED: frozenset({"extension_id", "old_closes_at", "new_closes_at"}),
    Verb.CONSULTATION_CLOSED: frozenset({"closes_at"}),
    Verb.COMMENT_SUBMITTED: frozenset({"comment_id", "lineage_id", "status", "digest"}),
    Verb.COMMENT_PUBLISHED: frozenset({"comment_id", "lineage_id"}),
    Verb.COMMENT_WITHHELD: frozenset({"comment_id", "lineage_id", "reason"}),
    Verb.COMMENT_WITHDRAWN: frozenset({"comment_id", "lineage_id", "from_status"}),
    Verb.ANSWER_DRAFTED: frozenset({"answer_id", "comments", "disposition"}),
    Verb.ANSWER_PUBLISHED: frozenset({"answer_id", "comments", "disposition", "digest"}),
    Verb.WORDING_ADOPTED: frozenset({"comment_id", "version_id", "lineage_id", "digest"}),
}
