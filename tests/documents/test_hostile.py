"""Every hostile file is imported clean with its doubts, or refused by the name of its fault."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.consultations.lifecycle import declare, open_consultation
from app.documents import importing
from app.documents.models import DraftVersion, Lineage, Provision
from app.documents.nodes import Outline
from app.documents.parsers import READERS, apart, child
from app.documents.parsers.blocks import UnreadableError
from app.documents.versions import newest
from app.extensions import db
from app.kit import clock
from app.web.uploads import Refused, endings, inspect
from tests.hostile import FILES
from tests.hostile.case import LAW, Hostile
from tests.hostile.forking import Forking, begun
from tests.house.source import ROOT
from tests.word import docx

# Nothing a browser, a database or a reader's eye could be misled by.
UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")  # fmt: skip
SECRETS = ("root:x:0", "xss", "alert(")


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The outcome is the same with and without LibreOffice and tesseract on the machine."""
    monkeypatch.setenv("PATH", "/nowhere")


HEAVIEST = ("PDF: page of a gigabyte", "100,000 cells")


@pytest.fixture(scope="module")
def forking() -> Iterator[Forking]:
    with begun() as process:
        yield process


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, forking: Forking, file: Hostile) -> None:
    """All but the heaviest files are read in a fork of one process."""
    if file.name not in HEAVIEST:
        forking.stand_in(monkeypatch)


def imported(file: Hostile) -> Outline:
    """The whole way of an upload before anything is stored."""
    data = file.make()
    upload = inspect(data, file.filename, kinds=importing.kinds())
    return importing.tree_of(data, upload)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("file", [file for file in FILES if file.refused], ids=lambda f: f.name)
def test_a_hostile_file_is_refused_by_the_name_of_its_fault(file: Hostile) -> None:
    with pytest.raises((Refused, UnreadableError)) as refused:
        imported(file)
    assert refused.value.code == file.refused


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("file", [file for file in FILES if not file.refused], ids=lambda f: f.name)
def test_an_odd_file_is_imported_clean(file: Hostile) -> None:
    tree = imported(file)
    if file.articles is not None:
        assert tuple(article.number for article in tree.articles()) == file.articles
    assert file.doubts <= {doubt.code for doubt in tree.doubts}
    words = tree.words()
    assert not UNCLEAN.search(words)
    assert not [secret for secret in SECRETS if secret in words]


def test_there_are_enough_of_them_and_no_two_alike() -> None:
    assert len(FILES) >= 80
    assert len({file.name for file in FILES}) == len(FILES)


PEAK = """
import resource, sys, types
app = sys.modules["app"] = types.ModuleType("app")
app.__path__ = ["app"]
from tests.hostile import FILES
from app.documents.parsers import apart
file = next(file for file in FILES if file.name == sys.argv[1])
try:
    apart.tree(file.make(), file.filename)
except ValueError:
    pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("name", HEAVIEST)
def test_no_file_takes_more_memory_than_a_process_is_given(name: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PEAK, name], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert 0 < int(said.stdout) * 1024 <= child.MEMORY_BYTES


class TestUpload:
    """The same through the door: a status, a sentence, and nothing half stored."""

    @pytest.fixture
    def dossier(self, client, world):
        dossier = world.dossier()
        client.sign_in(world.officer(dossier.agency, Role.DRAFTER).email)
        return dossier

    @staticmethod
    def upload(client, dossier, data, name):
        path = f"/desk/dossiers/{dossier.id}/text"
        return client.submit(path, {"file": (io.BytesIO(data), name)})

    @staticmethod
    def stored():
        tables = (DraftVersion, Provision, Lineage)
        return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]

    @pytest.mark.parametrize(
        ("name", "status", "words"),
        [
            ("bomb", 413, "Unpacked, the file would be larger"),
            ("billion laughs", 422, "loads something from another place"),
            ("macros by name", 422, "contains macros"),
            ("HTML embedded", 422, "Another file is embedded"),
            ("cut at 50.00%", 422, "damaged or did not arrive"),
            ("no text part", 422, "parts of it are damaged"),
            ("PDF: script", 422, "does something by itself"),
            ("PDF: and ZIP", 422, "two kinds of file in one"),
            ("PDF: encrypted", 422, "protected by a password"),
            ("PDF: page of a gigabyte", 422, "needs more memory"),
            ("PDF: scan", 422, "as a scanner makes them"),
            ("program", 415, "not taken here"),
            ("1.6 million marks", 422, "more parts than any document needs"),
        ],
    )
    def test_a_refusal_says_what_is_wrong(self, client, dossier, name, status, words):
        file = next(file for file in FILES if file.name == name)
        path = f"/en/desk/dossiers/{dossier.id}/text"
        given = {"file": (io.BytesIO(file.make()), file.filename)}
        answer = client.submit(path, given)
        assert answer.status_code == status
        assert words in answer.get_data(as_text=True)
        assert self.stored() == [0, 0, 0]

    def test_too_slow_a_file_is_a_sentence_too(self, client, dossier, monkeypatch):
        monkeypatch.setattr(apart, "WALL_SECONDS", 0.01)
        answer = client.submit(
            f"/en/desk/dossiers/{dossier.id}/text", {"file": (io.BytesIO(docx(LAW)), "a.docx")}
        )
        assert answer.status_code == 422
        assert "took too long" in answer.get_data(as_text=True)
        assert self.stored() == [0, 0, 0]

    @pytest.mark.parametrize("name", ["look-alike letters", "numbers twice", "VNI"])
    def test_an_odd_file_becomes_a_version(self, client, dossier, name):
        file = next(file for file in FILES if file.name == f"text: {name}")
        assert self.upload(client, dossier, file.make(), file.filename).status_code == 303
        version = newest(dossier)
        assert version.media_type == "text/plain"
        assert file.doubts <= {found["code"] for found in version.doubts}

    def test_a_crash_on_the_way_leaves_the_version_before(self, client, dossier, monkeypatch):
        self.upload(client, dossier, docx(LAW), "a.docx")
        before, sha256 = self.stored(), newest(dossier).sha256

        def crash(*_arguments, **_facts):
            raise RuntimeError("the power failed")

        monkeypatch.setattr(importing, "record", crash)
        answer = self.upload(client, dossier, docx(LAW + "Điều 3. Ba\nx"), "b.docx")
        assert answer.status_code == 500
        assert self.stored() == before
        assert newest(dossier).sha256 == sha256

    def test_the_page_offers_every_kind_there_is_a_reader_for(self, client, dossier):
        html = client.get(f"/desk/dossiers/{dossier.id}/text").get_data(as_text=True)
        for ending in endings(set(READERS)):
            assert ending in html

    def test_a_page_with_a_script_is_given_back_as_letters(self, client, world):
        file = next(file for file in FILES if file.name == "HTML: script")
        data, dossier, now = file.make(), world.dossier(), clock.now()
        officers = [world.officer(dossier.agency, role) for role in (Role.DRAFTER, Role.APPROVER)]
        upload = inspect(data, file.filename)
        version = importing.import_draft(dossier, upload, data, officers[0], now)
        importing.accept(version, officers[0], now)
        for officer in officers:
            declare(dossier, version, officer, now)
        open_consultation(dossier, version, 60, officers[1], now)
        db.session.commit()
        with client.get(f"/consultations/{dossier.slug}/files/{file.filename}") as answer:
            assert answer.data == data
        assert answer.mimetype == "text/plain"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
