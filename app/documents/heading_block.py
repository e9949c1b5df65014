"""What stands before the first unit: whose document it is, its kind, number, date and name."""

import re
from dataclasses import dataclass

from app.documents.closing import RULE
from app.documents.units import Line, capitals

KINDS = re.compile(
    r"(?:DỰ THẢO\s+)?(HIẾN PHÁP|BỘ LUẬT|LUẬT|PHÁP LỆNH|SẮC LỆNH|SẮC LUẬT|LỆNH|"
    r"NGHỊ QUYẾT LIÊN TỊCH|NGHỊ QUYẾT|NGHỊ ĐỊNH|QUYẾT ĐỊNH|"
    r"THÔNG TƯ LIÊN TỊCH|THÔNG TƯ|CHỈ THỊ|QUY ĐỊNH|QUY CHẾ|KẾ HOẠCH|ĐỀ ÁN|"
    r"CHƯƠNG TRÌNH|CHIẾN LƯỢC|TỜ TRÌNH|BÁO CÁO)"
)
# The usual first words of what a document rests on.
GROUNDS = re.compile(
    r"(?:Căn cứ|Theo |Xét |Để |Trên cơ sở|Sau khi|Nhằm |Thực hiện|Nay |Thể theo|Chiếu |"
    r"(?:Quốc hội|Chính phủ|Ủy ban [Tt]hường vụ Quốc hội|Chủ tịch nước|Thủ tướng Chính phủ|"
    r"Bộ trưởng)\s.*\bban hành)"
)
NUMBER = re.compile(r"(?:\b[Ss]ố|\bSỐ)\s*+:?\s*+((?:[\d.…_]*+\s*+/\s*+|\d++\s*+-\s*+)[\w/Đđ.-]+)")
DATE = re.compile(
    r"(?i:ngày)\s*(\d{1,2})\s*(?:(?i:tháng)|[-/.])\s*(\d{1,2})\s*(?:(?i:năm)|[-/.])\s*(\d{4})"
)
ISSUERS = re.compile(
    r"(?:QUỐC HỘI|ỦY BAN|UỶ BAN|CHÍNH PHỦ|THỦ TƯỚNG|CHỦ TỊCH|BỘ |HỘI ĐỒNG|TÒA ÁN|TOÀ ÁN|"
    r"VIỆN KIỂM SÁT|VĂN PHÒNG|KIỂM TOÁN|NGÂN HÀNG|THANH TRA|BAN |TỈNH|THÀNH PHỐ|RA SẮC LỆNH)"
)
TERRITORIES = re.compile(r"(?:TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG|ĐẶC KHU)\s")
ASIDES = re.compile(
    r"(?:LUẬT\s+|SẮC LỆNH\s+)?SỐ\s+\S+(?:\s+NGÀY\s+\d.*?\d{4})?\s*|"
    r"CỦA\s+(?:QUỐC HỘI|CHÍNH PHỦ|ỦY BAN|UỶ BAN|CHỦ TỊCH|THỦ TƯỚNG|BỘ |HỘI ĐỒNG).*|"
    r"NGÀY\s+\d.*?\d{4}\s*"
)
COUNTRY = re.compile(
    r"(CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM|VIỆT NAM DÂN CHỦ CỘNG H(?:ÒA|OÀ)|"
    r"Độc lập\s*[-–]\s*Tự do\s*[-–]\s*Hạnh phúc)"
)
LONG_PROSE = 60


@dataclass(frozen=True)
class Masthead:
    """What the heading block says, each "" where it does not."""

    title: str
    kind_name: str
    number: str
    issued: str
    issuer: str


def preamble_starts(lines: list[Line]) -> int:
    """The index among the lines before the first unit where the grounds begin, else their end."""
    for at, line in enumerate(lines):
        prose = len(line.text) > LONG_PROSE and not line.stands_out and not capitals(line.text)
        if not line.rows and (GROUNDS.match(line.text) or prose):
            return at
    return len(lines)


