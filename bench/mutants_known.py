"""The rules whose tests are measured, the tests that are asked, and mutants that change nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """A module of rules; `only` names the functions that decide, all unless given."""

    path: str
    tests: Sequence[str]
    only: Sequence[str] = ()


GROUPS: Mapping[str, Sequence[Module]] = {
    "deadline": (
        Module("app/consultations/period.py", ("tests/consultations/test_period.py",)),
        Module(
            "app/consultations/rules.py",
            ("tests/consultations/test_dated_rules.py",),
            ("rule_for", "effect_rule_for", "answer_days", "answer_rules", "calendar"),
        ),
    ),
    "disposition": (
        Module(
            "app/responses/obstacles.py",
            ("tests/responses/test_obstacles.py", "tests/responses/test_changes.py"),
        ),
        Module("app/responses/answering.py", ("tests/responses/test_steps.py",)),
    ),
    "permission": (
        Module(
            "app/accounts/policy.py",
            (
                "tests/accounts/test_policy.py",
                "tests/accounts/test_permissions_doc.py",
                "tests/accounts/test_territories.py",
            ),
        ),
        Module("app/approvals/propose.py", ("tests/approvals/test_proposing.py",)),
    ),
    "accounting": (
        Module(
            "app/comments/tally.py",
            ("tests/comments/test_tally.py", "tests/moderation/test_counts.py"),
        ),
        Module("app/comments/publish.py", ("tests/comments/test_outcomes.py",)),
        Module("app/moderation/decide.py", ("tests/moderation/test_decide.py",)),
    ),
}

# (module, what it was, what it is) → why nobody could tell
SAME: Mapping[tuple[str, str, str], str] = {
    ("app/consultations/rules.py", "1", "2"): "of two rows `scalar` gives the first",
    ("app/moderation/decide.py", "1", "2"): "of two rows `scalar` gives the first",
    (
        "app/responses/answering.py",
        "db.session.flush()",
        "pass",
    ): "the first question asked afterwards sends it",
    (
        "app/approvals/propose.py",
        "json.dumps([words, reason], ensure_ascii=False, sort_keys=True)",
        "json.dumps([words, reason], ensure_ascii=None, sort_keys=True)",
    ): "None is as good as False",
}
