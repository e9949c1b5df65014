"""Templates: nothing inline, nothing from elsewhere, nothing unescaped without a reason."""

from __future__ import annotations

import ast
import re

from jinja2 import Environment

from tests.house.source import APP, lines_of, named, python, templates, tree

INLINE = re.compile(r"""\s(style|on[a-z]+)\s*=\s*["'{]|<style\b|<script(?![^>]*\bsrc=)""")
FOREIGN = re.compile(r"""(?:src|href|action|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)
UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")

SPOKEN = re.compile(r'\b(?:alt|title|aria-label|placeholder|label|data-label|data-local)="([^"]*)"')
DRAWN = re.compile(r"<(?:script|style|svg)\b.*?</(?:script|style|svg)>", re.DOTALL)
# the same in every language: classes that a child hands its shell, units, names of formats, ours
UNTRANSLATED = {
    *("narrow", "dense", "work", "slips", "noindex"),
    *("kB", "SHA", "XLSX", "GY", "Góp"),
}
# template → why it has Vietnamese words of its own
VIETNAMESE = {
    "app/templates/documents/_pair.html": "names units as the law does",
    "app/templates/search/_nothing.html": "shows how a provision may be asked for",
    "app/templates/site/style.html": "shows components with a sample text",
}

# template → why its markup is safe. Keep it short: escape in the template, mark safe in kit/html.
SAFE: dict[str, str] = {}
# file → why it may build markup
MARKUP = {
    "app/cli/search.py": "takes the tags out of a hit before it is printed",
    "app/kit/codes.py": "the QR code is drawn by segno from the receipt's own letters",
    "app/kit/html.py": "the one cleaner: its output is what safe means here",
    "app/search/highlight.py": "joins escaped pieces with our own <mark>",
    "app/search/shown.py": "puts the place of a provision before its heading with our own <mark>",
    "app/site/covers.py": "joins escaped pieces of a comment with covers made by a template",
    "app/site/terms.py": "joins escaped pieces of a provision with links to our own explanations",
    "app/site/text.py": "joins escaped provisions into the markup of a law, once per version",
    "app/web/phrases.py": "formats escaped words into a span with their language",
    "app/web/locale.py": "catalogues are ours; what goes into their places is escaped",
}


def _lines_with(pattern: re.Pattern[str], suffixes: tuple[str, ...] = (".html",)) -> list[str]:
    places = [path for path in templates() if path.suffix in suffixes]
    places += [path for path in (APP / "static").rglob("*") if path.suffix in suffixes]
    return [
        f"{named(path)}:{number} {line.strip()[:90]}"
        for path in places
        for number, line in lines_of(path.read_text(encoding="utf-8"))
        if pattern.search(line)
    ]


def test_nothing_is_inline() -> None:
    assert not _lines_with(INLINE), "the content security policy refuses these"


def test_nothing_comes_from_elsewhere() -> None:
    assert not _lines_with(FOREIGN, (".html", ".css", ".js", ".svg"))


def test_nothing_is_unescaped_without_a_reason() -> None:
    unescaped = [line for line in _lines_with(UNESCAPED) if line.split(":")[0] not in SAFE]
    assert not unescaped, f"escape it, or clean it in kit/html: {unescaped}"


def test_markup_is_built_in_few_files() -> None:
    builders = {
        named(path)
        for path in python()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Markup"
    }
    assert builders <= set(MARKUP), f"{builders - set(MARKUP)}: let the template escape"


def test_every_template_is_used() -> None:
    """A template that nobody renders, extends or imports is a promise nobody tests."""
    said = "\n".join(path.read_text(encoding="utf-8") for path in (*python(), *templates()))
    said = said.replace("'", '"')
    unused = []
    for path in templates():
        name = path.relative_to(APP / "templates")
        # one view may choose among the pages of its room: f"room/{page}.html"
        chosen = f'f"{name.parent.as_posix()}/{{' in said and f'"{name.stem}"' in said
        if f'"{name.as_posix()}"' not in said and not chosen:
            unused.append(named(path))
    assert not unused


def _own_words(text: str) -> set[str]:
    """The words of a template that stand outside its expressions, in text and in attributes."""
    lexed = Environment().lex(text)
    plain = "".join(value if kind == "data" else " " for _, kind, value in lexed if kind == "data")
    attributes = SPOKEN.findall(plain)
    # a macro may hold an attribute alone: its name is no word
    body = re.sub(r"<[^<>]*>|&\w+;|[\w-]+=\"", " ", DRAWN.sub("", plain))
    return {word for part in (body, *attributes) for word in re.findall(r"[^\W\d_]{2,}", part)}


def test_every_word_comes_from_a_catalogue() -> None:
    found = {
        named(path): sorted(words)
        for path in templates()
        if named(path) not in VIETNAMESE
        and (words := _own_words(path.read_text(encoding="utf-8")) - UNTRANSLATED)
    }
    assert not found, f"put them into _(): {found}"


def test_a_word_outside_the_catalogues_is_noticed() -> None:
    assert _own_words('<p title="Close">{{ _("Send") }} <b>Wait</b> &amp;</p>') == {"Close", "Wait"}
