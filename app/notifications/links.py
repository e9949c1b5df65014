"""Addresses for letters: in full, in the language of the letter, without any request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.routing import MapAdapter

from app.web import locale


def _adapter() -> MapAdapter:
    parts = urlsplit(current_app.extensions["settings"].public_url)
    return current_app.url_map.bind(
        parts.netloc,
        script_name=parts.path + locale.current().prefix,
        url_scheme=parts.scheme,
    )


def link(endpoint: str, **values: Any) -> str:
    """The public address of a page, in the language spoken here; values as `url_for` has them."""
    anchor = values.pop("_anchor", "")
    address = _adapter().build(endpoint, values, force_external=True)
    return f"{address}#{anchor}" if anchor else address
