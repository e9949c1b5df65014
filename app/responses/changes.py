"""Accepted means changed: an answer names the provisions whose words change because of it.

They are named by lineage, so that each is found again in every later version. Where the next
version is begun they are chosen from it, before that from the text that was commented on; that
what was named has really changed is asked when the dossier would pass on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, exists, insert, select

from app.consultations.models import Consultation
from app.documents.citation import citation
from app.documents.models import Dossier, DraftVersion, Provision
from app.documents.versions import newest, posted
from app.extensions import db
from app.kit.text import shorten
from app.responses.models import CHANGING, Answer, AnswerChange

SHOWN = 90  # letters of a provision in the list of choices
AT_MOST = 50
WHOLE = ("article", "annex")
KINDS = (*WHOLE, "clause", "point")
Texts = dict[int, tuple[str, str, str, str]]


class NoSuchChangeError(Exception):
    """Raised when a provision is named that is in no text of the draft."""


@dataclass(frozen=True)
class Choice:
    """A provision that an answer can name; `changed` says that its words differ already."""

    lineage_id: int
    words: str
    changed: bool
    # an article or annex, and the article it stands in
    whole: bool
    article_id: int | None


def next_version(consultation: Consultation) -> DraftVersion | None:
    """The text after the one that was commented on, also while it is only prepared."""
    found = newest(consultation.dossier)
    number = consultation.version.number if consultation.version is not None else 0
    return found if found is not None and found.number > number else None


def choices(consultation: Consultation) -> list[Choice]:
    """What an answer can name, in the order of the text; the next version's where it is begun."""
    coming = next_version(consultation)
    source = coming.id if coming is not None else consultation.version_id
    if source is None:
        return []
    differing = set()
    if coming is not None and consultation.version_id is not None:
        differing = changed(texts(consultation.version_id), texts(coming.id))
    rows = db.session.execute(
        select(
            Provision.lineage_id,
            Provision.article_lineage_id,
            Provision.kind,
            Provision.anchor,
            Provision.heading,
            Provision.text,
        )
        .where(Provision.version_id == source, Provision.kind.in_(KINDS))
        .order_by(Provision.position)
    )
    return [
        Choice(
            row.lineage_id,
            shorten(f"{citation(row.anchor)}. {row.heading or row.text}", SHOWN),
            row.lineage_id in differing,
            row.kind in WHOLE,
            row.article_lineage_id,
        )
        for row in rows
    ]


def name(answer: Answer, lineage_ids: Collection[int]) -> None:
    """The unpublished answer names these provisions and no others; raises NoSuchChangeError."""
    consultation = answer.consultation
    coming = next_version(consultation)
    source = coming.id if coming is not None else consultation.version_id
    wanted = set(lineage_ids)
    rows = db.session.execute(
        select(Provision.lineage_id, Provision.anchor).where(
            Provision.version_id == source, Provision.lineage_id.in_(wanted)
        )
    ).all()
    if len({row.lineage_id for row in rows}) != len(wanted):
        raise NoSuchChangeError
    db.session.execute(delete(AnswerChange).where(AnswerChange.answer_id == answer.id))
    if rows:
        anchors = {row.lineage_id: row.anchor for row in rows}
        db.session.execute(
            insert(AnswerChange),
            [
                {"answer_id": answer.id, "lineage_id": lineage, "anchor": anchor}
                for lineage, anchor in anchors.items()
            ],
        )
    db.session.flush()


def named(answer_ids: Collection[int]) -> dict[int, list[AnswerChange]]:
    """The provisions that each answer names, by anchor."""
    found: dict[int, list[AnswerChange]] = {}
    rows = select(AnswerChange).where(AnswerChange.answer_id.in_(answer_ids))
    for change in db.session.scalars(rows.order_by(AnswerChange.anchor)):
        found.setdefault(change.answer_id, []).append(change)
    return found


