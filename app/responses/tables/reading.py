"""The lines and totals of the table, read from the database as of one moment.

Lines come as they are read, so that a table of two hundred thousand comments takes no more room
than one of twenty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, and_, case, func, literal, select

from app.comments import translated
from app.comments.models import Comment, CommenterKind, CommentStatus
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Provision
from app.extensions import db, reads_only
from app.kit import clock
from app.kit.text import fold
from app.responses.models import Answer, AnswerChange, AnswerComment
from app.responses.table import Line, Reply, Said, Table, Totals, cover_of
from app.responses.takedown import HELD
from app.web.locale import DEFAULT

# Remarks on the draft as a whole come before those on its first provision: they frame the others,
# and drafters read them first; the answering desk keeps the same order.
WHOLE_DRAFT = -1
UNANSWERED = 2**31 - 1  # after every answer that begins at the same provision
BATCH = 500
VIETNAMESE = DEFAULT.code
# A line with more than this goes on in another: no program shows a cell of a thousand pages.
MOST_COMMENTS = 200
MOST_LETTERS = 24_000
BODIES = (CommenterKind.AGENCY, CommenterKind.ORGANISATION, CommenterKind.BUSINESS)

Pair = tuple[Said, Reply | None]
AnySelect: TypeAlias = "Select[*tuple[Any, ...]]"


@contextmanager
def table(consultation: Consultation, address: str, now: datetime) -> Iterator[Table]:
    """The table as the database holds it at one moment, read while the block runs."""
    cover = cover_of(consultation, address, now)
    with _moment() as connection:
        totals = totals_of(connection, consultation.id)
        yield Table(cover, totals, now, lines(connection, consultation))


@contextmanager
def _moment() -> Iterator[Connection]:
    """All questions inside are answered as of the first: totals and lines agree."""
    level = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name != "sqlite" else {}
    token = reads_only.set(True)
    try:
        with db.engine.connect().execution_options(**level) as connection:
            yield connection
    finally:
        reads_only.reset(token)


def totals_of(connection: Connection, consultation_id: int) -> Totals:
    """The totals of a consultation, counted and not remembered."""
    here = Comment.consultation_id == consultation_id
    states: dict[str, int] = {
        row[0]: row[1]
        for row in connection.execute(
            select(Comment.status, func.count()).where(here).group_by(Comment.status)
        )
    }
    public = and_(here, Comment.status == CommentStatus.PUBLISHED.value)
    senders: dict[str, int] = dict.fromkeys(CommenterKind, 0)
    names: set[tuple[str, str]] = set()
    criticisms = 0
    # people's names are not even read: two of one name may be two, and one may write twice
    called = case((Comment.commenter_kind.in_(BODIES), Comment.shown_name), else_="")
    kinds = select(
        Comment.commenter_kind, called, func.count(), func.sum(case((Comment.criticism != "", 1)))
    )
    for kind, name, many, critical in connection.execute(
        kinds.where(public).group_by(Comment.commenter_kind, called)
    ):
        criticisms += critical or 0
        key = (kind, " ".join(fold(name).split()))
        senders[kind] += many if not key[1] else key not in names
        names.add(key)
    answered = connection.scalar(
        select(func.count())
        .select_from(Comment)
        .join(AnswerComment, AnswerComment.comment_id == Comment.id)
        .join(Answer, Answer.id == AnswerComment.answer_id)
        .where(public, Answer.published_at.is_not(None))
    )
    return Totals(
        comments=states.get(CommentStatus.PUBLISHED, 0),
        answered=answered or 0,
        criticisms=criticisms,
        agencies=senders[CommenterKind.AGENCY],
        organisations=senders[CommenterKind.ORGANISATION],
        businesses=senders[CommenterKind.BUSINESS],
        people=sum(many for kind, many in senders.items() if kind not in BODIES),
        waiting=states.get(CommentStatus.WAITING, 0),
        withheld=states.get(CommentStatus.WITHHELD, 0),
        late=states.get(CommentStatus.LATE, 0),
    )


def lines(connection: Connection, consultation: Consultation) -> Iterator[Line]:
    """Comments before criticism, each in the order of the provisions; an answer once in each."""
    rows = _with_replies(connection, consultation)
    for key, members in groupby(rows, key=_line_of):
        continued = False
        for chunk in _chunks(members):
            said = tuple(one for one, _ in chunk)
            yield Line(
                criticism=key[0],
                places=tuple(dict.fromkeys(one.place for one in said)),
                comments=said,
                reply=chunk[0][1],
                continued=continued,
            )
            continued = True


def _line_of(row: tuple[Said, Reply | None]) -> tuple[bool, int, int]:
    said, reply = row
    return bool(said.criticism), reply.id if reply else 0, 0 if reply else said.id


def _chunks(members: Iterable[Pair]) -> Iterator[list[Pair]]:
    chunk: list[Pair] = []
    letters = 0
    for one in members:
        weight = one[0].weight()
        if chunk and (len(chunk) == MOST_COMMENTS or letters + weight > MOST_LETTERS):
            yield chunk
            chunk, letters = [], 0
        chunk.append(one)
        letters += weight
    if chunk:
        yield chunk


def _with_replies(connection: Connection, consultation: Consultation) -> Iterator[Pair]:
    known: dict[int, Reply] = {}
    found = connection.execute(_ordered(consultation).execution_options(yield_per=BATCH))
    for batch in found.partitions():
        wanted = {row.answer_id for row in batch if row.answer_id is not None}
        known = {key: reply for key, reply in known.items() if key in wanted}
        known |= replies(connection, wanted - known.keys())
        said = _spoken(connection, [row.id for row in batch])
        for row in batch:
            yield said[row.id], known[row.answer_id] if row.answer_id is not None else None


def _ordered(consultation: Consultation) -> AnySelect:
    """Numbers alone: whoever sorts them has no need to carry the words."""
    position = func.coalesce(Provision.position, WHOLE_DRAFT)
    section = case((Comment.criticism != "", 1), else_=0)
    # an answer stands where the first of its comments does
    first = func.min(position).over(partition_by=[section, Answer.id])
    lead = case((Answer.id.is_(None), position), else_=first)
    return (
        select(Comment.id, Answer.id.label("answer_id"))
        .select_from(Comment)
        .outerjoin(
            Provision,
            and_(
                Provision.version_id == literal(consultation.version_id),
                Provision.lineage_id == Comment.lineage_id,
            ),
        )
        .outerjoin(AnswerComment, AnswerComment.comment_id == Comment.id)
        .outerjoin(
            Answer, and_(Answer.id == AnswerComment.answer_id, Answer.published_at.is_not(None))
        )
        .where(
            Comment.consultation_id == consultation.id,
            Comment.status == CommentStatus.PUBLISHED.value,
        )
        .order_by(section, lead, func.coalesce(Answer.id, UNANSWERED), position, Comment.id)
    )


def _spoken(connection: Connection, ids: Sequence[int]) -> dict[int, Said]:
    query = select(
        Comment.id,
        Comment.commenter_kind.label("kind"),
        Comment.shown_name.label("name"),
        Comment.place,
        Comment.anchor,
        Comment.quote,
        Comment.shown_body.label("body"),
        Comment.shown_wording.label("wording"),
        Comment.criticism,
        Comment.members,
        Comment.submitted_at,
        Comment.language,
    ).where(Comment.id.in_(ids))
    rows = connection.execute(query).all()
    told = in_vietnamese(rows, connection)
    return {row.id: _said(row, told.get(row.id)) for row in rows}


def in_vietnamese(
    rows: Sequence[Any], connection: Connection | None = None
) -> dict[int, translated.AnyRow]:
    """The Vietnamese translation of each of these comments that is in another language and has
    one, by its number; one statement for all."""
    foreign = {row.id: row.body for row in rows if row.language != VIETNAMESE}
    told = translated.translations(foreign, [VIETNAMESE], connection)
    return {comment_id: found[0] for comment_id, found in told.items()}


def _said(row: Any, told: translated.AnyRow | None) -> Said:
    return Said(
        id=row.id,
        kind=row.kind,
        name=row.name,
        place=row.place or citation(row.anchor),
        quote=(row.quote or {}).get("exact", ""),
        body=row.body,
        wording=row.wording,
        criticism=row.criticism,
        members=row.members,
        submitted_on=clock.vn_date(row.submitted_at),
        language=row.language,
        told=told.text if told else "",
        told_by=told.standing if told else "",
    )


def replies(connection: Connection, ids: Iterable[int]) -> dict[int, Reply]:
    """Those of the answers that are published, by their numbers."""
    wanted = list(ids)
    if not wanted:
        return {}
    changes: dict[int, list[str]] = {}
    for answer_id, anchor in connection.execute(
        select(AnswerChange.answer_id, AnswerChange.anchor)
        .where(AnswerChange.answer_id.in_(wanted))
        .order_by(AnswerChange.answer_id, AnswerChange.anchor)
    ):
        changes.setdefault(answer_id, []).append(citation(anchor))
    query = select(
        Answer.id,
        Answer.disposition,
        Answer.explanation,
        Answer.no_change_reason,
        Answer.published_at,
        HELD.label("held"),
    ).where(Answer.id.in_(wanted), Answer.published_at.is_not(None))
    return {row.id: _reply(row, changes.get(row.id, ())) for row in connection.execute(query)}


def _reply(row: Any, changes: Sequence[str]) -> Reply:
    if row.held is not None:
        return Reply(row.id, "", "", "", (), clock.vn_date(row.published_at))
    return Reply(
        id=row.id,
        disposition=row.disposition,
        explanation=row.explanation,
        no_change_reason=row.no_change_reason,
        changes=tuple(changes),
        published_on=clock.vn_date(row.published_at),
    )
