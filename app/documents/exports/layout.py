"""How an official text is laid out, for every format alike (Decree 30/2020/NĐ-CP, annex I)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.documents.closing import ON_BEHALF, RECIPIENTS, SIGNED, signs
from app.documents.exports.source import DIVISIONS, NAMED_IN_CAPITALS, Cover, Edition, Unit
from app.documents.heading_block import GROUNDS, KINDS
from app.documents.nodes import Kind
from app.documents.units import ATTACHED, Line, capitals
from app.kit import clock

# The words of the form are the state's own, in every language of the interface.
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
DRAFT = "DỰ THẢO"
LEAD_AGENCY = "(Cơ quan chủ trì soạn thảo)"
ENCLOSED = re.compile(r"(?:\(\s*+)?(?:Ban hành\s++)?[Kk]èm theo\b")
ENACTING = re.compile(r"(?!Căn cứ|Theo |Xét )[^;]*\bban hành\b")
NOTE = re.compile(r"\[\d+\] ")
HEADED = {*DIVISIONS, Kind.ARTICLE, Kind.ANNEX}
LONGEST_NAME = 60


@dataclass(frozen=True)
class Front:
    """The heading block: agency and number to the left, motto and date to the right, the name."""

    issuer: str
    under_issuer: tuple[str, ...]
    dated: str
    kind: str
    name: str
    in_capitals: bool


@dataclass(frozen=True)
class Ending:
    """The closing: words across the page, recipients to the left, signature to the right, notes."""

    words: tuple[str, ...]
    recipients: tuple[str, ...]
    signature: tuple[str, ...]
    notes: tuple[str, ...]


class Voice(StrEnum):
    """How a line of the preamble is set."""

    GROUND = "ground"
    ORDER = "order"
    PLAIN = "plain"


def front_of(cover: Cover) -> Front:
    """The heading block as far as the facts of the cover go."""
    kind, name = _named(cover)
    under: list[str] = []
    if cover.number:
        under.append(f"Số: {cover.number}")
    if cover.version is not None:
        under += [LEAD_AGENCY, DRAFT, f"Lần {cover.version}"]
    dated = ""
    if cover.issued:
        year, month, day = cover.issued.split("-")
        dated = f"Ngày {int(day):02d} tháng {int(month):02d} năm {year}"
    return Front(
        issuer=cover.issuer.upper(),
        under_issuer=tuple(under),
        dated=dated,
        kind=kind,
        name=name[:1].upper() + name[1:],
        in_capitals=kind in NAMED_IN_CAPITALS,
    )


def _named(cover: Cover) -> tuple[str, str]:
    """What kind of document it is, in capitals, and its name without that."""
    found = KINDS.match(cover.title.upper())
    if found and cover.title[found.end() :].strip():
        return found[1], cover.title[found.end() :].strip()
    kind = KINDS.match(cover.kind_name.upper())
    return (kind[1] if kind else ""), cover.title


def provenance(cover: Cover) -> list[str]:
    """Which version this is, when it was posted, where it is discussed; empty for no draft."""
    if cover.version is None:
        return []
    said = [f"Dự thảo lần {cover.version}"]
    if cover.posted_at:
        said.append(f"đăng {clock.vn_date(cover.posted_at):%d/%m/%Y}")
    return [*said, cover.address] if cover.address else said


def short_title(cover: Cover) -> str:
    """The title, cut at a word where a running head has no room for it."""
    if len(cover.title) <= LONGEST_NAME:
        return cover.title
    return cover.title[:LONGEST_NAME].rpartition(" ")[0] + " …"


def voice(line: str) -> Voice:
    """How that line of the preamble is set."""
    if GROUNDS.match(line) and not ENACTING.match(line):
        return Voice.GROUND
    return Voice.ORDER if capitals(line) else Voice.PLAIN


def heading_lines(unit: Unit) -> list[str]:
    """The lines a heading takes: an article's one, a label over a name for what is wider."""
    if unit.kind not in HEADED or unit.kind is Kind.ARTICLE:
        return [unit.title] if unit.title else []
    lines = [unit.label] if unit.label else []
    heading = unit.heading
    tail = ENCLOSED.search(heading) if unit.kind is Kind.ANNEX else None
    head = heading[: tail.start()].strip() if tail else heading
    attached = ATTACHED.match(head) if tail and not unit.label else None
    if attached:
        lines.append(attached[0])
        head = head[attached.end() :].strip()
    lines += [head] if head else []
    return [*lines, heading[tail.start() :].strip()] if tail else lines


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """True where the first row of a table names its columns, as far as one can tell."""
    return len(rows) > 1 and not any(cell.strip(" .)").isdecimal() for cell in rows[0])


def levels(edition: Edition) -> list[int]:
    """The level of each unit's heading among those above it, from 1; 0 for units without one."""
    found: list[int] = []
    path: list[int] = []
    for unit in edition.units:
        del path[unit.depth :]
        above = max(path, default=0)
        level = above + 1 if unit.kind in HEADED and unit.title else 0
        found.append(level)
        path.append(level or above)
    return found


def ending_of(closing: str) -> Ending:
    """The lines of a closing, each in the place a signed document gives it."""
    lines = [line for line in closing.split("\n") if line.strip()]
    notes = tuple(line for line in lines if NOTE.match(line))
    lines = [line for line in lines if not NOTE.match(line)]
    if is_bare(lines):
        return Ending((), (), tuple(lines), notes)
    starts = [at for at, line in enumerate(lines) if RECIPIENTS.match(line)]
    begin = starts[0] if starts else next((n for n, x in enumerate(lines) if _by(x)), len(lines))
    signed = next((n for n in range(begin, len(lines)) if _by(lines[n])), len(lines))
    return Ending(tuple(lines[:begin]), tuple(lines[begin:signed]), tuple(lines[signed:]), notes)


def is_bare(lines: Sequence[str]) -> bool:
    """True of a closing that is a name and nothing that says so, known by standing apart only."""
    return bool(lines) and not any(signs(Line(line, 0)) for line in lines)


def _by(text: str) -> bool:
    """True where somebody signs: for a body, by office, or "(Đã ký)"."""
    if ON_BEHALF.match(text) or SIGNED.match(text):
        return True
    office = signs(Line(text, 0)) and capitals(text)
    return office and not RECIPIENTS.match(text)
