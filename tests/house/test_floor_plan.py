"""A room looks down only; nobody looks through a door; nothing is hidden in a function."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.source import APP, ROOT, doors, named, own_imports, python, storeys, tree


def test_import_linter_keeps_the_floor_plan() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_rooms_look_down_only_and_not_through_doors() -> None:
    """Direct imports, read from the source: also what a type checker alone would see."""
    storey = storeys()
    door_modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in doors()}
    faults = []
    for path in python():
        if path == APP / "__init__.py":
            continue
        own = path.relative_to(APP).with_suffix("").parts[0]
        for node, name in own_imports(path):
            room = name.split(".")[1]
            where = f"{named(path)}:{node.lineno}"
            if room not in storey:
                faults.append(f"{where} imports {name}, which stands on no storey")
            elif room != own and storey[room] <= storey[own]:
                faults.append(f"{where} looks up or sideways at {name}")
            # a door that grew over several files shares its blueprint inside the room, no more
            shared = room == own and name.endswith(".bp")
            if not shared and any(f"{name}.".startswith(f"{door}.") for door in door_modules):
                faults.append(f"{where} looks through the door {name}")
    assert not faults, "\n".join(faults)


def test_only_the_factory_and_what_stands_outside_import_the_application() -> None:
    outside = [path for path in python() if path != APP / "__init__.py"]
    faults = [
        f"{named(path)}:{node.lineno}"
        for path in outside
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and node.module == "app")
        or (isinstance(node, ast.Import) and any(alias.name == "app" for alias in node.names))
    ]
    assert not faults, f"import the room, not the house: {faults}"


def test_no_import_hides_in_a_function() -> None:
    faults = [
        f"{named(path)}:{inner.lineno}"
        for path in python()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not faults, f"move these to the top of the file: {faults}"
