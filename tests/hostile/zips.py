"""ZIP files that lie, swell, lead out of their directory, or came in pieces."""

from __future__ import annotations

import io
import random
import stat
import struct
import warnings
import zipfile
from functools import partial

from tests.hostile.case import LAW, Hostile, edited, word, word_parts, zipped
from tests.word import docx

MEGABYTE = 1024 * 1024
BODY = b"<w:body>"


def nested() -> bytes:
    inner = zipped({"zeros": bytes(MEGABYTE)})
    for _ in range(5):
        inner = zipped({f"{n}.zip": inner for n in range(4)})
    return word(**{"word/media/picture.png": inner})


def overlapping() -> bytes:
    """One packed part, named by the directory two hundred times (after Fifield)."""
    data = zipped({"a": random.Random(1).randbytes(50_000)})
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    record = data[at:end]
    records = b"".join(
        record[:28] + struct.pack("<H", 4) + record[30:46] + b"%04d" % n + record[47:]
        for n in range(200)
    )
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, len(records), at, 0)
    return data[:at] + records + tail


def itself() -> bytes:
    """A package that carries its own first half as a part, as quines do."""
    whole = word()
    return word(**{"word/media/again.png": whole[: len(whole) // 2]})


def many_entries() -> bytes:
    record = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[20] * 2, *[0] * 14)
    count = 100_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 7, 7, len(record) * count, 4, 0)
    return b"PK\x03\x04" + record * count + end


def lying() -> bytes:
    size = 12_000_000
    honest = word(**{"word/media/zeros.bin": bytes(size)})
    return honest.replace(struct.pack("<L", size), struct.pack("<L", 10))


def linked() -> bytes:
    buffer = io.BytesIO(word())
    with zipfile.ZipFile(buffer, "a") as target:
        link = zipfile.ZipInfo("word/media/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def twice() -> bytes:
    buffer = io.BytesIO(word())
    with zipfile.ZipFile(buffer, "a") as target, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile says that the name is taken: that is the point
        target.writestr("word/document.xml", b"<other/>")
    return buffer.getvalue()


def locked() -> bytes:
    data = bytearray(word())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def cut(part: float) -> bytes:
    data = docx(LAW)
    return data[: int(len(data) * part)]


def flipped(seed: int) -> bytes:
    """One bit of the packed text is turned."""
    data = bytearray(zipped(word_parts()))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        entry = package.getinfo("word/document.xml")
    at = entry.header_offset + 30 + len(entry.filename)
    data[at + random.Random(seed).randrange(entry.compress_size)] ^= 1 << seed % 8
    return bytes(data)


def method_unknown() -> bytes:
    data = bytearray(word())
    data[data.index(b"PK\x01\x02") + 10] = 99
    return bytes(data)


def spaces() -> bytes:
    return edited("word/document.xml", BODY, BODY + b" " * (31 * MEGABYTE))


def marks() -> bytes:
    return edited("word/document.xml", BODY, BODY + b"<w:p/>" * 1_600_000)


ZIPS = (
    Hostile("bomb", lambda: word(**{"word/media/zeros.bin": bytes(30 * MEGABYTE)}), "unpacked_too_large"),
    Hostile("bomb of XML", spaces, "unpacked_too_large"),
    Hostile("bomb that lies about its size", lying, "truncated"),
    Hostile("nested bomb", nested, "embedded_objects"),
    Hostile("entries over each other", overlapping, "unpacked_too_large"),
    Hostile("itself inside", itself, "embedded_objects"),
    Hostile("100,000 entries", many_entries, "too_many_entries"),
    Hostile("1.6 million marks", marks, "too_many_entries"),
    Hostile("name that leads out", lambda: word(**{"../../etc/cron.d/x": b"x"}), "wrong_type"),
    Hostile("absolute name", lambda: word(**{"/etc/passwd": b"x"}), "wrong_type"),
    Hostile("name with a drive", lambda: word(**{"C:\\Windows\\x.dll": b"x"}), "wrong_type"),
    Hostile("symbolic link", linked, "wrong_type"),
    Hostile("two parts of one name", twice, "wrong_type"),
    Hostile("encrypted entries", locked, "encrypted"),
    Hostile("unknown compression", method_unknown, "wrong_type"),
    *(Hostile(f"cut at {part:.2%}", partial(cut, part), "truncated") for part in (0.001, 0.1, 0.5, 0.9, 0.9999)),
    *(Hostile(f"bit turned {seed}", partial(flipped, seed), "truncated") for seed in range(4)),
    Hostile("any ZIP", lambda: zipped({"a.txt": b"no document"}), "wrong_type"),
    Hostile("ZIP with an HTML comment", lambda: zipped(word_parts(), comment=b"<html><script>"), "mixed"),
    Hostile("Word and PDF", lambda: zipped({"%PDF-1.7": b"x", **word_parts()}), "mixed"),
    Hostile("program inside", lambda: word(**{"word/media/image9.png": b"MZ\x90\0"}), "embedded_objects"),
)  # fmt: skip
