"""What the tests of the house read: the repository's own files."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"
TEMPLATES = APP / "templates"
MADE_BY_RUNS = {".venv", "instance", "__pycache__", ".git", "artifacts"}


def named(path: Path) -> str:
    """The path as a reader of a failure wants it."""
    return path.relative_to(ROOT).as_posix()


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository that a run did not make, also where there is no Git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
    )
    if listed.returncode == 0:
        found = {ROOT / name for name in listed.stdout.decode().split("\0") if name}
    else:
        found = {
            path
            for path in ROOT.rglob("*")
            if not MADE_BY_RUNS & set(path.parts) and not re.match(r"\.\w+_cache", path.name)
        }
    return tuple(sorted(path for path in found if path.is_file()))


@cache
def python(folder: Path = APP) -> tuple[Path, ...]:
    """The Python files below a folder."""
    return tuple(path for path in files() if path.suffix == ".py" and folder in path.parents)


@cache
def templates() -> tuple[Path, ...]:
    return tuple(path for path in files() if TEMPLATES in path.parents)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file of ours; parsed once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def texts() -> Iterator[tuple[Path, str]]:
    """Every file that is text, with its text."""
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data:
            yield path, data.decode("utf-8", errors="replace")


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.splitlines(), 1)


@cache
def storeys() -> dict[str, int]:
    """Room → storey, the highest first, as `pyproject.toml` has it for import-linter."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = settings["tool"]["importlinter"]["contracts"]
    return {
        room.strip(): number
        for number, layer in enumerate(contract["layers"])
        for room in layer.split("|")
    }


def own_imports(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Every import of our own modules in a file, as (statement, dotted module or name)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names if alias.name.startswith("app."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "app":
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def doors() -> list[Path]:
    """The files that define a blueprint or import another's to hang views on it."""
    return [
        path
        for path in python()
        if any(
            isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "bp" for target in node.targets)
            for node in tree(path).body
        )
        or any(name.endswith(".bp") for _, name in own_imports(path) if path.parent != APP)
    ]
