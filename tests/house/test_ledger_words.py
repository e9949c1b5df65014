"""Each verb has a writer, each reader knows its verbs, each reader is waited for by name."""

from __future__ import annotations

import ast

from app.ledger.verbs import FACTS, Verb
from app.work.loop import READERS
from tests.house.source import named, python, tree

WRITERS = {"record", "entry"}
PARTICIPLES = (
    "ed",
    "held",
    "drawn",
    "made",
    "sent",
    "set",
    "read",
    "taken",
    "written",
    "given",
    "split",
    "undone",
)


def _written() -> dict[str, list[str]]:
    """Verb name → the calls of `record` and `entry` that name it."""
    found: dict[str, list[str]] = {}
    for path in python():
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in WRITERS:
                continue
            for inner in ast.walk(node.args[0]):
                if isinstance(inner, ast.Attribute) and getattr(inner.value, "id", "") == "Verb":
                    found.setdefault(inner.attr, []).append(f"{named(path)}:{node.lineno}")
    return found


def _mentioned() -> set[str]:
    return {
        node.attr
        for path in python()
        if path.parent.name != "ledger"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "Verb"
    }


def test_each_verb_has_a_writer() -> None:
    # a verb may reach `record` through a variable: then it is named beside the call
    silent = {verb.name for verb in Verb} - set(_written()) - _mentioned()
    assert not silent, f"nobody records {sorted(silent)}: write them or drop them"


def test_each_verb_has_its_facts_and_reads_as_something_done() -> None:
    assert set(FACTS) == set(Verb)
    for verb in Verb:
        subject, _, done = verb.value.partition(".")
        assert verb.name == f"{subject}_{done}".upper()
        assert done.split("_")[0].endswith(PARTICIPLES), f"{verb} is no past participle"


def test_each_reader_knows_its_verbs_and_waits_for_readers_that_exist() -> None:
    names = [reader.name for reader in READERS]
    assert len(names) == len(set(names))
    for place, reader in enumerate(READERS):
        assert reader.verbs <= set(Verb)
        assert reader.verbs, f"{reader.name} reads nothing"
        assert set(reader.after) <= set(names[:place]), f"{reader.name} waits for a later reader"
