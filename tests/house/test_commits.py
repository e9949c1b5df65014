"""One commit per request, at the door; verbs never commit."""

from __future__ import annotations

import ast

from tests.house.source import APP, doors, named, python, tree

# The worker and the commands have no door; a reader's cursor moves with what it wrote; a letter
# the server took is settled before the next one goes. What groups 200,000 comments writes for minutes,
# and lets whoever comments meanwhile have the pen between two batches. Each address is told of its
# searches in a commit of its own, so that one that stops meanwhile holds up no other. A rebuilt search
# index sets its reader's cursor back before it takes over. Whom a copy brought back is erased again, and keys
# are changed row by row, so that nobody waits; what is freed of a file is freed outside any transaction. What was
# typed by somebody whose session ran out is kept while the request itself is turned away.
ROOMS = {"cli", "work", "demo"}
FILES = {
    "ledger/seal.py",
    "ledger/read.py",
    "mail/sending.py",
    "privacy/replay.py",
    "privacy/rotate.py",
    "privacy/sweep.py",
    "groups/keeping.py",
    "accounts/away.py",
    "alerts/digest.py",
    "search/following.py",
    "search/turns.py",
}


def test_only_doors_worker_and_commands_commit() -> None:
    may = set(doors()) | {APP / name for name in FILES}
    faults = [
        f"{named(path)}:{node.lineno}"
        for path in python()
        if path not in may and path.relative_to(APP).parts[0] not in ROOMS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "commit"
        and isinstance(node.value, ast.Attribute | ast.Name)
        and (node.value.attr if isinstance(node.value, ast.Attribute) else node.value.id)
        in {"session", "connection", "engine"}
    ]
    assert not faults, f"flush in a verb, commit in its door: {faults}"
