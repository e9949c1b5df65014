"""Files fit in a head, functions on a screen; no drawers."""

from __future__ import annotations

import ast
import statistics

import pytest

from tests.house.source import APP, ROOT, named, python, templates, tree

MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE, MAX_MEDIAN = 400, 60, 150, 160
DRAWERS = {"util", "common", "misc", "service", "manager", "repository", "lib", "core", "stuff"}
DRAWERS |= {f"{name}s" for name in DRAWERS} | {"help" + "er", "help" + "ers", "repositories"}


def _length(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("folder", ["app", "tests", "deploy", "bench"])
def test_python_files_and_functions_are_short(folder: str) -> None:
    long = []
    for path in python(ROOT / folder):
        if _length(path) > MAX_FILE:
            long.append(f"{named(path)} has {_length(path)} lines")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                if lines > MAX_FUNCTION:
                    long.append(f"{named(path)}:{node.lineno} {node.name} has {lines} lines")
    assert not long, "\n".join(long)


def test_templates_are_short() -> None:
    long = [
        f"{named(path)} has {_length(path)}" for path in templates() if _length(path) > MAX_TEMPLATE
    ]
    assert not long, "\n".join(long)


def test_the_middle_file_is_small() -> None:
    written = [_length(path) for path in python() if _length(path)]
    assert statistics.median(written) < MAX_MEDIAN


def test_no_file_is_a_drawer() -> None:
    drawers = [named(path) for path in python() if path.stem in DRAWERS]
    drawers += [named(path) for path in APP.rglob("*") if path.is_dir() and path.name in DRAWERS]
    assert not drawers, f"name these for what they decide: {drawers}"
