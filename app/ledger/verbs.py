"""The vocabulary of the ledger: what can happen, and the facts that each happening carries."""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    OFFICER_INVITED = "officer.invited"
    OFFICER_JOINED = "officer.joined"
    OFFICER_SIGNED_IN = "officer.signed_in"
    OFFICER_LOCKED = "officer.locked"
    OFFICER_CLOSED = "officer.closed"
    OFFICER_SUSPENDED = "officer.suspended"
    OFFICER_REOPENED = "officer.reopened"
    PASSWORD_CHANGED = "password.changed"
    FACTOR_ADDED = "factor.added"
    FACTOR_REMOVED = "factor.removed"
    FACTOR_CANCELLED = "factor.cancelled"
    AGENCY_PLACED = "agency.placed"
    TERRITORY_NAMED = "territory.named"
    DOSSIER_CREATED = "dossier.created"
    DOSSIER_DESCRIBED = "dossier.described"
    DOSSIER_TYPED = "dossier.typed"
    DOSSIER_LABELLED = "dossier.labelled"
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
    COMMENT_TAKEN_IN = "comment.taken_in"
    COMMENT_MASKED = "comment.masked"
    COMMENT_RETURNED = "comment.returned"
    COMMENT_REINSTATED = "comment.reinstated"
    LEASE_TAKEN_OVER = "lease.taken_over"
    WITHHOLDING_PROPOSED = "withholding.proposed"
    APPEAL_FILED = "appeal.filed"
    APPEAL_DECIDED = "appeal.decided"
    ATTACHMENT_ADDED = "attachment.added"
    ATTACHMENT_PUBLISHED = "attachment.published"
    ATTACHMENT_WITHHELD = "attachment.withheld"
    QUESTION_ASKED = "question.asked"
    QUESTION_REPLIED = "question.replied"
    COMMENT_IDENTIFIED = "comment.identified"
    CONTACT_ADDED = "contact.added"
    CONTACT_CONFIRMED = "contact.confirmed"
    CONTACT_STOPPED = "contact.stopped"
    GROUP_MERGED = "group.merged"
    GROUP_SPLIT = "group.split"
    GROUP_CONFIRMED = "group.confirmed"
    GROUP_STEP_UNDONE = "group_step.undone"
    ANSWER_ASSIGNED = "answer.assigned"
    ANSWER_DRAFTED = "answer.drafted"
    ANSWER_SUBMITTED = "answer.submitted"
    ANSWER_SENT_BACK = "answer.sent_back"
    ANSWER_SIGNED = "answer.signed"
    ANSWER_PUBLISHED = "answer.published"
    TABLE_IMPORTED = "table.imported"
    DELEGATION_GIVEN = "delegation.given"
    DELEGATION_ENDED = "delegation.ended"
    CORRECTION_WRITTEN = "correction.written"
    CORRECTION_PUBLISHED = "correction.published"
    CORRECTION_WITHDRAWN = "correction.withdrawn"
    SUGGESTION_REGISTERED = "suggestion.registered"
    SUGGESTION_SETTLED = "suggestion.settled"
    WORDING_ADOPTED = "wording.adopted"
    TRANSLATION_WRITTEN = "translation.written"
    COMMENT_TRANSLATED = "comment.translated"
    COMMENT_ERASED = "comment.erased"
    SUBJECT_REQUEST_RECEIVED = "subject_request.received"
    SUBJECT_REQUEST_EXTENDED = "subject_request.extended"
    SUBJECT_REQUEST_SETTLED = "subject_request.settled"
    PROPOSAL_MADE = "proposal.made"
    PROPOSAL_AGREED = "proposal.agreed"
    PROPOSAL_REFUSED = "proposal.refused"
    PROPOSAL_LAPSED = "proposal.lapsed"
    TAKEDOWN_ORDERED = "takedown.ordered"
    TAKEDOWN_CONFIRMED = "takedown.confirmed"
    TAKEDOWN_LIFTED = "takedown.lifted"
    RULE_ADDED = "rule.added"
    HOLIDAY_SET = "holiday.set"
    STOP_ANNOUNCED = "stop.announced"
    STOP_CANCELLED = "stop.cancelled"
    RECORD_SUMMED = "record.summed"
    RECORD_ERASED = "record.erased"


