"""PDF files that act, hide something, go round in circles, or hold only pictures."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import partial

from tests.hostile.case import Hostile, zipped

NAME = "du-thao.pdf"
TEXT = b"BT /F1 12 Tf 72 720 Td (Dieu 1) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (head, len(content), content)


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    made = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return made + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, trailer, len(made),
    )  # fmt: skip


def page(
    content: bytes = TEXT, head: bytes = b"", catalogue: bytes = b"", more: Sequence[bytes] = ()
) -> bytes:
    """One page that shows that content; `catalogue` and `more` add what a test is about."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</I 6 0 R>>>>>>",
        stream(content, head),
        FONT,
        *(more or [b"null"]),
    ]
    return pdf(objects)


def hidden(packing: bytes = b"/Filter/FlateDecode", inside: bytes | None = None) -> bytes:
    """A script in an object stream, where no plain search finds it."""
    script = b"7 0 <</S/JavaScript/JS(app.alert(1))>>"
    content = zlib.compress(script) if inside is None else inside
    return page(more=[stream(content, b"/Type/ObjStm/N 1/First 4" + packing)])


def scan() -> bytes:
    pixels = zlib.compress(bytes(100 * 140))
    head = b"/Type/XObject/Subtype/Image/Width 100/Height 140/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    return page(b"q 595 0 0 842 0 0 cm /I Do Q", more=[stream(pixels, head)])


def many_pages(count: int) -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(count))
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ])  # fmt: skip


def circle() -> bytes:
    return pdf([
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>",
    ])  # fmt: skip


def swollen() -> bytes:
    """A content stream of some kilobytes that unpacks to a gigabyte, in two steps."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packing.compress(b"0 0 m 1 1 l S\n" * 80_000) + packing.flush(zlib.Z_FULL_FLUSH)
    packed = b"\x78\x9c" + block * 1_000 + b"\x03\0"
    return page(zlib.compress(packed), b"/Filter[/FlateDecode/FlateDecode]")


def case(name: str, make, refused: str = "", **outcome) -> Hostile:
    return Hostile(f"PDF: {name}", make, refused, filename=NAME, **outcome)


def script(words: bytes) -> bytes:
    return page(catalogue=b"/OpenAction 6 0 R", more=[words])


PORTABLE = (
    case("one page", page, doubts=frozenset({"no_article"})),
    case("script", partial(script, b"<</S/JavaScript/JS(app.alert(1))>>"), "active_content"),
    case("script, its name escaped", partial(script, b"<</S/J#61vaScr#69pt/JS(x)>>"), "active_content"),
    case("script in an object stream", hidden, "active_content"),
    case("object stream packed twice", partial(hidden, b"/Filter[/ASCIIHexDecode/FlateDecode]"), "active_content"),
    case("object stream that swells", lambda: hidden(inside=zlib.compress(bytes(40_000_000))), "unpacked_too_large"),
    case("object stream cut off", lambda: hidden(inside=zlib.compress(bytes(4_000))[:9]), "truncated"),
    case("starts a program", partial(script, b"<</S/Launch/F(cmd.exe)>>"), "active_content"),
    case("carries a file", lambda: page(more=[stream(b"MZ", b"/Type/EmbeddedFile")]), "active_content"),
    case("plays a film", partial(script, b"<</Type/Annot/Subtype/RichMedia>>"), "active_content"),
    case("form that sends data", partial(script, b"<</S/SubmitForm/F(http://x.example)>>"), "active_content"),
    case("encrypted", lambda: pdf([b"<</Type/Catalog>>"], b"/Encrypt 2 0 R"), "encrypted"),
    case("and ZIP", lambda: page() + zipped({"a.class": b"x"}), "mixed"),
    case("behind a text", lambda: b"Not what it seems\n" + page(), "mixed"),
    case("header alone", lambda: b"%PDF-1.7\n", "damaged"),
    case("cut in half", lambda: page()[: len(page()) // 2], "damaged"),
    case("pages in a circle", circle, "damaged"),
    case("100,000 pages", partial(many_pages, 100_000), "too_long"),
    case("scan", scan, "scanned"),
    case("page of a gigabyte", swollen, "too_heavy"),
    case("called Word", page, doubts=frozenset({"no_article"})),
)  # fmt: skip
