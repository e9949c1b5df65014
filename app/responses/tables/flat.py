"""The table as CSV for any program, and as JSON with every part of it named."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import IO, Any

from app.responses.table import Line, Reply, Said, Table
from app.responses.tables import form

BOM = "\ufeff"  # without it Excel takes the letters for those of another encoding
# What a spreadsheet would take for a formula; East Asian programs take the wide signs as well.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_csv(table: Table, file: IO[bytes]) -> None:
    """The file holds the four columns after RFC 4180, in UTF-8, nothing in it a formula."""
    text = io.TextIOWrapper(
        file, encoding="utf-8", errors="replace", newline="", write_through=False
    )
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(form.COLUMNS)
    for line in table.lines:
        writer.writerow([harmless(form.plain(cell)) for cell in form.row(line)])
    text.flush()
    text.detach()


def harmless(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula."""
    first = text.lstrip(" \n\u00a0")[:1]
    return f"'{text}" if first in FORMULA and first else text


def to_json(table: Table, file: IO[bytes]) -> None:
    """The file holds the table as JSON; `docs/exports.md` says what its names mean."""
    head = {
        "title": form.title(table.cover),
        "finished": table.finished,
        "made_at": table.made_at.isoformat(timespec="seconds"),
        "draft_title": table.cover.title,
        **{name: value for name, value in asdict(table.cover).items() if name != "title"},
        "totals": asdict(table.totals)
        | {
            "senders": table.totals.senders,
            "received": table.totals.received,
            "unanswered": table.totals.unanswered,
        },
        "columns": form.COLUMNS,
        "preamble": form.preamble(table),
    }
    file.write(f'{_json(head)[:-1]},\n"rows": ['.encode())
    first = True
    for line in table.lines:
        if line.continued:
            file.write(b",\n")
        else:
            file.write(b"\n" if first else b"]},\n")
            file.write(f'{_json(_row(line))[:-1]}, "comments": [\n'.encode())
        first = False
        file.write(",\n".join(_json(_comment(one)) for one in line.comments).encode())
    file.write(b"]}\n]}\n" if not first else b"]}\n")


def _row(line: Line) -> dict[str, Any]:
    return {"social_criticism": line.criticism, "answer": _answer(line.reply)}


def _answer(reply: Reply | None) -> dict[str, Any] | None:
    if reply is None:
        return None
    known = form.Disposition(reply.disposition) if reply.disposition else None
    return asdict(reply) | {"label": form.DISPOSITIONS[known] if known else form.GONE}


def _comment(said: Said) -> dict[str, Any]:
    return {
        "id": said.reference,
        "place": said.place,
        "kind": said.kind,
        "from": said.name,
        "named": form.subject(said),
        "quote": said.quote,
        "body": said.body,
        "language": said.language,
        "translation": _told(said),
        "proposed_wording": said.wording,
        "criticism": said.criticism,
        "members": said.members,
        "submitted_on": said.submitted_on.isoformat(),
    }


def _told(said: Said) -> dict[str, str] | None:
    """The Vietnamese of a comment in another language; the original stays the record."""
    if not said.told:
        return None
    return {"language": "vi", "standing": said.told_by, "text": said.told}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
