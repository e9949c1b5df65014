"""The words of the form, the state's own in every language of the interface, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.comments.models import CommenterKind, CriticismForm
from app.documents.exports.layout import MOTTO
from app.kit import clock
from app.responses.models import Disposition
from app.responses.table import Cover, Line, Reply, Said, Table, Totals
from app.translations.models import Standing

TITLE = "BẢN TỔNG HỢP Ý KIẾN, TIẾP THU, GIẢI TRÌNH Ý KIẾN GÓP Ý, PHẢN BIỆN XÃ HỘI ĐỐI VỚI {}"
COLUMNS = (
    "NHÓM VẤN ĐỀ HOẶC ĐIỀU, KHOẢN",
    "CHỦ THỂ GÓP Ý",
    "NỘI DUNG GÓP Ý",
    "Ý KIẾN TIẾP THU, GIẢI TRÌNH",
)
SECTIONS = {False: "I. Ý KIẾN GÓP Ý", True: "II. PHẢN BIỆN XÃ HỘI"}
WHOLE = "Toàn bộ dự thảo"
NO_ANSWER = "Chưa có trả lời"
GONE = "Nội dung trả lời đã được gỡ khỏi trang công khai; số và căn cứ có tại trang /takedowns."
ABOVE = "(Tiếp theo; trả lời như trên)"
CRITICISM = "Phản biện xã hội"
PERSON = "Cá nhân"
BODIES = {
    CommenterKind.AGENCY: "Cơ quan",
    CommenterKind.ORGANISATION: "Tổ chức",
    CommenterKind.BUSINESS: "Doanh nghiệp",
}
CRITICISMS = {
    CriticismForm.CONFERENCE: "hội nghị phản biện",
    CriticismForm.WRITTEN: "bằng văn bản",
    CriticismForm.DIALOGUE: "đối thoại",
}
DISPOSITIONS = {
    Disposition.ACCEPTED: "Tiếp thu",
    Disposition.PARTIALLY_ACCEPTED: "Tiếp thu một phần",
    Disposition.NOT_ACCEPTED: "Không tiếp thu",
    Disposition.ALREADY_COVERED: "Đã có trong dự thảo",
    Disposition.NOTED: "Ghi nhận",
    Disposition.OUT_OF_SCOPE: "Ngoài phạm vi",
}


TOLD = {
    Standing.UNOFFICIAL: "Bản dịch không chính thức của cơ quan",
    Standing.MACHINE: "Bản dịch máy, chưa ai đọc lại",
}


@dataclass(frozen=True)
class Para:
    """One paragraph of a cell; it has no line break."""

    text: str
    bold: bool = False


Cell = tuple[Para, ...]
Row = tuple[Cell, Cell, Cell, Cell]


def title(cover: Cover) -> str:
    """The title of the form, with the name of the draft."""
    named = cover.title.upper()
    kind = "DỰ THẢO" if cover.draft is not None else "HỒ SƠ"
    return TITLE.format(named if named.startswith(kind) else f"{kind} {named}")


def heading(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands to the left and to the right above the title."""
    left = [table.cover.agency.upper()]
    if table.cover.draft is not None:
        left.append(f"Dự thảo lần {table.cover.draft}")
    return tuple(left), MOTTO


def unfinished(table: Table) -> list[str]:
    """Why the table is not the final one, in sentences; empty where it is."""
    if table.finished:
        return []
    at = table.made_at.astimezone(clock.VN)
    said = [f"BẢN CHƯA HOÀN THÀNH, số liệu đến {at:%H:%M} ngày {at:%d/%m/%Y}."]
    if table.cover.open:
        said.append(f"Đang lấy ý kiến đến hết ngày {_day(table.cover.ended_on)}.")
    if table.totals.waiting:
        said.append(f"{number(table.totals.waiting)} ý kiến đang chờ rà soát.")
    if table.totals.unanswered:
        said.append(f"{number(table.totals.unanswered)} ý kiến chưa có trả lời.")
    return said


def preamble(table: Table) -> list[str]:
    """The two numbered sentences of the form, with the totals."""
    cover, totals = table.cover, table.totals
    posted = (
        f"Đã đăng tải công khai để lấy ý kiến từ ngày {_day(cover.opened_on)} "
        f"đến hết ngày {_day(cover.ended_on)}."
    )
    first = (
        f"1. Tổng số {number(totals.senders)} cơ quan, tổ chức, cá nhân đã gửi ý kiến "
        f"({_senders(totals)}) và tổng số {number(totals.received)} ý kiến nhận được"
        f"{_others(totals)}. {posted}"
    )
    return [first, "2. Kết quả cụ thể như sau:"]


