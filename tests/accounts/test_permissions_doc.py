"""docs/permissions.md says what the policy rules; `WRITE_MATRIX=1` writes it anew."""

from __future__ import annotations

import os

from app.accounts.models import Role
from app.accounts.policy import DELEGATED, RULES, Act
from app.approvals.kinds import kinds
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "permissions.md"
HEAD = """\
# Who may do what

Written by `WRITE_MATRIX=1 pytest tests/accounts/test_permissions_doc.py` from `app/accounts/policy.py`; a test compares.
A role holds for the agency it was granted at and for every body below it. Whatever is not in the table is refused. An
object of another agency answers as if it did not exist, word for word. What each route answers to each role stands in
`tests/accounts/matrix.txt`, which a test compares with the running portal: a new route without a row fails.

## Acts and roles

"""
TWO = """
## What two people decide

Nobody agrees to their own proposal, administrators included; the database refuses it too.

| what | who proposes | who agrees |
|---|---|---|
"""
ELSEWHERE = """\
| an answer to comments | drafts: drafter | signs: head or delegate; publishes: approver or head |
| a comment withheld as unlawful or off topic | moderator | another moderator |
| a correction of a false claim | drafter | approver |
| no state secret in a text | drafter or approver declares | another one declares |

A takedown holds at once, on the word of one; without a second person it ends after 24 hours, and the public reads so on
`/takedowns`.
"""
NAMES = {
    "extension": "more time for comments",
    "takedown": "a draft or file taken from public view",
    "lift": "the same given back",
    "comment_takedown": "a published comment, or a file sent with it, taken from public view",
    "comment_lift": "the same given back",
    "answer_takedown": "a published answer taken from public view",
    "answer_lift": "the same given back",
    "rule": "a row of law",
    "holiday": "a day off, or a weekend day worked",
    "erasure": "the erasure of a person",
}


def page() -> str:
    roles = list(Role)
    lines = [f"| act | {' | '.join(role.value for role in roles)} |", "|---" * 9 + "|"]
    for act in Act:
        held = ["yes" if role in RULES[act] else "" for role in roles]
        mark = " (can be delegated)" if act in DELEGATED else ""
        lines.append(f"| {act.value.replace('_', ' ')}{mark} | {' | '.join(held)} |")
    two = [
        f"| {NAMES[code]} | {_said(kind.proposing)} | {_said(kind.agreeing)} |"
        for code, kind in kinds().items()
    ]
    return HEAD + "\n".join(lines) + "\n" + TWO + "\n".join(two) + "\n" + ELSEWHERE


def _said(act: Act) -> str:
    return ", ".join(role.value for role in Role if role in RULES[act])


def test_the_page_says_what_the_policy_rules(app):
    if os.environ.get("WRITE_MATRIX"):
        PAGE.write_text(page())
    assert PAGE.read_text() == page()
    assert page().count("| yes") == sum(len(RULES[act]) for act in Act)
