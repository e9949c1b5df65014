"""Plain text as blocks, one a line; tables as lines of `| cell | cell |`."""

import re

from app.documents.parsers.blocks import Block, UnreadableCode, UnreadableError, composed

ROW = re.compile(r"\|\s(.*)\s\|")


def read_text(data: bytes) -> list[Block]:
    """The lines of a UTF-8 text that are not blank; raises UnreadableError for anything else."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT) from fault
    if "\0" in text:
        raise UnreadableError(UnreadableCode.NOT_A_DOCUMENT)
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    first = 0
    lines = composed(text).splitlines()
    for line, content in enumerate([*lines, ""], start=1):
        row = ROW.fullmatch(content.strip())
        if row:
            first = first or line
            rows.append(tuple(cell.strip() for cell in row[1].split(" | ")))
            continue
        if rows:
            blocks.append(Block(text="", line=first, rows=tuple(rows)))
            rows, first = [], 0
        if content.strip():
            blocks.append(Block(text=content.strip(), line=line))
    return blocks
