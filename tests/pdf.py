"""Small PDF files for tests, every letter where the test puts it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
    b"1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
)
WIDTH = 0.5  # of every letter, in parts of its size


@dataclass
class Sheet:
    """One page, measured in points from its top left corner."""

    width: float = 600
    height: float = 800
    rotate: int = 0
    drawn: list[bytes] = field(default_factory=list)

    def text(
        self, x: float, y: float, words: str, size: float = 12, bold: bool = False, turned: str = ""
    ) -> Sheet:
        """Words with their left end and baseline at a point; `turned` replaces the upright axes."""
        font, codes = ("B" if bold else "R"), words.encode("utf-16-be").hex()
        place = f"{turned or '1 0 0 1'} {x:g} {self.height - y:g}"
        self.drawn.append(f"BT /{font} {size:g} Tf {place} Tm <{codes}> Tj ET".encode())
        return self

    def lines(self, y: float, *words: str, x: float = 60, step: float = 16) -> Sheet:
        """Lines of text one under the other."""
        for n, line in enumerate(words):
            self.text(x, y + n * step, line)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Sheet:
        """A thin line between two points."""
        ends = f"{x0:g} {self.height - y0:g} m {x1:g} {self.height - y1:g} l S"
        self.drawn.append(f"0.5 w {ends}".encode())
        return self

    def picture(self) -> Sheet:
        """A grey picture over the whole page."""
        self.drawn.append(f"q {self.width:g} 0 0 {self.height:g} 0 0 cm /P Do Q".encode())
        return self


def pdf(*sheets: Sheet, locked: str = "", catalog: str = "", font: str = "Tinos") -> bytes:
    """A PDF of the sheets.

    `locked` is "user" where nothing opens without a password, "owner" where everybody may read;
    `catalog` is put into the root object as it is; `font` names the upright one.
    """
    objects: list[tuple[str, bytes | None]] = [
        (f"<< /Type /Catalog /Pages 2 0 R {catalog} >>", None),
        ("", None),
        ("<< /Font << /R 4 0 R /B 5 0 R >> /XObject << /P 9 0 R >> >>", None),
        (_font(font, 6), None),
        (_font("Tinos-Bold", 7), None),
        (_descendant(font), None),
        (_descendant("Tinos-Bold"), None),
        ("<< >>", TO_UNICODE),
        (
            "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8"
            " /ColorSpace /DeviceGray >>",
            b"\x80",
        ),
    ]
    kids = []
    for sheet in sheets:
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.width:g} {sheet.height:g}]"
                f" /Rotate {sheet.rotate} /Resources 3 0 R /Contents {len(objects) + 2} 0 R >>",
                None,
            )
        )
        objects.append(("<< >>", b"\n".join(sheet.drawn)))
    objects[1] = (f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>", None)
    return _written(objects, locked)


def _font(name: str, descendant: int) -> str:
    return (
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
        f" /DescendantFonts [{descendant} 0 R] /ToUnicode 8 0 R >>"
    )


def _descendant(name: str) -> str:
    return (
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /DW {1000 * WIDTH:g}"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        f" /FontDescriptor << /Type /FontDescriptor /FontName /{name} /Flags 4 /Ascent 900"
        " /Descent -200 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /CapHeight 700 /StemV 80 >> >>"
    )


def _written(objects: list[tuple[str, bytes | None]], locked: str) -> bytes:
    key, trailer = b"", ""
    if locked:
        owner, identity = b"o" * 32, b"i" * 16
        allowed = (-4 & 0xFFFFFFFF).to_bytes(4, "little")
        key = hashlib.md5(PAD + owner + allowed + identity).digest()[:5]
        user = rc4(key, PAD) if locked == "owner" else b"u" * 32

        trailer = (
            f" /ID [<{identity.hex()}> <{identity.hex()}>] /Encrypt << /Filter /Standard /V 1 /R 2"
            f" /O <{owner.hex()}> /U <{user.hex()}> /P -4 >>"
        )
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, (head, stream) in enumerate(objects, start=1):
        places.append(len(out))
        if stream is not None:
            stream = _sealed(key, number, stream)
            head = head.replace("<<", f"<< /Length {len(stream)}", 1)
        body = head.encode() + (b"\nstream\n%b\nendstream" % stream if stream is not None else b"")
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R{trailer} >>\n".encode()
    return bytes(out) + b"startxref\n%d\n%%%%EOF" % table


def _sealed(key: bytes, number: int, data: bytes) -> bytes:
    own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]
    return rc4(own, data) if key else data


def rc4(key: bytes, data: bytes) -> bytes:
    """The data under the cipher of PDF 1.1 (RFC 6229 has its test vectors)."""
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
