"""OpenDocument files that reach out, carry programs, or swell."""

from __future__ import annotations

from functools import partial

from tests.hostile.case import LAW, Hostile, zipped

TYPE = b"application/vnd.oasis.opendocument.text"
SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("script", "script"))
)  # fmt: skip
LINES = "".join(f"<text:p>{line}</text:p>" for line in LAW.splitlines())
MANIFEST = (
    b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)
NAME = "du-thao.odt"
FINE = ("1", "2")


def content(more: str = "", head: str = "", before: str = "") -> bytes:
    return (
        f'{before}<office:document-content {SPACES} xmlns:xlink="http://www.w3.org/1999/xlink">{head}'
        f"<office:body><office:text>{LINES}{more}</office:text></office:body></office:document-content>"
    ).encode()


def odt(text: bytes | None = None, mimetype: bytes = TYPE, **parts: bytes) -> bytes:
    """A small OpenDocument text, whose first entry names its type."""
    inside = {"mimetype": mimetype, "content.xml": content() if text is None else text, "META-INF/manifest.xml": MANIFEST, **parts}  # fmt: skip
    return zipped(inside, stored=("mimetype",))


def case(name: str, text: bytes, refused: str = "", **outcome: tuple[str, ...]) -> Hostile:
    return Hostile(f"OpenDocument: {name}", partial(odt, text), refused, filename=NAME, **outcome)  # type: ignore[arg-type]


def with_part(name: str, part: str, refused: str, written: bytes = b"<x/>") -> Hostile:
    make = partial(odt, **{part: written})
    return Hostile(f"OpenDocument: {name}", make, refused, filename=NAME)


LOCKED = MANIFEST.replace(b"/>", b"><manifest:encryption-data/></manifest:manifest>")
OPEN_DOCUMENT = (
    case("sound", content(), articles=FINE),
    case("entity", content(before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), "external_entities"),
    case("section from elsewhere", content('<text:section><text:section-source xlink:href="http://x.example/s.odt"/></text:section>'), "external_entities"),
    case("frame from elsewhere", content('<draw:floating-frame xlink:href="http://x.example/"/>'), "embedded_objects"),
    case("macro on opening", content(head='<office:scripts><script:event-listener script:event-name="dom:load"/></office:scripts>'), "macros"),
    case("remote picture", content('<text:p><draw:frame><draw:image xlink:href="http://x.example/p.png"/></draw:frame></text:p>'), articles=FINE),
    case("a billion spaces", content('<text:p>a<text:s text:c="1000000000"/>b</text:p>'), articles=FINE),
    case("a billion columns", content('<table:table><table:table-row><table:table-cell table:number-columns-repeated="1000000000"><text:p>1</text:p></table:table-cell></table:table-row></table:table>'), articles=FINE),
    case("a billion rows", content('<table:table><table:table-row table:number-rows-repeated="1000000000"><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>'), articles=FINE),
    case("spans in spans without end", content("<text:p>" + "<text:span>" * 50_000 + "x" + "</text:span>" * 50_000 + "</text:p>"), "damaged"),
    case("100,000 paragraphs", content("<text:p>d</text:p>" * 100_000), "too_many_entries"),
    case("cut off", content()[:-30], "damaged"),
    case("of another kind", b"<other/>", "not_a_document"),
    with_part("Basic macro", "Basic/Standard/Module1.xml", "macros"),
    with_part("Python macro", "Scripts/python/x.py", "macros", b"import os"),
    with_part("object", "Object 1/content.xml", "embedded_objects"),
    with_part("picture of an object", "ObjectReplacements/Object 1", "embedded_objects", b"x"),
    with_part("encrypted", "META-INF/manifest.xml", "encrypted", LOCKED),
    Hostile("OpenDocument: type not first", lambda: zipped({"content.xml": content(), "mimetype": TYPE}), "wrong_type", filename=NAME),
    Hostile("OpenDocument: a spreadsheet", partial(odt, mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "wrong_type", filename=NAME),
    Hostile("OpenDocument: an e-book", partial(odt, mimetype=b"application/epub+zip"), "wrong_type", filename="du-thao.epub"),
    Hostile("OpenDocument: cut in half", lambda: odt()[: len(odt()) // 2], "truncated", filename=NAME),
    Hostile("OpenDocument called Word", odt, articles=FINE),
)  # fmt: skip
