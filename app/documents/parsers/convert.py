"""Files read with the help of programs that may be installed beside the portal.

Old .doc files go through LibreOffice, scanned pages through tesseract with its Vietnamese data.
Both run on this machine only, in a directory of their own that is removed afterwards.
"""

import csv
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic

import pypdfium2

from app.documents.parsers.blocks import Block, UnreadableCode, UnreadableError
from app.documents.parsers.pdf import blocks_of, is_scan, opened, pdfium, read_pages, spans
from app.documents.parsers.pdf_runs import Page, Run

WORD_SECONDS = 60
PAGE_SECONDS = 30
SCAN_SECONDS = 50
SCANNED_PAGES = 10
# Dots an inch: tesseract is trained on letters of about 30 pixels, a page of law has 13 points.
DOTS = 200
SIDE = 5_000
SURE = 20.0
LANGUAGE = "vie"
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""
# An address nobody answers at: what would fetch a linked picture is told to ask here.
NOWHERE = "http://127.0.0.1:9"


def office() -> str | None:
    """Where LibreOffice is, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def old_word(data: bytes) -> bytes | None:
    """A .docx with what an old .doc shows, or None where LibreOffice is not installed.

    Raises UnreadableError where LibreOffice makes nothing of the file. Macros do not run and links
    are not followed.
    """
    program = office()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="gopy-word-") as name:
        directory = Path(name)
        profile = directory / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        (directory / "draft.doc").write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={profile.parent.as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            # a filter by name: the file is Word or nothing, whatever else it looks like
            *("--infilter=MS Word 97", "--convert-to", "docx:MS Word 2007 XML"),
            *("--outdir", str(directory / "out"), str(directory / "draft.doc")),
        ]
        _run(command, directory, WORD_SECONDS)
        made = directory / "out" / "draft.docx"
        if not made.is_file():
            raise UnreadableError(UnreadableCode.DAMAGED)
        return made.read_bytes()


@dataclass(frozen=True)
class Scan:
    """The paragraphs recognised in a PDF, and the numbers of the pages on which nothing was."""

    blocks: list[Block]
    silent: list[int]


def scanned(data: bytes) -> Scan | None:
    """What a scanned PDF says, or None where tesseract or its Vietnamese is missing.

    Pages that have a text layer are read by it. Raises UnreadableError, SCAN_TOO_LONG for more
    scanned pages than can be read while somebody waits.
    """
    program = shutil.which("tesseract")
    if program is None or LANGUAGE not in _languages(program):
        return None
    pages = read_pages(data)
    pictures = [at for at, page in enumerate(pages) if is_scan(page) or not page.runs]
    if len(pictures) > SCANNED_PAGES:
        raise UnreadableError(UnreadableCode.SCAN_TOO_LONG, limit=str(SCANNED_PAGES))
    ends = monotonic() + SCAN_SECONDS
    with tempfile.TemporaryDirectory(prefix="gopy-scan-") as name:
        for at in pictures:
            seconds = min(PAGE_SECONDS, ends - monotonic())
            pages[at] = _recognised(program, data, at, pages[at], Path(name), seconds)
    if not any(page.runs for page in pages):
        raise UnreadableError(UnreadableCode.SCANNED, pages=spans([at + 1 for at in pictures]))
    return Scan(blocks_of(pages), [at + 1 for at in pictures if not pages[at].runs])


def _run(command: list[str], directory: Path, seconds: float) -> str:
    """What the program printed; raises UnreadableError when it fails or takes too long."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "LC_ALL": "C.UTF-8",
        "OMP_THREAD_LIMIT": "1",
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
        "ftp_proxy": NOWHERE,
    }
    with subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            printed, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as fault:
            # soffice is a script: its child would outlive it
            os.killpg(process.pid, signal.SIGKILL)
            raise UnreadableError(UnreadableCode.TOO_LONG, seconds=int(seconds)) from fault
    if process.returncode:
        raise UnreadableError(UnreadableCode.DAMAGED)
    return printed.decode("utf-8", "replace")


@cache
def _languages(program: str) -> frozenset[str]:
    listed = subprocess.run(
        [program, "--list-langs"], capture_output=True, text=True, timeout=PAGE_SECONDS, check=False
    )
    return frozenset(listed.stdout.split()[1:])


def _recognised(
    program: str, data: bytes, at: int, page: Page, directory: Path, seconds: float
) -> Page:
    """The page with the words tesseract finds in its picture within that time."""
    picture = directory / f"{at}.pgm"
    scale = min(DOTS / 72, SIDE / max(page.width, page.height, 1.0))
    with pdfium, opened(data) as document:
        _draw(document, at, scale, picture)
    command = [program, picture.name, "stdout", "-l", LANGUAGE, "--psm", "4", "tsv"]
    try:
        printed = _run(command, directory, seconds)
    except UnreadableError as fault:
        if fault.code is not UnreadableCode.TOO_LONG:
            raise
        limit = str(SCANNED_PAGES)
        raise UnreadableError(UnreadableCode.SCAN_TOO_LONG, limit=limit) from fault
    picture.unlink()
    runs = tuple(_words(printed, scale))
    return Page(page.width, page.height, runs)


def _draw(document: pypdfium2.PdfDocument, at: int, scale: float, picture: Path) -> None:
    bitmap = document[at].render(scale=scale, grayscale=True, may_draw_forms=False)
    rows = memoryview(bytes(bitmap.buffer))
    with picture.open("wb") as file:
        file.write(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height))
        for start in range(0, bitmap.height * bitmap.stride, bitmap.stride):
            file.write(rows[start : start + bitmap.width])
    bitmap.close()


def _words(printed: str, scale: float) -> Iterator[Run]:
    """The words in tesseract's table, each with the baseline and the size of its line."""
    base = size = 0.0
    for row in csv.DictReader(printed.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        left, top, width, height = (
            int(row[key]) / scale for key in ("left", "top", "width", "height")
        )
        if row["level"] == "4":
            # of the height of a line of Vietnamese a fifth hangs below
            base, size = top + 0.8 * height, 0.75 * height
        elif row["level"] == "5" and row["text"].strip() and float(row["conf"]) >= SURE:
            yield Run(left, left + width, base, size, row["text"].strip(), False, True, True)
