"""Many comments in one spreadsheet: its template, and what was read from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.accounts.models import Officer
from app.comments.clerk import check, doubles, fingerprint, take_in
from app.comments.intake_form import DOORS, IntakeForm
from app.comments.submit import KeyReusedError
from app.comments.words import CRITICISM_FORMS, EVENTS, KINDS
from app.consultations.models import Consultation
from app.kit import codes
from app.kit.text import fold
from app.web.sheet_writer import Table, column
from app.web.sheets import Row

MOST_ROWS = 500  # SQLite has one pen for all: it is held for a second or two
PACKED = 3_000_000  # letters of JSON that a form can carry back
YES = "x"
HEADING = re.compile(r"\s*(\d{1,2})\s*[.)]")
SEPARATOR = " · "


@dataclass(frozen=True)
class Column:
    """One column of the spreadsheet: the field it fills, its heading, and the codes it takes."""

    name: str
    heading: LazyString
    width: int
    codes: Mapping[Any, LazyString] = field(default_factory=dict)


# The number before a heading says which column it is, in every language and order.
COLUMNS = (
    Column("channel", _l("How it came"), 22, DOORS),
    Column("received_on", _l("Day it was received"), 14),
    Column("reference", _l("Number of the letter or minutes"), 18),
    Column("event", _l("Kind of meeting"), 22, EVENTS),
    Column("occasion", _l("Which meeting, where"), 30),
    Column("commenter_kind", _l("Commenter"), 26, KINDS),
    Column("display_name", _l("Name to be shown"), 28),
    Column("consent", _l("This person agreed to be named in public (x)"), 16),
    Column("members", _l("Number of members it speaks for"), 12),
    Column("part", _l("Part of the draft"), 18),
    Column("body", _l("The comment, word for word"), 70),
    Column("proposed_wording", _l("The wording it proposes"), 50),
    Column("email", _l("E-mail of the author"), 26),
    Column("email_consent", _l("The author asked to be told by e-mail what becomes of it (x)"), 16),
    Column("criticism", _l("Social criticism by the Fatherland Front"), 26, CRITICISM_FORMS),
    Column("dossier_sent_on", _l("Day the dossier was sent to the Front"), 16),
)
TICKS = frozenset({"consent", "email_consent"})
NEEDED = frozenset({"channel", "received_on", "commenter_kind", "body"})
INSTRUCTIONS = (
    _l("Fill in one row for each comment on the first sheet; leave its first row as it is."),
    _l("Columns may be moved or left out; the number before a heading says which one it is."),
    _l("Needed in each row: how it came, the day it was received, who is commenting, the comment."),
    _l("The comment is typed word for word, without anything that is not part of it."),
    _l("Write days like 31/12/2026. The day of receipt decides whether a comment was in time."),
    _l("Name the part of the draft like “12.3.b” or “khoản 3 Điều 12”; empty: the whole draft."),
    _l("Put an x where a person agreed to be named; organisations are always named."),
    _l("An e-mail address is kept only with an x beside it, and is never shown to anybody."),
    _l("For social criticism say in which form it was given; the name is the body of the Front."),
    _l("Nothing is kept before you have seen what was read. At most 500 rows at once."),
)


class NoHeadingsError(ValueError):
    """Raised when the first row names none of the columns that are needed."""


class TooManyRowsError(ValueError):
    """Raised for more rows, or longer ones, than can be looked over at once."""


def tables() -> list[Table]:
    """The empty template in the language of the page: rows to fill in, codes, instructions."""
    coded = [one for one in COLUMNS if one.codes]
    names = [[_code(code, words) for code, words in one.codes.items()] for one in coded]
    deep = max(map(len, names))
    sheet = _("Codes")
    ranges = {
        COLUMNS.index(one): f"'{sheet}'!${column(n)}$2:${column(n)}${len(names[n]) + 1}"
        for n, one in enumerate(coded)
    }
    headings = [_heading(one) for one in COLUMNS]
    return [
        Table(_("Comments"), headings, [], [one.width for one in COLUMNS], ranges),
        Table(
            sheet,
            [_heading(one) for one in coded],
            [[row[n] if n < len(row) else "" for row in names] for n in range(deep)],
            [one.width + 14 for one in coded],
        ),
        Table(_("Instructions"), [_("How to fill it in")], [[str(t)] for t in INSTRUCTIONS], [110]),
    ]


def _heading(one: Column) -> str:
    star = " *" if one.name in NEEDED else ""
    return f"{COLUMNS.index(one) + 1}. {one.heading}{star}"


def _code(code: Any, words: LazyString) -> str:
    return f"{code}{SEPARATOR}{words}"


@dataclass
class Read:
    """One row as it was read: the fields of the form, what is wrong, what it seems to repeat."""

    number: int
    form: IntakeForm
    values: dict[str, str]
    errors: list[str] = field(default_factory=list)
    double: str = ""


def values_of(rows: Sequence[Row]) -> list[tuple[int, dict[str, str]]]:
    """The number and the fields of each row; raises NoHeadingsError, TooManyRowsError."""
    if not rows:
        raise NoHeadingsError
    where: list[tuple[int, Column]] = []
    for n, cell in enumerate(rows[0].cells):
        found = HEADING.match(cell)
        if found and 1 <= int(found[1]) <= len(COLUMNS):
            where.append((n, COLUMNS[int(found[1]) - 1]))
    if not {one.name for _n, one in where} >= NEEDED:
        raise NoHeadingsError
    if len(rows) - 1 > MOST_ROWS:
        raise TooManyRowsError
    return [
        (row.number, {one.name: _value(one, row[n]) for n, one in where if row[n]})
        for row in rows[1:]
    ]


def _value(one: Column, cell: str) -> str:
    """The cell as the field wants it: its code for what the lists offer."""
    if one.name in TICKS:
        return "y" if fold(cell) not in ("", "0", "false", "khong", "no", "-") else ""
    if one.codes:
        first = cell.split(SEPARATOR)[0].strip()
        known = {fold(str(words)): str(code) for code, words in one.codes.items()}
        return first if first in set(map(str, one.codes)) else known.get(fold(cell.strip()), cell)
    return cell


def looked_over(
    consultation: Consultation,
    rows: Sequence[tuple[int, dict[str, str]]],
    now: datetime,
) -> Iterator[Read]:
    """Each row with what is wrong with it, and with the one it repeats."""
    seen: dict[tuple[str, str], int] = {}
    for number, values in rows:
        values = {"key": codes.new_key(), **values}
        read = Read(number, _form(values), values)
        _judge(read, consultation, now)
        if not read.errors:
            said = fingerprint(read.form.body.data or ""), read.form.place.anchor
            if said in seen:
                read.double = _("row %(number)d of this file", number=seen[said])
            seen.setdefault(said, number)
        yield read


def _form(values: Mapping[str, str]) -> IntakeForm:
    form = IntakeForm(MultiDict({k: v for k, v in values.items() if v}), meta={"csrf": False})
    form.offer([])
    return form


def _judge(read: Read, consultation: Consultation, now: datetime) -> None:
    form = read.form
    if all([form.validate(), form.fits(consultation.version_id)]):
        try:
            check(consultation, form.words(), form.source(), now)
        except ValueError as error:
            form.refuse(error)
    read.errors = [f"{one.label.text}: {one.errors[0]}" for one in form if one.errors]
    if not read.errors:
        before = doubles(consultation.id, form.words(), form.source())
        read.double = f"GY-{before[0].id}" if before else ""


def packed(rows: Sequence[Read]) -> str:
    """The sound rows as one line of text, to be sent back; raises TooManyRowsError."""
    text = json.dumps(
        [[one.number, one.values] for one in rows if not one.errors], ensure_ascii=False
    )
    if len(text) > PACKED:
        raise TooManyRowsError
    return text


def unpacked(text: str) -> list[tuple[int, dict[str, str]]]:
    """The rows that `packed` wrote; raises ValueError for anything else."""
    names = {one.name for one in COLUMNS} | {"key"}
    try:
        found = [
            (int(number), {str(k): str(v) for k, v in values.items() if k in names})
            for number, values in json.loads(text)
        ]
    except (TypeError, AttributeError, RecursionError) as fault:
        raise ValueError("these are no rows of comments") from fault
    if len(found) > MOST_ROWS:
        raise ValueError("more rows than are shown at once")
    return found


def take_in_rows(
    consultation: Consultation,
    rows: Sequence[tuple[int, dict[str, str]]],
    officer: Officer,
    now: datetime,
    *,
    repeat: bool,
) -> tuple[list[str], int]:
    """The sound rows are taken in, those said before only with `repeat`: receipts, and how many
    were left out. Sent twice, the same rows give the same receipts."""
    receipts, left = [], 0
    for read in list(looked_over(consultation, rows, now)):
        if read.errors or (read.double and not repeat):
            left += 1
            continue
        form = read.form
        try:
            receipts.append(
                take_in(consultation, form.words(), form.place, form.source(), officer, now)
            )
        except KeyReusedError:
            left += 1
    return receipts, left
