"""The words of the public pages for what the rows hold as codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.documents.models import Stage
from app.groups.models import Tier
from app.moderation.reasons import Reason

STAGES: dict[Stage, LazyString] = {
    Stage.PROPOSAL: _l("Proposal"),
    Stage.DRAFTING: _l("Drafting"),
    Stage.CONSULTATION: _l("Public comments"),
    Stage.RESPONDING: _l("Answers"),
    Stage.APPRAISAL: _l("Appraisal"),
    Stage.VERIFICATION: _l("Verification"),
    Stage.ADOPTED: _l("Adopted"),
    Stage.WITHDRAWN: _l("Withdrawn"),
}

NEXT_STEPS: dict[Stage, LazyString] = {
    Stage.PROPOSAL: _l(
        "The agency proposes this document and says why. "
        "When the text is written, it is posted here in full and everyone can comment."
    ),
    Stage.DRAFTING: _l(
        "The agency is writing the text. It will be posted here in full and everyone can comment."
    ),
    Stage.CONSULTATION: _l(
        "When the period ends, the agency studies every comment and says in public "
        "what it accepted, what it did not, and why."
    ),
    Stage.RESPONDING: _l(
        "The agency studies every comment. Its answers appear on this page, "
        "with what was accepted, what was not, and why."
    ),
    Stage.APPRAISAL: _l(
        "The revised text is with the justice authorities, who check that it is lawful."
    ),
    Stage.VERIFICATION: _l(
        "The revised text is with the committee that examines it before a vote."
    ),
    Stage.ADOPTED: _l("The document was adopted. The comments and answers stay here for good."),
    Stage.WITHDRAWN: _l("The agency gave up this document. What was said stays on record."),
}

RULES: dict[Reason, LazyString] = {
    Reason.SPAM: _l("The text promotes goods or services, or repeats meaningless content."),
    Reason.INSULT: _l(
        "The text attacks a person. Criticism of an agency, a draft or an official decision, "
        "however sharp, is no reason."
    ),
    Reason.PERSONAL_DATA: _l(
        "The text gives away somebody else's address, telephone number, health or family matters."
    ),
    Reason.OFF_TOPIC: _l(
        "The text says nothing about this draft. "
        "The author is told where complaints and reports of other kinds are taken."
    ),
    Reason.UNLAWFUL: _l("The moderator names the provision of law that forbids it."),
    Reason.DUPLICATE: _l("The first copy is shown, so nothing that was said is lost."),
}

# The states by which the list of drafts can be narrowed, as they stand in its address
VIEWS: tuple[tuple[str, LazyString], ...] = (
    ("", _l("All")),
    ("open", _l("Open for comments")),
    ("responding", _l("Being answered")),
    ("adopted", _l("Adopted")),
    ("proposals", _l("Proposals")),
)

# How a comparison of two versions is laid out, as it stands in the address
COMPARE_VIEWS: tuple[tuple[str, LazyString], ...] = (
    ("inline", _l("In the text")),
    ("columns", _l("Side by side")),
    ("list", _l("List of changes")),
)

# why comments stand together
GROUPS: dict[Tier, LazyString] = {
    Tier.EXACT: _l("These comments have the same words."),
    Tier.NEAR: _l("These comments have nearly the same words."),
    Tier.ARGUMENT: _l("An officer read these comments and found that they make the same argument."),
}
