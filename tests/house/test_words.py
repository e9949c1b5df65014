"""What may stand in no file: words we do not use, paths of somebody's machine, secrets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import APP, ROOT, lines_of, named, python, texts, tree

# The portal "takes opinions" and "looks comments over"; these words claim something else.
# Written with a gap, so that this file is not its own first finding.
UNSAID = ("tham vấn" + " chính sách", "kiểm" + " duyệt")

MACHINE = re.compile(
    "|".join(
        (
            r"(?<![\w.}\-])/" + "work/",
            r"(?<![\w.}\-])/" + "home/",
            r"(?<![\w.}\-])/" + "root/",
            "/opt/" + "pypi",
            "/shared" + "/",
            r"https?://[^\s\"']*/simp" + r"le(?!\w)(?<!pypi\.org/simple)",
        )
    )
)
MAKERS = re.compile(
    "|".join((r"\bA" + r"I\b", r"(?i:(?<!webauthn\.)\bhel" + r"pers?\b)", "(?i:chat" + "gpt)"))
)
KEYS = re.compile("-----BEGIN [A-Z ]*" + "PRIVATE KEY-----|AKIA[0-9A-Z]{16}|ghp_[0-9A-Za-z]{36}")


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{named(path)}:{number} {match.group()!r}"
        for path, text in texts()
        for number, line in lines_of(text)
        if (match := pattern.search(line))
    ]


@pytest.mark.parametrize("words", UNSAID)
def test_nothing_a_reader_sees_says_it(words: str) -> None:
    seen = (APP, ROOT / "translations", ROOT / "docs", ROOT / "README.md")
    faults = [
        f"{named(path)}:{number}"
        for path, text in texts()
        if any(place == path or place in path.parents for place in seen)
        # it says what must never be said
        if path.name != "glossary.csv"
        for number, line in lines_of(text)
        if words in line.casefold()
    ]
    assert not faults, f"say lấy ý kiến, góp ý, rà soát: {faults}"


@pytest.mark.parametrize("pattern", [MACHINE, MAKERS, KEYS], ids=["machine", "makers", "keys"])
def test_no_file_names_a_machine_its_maker_or_a_key(pattern: re.Pattern[str]) -> None:
    faults = _found(pattern)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE, "see /" + "work/x"),
        (MACHINE, "index = https://mirror.example/pypi/simp" + "le/"),
        (MAKERS, "written by an A" + "I"),
        (KEYS, "-----BEGIN " + "PRIVATE KEY-----"),
    ],
)
def test_these_patterns_find_what_they_are_for(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_addresses_of_authors_are_touched_by_few_files_only() -> None:
    """No desk, page, export or log can show an e-mail it never reads; mail/ is told whom to send to."""
    touched = {
        named(path)
        for path in python()
        if re.search(r"\bContactAddress\b|\bcontact_address\b", path.read_text(encoding="utf-8"))
    }
    assert touched == {
        "app/comments/models.py",
        "app/comments/submit.py",  # keeps it
        "app/comments/contact.py",  # hears yes and stop
        "app/notifications/addressed.py",  # addresses letters
        "app/comments/erasing.py",  # takes it away, and hands it to its owner
        "app/privacy/rotate.py",  # seals all columns anew, this one too
        "app/privacy/breach.py",  # names the table whose rows were copied, reads none
        "app/privacy/export.py",  # says in the owner's own file where it came from
    }


def test_code_speaks_english() -> None:
    """Vietnamese stands in data, tests and catalogues; in code only as the names of its units."""
    letters = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉĩọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
    faults = []
    for path in python():
        for node in tree(path).body:
            name = getattr(node, "name", "")
            if letters.search(name):
                faults.append(f"{named(path)}:{node.lineno} {name}")
    names = [named(path) for path in python(ROOT) if not path.name.isascii()]
    assert not faults + names


def test_the_repository_ignores_what_runs_make() -> None:
    ignored = Path(ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {".venv/", "instance/", "*.mo"} <= set(ignored)
