"""How the sample comes into other languages: a translator writes, the agency approves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import partial

from sqlalchemy import select

from app.accounts.models import Role
from app.comments.translated import translate
from app.demo import told
from app.demo.drafted import last_answer
from app.demo.rendered import Around, Blocks, CommentTranslation, Section, Translation, Unit
from app.demo.story import DAY, HOUR, Event, Story
from app.documents.models import Provision
from app.documents.translating import pieces
from app.extensions import db
from app.kit.text import clean
from app.translations import keep, read
from app.translations.models import Standing
from app.translations.models import Translation as Row
from app.translations.pieces import TITLE, of_answer, of_block, of_cell, of_provision, of_version
from app.web.locale import LANGUAGES, Language

BY_CODE: Mapping[str, Language] = {language.code: language for language in LANGUAGES}
# as the data calls a block, and as the dossier does
COLUMNS = {"changes_vs_current_law": "changes"}
# how the name of a piece begins, and what it is approved with
SECTIONS = {
    "title": Section.TITLE,
    "block": Section.BLOCKS,
    "text": Section.TEXT,
    "unit": Section.PROVISIONS,
    "answer": Section.ANSWERS,
}

# which piece, and how it reads
Rendered = tuple[str, str]


def translated(story: Story) -> list[Event]:
    """The draft is translated soon after it is open; its next text and the answers once public."""
    events: list[Event] = []
    for one in story.told.translations:
        events += _put(story, one, story.opened_at + DAY, _first)
        if one.revised or one.answers:
            events += _put(story, one, last_answer(story) + HOUR, _then)
    return events


def rendered(story: Story, comment: told.Comment, sent: datetime) -> list[Event]:
    """Staff, or a machine, wrote beside the comment what it says, hours after it was decided."""
    at = min(sent + 7 * HOUR, story.now)
    return [(at, partial(_render, story, comment.key, one, at)) for one in comment.translations]


def _render(story: Story, key: str, one: CommentTranslation, at: datetime) -> None:
    officer = story.all_of(one.by)[0]
    translate(story.comment(key), one.language, clean(one.text), one.standing, officer, at)


def _put(
    story: Story,
    one: Translation,
    after: datetime,
    parts: Callable[[Story, Translation], Iterable[Rendered]],
) -> list[Event]:
    written, approved = min(after, story.now), min(after + DAY / 2, story.now)
    return [
        (written, lambda: _write(story, one, dict(parts(story, one)), written)),
        (approved, lambda: _approve(story, one, approved)),
    ]


def _write(story: Story, one: Translation, parts: Mapping[str, str], at: datetime) -> None:
    """What is not told yet is written: cells of a table that did not change are told already."""
    before = read.of_dossier(story.row.id, BY_CODE[one.language])
    found = {piece.part: piece for piece in pieces(story.row)}
    new = [
        keep.Written(found[part], text)
        for part, text in parts.items()
        if before.told(part, found[part].words) is None
    ]
    translator = story.all_of(Role.TRANSLATOR)[0]
    about = story.row.id, story.opened.id, one.language
    keep.keep(*about, new, Standing.UNOFFICIAL, translator, at)


def _approve(story: Story, one: Translation, at: datetime) -> None:
    rows = db.session.scalars(
        select(Row)
        .where(Row.dossier_id == story.row.id, Row.language == one.language)
        .order_by(Row.id)
    )
    newest = {(row.part, row.source_digest): row for row in rows}
    chosen = [
        (piece, row)
        for piece in pieces(story.row)
        if (row := newest.get((piece.part, piece.digest)))
        and row.standing == Standing.UNOFFICIAL
        and section_of(piece.part) in one.approved
    ]
    keep.approve(story.row.id, story.opened.id, one.language, chosen, story.approver, at)


def section_of(part: str) -> Section:
    """What a piece is approved with."""
    return SECTIONS[part.split(":")[0]]


def _first(story: Story, one: Translation) -> Iterator[Rendered]:
    """The title, the content blocks and the text that is open for comments."""
    if one.title:
        yield TITLE, one.title
    for field in fields(Blocks):
        if said := getattr(one.blocks, field.name):
            words = said if isinstance(said, str) else "\n".join(said)
            yield of_block(COLUMNS.get(field.name, field.name)), words
    for field in fields(Around):
        if said := getattr(one.text, field.name):
            yield of_version(field.name), clean(said)
    yield from _units(story, one.provisions)


def _then(story: Story, one: Translation) -> Iterator[Rendered]:
    """What was revised, and the answers."""
    yield from _units(story, one.revised)
    for reply in one.answers:
        yield of_answer(story.answers[reply.key]), clean(reply.text)


def _units(story: Story, units: Sequence[Unit]) -> Iterator[Rendered]:
    # a provision keeps its lineage from one text to the next
    rows = select(Provision.anchor, Provision.lineage_id).where(
        Provision.version_id == story.opened.version_id
    )
    lineages = {anchor: lineage for anchor, lineage in db.session.execute(rows)}
    for unit in units:
        lineage = lineages[unit.anchor]
        if unit.heading:
            yield of_provision(lineage, "heading"), unit.heading
        if unit.text:
            yield of_provision(lineage, "text"), unit.text
        for y, cells in enumerate(unit.rows):
            for x, words in enumerate(cells):
                yield of_cell(lineage, y, x), words
