"""What a paragraph style passes on: name, weight, alignment, list."""

from collections.abc import Iterator

from lxml.etree import _Element

from app.documents.parsers.numbering import W, value

LONGEST_CHAIN = 50  # styles built on one another; writers seldom go beyond five
DEFAULTS = f"{W}docDefaults/{W}rPrDefault/{W}rPr"


def switched_on(element: _Element | None) -> bool:
    """True where a toggle such as w:b is present and not turned off."""
    return element is not None and element.get(W + "val") not in ("0", "false", "off")


def _font(properties: _Element | None) -> str:
    """The font that a w:rPr names for Latin letters; "" where it names none."""
    fonts = None if properties is None else properties.find(W + "rFonts")
    return "" if fonts is None else fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or ""


class Styles:
    """The styles of one document by their identifiers."""

    def __init__(self, root: _Element | None) -> None:
        found = [] if root is None else root.findall(W + "style")
        self._styles = {s.get(W + "styleId", ""): s for s in found}
        self._usual = next(
            (
                s.get(W + "styleId", "")
                for s in found
                if s.get(W + "type") == "paragraph" and s.get(W + "default") in ("1", "true")
            ),
            "",
        )
        self._usual_font = _font(None if root is None else root.find(DEFAULTS))
        # asked for every paragraph, and the same for all that share a style
        self._alignments: dict[str, str] = {}
        self._weights: dict[str, bool | None] = {}
        self._fonts: dict[str, str] = {}
        self._lists: dict[str, tuple[str, _Element | None]] = {}

    def of(self, p: _Element) -> str:
        """The style identifier of a paragraph; the document's usual one where it names none."""
        return value(p.find(W + "pPr"), "pStyle") or self._usual

    def name(self, style: str) -> str:
        """The name a writer sees in Word, "" where the style is unknown."""
        found = self._styles.get(style)
        return (value(found, "name") or "") if found is not None else ""

    def _chain(self, style: str) -> Iterator[tuple[str, _Element]]:
        seen: set[str] = set()
        while style in self._styles and style not in seen and len(seen) < LONGEST_CHAIN:
            seen.add(style)
            yield style, self._styles[style]
            style = value(self._styles[style], "basedOn") or ""

    def alignment(self, p: _Element, style: str) -> str:
        """The paragraph's w:jc, its own or inherited; "" where nobody says."""
        own = value(p.find(W + "pPr"), "jc")
        if style not in self._alignments:
            inherited = (value(s.find(W + "pPr"), "jc") for _, s in self._chain(style))
            self._alignments[style] = next((jc for jc in inherited if jc), "")
        return own or self._alignments[style]

    def bold(self, run: _Element, style: str) -> bool:
        """True where the run prints bold, by itself, its character style or its paragraph style."""
        properties = run.find(W + "rPr")
        own = None if properties is None else properties.find(W + "b")
        if own is not None:
            return switched_on(own)
        weight = self._weight(value(properties, "rStyle") or "")
        return bool(self._weight(style) if weight is None else weight)

    def _weight(self, style: str) -> bool | None:
        """Whether the style prints bold; None where neither it nor what it builds on says."""
        if style not in self._weights:
            toggles = (found.find(f"{W}rPr/{W}b") for _, found in self._chain(style))
            said = next((toggle for toggle in toggles if toggle is not None), None)
            self._weights[style] = None if said is None else switched_on(said)
        return self._weights[style]

    def font(self, properties: _Element | None, style: str) -> str:
        """The font of a run with those w:rPr, its own or inherited; "" where nobody says."""
        character = value(properties, "rStyle") or ""
        own = _font(properties) or (self._font_of(character) if character else "")
        return own or self._font_of(style) or self._usual_font

    def _font_of(self, style: str) -> str:
        if style not in self._fonts:
            named = (_font(found.find(W + "rPr")) for _, found in self._chain(style))
            self._fonts[style] = next((font for font in named if font), "")
        return self._fonts[style]

    def numbering(self, style: str) -> tuple[str, _Element | None]:
        """The nearest w:numPr up the style chain and the identifier of the style that holds it."""
        if style not in self._lists:
            self._lists[style] = self._numbering(style)
        return self._lists[style]

    def _numbering(self, style: str) -> tuple[str, _Element | None]:
        for owner, found in self._chain(style):
            inherited = found.find(f"{W}pPr/{W}numPr")
            if inherited is not None and value(inherited, "numId") is not None:
                return owner, inherited
        return "", None
