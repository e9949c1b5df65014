"""What is installed is pinned by its hashes, and asks nobody for the source of the portal."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata, version

import pytest
from packaging.markers import Marker

from tests.house.source import ROOT

PINS = ("requirements.txt", "tests/requirements.txt", "deploy/audit-requirements.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
# licences under which a portal that uses the package would have to be handed out with its source
SHARE_ALIKE = re.compile(r"\bA?GPL|Affero|\bGNU General Public|SSPL|EUPL", re.IGNORECASE)


def pinned(name: str) -> dict[str, tuple[str, str, str]]:
    """Package → its version, the machines it is for, and the lines that belong to it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    parts = re.split(r"\n(?=[A-Za-z0-9])", text)
    found = {}
    for part in parts:
        pin = PIN.match(part)
        if pin is not None:
            found[pin[1]] = (pin[2], pin[3] or "", part)
    return found


def here() -> list[str]:
    """The packages of the portal that this machine needs."""
    return [
        name
        for name, (_version, marker, _part) in pinned("requirements.txt").items()
        if not marker or Marker(marker).evaluate()
    ]


def licence(name: str) -> str:
    """What a package says of its licence, wherever it says so."""
    told = metadata(name)
    classified = [one for one in told.get_all("Classifier") or [] if one.startswith("License")]
    return told.get("License-Expression") or " ".join(classified) or (told.get("License") or "")


@pytest.mark.parametrize("name", PINS)
def test_each_pin_has_its_hashes(name):
    found = pinned(name)
    assert len(found) > 20
    bare = [package for package, (_v, _m, part) in found.items() if not HASH.search(part)]
    assert not bare, f"pin them again with `make lock`: {bare}"


@pytest.mark.parametrize("name", PINS)
def test_no_pin_comes_from_anywhere_but_the_registry(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.findall(r"://|\bgit\+|\bfile:|--index-url|--find-links", text)


@pytest.mark.parametrize("name", PINS[1:])
def test_tests_and_audit_use_the_very_versions_of_the_portal(name):
    ours, theirs = pinned(PINS[0]), pinned(name)
    differing = {one for one in ours.keys() & theirs.keys() if ours[one][0] != theirs[one][0]}
    assert not differing


def test_what_is_installed_is_what_is_pinned():
    found = pinned(PINS[0])
    assert {name: version(name) for name in here()} == {name: found[name][0] for name in here()}


def test_no_licence_asks_for_our_source():
    said = {name: licence(name) for name in here()}
    assert not {name: words for name, words in said.items() if SHARE_ALIKE.search(words)}
    assert not [name for name, words in said.items() if not words], "a licence is not named"


def test_the_check_knows_what_it_looks_for():
    assert SHARE_ALIKE.search("GPL-3.0-or-later")
    assert SHARE_ALIKE.search("License :: OSI Approved :: GNU Affero General Public License v3")
    assert not SHARE_ALIKE.search("LGPL-3.0-only")
    with pytest.raises(PackageNotFoundError):
        licence("no-such-package")
