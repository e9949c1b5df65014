"""Translations from the shell: how far they are, out as XLIFF, and in again."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.accounts.models import Role
from app.documents.models import Dossier
from app.translations.progress import State
from tests.factories import World
from tests.translations.desk import Desk


@pytest.fixture
def desk(world: World) -> Desk:
    consultation = world.consultation()
    agency = consultation.dossier.agency
    people = (world.officer(agency, role) for role in (Role.TRANSLATOR, Role.APPROVER))
    return Desk(world, consultation, *people)


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["translations", *words])


def exported(app: Flask, dossier: Dossier, file: Path) -> bytes:
    assert run(app, "export", dossier.slug, "en", str(file)).exit_code == 0
    return file.read_bytes()


def test_out_and_in_again(app: Flask, desk: Desk, tmp_path: Path) -> None:
    file, slug = tmp_path / "a.xlf", desk.dossier.slug
    data = exported(app, desk.dossier, file)
    file.write_bytes(data.replace(b"</source>", b"</source><target>A title</target>", 1))
    ways = ("import", slug, "en", str(file), "--translator", desk.translator.email)
    tried = run(app, *ways, "--dry-run")
    assert tried.output.startswith("1 taken, 0 as before")
    assert set(desk.states().values()) == {State.MISSING}
    assert run(app, *ways).exit_code == 0
    assert desk.states()["title"] is State.UNOFFICIAL
    assert run(app, *ways).output.startswith("0 taken, 1 as before")
    told = run(app, "status").output
    assert f"{slug}\ten\t1 of " in told
    assert "\tko\t" not in told


def test_what_is_wrong_is_said(app: Flask, desk: Desk, tmp_path: Path) -> None:
    file, slug = tmp_path / "a.xlf", desk.dossier.slug
    data = exported(app, desk.dossier, file)
    assert "no dossier" in run(app, "status", "nothing").output
    refused = run(app, "import", slug, "en", str(file), "--translator", desk.approver.email)
    assert "may not translate" in refused.output
    ways = ("import", slug, "en", str(file), "--translator", desk.translator.email)
    file.write_bytes(data.replace(b'trgLang="en"', b'trgLang="ko"'))
    assert "other_language" in run(app, *ways).output
    file.write_bytes(b"<html/>")
    assert "wrong_type" in run(app, *ways).output
    file.write_bytes(
        data.replace(b'id="title"', b'id="nothing"').replace(
            b"</source>", b"</source><target>A title</target>", 1
        )
    )
    assert "not taken: nothing (unknown)" in run(app, *ways).output
    assert set(desk.states().values()) == {State.MISSING}