def told(answer: Answer) -> str:
    """What the answer says of the words of the draft, for its history: anchors, or the reason."""
    anchors = [change.anchor for change in named([answer.id]).get(answer.id, [])]
    return "\n".join(anchors) or answer.no_change_reason


def check(answer: Answer) -> LazyString | None:
    """The sentence that keeps an accepted comment from being answered without its change."""
    if answer.disposition not in CHANGING or answer.no_change_reason:
        return None
    if db.session.scalar(select(exists().where(AnswerChange.answer_id == answer.id))):
        return None
    return _l(
        "What is accepted changes the draft: name the provisions that change, "
        "or say why no word has to change."
    )


def unkept(dossier: Dossier) -> list[int]:
    """The published answers that name a provision which reads as it did, in the order of ids."""
    versions = posted(dossier.id)
    rows = db.session.execute(
        select(Answer.id, AnswerChange.lineage_id, AnswerChange.anchor, Consultation.version_id)
        .join(AnswerChange, AnswerChange.answer_id == Answer.id)
        .join(Consultation, Consultation.id == Answer.consultation_id)
        .where(
            Consultation.dossier_id == dossier.id,
            Answer.published_at.is_not(None),
            Answer.disposition.in_(CHANGING),
        )
        .order_by(Answer.id)
    ).all()
    if not rows or not versions:
        return sorted({row.id for row in rows})
    now = texts(versions[-1].id)
    kept = {
        version_id: Kept(texts(version_id) if version_id is not None else {}, now)
        for version_id in {row.version_id for row in rows}
    }
    return sorted(
        {row.id for row in rows if not kept[row.version_id].of(row.lineage_id, row.anchor)}
    )


class Kept:
    """Whether what was named has really changed between two texts."""

    def __init__(self, old: Texts, new: Texts) -> None:
        self.lineages = changed(old, new)
        self.known = old.keys() | new.keys()
        self.anchors = {new[lineage][0] for lineage in self.lineages & new.keys()}

    def of(self, lineage_id: int, anchor: str) -> bool:
        """Whether the provision differs; one whose lineage is gone is looked for at its anchor."""
        if lineage_id in self.known:
            return lineage_id in self.lineages
        return anchor in self.anchors


def changed(old: Texts, new: Texts) -> set[int]:
    """The lineages whose own words differ, and those of all that they stand in."""
    touched: set[str] = set()
    found = set()
    for lineage in old.keys() | new.keys():
        was, now = old.get(lineage), new.get(lineage)
        if was is None or now is None or was[1:] != now[1:]:
            found.add(lineage)
            for where in (was, now):
                steps = where[0].split(".") if where else []
                touched |= {".".join(steps[:n]) for n in range(1, len(steps))}
    above = {lineage for texts in (old, new) for lineage, one in texts.items() if one[0] in touched}
    return found | above


def texts(version_id: int) -> Texts:
    """Lineage to anchor, heading, text and table of every provision of a version."""
    rows = db.session.execute(
        select(
            Provision.lineage_id,
            Provision.anchor,
            Provision.heading,
            Provision.text,
            Provision.rows,
        ).where(Provision.version_id == version_id)
    )
    return {
        row.lineage_id: (row.anchor, row.heading, row.text, "\n".join(map("|".join, row.rows)))
        for row in rows
    }


def offered(
    consultation: Consultation, chosen: Collection[int], articles: Collection[int | None]
) -> tuple[list[Choice], list[Choice]]:
    """What is likely to be named, and the rest: the articles and annexes, without their parts.

    Likely is what is `chosen`, what differs from the text commented on, and what stands in the
    `articles` that were commented on.
    """
    likely: list[Choice] = []
    rest: list[Choice] = []
    for one in choices(consultation):
        if one.lineage_id in chosen or one.changed or one.article_id in articles:
            likely.append(one)
        elif one.whole:
            rest.append(one)
    return likely, rest
