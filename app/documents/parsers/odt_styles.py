"""What the styles of an OpenDocument text say of a paragraph and its runs."""

import re
from collections.abc import Iterable, Iterator

from lxml.etree import _Element

STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
BOLDEST = 600
LONGEST_CHAIN = 50  # styles built on one another; writers seldom go beyond five
ESCAPED = re.compile(r"_([0-9a-f]{1,4})_")
CONTENTS = re.compile(r"contents (?:heading|\d)")


class Styles:
    """The styles of one document by family and name, those in its body first."""

    def __init__(self, roots: Iterable[_Element]) -> None:
        self._styles: dict[tuple[str, str], _Element] = {}
        self._fonts: dict[str, str] = {}
        self._usual: dict[str, _Element] = {}
        for root in roots:
            for element in root.iter(STYLE + "style"):
                key = element.get(STYLE + "family", ""), element.get(STYLE + "name", "")
                self._styles.setdefault(key, element)
            for element in root.iter(STYLE + "default-style"):
                self._usual[element.get(STYLE + "family", "")] = element
            for element in root.iter(STYLE + "font-face"):
                family = element.get(SVG + "font-family", "")
                self._fonts[element.get(STYLE + "name", "")] = family

    def _chain(self, family: str, name: str) -> Iterator[_Element]:
        seen: set[str] = set()
        while (family, name) in self._styles and name not in seen and len(seen) < LONGEST_CHAIN:
            seen.add(name)
            found = self._styles[family, name]
            yield found
            name = found.get(STYLE + "parent-style-name") or ""

    def _said(self, family: str, name: str, part: str, *attributes: str) -> str | None:
        """The first answer up the chain of a style to one of the attributes."""
        usual = [self._usual[family]] if family in self._usual else []
        for element in (*self._chain(family, name), *usual):
            properties = element.find(STYLE + part)
            if properties is not None:
                for attribute in attributes:
                    value = properties.get(attribute)
                    if value is not None:
                        return str(value)
        return None

    def name(self, style: str) -> str:
        """The name a writer sees of the nearest style that has one."""
        for element in self._chain("paragraph", style):
            automatic = element.getparent().tag.endswith("automatic-styles")
            if not automatic:
                raw = element.get(STYLE + "display-name") or element.get(STYLE + "name", "")
                name = ESCAPED.sub(lambda code: chr(int(code[1], 16)), raw)
                contents = CONTENTS.fullmatch(name.casefold())
                return f"toc {name[-1]}" if contents else name
        return ""

    def list_style(self, style: str) -> str | None:
        """The list style a paragraph style brings; "" where it forbids one, None if silent."""
        for element in self._chain("paragraph", style):
            named = element.get(STYLE + "list-style-name")
            if named is not None:
                return str(named)
        return None

    def is_centered(self, style: str) -> bool:
        """Whether the paragraph style centers."""
        return self._said("paragraph", style, "paragraph-properties", FO + "text-align") == "center"

    def is_bold(self, run: str, paragraph: str) -> bool:
        """Whether a run prints bold, by its own style or that of its paragraph."""
        weight = self._of_run(run, paragraph, FO + "font-weight") or ""
        return weight == "bold" or (weight.isdecimal() and int(weight[:4]) >= BOLDEST)

    def is_hidden(self, run: str, paragraph: str) -> bool:
        """Whether a run is not shown."""
        return self._of_run(run, paragraph, TEXT + "display") == "none"

    def font(self, run: str, paragraph: str) -> str:
        """The name of the font of a run, "" where nobody says."""
        named = self._of_run(run, paragraph, STYLE + "font-name", FO + "font-family") or ""
        return (self._fonts.get(named) or named).split(",")[0].strip(" '\"")

    def _of_run(self, run: str, paragraph: str, *attributes: str) -> str | None:
        own = self._said("text", run, "text-properties", *attributes) if run else None
        return own or self._said("paragraph", paragraph, "text-properties", *attributes)
