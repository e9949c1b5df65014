"""Where the enacting text ends and signatures begin."""

import re

from app.documents.units import Line, capitals

ADOPTED = re.compile(
    r"(?:Luật|Bộ luật|Pháp lệnh|Nghị quyết|Hiến pháp|Bản Hiến pháp)\s+này\s+(?:đã\s+)?được\s+"
    r"(?:Quốc hội|Ủy ban|Uỷ ban|Hội đồng|HĐND).*\bthông qua\b(?!.*có hiệu lực)"
)
RULE = re.compile(r"[-_–—=*.…\s]{3,}")
RECIPIENTS = re.compile(r"(?:Nơi nhận|NƠI NHẬN|XÁC THỰC VĂN BẢN HỢP NHẤT)\b")
# A consolidated text tells behind its end where each change came from.
FIRST_NOTE = re.compile(r"\[1\]\s")
ON_BEHALF = re.compile(r"(?:TM|T\.M|KT|K\.T|TL|TUQ|Q)\.\s*(?P<office>\w)")
OFFICES = re.compile(
    r"(?:CHỦ TỊCH|PHÓ CHỦ TỊCH|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|PHÓ THỦ TƯỚNG|CHÁNH ÁN|VIỆN TRƯỞNG|"
    r"TỔNG KIỂM TOÁN|TỔNG THƯ KÝ|TRƯỞNG BAN|GIÁM ĐỐC|CHÁNH VĂN PHÒNG|THỐNG ĐỐC|TỔNG BÍ THƯ|"
    r"CHỦ NHIỆM|TỔNG GIÁM ĐỐC|TỔNG CỤC TRƯỞNG|CỤC TRƯỞNG|VỤ TRƯỞNG|HIỆU TRƯỞNG|BÍ THƯ)\b"
)
SIGNED = re.compile(r"\(?\s*Đã ký\b", re.IGNORECASE)


def signs(line: Line) -> bool:
    """True where the line can only belong to the end of a document."""
    if line.rows:
        cells = [piece for row in line.rows for cell in row for piece in cell.splitlines()]
        return len(line.rows) <= 3 and any(_signature(cell) or SIGNED.match(cell) for cell in cells)
    return bool(ADOPTED.match(line.text)) or _signature(line.text)


def _signature(text: str) -> bool:
    behalf = ON_BEHALF.match(text)
    if RECIPIENTS.match(text) or (behalf and behalf["office"].isupper()):
        return True
    return bool(OFFICES.match(text)) and capitals(text) and len(text) < 80


def closing_starts(lines: list[Line], after: int) -> int:
    """The index after `after` where the closing begins, its ruled line included, else the end."""
    for at in range(after + 1, len(lines)):
        if signs(lines[at]):
            while at - 1 > after and RULE.fullmatch(lines[at - 1].text):
                at -= 1
            return at
    end = len(lines)
    while end - 1 > after and _bare_signature(lines[end - 1]):
        end -= 1
    return end


def notes_start(lines: list[Line]) -> int:
    """The index where the notes of a consolidated text begin behind its end, else the number of
    lines."""
    signed = next((at for at, line in enumerate(lines) if signs(line)), len(lines))
    for at in range(signed, len(lines)):
        if FIRST_NOTE.match(lines[at].text):
            return at
    return len(lines)


def _bare_signature(line: Line) -> bool:
    """A last table that holds only a name, as old laws end without an office."""
    pieces = [piece for row in line.rows for cell in row for piece in cell.splitlines()]
    return 0 < len(pieces) <= 3 and all(SIGNED.match(p) or _person(p) for p in pieces)


def _person(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 6 and all(word[0].isupper() for word in words)
