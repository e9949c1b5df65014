"""The portal calls nobody but whom its settings name, and cleans HTML in one place by named policies."""

from __future__ import annotations

import ast
from pathlib import Path

from app.kit.html import POLICIES
from tests.house.source import APP, ROOT, named, python, tree

# Modules that can open a connection to another machine, and the files that may import them: each
# calls one server that stands in the settings, never an address from a request or a file.
REACHING = {
    "aiohttp", "authlib", "ftplib", "http.client", "httpx", "imaplib", "poplib", "requests",
    "smtplib", "socket", "telnetlib", "urllib.request", "urllib3", "webbrowser", "xmlrpc",
}  # fmt: skip
ALLOWED = {
    "app/mail/sending.py": "the mail server of MAIL_URL",
    "app/web/antivirus.py": "the daemon of CLAMAV_SOCKET",
    "app/web/translator.py": "the service of TRANSLATE_URL",
    "app/web/oidc.py": "the identity providers of the settings",
    "app/cli/check.py": "the mail server of MAIL_URL, to see whether it answers",
}


def imported(path: Path) -> set[str]:
    """The modules that a file imports, each also by the packages it is in."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {
        ".".join(name.split(".")[: n + 1]) for name in found for n in range(name.count(".") + 1)
    }


def test_only_what_calls_a_server_of_the_settings_can_open_a_connection() -> None:
    reaching = {named(path) for path in python(APP) if imported(path) & REACHING}
    assert len(reaching) >= 3, "the search finds what there is"
    assert reaching <= set(ALLOWED), f"these could call anybody: {reaching - set(ALLOWED)}"


def test_no_parser_fetches_what_a_file_names() -> None:
    """XML is read without entities, document types from elsewhere, or the network."""
    for path in python(APP):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            asked = {word.arg: word.value for word in node.keywords}
            for name in ("load_dtd", "resolve_entities"):
                value = asked.get(name)
                assert not (isinstance(value, ast.Constant) and value.value is True), named(path)
            network = asked.get("no_network")
            assert not (isinstance(network, ast.Constant) and network.value is False), named(path)


def test_html_is_cleaned_in_one_place_only() -> None:
    cleaning = {named(path) for path in python(APP) if "bleach" in imported(path)}
    assert cleaning == {"app/kit/html.py"}
    calls = [
        node
        for node in ast.walk(tree(APP / "kit/html.py"))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Cleaner"
    ]
    assert len(calls) == 1
    told = {word.arg: ast.unparse(word.value) for word in calls[0].keywords}
    assert told["tags"] == "NOTE.elements"
    assert "NOTE.attributes" in told["attributes"]
    assert told["protocols"] == "NOTE.schemes"


def test_each_policy_allows_what_is_written_here_and_is_in_the_documents() -> None:
    allowed = {one.name: (one.elements, dict(one.attributes), one.schemes) for one in POLICIES}
    assert allowed == {
        "PLAIN": (set(), {}, set()),
        "NOTE": (
            {"p", "br", "strong", "em", "ul", "ol", "li", "a"},
            {"a": ("href",)},
            {"http", "https", "mailto"},
        ),
    }
    documents = (ROOT / "docs/hostile.md").read_text(encoding="utf-8")
    for one in POLICIES:
        assert f"| `{one.name}` |" in documents
