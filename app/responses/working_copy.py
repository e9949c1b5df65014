"""The table as officers fill it in away from the portal: a spreadsheet of comments and drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import Select, and_, func, select

from app.comments.models import Comment, CommentStatus
from app.comments.words import KINDS
from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Provision
from app.extensions import db
from app.groups import reading as groups
from app.kit import clock
from app.kit.text import clean
from app.responses.models import Answer, AnswerChange, AnswerComment
from app.responses.tables import form
from app.responses.tables.reading import WHOLE_DRAFT, in_vietnamese
from app.responses.words import DISPOSITIONS, STATES
from app.web.sheet_writer import Table

PART = 5000  # rows of one file
AT_ONCE = 500
MARK = 16  # letters of each half of a mark

COLUMNS: dict[str, LazyString] = {
    "number": _l("Number"),
    "mark": _l("Mark (leave as it is)"),
    "place": _l("Provision"),
    "kind": _l("Kind of sender"),
    "name": _l("Sender"),
    "text": _l("Comment"),
    "group": _l("Group"),
    "state": _l("Answer so far"),
    "disposition": _l("What the agency does"),
    "explanation": _l("Explanation"),
    "no_change_reason": _l("Why no words change"),
    "changes": _l("Provisions that change"),
}
WIDTHS = (10, 14, 22, 16, 24, 70, 12, 14, 22, 70, 40, 24)
OFFERED = "'{}'!$A$1:$A${}"


@dataclass(frozen=True)
class Values:
    """What the agency says to a comment, all three "" where it says nothing yet."""

    disposition: str = ""
    explanation: str = ""
    no_change_reason: str = ""

    def __bool__(self) -> bool:
        return any((self.disposition, self.explanation, self.no_change_reason))


NOTHING = Values()


@dataclass(frozen=True)
class Standing:
    """A public comment as the database has it now, with its answer, if any."""

    comment_id: int
    comment_version: int
    answer_id: int | None
    answer_version: int
    published: bool
    values: Values

    @property
    def record(self) -> str:
        """A digest of which state of which records this is."""
        return _digest(str(self.comment_version), str(self.answer_id), str(self.answer_version))

    @property
    def mark(self) -> str:
        """The record, and what it said: whoever sends it back is told apart from who edited."""
        return f"{self.record}-{digest_of(self.values)}"


def digest_of(values: Values) -> str:
    """A digest of what stands in the three cells, however a program saved their lines."""
    return _digest(values.disposition, tidy(values.explanation), tidy(values.no_change_reason))


def tidy(text: str) -> str:
    """The text of a cell as a form would have taken it."""
    return clean(text.replace("_x000D_", "")).strip()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:MARK]


def parts(consultation: Consultation) -> int:
    """How many files the comments of the consultation take, one at least."""
    many = db.session.scalar(
        select(func.count()).where(
            Comment.consultation_id == consultation.id,
            Comment.status == CommentStatus.PUBLISHED.value,
        )
    )
    return max(1, -(-(many or 0) // PART))


def tables(consultation: Consultation, part: int) -> list[Table]:
    """The sheets of that file, counted from 1: the comments in order, and the words to choose."""
    choices = _("Choices")
    first, *others = [[str(words)] for words in DISPOSITIONS.values()]
    offered = OFFERED.format(choices, 1 + len(others))
    return [
        Table(
            _("Answers"),
            [str(words) for words in COLUMNS.values()],
            list(_rows(consultation, part)),
            WIDTHS,
            {list(COLUMNS).index("disposition"): offered},
        ),
        Table(choices, first, others, (40,)),
    ]


def _rows(consultation: Consultation, part: int) -> Iterator[list[str]]:
    query = _select(consultation.id, consultation.version_id)
    query = query.limit(PART).offset((part - 1) * PART)
    found = db.session.execute(query).all()
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        belongs = groups.of([row.id for row in some])
        told = in_vietnamese(some)
        changes = _changes({row.answer_id for row in some if row.answer_id is not None})
        for row in some:
            widest = belongs[row.id][-1:]
            yield _row(row, widest, changes.get(row.answer_id, []), told.get(row.id))


def _row(row: Any, group: Sequence[groups.Belongs], changes: Sequence[str], told: Any) -> list[str]:
    now = _standing(row)
    said = form.Said(
        id=row.id,
        kind=row.kind,
        name=row.name,
        place=row.place,
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
    filled = {
        "number": said.reference,
        "mark": now.mark,
        "place": row.place or citation(row.anchor),
        "kind": str(KINDS[row.kind]),
        "name": row.name,
        "text": "\n".join(form.content(said)),
        "group": f"{group[0].group_id} ({group[0].messages})" if group else "",
        "state": str(STATES[row.state]) if row.state else "",
        "disposition": str(DISPOSITIONS[row.disposition]) if row.disposition else "",
        "explanation": now.values.explanation,
        "no_change_reason": now.values.no_change_reason,
        "changes": "; ".join(changes),
    }
    return [filled[name] for name in COLUMNS]


def _changes(answer_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = select(AnswerChange.answer_id, AnswerChange.anchor).where(
        AnswerChange.answer_id.in_(answer_ids)
    )
    for answer_id, anchor in db.session.execute(query.order_by(AnswerChange.anchor)):
        found.setdefault(answer_id, []).append(citation(anchor))
    return found


RECORD = (
    Comment.id,
    Comment.row_version.label("comment_version"),
    Answer.id.label("answer_id"),
    func.coalesce(Answer.row_version, 0).label("answer_version"),
    Answer.state,
    Answer.published_at,
    Answer.disposition,
    Answer.explanation,
    Answer.no_change_reason,
)


def standing(consultation_id: int, comment_ids: Sequence[int]) -> dict[int, Standing]:
    """Those of the comments that are public ones of the consultation, as they stand now."""
    found: dict[int, Standing] = {}
    for start in range(0, len(comment_ids), AT_ONCE):
        query = (
            select(*RECORD)
            .outerjoin(AnswerComment, AnswerComment.comment_id == Comment.id)
            .outerjoin(Answer, Answer.id == AnswerComment.answer_id)
            .where(
                Comment.id.in_(comment_ids[start : start + AT_ONCE]),
                Comment.consultation_id == consultation_id,
                Comment.status == CommentStatus.PUBLISHED.value,
            )
        )
        found |= {row.id: _standing(row) for row in db.session.execute(query)}
    return found


def _standing(row: Any) -> Standing:
    values = NOTHING
    if row.answer_id is not None:
        values = Values(row.disposition, row.explanation, row.no_change_reason)
    return Standing(
        row.id,
        row.comment_version,
        row.answer_id,
        row.answer_version,
        row.published_at is not None,
        values,
    )


def _select(consultation_id: int, version_id: int | None) -> Select[*tuple[Any, ...]]:
    position = func.coalesce(Provision.position, WHOLE_DRAFT)
    return (
        select(
            *RECORD,
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
        )
        .select_from(Comment)
        .outerjoin(
            Provision,
            and_(Provision.version_id == version_id, Provision.lineage_id == Comment.lineage_id),
        )
        .outerjoin(AnswerComment, AnswerComment.comment_id == Comment.id)
        .outerjoin(Answer, Answer.id == AnswerComment.answer_id)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.status == CommentStatus.PUBLISHED.value,
        )
        .order_by(position, Comment.id)
    )
