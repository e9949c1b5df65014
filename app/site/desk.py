"""The desk's first page: what waits for this officer."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("desk", __name__)
