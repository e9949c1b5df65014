"""A version from the database, written once and then only sent."""

from __future__ import annotations

import pytest

from app.documents.exports import FORMATS, shelf
from app.documents.exports.source import edition_of
from app.documents.models import DraftVersion, Provision
from app.extensions import db
from tests.factories import World

ADDRESS = "https://gopy.example.vn/consultations/nuoc-sach"


@pytest.fixture
def version(world: World) -> DraftVersion:
    found = db.session.get(DraftVersion, world.consultation().version_id)
    assert found is not None
    return found


def test_an_edition_holds_what_the_database_holds(version: DraftVersion) -> None:
    edition = edition_of(version, ADDRESS)
    cover = edition.cover
    assert (cover.version, cover.digest, cover.posted_at) == (1, version.digest, version.posted_at)
    assert (cover.slug, cover.issuer) == (version.dossier.slug, version.dossier.agency.name)
    assert cover.title == "Nghị quyết quy định hỗ trợ nước sạch nông thôn"
    labels = {unit.anchor: unit.label for unit in edition.units}
    assert labels["chuong-i"] == "Chương I"
    assert labels["dieu-2"] == "Điều 2."
    assert labels["dieu-2.khoan-2.diem-dd"] == "đ)"


def test_units_read_before_labels_were_kept_have_the_usual_ones(world: World) -> None:
    version = world.version(world.dossier())
    written = [unit.label for unit in edition_of(version, ADDRESS).units]
    db.session.query(Provision).update({Provision.label: ""})
    assert [unit.label for unit in edition_of(version, ADDRESS).units] == written
    db.session.rollback()


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_written_once(
    form: str, version: DraftVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shelf.kept(version, form, ADDRESS)
    assert first.read_bytes() == FORMATS[form].write(edition_of(version, ADDRESS))
    assert first.suffix == f".{form}"
    monkeypatch.setattr(shelf, "FORMATS", {})
    assert shelf.kept(version, form, ADDRESS) == first
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_another_address_or_other_code_is_another_file(
    version: DraftVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shelf.kept(version, "txt", ADDRESS)
    moved = shelf.kept(version, "txt", "https://moi.example.vn/consultations/nuoc-sach")
    monkeypatch.setattr(shelf, "_writers", lambda: "later")
    later = shelf.kept(version, "txt", ADDRESS)
    assert len({first, moved, later}) == 3
    assert first.read_bytes() == later.read_bytes()
    assert first.read_bytes() != moved.read_bytes()
