"""The process in which a stranger's file loses what it tells of its maker; `strip` starts it."""

from __future__ import annotations

import io
import re
import sys
import traceback
import zipfile

import pikepdf
from PIL import Image, ImageOps

from app.web.confined import confine

MAX_PIXELS = 40_000_000  # twice a large photograph
QUALITY = 88
SAME_DAY = (1980, 1, 1, 0, 0, 0)  # the first day a ZIP archive can say
ENDINGS = (".png", ".jpg", ".jpeg")
PDF = "application/pdf"
# In the catalogue of a PDF and in its pages: what runs, what is carried along, who made it.
CATALOGUE = ("/Metadata", "/OpenAction", "/AA", "/PieceInfo", "/Collection", "/AF")
NAMES = ("/EmbeddedFiles", "/JavaScript")
PAGE = ("/Metadata", "/PieceInfo", "/AA", "/LastModified", "/AF")
ACTIVE = frozenset({"/FileAttachment", "/Movie", "/Sound", "/RichMedia", "/Screen", "/3D"})
# What an office file says of its maker stands in these, and in the names beside each change.
EMPTIED = {
    "docProps/core.xml": (
        b'<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="http://schemas.'
        b'openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        b'<?xml version="1.0" encoding="UTF-8"?><Properties xmlns="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
    "docProps/custom.xml": (
        b'<?xml version="1.0" encoding="UTF-8"?><Properties xmlns="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/custom-properties"/>'
    ),
    "word/people.xml": (
        b'<?xml version="1.0" encoding="UTF-8"?><w15:people xmlns:w15="http://schemas.'
        b'microsoft.com/office/word/2012/wordml"/>'
    ),
    "meta.xml": (
        b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta xmlns:office="urn:oasis:'
        b'names:tc:opendocument:xmlns:office:1.0" office:version="1.3"><office:meta/>'
        b"</office:document-meta>"
    ),
}
NAMED = re.compile(
    rb"""(\s(?:w|w15):(?:author|initials|userId|lastModifiedBy)=)("[^"]*"|'[^']*')"""
)
SPOKEN = re.compile(
    rb"<(dc:creator|meta:initial-creator|meta:creator-initials|text:sender-[a-z-]+)>[^<]*</\1>"
)
PART = re.compile(rb"<(?:Relationship|manifest:file-entry)\b[^<>]*/>")


class UnsafePictureError(Exception):
    """Raised for a picture of far more dots than anybody can look at."""


def picture(data: bytes) -> bytes:
    """The same dots, the right way up, without place, camera, date and thumbnail."""
    Image.MAX_IMAGE_PIXELS = None  # asked about below, before anything is unpacked
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as found:
        if found.width * found.height > MAX_PIXELS:
            raise UnsafePictureError
        kind, upright = found.format, ImageOps.exif_transpose(found)
        clean = Image.new(upright.mode, upright.size)
        if upright.mode == "P" and upright.palette is not None:
            clean.putpalette(upright.palette)
        clean.paste(upright)
        out = io.BytesIO()
        clean.save(out, kind, **({"quality": QUALITY} if kind == "JPEG" else {"optimize": True}))
        return out.getvalue()


def pdf(data: bytes) -> bytes:
    """The same pages, without names, history, scripts and files carried along."""
    with pikepdf.open(io.BytesIO(data)) as found:
        if "/Info" in found.trailer:
            del found.trailer["/Info"]
        _drop(found.Root, CATALOGUE)
        if "/Names" in found.Root:
            _drop(found.Root.Names, NAMES)
        if "/AcroForm" in found.Root:
            _drop(found.Root.AcroForm, ("/XFA",))
        for page in found.pages:
            _drop(page.obj, PAGE)
            _quiet(page.obj)
        out = io.BytesIO()
        found.remove_unreferenced_resources()
        found.save(out, deterministic_id=True, compress_streams=True)
        return out.getvalue()


def _quiet(page: pikepdf.Object) -> None:
    """No note of the page carries a file, runs anything, or names who wrote it."""
    if "/Annots" not in page:
        return
    kept = []
    for note in page.Annots:
        if str(note.get("/Subtype", "")) in ACTIVE:
            continue
        _drop(note, ("/AA", "/T", "/M", "/CreationDate"))
        action = note.get("/A")
        if action is not None and str(action.get("/S", "")) not in ("/URI", "/GoTo"):
            del note["/A"]
        kept.append(note)
    page.Annots = pikepdf.Array(kept)


def _drop(holder: pikepdf.Object, names: tuple[str, ...]) -> None:
    for name in names:
        if name in holder:
            del holder[name]


def package(data: bytes) -> bytes:
    """The same document without properties, thumbnail, and the names beside changes and notes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as found,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for entry in found.infolist():
            name = entry.filename
            if entry.is_dir() or "thumbnail" in name.lower():
                continue
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info = zipfile.ZipInfo(name, SAME_DAY)
            info.compress_type = how
            kept.writestr(info, _part(name, found.read(entry)))
    return out.getvalue()


def _part(name: str, data: bytes) -> bytes:
    if name in EMPTIED:
        return EMPTIED[name]
    if name.lower().endswith(ENDINGS):
        return picture(data)
    if name.endswith((".xml", ".rels")):
        data = NAMED.sub(rb'\1""', data)
        data = SPOKEN.sub(rb"<\1></\1>", data)
        return PART.sub(lambda part: b"" if b"humbnail" in part[0] else part[0], data)
    return data


def main(media_type: str) -> None:
    """What came in goes out without what it told; the exit status is 0, or 3 for a broken file."""
    confine()
    data = sys.stdin.buffer.read()
    try:
        if media_type == PDF:
            clean = pdf(data)
        elif media_type.startswith("image/"):
            clean = picture(data)
        else:
            clean = package(data)
    except MemoryError:
        sys.exit(4)
    except Exception:
        traceback.print_exc()
        sys.exit(3)
    sys.stdout.buffer.write(clean)


__all__ = ["main", "package", "pdf", "picture"]
