"""A stranger's file loses what it tells of its maker, and keeps what it says."""

from __future__ import annotations

import io
import socket
import struct
import threading
import zipfile

import pikepdf
import pytest
from PIL import Image

from app.web import strip_child
from app.web.antivirus import ScannerDownError, infected
from app.web.packages import DOCX, ODT
from app.web.strip import StripError, StripFault, stripped
from app.web.uploads import JPEG, PDF, PNG
from tests.odt import odt
from tests.word import docx

SECRET = "Nguyễn Bí Mật"
PLACE = {1: "N", 2: (21.0, 30.0, 0.0), 3: "E", 4: (105.0, 50.0, 0.0)}


def photograph(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture that tells who took it, with what, where, and that it lies on its side."""
    picture = Image.new("RGB", size, "red")
    told = Image.Exif()
    told[0x010F], told[0x013B], told[0x0112] = "Máy ảnh X", SECRET, 6
    told.get_ifd(0x8825).update(PLACE)
    out = io.BytesIO()
    picture.save(out, kind, exif=told)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", JPEG), ("PNG", PNG)])
def test_a_picture_tells_only_its_dots(kind, media_type):
    clean = stripped(photograph(kind), media_type)
    with Image.open(io.BytesIO(clean)) as found:
        assert found.format == kind
        assert found.size == (20, 40), "it stands upright"
        assert dict(found.getexif()) == {}
        assert not set(found.info) & {"exif", "comment", "XML:com.adobe.xmp"}
    assert SECRET.encode() not in clean


def test_a_picture_of_too_many_dots_is_not_unpacked():
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(StripError) as refusal:
        stripped(out.getvalue(), PNG)
    assert refusal.value.fault is StripFault.UNREADABLE


def document() -> bytes:
    """A PDF with an author, a history, a script, a hidden file and a note that names somebody."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(200, 200))
    made.docinfo["/Author"] = SECRET
    with made.open_metadata() as told:
        told["dc:creator"] = [SECRET]
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    made.attachments["an.txt"] = b"hidden words"
    page = made.pages[0]
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[0, 0, 10, 10],
        T=SECRET,
        Contents="Ghi chú",
        A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"),
    )
    page.Annots = pikepdf.Array([made.make_indirect(note)])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_pdf_keeps_its_pages_and_loses_the_rest():
    clean = stripped(document(), PDF)
    with pikepdf.open(io.BytesIO(clean)) as found:
        assert len(found.pages) == 1
        assert "/Info" not in found.trailer
        assert not {"/Metadata", "/OpenAction"} & set(found.Root.keys())
        assert not found.attachments
        note = found.pages[0].Annots[0]
        assert str(note.Contents) == "Ghi chú"
        assert not {"/T", "/A"} & set(note.keys())
    for told in (SECRET.encode("utf-16-be"), b"hidden words", b"app.alert"):
        assert told not in clean


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with further parts, and others in place of those of the same name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as found, zipfile.ZipFile(out, "w") as made:
        for name in found.namelist():
            made.writestr(name, parts.pop(name, None) or found.read(name))
        for name, part in parts.items():
            made.writestr(name, part)
    return out.getvalue()


def test_a_word_file_keeps_its_words_and_loses_names():
    data = docx("Điều 1. Phạm vi\nNội dung của ý kiến.")
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        body = found.read("word/document.xml")
    change = (
        f'<w:ins w:id="1" w:author="{SECRET}" w:date="2026-01-01T00:00:00Z"/></w:body>'.encode()
    )
    told = f"<cp:coreProperties><dc:creator>{SECRET}</dc:creator></cp:coreProperties>".encode()
    data = with_parts(
        data,
        {
            "word/document.xml": body.replace(b"</w:body>", change),
            "docProps/core.xml": told,
            "docProps/thumbnail.jpeg": photograph(),
            "word/media/image1.jpeg": photograph(),
        },
    )
    clean = stripped(data, DOCX)
    with zipfile.ZipFile(io.BytesIO(clean)) as found:
        whole = {name: found.read(name) for name in found.namelist()}
        assert {entry.date_time for entry in found.infolist()} == {strip_child.SAME_DAY}
    assert "Nội dung của ý kiến." in whole["word/document.xml"].decode()
    assert not [name for name, part in whole.items() if SECRET.encode() in part]
    assert "docProps/thumbnail.jpeg" not in whole
    assert b"Exif" not in whole["word/media/image1.jpeg"]


def test_an_open_document_keeps_its_words_and_loses_names():
    told = (
        '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        f"<dc:creator>{SECRET}</dc:creator></office:meta></office:document-meta>"
    )
    clean = stripped(with_parts(odt("Nội dung của ý kiến."), {"meta.xml": told.encode()}), ODT)
    with zipfile.ZipFile(io.BytesIO(clean)) as found:
        first = found.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert "Nội dung của ý kiến." in found.read("content.xml").decode()
        assert SECRET.encode() not in found.read("meta.xml")


@pytest.mark.parametrize("media_type", [PDF, JPEG, PNG, DOCX])
def test_a_broken_file_is_told_as_such(media_type):
    with pytest.raises(StripError) as refusal:
        stripped(b"nothing of the kind", media_type)
    assert refusal.value.fault is StripFault.UNREADABLE


class Scanner(threading.Thread):
    """A server on this machine that speaks as clamd does, for one file."""

    def __init__(self, says: bytes) -> None:
        super().__init__(daemon=True)
        self.says, self.got = says, b""
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.door.getsockname()[1]}"

    def run(self) -> None:
        line, _ = self.door.accept()
        with line, self.door, line.makefile("rb") as sent:
            assert sent.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!L", sent.read(4))[0]:
                self.got += sent.read(length)
            line.sendall(self.says)


@pytest.mark.parametrize(
    ("says", "found"), [(b"stream: OK\0", False), (b"stream: Eicar-Signature FOUND\0", True)]
)
def test_the_scanner_is_asked_about_every_byte(says, found):
    scanner = Scanner(says)
    scanner.start()
    data = bytes(range(256)) * 1000
    assert infected(data, scanner.address) is found
    scanner.join(5)
    assert scanner.got == data


def test_a_scanner_that_could_not_look_is_no_clean_bill():
    scanner = Scanner(b"INSTREAM size limit exceeded. ERROR\0")
    scanner.start()
    with pytest.raises(ScannerDownError):
        infected(b"x", scanner.address)
    with pytest.raises(ScannerDownError):
        infected(b"x", "/nowhere/clamd.ctl")