def read_masthead(head: list[Line], preamble: list[Line], closing: list[Line]) -> Masthead:
    """The facts of a document from its heading block, helped by preamble and closing."""
    pieces = [piece for line in head for piece in _pieces(line)]
    kind, name = _kind_and_name([*head, *preamble])
    grounds = " ".join(line.text for line in preamble)
    ends = " ".join(piece for line in closing for piece in _pieces(line))
    number = next((m[1] for piece in pieces if (m := NUMBER.search(piece))), "")
    return Masthead(
        title=_as_named(f"{kind} {name}".strip(), grounds),
        kind_name=kind.capitalize(),
        number=number.replace(" ", "").rstrip(".,;"),
        issued=_date(" ".join(pieces)) or _date(ends),
        issuer=_issuer(pieces),
    )


def _pieces(line: Line) -> list[str]:
    if line.rows:
        return [piece for row in line.rows for cell in row for piece in cell.splitlines()]
    # two columns that a tab or a scanner put on one line
    return [piece.strip() for piece in COUNTRY.split(line.text) if piece.strip()]


def _kind_and_name(lines: list[Line]) -> tuple[str, str]:
    """The last line that is only a kind of document and has a name under it, and that name."""
    best = ("", "")
    for at, line in enumerate(lines):
        match = None if line.rows else KINDS.match(line.text)
        if not match or line.text[match.end() :].strip(" ").startswith(":"):
            continue
        rest = line.text[match.end() :].strip()
        if rest and (best != ("", "") or (not line.stands_out and not capitals(line.text))):
            continue
        name = _name([*([rest] if rest else []), *_under(lines[at + 1 :])])
        if name:
            best = (match[1], _without_kind(name, match[1]))
    return best


def _under(lines: list[Line]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if line.rows or GROUNDS.match(line.text) or line.text.endswith(":"):
            break
        goes_on = line.stands_out or capitals(line.text) or line.text[0].islower()
        if found and not goes_on:
            break
        if KINDS.fullmatch(line.text.rstrip(" :")) or (found and ISSUERS.match(line.text)):
            break
        found.append(line.text)
    return found


def _name(pieces: list[str]) -> str:
    kept = [ASIDES.sub("", piece, count=1) if ASIDES.match(piece) else piece for piece in pieces]
    kept = [p for p in kept if p and not RULE.fullmatch(p) and not ISSUERS.fullmatch(p)]
    return " ".join(" ".join(kept).split())


def _without_kind(name: str, kind: str) -> str:
    again = re.match(rf"(?:VỀ\s+)?{kind}\s+", name)
    return name[again.end() :] if again else name


def _as_named(title: str, grounds: str) -> str:
    """The title with the small letters its own preamble gives it, where it does."""
    at = grounds.casefold().find(title.casefold()) if title else -1
    if at < 0 or len(title.casefold()) != len(title):
        return title
    found = grounds[at : at + len(title)]
    return found[0].upper() + found[1:]


def _date(text: str) -> str:
    for day, month, year in DATE.findall(text):
        if 1 <= int(day) <= 31 and 1 <= int(month) <= 12:
            return f"{year}-{int(month):02d}-{int(day):02d}"
    return ""


def _issuer(pieces: list[str]) -> str:
    # where two columns are read row by row, the motto stands between an agency and its place
    pieces = [piece for piece in pieces if not COUNTRY.fullmatch(piece)]
    for piece, below in zip(pieces, [*pieces, ""][1:], strict=True):
        found = re.match(r"CỦA\s+(QUỐC HỘI|CHÍNH PHỦ|ỦY BAN THƯỜNG VỤ QUỐC HỘI)", piece)
        if found:
            return found[1]
        if ISSUERS.match(piece) and capitals(piece) and not piece.endswith(":"):
            return f"{piece} {below}" if TERRITORIES.match(below) else piece
    return ""
