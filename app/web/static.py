"""Static files, read and compressed once at start, named by their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request

from app.web.guard import public

FOREVER = "public, max-age=31536000, immutable"
PACKED = (".css", ".js", ".svg", ".txt")


@dataclass(frozen=True)
class StaticFile:
    media_type: str
    digest: str
    plain: bytes
    br: bytes | None
    gz: bytes | None


def _read(path: Path) -> StaticFile:
    plain = path.read_bytes()
    packed = path.suffix in PACKED
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/") or media_type.endswith(("javascript", "xml")):
        media_type += "; charset=utf-8"
    return StaticFile(
        media_type=media_type,
        digest=hashlib.sha256(plain).hexdigest()[:16],
        plain=plain,
        br=brotli.compress(plain, quality=11) if packed else None,
        gz=gzip.compress(plain, 9, mtime=0) if packed else None,
    )


def init_app(app: Flask, folder: Path) -> None:
    """`static_url(name)` gives each file an address that changes with its content."""
    files = {
        str(path.relative_to(folder)): _read(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

    @public
    def static(filename: str) -> Response:
        file = files.get(filename)
        if file is None:
            abort(404)
        accepted = request.headers.get("Accept-Encoding", "")
        response = Response(content_type=file.media_type)
        if file.br is not None and "br" in accepted:
            response.set_data(file.br)
            response.content_encoding = "br"
        elif file.gz is not None and "gzip" in accepted:
            response.set_data(file.gz)
            response.content_encoding = "gzip"
        else:
            response.set_data(file.plain)
        response.headers["Cache-Control"] = FOREVER
        response.headers["Vary"] = "Accept-Encoding"
        response.set_etag(f"{file.digest}-{response.content_encoding or 'plain'}")
        response.make_conditional(request)
        return response

    def static_url(name: str) -> str:
        # fonts are also named by the style sheet, which knows no digest: one address for both
        suffix = "" if name.startswith("font/") else f"?v={files[name].digest}"
        return f"/static/{name}{suffix}"

    app.add_url_rule("/static/<path:filename>", "static", static)
    app.jinja_env.globals["static_url"] = static_url