def _senders(totals: Totals) -> str:
    return (
        f"{number(totals.agencies)} cơ quan, {number(totals.organisations)} tổ chức, "
        f"{number(totals.businesses)} doanh nghiệp, {number(totals.people)} lượt cá nhân"
    )


def _others(totals: Totals) -> str:
    """What is in the table and what is not, so that nobody has to ask where it went."""
    parts = (
        (totals.criticisms, "ý kiến phản biện xã hội"),
        (totals.waiting, "ý kiến đang chờ rà soát"),
        (totals.withheld, "ý kiến không công khai, lý do nêu trong sổ rà soát công khai"),
        (totals.late, "ý kiến gửi sau thời hạn"),
    )
    if not any(many for many, _ in parts):
        return ""
    said = [f"{number(totals.comments)} ý kiến có trong bảng này"]
    said += [f"{number(many)} {words}" for many, words in parts if many]
    if totals.criticisms:
        said[0] += f" (trong đó {said.pop(1)})"
    return f", gồm {'; '.join(said)}"


def sections(table: Table) -> bool:
    """Whether the table needs headings of sections: only social criticism has one of its own."""
    return table.totals.criticisms > 0


def row(line: Line) -> Row:
    """The four cells of a line."""
    places = [place[:1].upper() + place[1:] if place else WHOLE for place in line.places]
    return (
        _paras("; ".join(places)),
        tuple(Para(subject(one)) for one in line.comments),
        tuple(_contents(line.comments)),
        tuple(_answer(line)),
    )


def subject(said: Said) -> str:
    """Who said it: a body by its name, a person by the name they chose or by the number alone."""
    name = said.name or BODIES.get(CommenterKind(said.kind), PERSON)
    notes = [f"mã {said.reference}"]
    if said.members:
        notes.append(f"thay mặt {number(said.members)} thành viên")
    if said.criticism:
        notes.append(f"{CRITICISM}, {CRITICISMS[CriticismForm(said.criticism)]}")
    return f"{name} ({'; '.join(notes)})"


def _contents(comments: tuple[Said, ...]) -> Iterator[Para]:
    """Each different text once, under the numbers of all who sent it."""
    texts: dict[str, list[str]] = {}
    for said in comments:
        texts.setdefault("\n".join(content(said)), []).append(said.reference)
    for text, references in texts.items():
        if len(comments) > 1:
            yield Para(f"{', '.join(references)}:", bold=True)
        yield from _paras(text)


def content(said: Said) -> list[str]:
    """What was said: the words it is about, the comment, the wording it proposes."""
    found = [f"Về đoạn: “{said.quote}”"] if said.quote else []
    found.append(said.body)
    if said.told:
        found.append(f"[{TOLD[Standing(said.told_by)]}: {said.told}]")
    if said.wording:
        found.append(f"Đề nghị viết lại: “{said.wording}”")
    return found


def _answer(line: Line) -> Iterator[Para]:
    if line.reply is None:
        yield Para(NO_ANSWER)
    elif line.continued:
        yield Para(ABOVE)
    else:
        yield from answer(line.reply)


def answer(reply: Reply) -> Iterator[Para]:
    """The disposition, the explanation, and which words change or why none do."""
    if not reply.disposition:
        yield Para(GONE)
        return
    yield Para(f"{DISPOSITIONS[Disposition(reply.disposition)]}.", bold=True)
    yield from _paras(reply.explanation)
    if reply.changes:
        yield Para(f"Nội dung được chỉnh lý tại: {'; '.join(reply.changes)}.")
    if reply.no_change_reason:
        yield from _paras(f"Lý do không sửa lời văn dự thảo: {reply.no_change_reason}")


def plain(cell: Cell) -> str:
    """The paragraphs of a cell, one a line."""
    return "\n".join(para.text for para in cell)


def number(value: int) -> str:
    """The number with stops between thousands, as in Vietnamese."""
    return f"{value:,}".replace(",", ".")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _paras(text: str) -> Cell:
    return tuple(Para(part) for part in text.split("\n"))
