"""What the documents promise exists, and what exists is documented."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
from flask import Flask

from tests.house.source import APP, ROOT, named, storeys, tree

TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
# in running text a command stands between backticks; in a block it begins its line
MAKE = re.compile(r"(?:`(?:[A-Z_]+=\S+ )*|\$ |^)make ([a-z-]+)(?=`|\s*$|\s+#)", re.MULTILINE)
COMMAND = re.compile(r"flask --app wsgi ((?:[a-z][a-z-]* ?){1,2})")
FILE = re.compile(r"`((?:app|docs|tests|deploy|bench|migrations|translations)/[\w./-]+)`")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def _documents() -> list[Path]:
    readme = ROOT / "README.md"
    assert readme.is_file(), "README.md is not written yet"
    return [readme, *sorted((ROOT / "docs").rglob("*.md"))]


def _said() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in _documents())


def _targets() -> set[str]:
    return set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


def test_each_target_that_is_promised_exists() -> None:
    promised = set(MAKE.findall(_said()))
    assert promised <= _targets(), f"no such target: {promised - _targets()}"


def test_the_readme_names_how_to_run_and_test() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"run", "test"} <= set(MAKE.findall(readme))


def test_each_setting_is_documented() -> None:
    read = {
        node.value
        for node in ast.walk(tree(APP / "config.py"))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", node.value)
    }
    assert {"DATABASE_URL", "SECRET_KEY", "PORT"} <= read
    untold = {name for name in read if f"`{name}`" not in _said()}
    assert not untold, f"say what these do: {untold}"


def test_each_command_that_is_promised_exists(app: Flask) -> None:
    for words in COMMAND.findall(_said()):
        group: click.Command | None = app.cli
        for word in words.split():
            if not isinstance(group, click.Group):
                break
            group = group.get_command(click.Context(group), word)
            assert group is not None, f"flask --app wsgi {words}: there is no {word!r}"


def test_each_room_stands_in_the_plan_and_in_the_table() -> None:
    plan = (ROOT / "docs" / "rooms.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in APP.glob("*/__init__.py")}
    rooms |= {path.stem for path in APP.glob("*.py")} - {"__init__"}
    drawn = [line.split() for line in plan.split("```")[1].strip().splitlines()]
    assert rooms == set(storeys())
    for room in rooms:
        assert f"| `{room}` |" in plan, f"docs/rooms.md has no row for {room}"
    order = [next(word for word in line if word in rooms) for line in drawn]
    assert [storeys()[room] for room in order] == sorted(set(storeys().values()))


def test_each_file_and_link_that_is_named_exists() -> None:
    dead = []
    for path in _documents():
        text = path.read_text(encoding="utf-8")
        dead += [f"{named(path)}: {n}" for n in FILE.findall(text) if not (ROOT / n).exists()]
        dead += [
            f"{named(path)}: {n}" for n in LINK.findall(text) if not (path.parent / n).exists()
        ]
    assert not dead, "\n".join(dead)
