"""Which rows are on record, which of their columns, and from when they are final."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Table

from app.extensions import Base


@dataclass(frozen=True)
class Sum:
    """A part of a table that is summed together.

    A row is final once its column `once` is filled, "" for at once; `fk>parent.column` where it
    belongs to another row. A `state` is summed anew at each change, its going as well; all else
    once for good.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    once: str = ""
    state: bool = False


# tables whose rows are final as they are written, or once the column is filled
WHOLE = {
    "draft_version": "posted_at",
    "provision": "version_id>draft_version.posted_at",
    "comparison_row": "version_id>draft_version.posted_at",
    "alignment": "version_id>draft_version.posted_at",
    "adoption": "version_id>draft_version.posted_at",
    "answer": "published_at",
    "answer_comment": "answer_id>answer.published_at",
    "answer_change": "answer_id>answer.published_at",
    "answer_group": "answer_id>answer.published_at",
    "dossier_file": "posted_at",
    "correction": "published_at",
    "consultation": "",
    "extension": "",
    "declaration": "",
    "stage_step": "",
    "comment": "",
    "decision": "",
    "mask": "",
    "comment_source": "",
    "attachment": "",
    "question": "",
    "appeal": "",
    "answer_edit": "",
    "reform_suggestion": "",
    "translation": "",
    "comment_translation": "",
    "planned_stop": "",
    "proposal": "",
    "takedown": "",
}
# columns that are filled in later, once for good
LATER = {
    "attachment_looked": (
        "attachment",
        "looked_at",
        ("clean_sha256", "clean_size", "text", "problem"),
    ),
    "question_replied": ("question", "replied_at", ("reply", "replied_at")),
    "appeal_decided": (
        "appeal",
        "decided_at",
        ("decided_by", "decided_at", "outcome", "reply"),
    ),
    "correction_withdrawn": (
        "correction",
        "withdrawn_at",
        ("withdrawn_at", "withdrawn_reason"),
    ),
    "stop_cancelled": ("planned_stop", "cancelled_at", ("cancelled_at", "cancelled_by")),
    "suggestion_settled": (
        "reform_suggestion",
        "outcome_at",
        ("outcome", "outcome_text", "outcome_by", "outcome_at"),
    ),
}
# columns that move by verbs; each change is summed
STATES = {
    "comment": (
        *("status", "decided_at", "row_version"),
        *("masked_body", "masked_wording", "masked_name"),
    ),
    "consultation": ("last_day", "closes_at", "closed_at"),
    "attachment": ("status", "looked_at", "decided_by", "decided_at", "reason"),
    "proposal": ("decided_by", "decided_at", "outcome", "reply"),
    "takedown": ("confirmed_at", "lifted_at", "lifted_as"),
}
# tables that change or lose rows by verbs: all is a state, or these columns beside the key are;
# what else stands in such a row is no record
MOVING: dict[str, tuple[str, ...]] = {
    "dossier": (),
    "dossier_coordinator": (),
    "agency": (),
    "officer": ("name", "job_title", "agency_id"),
    "holiday": (),
    "period_rule": (),
    "answer_rule": (),
    "effect_rule": (),
    "comment_group": (),
    "group_member": (),
    "consent": (),
}


def table_of(name: str) -> Table:
    """The table of that name, whichever room it belongs to."""
    return Base.metadata.tables[name]


def key_columns(table: str) -> tuple[str, ...]:
    """The columns that name a row, in the order of its key `a|b|c`."""
    return tuple(column.name for column in table_of(table).primary_key)


@cache
def sums() -> dict[str, Sum]:
    """Every sum by its name."""
    return {one.name: one for one in _sums()}


def _sums() -> Iterator[Sum]:
    apart: dict[str, set[str]] = {table: set(columns) for table, columns in STATES.items()}
    for table, _once, columns in LATER.values():
        apart.setdefault(table, set()).update(columns)
    for table, once in WHOLE.items():
        every = [column.name for column in table_of(table).columns]
        left = tuple(name for name in every if name not in apart.get(table, ()))
        yield Sum(table, table, left, once)
    for name, (table, once, columns) in LATER.items():
        yield Sum(name, table, (*key_columns(table), *columns), once)
    for table, columns in (*STATES.items(), *MOVING.items()):
        moving = columns or tuple(column.name for column in table_of(table).columns)
        named = tuple(dict.fromkeys((*key_columns(table), *moving)))
        yield Sum(f"{table}_state", table, named, state=True)


def of_table(table: str) -> list[Sum]:
    """The sums of one table."""
    return [one for one in sums().values() if one.table == table]


def children(table: str) -> list[Sum]:
    """The sums of rows that are final once a row of the table is."""
    return [one for one in sums().values() if f">{table}." in one.once]
