"""The working table as programs on officers' desks save it, and what it became."""

from __future__ import annotations

import io

import openpyxl
from sqlalchemy import select

from app.extensions import db
from app.responses import working_copy
from app.responses.models import Answer, AnswerComment
from app.web import sheet_writer

MEGABYTES = 20 * 1024 * 1024


def exported(consultation, part=1) -> bytes:
    return sheet_writer.write(working_copy.tables(consultation, part))


def edited(data: bytes, rows: dict[int, dict[str, str | None]]) -> bytes:
    """The file as a program saves it after those cells of those rows (from 2) were typed in."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    columns = list(working_copy.COLUMNS)
    for row, cells in rows.items():
        for name, text in cells.items():
            book.worksheets[0].cell(row, columns.index(name) + 1).value = text
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def answers() -> list[tuple[str, str, list[int]]]:
    rows = db.session.execute(
        select(Answer.id, Answer.disposition, Answer.explanation).order_by(Answer.id)
    )
    return [
        (
            row.disposition,
            row.explanation,
            list(
                db.session.scalars(
                    select(AnswerComment.comment_id)
                    .where(AnswerComment.answer_id == row.id)
                    .order_by(AnswerComment.comment_id)
                )
            ),
        )
        for row in rows
    ]
