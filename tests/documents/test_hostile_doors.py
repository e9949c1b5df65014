"""Every broken file, at every door that takes files: kept clean, or refused by a reason (G23)."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable

import pytest

from app.comments import attachments
from app.documents import importing
from app.documents.parsers.blocks import UnreadableError
from app.kit.text import clean
from app.translations import xliff_reading
from app.web import sheets
from app.web.packages import DOCX
from app.web.refusals import Refused
from app.web.strip import StripError
from app.web.uploads import NAME_LENGTH, inspect, safe_name
from tests.documents.test_hostile import SECRETS, UNCLEAN, forking
from tests.hostile import FILES, broken
from tests.hostile.broken import Broken

RUNS = (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/EmbeddedFiles", b"/XFA", b"/PieceInfo")
DOORS: dict[str, Callable[[], Iterable[Broken]]] = {
    "draft": broken.drafts,
    "attachment": broken.attachments,
    "sheet": broken.sheets,
    "translation": broken.xliff,
}


def draft(file: Broken) -> str:
    """The words that a draft would have; also the files of their kind do when attached."""
    upload = inspect(file.data, file.filename, kinds=importing.kinds())
    return importing.tree_of(file.data, upload).words()


def attachment(file: Broken) -> str:
    """Nothing: what would be shown is looked into here."""
    kept = attachments.looked_at(file.data, file.filename)
    shown = attachments.stripped(kept.data, kept.upload.media_type)
    inspect(shown, kept.upload.name, kinds=attachments.KINDS)
    assert not [word for word in (*RUNS, b"root:x", b"GPS", b"\x88\x25") if word in shown]
    return ""


def sheet(file: Broken) -> str:
    """What stands in the cells."""
    return clean(
        " ".join(cell for row in sheets.read(file.data, file.filename) for cell in row.cells)
    )


def translation(file: Broken) -> str:
    """What the targets say, as it is taken over."""
    return clean(" ".join(unit.target or "" for unit in xliff_reading.read(file.data).units))


forks = forking
WAYS = {"draft": draft, "attachment": attachment, "sheet": sheet, "translation": translation}


@pytest.mark.parametrize("door", DOORS)
def test_each_is_kept_clean_or_refused_by_a_reason(door, forks, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    forks.stand_in(monkeypatch)
    refused, kept, unclean = dict[str, str](), list[str](), dict[str, str]()
    for file in DOORS[door]():
        try:
            said = WAYS[door](file)
        except Refused as error:
            refused[file.name] = error.code.value
        except UnreadableError as error:
            refused[file.name] = error.code.value
        except StripError as error:
            refused[file.name] = error.fault.value
        else:
            kept.append(file.name)
            if found := UNCLEAN.search(said) or [one for one in SECRETS if one in said]:
                unclean[file.name] = repr(found)
    assert not unclean
    assert all(refused.values())
    assert len(refused) > 10
    assert kept, "some are harmless, and are taken"


@pytest.mark.parametrize("name", broken.NAMES, ids=range(len(broken.NAMES)))
def test_no_name_leads_anywhere_or_misleads(name):
    safe = safe_name(name, DOCX)
    assert len(safe) <= NAME_LENGTH
    assert safe.endswith(".docx")
    assert not set('/\\<>:"|?*\0\r\n') & set(safe)
    assert safe.isprintable()
    assert not safe.startswith(".")


def test_there_are_more_than_three_hundred_and_all_different():
    made = {hashlib.sha256(file.data).digest() for files in DOORS.values() for file in files()}
    known = {hashlib.sha256(file.make()).digest() for file in FILES}
    assert len(made) >= 300
    assert len(made | known) >= 450


def test_a_sound_file_passes_each_door(forks, monkeypatch):
    """So that no door refuses everything."""
    forks.stand_in(monkeypatch)
    parts = broken.workbook()
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    assert "Nước sạch" in sheet(Broken("sheet", kept.getvalue(), "x.xlsx"))
    whole = broken.XLIFF.format(broken.UNIT.format("Water")).encode()
    assert translation(Broken("xliff", whole, "x.xlf")) == "Water"
    assert not attachment(Broken("photograph", broken.photograph(), "x.jpg"))
