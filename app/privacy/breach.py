"""After a breach: whose data was touched, how many they are, and what the notice has to say.

From two sources: what the access log says an officer's account was shown, and what rows there were
in tables that were copied. The law gives 72 hours from the moment it is known (Law 91/2025,
art. 23; Decree 356/2025).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Select, select

from app.accounts.models import Officer
from app.comments.models import Comment
from app.extensions import Base, Instant, Sealed, db
from app.people.models import Reading

NOTICE_WITHIN = timedelta(hours=72)


class NoSuchTableError(LookupError):
    """Raised for a table that holds nobody's data; names those that do."""


@dataclass(frozen=True)
class Touched:
    """One row of one person: what it is, how it was touched, and when at first."""

    subject: str
    how: str
    at: datetime


def tables() -> list[str]:
    """The tables that hold what is not public of people."""
    sealed = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(isinstance(column.type, Sealed) for column in table.columns)
    }
    words = {"comment", "question", "appeal", "attachment"}
    return sorted((sealed | words) - {"factor", "kept_form", "officer_identity"})


def affected(since: datetime, until: datetime, officer: str = "", table: str = "") -> list[Touched]:
    """Every row of a person that was shown in that time, or was in the table at its end.

    `officer` is an e-mail: only what that account was shown. Raises NoSuchTableError.
    """
    found: list[Touched] = []
    if not table:
        found += _shown(since, until, officer)
    else:
        found += _held(table, until)
    first: dict[str, Touched] = {}
    for one in sorted(found, key=lambda one: one.at):
        first.setdefault(one.subject, one)
    return sorted(first.values(), key=lambda one: (_kind(one), _number(one)))


def _shown(since: datetime, until: datetime, officer: str) -> list[Touched]:
    query: Select[str, str, datetime] = select(Reading.subject, Reading.act, Reading.at).where(
        Reading.at >= since, Reading.at < until
    )
    if officer:
        whose = select(Officer.id).where(Officer.email == officer.strip().lower())
        query = query.where(Reading.officer_id.in_(whose))
    return [Touched(*row) for row in db.session.execute(query.order_by(Reading.id))]


def _held(name: str, until: datetime) -> list[Touched]:
    """Each row of the table that was there before `until`, by the person's own number."""
    if name not in tables():
        raise NoSuchTableError(", ".join(tables()))
    made = Base.metadata.tables[name]
    begun = next((column for column in made.columns if isinstance(column.type, Instant)), None)
    of = made.columns.get("comment_id")
    key = of if of is not None else next(iter(made.primary_key))
    kind = "comment" if of is not None else name
    query: Select[object] = select(key)
    at: Column[datetime] | None = begun
    if name == "contact_address":
        # its own first instant is that of a yes: the comment says when it was left
        query = query.join(Comment, Comment.id == made.c.comment_id)
        query = query.where(Comment.submitted_at < until)
    elif at is not None:
        query = query.where(at < until)
    return [Touched(f"{kind}:{number}", name, until) for number in db.session.scalars(query)]


def _kind(one: Touched) -> str:
    return one.subject.partition(":")[0]


def _number(one: Touched) -> int:
    number = one.subject.partition(":")[2]
    return int(number) if number.isdigit() else 0


def notice(found: Sequence[Touched], known_at: datetime, since: datetime, until: datetime) -> str:
    """The draft of the notice to the authority: counts, kinds, the time until it is due."""
    due = known_at + NOTICE_WITHIN
    kinds = Counter(_kind(one) for one in found)
    counted = "\n".join(f"  {kind}: {many}" for kind, many in sorted(kinds.items()))
    return NOTICE.format(
        known=f"{known_at:%Y-%m-%d %H:%M %Z}",
        due=f"{due:%Y-%m-%d %H:%M %Z}",
        since=f"{since:%Y-%m-%d %H:%M %Z}",
        until=f"{until:%Y-%m-%d %H:%M %Z}",
        total=len(found),
        counted=counted or "  none",
    )


NOTICE = """\
DRAFT NOTICE OF A BREACH OF PERSONAL DATA (Law 91/2025, art. 23)
Known since:        {known}
Notice due before:  {due} (72 hours)
Time of the breach: {since} to {until}
Persons' records affected: {total}
{counted}
What happened:
Which data (addresses are kept encrypted; say whether the keys were reached too):
What may follow for the persons:
What was done, and what they can do themselves:
Whom to ask:
"""