# Ids, counts and salted digests only: a person can be erased without breaking the record.
FACTS: dict[Verb, frozenset[str]] = {
    Verb.OFFICER_INVITED: frozenset({"invitation_id", "role", "agency_id"}),
    Verb.OFFICER_JOINED: frozenset({"officer_id", "invitation_id"}),
    Verb.OFFICER_SIGNED_IN: frozenset({"officer_id"}),
    Verb.OFFICER_LOCKED: frozenset({"officer_id", "failures"}),
    Verb.OFFICER_CLOSED: frozenset({"officer_id"}),
    Verb.OFFICER_SUSPENDED: frozenset({"officer_id"}),
    Verb.OFFICER_REOPENED: frozenset({"officer_id"}),
    Verb.PASSWORD_CHANGED: frozenset({"officer_id"}),
    # what kind of factor, never a word of it
    Verb.FACTOR_ADDED: frozenset({"officer_id", "factor"}),
    Verb.FACTOR_REMOVED: frozenset({"officer_id", "factor"}),
    Verb.FACTOR_CANCELLED: frozenset({"officer_id", "reset_id"}),
    Verb.AGENCY_PLACED: frozenset({"agency_id", "territory"}),
    Verb.TERRITORY_NAMED: frozenset({"territory", "parent"}),
    Verb.DOSSIER_CREATED: frozenset({"dossier_id", "agency_id"}),
    Verb.DOSSIER_DESCRIBED: frozenset({"dossier_id", "digest"}),
    Verb.DOSSIER_TYPED: frozenset({"dossier_id", "document_type"}),
    Verb.DOSSIER_LABELLED: frozenset({"dossier_id", "topic"}),
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
    Verb.COMMENT_TAKEN_IN: frozenset({"comment_id", "channel", "criticism"}),
    # how many passages of which reasons, and the digest of what is shown instead
    Verb.COMMENT_MASKED: frozenset({"comment_id", "reasons", "digest"}),
    Verb.COMMENT_RETURNED: frozenset({"comment_id", "lineage_id", "from_status"}),
    Verb.COMMENT_REINSTATED: frozenset({"comment_id", "lineage_id"}),
    Verb.LEASE_TAKEN_OVER: frozenset({"comment_id", "officer_id"}),
    Verb.WITHHOLDING_PROPOSED: frozenset({"comment_id", "reason"}),
    Verb.APPEAL_FILED: frozenset({"comment_id", "appeal_id", "digest", "due_on"}),
    Verb.APPEAL_DECIDED: frozenset({"comment_id", "appeal_id", "outcome", "digest"}),
    Verb.ATTACHMENT_ADDED: frozenset({"comment_id", "attachment_id", "sha256"}),
    Verb.ATTACHMENT_PUBLISHED: frozenset({"comment_id", "attachment_id"}),
    Verb.ATTACHMENT_WITHHELD: frozenset({"comment_id", "attachment_id", "reason"}),
    Verb.QUESTION_ASKED: frozenset({"comment_id", "question_id", "digest"}),
    Verb.QUESTION_REPLIED: frozenset({"comment_id", "question_id", "digest"}),
    # by what its author showed who they are, and nothing of them
    Verb.COMMENT_IDENTIFIED: frozenset({"comment_id", "identity"}),
    Verb.CONTACT_ADDED: frozenset({"comment_id"}),
    Verb.CONTACT_CONFIRMED: frozenset({"comment_id"}),
    Verb.CONTACT_STOPPED: frozenset({"comment_id"}),
    Verb.GROUP_MERGED: frozenset({"step_id", "group_ids", "into"}),
    Verb.GROUP_SPLIT: frozenset({"step_id", "group_id", "new_group_id", "comments"}),
    Verb.GROUP_CONFIRMED: frozenset({"step_id", "suggestion_id", "group_id", "confirmed"}),
    Verb.GROUP_STEP_UNDONE: frozenset({"step_id"}),
    Verb.ANSWER_ASSIGNED: frozenset({"article_lineage_id", "group_id", "officer_id"}),
    # an answer may speak to ten thousand: how many, and the digest of their numbers in order
    Verb.ANSWER_DRAFTED: frozenset({"answer_id", "comments", "selection", "disposition"}),
    Verb.ANSWER_SUBMITTED: frozenset({"answer_id"}),
    Verb.ANSWER_SENT_BACK: frozenset({"answer_id"}),
    Verb.ANSWER_SIGNED: frozenset({"answer_id", "selection", "digest"}),
    # `places` has how many comments of each article lineage it speaks to, "0" for the draft
    Verb.ANSWER_PUBLISHED: frozenset(
        {"answer_id", "comments", "selection", "places", "disposition", "digest"}
    ),
    Verb.TABLE_IMPORTED: frozenset({"rows", "answers", "sha256"}),
    Verb.DELEGATION_GIVEN: frozenset({"officer_id", "agency_id", "valid_from", "valid_to"}),
    Verb.DELEGATION_ENDED: frozenset({"officer_id", "agency_id"}),
    Verb.CORRECTION_WRITTEN: frozenset({"correction_id", "dossier_id", "digest"}),
    Verb.CORRECTION_PUBLISHED: frozenset({"correction_id", "dossier_id", "digest"}),
    Verb.CORRECTION_WITHDRAWN: frozenset({"correction_id", "dossier_id"}),
    Verb.SUGGESTION_REGISTERED: frozenset({"suggestion_id", "comment_id", "digest"}),
    Verb.SUGGESTION_SETTLED: frozenset({"suggestion_id", "outcome", "digest"}),
    # how many pieces, and the digest of what they say
    Verb.TRANSLATION_WRITTEN: frozenset({"dossier_id", "language", "standing", "parts", "digest"}),
    Verb.COMMENT_TRANSLATED: frozenset({"comment_id", "language", "standing", "digest"}),
    # the author's identity, or the words as well
    Verb.COMMENT_ERASED: frozenset({"comment_id", "scope"}),
    Verb.SUBJECT_REQUEST_RECEIVED: frozenset({"request_id", "kind"}),
    Verb.SUBJECT_REQUEST_EXTENDED: frozenset({"request_id"}),
    Verb.SUBJECT_REQUEST_SETTLED: frozenset({"request_id", "state"}),
    Verb.STOP_ANNOUNCED: frozenset({"stop_id", "starts_at", "ends_at", "emergency", "digest"}),
    Verb.STOP_CANCELLED: frozenset({"stop_id"}),
    # `digest` is of the words that say what will change
    Verb.PROPOSAL_MADE: frozenset({"proposal_id", "kind", "digest"}),
    Verb.PROPOSAL_AGREED: frozenset({"proposal_id", "kind"}),
    Verb.PROPOSAL_REFUSED: frozenset({"proposal_id", "kind"}),
    Verb.PROPOSAL_LAPSED: frozenset({"proposal_id", "kind"}),
    Verb.TAKEDOWN_ORDERED: frozenset({"takedown_id", "dossier_id", "category"}),
    Verb.TAKEDOWN_CONFIRMED: frozenset({"takedown_id", "dossier_id"}),
    Verb.TAKEDOWN_LIFTED: frozenset({"takedown_id", "dossier_id", "how"}),
    Verb.RULE_ADDED: frozenset({"rule", "document_type", "valid_from", "digest"}),
    Verb.HOLIDAY_SET: frozenset({"day", "kind", "digest"}),
    Verb.WORDING_ADOPTED: frozenset({"comment_id", "version_id", "lineage_id", "digest"}),
    # the salted digests of rows that became final or moved, as one
    Verb.RECORD_SUMMED: frozenset({"sum", "table", "once", "columns", "batch", "rows", "digest"}),
    # which rows may differ from their digests, because a person was erased
    Verb.RECORD_ERASED: frozenset({"table", "keys"}),
}
