"""The little of a style sheet that says how a paragraph reads: weight, place, font, visibility."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

BRACE = re.compile(r"([{}])")
SELECTOR = re.compile(r"([A-Za-z][\w:\\-]*)?(?:\.([\w-]+))?")
# How Google Docs writes what stands before a list item.
MARKER = re.compile(r"\.(lst-[\w-]+)\s*>\s*li:before")
CONTENT = re.compile(r"content:\s*([^;]{1,300})")
KEPT = {"font-weight", "text-align", "display", "visibility", "font-family", "list-style-type",
        "white-space", "mso-hide", "mso-list", "text-transform"}  # fmt: skip
MOST_RULES = 20_000
LONGEST = 1_000_000  # characters of one sheet; what comes behind is left unread


@dataclass
class Sheet:
    """Rules by tag and class, and the list markers that only the sheet knows."""

    rules: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    markers: dict[str, str] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """The rules of one more style element hold too.

        Selectors of more than one step, and rules for paper or small screens, say nothing here.
        """
        first, *parts = text[:LONGEST].replace("<!--", " ").replace("-->", " ").split("/*")
        bare = first + " ".join(part.partition("*/")[2] for part in parts)
        opened: list[str] = []
        pieces = BRACE.split(bare)
        for before, brace in zip(pieces[0::2], pieces[1::2], strict=False):
            if brace == "{":
                opened.append(before.strip())
            elif opened:
                selectors = opened.pop()
                if not opened and not selectors.startswith("@"):
                    self._rule(selectors, before)

    def _rule(self, selectors: str, body: str) -> None:
        marker, content = MARKER.search(selectors), CONTENT.search(body)
        if marker and content:
            self.markers[marker[1]] = content[1].strip()
        declared = declarations(body)
        if not declared or len(self.rules) > MOST_RULES:
            return
        for selector in selectors.split(","):
            match = SELECTOR.fullmatch(selector.strip())
            if match and (match[1] or match[2]):
                key = ((match[1] or "").lower(), match[2] or "")
                self.rules.setdefault(key, {}).update(declared)

    def of(self, tag: str, classes: Iterable[str], own: str) -> dict[str, str]:
        """What holds for an element: its tag's rules, then its classes', then its own."""
        found = dict(self.rules.get((tag, ""), {}))
        for name in classes:
            found |= self.rules.get(("", name), {})
            found |= self.rules.get((tag, name), {})
        return found | declarations(own) if own else found


def declarations(text: str) -> dict[str, str]:
    """The declarations that matter here, names and values in small letters, fonts as written."""
    found: dict[str, str] = {}
    for piece in text.split(";"):
        name, _, value = piece.partition(":")
        name = name.strip().lower()
        if name in KEPT:
            value = value.replace("!important", "").strip()
            found[name] = value if name == "font-family" else value.lower()
    return found
