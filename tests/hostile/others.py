"""Files of other kinds, under their own names and under a draft's."""

from __future__ import annotations

from tests.hostile.case import Hostile, zipped

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)


def stream(name: str) -> bytes:
    return name.encode("utf-16-le").ljust(64, b"\0") + bytes(64)


def case(name: str, data: bytes, refused: str, filename: str = "du-thao.docx") -> Hostile:
    return Hostile(name, lambda: data, refused, filename=filename)


OTHERS = (
    case("old Word file", OLE2 + stream("WordDocument"), "old_word", "du-thao.doc"),
    case("old Word file called new", OLE2 + stream("WordDocument"), "old_word"),
    case("old Excel file", OLE2 + stream("Workbook"), "wrong_type", "bang.xls"),
    case("encrypted Word file", OLE2 + stream("EncryptedPackage"), "encrypted"),
    case("rich text", b"{\\rtf1\\ansi Dieu 1. Ten\\par}", "wrong_type", "du-thao.rtf"),
    case("rich text called old Word", b"{\\rtf1\\ansi Dieu 1. Ten\\par}", "wrong_type", "du-thao.doc"),
    case("program", b"MZ\x90\0\x03" + bytes(200), "wrong_type"),
    case("program for Linux", b"\x7fELF\x02\x01\x01" + bytes(200), "wrong_type", "du-thao.txt"),
    case("shell script", b"#!/bin/sh\nrm -rf /\n", "wrong_type", "du-thao.txt"),
    case("picture", PIXEL, "wrong_type", "du-thao.png"),
    case("photograph", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(100) + b"\xff\xd9", "wrong_type"),
    case("picture and ZIP", PIXEL + zipped({"a": b"x"}), "wrong_type", "du-thao.png"),
    case("moving picture and program", b"GIF89a/*" + bytes(30) + b"*/=1;alert(1)", "wrong_type"),
    case("drawing that runs", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "wrong_type", "du-thao.html"),
    case("any XML", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///x'>]><x>&e;</x>", "wrong_type"),
    case("web archive", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "wrong_type", "du-thao.doc"),
    case("PostScript", b"%!PS-Adobe-3.0\n(x) show\n", "wrong_type", "du-thao.txt"),
    case("packed file", b"\x1f\x8b\x08\0" + bytes(range(256)), "wrong_type"),
)  # fmt: skip
