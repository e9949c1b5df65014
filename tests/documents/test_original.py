"""The lines that stand beside an outline: those the file was read into when it came."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from app.accounts.models import Role
from app.documents import files
from app.documents import original as originals
from app.documents.lines import lines_from, plain
from app.documents.original import keep_lines, original
from app.documents.parsers import apart
from app.documents.units import Line, lines_of
from app.documents.versions import newest
from tests.documents.test_laws import NAMES, blocks
from tests.hostile.case import LAW
from tests.word import docx

NAME = "du-thao.docx"


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    originals._lines.cache_clear()
    yield
    originals._lines.cache_clear()


@pytest.fixture
def read_again(monkeypatch) -> list[str]:
    """The names of files that were read once more."""
    names: list[str] = []
    blocks = apart.blocks

    def noted(data, name):
        names.append(name)
        return blocks(data, name)

    monkeypatch.setattr(apart, "blocks", noted)
    return names


@pytest.fixture
def dossier(client, world):
    dossier = world.dossier()
    client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
    return dossier


def send(client, dossier, data: bytes, name: str = NAME):
    path = f"/desk/dossiers/{dossier.id}/text"
    assert client.submit(path, {"file": (io.BytesIO(data), name)}).status_code == 303
    return newest(dossier)


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_the_same_once_written(name: str) -> None:
    lines = tuple(lines_of(blocks(name)))
    assert lines_from(plain(lines)) == lines


def test_the_page_behind_an_upload_does_not_read_the_file_again(client, dossier, read_again):
    send(client, dossier, docx(LAW))
    page = client.get(f"/desk/dossiers/{dossier.id}/text/review").get_data(as_text=True)
    assert 'class="orig"' in page
    assert read_again == []


def test_the_kept_lines_are_those_of_the_file(client, dossier, read_again):
    version = send(client, dossier, docx(LAW))
    kept = original(version.sha256, NAME)
    originals._lines.cache_clear()
    files.path(f"{version.sha256}.lines").unlink()
    assert original(version.sha256, NAME) == kept
    assert [line.text for line in kept] == LAW.splitlines()
    assert read_again == [NAME]


@pytest.mark.parametrize("kept", [b"", b"no zlib", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_lines_that_cannot_be_read_back_are_read_anew(client, dossier, read_again, kept):
    version = send(client, dossier, docx(LAW))
    files.path(f"{version.sha256}.lines").write_bytes(kept)
    assert [line.text for line in original(version.sha256, NAME)] == LAW.splitlines()
    assert read_again == [NAME]


def test_what_is_kept_is_newer_than_what_was_kept_before(world):
    sha256 = "ab" * 32
    for text in ("một", "hai"):
        keep_lines(sha256, [Line(text, 1)])
    assert original(sha256, NAME) == (Line("hai", 1),)
